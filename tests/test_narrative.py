"""A wave's context, evidence and facts: every placeholder has its fact, no key stands twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import WAVE, findings, forgetting, written

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.narrative import Narrative, read_facts, read_narrative
from analysis.inputs.waves import Wave, find_wave

__all__ = ["forgetting"]

FACTS = "key,value,unit,label,where\nbeds,7,count,beds,1.1\nbulbs,12000,count,bulbs,1.1\n"
POINT = {"id": "weeds", "theme": "toil", "where": "4.1", "method": "focus group", "who": "gardeners", "point": "Weeds."}


@pytest.fixture
def wave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wave:
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    (tmp_path / "harvest").mkdir()
    return Wave.model_validate(WAVE)


def filled(wave: Wave, text: str) -> str:
    written(wave.folder, "facts.csv", FACTS)
    written(wave.folder, "context/01.yml", {"beds": {"where": ["1.1"], "text": text}})
    return read_narrative(wave).passages["beds"].text


def refused(wave: Wave) -> list[str]:
    with pytest.raises(InputError) as error:
        read_narrative(wave)
    return findings(error)


def test_a_wave_without_any_brings_none(wave: Wave) -> None:
    assert read_narrative(wave) == Narrative({}, ())
    assert read_facts(wave) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("There are {beds} beds.", "There are seven beds."),
        ("{beds} beds.", "Seven beds."),
        ("Dig. {beds} beds.", "Dig. Seven beds."),
        ("Dig:\n\n- {beds} beds", "Dig:\n\n- 7 beds"),
        ("And {bulbs} bulbs.", "And 12,000 bulbs."),
    ],
)
def test_facts_are_written_as_prose_writes_them(wave: Wave, text: str, told: str) -> None:
    assert filled(wave, text) == told


def test_a_placeholder_without_a_fact_is_named(wave: Wave) -> None:
    written(wave.folder, "facts.csv", FACTS)
    written(wave.folder, "context/01.yml", {"beds": {"where": ["1.1"], "text": "{beds} and {sheds}"}})
    assert refused(wave) == ["01.yml, column beds: found {sheds}; expected a fact of facts.csv"]


def test_points_stand_in_the_order_of_their_files(wave: Wave) -> None:
    written(wave.folder, "evidence/02.yml", [{**POINT, "id": "slugs"}])
    written(wave.folder, "evidence/01.yml", [POINT, {**POINT, "id": "rain"}])
    assert [point.id for point in read_narrative(wave).points] == ["weeds", "rain", "slugs"]


def test_a_point_that_stands_twice_in_a_file_is_refused(wave: Wave) -> None:
    written(wave.folder, "evidence/01.yml", [POINT, {**POINT, "point": "Slugs."}])
    expected = "keys that are unique in a wave"
    assert refused(wave) == [f"01.yml, column weeds: found the key 'weeds' a second time; expected {expected}"]


def test_a_key_that_stands_in_two_files_is_refused(wave: Wave) -> None:
    passage = {"beds": {"where": ["1.1"], "text": "Beds."}}
    written(wave.folder, "context/01.yml", passage)
    written(wave.folder, "context/02.yml", passage)
    (found,) = refused(wave)
    assert found.startswith("02.yml, column beds: found the key 'beds' a second time")
    (wave.folder / "context" / "02.yml").unlink()
    written(wave.folder, "evidence/01.yml", [POINT])
    written(wave.folder, "evidence/02.yml", [POINT])
    (found,) = refused(wave)
    assert found.startswith("02.yml, column weeds: found the key 'weeds' a second time")


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("context/01.yml", {"a": {"text": "x"}}, "01.yml, column a.where: found nothing"),
        ("context/01.yml", {"a": {"where": ["1.1"], "text": "x", "by": "y"}}, "01.yml, column a.by: found an"),
        ("context/01.yml", ["a"], "01.yml: found ['a']"),
        ("evidence/01.yml", [{**POINT, "mood": "x"}], "01.yml, column 0.mood: found an unknown key"),
        ("evidence/01.yml", [{"id": "weeds"}], "01.yml, column 0.theme: found nothing"),
        ("facts.csv", "key,value\nbeds,7\n", "facts.csv, row 1, column unit: found no such column"),
        ("facts.csv", FACTS + "beds,8,count,beds,1.1\n", "facts.csv, row 4, column key: found 'beds' a second time"),
    ],
)
def test_an_error_is_named_by_file_and_key(wave: Wave, name: str, content: object, finding: str) -> None:
    written(wave.folder, name, content)
    found = refused(wave)
    assert found[0].startswith(finding)


def test_empty_files_bring_nothing(wave: Wave) -> None:
    written(wave.folder, "context/01.yml", "# nothing yet\n")
    written(wave.folder, "evidence/01.yml", "")
    assert read_narrative(wave) == Narrative({}, ())


def test_the_baseline_brings_context_and_evidence_with_their_paragraphs() -> None:
    narrative = read_narrative(find_wave("baseline"))
    known = {line.partition(",")[0] for line in (paths.PUBLISHED / "paragraphs.csv").read_text("utf-8").splitlines()}
    used = {where for passage in narrative.passages.values() for where in passage.where}
    used |= {point.where for point in narrative.points}
    assert len(narrative.points) > 40 and len(narrative.passages) > 20
    assert used <= known
