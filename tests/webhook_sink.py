"""A receiver of webhooks on this machine, for tests: keeps what is posted, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Sink:
    """What came in as (headers, body); `status` is what the next ones are answered with, after `slow` seconds."""

    url: str = ""
    status: int = 204
    slow: float = 0.0
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def running() -> Iterator[Sink]:
    """A receiver on a free port of this machine."""
    sink, over = Sink(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            over.wait(sink.slow)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.posted.append((dict(self.headers), body))
            self.send_response(sink.status)
            self.send_header("Location", f"{sink.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response(405)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.url = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield sink
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        running.join(5)
