"""Case studies appear where chapters ask for them, with their provenance; a wave without them leaves no hole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from support import WAVE, collected_wave, findings, forgetting, written

from analysis import __main__ as commands
from analysis import paths
from analysis.display import records
from analysis.display.opening import open_wave
from analysis.inputs.case_studies import read_case_studies
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, all_waves, find_wave
from analysis.publication.asked_for import Asked, asked_for, brought, missing, unasked_findings
from analysis.publication.chapters import chapter_paths, read_notebook, tags
from analysis.publication.contents import executed_chapters
from analysis.publication.empty_sections import empty_sections
from analysis.publication.normalising import normalised

__all__ = ["forgetting"]

POINT = {
    "theme": "involvement",
    "point": "Gardeners were asked before the beds were dug.",
    "method": "interview",
    "who": "a head gardener",
    "where": "interview 3",
}
STUDY = {
    "id": "north_beds",
    "title": "Digging together",
    "locality": "a town in the north",
    "date": "spring, over three visits",
    "studied": "How a park was planned.",
    "methods": ["interviews", "reading of minutes"],
    "points": [POINT, {**POINT, "theme": "barriers", "point": "Nobody had a spade.", "where": "minutes of May"}],
    "attribution": "Described with the consent of the park; no one is named.",
}


@pytest.fixture
def wave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wave:
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    (tmp_path / "harvest").mkdir()
    return Wave.model_validate(WAVE)


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(records, "display", lambda bundle, raw: shown.append(bundle))
    return shown


def refused(wave: Wave) -> list[str]:
    with pytest.raises(InputError) as error:
        read_case_studies(wave)
    return findings(error)


# Reading


def test_a_wave_without_case_studies_has_none(wave: Wave) -> None:
    assert read_case_studies(wave) == ()


def test_case_studies_are_read_in_the_order_of_their_files(wave: Wave) -> None:
    written(wave.folder, "case_studies/b.yml", STUDY)
    written(wave.folder, "case_studies/a.yml", {**STUDY, "id": "south_beds", "methods": ["a walk"]})
    studies = read_case_studies(wave)
    assert [study.id for study in studies] == ["south_beds", "north_beds"]
    assert [point.where for point in studies[1].on("barriers")] == ["minutes of May"]
    assert studies[1].on("weather") == ()


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"attribution": ""}, "a.yml, column attribution: found ''; expected String should have at least 1 character"),
        ({"locality": None}, "a.yml, column locality: found nothing; expected a value: the key is required"),
        ({"points": []}, "a.yml, column points: found []; expected at least one"),
        ({"methods": []}, "a.yml, column methods: found []; expected at least one"),
        ({"year": 1}, "a.yml, column year: found an unknown key"),
        ({"id": "7"}, "a.yml, column id: found '7'"),
        ({"points": [{**POINT, "where": " "}]}, "a.yml, column points.0.where: found ' '; expected String should have"),
        ({"points": [{**POINT, "mood": "x"}]}, "a.yml, column points.0.mood: found an unknown key"),
    ],
)
def test_an_error_is_named_by_file_and_key(wave: Wave, changed: dict[str, Any], finding: str) -> None:
    content = {key: value for key, value in {**STUDY, **changed}.items() if value is not None}
    written(wave.folder, "case_studies/a.yml", content)
    (found,) = refused(wave)
    assert found.startswith(finding)


def test_an_id_that_stands_twice_is_refused(wave: Wave) -> None:
    written(wave.folder, "case_studies/a.yml", STUDY)
    written(wave.folder, "case_studies/b.yml", STUDY)
    expected = "found the case study 'north_beds' a second time; expected ids that are unique in a wave"
    assert refused(wave) == [f"b.yml, column id: {expected}"]


# In a chapter


def test_a_chapter_shows_the_points_on_its_theme_with_where_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: list[dict[str, Any]], forgetting: None
) -> None:
    folder = collected_wave(tmp_path, monkeypatch, {})
    written(folder, "case_studies/a.yml", STUDY)
    study = open_wave("harvest")
    outputs.clear()
    study.case_studies("involvement")
    assert [output["text/markdown"] for output in outputs] == [
        '<div class="case-study">\n\n'
        "**Digging together.** *A town in the north, spring, over three visits; interviews, reading of minutes.* How a "
        "park was planned.\n\n"
        "- Gardeners were asked before the beds were dug. *Interview, a head gardener* "
        '<span class="source">(interview 3)</span>\n\n'
        '<span class="source">Described with the consent of the park; no one is named.</span>\n\n</div>'
    ]
    assert outputs[0][records.MIME]["kind"] == "case studies"
    study.case_studies("principles")
    assert len(outputs) == 1, "where no point speaks of a theme nothing is shown"


def test_no_case_study_of_another_wave_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: list[dict[str, Any]], forgetting: None
) -> None:
    folder = collected_wave(tmp_path, monkeypatch, {})
    written(folder, "case_studies/a.yml", STUDY)
    (tmp_path / "waves" / "second").mkdir()
    (tmp_path / "waves" / "second" / "responses").symlink_to(folder / "responses")
    written(tmp_path / "waves" / "second", "wave.yml", {**WAVE, "id": "second", "follows": "harvest"})
    all_waves.cache_clear()
    study = open_wave("second")
    outputs.clear()
    study.case_studies("involvement")
    assert outputs == []


def test_chapters_four_to_eight_ask_for_case_studies_each_for_its_own() -> None:
    asked = [one for one in asked_for() if one.kind == "case_studies"]
    assert [one.chapter[:2] for one in asked] == ["04", "05", "06", "07", "08"]
    assert len({one.name for one in asked}) == 5


def test_the_baseline_has_no_case_study_and_no_heading_over_nothing() -> None:
    for path in executed_chapters(find_wave("baseline")):
        cells = read_notebook(path).cells
        found = [cell for cell in cells if cell.id.startswith("case-studies")]
        assert all("remove-cell" in tags(cell) for cell in found)
        assert len(found) == (2 if path.stem[:2] in ("04", "05", "06", "07", "08") else 0)
        kept = [cell for cell in cells if "remove-cell" not in tags(cell) and cell.cell_type == "markdown"]
        sources = {cell.id for cell in read_notebook(paths.CHAPTERS / path.name).cells if cell.cell_type == "markdown"}
        gone = sources - {cell.id for cell in kept}
        assert gone <= {"case-studies-heading", *(name for name in gone if name.startswith("since"))}


# Sections with nothing in them


def notebook(*cells: str) -> list[Any]:
    """Cells in short: `# text` is Markdown, `+` code with an output, `-` code without, `x` code kept off the page."""
    made = []
    for cell in cells:
        if cell in ("+", "-", "x"):
            made.append(
                nbformat.v4.new_code_cell("", outputs=[] if cell == "-" else [nbformat.v4.new_output("stream")])
            )
            made[-1].metadata["tags"] = ["gone"] if cell == "x" else []
        else:
            made.append(nbformat.v4.new_markdown_cell(cell))
    return made


@pytest.mark.parametrize(
    ("cells", "empty"),
    [
        (("# Title", "## A", "+"), set()),
        (("# Title", "## A", "-"), {1, 2}),
        (("# Title", "## A", "-", "## B", "+"), {1, 2}),
        (("# Title", "## A", "-", "-", "Text."), set()),
        (("# Title", "## A\n\nText.", "-"), set()),
        (("# Title", "## A", "### B", "-", "### C", "+"), {2, 3}),
        (("# Title", "## A", "### B", "-"), {1, 2, 3}),
        (("# Title", "## A", "-", "# B", "+"), {1, 2}),
        (("# Title", "## A", "x"), {1, 2}),
        (("# Title", "## A", "#hash and no heading"), set()),
        (("# Title", "-", "- a list"), set()),
        (("# Title", "-"), set()),
    ],
)
def test_a_heading_over_nothing_goes_with_its_section(cells: tuple[str, ...], empty: set[int]) -> None:
    assert empty_sections(notebook(*cells), "gone") == empty


def test_an_executed_chapter_keeps_such_a_section_and_takes_it_off_the_page() -> None:
    made = nbformat.v4.new_notebook(cells=notebook("# Title", "## A", "-", "## B", "+"))
    made.cells[4].outputs[0] = nbformat.v4.new_output("stream", text="said")
    kept = nbformat.reads(normalised(made, {"id": "made-up"}), as_version=4).cells
    assert [cell.source for cell in kept] == ["# Title", "## A", "", "## B", ""]
    assert ["remove-cell" in tags(cell) for cell in kept] == [False, True, True, False, False]


# What the chapters ask for


def test_the_words_of_the_chapters_are_read_for_what_they_ask(study: Path, wave: Wave) -> None:
    cells = [
        'study.context("a", "b")\nstudy.evidence("toil")',
        'say("x")\nif True:\n    study.case_studies("involvement")\nstudy.context("a")',
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    made.cells.append(nbformat.v4.new_markdown_cell('study.context("in words only")'))
    nbformat.write(made, paths.CHAPTERS / "04_x.ipynb")
    names = [("context", "a"), ("context", "b"), ("evidence", "toil"), ("case_studies", "involvement")]
    assert set(asked_for()) == {Asked("04_x", kind, name) for kind, name in names} and len(asked_for()) == 4

    written(wave.folder, "context/1.yml", {"b": {"where": ["1"], "text": "B."}, "c": {"where": ["1"], "text": "C."}})
    written(wave.folder, "case_studies/a.yml", STUDY)
    assert {(one.kind, one.name) for one in missing(wave)} == {("context", "a"), ("evidence", "toil")}
    assert [str(finding) for finding in unasked_findings(wave)] == [
        "context: found the key 'c', which no chapter asks for; expected a key that a chapter asks for: "
        "python -m analysis narrative harvest lists them",
        "case_studies: found the theme 'barriers', which no chapter asks for; expected a theme that a chapter asks "
        "for: python -m analysis narrative harvest lists them",
    ]


def test_the_baseline_brings_everything_but_case_studies() -> None:
    assert {one.kind for one in missing(find_wave("baseline"))} == {"case_studies"}
    assert list(unasked_findings(find_wave("baseline"))) == []


@pytest.mark.usefixtures("forgetting")
def test_the_command_lists_by_chapter_what_a_wave_does_not_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collected_wave(tmp_path, monkeypatch, {})
    written(folder, "case_studies/a.yml", STUDY)
    assert commands.main(["narrative", "harvest"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert (
        told[0] == f"context: 0 of {sum(one.kind == 'context' for one in asked_for())} keys that the chapters ask for"
    )
    assert "case_studies: 2 of 5 themes that the chapters ask for" in told
    assert told[-3:] == [
        "  05_eight_principles: principles",
        "  07_skills_and_capacity: skills_and_capacity",
        "  08_conclusions: conclusions",
    ]
    assert any(line.startswith("  03_views: complex_agenda, ") for line in told)


def test_every_chapter_is_among_those_that_are_read() -> None:
    assert {one.chapter for one in asked_for()} <= {path.stem for path in chapter_paths()}
    assert brought(open_wave("baseline").narrative)["evidence"]
