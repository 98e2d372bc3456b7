"""The report of a wave as PDF: tagged, with bookmarks, printed by a browser from the pages of the built book."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import paths
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.waves import Wave, all_waves, published
from analysis.publication.chapters import SUMMARY
from analysis.publication.checks import pages
from analysis.publication.edition import edition
from analysis.publication.keeping import keep
from analysis.publication.pdf_checks import bookmarked, headings, printed_findings
from analysis.publication.print_edition import print_edition
from analysis.publication.takeaway import File, publication

if TYPE_CHECKING:
    from playwright.sync_api import Browser, PdfMargins

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Nothing is asked of any other computer, not even whether there is a newer browser.
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# The moment of printing, and the browser and machine that printed.
_OF_THE_MOMENT = re.compile(rb"/(?:CreationDate|ModDate|Creator) ?\((?:\\.|[^\\)])*\)")
_ONCE = re.compile(r"<!-- once (\S+): (.*?) -->", re.DOTALL)
MARGINS: PdfMargins = {"top": "16mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}
FOOTER = (
    '<div style="font: 8px sans-serif; color: #52606d; width: 100%; margin: 0 16mm; display: flex; '
    'justify-content: space-between"><span>{}</span><span><span class="pageNumber"></span> / '
    '<span class="totalPages"></span></span></div>'
)
# Not in a printed report: the front page of the book, and the list of its files.
LEFT_OUT = ("book/index.html", "book/take_away.html")


def print_book() -> list[Path]:
    """Print the report of every published wave into the built book, and its Summary Report; returns the files.

    Raises InputError if the book is not built, if there is no browser, or if a document does not say what its
    pages say; the book is then as it was before.
    """
    if not (paths.SITE / "index.html").exists():
        raise InputError([Finding(paths.shown(paths.SITE), "no book", "the built book: make book")])
    printed: dict[Path, bytes] = {}
    with open_browser() as browser:
        for wave in published():
            printed |= print_wave(wave, paths.SITE, browser)
    for path, content in printed.items():
        keep(path, content)
    list_printed(paths.SITE)
    return list(printed)


def print_wave(wave: Wave, site: Path, browser: Browser) -> dict[Path, bytes]:
    """The report of a wave as PDF, and its Summary Report where it has one, by the files they belong in."""
    title, folder, report = f"{publication().title}: {wave.title}", site / "data" / wave.id, report_pages(wave)
    printed = {folder / "report.pdf": print_pages(site, report, title, wave, browser)}
    if summary := [page for page in report if page == f"book/{wave.id}/{SUMMARY}.html"]:
        printed[folder / "summary.pdf"] = print_pages(site, summary, f"{title}, Summary Report", wave, browser)
    return printed


def report_pages(wave: Wave) -> list[str]:
    """The pages of a wave's report in reading order: its chapters, and what belongs to every wave."""
    others = tuple(f"book/{other.id}/" for other in all_waves() if other.id != wave.id)
    return [page for page in pages() if page not in LEFT_OUT and not page.startswith(others)]


def print_pages(site: Path, chosen: Sequence[str], title: str, wave: Wave, browser: Browser) -> bytes:
    """These pages of the built book as one PDF file. Raises InputError for each piece of text that is not in it."""
    document, footer = print_edition(site, chosen, title, _front(wave)), f"{title} ({wave.status})"
    # Its style sheets and drawings are looked for beside it.
    handle, name = tempfile.mkstemp(dir=site, prefix=".print-", suffix=".html")
    draft = Path(name)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(document)
        printed = bookmarked(timeless(_printed(browser, draft, footer)), headings(document))
    finally:
        draft.unlink()
    refuse(printed_findings(printed, title, document, footer))
    return printed


def _front(wave: Wave) -> list[str]:
    source = [f"Source: {wave.source}."] if wave.source else []
    banner = f"{wave.title}: {wave.status}. {' '.join(wave.banner.split())}"
    return [banner, f"Fieldwork: {wave.fieldwork}.", *source, f"Edition: {edition()}.", publication().licence]


def _printed(browser: Browser, document: Path, footer: str) -> bytes:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(document.as_uri())
        printed = page.pdf(
            format="A4", tagged=True, outline=True, print_background=True, margin=MARGINS, display_header_footer=True,
            header_template="<span></span>", footer_template=FOOTER.format(footer),
        )  # fmt: skip
    finally:
        context.close()
    return bytes(printed)


def timeless(printed: bytes) -> bytes:
    """A PDF without the moment it was printed at; blanks take its place, so that nothing in the file moves."""
    return _OF_THE_MOMENT.sub(lambda found: b" " * len(found[0]), printed)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser to print with. Raises InputError, saying what to install, if there is none."""
    from playwright.sync_api import Error, sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        except Error:
            missing = Finding("this computer", "no Chromium", "a browser to print with: make browser")
            raise InputError([missing]) from None
        try:
            yield browser
        finally:
            browser.close()


def list_printed(site: Path) -> int:
    """Let the pages of the built book list the documents that have been printed; returns how many pages do."""
    changed = 0
    for path in sorted(site.rglob("*.html")):
        text = path.read_text("utf-8")
        if "<!-- once " in text:
            changed += keep(path, _ONCE.sub(lambda found: _entry(site, found), text))
    return changed


def _entry(site: Path, found: re.Match[str]) -> str:
    printed = site / found[1]
    if not printed.exists():
        return found[0]
    return found[2].replace("{size}", File(printed.name, "", printed.read_bytes()).size)
