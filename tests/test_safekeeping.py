"""A copy of the project without responses: what it says of them, what it still does, and what must never be in it."""

from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from conftest import PARAMETERS, MakeChapter
from support import WAVE, collected_wave, findings, forgetting, written

from analysis import __main__ as commands
from analysis import paths
from analysis.display import records
from analysis.display.opening import open_wave
from analysis.display.say import either, headline, say
from analysis.inputs.findings import InputError
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import all_waves, find_wave, without_responses
from analysis.publication import certainty, method_tables
from analysis.publication.checks import check_book
from analysis.publication.counted import group_sizes
from analysis.publication.tracked import tracked

__all__ = ["forgetting"]

ANSWERS = {
    "commissioners": {
        "organisation_type": ["pct"] * 20 + ["upper_tier"] * 12 + ["district"] * 4,
        "aware_principles": ["yes"] * 15 + ["no"] * 15 + [""] * 6,
    },
}


@pytest.fixture
def wave_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetting: None) -> Path:
    """The folder of a wave of 36 commissioners and one organisation, the only wave there is."""
    return collected_wave(tmp_path / "data", monkeypatch, ANSWERS)


def remade(folder: Path, **surveys: dict[str, object]) -> None:
    """The wave with other entries in its wave.yml."""
    entries = {
        "commissioners": {"file": "responses/commissioners.csv", "responses": 36},
        "third_sector": {"file": "responses/third_sector.csv", "responses": 1},
    }
    written(
        folder, "wave.yml", {**WAVE, "surveys": {name: {**entries[name], **surveys.get(name, {})} for name in entries}}
    )
    all_waves.cache_clear()


def refused(survey: str = "commissioners") -> list[str]:
    with pytest.raises(InputError) as error:
        read_responses(find_wave("harvest"), survey)
    return findings(error)


# Reading


def test_responses_that_are_not_at_hand_are_named_with_whom_to_ask(wave_folder: Path) -> None:
    assert read_responses(find_wave("harvest"), "commissioners").size == 36
    (wave_folder / "responses" / "commissioners.csv").unlink()
    (found,) = refused()
    assert found == (
        "commissioners.csv: found no such file; expected the responses of Harvest: what people "
        "answered is in no copy of the project, ask who keeps it"
    )
    assert not find_wave("harvest").has_responses


def test_a_file_that_is_not_the_one_that_was_meant_is_refused_with_both_checksums(wave_folder: Path) -> None:
    path = wave_folder / "responses" / "commissioners.csv"
    meant = sha256(path.read_bytes()).hexdigest()
    remade(wave_folder, commissioners={"sha256": meant.upper()})
    assert read_responses(find_wave("harvest"), "commissioners").size == 36
    path.write_text(path.read_text("utf-8").replace("yes", "no", 1), "utf-8")
    found = sha256(path.read_bytes()).hexdigest()
    assert refused() == [
        f"commissioners.csv: found the checksum {found[:12]}...; expected {meant.upper()[:12]}..., "
        "as wave.yml states: the file that the wave was made from"
    ]


# Running


def run(capsys: pytest.CaptureFixture[str], *names: str) -> tuple[int, str, str]:
    status = commands.main(["run", *names])
    told = capsys.readouterr()
    return status, told.out, "\n".join(line for line in told.err.splitlines() if "%|" not in line)


def executed(name: str) -> Path:
    return written(paths.BOOK / name, "01_first.ipynb", "executed elsewhere\n")


def test_a_wave_without_responses_is_left_as_it_is(
    study: Path, make_chapter: MakeChapter, wave_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_chapter("01_first", [PARAMETERS, ("wave", [])])
    shutil.copytree(wave_folder, wave_folder.parent / "second")
    shutil.copytree(wave_folder, wave_folder.parent / "third")
    written(
        wave_folder.parent / "second", "wave.yml", {**WAVE, "id": "second", "follows": "harvest", "title": "Second"}
    )
    written(wave_folder.parent / "third", "wave.yml", {**WAVE, "id": "third", "title": "Third"})
    all_waves.cache_clear()
    (wave_folder / "responses" / "third_sector.csv").unlink()
    kept, following = executed("harvest"), executed("second")
    status, told, wrong = run(capsys)
    assert (status, wrong) == (0, "")
    assert told.splitlines() == [
        "Chapters: 1 run, 0 unchanged (third)",
        "Chapters of harvest: left as they are: responses not at hand (harvest)",
        "Chapters of second: left as they are: responses not at hand (harvest)",
    ]
    assert [path.read_text("utf-8") for path in (kept, following)] == ["executed elsewhere\n"] * 2
    assert (paths.BOOK / "third" / "01_first.ipynb").exists()
    listed = (study / "_toc.yml").read_text("utf-8")
    assert [f"book/{name}/01_first" in listed for name in ("harvest", "second", "third")] == [True] * 3


@pytest.mark.parametrize("name", ["harvest", "second"])
def test_a_wave_that_is_named_has_to_have_its_responses(
    study: Path, make_chapter: MakeChapter, wave_folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    make_chapter("01_first", [PARAMETERS, ("wave", [])])
    written(wave_folder.parent / "second", "wave.yml", {**WAVE, "id": "second", "follows": "harvest"})
    all_waves.cache_clear()
    (wave_folder / "responses" / "commissioners.csv").unlink()
    status, told, wrong = run(capsys, name)
    assert (status, told) == (2, "")
    assert wrong.splitlines()[-1].startswith("commissioners.csv: found no such file")
    assert len(without_responses(find_wave(name))) == len(wrong.splitlines()) - (name == "second")
    assert not paths.BOOK.exists()


# The pages, from the executed chapters alone


@pytest.fixture
def told_wave(wave_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The wave with one executed chapter, and then without its responses."""
    shown: list[dict[str, object]] = []
    monkeypatch.setattr(records, "display", lambda bundle, raw: shown.append(bundle))
    study = open_wave("harvest")
    types, aware = study.commissioners.organisation_type.answers(), study.commissioners.aware_principles.share("yes")
    say(f"{types.pct} and {types.upper_tier} and {types.district}; {aware.by('organisation_type').pct}.")
    headline("Key statistics", either(f"{aware:nine in ten} knew", f"{aware} knew"), f"{types.pct:n} from PCTs")
    headline("Responses", f"{study.commissioners.total} responses")
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    outputs = [nbformat.v4.new_output("display_data", bundle) for bundle in shown]
    written(paths.BOOK / "harvest", "02_first.ipynb", nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    ))  # fmt: skip
    shutil.rmtree(wave_folder / "responses")
    return wave_folder


def test_the_tables_of_respondents_and_headlines_need_no_responses(told_wave: Path) -> None:
    # Of 36, 20, 12 and 4: the last group is too small to be told. Of 36, 6 did not answer, and 15 of the others knew.
    assert group_sizes(find_wave("harvest"), "commissioners") == {
        ("organisation_type", "upper_tier"): 12, ("organisation_type", "pct"): 20, ("organisation_type", "district"): 4,
    }  # fmt: skip
    rows = list(method_tables.respondents()[1])
    assert [(row[3], row[4]) for row in rows] == [
        ("36", "upper tier local authority 12; primary care trust 20"),
        ("1", ""),
    ]
    figures = {row[1]: row for row in method_tables.headline_figures()[1]}
    assert list(figures) == ["commissioners.aware_principles.yes", "commissioners.organisation_type.pct"]
    # 15 of 36, and 15 + 6 of 36.
    aware = figures["commissioners.aware_principles.yes"]
    assert aware[:5] == ("2", "commissioners.aware_principles.yes", "50% [u]", "30 of 36", "41.7%, 58.3%")
    # Wilson 1927: 15 in 30.
    assert aware[5] == "33.2 to 66.8"
    assert figures["commissioners.organisation_type.pct"][2:5] == ("56% [u]", "36 of 36", "none missing")


def test_the_bases_of_a_wave_that_follows_none_need_no_responses(told_wave: Path) -> None:
    assert certainty.compared_bases() == [(12, 20), (36, 1)]
    # What the 20 of one group knew is withheld, and their base with it: the groups are small.
    assert certainty.printed_bases() == [36, 30]
    written(told_wave.parent / "second", "wave.yml", {**WAVE, "id": "second", "follows": "harvest"})
    all_waves.cache_clear()
    assert certainty.compared_bases() == [(12, 20), (36, 1)]
    assert certainty.drawn_base() == 1


# The history of the project


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_file_of_responses_that_git_tracks_is_found(wave_folder: Path, tmp_path: Path) -> None:
    assert tracked() == [], "outside git there is nothing to find"
    git(tmp_path, "init", "-q")
    written(tmp_path, ".gitignore", (paths.ROOT / ".gitignore").read_text("utf-8"))
    git(tmp_path, "add", ".")
    assert tracked() == [], "the project keeps responses out of git"
    git(tmp_path, "add", "--force", "data/waves/harvest/responses/commissioners.csv")
    assert tracked() == ["harvest/responses/commissioners.csv"]
    found = [str(finding) for finding in check_book() if "git" in str(finding)]
    assert found == [
        "commissioners.csv: found responses that git tracks; expected a file that git does not "
        "know: git rm --cached, and keep responses/ out with .gitignore"
    ]


def test_without_git_nothing_is_found(wave_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert tracked() == []
