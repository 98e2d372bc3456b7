"""The printed report is what the pages are, for those who see it and for those who hear it read."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from pypdf import PdfReader

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.waves import find_wave
from analysis.publication import pdf
from analysis.publication.pdf_checks import bookmarked, missing_words, printed_findings, printed_words
from analysis.publication.print_edition import print_edition

WAVE = find_wave("baseline")
CHAPTER, METHODS = f"book/{WAVE.id}/04_involvement.html", "book/methods/labels.html"
PAGES, TITLE = [CHAPTER, METHODS], "Two pages"
FOOTER = f"{TITLE} ({WAVE.status})"


@pytest.fixture(scope="module")
def site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book: what is printed lies in it for a moment, where other tests must not find it."""
    copy = tmp_path_factory.mktemp("book") / "html"
    return Path(shutil.copytree(site, copy, ignore=shutil.ignore_patterns("*.pdf")))


@pytest.fixture(scope="module")
def printed(site: Path) -> tuple[bytes, bytes]:
    """The same two pages, printed twice."""
    with pdf.open_browser() as browser:
        return twice(site, browser)


def twice(site: Path, browser: Browser) -> tuple[bytes, bytes]:
    first, second = (pdf.print_pages(site, PAGES, TITLE, WAVE, browser) for _ in range(2))
    return first, second


@pytest.fixture(scope="module")
def reader(printed: tuple[bytes, bytes]) -> PdfReader:
    return PdfReader(io.BytesIO(printed[0]))


@pytest.fixture(scope="module")
def document(site: Path) -> str:
    return print_edition(site, PAGES, TITLE, ["A title page."])


def without_spaces(text: str) -> str:
    return "".join(text.split())


def test_a_page_is_printed_with_the_same_bytes_at_any_time(printed: tuple[bytes, bytes], site: Path) -> None:
    assert printed[0] == printed[1]
    for trace in (b"/CreationDate", b"/ModDate", b"Mozilla", str(site).encode(), b"file://"):
        assert trace not in printed[0]
    assert not list(site.glob(".print-*")), "nothing is left behind"


def test_a_printed_document_has_what_those_need_who_hear_it(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None and reader.metadata.title == TITLE
    kinds = set()
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif hasattr(node, "get"):
            kinds.add(node.get("/S"))
            waiting += [node["/K"]] if "/K" in node and not isinstance(node["/K"], int) else []
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure", "/Link"} <= kinds


def test_its_bookmarks_are_the_titles_of_the_pages(reader: PdfReader) -> None:
    top = [mark.title for mark in reader.outline if not isinstance(mark, list)]
    assert top == [TITLE, "4. Involvement in commissioning", "How a number is known"]
    parts = [marks for marks in reader.outline if isinstance(marks, list)]
    below = [mark.title for marks in parts for mark in marks if hasattr(mark, "title")]
    assert below[:3] == ["Contents", "The early stages of commissioning", "Delivering public services"]


def test_links_lead_inside_the_document_and_nowhere_on_this_computer(reader: PdfReader) -> None:
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    inside = [str(note["/Dest"]) for note in notes if "/Dest" in note]
    assert {"/part-1", "/part-2"} <= set(inside) <= set(reader.named_destinations)
    outside = [str(note["/A"]["/URI"]) for note in notes if "/A" in note]
    assert not [link for link in outside if not link.startswith(("http://", "https://"))]


def test_nothing_is_printed_that_is_for_a_screen_alone(reader: PdfReader) -> None:
    words = printed_words(reader, FOOTER)
    for absent in ("How it is known:", "Address:", "import", "Download:", "Link to this chart", "Search", "hide code"):
        assert without_spaces(absent) not in words, absent
    assert "Thenumbersasatable" in words, "what can be opened on a screen is open on paper"


def test_every_number_of_the_charts_is_printed_beside_its_label(reader: PdfReader, site: Path) -> None:
    words = printed_words(reader, FOOTER)
    rows = 0
    for path in (site / "data" / WAVE.id / "exhibits").glob("04_involvement-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert without_spaces(row["label"] + row["shown"]) in words
                rows += 1
    assert rows > 40


def test_every_number_of_a_sentence_is_printed_where_it_stands(reader: PdfReader, site: Path) -> None:
    page = BeautifulSoup((site / CHAPTER).read_text("utf-8"), "html.parser")
    for told in page.select("[popover]"):
        told.decompose()
    words = printed_words(reader, FOOTER)
    numbers = page.select("article button.explained.number")
    assert len(numbers) > 40
    for number in numbers:
        after = "".join(str(one) for one in number.next_siblings if isinstance(one, str))[:20]
        # Up to where the next number begins, as far as it is plain text.
        plain = re.match(r"[\w ,.;()]*", after)
        assert without_spaces(number.get_text() + (plain[0] if plain and number.next_sibling == after else "")) in words


def test_nothing_is_wider_than_the_paper(site: Path, tmp_path: Path) -> None:
    whole = site / ".whole.html"
    whole.write_text(print_edition(site, pdf.report_pages(WAVE), TITLE, []), "utf-8")
    try:
        with pdf.open_browser() as browser:
            # A4 is 210 mm wide, less its margins of 16 mm: at 96 pixels to an inch.
            view = browser.new_page(viewport={"width": int((210 - 2 * 16) / 25.4 * 96), "height": 1000})
            view.emulate_media(media="print")
            view.goto(whole.as_uri())
            assert view.evaluate(WIDER) == []
            view.add_style_tag(content="table { width: 900px !important; max-width: none !important }")
            assert view.evaluate(WIDER) != []
    finally:
        whole.unlink()


WIDER = """() => [...document.querySelectorAll('article *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('svg'))
  .map(one => one.outerHTML.slice(0, 80))"""


def test_words_that_are_not_printed_or_out_of_their_place_are_found(
    printed: tuple[bytes, bytes], document: str, reader: PdfReader
) -> None:
    words = printed_words(reader, FOOTER)
    # The title page of this document differs from the printed one.
    assert list(missing_words(document, words)) == ["A title page."]
    changed = document.replace("49%", "48%", 1)
    assert changed != document
    assert any("48%" in block for block in missing_words(changed, words))
    start, end = document.index('<section class="print-part" id="part-2">'), document.index("</article>")
    turned = document[:start].replace("<nav", f"{document[start:end]}<nav") + document[end:]
    assert len(list(missing_words(turned, words))) > 10
    findings = list(printed_findings(printed[0], "a file", changed, FOOTER))
    assert str(findings[-1]).startswith("a file: found nowhere in its place")


def test_a_document_without_bookmarks_and_tags_is_found(document: str) -> None:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    found = [finding.found for finding in printed_findings(out.getvalue(), "a file", "<p></p>", FOOTER)]
    assert found == [f"a document without {name}" for name in ("tags", "a language", "a title", "bookmarks")]
    assert bookmarked(out.getvalue(), ["A title"])


def test_a_document_that_says_something_else_is_not_kept(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "SITE", site)
    monkeypatch.setattr(pdf, "published", lambda: (WAVE,))
    monkeypatch.setattr(pdf, "report_pages", lambda wave: [METHODS])
    monkeypatch.setattr(pdf, "headings", lambda document: [])
    monkeypatch.setattr(pdf, "_front", lambda wave: ["A title page."])
    real = pdf.printed_findings
    monkeypatch.setattr(pdf, "printed_findings", lambda p, t, document, f: real(p, t, document + "<p>More.</p>", f))
    with pytest.raises(InputError, match=r"found nowhere in its place: 'More\.'"):
        pdf.print_book()
    assert not list(site.rglob("*.pdf"))


def test_printed_documents_are_listed_from_then_on(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    entry = "<li><a href='data/w/report.pdf'>report.pdf</a> ({size})</li>"
    page.write_text(f"<ul><!-- once data/w/report.pdf: {entry} --><!-- once data/w/summary.pdf: {entry} --></ul>")
    assert pdf.list_printed(tmp_path) == 0
    assert "<ul><!--" in page.read_text()
    (tmp_path / "data" / "w").mkdir(parents=True)
    (tmp_path / "data" / "w" / "report.pdf").write_bytes(b"x" * 41_700)
    assert pdf.list_printed(tmp_path) == 1
    assert page.read_text().startswith("<ul><li><a href='data/w/report.pdf'>report.pdf</a> (42 kB)</li><!-- once")


def test_the_report_is_every_page_of_its_wave_in_the_order_of_the_book() -> None:
    pages = pdf.report_pages(WAVE)
    assert next(page for page in pages if WAVE.id in page) == f"book/{WAVE.id}/summary.html"
    assert METHODS in pages and pages.index(CHAPTER) < pages.index(METHODS)
    assert not {"book/index.html", "book/take_away.html"} & set(pages)


def test_without_a_book_or_a_browser_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "SITE", tmp_path)
    with pytest.raises(InputError, match="expected the built book: make book"):
        pdf.print_book()
    monkeypatch.setattr(pdf, "BROWSERS", ("no-such-browser",))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(InputError, match="expected a browser to print with: make browser"), pdf.open_browser():
        pass
