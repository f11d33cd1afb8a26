"""`/oai`: OAI-PMH 2.0, by which library catalogues harvest what the hub has.

https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core import signing
from django.db.models import Min, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.frame import get_frame
from hub.languages import language
from hub.models import PublicRecord
from hub.oai_records import code_of, header, record, sources_of, stamp, token_element
from hub.tombstone import kind_label
from hub.xml_writing import DECLARATION, element

AT_ONCE = 100
PREFIX = "oai_dc"
SALT = "hub.oai"
ROOT = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
    'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
)
FORMAT = (
    f"<metadataFormat><metadataPrefix>{PREFIX}</metadataPrefix>"
    "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
    "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace>"
    "</metadataFormat>"
)
FORMS = {
    "identifier": re.compile(r"[\w\-.!~*'();/?:@&=+$,]+", re.ASCII),
    "metadataPrefix": re.compile(r"[\w\-.!~*'()]+", re.ASCII),
    "set": re.compile(r"[\w\-.!~*'()]+(:[\w\-.!~*'()]+)*", re.ASCII),
}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
PARENTS = {"kind": "By kind", "language": "By language", "partner": "By partner"}


class OaiError(Exception):
    """What the protocol answers with: `code` is one of its own."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request):
    """Every answer is 200 and XML, a refusal too."""
    given = request.POST if request.method == "POST" else request.GET
    asked = {}
    try:
        asked = _arguments(given)
        verb = asked["verb"]
        named = {NAMES[name]: value for name, value in asked.items() if name != "verb"}
        body = f"<{verb}>{VERBS[verb].answer(**named)}</{verb}>"
    except OaiError as error:
        if error.code in ("badVerb", "badArgument"):
            asked = {}
        body = element("error", str(error), code=error.code)
    now = element("responseDate", stamp(timezone.now()))
    asked_at = element("request", f"{settings.HUB_ADDRESS}/oai", **asked)
    return HttpResponse(
        f"{DECLARATION}{ROOT}{now}{asked_at}{body}</OAI-PMH>",
        content_type="text/xml; charset=utf-8",
        headers={"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"},
    )


def _arguments(given: QueryDict) -> dict[str, str]:
    """What is asked, by the protocol's names; refuses what the verb does not take."""
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"One verb is needed, of: {', '.join(VERBS)}.")
    for name, values in given.lists():
        if len(values) > 1:
            raise OaiError("badArgument", f"{name} is given twice.")
    verb, names = VERBS[verbs[0]], set(given) - {"verb"}
    if verb.may_go_on and "resumptionToken" in names:
        if names != {"resumptionToken"}:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
        return given.dict()
    if strange := names.difference(verb.needs, verb.takes):
        raise OaiError("badArgument", f"{verbs[0]} takes no {', '.join(sorted(strange))}.")
    if missing := set(verb.needs) - names:
        raise OaiError("badArgument", f"{verbs[0]} needs {', '.join(sorted(missing))}.")
    for name, form in FORMS.items():
        if name in names and not form.fullmatch(given[name]):
            raise OaiError("badArgument", f"That is no {name}.")
    return given.dict()


# --- the verbs ------------------------------------------------------------------------------------


def _identify() -> str:
    earliest = PublicRecord.objects.aggregate(at=Min("datestamp"))["at"] or timezone.now()
    return "".join(
        [
            element("repositoryName", settings.WAGTAIL_SITE_NAME),
            element("baseURL", f"{settings.HUB_ADDRESS}/oai"),
            element("protocolVersion", "2.0"),
            element("adminEmail", parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
            element("earliestDatestamp", stamp(earliest)),
            element("deletedRecord", "persistent"),
            element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            element("compression", "gzip"),
        ]
    )


def _list_metadata_formats(identifier: str | None = None) -> str:
    if identifier is not None:
        _row(identifier)
    return FORMAT


def _list_sets(token: str | None = None) -> str:
    if token is not None:
        raise OaiError("badResumptionToken", "The list of sets comes in one piece.")
    rows = PublicRecord.objects.order_by().values_list("sets", flat=True).distinct()
    sets = {one for row in rows for one in row.split()}
    frame = get_frame(settings.LANGUAGE_CODE)
    partners = {frame.partner_slugs[pk]: name for pk, name in frame.partners.items()}
    naming = {
        "kind": kind_label,
        "language": lambda code: language(code).english_name,
        "partner": partners.get,
    }
    names = {**PARENTS} if sets else {}
    with translation.override("en"):
        for one in sets:
            group, _colon, word = one.partition(":")
            names[one] = naming[group](word) or word
    return "".join(
        f"<set>{element('setSpec', one)}{element('setName', names[one])}</set>"
        for one in sorted(names)
    )


def _get_record(identifier: str, prefix: str) -> str:
    row = _row(identifier)
    _check_format(prefix)
    return record(row, sources_of([row]))


def _list_identifiers(**asked) -> str:
    page = _page("ListIdentifiers", asked, PublicRecord.objects.defer("records"))
    return "".join(map(header, page.rows)) + page.token


def _list_records(**asked) -> str:
    page = _page("ListRecords", asked, PublicRecord.objects.all())
    open_codes = sources_of(page.rows)
    return "".join(record(row, open_codes) for row in page.rows) + page.token


@dataclass(frozen=True)
class Verb:
    """`needs`, `takes`: names of arguments; `may_go_on`: by a token, instead of all of them."""

    answer: Callable[..., str]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    may_go_on: bool = False


CHOICE = ("from", "until", "set")
VERBS = {
    "Identify": Verb(_identify),
    "ListMetadataFormats": Verb(_list_metadata_formats, takes=("identifier",)),
    "ListSets": Verb(_list_sets, may_go_on=True),
    "GetRecord": Verb(_get_record, needs=("identifier", "metadataPrefix")),
    "ListIdentifiers": Verb(_list_identifiers, ("metadataPrefix",), CHOICE, True),
    "ListRecords": Verb(_list_records, ("metadataPrefix",), CHOICE, True),
}
# What an argument is called here.
NAMES = {
    "identifier": "identifier",
    "metadataPrefix": "prefix",
    "resumptionToken": "token",
    "from": "first",
    "until": "last",
    "set": "chosen",
}


def _row(identifier: str) -> PublicRecord:
    rows = PublicRecord.objects.named()
    code = code_of(identifier)
    row = rows.filter(thing__code=code).first() if code.isalnum() and code.isascii() else None
    if row is None:
        raise OaiError("idDoesNotExist", "There is and was no such item here.")
    return row


def _check_format(prefix: str) -> None:
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"Every item is given as {PREFIX} alone.")


# --- lists ----------------------------------------------------------------------------------------


@dataclass
class Page:
    rows: list[PublicRecord]
    token: str


@dataclass
class Place:
    """What a list is of, and how far it has been told. Whole in the token: nothing is kept here."""

    verb: str
    first: str = ""
    last: str = ""
    chosen: str = ""
    size: int = 0
    cursor: int = 0
    # The last that was told: its date stamp and thing.
    at: str = ""
    thing_id: int = 0

    @property
    def token(self) -> str:
        return signing.dumps(list(vars(self).values()), salt=SALT, compress=True)

    @classmethod
    def of(cls, token: str, verb: str) -> "Place":
        try:
            place = cls(*signing.loads(token, salt=SALT))
        except (signing.BadSignature, TypeError) as error:
            raise OaiError("badResumptionToken", "That is no token of this list.") from error
        if place.verb != verb:
            raise OaiError("badResumptionToken", f"That token belongs to {place.verb}.")
        return place


def _page(verb: str, asked: dict, rows: QuerySet) -> Page:
    """The next part of a list. One that changes meanwhile is told anew at its end, nothing is left out."""
    place = _begin(verb, **asked) if "prefix" in asked else Place.of(asked["token"], verb)
    rows = rows.filter(_chosen(place))
    if not place.at:
        place.size = rows.count()
    else:
        at = datetime.fromisoformat(place.at)
        rows = rows.filter(datestamp__gte=at).filter(
            Q(datestamp__gt=at) | Q(thing_id__gt=place.thing_id)
        )
    found = list(rows.named().order_by("datestamp", "thing_id")[: AT_ONCE + 1])
    if not found and not place.at:
        raise OaiError("noRecordsMatch", "Nothing here fits all of this.")
    told, is_all, cursor = found[:AT_ONCE], len(found) <= AT_ONCE, place.cursor
    if is_all and not cursor:
        return Page(told, "")
    size, token = max(place.size, cursor + len(told)), ""
    if not is_all:
        place.cursor += AT_ONCE
        place.at, place.thing_id = told[-1].datestamp.isoformat(), told[-1].thing_id
        token = place.token
    return Page(told, token_element(token, cursor, size))


def _begin(verb: str, prefix: str, first: str = "", last: str = "", chosen: str = "") -> Place:
    _check_format(prefix)
    if first and last and len(first) != len(last):
        raise OaiError("badArgument", "from and until are of different kinds.")
    begin, end = _moment("from", first), _moment("until", last)
    if begin and end and begin > end:
        raise OaiError("badArgument", "from is later than until.")
    return Place(verb, first, last, chosen)


def _moment(name: str, text: str) -> datetime | None:
    """The beginning of a day, or a second, in UTC."""
    if not text:
        return None
    try:
        if DAY.fullmatch(text) or SECOND.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise OaiError("badArgument", f"{name} is no date such as 2026-11-23 or 2026-11-23T09:30:00Z.")


def _chosen(place: Place) -> Q:
    found = Q()
    if begin := _moment("from", place.first):
        found &= Q(datestamp__gte=begin)
    if end := _moment("until", place.last):
        # A day is meant to its end.
        last = end + timedelta(seconds=86_399) if DAY.fullmatch(place.last) else end
        found &= Q(datestamp__lte=last)
    if place.chosen:
        found &= Q(sets__contains=f" {place.chosen} ") | Q(sets__contains=f" {place.chosen}:")
    return found
