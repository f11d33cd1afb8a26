"""Editable texts as ODT: a few XML files in a zip, written by hand."""

import io
import zipfile
from html import escape

from .file_looks import (
    CALLOUT_COLOURS,
    HEADING_FONT,
    INK,
    MADE_AT,
    PROJECT,
    SEA,
    SOFT_INK,
    TEXT_FONT,
)
from .file_texts import Block, Run, Source

MIMETYPE = "application/vnd.oasis.opendocument.text"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
MANIFEST = f"""<manifest:manifest \
xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">\
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}" \
manifest:version="1.3"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>\
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>\
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>\
</manifest:manifest>"""


def odt_bytes(source: Source) -> bytes:
    """The file; its first member says what it is, uncompressed, as the format asks."""
    members = {
        "mimetype": MIMETYPE,
        "META-INF/manifest.xml": MANIFEST,
        "content.xml": content_xml(source),
        "styles.xml": styles_xml(source),
        "meta.xml": meta_xml(source),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in members.items():
            member = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            is_first = name == "mimetype"
            member.compress_type = zipfile.ZIP_STORED if is_first else zipfile.ZIP_DEFLATED
            declared = "" if is_first else '<?xml version="1.0" encoding="UTF-8"?>\n'
            archive.writestr(member, declared + text)
    return target.getvalue()


def content_xml(source: Source) -> str:
    body = [paragraph("Title", [Run(source.title)]), paragraph("Subtitle", [Run(source.summary)])]
    body += [block_xml(block, source.words, number) for number, block in enumerate(source.blocks)]
    statement = [Run(f"{source.words['statement']}. ", bold=True), Run(source.words["disclaimer"])]
    body.append(paragraph("Small_20_print", statement))
    return (
        f'<office:document-content {NAMESPACES} office:version="1.3">'
        f"<office:body><office:text>{''.join(body)}</office:text></office:body>"
        "</office:document-content>"
    )


def block_xml(block: Block, words: dict[str, str], number: int) -> str:
    if block.kind == "heading":
        style = f"Heading_20_{block.level}"
        return (
            f'<text:h text:style-name="{style}" text:outline-level="{block.level}">'
            f"{runs_xml(block.runs)}</text:h>"
        )
    if block.kind == "paragraph":
        return paragraph("Text_20_body", block.runs)
    if block.kind == "list":
        style = "Ticks" if block.ticked else "Numbers" if block.ordered else "Points"
        items = "".join(
            f"<text:list-item>{paragraph('List', item)}</text:list-item>" for item in block.items
        )
        return f'<text:list text:style-name="{style}">{items}</text:list>'
    if block.kind == "table":
        return table_xml(block, number)
    if block.kind == "callout":
        style = f"Callout_20_{block.meaning}"
        texts = [runs for part in block.blocks for runs in part.items or [part.runs]]
        label = [Run(words[block.meaning], bold=True)]
        return "".join(paragraph(style, runs) for runs in (label, *texts))
    return paragraph("Line", []) * block.count


def table_xml(block: Block, number: int) -> str:
    def row(cells: list[list[Run]], style: str) -> str:
        inner = "".join(
            '<table:table-cell table:style-name="Cell" office:value-type="string">'
            f"{paragraph(style, cell)}</table:table-cell>"
            for cell in cells
        )
        return f"<table:table-row>{inner}</table:table-row>"

    head, *rest = block.rows
    return (
        f'<table:table table:name="T{number}" table:style-name="Table">'
        f'<table:table-column table:number-columns-repeated="{len(head)}"/>'
        f"<table:table-header-rows>{row(head, 'Table_20_heading')}</table:table-header-rows>"
        f"{''.join(row(cells, 'Table_20_text') for cells in rest)}</table:table>"
    )


def paragraph(style: str, runs: list[Run]) -> str:
    return f'<text:p text:style-name="{style}">{runs_xml(runs)}</text:p>'


def runs_xml(runs: list[Run]) -> str:
    parts = []
    for run in runs:
        text = escape(run.text, quote=False)
        style = "Strong" if run.bold else "Emphasis" if run.italic else ""
        parts.append(f'<text:span text:style-name="{style}">{text}</text:span>' if style else text)
    return "".join(parts)


def styles_xml(source: Source) -> str:
    looks = {
        # name: font, size, bold, colour, space before, space after
        "Text_20_body": (TEXT_FONT, 10.5, False, INK, 0, 4),
        "Title": (HEADING_FONT, 22, True, SEA, 0, 3),
        "Subtitle": (TEXT_FONT, 11.5, False, SOFT_INK, 0, 6),
        "Heading_20_2": (HEADING_FONT, 14, True, SEA, 9, 3),
        "Heading_20_3": (HEADING_FONT, 12, True, SEA, 8, 3),
        "List": (TEXT_FONT, 10.5, False, INK, 0, 2),
        "Table_20_text": (TEXT_FONT, 10, False, INK, 1, 1),
        "Table_20_heading": (TEXT_FONT, 10, True, SEA, 1, 1),
        "Header": (HEADING_FONT, 9, True, SEA, 0, 6),
        "Footer": (TEXT_FONT, 8, False, SOFT_INK, 6, 0),
        "Small_20_print": (TEXT_FONT, 8, False, SOFT_INK, 12, 0),
    }
    styles = [paragraph_style(name, *look) for name, look in looks.items()]
    styles += [
        paragraph_style(
            f"Callout_20_{meaning}",
            *(TEXT_FONT, 10.5, False, INK, 0, 0),
            f'fo:background-color="#{fill}" fo:border-left="2.5pt solid #{edge}" '
            'fo:padding="5pt" fo:margin-left="9pt"',
        )
        for meaning, (fill, edge) in CALLOUT_COLOURS.items()
    ]
    styles.append(
        paragraph_style(
            "Line",
            *(TEXT_FONT, 14, False, INK, 4, 4),
            'fo:border-bottom="0.75pt solid #A9B4B8" style:join-border="false"',
        )
    )
    text = source.words
    page = (
        'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape"'
        if source.landscape
        else 'fo:page-width="21cm" fo:page-height="29.7cm" style:print-orientation="portrait"'
    )
    return (
        f'<office:document-styles {NAMESPACES} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph">'
        f'<style:text-properties fo:language="{source.language}" fo:country="none"/>'
        f"</style:default-style>{''.join(styles)}"
        '<style:style style:name="Strong" style:family="text">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Emphasis" style:family="text">'
        '<style:text-properties fo:font-style="italic"/></style:style>'
        '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.5pt solid #A9B4B8" fo:padding="3pt"/></style:style>'
        '<style:style style:name="Table" style:family="table"><style:table-properties '
        'fo:margin-top="4pt" fo:margin-bottom="6pt"/></style:style>'
        f"{list_style('Points', bullet='•')}{list_style('Ticks', bullet='☐')}"
        f"{list_style('Numbers')}</office:styles>"
        '<office:automatic-styles><style:page-layout style:name="Page">'
        f'<style:page-layout-properties {page} fo:margin-top="1.5cm" fo:margin-bottom="1.5cm" '
        'fo:margin-left="2.2cm" fo:margin-right="2.2cm"/>'
        "<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" '
        'style:page-layout-name="Page">'
        f"<style:header>{paragraph('Header', [Run(PROJECT)])}</style:header>"
        f"<style:footer>{paragraph('Footer', [Run(text['licence'])])}</style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )


def paragraph_style(
    name: str,
    font: str,
    size: float,
    bold: bool,
    colour: str,
    before: float,
    after: float,
    more: str = "",
) -> str:
    """`before` and `after` in points; `more` is said of the paragraph as it stands."""
    level = name.removeprefix("Heading_20_") if name.startswith("Heading") else ""
    outline = f' style:default-outline-level="{level}"' if level else ""
    keep = ' fo:keep-with-next="always"' if level else ""
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" '
        f'style:family="paragraph"{outline}><style:paragraph-properties '
        f'fo:margin-top="{before}pt" fo:margin-bottom="{after}pt"{keep} {more}/>'
        f'<style:text-properties fo:font-family="{font}" fo:font-size="{size}pt" '
        f'fo:font-weight="{"bold" if bold else "normal"}" fo:color="#{colour}"/></style:style>'
    )


def list_style(name: str, bullet: str = "") -> str:
    """Points with `bullet`, or numbers without."""
    place = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" '
        'fo:text-indent="-0.6cm" fo:margin-left="0.6cm"/></style:list-level-properties>'
    )
    level = (
        f'<text:list-level-style-bullet text:level="1" text:bullet-char="{bullet}">{place}'
        "</text:list-level-style-bullet>"
        if bullet
        else f'<text:list-level-style-number text:level="1" style:num-format="1" '
        f'style:num-suffix=".">{place}</text:list-level-style-number>'
    )
    return f'<text:list-style style:name="{name}">{level}</text:list-style>'


def meta_xml(source: Source) -> str:
    made_at = MADE_AT.strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f'<office:document-meta {NAMESPACES} office:version="1.3"><office:meta>'
        f"<dc:title>{escape(source.title)}</dc:title>"
        f"<dc:description>{escape(source.summary)}</dc:description>"
        f"<dc:language>{source.language}</dc:language>"
        f"<meta:creation-date>{made_at}</meta:creation-date><dc:date>{made_at}</dc:date>"
        "</office:meta></office:document-meta>"
    )
