"""The files of the demo's training materials, made from texts in the repository.

`materials/<slug>/item.yaml` names the files; the words of each stand in
`materials/<slug>/files/src/<key>.<lang>.md`: front matter (title, summary) and
Markdown with the directives of `file_texts`. The ending of the file's name
decides what is made: a tagged PDF, an editable DOCX or ODT, or slides as PPTX,
where each `##` begins a slide and a note becomes the speaker's note.

The same text gives the same bytes: dates are fixed, nobody is named as author.
"""

import io
import math
import os
import zipfile
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from .content_files import CONTENT, read_yaml
from .file_looks import (
    AMBER,
    CALLOUT_COLOURS,
    HEADING_FONT,
    INK,
    LINEN,
    MADE_AT,
    PROJECT,
    SEA,
    SOFT_INK,
    TEXT_FONT,
)
from .file_texts import Block, Run, Source, read_source
from .odt_files import odt_bytes
from .picture_cards import card_svg

FONTS = Path(__file__).parent.parent / "static" / "fonts"


def make_files(slug: str) -> list[Path]:
    """Write every file that the material's item.yaml names; return their paths."""
    # fontTools writes the date into the fonts that a PDF carries.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(MADE_AT.timestamp()))
    folder = CONTENT / "materials" / slug
    item = read_yaml(folder / "item.yaml")
    writers = {".pdf": pdf_bytes, ".docx": docx_bytes, ".odt": odt_bytes, ".pptx": pptx_bytes}
    made = []
    for file in item["files"]:
        for language, name in file["formats"].items():
            source = read_source(folder / "files" / "src" / f"{file['key']}.{language}.md")
            target = folder / "files" / name
            target.write_bytes(writers[target.suffix](source))
            made.append(target)
    return made


def pdf_bytes(source: Source) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["file"], fail_on_errors=True)
    fonts = FontConfiguration()
    with TemporaryDirectory() as folder:
        write_heading_font(Path(folder) / "literata.ttf")
        style = CSS(
            string=(CONTENT / "print.css").read_text(encoding="utf-8"),
            base_url=f"{Path(folder).as_uri()}/",
            url_fetcher=fetcher,
            font_config=fonts,
        )
        return HTML(string=html_page(source), url_fetcher=fetcher).write_pdf(
            stylesheets=[style],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=b"kopa-talak",
        )


def write_heading_font(target: Path) -> None:
    """The site's heading font as one file.

    On the site it is cut into one file per script. WeasyPrint mixes up letters of
    two files under one family name, and takes the spaces between Cyrillic words
    from the Cyrillic file, which has none.
    """
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    with TemporaryDirectory() as folder:
        parts = []
        for part in sorted(FONTS.glob("literata-*.woff2"), reverse=True):
            font = TTFont(part)
            font.flavor = None
            parts.append(str(Path(folder) / f"{part.stem}.ttf"))
            font.save(parts[-1])
        Merger().merge(parts).save(target)


def html_page(source: Source) -> str:
    words = source.words
    made_at = MADE_AT.isoformat()
    body = "".join(html_block(block, words) for block in source.blocks)
    return (
        f'<!doctype html><html lang="{source.language}"><head><meta charset="utf-8">'
        f"<title>{escape(source.title)}</title>"
        f'<meta name="dcterms.created" content="{made_at}">'
        f'<meta name="dcterms.modified" content="{made_at}">'
        f'<meta name="description" content="{escape(source.summary)}">'
        f'</head><body class="{"landscape" if source.landscape else "portrait"}">'
        f'<header><p class="mark">{rings_svg()} <span lang="lv">Kopā tālāk</span></p>'
        f'<h1>{escape(source.title)}</h1><p class="summary">{escape(source.summary)}</p></header>'
        f"<main>{body}</main>"
        f'<footer><p class="funded">{emblem_svg(words["statement"])}'
        f" <strong>{escape(words['statement'])}</strong></p>"
        f"<p>{escape(words['disclaimer'])}</p><p>{escape(words['licence'])}</p></footer>"
        "</body></html>"
    )


def html_block(block: Block, words: dict[str, str]) -> str:
    if block.kind == "heading":
        return f"<h{block.level}>{html_runs(block.runs)}</h{block.level}>"
    if block.kind == "paragraph":
        return f"<p>{html_runs(block.runs)}</p>"
    if block.kind == "list":
        tag = "ol" if block.ordered else "ul"
        items = "".join(f"<li>{html_runs(item)}</li>" for item in block.items)
        marked = ' class="ticks"' if block.ticked else ""
        return f"<{tag}{marked}>{items}</{tag}>"
    if block.kind == "table":
        return html_table(block)
    if block.kind == "callout":
        inner = "".join(html_block(part, words) for part in block.blocks)
        label = escape(words[block.meaning])
        return f'<div class="callout {block.meaning}"><p class="label">{label}</p>{inner}</div>'
    if block.kind == "cards":
        cards = (card_svg(picture, said) for picture, said in block.cards.items())
        return f'<div class="cards">{"".join(f"<div>{card}</div>" for card in cards)}</div>'
    return '<p class="line"></p>' * block.count


def html_table(block: Block) -> str:
    attributes = [f' lang="{code}"' for code in block.languages] or [""] * len(block.rows[0])
    head = "".join(
        f'<th scope="col"{attribute}>{html_runs(cell)}</th>'
        for cell, attribute in zip(block.rows[0], attributes, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{attribute}>{html_runs(cell)}</td>"
            for cell, attribute in zip(row, attributes, strict=True)
        )
        + "</tr>"
        for row in block.rows[1:]
    )
    kind = "phrases" if block.languages else "plain"
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def html_runs(runs: list[Run]) -> str:
    parts = []
    for run in runs:
        text = escape(run.text)
        if run.italic:
            text = f"<em>{text}</em>"
        if run.bold:
            text = f"<strong>{text}</strong>"
        parts.append(text)
    return "".join(parts)


def rings_svg() -> str:
    return (
        '<svg viewBox="0 0 34 22" width="34" height="22" role="img" aria-hidden="true">'
        f'<circle cx="11" cy="11" r="9" fill="none" stroke="#{SEA}" stroke-width="3"/>'
        f'<circle cx="22" cy="11" r="9" fill="none" stroke="#{AMBER}" stroke-width="3"/></svg>'
    )


def emblem_svg(label: str) -> str:
    """The European emblem: twelve gold stars upright on a circle, on blue, 3 to 2.

    Proportions are those of the graphics guide: the circle's radius is a third of
    the height, the radius of a star's own circle an eighteenth.
    """
    stars = []
    for hour in range(12):
        x = 27 + 12 * math.sin(hour * math.pi / 6)
        y = 18 - 12 * math.cos(hour * math.pi / 6)
        points = []
        for corner in range(10):
            radius = 2 if corner % 2 == 0 else 2 * 0.381966
            turn = corner * math.pi / 5
            points.append(f"{x + radius * math.sin(turn):.3f},{y - radius * math.cos(turn):.3f}")
        stars.append(f'<polygon points="{" ".join(points)}" fill="#ffcc00"/>')
    return (
        f'<svg viewBox="0 0 54 36" width="54" height="36" role="img" aria-label="{escape(label)}">'
        f'<rect width="54" height="36" fill="#003399"/>{"".join(stars)}</svg>'
    )


# DOCX


def docx_bytes(source: Source) -> bytes:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document = docx.Document()
    set_properties(document.core_properties, source)
    style_document(document, source.language)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if source.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.5)
    section.header.paragraphs[0].text = PROJECT
    section.footer.paragraphs[0].text = source.words["licence"]
    document.add_paragraph(source.title, style="Title")
    document.add_paragraph(source.summary, style="Subtitle")
    for block in source.blocks:
        docx_block(document, block, source.words)
    closing = document.add_paragraph(style="Small print")
    closing.add_run(source.words["statement"] + ". ").bold = True
    closing.add_run(source.words["disclaimer"])
    return packed(document)


def style_document(document, language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    styles.add_style("Small print", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    looks = {
        # name: font, size, bold, colour, space before, space after
        "Normal": (TEXT_FONT, 10.5, False, INK, 0, 4),
        "Title": (HEADING_FONT, 22, True, SEA, 0, 3),
        "Subtitle": (TEXT_FONT, 11.5, False, SOFT_INK, 0, 6),
        "Heading 2": (HEADING_FONT, 14, True, SEA, 9, 3),
        "Heading 3": (HEADING_FONT, 12, True, SEA, 8, 3),
        "List Bullet": (TEXT_FONT, 10.5, False, INK, 0, 2),
        "Header": (HEADING_FONT, 9, True, SEA, 0, 0),
        "Footer": (TEXT_FONT, 8, False, SOFT_INK, 0, 0),
        "Small print": (TEXT_FONT, 8, False, SOFT_INK, 12, 0),
    }
    for name, (font, size, bold, colour, before, after) in looks.items():
        style = styles[name]
        style.font.name, style.font.size = font, Pt(size)
        style.font.bold, style.font.italic = bold, False
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.rPr.rFonts
        for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{script}"), None)
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), font)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
    # The blue rule of the stock template.
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    # … and its wide letters.
    for name in ("Title", "Subtitle"):
        for spacing in styles[name].element.rPr.findall(qn("w:spacing")):
            spacing.getparent().remove(spacing)
    for mark in styles.element.findall(f".//{qn('w:lang')}"):
        for script in ("val", "eastAsia"):
            mark.set(qn(f"w:{script}"), language)


def docx_block(document, block: Block, words: dict[str, str]) -> None:
    from docx.shared import Pt

    if block.kind == "heading":
        add_runs(document.add_paragraph(style=f"Heading {block.level}"), block.runs)
    elif block.kind == "paragraph":
        add_runs(document.add_paragraph(), block.runs)
    elif block.kind == "list":
        for number, item in enumerate(block.items, start=1):
            if block.ticked:
                paragraph = document.add_paragraph("☐\u00a0")
                paragraph.paragraph_format.space_after = Pt(3)
            elif block.ordered:
                # The number is text: Word would count on through all lists of the file.
                paragraph = document.add_paragraph(f"{number}.\u00a0")
                paragraph.paragraph_format.space_after = Pt(2)
            else:
                paragraph = document.add_paragraph(style="List Bullet")
            add_runs(paragraph, item)
    elif block.kind == "table":
        docx_table(document, block)
    elif block.kind == "callout":
        docx_callout(document, block, words)
    else:
        for _ in range(block.count):
            frame_paragraph(document.add_paragraph("\u00a0"), bottom="A9B4B8")


def docx_table(document, block: Block) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for row, cells in enumerate(block.rows):
        for column, runs in enumerate(cells):
            paragraph = table.cell(row, column).paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            add_runs(paragraph, [Run(run.text, True) for run in runs] if row == 0 else runs)
    head = table.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head.append(repeated)


def docx_callout(document, block: Block, words: dict[str, str]) -> None:
    from docx.shared import Pt

    fill, edge = CALLOUT_COLOURS[block.meaning]
    label = document.add_paragraph()
    label.add_run(words[block.meaning]).bold = True
    paragraphs = [label]
    for part in block.blocks:
        for runs in part.items or [part.runs]:
            paragraph = document.add_paragraph("– " if part.items else "")
            add_runs(paragraph, runs)
            paragraphs.append(paragraph)
    for paragraph in paragraphs:
        form = paragraph.paragraph_format
        form.left_indent, form.space_after = Pt(9), Pt(0)
        form.keep_with_next = paragraph is not paragraphs[-1]
        frame_paragraph(paragraph, left=edge, fill=fill)
    paragraphs[0].paragraph_format.space_before = Pt(6)


def frame_paragraph(paragraph, *, left="", bottom="", fill="") -> None:
    """Borders and ground, which python-docx has no words for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    # Without "between", neighbours with the same border share one line.
    for side, colour, size in (("left", left, 24), ("bottom", bottom, 6), ("between", bottom, 6)):
        if colour:
            border = OxmlElement(f"w:{side}")
            for name, value in (
                ("val", "single"),
                ("sz", str(size)),
                ("space", "6"),
                ("color", colour),
            ):
                border.set(qn(f"w:{name}"), value)
            borders.append(border)
    # The schema wants borders, then ground, before spacing and what follows it.
    after = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *after)
    if fill:
        ground = OxmlElement("w:shd")
        ground.set(qn("w:val"), "clear")
        ground.set(qn("w:fill"), fill)
        properties.insert_element_before(ground, *after[1:])


def add_runs(paragraph, runs: list[Run]) -> None:
    """Into a paragraph of DOCX or PPTX; both take runs alike."""
    for run in runs:
        written = paragraph.add_run()
        written.text = run.text
        written.font.bold = run.bold or None
        written.font.italic = run.italic or None


# PPTX


def pptx_bytes(source: Source) -> bytes:
    import pptx
    from pptx.util import Inches

    show = pptx.Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    set_properties(show.core_properties, source)
    add_cover(show, source)
    for heading, blocks in slides_of(source.blocks):
        fill_slide(add_slide(show, heading, source.language), blocks, source)
    last = add_slide(show, [Run(source.words["about_file"])], source.language)
    closing = [source.words[name] for name in ("licence", "statement", "disclaimer")]
    fill_slide(last, [Block("paragraph", runs=[Run(text)]) for text in closing], source, size=18)
    return packed(show)


def slides_of(blocks: list[Block]) -> list[tuple[list[Run], list[Block]]]:
    slides = []
    for block in blocks:
        if block.kind == "heading" and block.level == 2:
            slides.append((block.runs, []))
        else:
            slides[-1][1].append(block)
    return slides


def add_cover(show, source: Source) -> None:
    slide = show.slides.add_slide(show.slide_layouts[1])
    paint_ground(slide, SEA)
    for left, top, size, colour in (
        (8.6, 1.0, 4.4, "52838E"),
        (9.9, 2.4, 3.6, AMBER),
        (10.6, 3.1, 2.2, AMBER),
        (9.4, 1.8, 2.8, "52838E"),
    ):
        add_ring(slide, left, top, size, colour)
    title, summary = slide.shapes.title, slide.placeholders[1]
    place(title, 0.8, 1.9, 7.6, 2.2)
    place(summary, 0.8, 4.2, 7.2, 1.6)
    write_paragraphs(title.text_frame, [(Block("paragraph"), [Run(source.title)])])
    write_paragraphs(summary.text_frame, [(Block("paragraph"), [Run(source.summary)])])
    style_runs(title.text_frame, HEADING_FONT, 48, "FFFFFF", source.language, bold=True)
    style_runs(summary.text_frame, TEXT_FONT, 24, "E3EEF0", source.language)


def add_slide(show, title: list[Run], language: str):
    slide = show.slides.add_slide(show.slide_layouts[1])
    paint_ground(slide, LINEN)
    add_ring(slide, 11.55, 0.5, 0.7, SEA)
    add_ring(slide, 11.95, 0.5, 0.7, AMBER)
    place(slide.shapes.title, 0.8, 0.4, 10.3, 1.4)
    write_paragraphs(slide.shapes.title.text_frame, [(Block("paragraph"), title)])
    style_runs(slide.shapes.title.text_frame, HEADING_FONT, 36, SEA, language, bold=True)
    return slide


def paint_ground(slide, colour: str) -> None:
    from pptx.dml.color import RGBColor

    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = RGBColor.from_string(colour)


def add_ring(slide, left: float, top: float, size: float, colour: str) -> None:
    """The hub's motif, in inches; it says nothing, so screen readers pass over it."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches, Pt

    ring = slide.shapes.add_shape(
        MSO_SHAPE.OVAL, Inches(left), Inches(top), Inches(size), Inches(size)
    )
    ring.fill.background()
    ring.line.color.rgb, ring.line.width = RGBColor.from_string(colour), Pt(6)
    drop_theme(ring)
    mark_decorative(ring)


def fill_slide(slide, blocks: list[Block], source: Source, size: int = 28) -> None:
    """Paragraphs and lists into the slide's body, a call-out into a box below, notes aside."""
    from pptx.util import Pt

    callouts = [b for b in blocks if b.kind == "callout" and b.meaning != "note"]
    body = slide.placeholders[1]
    place(body, 0.8, 2.0, 11.7, 3.3 if callouts else 4.9)
    texts = [block for block in blocks if block.kind in {"paragraph", "list"}]
    write_paragraphs(
        body.text_frame, [(block, runs) for block in texts for runs in block.items or [block.runs]]
    )
    style_runs(body.text_frame, TEXT_FONT, size, INK, source.language)
    for paragraph in body.text_frame.paragraphs:
        paragraph.space_after = Pt(10)
    for callout in callouts:
        add_callout_box(slide, callout, source)
    notes = [b for b in blocks if b.kind == "callout" and b.meaning == "note"]
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(
            "".join(run.text for run in runs)
            for note in notes
            for part in note.blocks
            for runs in part.items or [part.runs]
        )
        style_runs(slide.notes_slide.notes_text_frame, TEXT_FONT, 12, INK, source.language)


def write_paragraphs(frame, paragraphs: list[tuple[Block, list[Run]]]) -> None:
    from pptx.enum.text import PP_ALIGN

    frame.word_wrap = True
    for position, (block, runs) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        if block.kind == "paragraph":
            set_bullet(paragraph, "buNone")
        elif block.ordered:
            set_bullet(paragraph, "buAutoNum", type="arabicPeriod")
        add_runs(paragraph, runs)


def add_callout_box(slide, block: Block, source: Source) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches, Pt

    fill, edge = CALLOUT_COLOURS[block.meaning]
    box = slide.shapes.add_shape(
        MSO_SHAPE.ROUNDED_RECTANGLE, Inches(0.8), Inches(5.5), Inches(11.7), Inches(1.45)
    )
    box.name = source.words[block.meaning]
    box.adjustments[0] = 0.08
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor.from_string(fill)
    box.line.color.rgb, box.line.width = RGBColor.from_string(edge), Pt(1)
    drop_theme(box)
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    text = [run for part in block.blocks for runs in part.items or [part.runs] for run in runs]
    add_runs(frame.paragraphs[0], [Run(source.words[block.meaning] + ". ", bold=True), *text])
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    style_runs(frame, TEXT_FONT, 20, INK, source.language)


def style_runs(frame, font: str, size: int, colour: str, language: str, bold=None) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.name, run.font.size = font, Pt(size)
            run.font.color.rgb = RGBColor.from_string(colour)
            run.font.bold = bold if bold is not None else run.font.bold
            # python-pptx names languages only by Office's own long list of codes.
            run.font._element.set("lang", language)


def set_bullet(paragraph, name: str, **attributes: str) -> None:
    """Another bullet than the layout's; python-pptx has no words for it."""
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    if name == "buNone":
        properties.set("marL", "0")
        properties.set("indent", "0")
    bullet = properties.makeelement(qn(f"a:{name}"), attributes)
    properties.append(bullet)


def drop_theme(shape) -> None:
    """No shadow and no other effect of the stock theme."""
    from pptx.oxml.ns import qn

    shape._element.remove(shape._element.find(qn("p:style")))


def mark_decorative(shape) -> None:
    """Tell screen readers to pass over the shape (an extension of Office 2019)."""
    from lxml import etree

    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    decorative = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    properties = shape._element.nvSpPr.cNvPr
    extensions = etree.SubElement(properties, f"{{{drawing}}}extLst")
    extension = etree.SubElement(
        extensions, f"{{{drawing}}}ext", uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
    )
    mark = etree.SubElement(extension, f"{{{decorative}}}decorative", nsmap={"adec": decorative})
    mark.set("val", "1")


def place(shape, left: float, top: float, width: float, height: float) -> None:
    """In inches."""
    from pptx.util import Inches

    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)


# Both Office formats


def set_properties(properties, source: Source) -> None:
    properties.title, properties.language = source.title, source.language
    properties.subject, properties.keywords = source.summary, ""
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = MADE_AT.replace(tzinfo=None)
    properties.revision = 1


def packed(document) -> bytes:
    """The saved document, every member dated alike."""
    raw, clean = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return clean.getvalue()
