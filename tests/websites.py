"""A small website on this machine that behaves badly in known ways, for tests of links."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Website(ThreadingHTTPServer):
    """`asked` counts (method, path); `agents` are the names the visitors gave."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Behaviour)
        self.asked: Counter = Counter()
        self.agents: set = set()
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Visitors who hang up are no news."""


class Behaviour(BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked[self.command, self.path] += 1
        self.server.agents.add(self.headers.get("User-Agent", ""))
        name = self.path.split("?")[0].strip("/")
        getattr(self, f"be_{name.replace('-', '_')}", self.be_status)()

    do_GET = do_HEAD = answer

    def log_message(self, *_words):
        """The test looks at `asked`."""

    def send(self, status: int, **headers):
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def be_status(self):
        name = self.path.strip("/").split("?")[0]
        self.send(int(name) if name.isdigit() else 200)

    def be_no_head(self):
        self.send(405 if self.command == "HEAD" else 200)

    def be_head_lies(self):
        self.send(404 if self.command == "HEAD" else 200)

    def be_ring(self):
        self.send(302, Location="/gnir")

    def be_gnir(self):
        self.send(301, Location="/ring")

    def be_stairs(self):
        step = int(self.path.partition("?")[2] or 0)
        self.send(302, Location=f"/stairs?{step + 1}")

    def be_moved(self):
        self.send(308, Location="/200")

    def be_to_nowhere(self):
        self.send(302)

    def be_to(self):
        self.send(302, Location=unquote(self.path.partition("?")[2]))

    def be_hang(self):
        self.server.closing.wait(30)

    def be_drip(self):
        """A byte now and then: no pause is long, the answer never ends."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        for _drop in range(300):
            if self.server.closing.wait(0.1):
                return
            self.wfile.write(b"x")
            self.wfile.flush()

    def be_rubbish(self):
        self.wfile.write(b"\x00\xff not http at all\r\n\r\n")

    def be_hang_up(self):
        self.connection.close()

    def be_endless(self):
        self.send_response(200)
        self.end_headers()
        until = time.monotonic() + 30
        while time.monotonic() < until and not self.server.closing.is_set():
            self.wfile.write(b"x" * 65536)


@contextmanager
def website():
    site = Website()
    thread = threading.Thread(
        target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        site.shutdown()
        site.server_close()
