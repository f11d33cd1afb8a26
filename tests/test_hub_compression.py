import brotli
import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from wagtail.models import get_page_models

from hub.compression import PageCompressionMiddleware, without_blanks
from hub.models import HubPage

PAGE = "<p>Kopā\n        tālāk</p>\n\n" * 200


def sent(response, accepts="gzip, deflate, br", path="/lv/"):
    request = RequestFactory().get(path, headers={"accept-encoding": accepts})
    return PageCompressionMiddleware(lambda _request: response)(request)


def test_a_page_comes_in_brotli_and_reads_the_same():
    response = sent(HttpResponse(PAGE))

    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert "Accept-Encoding" in response.headers["Vary"]
    assert (
        brotli.decompress(response.content).decode()
        == "<p>Kopā\ntālāk" * 199 + "<p>Kopā\ntālāk</p>"
    )


def test_blanks_stay_where_a_reader_would_miss_them():
    source = """
        <ul>
            <li>
                <a>one</a>
                <a>two</a>
            </li>
        </ul>
        <p>three
            <em>four</em>
            five</p>
    """

    sent_html = without_blanks(source.encode()).decode()

    assert (
        sent_html
        == ("<ul><li><a>one</a>\n<a>two</a></li></ul><p>three\n<em>four</em>\nfive</p>\n").rstrip()
    )


TREES = """texts => texts.map(
    text => new DOMParser().parseFromString(text, "text/html").documentElement.outerHTML)"""


@pytest.mark.browser
def test_a_page_is_the_same_without_the_end_tags_that_go(demo, client, chromium):
    tab = chromium.new_page()
    for model in get_page_models():
        page = model.objects.filter(live=True, url_path__startswith="/home-uk").first()
        if not isinstance(page, HubPage):
            continue
        whole = client.get(page.get_url()).content
        answer = client.get(page.get_url(), headers={"accept-encoding": "br"})
        short = brotli.decompress(answer.content)

        assert len(short) < len(whole)
        before, after = tab.evaluate(TREES, [whole.decode(), short.decode()])
        assert before == after, page
    tab.close()


def test_an_end_tag_stays_where_something_else_follows():
    source = (
        "<p>one</p>two<p>three</p><em>four</em><a><p>five</p></a>"
        "<ul><li>six</li>\n<li>seven</li></ul><p>eight</p><div>nine</div>" + PAGE
    )

    content = sent(HttpResponse(source)).content

    assert (
        brotli.decompress(content)
        .decode()
        .startswith(
            "<p>one</p>two<p>three</p><em>four</em><a><p>five</p></a>"
            "<ul><li>six<li>seven</ul><p>eight<div>nine</div>"
        )
    )


@pytest.mark.parametrize(
    ("accepts", "coding"), [("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None), ("brx", None)]
)
def test_a_browser_gets_what_it_accepts(accepts, coding):
    assert sent(HttpResponse(PAGE), accepts).headers.get("Content-Encoding") == coding


def test_blanks_in_a_form_field_stay():
    source = f"<textarea>one\n\n   two</textarea>{PAGE}"

    assert brotli.decompress(sent(HttpResponse(source)).content).decode() == source


def test_a_file_is_sent_as_it_is(tmp_path):
    file = tmp_path / "long.txt"
    file.write_text("a" * 5000)

    response = sent(FileResponse(file.open("rb")))

    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Length"] == "5000"
    assert b"".join(response.streaming_content) == b"a" * 5000


def test_the_admin_is_never_packed_with_its_secrets():
    assert sent(HttpResponse(PAGE), path="/admin/").headers.get("Content-Encoding") != "br"
