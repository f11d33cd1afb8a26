import brotli
import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from hub.compression import PageCompressionMiddleware, without_blanks

PAGE = "<p>Kopā\n        tālāk</p>\n\n" * 200


def sent(response, accepts="gzip, deflate, br", path="/lv/"):
    request = RequestFactory().get(path, headers={"accept-encoding": accepts})
    return PageCompressionMiddleware(lambda _request: response)(request)


def test_a_page_comes_in_brotli_and_reads_the_same():
    response = sent(HttpResponse(PAGE))

    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert "Accept-Encoding" in response.headers["Vary"]
    assert brotli.decompress(response.content).decode() == "<p>Kopā\ntālāk</p>" * 200


def test_blanks_stay_where_a_reader_would_miss_them():
    html = """
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

    sent_html = without_blanks(html.encode()).decode()

    assert (
        sent_html
        == ("<ul><li><a>one</a>\n<a>two</a></li></ul><p>three\n<em>four</em>\nfive</p>\n").rstrip()
    )


@pytest.mark.parametrize(
    ("accepts", "coding"), [("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None), ("brx", None)]
)
def test_a_browser_gets_what_it_accepts(accepts, coding):
    assert sent(HttpResponse(PAGE), accepts).headers.get("Content-Encoding") == coding


def test_blanks_in_a_form_field_stay():
    html = f"<textarea>one\n\n   two</textarea>{PAGE}"

    assert brotli.decompress(sent(HttpResponse(html)).content).decode() == html


def test_a_file_is_sent_as_it_is(tmp_path):
    file = tmp_path / "long.txt"
    file.write_text("a" * 5000)

    response = sent(FileResponse(file.open("rb")))

    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Length"] == "5000"
    assert b"".join(response.streaming_content) == b"a" * 5000


def test_the_admin_is_never_packed_with_its_secrets():
    assert sent(HttpResponse(PAGE), path="/admin/").headers.get("Content-Encoding") != "br"
