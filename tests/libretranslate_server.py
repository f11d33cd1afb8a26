"""A server on this machine that speaks LibreTranslate's protocol: right, slow, broken, or careless.

https://docs.libretranslate.com: POST /translate with JSON (q, source, target, format, api_key)
answers {"translatedText": [...]}, or {"error": "..."} with a status.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Service(ThreadingHTTPServer):
    """`mode` is how it behaves, `asked` what it was asked (the JSON of each request)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode = "right"
        self.asked: list[dict] = []
        # After so many good answers it behaves as `mode` says.
        self.good_answers = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def translated(html: str, language: str) -> str:
    """As a machine would: other words, the marks where they were."""
    return f"{language}: {html}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_args):
        """Tests are quiet."""

    def do_POST(self):
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append({**asked, "path": self.path})
        mode = server.mode if len(server.asked) > server.good_answers else "right"
        made = [translated(text, asked["target"]) for text in asked["q"]]
        if mode == "slow":
            time.sleep(1.5)
        elif mode == "dripping":
            self.drip()
            return
        elif mode == "too few":
            made = made[1:]
        elif mode == "one text":
            made = " ".join(made)
        elif mode == "marks lost":
            made = [text.replace('id="a1"', 'id="a9"').replace("<b>", "<script>") for text in made]
        if mode in ("400", "403", "429", "500"):
            self.send(int(mode), json.dumps({"error": "no"}).encode())
        elif mode == "not json":
            self.send(200, b"<html>It works!</html>")
        elif mode == "endless":
            self.send(200, b" " * 6_000_000)
        elif mode == "elsewhere":
            self.send(302, b"", Location="http://127.0.0.1:1/")
        else:
            self.send(200, json.dumps({"translatedText": made}).encode())

    def send(self, status: int, body: bytes, **headers):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.try_to_write(body)

    def drip(self):
        """A byte now and then, so that no wait is long."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        for _unused in range(20):
            if not self.try_to_write(b" "):
                return
            time.sleep(0.2)

    def try_to_write(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:  # who asked has gone
            return False
        return True


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=service.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """The address of a service that answers everything alike."""

    class Alike(BaseHTTPRequestHandler):
        def log_message(self, *_args):
            """Tests are quiet."""

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Alike)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
