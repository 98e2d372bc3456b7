"""Cells and chapters about the wave before: there for a wave that follows another, gone without a hole for a first."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from conftest import PARAMETERS, MakeChapter

from analysis import paths
from analysis.inputs.waves import Wave, find_wave, in_order
from analysis.publication.chapters import FOLLOWING, is_run_for, read_notebook
from analysis.publication.checks import wave_findings
from analysis.publication.downloads import records
from analysis.publication.explanations import read_explanations
from analysis.publication.normalising import normalised
from analysis.publication.running import run_chapters

FOLLOWS = {"wave": "made-up"}
SAID = nbformat.v4.new_output("display_data", {"text/plain": "said"})


def notebook() -> Any:
    tagged = {"tags": [FOLLOWING]}
    return nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# A chapter"),
        nbformat.v4.new_markdown_cell("## Change", metadata=tagged),
        # A section in which nothing is said would be left out as empty, whatever it is about.
        nbformat.v4.new_code_cell("1", metadata=tagged, outputs=[SAID]),
        nbformat.v4.new_code_cell("2", outputs=[SAID]),
    ])  # fmt: skip


def kept_tags(follows: bool) -> list[list[str]]:
    kept = nbformat.reads(normalised(notebook(), FOLLOWS, follows), as_version=4)
    return [cell.metadata.get("tags", []) for cell in kept.cells]


def test_cells_about_the_wave_before_are_kept_off_the_pages_of_a_first_wave() -> None:
    assert kept_tags(follows=False) == [[], [FOLLOWING, "remove-cell"], [FOLLOWING, "remove-cell"], ["hide-input"]]
    assert kept_tags(follows=True) == [[], [FOLLOWING], [FOLLOWING, "hide-input"], ["hide-input"]]


def test_a_chapter_is_about_change_if_its_parameters_are_tagged(make_chapter: MakeChapter, wave: Wave) -> None:
    source, tags = PARAMETERS
    usual = make_chapter("01_first", [PARAMETERS, ("1", [FOLLOWING])])
    change = make_chapter("change", [(source, [*tags, FOLLOWING])])
    follower = wave.model_copy(update={"follows": "another"})
    assert [is_run_for(read_notebook(path), wave) for path in (usual, change)] == [True, False]
    assert [is_run_for(read_notebook(path), follower) for path in (usual, change)] == [True, True]


def test_only_a_wave_that_follows_another_has_the_chapter_on_change(make_chapter: MakeChapter, wave: Wave) -> None:
    source, tags = PARAMETERS
    make_chapter("01_first", [PARAMETERS])
    make_chapter("change", [(source, [*tags, FOLLOWING])])
    follower = wave.model_copy(update={"id": "made-up-again", "follows": "baseline-2007"})
    run_chapters([wave, follower])
    found = {one.id: sorted(path.name for path in (paths.BOOK / one.id).glob("*.ipynb")) for one in (wave, follower)}
    assert found == {"made-up": ["01_first.ipynb"], "made-up-again": ["01_first.ipynb", "change.ipynb"]}
    missing = [str(finding) for one in (wave, follower) for finding in wave_findings(one)]
    assert [line for line in missing if "change" in line] == []
    (paths.BOOK / follower.id / "change.ipynb").unlink()
    assert any("made-up-again/change.ipynb: found nothing" in str(finding) for finding in wave_findings(follower))


@pytest.mark.parametrize("path", sorted((paths.BOOK / "baseline-2007").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_pages_of_a_first_wave_say_nothing_of_change(path: Any) -> None:
    kept = read_notebook(path)
    following = [cell for cell in kept.cells if FOLLOWING in cell.metadata.get("tags", [])]
    assert all("remove-cell" in cell.metadata.tags for cell in following)
    assert all(not cell.get("outputs") for cell in following)
    assert [record for record in records(path) if "changes" in record] == []
    assert read_explanations(path).changes == {}


def test_chapters_two_to_eight_have_a_section_on_change() -> None:
    for path in sorted(paths.CHAPTERS.glob("0[2-8]_*.ipynb")):
        tagged = [cell for cell in read_notebook(path).cells if FOLLOWING in cell.metadata.get("tags", [])]
        assert [cell.cell_type for cell in tagged] == ["markdown", "code"], path.name
        assert tagged[0].source == "## Change since the wave before"
        # One line a statistic, in one call.
        lines = tagged[1].source.splitlines()
        assert (lines[0], lines[-1]) == ("study.changes(", ")")
        assert all(line.startswith("    ") and line.count(",") == 1 for line in lines[1:-1])


def test_waves_come_in_the_order_in_which_they_follow_each_other() -> None:
    first = find_wave("baseline")
    second = first.model_copy(update={"id": "a-second", "role": "second", "follows": first.id})
    assert [one.id for one in in_order([second, first])] == [first.id, "a-second"]
