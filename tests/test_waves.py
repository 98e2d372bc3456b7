"""A wave says what it is: its wave.yml is held against the folder it stands in and the surveys of the study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import WAVE, collected_wave, findings, forgetting, written

from analysis import paths
from analysis.display.opening import open_wave
from analysis.inputs import waves
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, all_waves, find_wave, in_order, published, read_wave

__all__ = ["forgetting"]


def refused(folder: Path, **changed: Any) -> list[str]:
    content = {key: value for key, value in {**WAVE, **changed}.items() if value is not None}
    path = written(folder / "harvest", "wave.yml", content)
    with pytest.raises(InputError) as error:
        read_wave(path.parent)
    return findings(error)


SURVEYS: dict[str, dict[str, Any]] = WAVE["surveys"]  # type: ignore[assignment]
FILE = SURVEYS["commissioners"]

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"year": 1}, "column year: found an unknown key; expected only the keys of this kind of file"),
    "missing key": ({"banner": None}, "column banner: found nothing; expected a value: the key is required"),
    "id of another folder": (
        {"id": "sowing"},
        "column id: found id 'sowing'; expected 'harvest', the name of the folder",
    ),
    "id that reads as a number": ({"id": "7-harvest"}, "column id: found '7-harvest'; expected String should match"),
    "status that does not exist": (
        {"status": "guessed"},
        "column status: found 'guessed'; expected Input should be 'reconstructed', 'collected' or 'simulated'",
    ),
    "collected responses in the open": (
        {"surveys": {**SURVEYS, "commissioners": {**FILE, "file": "commissioners.csv"}}},
        "column surveys.commissioners.file: found 'commissioners.csv'; expected a file in responses/",
    ),
    "file outside its folder": (
        {"surveys": {**SURVEYS, "commissioners": {**FILE, "file": "../elsewhere.csv"}}},
        "column surveys.commissioners.file: found '../elsewhere.csv'; expected a file name without a folder",
    ),
    "no responses": (
        {"surveys": {**SURVEYS, "commissioners": {**FILE, "responses": 0}}},
        "column surveys.commissioners.responses: found 0; expected Input should be greater than 0",
    ),
    "survey that the study does not have": (
        {"surveys": {**SURVEYS, "visitors": dict(FILE)}},
        "column surveys.visitors: found no such survey; expected one of commissioners, third_sector",
    ),
    "survey that is missing": (
        {"surveys": {"commissioners": FILE}},
        "column surveys.third_sector: found nothing; expected the file of this survey's responses",
    ),
}


@pytest.mark.parametrize(("changed", "finding"), BROKEN.values(), ids=BROKEN)
def test_an_error_is_named_by_file_and_key(tmp_path: Path, changed: dict[str, Any], finding: str) -> None:
    (found,) = refused(tmp_path, **changed)
    assert found.startswith(f"wave.yml, {finding}")


def test_the_study_has_a_reconstructed_baseline() -> None:
    wave = find_wave("baseline")
    assert wave == find_wave("baseline-2007") and wave.reconstructed
    sizes = {name: entry.responses for name, entry in wave.surveys.items()}
    assert sizes == {"commissioners": 162, "third_sector": 417}
    assert wave.folder == paths.WAVES / "baseline-2007"


@pytest.mark.parametrize("name", ["2007", "baseline-", "", "Baseline"])
def test_a_wave_that_does_not_exist_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(InputError, match=f"found no wave '{name}'; expected one of baseline-2007"):
        find_wave(name)


@pytest.mark.usefixtures("forgetting")
def test_no_name_is_no_wave_even_where_a_wave_has_no_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected_wave(tmp_path, monkeypatch, {})
    assert [wave.id for wave in all_waves()] == ["harvest"]
    assert not find_wave("harvest").reconstructed
    with pytest.raises(InputError, match="found no wave ''; expected one of harvest"):
        find_wave("")


@pytest.mark.usefixtures("forgetting")
def test_a_collected_wave_opens_without_what_was_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"commissioners": {"aware_principles": ["yes"] * 30 + ["no"] * 20 + [""] * 4}}
    collected_wave(tmp_path, monkeypatch, answers)
    study = open_wave("harvest")
    aware = study.commissioners.aware_principles.share("yes")
    assert (aware.count, aware.base, aware.known.label, aware.known.printed) == (30, 50, "collected", ())
    assert study.third_sector.aware_principles.share("yes").known.label == "not computable"
    assert study.commissioners.total.base == 54
    assert study.narrative.passages == {} and study.narrative.points == ()


@pytest.mark.usefixtures("forgetting")
def test_a_simulated_wave_says_so_of_every_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected_wave(tmp_path, monkeypatch, {"commissioners": {"mapping": ["earlier", "none"]}}, status="simulated")
    assert open_wave("harvest").commissioners.mapping.share("none").known.label == "simulated"


# One wave after another


def waves_in_order(*pairs: tuple[str, str], **more: Any) -> list[str]:
    given = [Wave.model_validate({**WAVE, "id": name, "follows": before, **more}) for name, before in pairs]
    return [wave.id for wave in in_order(given)]


def test_a_wave_stands_after_the_one_it_follows() -> None:
    assert waves_in_order(("autumn", "spring"), ("winter", "autumn"), ("spring", "")) == ["spring", "autumn", "winter"]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("autumn", "spring")], "autumn/wave.yml, column follows: found 'spring'; expected one of autumn"),
        ([("autumn", "winter"), ("winter", "autumn")], "autumn, winter: each follows another; expected a first wave"),
        ([("autumn", "autumn")], "autumn: each follows another"),
    ],
)
def test_waves_that_have_no_order_are_refused(pairs: list[tuple[str, str]], found: str) -> None:
    with pytest.raises(InputError, match=found):
        waves_in_order(*pairs)


def test_a_role_belongs_to_one_wave() -> None:
    with pytest.raises(InputError, match=r"winter/wave\.yml, column role: found 'baseline'; expected another role"):
        waves_in_order(("spring", ""), ("winter", "spring"), role="baseline")


def test_a_simulated_wave_and_one_kept_back_are_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetting: None
) -> None:
    collected_wave(tmp_path, monkeypatch, {}, publish=False)
    assert published() == ()
    waves.all_waves.cache_clear()
    written(tmp_path / "waves" / "harvest", "wave.yml", {**WAVE, "status": "simulated"})
    assert published() == ()
    monkeypatch.setenv("ANALYSIS_SHOW_ALL", "1")
    assert published() == (), "in the study's own folder, whatever is asked for"
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    assert [wave.id for wave in published()] == ["harvest"]
    waves.all_waves.cache_clear()
    written(tmp_path / "waves" / "harvest", "wave.yml", WAVE)
    monkeypatch.delenv("ANALYSIS_SHOW_ALL")
    assert [wave.id for wave in published()] == ["harvest"]
