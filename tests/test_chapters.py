"""The chapters as written: complete against the report, true to their form, and the same in every copy."""

import csv
import json
import re
from pathlib import Path

import pytest
from test_statements_said import single_claims

from analysis.inputs.waves import find_wave
from analysis.paths import BOOK, CHAPTERS, PUBLISHED
from analysis.publication import downloads
from analysis.publication.chapters import called, chapter_paths, in_order, is_run_for, number, read_notebook

NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))
WAVE = find_wave("baseline")
OF_A_FIRST_WAVE = [path for path in NOTEBOOKS if is_run_for(read_notebook(path), WAVE)]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def cells(path: Path, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == kind]


def headings(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", "\n".join(cells(path, "markdown")), flags=re.MULTILINE)
    return {heading.strip() for heading in found}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coverage() -> dict[str, tuple[str, str, str]]:
    """By place in the report: the chapter, the section that covers it, or the reason why none does."""
    return {
        row["where"]: (path.stem, row["section"], row["reason"])
        for path in sorted((WAVE.folder / "coverage").glob("*.csv"))
        for row in table(path)
    }


def uncovered(places: list[str], covered: dict[str, tuple[str, str, str]]) -> list[str]:
    wrong = []
    for place in places:
        chapter, section, reason = covered.get(place, ("", "", ""))
        known = headings(CHAPTERS / f"{chapter}.ipynb") if chapter else set()
        if section not in known and not reason:
            wrong.append(place)
    return wrong


def places() -> list[str]:
    quotations = ("quotation", "quotations")
    return [row["where"] for row in table(PUBLISHED / "paragraphs.csv") if row["kind"] not in quotations]


def test_there_are_eight_chapters_and_a_summary_before_them():
    numbers = [number(path.stem) for path in chapter_paths()]
    assert numbers[:9] == ["", *map(str, range(1, 9))]
    assert chapter_paths()[0].stem == "summary"


def test_chapters_are_called_by_their_numbers_or_names():
    names = ("04_involvement", "12_more", "summary", "change_since_then", "4th_thoughts")
    assert [called(name) for name in names] == ["4", "12", "Summary", "Change since then", "4th thoughts"]
    listed = [path.stem for path in in_order(map(Path, ("change.ipynb", "02_b.ipynb", "summary.ipynb", "01_a.ipynb")))]
    assert listed == ["summary", "01_a", "02_b", "change"]


def test_the_summary_says_nothing_that_no_chapter_says():
    summary, *others = [path for path in chapter_paths() if path.stem[0].isdigit() or path.stem == "summary"]
    claims, numbers = said_by(summary)
    others = [said_by(path) for path in others]
    assert len(claims) > 30 and len(numbers) > 50
    assert claims - set().union(*(made for made, _ in others)) == set()
    assert numbers - set().union(*(printed for _, printed in others)) == set()


def said_by(path: Path) -> tuple[set[str], set[str]]:
    """The claims of an executed chapter, taken apart, and the addresses of its numbers."""
    records = list(downloads.records(BOOK / WAVE.id / path.name))
    claims = {part for record in records for row in record["claims"] for part in single_claims(row["claim"])}
    return claims, {row["address"] for record in records for row in record["estimates"]}


def test_every_part_of_the_report_is_covered_or_left_out_for_a_reason():
    assert uncovered(places(), coverage()) == []


def test_the_coverage_check_can_fail():
    covered = coverage()
    chapter, _, _ = covered["4.11"]
    assert uncovered(["4.11"], {**covered, "4.11": (chapter, "A section that no one wrote", "")}) == ["4.11"]
    assert uncovered(["4.11"], {}) == ["4.11"]


def test_the_list_of_places_is_the_whole_report():
    kinds = [row["kind"] for row in table(PUBLISHED / "paragraphs.csv")]
    # Counted in the report by hand: 10, 15, 15, 17, 47, 36, 22 and 23 numbered paragraphs in its chapters.
    assert kinds.count("paragraph") == 185
    assert (kinds.count("chart"), kinds.count("diagram"), kinds.count("footnote")) == (16, 1, 8)
    # 16 boxes of key statistics, and the list of the Eight Principles.
    assert kinds.count("box") == 17


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_has_no_results_and_defines_no_functions(path):
    notebook = read(path)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert not re.search(r"^\s*(def|class|lambda)\b", "\n".join(cells(path, "code")), flags=re.MULTILINE)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_names_no_year(path):
    text = "\n".join(cells(path, "code") + cells(path, "markdown"))
    assert re.findall(r"\b(?:19|20)\d\d\b", text) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_passage_and_theme_that_a_chapter_asks_for_exists(path):
    from analysis.inputs.narrative import read_narrative

    narrative = read_narrative(WAVE)
    code = "\n".join(cells(path, "code"))
    keys = [key for call in re.findall(r"context\(([^)]*)\)", code) for key in re.findall(r'"(\w+)"', call)]
    themes = [theme for call in re.findall(r"evidence\(([^)]*)\)", code) for theme in re.findall(r'"(\w+)"', call)]
    assert set(keys) <= set(narrative.passages)
    assert set(themes) <= {point.theme for point in narrative.points}


def test_every_passage_and_point_of_the_wave_is_used_in_a_chapter():
    from analysis.inputs.narrative import read_narrative

    narrative = read_narrative(WAVE)
    code = "\n".join(text for path in NOTEBOOKS for text in cells(path, "code"))
    assert [key for key in narrative.passages if f'"{key}"' not in code] == []
    assert [point.id for point in narrative.points if f'"{point.theme}"' not in code] == []


@pytest.mark.parametrize("path", OF_A_FIRST_WAVE, ids=lambda path: path.stem)
def test_no_sentence_of_the_baseline_is_a_draft(path):
    executed = BOOK / WAVE.id / path.name
    outputs = [
        "".join(output.get("data", {}).get("text/markdown", []))
        for cell in read(executed)["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    ]
    marks = ("Draft:", "cannot tell whether", "did not ask for", "share that is not known")
    flagged = [text for text in outputs if any(mark in text for mark in marks)]
    assert flagged == []
    assert outputs, "an executed chapter says something"


def test_the_sixteen_boxes_and_charts_are_there():
    code = "\n".join(text for path in NOTEBOOKS for text in cells(path, "code"))
    assert len(re.findall(r"^headline\(", code, flags=re.MULTILINE)) >= 16
    assert len(re.findall(r"^chart\(", code, flags=re.MULTILINE)) >= 16
