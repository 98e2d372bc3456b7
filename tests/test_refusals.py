"""No book is published that is stale, false, leads nowhere or tells of the computer it was made on."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import Finding
from analysis.inputs.waves import SurveyFile, Wave, find_wave
from analysis.publication import checks, refusals, traces
from analysis.publication.cells import Linked
from analysis.publication.chapters import read_notebook
from analysis.publication.freshness import Runs
from analysis.publication.links import link_findings
from analysis.publication.page_reading import ReadPage, ShownNumber, read_page
from analysis.publication.shown_numbers import _wrong, number_findings

BASELINE = find_wave("baseline")
CHAPTER = "book/baseline-2007/04_involvement.html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, ReadPage]:
    return {path: read_page(path) for path in refusals.pages_of(site)}


@pytest.fixture
def copied(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built book, which a test may spoil."""
    copy = tmp_path / "html"
    shutil.copytree(site, copy)
    monkeypatch.setattr(paths, "SITE", copy)
    return copy


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def told(found: object) -> list[str]:
    return [f"{one.place}: {one.found}" for one in found]  # type: ignore[attr-defined]


# Links


def test_every_link_of_the_book_leads_somewhere(pages: dict[Path, ReadPage]) -> None:
    assert told(link_findings(pages)) == []
    assert sum(len(page.links) for page in pages.values()) > 1000


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("gone.html", "which does not exist"),
        ("../methods/labels.html#gone", "a place which does not exist"),
        ("#gone", "a place which does not exist"),
        ("../../../outside.html", "which leaves the book"),
        ("/book/index.html", "which is a place of one server only"),
        ("javascript:alert(1)", "of the kind javascript"),
        ("file:///etc/hosts", "of the kind file"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(copied: Path, link: str, found: str) -> None:
    page = copied / CHAPTER
    spoil(page, "</article>", f'<a href="{link}">here</a></article>')
    labels = copied / "book/methods/labels.html"
    wrong = told(link_findings({page: read_page(page), labels: read_page(labels)}))
    assert wrong == [f"{page.name}: a link to {link!r}, {found}"]


def test_what_leads_out_of_the_book_is_not_followed_and_a_page_leads_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "SITE", tmp_path)
    (tmp_path / "a.html").touch()
    page = ReadPage(links=["https://example.org/x", "mailto:a@example.org", "#top", "a.html#top"], names={"top"})
    assert told(link_findings({tmp_path / "a.html": page})) == []


def test_a_button_that_opens_nothing_is_found(copied: Path) -> None:
    page = copied / CHAPTER
    spoil(page, 'id="explained-1"', 'id="explained-one"')
    assert told(link_findings({page: read_page(page)})) == [f"{page.name}: a button that opens 'explained-1'"]


# Numbers


def test_every_number_of_the_pages_stands_in_the_files(pages: dict[Path, ReadPage]) -> None:
    assert told(number_findings(BASELINE, pages)) == []
    assert sum(len(page.numbers) for page in pages.values()) > 400


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (">42%</button>", ">43%</button>", "'43%' as third_sector.early_involvement_ways.lsp"),
        (">31% to 52%</button>", ">31% to 54%</button>", "'31% to 54%' as"),
        ("</strong> third_sector.early_involvement_ways.lsp", "</strong> third_sector.early_involvement_ways.gone",
         "'42%' as third_sector.early_involvement_ways.gone"),
        ('<div class="cell_output docutils container">', '<div class="cell_output docutils container"><p>And 97%.</p>',
         "97%"),
        ('<div class="cell_output docutils container">', '<div class="cell_output docutils container"><p>97 per cent'
         "</p>", "97%"),
        ("<td>", "<td>97.3% ", "97.3%"),
    ],
)  # fmt: skip
def test_a_number_that_no_file_holds_is_found(copied: Path, before: str, after: str, found: str) -> None:
    page = copied / CHAPTER
    spoil(page, before, after)
    (wrong,) = told(number_findings(BASELINE, {page: read_page(page)}))
    assert wrong.startswith(f"{page.name}: {found}")


def test_numbers_in_files_that_were_changed_are_found_on_the_page(copied: Path) -> None:
    page = copied / CHAPTER
    row = "third_sector.early_involvement_ways.lsp,04_involvement,"
    spoil(copied / "data" / BASELINE.id / "statistics.csv", row, row.replace("04_involvement", "03_views"))
    wrong = told(number_findings(BASELINE, {page: read_page(page)}))
    assert wrong and all("'42%' as third_sector.early_involvement_ways.lsp" in one for one in wrong)


# Traces of a computer


@pytest.mark.parametrize(
    "trace",
    [
        "/home/someone/study/data.csv",
        "/Users/someone/study",
        "/tmp/tmpab12/x.csv",
        "C:\\Users\\someone\\study",
        "file:///srv/study/x",
    ],
)
@pytest.mark.parametrize("name", ["page.html", "numbers.csv", "drawing.svg", "script.js", "records.json", "pixels.png"])
def test_a_place_on_a_computer_is_found_in_any_file(tmp_path: Path, trace: str, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG \x00" * (name == "pixels.png") + f"read from {trace} just now".encode())
    assert told(traces.trace_findings([tmp_path / name])) == [f"{name}: {trace!r}"]


def test_a_place_on_a_computer_is_found_inside_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "tables.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("docProps/core.xml", "<creator>/home/someone/study</creator>")
    assert told(traces.trace_findings([path])) == ["tables.xlsx, docProps/core.xml: '/home/someone/study'"]


def test_the_names_of_this_computer_and_its_account_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "annalyst")
    monkeypatch.setattr("socket.gethostname", lambda: "office-pc-7")
    monkeypatch.setattr(paths, "PROJECT", Path("/srv/surveys/study"))
    traces.own_names.cache_clear()
    page = tmp_path / "page.html"
    page.write_text("made by annalyst on office-pc-7 in /srv/surveys/study, says an annalysts' friend")
    try:
        found = told(traces.trace_findings([page]))
    finally:
        traces.own_names.cache_clear()
    assert found == ["page.html: '/srv/surveys/study'", "page.html: 'annalyst'", "page.html: 'office-pc-7'"]


def test_an_account_called_root_is_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    monkeypatch.setattr("socket.gethostname", lambda: "localhost")
    traces.own_names.cache_clear()
    (tmp_path / "page.html").write_text("the root of the problem; see https://example.org/home/page and x/tmp/y")
    assert told(traces.trace_findings([tmp_path / "page.html"])) == []
    traces.own_names.cache_clear()


def test_nothing_of_the_book_tells_of_a_computer(site: Path) -> None:
    files = [path for path in sorted(site.rglob("*")) if path.is_file()]
    assert told(traces.trace_findings([*files, *sorted((paths.BOOK / BASELINE.id).glob("*.ipynb"))])) == []


# Chapters and responses


def test_a_false_sentence_without_an_alternative_is_found(study: Path, wave: Wave) -> None:
    draft = {"sentence": "Most did.", "claims": "a > b", "numbers": "a is 3%"}
    output = nbformat.v4.new_output("display_data", {"text/markdown": "Most did.", MIME: {"drafts": [draft]}})
    path = paths.BOOK / wave.id / "01_small.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("say()", outputs=[output])]), path)
    (found,) = told([next(refusals.refusals([wave]))])
    assert found == "book/made-up/01_small.ipynb: 'Most did.', which is false: a > b (a is 3%)"


def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sha: str) -> Wave:
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    own = tmp_path / "outcome" / "responses"
    own.mkdir(parents=True)
    (own / "commissioners.csv").write_text("id\n1\n")
    entry = SurveyFile(file="responses/commissioners.csv", responses=1, sha256=sha)
    return BASELINE.model_copy(update={"id": "outcome", "status": "collected", "surveys": {"commissioners": entry}})


def test_responses_that_are_not_those_of_the_wave_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = sha256(b"id\n1\n").hexdigest()
    wave = collected(tmp_path, monkeypatch, right)
    assert told(refusals.response_findings(wave)) == []
    (tmp_path / "outcome" / "responses" / "commissioners.csv").write_text("id\n2\n")
    (found,) = told(refusals.response_findings(wave))
    assert "commissioners.csv: the checksum" in found


def test_collected_responses_without_a_checksum_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = collected(tmp_path, monkeypatch, "")
    assert told(refusals.response_findings(wave)) == ["wave.yml: no checksum"]


Change = Callable[[Path, Path], None]


def new_input(target: Path, code: Path) -> None:
    code.write_text(code.read_text() + "# changed\n")


def new_result(target: Path, code: Path) -> None:
    target.write_text(target.read_text() + "\n")


@pytest.mark.parametrize("change", [new_input, new_result])
def test_a_chapter_that_is_stale_is_found(
    study: Path, make_chapter: object, wave: Wave, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    code = study / "analysis" / "numbers.py"
    code.write_text("# numbers\n")
    chapter = make_chapter("01_small", [("wave = 'made-up'", ["parameters"])])  # type: ignore[operator]
    target = paths.BOOK / wave.id / chapter.name
    target.parent.mkdir(parents=True)
    shutil.copy(chapter, target)

    class Known:
        def of_chapter(self, path: Path, wave: Wave) -> list[Path]:
            return [path, code]

    monkeypatch.setattr(refusals.Dependencies, "read", classmethod(lambda cls: Known()))
    runs = Runs({})
    runs.note("made-up/01_small", refusals.Contents().of([chapter, code]), target)
    paths.BUILD.mkdir()
    runs.write()
    assert told(refusals.stale_findings([wave])) == []
    change(target, code)
    assert told(refusals.stale_findings([wave])) == [
        "book/made-up/01_small.ipynb: a chapter run before its inputs, its text or its results were changed"
    ]


def test_a_page_that_was_changed_after_the_build_is_found(site: Path, copied: Path) -> None:
    spoil(copied / "book" / "index.html", "</title>", " (edited)</title>")
    found = told(refusals.built_findings([]))
    assert found == ["html: pages that are not those of the executed chapters, or a draft"]


def test_without_a_book_there_is_nothing_to_publish(study: Path) -> None:
    assert told(refusals.built_findings([])) == ["_build/html: no book"]


def test_a_page_of_another_wave_is_found(copied: Path) -> None:
    spoil(copied / CHAPTER, "<strong>Baseline 2007: reconstructed.", "<strong>Outcome 2009: collected.")
    assert [one.found for one in checks.site_findings([BASELINE])] == ["a page that does not say its wave"]


def test_everything_is_found_at_once(copied: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One book with every fault: one list, each with its place."""
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    shutil.copytree(Path(paths.ROOT) / "book" / BASELINE.id, tmp_path / "book" / BASELINE.id)
    monkeypatch.setattr(refusals, "file_findings", lambda wave, survey: [Finding(f"{survey}.csv", "other", "these")])
    monkeypatch.setattr(checks, "tracked_findings", lambda: [Finding("responses/a.csv", "tracked", "not")])
    notebook = tmp_path / "book" / BASELINE.id / "04_involvement.ipynb"
    faulty = read_notebook(notebook)
    cells = [cell for cell in faulty.cells if cell.cell_type == "code" and cell.outputs]
    cells[0].outputs.append(nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=["Traceback"]))
    faulty.metadata.wave = {"id": "other", "title": "Other", "status": "collected"}
    nbformat.write(faulty, notebook)
    page = copied / CHAPTER
    spoil(page, ">42%</button>", ">43%</button>")
    spoil(page, "</article>", '<a href="gone.html">x</a> /home/someone/x</article>')
    (copied / "book" / BASELINE.id / "06_barriers.html").unlink()
    found = " | ".join(str(one) for one in checks.check_book())
    for words in ("the error KeyError", "a page run for other", "'43%' as", "gone.html", "/home/someone/x", "no page",
                  "commissioners.csv: found other", "tracked", "pages that are not those"):  # fmt: skip
        assert words in found


def test_what_is_left_out_of_a_wave_is_not_checked(wave: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    entry = SurveyFile(file="responses/commissioners.csv", responses=1, sha256="0" * 64)
    away = replace_surveys(wave, {"commissioners": entry})
    assert told(refusals.response_findings(away)) == []


def replace_surveys(wave: Wave, surveys: dict[str, SurveyFile]) -> Wave:
    return wave.model_copy(update={"surveys": surveys})


# Changes since the wave before

SHARE = {"base": "200", "count": "80", "percent": "40", "known": "collected", "printed": ""}
CHANGE = {"address": "garden.pond.yes", "crude": "35", "crude_low": "25.6", "crude_high": "43", "adjusted": "-33.5"}


@pytest.mark.parametrize("shown", ["+35", "+35 points", "up 35 percentage points", "down 34 percentage points", "5%",
                                   "5% [u]", "[c]"])  # fmt: skip
def test_a_change_is_said_as_its_file_has_it(shown: str) -> None:
    number = ShownNumber(shown, CHANGE["address"], of_change=True)
    assert list(_wrong(number, {number.address: SHARE}, {number.address: CHANGE}, BASELINE)) == []


@pytest.mark.parametrize("shown", ["+36", "\N{MINUS SIGN}35", "+40 points", "up 34 percentage points", "0", "no change",
                                   "down 35 percentage points", "40%", "6%"])  # fmt: skip
def test_a_change_that_its_file_does_not_have_is_found(shown: str) -> None:
    number = ShownNumber(shown, CHANGE["address"], of_change=True)
    ((found, expected),) = _wrong(number, {number.address: SHARE}, {number.address: CHANGE}, BASELINE)
    assert found == f"{shown!r} as garden.pond.yes, a change" and "up 35 percentage points, as in" in expected


def test_a_number_that_has_changed_is_held_against_its_own_file() -> None:
    """It has the address of its change, whose numbers are not its own."""
    shown = ShownNumber("35%", CHANGE["address"])
    ((found, expected),) = _wrong(shown, {shown.address: SHARE}, {shown.address: CHANGE}, BASELINE)
    assert "35%" in found and expected.startswith("200 or 40 or 80")
    ((_, expected),) = _wrong(shown, {}, {shown.address: CHANGE}, BASELINE)
    assert expected.startswith("an address that statistics.csv")
    moved = ShownNumber("+35", CHANGE["address"], of_change=True)
    ((_, expected),) = _wrong(moved, {shown.address: SHARE}, {}, BASELINE)
    assert expected.startswith("one that changes.csv")


def test_a_change_that_is_known_as_a_range_lies_within_its_interval() -> None:
    known = CHANGE | {"crude": ""}
    for shown, wrong in (("+26 to +43", 0), ("up 30 to 41 percentage points", 0), ("+26 to +53", 1)):
        number = ShownNumber(shown, CHANGE["address"], of_change=True)
        assert len(list(_wrong(number, {number.address: SHARE}, {number.address: known}, BASELINE))) == wrong


def test_a_cell_leads_to_a_place_on_a_page_or_to_the_page() -> None:
    assert 'href="../book/a.html#b%20c"' in Linked("1", "book/a", "b c").html("../")
    assert 'href="../book/a.html"' in Linked("1", "book/a", "").html("../")
