"""Every row that names one object comes to name another in its stead; what would be double goes."""

from django.db import IntegrityError, models, transaction
from modelcluster.fields import ParentalKey


def hand_over(source: models.Model, target: models.Model, but: tuple[type, ...] = ()) -> int:
    """Re-point the foreign keys to `source` at `target`; how many rows were. Safe to repeat.

    `but`: models that are left alone. Tables of many-to-many fields are among the rest.
    """
    moved = 0
    for relation in source._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model, field = relation.related_model, relation.field
        if issubclass(model, but) or not model._meta.managed or field.model is not model:
            continue
        for row in model._base_manager.filter(**{field.name: source}):
            moved += _move(row, field, target)
    return moved


def _move(row: models.Model, field: models.Field, target: models.Model) -> int:
    model = type(row)
    parents = [one for one in model._meta.local_fields if isinstance(one, ParentalKey)]
    for parent in parents:
        # A list below a page names each once, though no rule of the database says so.
        same = {parent.attname: getattr(row, parent.attname), field.name: target}
        if model._base_manager.filter(**same).exists():
            row.delete()
            return 0
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{field.name: target})
    except IntegrityError:
        model._base_manager.filter(pk=row.pk).delete()
        return 0
    return 1
