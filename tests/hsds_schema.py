"""The parts of HSDS 3 that the export uses, as its own schema has them.

Names of fields, types, formats, what is required (also of its tables) and what may be chosen were
compared one by one with `schema/*.json` of the specification, 3.x, at
github.com/openreferral/specification. It is narrower than the standard: a field that is not named
here is one the export may not have.
"""

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
KEY = {"type": "string", "format": "uuid"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
TIME = {"type": "string", "pattern": r"^\d\d:\d\d"}


def _object(required: str, **properties) -> dict:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict) -> dict:
    return {"type": "array", "items": items}


PHONE = _object("id number", id=KEY, service_id=KEY, number=TEXT)
LANGUAGE = _object("id", id=KEY, service_id=KEY, name=TEXT, code=TEXT, note=TEXT)
SCHEDULE = _object(
    "id",
    id=KEY,
    service_id=KEY,
    valid_from=DATE,
    valid_to=DATE,
    freq={"enum": ["WEEKLY", "MONTHLY"]},
    byday={"type": "string", "pattern": "^(MO|TU|WE|TH|FR|SA|SU)$"},
    opens_at=TIME,
    closes_at=TIME,
    notes=TEXT,
)
ORGANIZATION = _object(
    "id name description",
    id=KEY,
    name=TEXT,
    description=TEXT,
    email={"type": "string", "format": "email"},
    website={"type": "string", "format": "uri"},
)
LOCATION = _object(
    "id location_type",
    id=KEY,
    location_type={"enum": ["physical", "postal", "virtual"]},
    name=TEXT,
    description=TEXT,
    latitude=NUMBER,
    longitude=NUMBER,
    accessibility=_list(_object("id", id=KEY, location_id=KEY, description=TEXT)),
)
SERVICE_AT_LOCATION = _object(
    "id service_id location_id", id=KEY, service_id=KEY, location_id=KEY, location=LOCATION
)
ATTRIBUTE = _object(
    "id link_id taxonomy_term_id link_entity",
    id=KEY,
    link_id=KEY,
    link_entity=TEXT,
    taxonomy_term_id=KEY,
    taxonomy_term=_object("id name description", id=KEY, code=TEXT, name=TEXT, description=TEXT),
)
SERVICE = _object(
    "id name status organization_id",
    id=KEY,
    organization_id=KEY,
    name=TEXT,
    description=TEXT,
    url={"type": "string", "format": "uri"},
    email={"type": "string", "format": "email"},
    status={"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    interpretation_services=TEXT,
    application_process=TEXT,
    fees_description=TEXT,
    eligibility_description=TEXT,
    assured_date=DATE,
    organization=ORGANIZATION,
    phones=_list(PHONE),
    languages=_list(LANGUAGE),
    schedules=_list(SCHEDULE),
    required_documents=_list(_object("id", id=KEY, service_id=KEY, document=TEXT)),
    service_at_locations=_list(SERVICE_AT_LOCATION),
    attributes=_list(ATTRIBUTE),
)
EXPORT = _object(
    "version organizations locations services",
    version={"const": "3.0"},
    publisher=TEXT,
    organizations=_list(ORGANIZATION),
    locations=_list(LOCATION),
    services=_list(SERVICE),
)
