"""Pictures come in through many doors and leave clean, whole, and in the sizes that pages show."""

import json
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageChops, ImageCms, PngImagePlugin
from wagtail.models import UploadedFile
from wagtail.users.models import UserProfile

from hub.models.pictures import PICTURE_SPECS, Picture
from hub.picture_cleaning import clean_picture, unreadable

pytestmark = [pytest.mark.django_db, pytest.mark.pictures]

OWNER = "Dzintra Ozola"
CAMERA = "SN-4815162342"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{OWNER}</dc:creator></x:xmpmeta>'.encode()
# Segment APP13, in which newspapers keep the photographer's name.
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12\x1c\x02\x50\0\x0d" + OWNER.encode()
TRACES = [
    OWNER.encode(),
    CAMERA.encode(),
    b"Exif\0\0",
    b"eXIf",
    b"EXIF",
    b"XMP ",
    b"xmpmeta",
    b"Photoshop 3.0",
    b"tEXt",
    b"iTXt",
    b"zTXt",
]

LANDSCAPE, PORTRAIT = (64, 48), (48, 64)
TURN_RIGHT = 6  # the EXIF orientation of a phone held upright


def drawing(size=LANDSCAPE) -> Image.Image:
    """Red at the top left, so that a turn shows."""
    picture = Image.new("RGB", size, "steelblue")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return picture


def traced(kind: str, orientation=TURN_RIGHT, picture=None) -> bytes:
    """A photograph that tells who took it, where and with what, in all ways its kind offers."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110], exif[0x013B] = "Maker", CAMERA, OWNER
    exif.get_ifd(0x8769)[0xA431] = CAMERA
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (57.0, 32.0, 27.0), 3: "E", 4: (25.0, 25.0, 21.0), 29: "2026:05:01"}
    )
    options = {"exif": exif, "icc_profile": PROFILE}
    if kind == "JPEG":
        marker = struct.pack(">BBH", 0xFF, 0xED, len(IPTC) + 2) + IPTC
        options |= {"xmp": XMP, "comment": OWNER, "extra": marker}
    elif kind == "WEBP":
        options |= {"xmp": XMP, "lossless": True}
    elif kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", OWNER)
        text.add_text("Comment", OWNER, zip=True)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options |= {"pnginfo": text}
    file = BytesIO()
    (picture or drawing()).save(file, kind, **options)
    return file.getvalue()


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/octet-stream")


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def cleaned(data: bytes, name: str) -> bytes:
    return clean_picture(BytesIO(data), name).read()


def traces(data: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in data]


# The doors. Each takes a signed-in client and an upload, and gives the picture that came of it.


def through_add(client, file):
    client.post(reverse("wagtailimages:add"), {"title": "A photo", "file": file})
    return Picture.objects.get()


def through_replacing(client, file):
    picture = Picture.objects.create(
        title="Before", file=ContentFile(saved(drawing(), "PNG"), "before.png")
    )
    client.post(
        reverse("wagtailimages:edit", args=[picture.pk]), {"title": "A photo", "file": file}
    )
    return Picture.objects.get()


def through_multiple(client, file):
    client.post(reverse("wagtailimages:add_multiple"), {"title": "A photo", "files[]": file})
    return Picture.objects.get()


def through_both_steps_of_multiple(client, file):
    first = client.post(
        reverse("wagtailimages:add_multiple"), {"title": "x" * 300, "files[]": file}
    ).json()
    waiting = UploadedFile.objects.get()
    with waiting.file.open() as stored:
        assert traces(stored.read()) == []
    number = first["uploaded_file_id"]
    client.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number]),
        {f"uploaded-image-{number}-title": "A photo"},
    )
    return Picture.objects.get()


def through_chooser(client, file):
    client.post(
        reverse("wagtailimages_chooser:create"),
        {"image-chooser-upload-title": "A photo", "image-chooser-upload-file": file},
    )
    return Picture.objects.get()


def through_code(client, file):
    return Picture.objects.create(title="A photo", file=file)


def through_saving_the_file(client, file):
    picture = Picture(title="A photo")
    picture.file.save(file.name, file)
    return picture


DOORS = [
    through_add,
    through_replacing,
    through_multiple,
    through_both_steps_of_multiple,
    through_chooser,
    through_code,
    through_saving_the_file,
]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("door", DOORS)
def test_a_picture_comes_out_clean_and_upright(
    door, kind, admin_client, media, django_capture_on_commit_callbacks
):
    sent = traced(kind)
    assert len(traces(sent)) >= 3

    with django_capture_on_commit_callbacks(execute=True):
        picture = door(admin_client, upload(sent, f"photo.{kind.lower()}"))

    picture.refresh_from_db()
    files = [file for file in media.rglob("*") if file.is_file()]
    assert len(files) == 1 + picture.renditions.count()
    assert {
        file.name: traces(file.read_bytes()) for file in files if traces(file.read_bytes())
    } == {}

    with picture.file.open() as stored:
        data = stored.read()
    with Image.open(BytesIO(data)) as kept:
        assert kept.format == kind
        assert kept.size == (picture.width, picture.height) == PORTRAIT
        assert kept.info["icc_profile"] == PROFILE
        assert not kept.getexif()
        red, _green, blue = kept.convert("RGB").getpixel((PORTRAIT[0] - 4, 4))
        assert red > blue
    assert picture.file_size == len(data)
    fresh = Picture.objects.get()
    fresh._set_file_hash()
    assert fresh.file_hash == picture.file_hash
    assert set(PICTURE_SPECS) <= set(picture.renditions.values_list("filter_spec", flat=True))


def test_a_large_upload_that_django_keeps_on_disk_is_clean_while_it_waits(admin_client, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    picture = through_both_steps_of_multiple(admin_client, upload(traced("JPEG"), "photo.jpg"))

    with picture.file.open() as stored:
        assert traces(stored.read()) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_cleaning_changes_no_pixel_of_an_upright_picture(kind):
    sent = traced(kind, orientation=1)

    clean = cleaned(sent, f"photo.{kind.lower()}")

    with Image.open(BytesIO(sent)) as before, Image.open(BytesIO(clean)) as after:
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert len(clean) < len(sent)
    assert cleaned(clean, f"photo.{kind.lower()}") == clean


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animated_picture_stays_animated(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    options = {"comment": OWNER} if kind == "GIF" else {"exif": b"Exif\0\0" + OWNER.encode()}
    sent = saved(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=200, loop=0, **options
    )

    clean = cleaned(sent, f"wave.{kind.lower()}")

    assert traces(clean) == []
    with Image.open(BytesIO(clean)) as kept:
        assert kept.n_frames == 3
        kept.seek(2)
        assert kept.convert("RGB").getpixel((5, 5))[2] > 200
        assert kept.info["duration"] == 200


def test_a_text_hidden_behind_the_end_of_a_picture_is_cut_off():
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        sent = saved(drawing(), kind) + OWNER.encode()

        assert traces(cleaned(sent, f"photo.{kind.lower()}")) == []


def test_of_a_phone_s_double_picture_the_first_is_kept():
    second = traced("JPEG")
    sent = saved(drawing(), "MPO", save_all=True, append_images=[Image.open(BytesIO(second))])

    clean = cleaned(sent, "photo.jpg")

    assert b"MPF" not in clean
    with Image.open(BytesIO(clean)) as kept:
        assert (kept.format, kept.size) == ("JPEG", LANDSCAPE)


@pytest.mark.parametrize(("kind", "ending"), [("HEIF", "heic"), ("AVIF", "avif")])
def test_a_picture_browsers_may_not_show_is_kept_as_jpeg(kind, ending):
    exif = Image.Exif()
    exif[0x013B] = OWNER
    sent = saved(drawing(), kind, exif=exif.tobytes(), icc_profile=PROFILE)
    assert OWNER.encode() in sent

    clean = clean_picture(BytesIO(sent), f"photo.{ending}")

    assert clean.name == "photo.jpg"
    assert traces(clean.read()) == []
    with Image.open(clean) as kept:
        assert (kept.format, kept.size) == ("JPEG", LANDSCAPE)
        assert kept.info["icc_profile"] == PROFILE


def test_code_gets_an_exception_and_leaves_nothing_behind(media):
    with pytest.raises(ValidationError, match="damaged"):
        Picture(title="Broken").file.save("broken.jpg", ContentFile(b"no picture"))

    assert not [file for file in media.rglob("*") if file.is_file()]


# Broken, lying and enormous pictures


def png_chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">L", len(content))
        + name
        + content
        + struct.pack(">L", zlib.crc32(name + content))
    )


def png_of(width: int, height: int) -> bytes:
    """A few bytes that announce so many pixels."""
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def with_broken_data() -> bytes:
    data = bytearray(saved(drawing((300, 300)), "PNG"))
    middle = data.index(b"IDAT") + 20
    data[middle : middle + 20] = b"\xff" * 20
    return bytes(data)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD_PICTURES = {
    "900 megapixels": ("huge.png", png_of(30_000, 30_000), "too many pixels"),
    "100 megapixels": ("large.png", png_of(10_000, 10_000), "too many pixels"),
    "cut off JPEG": ("cut.jpg", saved(drawing((300, 300)), "JPEG")[:-400], "damaged"),
    "cut off WebP": ("cut.webp", saved(drawing((300, 300)), "WEBP")[:-60], "damaged"),
    "cut off GIF": ("cut.gif", saved(drawing((300, 300)), "GIF")[:-60], "damaged"),
    "broken data": ("broken.png", with_broken_data(), "damaged"),
    "head only": ("head.jpg", saved(drawing(), "JPEG")[:30], "damaged"),
    "no picture": ("words.jpg", b"Dear reader, this is no picture.", "damaged"),
    "TIFF inside": ("photo.png", saved(drawing(), "TIFF"), "damaged"),
    "JPEG inside": ("photo.png", saved(drawing(), "JPEG"), "JPEG picture"),
    "SVG": ("drawing.svg", SVG, "SVG"),
    "SVG inside": ("drawing.png", SVG, "damaged"),
    "unknown kind": ("photo.tiff", saved(drawing(), "TIFF"), "Save it as JPEG or PNG"),
    "no ending": ("photo", saved(drawing(), "PNG"), "Save it as JPEG or PNG"),
    "nothing": ("empty.png", b"", "empty"),
    "too many bytes": ("big.png", saved(drawing(), "PNG") + b"\0" * (20 * 1024 * 1024), "smaller"),
}


def refusal_of_add(client, file):
    response = client.post(reverse("wagtailimages:add"), {"title": "A photo", "file": file})
    assert response.status_code == 200
    return " ".join(response.context["form"].errors["file"])


def refusal_of_multiple(client, file):
    response = client.post(reverse("wagtailimages:add_multiple"), {"files[]": file})
    assert response.status_code == 200
    return response.json()["error_message"]


def refusal_of_chooser(client, file):
    response = client.post(
        reverse("wagtailimages_chooser:create"),
        {"image-chooser-upload-title": "A photo", "image-chooser-upload-file": file},
    )
    assert response.status_code == 200
    return json.loads(response.content)["htmlFragment"]


@pytest.mark.parametrize("case", BAD_PICTURES)
def test_a_bad_picture_gets_a_sentence_and_leaves_nothing_behind(case, admin_client, media):
    name, data, sentence = BAD_PICTURES[case]

    assert sentence in refusal_of_multiple(admin_client, upload(data, name))
    assert_nothing_is_left(media)


@pytest.mark.parametrize("screen", [refusal_of_add, refusal_of_chooser])
@pytest.mark.parametrize("case", ["900 megapixels", "cut off JPEG", "JPEG inside", "SVG"])
def test_every_upload_screen_gives_that_sentence(case, screen, admin_client, media):
    name, data, sentence = BAD_PICTURES[case]

    assert sentence in screen(admin_client, upload(data, name))
    assert_nothing_is_left(media)


def assert_nothing_is_left(media):
    assert not Picture.objects.exists()
    assert not UploadedFile.objects.exists()
    assert not [file for file in media.rglob("*") if file.is_file()]


def test_a_bad_replacement_leaves_the_picture_as_it_was(admin_client, media):
    picture = Picture.objects.create(title="Good", file=ContentFile(traced("PNG"), "good.png"))
    before = picture.file.name

    response = admin_client.post(
        reverse("wagtailimages:edit", args=[picture.pk]),
        {"title": "Good", "file": upload(png_of(30_000, 30_000), "huge.png")},
    )

    assert response.status_code == 200
    picture.refresh_from_db()
    assert picture.file.name == before
    assert (media / before).exists()


def test_the_sentence_is_in_the_editor_s_language(admin_client, admin_user):
    UserProfile.objects.update_or_create(user=admin_user, defaults={"preferred_language": "lv"})

    given = refusal_of_multiple(admin_client, upload(b"no picture", "photo.jpg"))

    with translation.override("lv"):
        assert given == " ".join(unreadable().messages)


# Replacing


def test_replacing_a_picture_removes_its_old_bytes_and_sizes(
    media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        picture = Picture.objects.create(title="One", file=ContentFile(traced("PNG"), "one.png"))
    old = {file for file in media.rglob("*") if file.is_file()}

    with django_capture_on_commit_callbacks(execute=True):
        picture.file = ContentFile(traced("JPEG", orientation=1), "two.jpg")
        picture.save()

    picture.refresh_from_db()
    assert (picture.width, picture.height) == LANDSCAPE
    assert not [file for file in old if file.exists()]
    assert picture.renditions.count() == len(PICTURE_SPECS)


def test_saving_an_object_read_before_a_replacement_does_not_bring_the_old_picture_back(
    media, django_capture_on_commit_callbacks
):
    picture = Picture.objects.create(title="One", file=ContentFile(traced("PNG"), "one.png"))
    read_before = Picture.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        picture.file = ContentFile(traced("JPEG", orientation=1), "two.jpg")
        picture.save()

    with django_capture_on_commit_callbacks(execute=True):
        read_before.title = "Renamed"
        read_before.save()

    now = Picture.objects.get()
    assert (now.title, now.file.name, now.width) == ("Renamed", picture.file.name, LANDSCAPE[0])
    assert (media / now.file.name).exists()


def test_a_new_focal_point_makes_new_covers(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        picture = make_picture()
    with django_capture_on_commit_callbacks(execute=True):
        picture.focal_point_x, picture.focal_point_y = 900, 500
        picture.focal_point_width = picture.focal_point_height = 50
        picture.save()

    assert picture.renditions.filter(filter_spec=PICTURE_SPECS[0]).count() == 2


# On pages


def make_picture(name="wide.jpg", **fields) -> Picture:
    data = saved(drawing((1000, 600)), "JPEG")
    return Picture.objects.create(title="IMG_2041", file=ContentFile(data, name), **fields)


def shown(source: str, **context) -> str:
    return Template("{% load pictures %}" + source).render(Context(context))


def test_a_page_shows_a_picture_in_the_sizes_made_before(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        picture = make_picture(description="Two people reading")

    html = shown("{% picture_inline picture %}", picture=picture)

    assert 'alt="Two people reading"' in html
    assert 'width="480"' in html
    assert 'height="288"' in html
    assert 'loading="lazy"' in html
    assert 'decoding="async"' in html
    assert "480w" in html
    assert "960w" in html
    # It is 1000 pixels wide and not made wider.
    assert "1000w" in html
    cover = shown("{% picture_cover picture lazy=False %}", picture=picture)
    assert 'height="270"' in cover
    assert 'alt=""' in cover
    assert "loading" not in cover


def test_words_of_the_place_come_before_those_of_the_picture():
    picture = make_picture(description="Two people reading")

    picture.contextual_alt_text = "A mother and her son"
    assert 'alt="A mother and her son"' in shown("{% picture_inline picture %}", picture=picture)

    picture.decorative = True
    assert 'alt=""' in shown("{% picture_inline picture %}", picture=picture)
    assert 'alt="A &quot;quoted&quot; word"' in shown(
        "{% picture_inline picture alt=words %}", picture=picture, words='A "quoted" word'
    )


def test_a_reader_s_request_draws_nothing():
    picture = make_picture()

    html = shown("{% picture_cover picture %}", picture=picture)

    assert picture.file.url in html
    assert picture.renditions.count() == 0
    assert shown("{% picture_cover picture %}", picture=None) == ""


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_of_pictures_costs_one_query_for_their_sizes(
    number, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _each in range(number):
            make_picture()
    source = "{% for one in all %}{% picture_inline one %}{% picture_cover one %}{% endfor %}"

    with django_assert_num_queries(2):
        html = shown(source, all=Picture.objects.prefetch_renditions(*PICTURE_SPECS))
    # As a StreamField fetches them.
    numbers = list(Picture.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        shown(source, all=Picture.objects.in_bulk(numbers).values())

    assert html.count("<img") == 2 * number
