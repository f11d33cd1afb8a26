"""Questions that every request asks: their SQL is built once, not each time.

For a question by key, Django's building of the statement costs the processor several times what the
database's answer does. A `Prepared` keeps the statement and puts other values into it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

# Lists of other lengths are other statements.
MOST_SHAPES = 200
ITERABLES = (FlatValuesListIterable, ModelIterable, ValuesListIterable)


@dataclass
class _Plan:
    """A statement; each of its values is a constant or the place of a value that is given."""

    sql: str
    constants: list
    # Where in the statement's values which given one goes, and what follows it there: "%" after the
    # beginning of a text, else "".
    places: list[tuple[int, int, str]]
    compiler: object
    converters: dict
    read: Callable[[Sequence], object]

    def ask(self, given: list) -> list:
        values = list(self.constants)
        for place, number, end in self.places:
            values[place] = given[number] + end if end else given[number]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            rows = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [self.read(row) for row in rows]


class Prepared:
    """`make(*values)` gives a queryset of models, of `values_list` or of its `flat` kind.

    A value is an id (int), a UUID, an aware time, a text, or a list of one of these. It must stand in the query as
    it is, and nothing else in the query may depend on it; for `startswith` it may only hold letters
    and figures, as a page's `path` does. Calling it gives the list of results.
    """

    def __init__(self, make: Callable[..., QuerySet]):
        self.make = make
        self.plans: dict[tuple, _Plan] = {}

    def __call__(self, *values) -> list:
        lists = [one if isinstance(one, list) else [one] for one in values]
        if not all(lists):
            return []
        shape = (
            connection.vendor,
            *((isinstance(one, list), len(some)) for one, some in zip(values, lists, strict=True)),
        )
        plan = self.plans.get(shape)
        if plan is None:
            if len(self.plans) >= MOST_SHAPES:
                self.plans.clear()
            plan = self.plans[shape] = self._plan(values)
        return plan.ask([_as_sent(one) for some in lists for one in some]) if plan else []

    def _plan(self, values) -> _Plan | None:
        """None for a query that can give nothing, whatever it is asked for."""
        stand_ins: list = []
        queryset = self.make(
            *(
                [_stand_in(item, stand_ins) for item in one]
                if isinstance(one, list)
                else _stand_in(one, stand_ins)
                for one in values
            )
        )
        if queryset._iterable_class not in ITERABLES:
            raise TypeError("A prepared query gives models or lists of values.")
        compiler = queryset.query.get_compiler(queryset.db)
        try:
            sql, constants = compiler.as_sql()
        except EmptyResultSet:
            return None
        sent = [_as_sent(one) for one in stand_ins]
        places = []
        for place, constant in enumerate(constants):
            for end in ("", "%"):
                bare = constant.removesuffix(end) if isinstance(constant, str) else constant
                if bare in sent and (not end or constant != bare):
                    places.append((place, sent.index(bare), end))
                    break
        if {number for _place, number, _end in places} != set(range(len(sent))):
            raise ValueError("A value does not stand in the query as it is given.")
        columns = [column for column, _sql, _alias in compiler.select]
        return _Plan(
            sql=sql,
            constants=list(constants),
            places=places,
            compiler=compiler,
            converters=compiler.get_converters(columns),
            read=_reader(queryset, compiler),
        )


def _reader(queryset: QuerySet, compiler) -> Callable[[Sequence], object]:
    """What makes a result of a row."""
    if queryset._iterable_class is FlatValuesListIterable:
        return lambda row: row[0]
    if queryset._iterable_class is ValuesListIterable:
        return tuple
    select, info, annotations = compiler.select, compiler.klass_info, compiler.annotation_col_map
    model, fields = info["model"], info["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    related = get_related_populators(info, select, queryset.db)

    def read(row):
        instance = model.from_db(queryset.db, names, row[begin:end])
        for one in related:
            one.populate(row, instance)
        for name, place in (annotations or {}).items():
            setattr(instance, name, row[place])
        return instance

    return read


def _stand_in(value, stand_ins: list):
    """A value of the same type that nothing else in a query has."""
    number = 2_000_000_001 + len(stand_ins)
    if isinstance(value, UUID):
        stand_in = UUID(int=number << 64)
    elif isinstance(value, datetime):
        stand_in = datetime(1066, 10, 14, tzinfo=UTC) + timedelta(seconds=len(stand_ins))
    else:
        stand_in = type(value)(number)
    stand_ins.append(stand_in)
    return stand_in


def _as_sent(value):
    """As the database's driver takes it."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
