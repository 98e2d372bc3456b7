"""The pages as an author's browser shows them: they come anew, by themselves, whenever they have been made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from urllib.parse import parse_qs, urlsplit

from analysis.inputs.findings import Finding, InputError
from analysis.publication.security import META

CHANGES = "/_changes"
# While nothing happens, a browser is told every so many seconds that it is still listened to.
QUIET = 15.0
# Added to every page as it is sent, and to none that is kept.
SCRIPT = """<script>
new EventSource("/_changes?after=%d").onmessage = event => {
  const told = JSON.parse(event.data)
  if (!told) return location.reload()
  const note = document.getElementById("_told") || document.body.appendChild(document.createElement("pre"))
  note.id = "_told"
  note.style = "position:fixed;z-index:9999;inset:auto 0 0 0;margin:0;padding:1em;white-space:pre-wrap;" +
    "background:#fff3cd;color:#1f2933;border-top:3px solid #a11d33"
  note.textContent = told
}
</script></body>"""


@dataclass
class News:
    """What browsers are told: how often pages have been made anew, or what keeps them from it."""

    told: list[str] = field(default_factory=list)
    happened: Condition = field(default_factory=Condition)

    def tell(self, what: str = "") -> None:
        """Let every page be shown anew, or with these words on it."""
        with self.happened:
            self.told.append(what)
            self.happened.notify_all()

    def after(self, number: int, seconds: float = QUIET) -> str | None:
        """The last that was told, if there is more than so many; nothing if that is not so for a while."""
        with self.happened:
            more = self.happened.wait_for(lambda: len(self.told) > number, seconds)
            return self.told[-1] if more else None


@contextmanager
def serving(folder: Path, port: int) -> Iterator[tuple[str, News]]:
    """Serve the pages in a folder to this computer's browsers: the address, and how to tell them news.

    Raises InputError if the port is taken; 0 takes any that is free.
    """
    news = News()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Pages, news, directory=str(folder)))
    except OSError:
        raise InputError([Finding("--port", f"{port}, which is in use", "a port that is free, or 0 for any")]) from None
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", news
    finally:
        server.shutdown()
        server.server_close()


class _Pages(SimpleHTTPRequestHandler):
    def __init__(self, news: News, *arguments: object, directory: str) -> None:
        self.news = news
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == CHANGES:
            self._tell(int(parse_qs(asked.query)["after"][0]))
        elif (page := self._page()) is not None:
            self._send(page)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """An author need not read which pages a browser asks for."""

    def _page(self) -> Path | None:
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() and self.path.endswith("/") else path
        return page if page.suffix == ".html" and page.is_file() else None

    def _send(self, page: Path) -> None:
        number = len(self.news.told)
        # What a published page may run does not include what shows it anew.
        body = META.sub("", page.read_text("utf-8")).replace("</body>", SCRIPT % number).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell(self, number: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while (told := self.news.after(number)) is None:
                self.wfile.write(b": nothing yet\n\n")
            self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
        except OSError:
            # The browser has gone elsewhere.
            return
