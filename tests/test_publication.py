"""The book shows what the chapters found, whole and current, and asks nothing of any other computer."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, find_wave
from analysis.publication import book, checks, contents, downloads
from analysis.publication.chapters import read_notebook
from analysis.publication.dependencies import Dependencies
from analysis.publication.keeping import keep
from analysis.publication.requests import external_requests, of_page, of_style
from analysis.publication.sphinx_extension import write_data

BASELINE = find_wave("baseline")
EXECUTED = contents.executed_chapters(BASELINE)
Fault = Callable[[Any], None]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Executed chapters


def test_the_executed_chapters_are_what_the_chapters_make() -> None:
    assert EXECUTED
    assert [str(finding) for finding in checks.wave_findings(BASELINE)] == []
    assert [str(finding) for finding in checks.contents_findings()] == []


def another_wave(notebook: Any) -> None:
    notebook.metadata.wave = {"id": "other", "title": "Other", "status": "collected"}


def another_status(notebook: Any) -> None:
    notebook.metadata.wave.status = "collected"


def another_parameter(notebook: Any) -> None:
    next(cell for cell in notebook.cells if cell.id == "injected-parameters").source = 'wave = "other"'


def another_source(notebook: Any) -> None:
    notebook.cells[-1].source += " "


def a_missing_cell(notebook: Any) -> None:
    notebook.cells.pop()


def put_output(notebook: Any, **output: Any) -> None:
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output(**output)]


def an_error(notebook: Any) -> None:
    put_output(notebook, output_type="error", ename="KeyError", evalue="'pct'", traceback=[])


def a_message(notebook: Any) -> None:
    put_output(notebook, output_type="stream", name="stderr", text="FutureWarning: soon\n")


def a_path(notebook: Any) -> None:
    put_output(notebook, output_type="display_data", data={"text/plain": "read /home/someone/data.csv"})


def a_memory_address(notebook: Any) -> None:
    put_output(notebook, output_type="display_data", data={"text/plain": "<Estimate object at 0x7f3a5c001d90>"})


def a_hidden_output(notebook: Any) -> None:
    put_output(notebook, output_type="display_data", data={MIME: {"kind": "say"}})


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (another_wave, "found a page run for other, Other, collected; expected one run for baseline-2007"),
        (another_status, "expected one run for baseline-2007, Baseline 2007, reconstructed"),
        (another_parameter, "found other parameters"),
        (another_source, "found another text than the chapter's"),
        (a_missing_cell, "found another text than the chapter's"),
        (an_error, "found the error KeyError"),
        (a_message, "found the message 'FutureWarning: soon'"),
        (a_path, "found '/home/someone/data.csv'"),
        (a_memory_address, "found 'at 0x7f3a5c001d90'"),
        (a_hidden_output, "found an output that no page can show"),
    ],
)
def test_a_fault_in_an_executed_chapter_is_found(tmp_path: Path, fault: Fault, message: str) -> None:
    source = read_notebook(paths.CHAPTERS / EXECUTED[0].name)
    notebook = read_notebook(EXECUTED[0])
    fault(notebook)
    planted = tmp_path / EXECUTED[0].name
    nbformat.write(notebook, planted)
    found = [str(finding) for finding in checks.executed_findings(planted, source, BASELINE)]
    assert len(found) == 1
    assert message in found[0]


def test_chapters_without_a_run_and_runs_without_a_chapter_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "BOOK", tmp_path)
    folder = tmp_path / BASELINE.id
    folder.mkdir()
    for path in EXECUTED[1:]:
        shutil.copy(path, folder)
    shutil.copy(EXECUTED[0], folder / "99_gone.ipynb")
    found = [str(finding) for finding in checks.wave_findings(BASELINE)]
    assert [finding.split(":")[0] for finding in found] == [f"book/baseline-2007/{EXECUTED[0].name}", "99_gone.ipynb"]


# The table of contents


def test_the_contents_list_the_waves_and_keep_what_people_wrote(study: Path, wave: Wave) -> None:
    keep(paths.BOOK / "made-up" / "01_first.ipynb", "{}\n")
    text = f"root: book/index\nparts:\n{contents.BEGIN}\n  old\n{contents.END}\n  - caption: Methods\n"
    new = contents.with_waves(text, [wave])
    assert "book/made-up/01_first" in new
    assert "old" not in new
    assert new.startswith("root: book/index\n")
    assert new.endswith(f"{contents.END}\n  - caption: Methods\n")
    assert contents.with_waves(new, [wave]) == new


def test_the_summary_stands_first_and_only_chapters_are_numbered(study: Path, wave: Wave) -> None:
    for name in ("change", "summary", "02_second", "01_first"):
        keep(paths.BOOK / "made-up" / f"{name}.ipynb", "{}\n")
    new = yaml.safe_load(contents.with_waves(f"root: book/index\nparts:\n{contents.BEGIN}\n{contents.END}\n", [wave]))
    assert new["parts"] == [
        {"caption": "Made up", "chapters": [{"file": "book/made-up/summary"}]},
        {"numbered": 1, "chapters": [{"file": "book/made-up/01_first"}, {"file": "book/made-up/02_second"}]},
        {"chapters": [{"file": "book/made-up/change"}]},
    ]


def test_contents_without_a_part_for_the_waves_are_refused(wave: Wave) -> None:
    with pytest.raises(InputError, match="no part for the waves"):
        contents.with_waves("root: book/index\n", [wave])


# Keeping files


def test_a_file_is_kept_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "page.txt"
    assert keep(path, "one\n")
    assert not keep(path, "one\n")

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="full"):
        keep(path, "two\n")
    assert path.read_text() == "one\n"
    assert list(path.parent.iterdir()) == [path]


# The files to take away


def estimate(address: str, **values: str) -> dict[str, str]:
    return {column: "" for column in downloads.STATISTICS if column != "chapter"} | {"address": address} | values


def write_executed(path: Path, *records: dict[str, Any]) -> Path:
    outputs = [nbformat.v4.new_output("display_data", {"text/markdown": "x", MIME: record}) for record in records]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=outputs)])
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def test_statistics_stand_once_a_chapter_in_the_order_of_the_book(tmp_path: Path) -> None:
    b, a = estimate("b", percent="49"), estimate("a", percent="7")
    first = write_executed(tmp_path / "01.ipynb", {"estimates": [b, a]}, {"estimates": [b], "claims": []})
    second = write_executed(tmp_path / "02.ipynb", {"estimates": [a]})
    found = downloads.statistics([first, second])
    assert [(row["chapter"], row["address"], row["percent"]) for row in found] == [
        ("01", "b", "49"),
        ("01", "a", "7"),
        ("02", "a", "7"),
    ]
    assert downloads.as_csv(found, downloads.STATISTICS).startswith(",".join(downloads.STATISTICS) + "\n")


def test_one_address_with_two_values_in_a_chapter_stops_the_book(tmp_path: Path) -> None:
    twice = [estimate("a", percent="7"), estimate("a", percent="8")]
    path = write_executed(tmp_path / "01.ipynb", {"estimates": twice})
    with pytest.raises(InputError, match="chapter 01: found two values for a"):
        downloads.statistics([path])


def test_a_record_with_other_columns_stops_the_book(tmp_path: Path) -> None:
    path = write_executed(tmp_path / "01.ipynb", {"estimates": [estimate("a", margin="1")]})
    with pytest.raises(InputError, match="a record with 'margin'"):
        downloads.statistics([path])


def test_a_claim_is_listed_with_each_sentence_that_makes_it(tmp_path: Path) -> None:
    claim = {"claim": "a > b", "state": "holds", "margin": "3", "sentence": "A is more."}
    other = {**claim, "sentence": "More chose A."}
    path = write_executed(tmp_path / "01.ipynb", {"claims": [claim, other]}, {"claims": [claim]})
    assert [row["sentence"] for row in downloads.claims([path])] == ["A is more.", "More chose A."]


def test_the_files_of_the_baseline_agree_with_its_chapters(site: Path) -> None:
    statistics = rows(site / "data" / "baseline-2007" / "statistics.csv")
    assert tuple(statistics[0]) == (
        "address", "chapter", "survey", "question", "answers", "group_by", "group", "base", "count", "percent",
        "low", "high", "least", "greatest", "known", "printed", "where",
    )  # fmt: skip
    assert len({(row["chapter"], row["address"]) for row in statistics}) == len(statistics)
    assert {row["chapter"] for row in statistics} <= {path.stem for path in EXECUTED}
    often = "commissioners.early_involvement.always+often"
    # Paragraph 4.6 of the report prints 49% of 162 respondents.
    assert {(row["percent"], row["base"]) for row in statistics if row["address"] == often} == {("49", "162")}
    assert tuple(rows(site / "data" / "baseline-2007" / "claims.csv")[0]) == (
        "chapter", "claim", "state", "margin", "sentence",
    )  # fmt: skip
    figures = rows(site / "data" / "published-figures.csv")
    assert tuple(figures[0]) == (
        "figure", "where", "address", "value", "unit", "qualifier", "base", "reproduced", "note",
    )  # fmt: skip
    assert {row["reproduced"] for row in figures} <= {"yes", "no"}
    assert all(row["note"] for row in figures if row["reproduced"] == "no")


def test_a_fault_in_the_files_fails_the_build(tmp_path: Path) -> None:
    path = EXECUTED[0]
    write_executed(tmp_path / "book" / "baseline-2007" / path.name, {"estimates": [{"address": "a"}]})
    with pytest.raises(InputError, match="a record without 'answers'"):
        write_data(tmp_path / "book", tmp_path / "data")


# The pages


def test_every_page_is_there_and_says_of_which_wave_it_is(site: Path) -> None:
    assert [str(finding) for finding in checks.site_findings([BASELINE])] == []
    assert len(checks.pages()) >= len(EXECUTED) + 2
    assert (site / "index.html").exists()


def test_what_is_missing_from_the_pages_is_found(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "html"
    shutil.copytree(site, copy)
    monkeypatch.setattr(paths, "SITE", copy)
    pages = [copy / "book" / "baseline-2007" / f"{path.stem}.html" for path in EXECUTED[:3]]
    pages[0].unlink()
    pages[1].write_text(pages[1].read_text("utf-8").replace("wave-reconstructed", ""), "utf-8")
    pages[2].write_text(pages[2].read_text("utf-8") + '<img src="https://example.org/x.png">', "utf-8")
    (copy / "data" / "published-figures.csv").unlink()
    found = [finding.found for finding in checks.site_findings([BASELINE])]
    assert found == ["no page", "no word of the wave's status", "no file", "a request to https://example.org/x.png"]


def test_no_page_asks_anything_of_another_computer(site: Path) -> None:
    assert list(external_requests(site)) == []
    assert len(list(site.rglob("*.html"))) >= len(checks.pages())


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example.org/mathjax.js"></script>',
        '<link rel="stylesheet" href="//fonts.example.org/css">',
        '<link rel="preconnect" href="https://fonts.example.org">',
        '<img srcset="a.png 1x, https://example.org/b.png 2x">',
        '<iframe src="HTTP://example.org"></iframe>',
        "<style>@import 'https://example.org/a.css';</style>",
        '<p style="background: url(https://example.org/a.png)">x</p>',
        '<script type="module">import x from "https://example.org/x.js"</script>',
        '<svg><image xlink:href="https://example.org/x.svg"/></svg>',
    ],
)
def test_a_request_to_elsewhere_is_found(page: str) -> None:
    assert len(of_page(page)) == 1


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://example.org">a source</a>',
        '<link rel="canonical" href="https://example.org">',
        '<script src="../_static/a.js"></script>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#bar"/></svg>',
        "<pre>&lt;img src='https://example.org/x.png'&gt;</pre>",
    ],
)
def test_a_link_is_no_request(page: str) -> None:
    assert of_page(page) == []


def test_style_sheets_are_read_too() -> None:
    style = "/* url(https://a.example) */ p { background: url( 'https://b.example/x' ) } q { background: url(data:x) }"
    assert of_style(style) == ["https://b.example/x"]


def test_pages_hold_no_path_of_this_computer(site: Path) -> None:
    root = str(paths.ROOT)
    assert [path.name for path in site.rglob("*.html") if root in path.read_text("utf-8")] == []
    assert not list(site.rglob("*.ipynb")), "pages are published, not their notebooks with metadata"


def test_a_build_with_a_warning_is_refused_and_the_old_book_stays(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "title: A book\nonly_build_toc_files: true\nexecute: {execute_notebooks: 'off'}\n"
    keep(study / "_config.yml", settings)
    keep(study / "_toc.yml", "format: jb-book\nroot: book/index\n")
    keep(paths.BOOK / "index.md", "# A page\n\n[nowhere](no_such_page.md)\n")
    keep(paths.SITE / "index.html", "the old book\n")
    with pytest.raises(InputError, match=r"book/index\.md:3: WARNING: .*no_such_page"):
        book.build_book()
    assert (paths.SITE / "index.html").read_text() == "the old book\n"
    keep(paths.BOOK / "index.md", "# A page\n")
    book.build_book()
    assert "A page" in (paths.SITE / "book" / "index.html").read_text("utf-8")


RECORDING = """
import atexit, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
atexit.register(lambda: open({told!r}, "w").write("\\n".join(opened)))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book built by Jupyter Book itself, and beside it the names of the files that were opened."""
    folder = tmp_path_factory.mktemp("alone")
    code = RECORDING.format(told=str(folder / "opened.txt")) + "import gc; gc.set_threshold(50_000, 50, 50)\n"
    code += "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", code, "build", ".", "--path-output", str(folder), "-q"]
    subprocess.run(command, cwd=paths.ROOT, check=True, capture_output=True)
    return folder


def test_jupyter_book_alone_builds_the_same_site(site: Path, alone: Path) -> None:
    folder = alone / "_build" / "html"
    names = {path.relative_to(site) for path in site.rglob("*") if path.suffix in (".html", ".csv")}
    assert names == {path.relative_to(folder) for path in folder.rglob("*") if path.suffix in (".html", ".csv")}
    differing = [name for name in names if (site / name).read_bytes() != (folder / name).read_bytes()]
    assert differing == []


def test_a_build_reads_nothing_that_the_pages_are_not_said_to_follow_from(alone: Path) -> None:
    opened = {(paths.ROOT / name).resolve() for name in (alone / "opened.txt").read_text("utf-8").splitlines()}
    ours = {path for path in opened if path.is_relative_to(paths.ROOT) and path.is_file()}
    read = {paths.shown(path) for path in ours if not set(path.parts) & {".venv", "_build", "__pycache__", ".git"}}
    assert {"book/index.md", "data/questionnaire/commissioners.yml", "analysis/publication/directives.py"} <= read
    assert read - {paths.shown(path) for path in Dependencies.read().of_book()} == set()


def test_titles_are_numbered_as_the_chapters_of_the_report_are(site: Path) -> None:
    numbers = {}
    for path in EXECUTED:
        page = (site / "book" / "baseline-2007" / f"{path.stem}.html").read_text("utf-8")
        found = re.search(r'<h1>(?:<span class="section-number">(\d+)\. ?</span>)?', page)
        numbers[path.stem[:2]] = found and found[1]
    assert numbers == {"su": None, "to": None, **{f"0{number}": str(number) for number in range(1, 9)}}
