"""A page runs its own scripts and no others, whether a host sends it or it is opened from a disk."""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page
from test_browser import browser, chapter  # noqa: F401

from analysis.publication import refusals, security
from analysis.publication.page_reading import read_page

PAGES = ("book/index", chapter("04_involvement"), chapter("topline"), "book/methods/uncertainty", "book/methods/claims")
FOREIGN = "<script>document.documentElement.dataset.foreign = 'ran'</script>"


class Host(SimpleHTTPRequestHandler):
    """A host that sends with every file what the book's own file of headers says."""

    sent: tuple[tuple[str, str], ...] = ()

    def end_headers(self) -> None:
        for name, value in self.sent:
            self.send_header(name, value)
        super().end_headers()

    def do_GET(self) -> None:
        # Browsers ask for it by themselves; the book has none.
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """No one reads it."""


def sent_with(site: Path) -> tuple[tuple[str, str], ...]:
    first, *lines = (site / security.HEADERS).read_text("utf-8").splitlines()
    assert first == "/*"
    return tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))


@contextmanager
def served(site: Path) -> Iterator[str]:
    handler = type("Own", (Host,), {"sent": sent_with(site)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:  # noqa: F811
    """A page, and whatever it complains of."""
    context = browser.new_context()
    page, told = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(address)
    yield page, told
    context.close()


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


# The policy


def test_every_page_states_what_it_may_run_and_runs_no_attribute(site: Path) -> None:
    for path in refusals.pages_of(site):
        text, page = path.read_text("utf-8"), read_page(path)
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert text.index("Content-Security-Policy") < text.index("<title>"), "before anything is loaded"
        allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert allowed["default-src"] == "'none'" and "unsafe" not in allowed["script-src"]
        own = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in page.inline}
        assert set(allowed["script-src"].split()) == {"'self'", *own}, path.name
        assert page.handlers == [], path.name


def test_what_a_host_sends_is_no_more_than_the_pages_allow(site: Path) -> None:
    sent = dict(sent_with(site))
    assert sent["X-Content-Type-Options"] == "nosniff" and sent["Referrer-Policy"] == "no-referrer"
    policy = sent["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "'unsafe-eval'" not in policy
    assert not re.search(r"https?:|\*", policy), "nothing is loaded from elsewhere"


def test_the_policy_is_stated_once_however_often_a_book_is_protected(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<head>\n<meta charset="utf-8">\n<script>1</script></head>')
    security.protect(tmp_path)
    once = (tmp_path / "a.html").read_text()
    security.protect(tmp_path)
    assert (tmp_path / "a.html").read_text() == once
    assert once.count("Content-Security-Policy") == 1


# In a browser


@pytest.mark.parametrize("name", PAGES)
def test_a_served_page_works_under_the_policy(browser: Browser, host: str, name: str) -> None:  # noqa: F811
    with opened(browser, f"{host}/{name}.html") as (page, told):
        assert page.locator("h1").first.is_visible()
        # The script in the page itself has run, the style sheet counts.
        assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")
        assert page.evaluate("getComputedStyle(document.querySelector('.popover, [popover], article')).fontFamily")
        if "baseline" in name and "topline" not in name:
            number = page.locator("button.explained.number").first
            number.click()
            assert page.locator(f"#{number.get_attribute('popovertarget')}").is_visible()
        assert told == []


def test_the_search_works_under_the_policy(browser: Browser, host: str) -> None:  # noqa: F811
    with opened(browser, f"{host}/search.html?q=commissioners") as (page, told):
        page.locator("#search-results li a").first.wait_for()
        assert page.locator("#search-results li a").count() > 3
        assert told == []


@pytest.mark.parametrize("served_", [True, False], ids=["served", "from a disk"])
def test_a_script_that_does_not_belong_to_a_page_is_not_run(
    browser: Browser,  # noqa: F811
    site: Path,
    tmp_path: Path,
    served_: bool,
) -> None:
    copy = tmp_path / "html"
    shutil.copytree(site, copy)
    path = copy / "book" / "index.html"
    path.write_text(path.read_text("utf-8").replace("</article>", f"{FOREIGN}</article>"), "utf-8")
    with served(copy) as address:
        at = f"{address}/book/index.html" if served_ else path.as_uri()
        with opened(browser, at) as (page, told):
            assert page.locator("h1").first.is_visible()
            assert page.evaluate("document.documentElement.dataset.foreign") is None
            assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")
            assert any("Content Security Policy" in one for one in told)
            assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "styles count from a disk, too"
