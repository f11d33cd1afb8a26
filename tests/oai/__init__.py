"""Answers of `/oai`, held against the schemas of those who wrote the protocol.

OAI-PMH.xsd, oai_dc.xsd: Open Archives Initiative; simpledc20021212.xsd: Dublin Core Metadata
Initiative; xml.xsd: W3C. As published, byte for byte.
"""

from functools import cache
from pathlib import Path

from lxml import etree

HERE = Path(__file__).parent
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# One that imports both: the metadata of a record is of another namespace than what is around it.
BOTH = b"""<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="http://www.openarchives.org/OAI/2.0/" schemaLocation="OAI-PMH.xsd"/>
<import namespace="http://www.openarchives.org/OAI/2.0/oai_dc/" schemaLocation="oai_dc.xsd"/>
</schema>"""


class _Kept(etree.Resolver):
    """Whatever a schema imports lies beside it."""

    def resolve(self, url, public_id, context):
        return self.resolve_filename(str(HERE / url.rsplit("/", 1)[-1]), context)


@cache
def schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Kept())
    return etree.XMLSchema(etree.fromstring(BOTH, parser, base_url=f"{HERE}/both.xsd"))


def ask(client, **asked) -> etree._Element:
    """The root of a valid answer to a GET."""
    if "first" in asked:
        asked["from"] = asked.pop("first")
    return read(client.get("/oai", asked))


def read(response) -> etree._Element:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(response.content)
    schema().assertValid(root)
    return root


def error_of(root) -> str:
    return root.find(f"{OAI}error").get("code")


def headers(root) -> dict[str, etree._Element]:
    """The header of each record of a list, by code."""
    found = root.iter(f"{OAI}header")
    return {one.findtext(f"{OAI}identifier").rsplit(":", 1)[1]: one for one in found}


def values(root, name: str) -> list[tuple[str | None, str]]:
    """Language and text of one element of Dublin Core, in order."""
    return [(one.get(LANG), one.text) for one in root.iter(f"{DC}{name}")]


def sets(header) -> set[str]:
    return {one.text for one in header.iter(f"{OAI}setSpec")}
