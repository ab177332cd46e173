"""A web server on loopback that serves bytes, and misbehaves on request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["WebServer", "serving"]


@dataclass
class WebServer:
    """What is served, and what was asked for.

    Args:
        files: content by path.
        breaks_after: bytes after which the next answer for a path breaks off; used up by one answer.
        knows_ranges: whether a part can be asked for.
        asked: path and `Range` header of every request, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    breaks_after: dict[str, int] = field(default_factory=dict)
    knows_ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    root: str = ""

    def url(self, path: str) -> str:
        """Address of a path."""
        return f"{self.root}{path}"


@contextmanager
def serving() -> Iterator[WebServer]:
    """A server while the context lasts."""
    web = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range") if web.knows_ranges else None
            web.asked.append((self.path, self.headers.get("Range")))
            content = web.files.get(self.path)
            if content is None:
                self.send_error(404, "Not Found")
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if wanted and start >= len(content):
                self.send_error(416, "Range Not Satisfiable")
                return
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = web.breaks_after.pop(self.path, len(content))
            self.wfile.write(content[start:end])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
