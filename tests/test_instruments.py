"""What a wave asked otherwise than the study's questionnaires, and what may be compared between waves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import answers, document, findings, question, written

from analysis.inputs import instruments
from analysis.inputs.findings import InputError
from analysis.inputs.instruments import Instrument, comparable, read_instruments
from analysis.inputs.questionnaire import Questionnaire

WHY = "the panel asked for it"


@pytest.fixture(autouse=True)
def gardeners(monkeypatch: pytest.MonkeyPatch) -> None:
    questionnaire = Questionnaire.model_validate(document())
    monkeypatch.setattr(instruments, "questionnaires", lambda: {"garden": questionnaire})


def declared(folder: Path, **changes: Any) -> Instrument:
    return read_instruments(written(folder, "instrument.yml", {"garden": changes}))["garden"]


def refused(folder: Path, content: Any) -> list[str]:
    with pytest.raises(InputError) as error:
        read_instruments(written(folder, "instrument.yml", content))
    return findings(error)


def asked_as_ever(folder: Path) -> Instrument:
    return read_instruments(folder / "none.yml")["garden"]


def test_a_wave_that_declares_nothing_asked_what_the_questionnaire_has(tmp_path: Path) -> None:
    same = asked_as_ever(tmp_path)
    assert [same.comparability(name) for name in ("soil", "pond")] == ["same", "same"]
    assert same.why("soil") == ""
    assert comparable("soil", same, same)


def test_a_dropped_question_stays_known_but_was_not_asked(tmp_path: Path) -> None:
    changed = declared(tmp_path, dropped={"pond": {"why": WHY}})
    assert changed.comparability("pond") == "dropped"
    assert changed.why("pond") == WHY
    assert "pond" in changed.questionnaire.by_id
    assert not changed.asked("pond")
    assert not comparable("pond", asked_as_ever(tmp_path), changed)
    assert comparable("soil", asked_as_ever(tmp_path), changed)


def test_a_new_wording_is_a_break_unless_it_is_declared_comparable(tmp_path: Path) -> None:
    before = asked_as_ever(tmp_path)
    reworded = declared(tmp_path, changed={"pond": {"why": WHY, "wording": "Have you a pond?"}})
    assert reworded.comparability("pond") == "reworded"
    assert reworded.questionnaire.by_id["pond"].wording == "Have you a pond?"
    assert not comparable("pond", before, reworded)
    alike = declared(
        tmp_path, changed={"pond": {"why": WHY, "wording": "What about a pond, please?", "comparable": True}}
    )
    assert comparable("pond", before, alike)


def test_two_waves_that_reworded_a_question_alike_can_be_compared(tmp_path: Path) -> None:
    one = declared(tmp_path / "one", changed={"pond": {"why": WHY, "wording": "Have you a pond?"}})
    two = declared(tmp_path / "two", changed={"pond": {"why": "kept", "wording": "Have you a pond?"}})
    three = declared(tmp_path / "three", changed={"pond": {"why": WHY, "wording": "Is there a pond?"}})
    assert comparable("pond", one, two)
    assert not comparable("pond", one, three)


def test_a_new_answer_is_offered_after_the_others_and_breaks_the_comparison(tmp_path: Path) -> None:
    changed = declared(tmp_path, changed={"soil": {"why": WHY, "added": answers("chalk")}})
    assert changed.comparability("soil") == "answers changed"
    assert changed.questionnaire.by_id["soil"].answer_ids == ("clay", "sand", "peat", "chalk")
    assert not comparable("soil", asked_as_ever(tmp_path), changed)


def test_an_answer_that_was_removed_stays_known(tmp_path: Path) -> None:
    changed = declared(tmp_path, changed={"soil": {"why": WHY, "removed": ["peat"]}})
    assert changed.removed == {"soil": ("peat",)}
    assert "peat" in changed.questionnaire.by_id["soil"].answer_ids
    assert not comparable("soil", asked_as_ever(tmp_path), changed)


def test_a_new_question_belongs_to_its_wave_only(tmp_path: Path) -> None:
    changed = declared(tmp_path, new=[{"why": WHY, "question": question("shed", "yes", "no")}])
    assert changed.comparability("shed") == "new"
    assert changed.asked("shed")
    assert not comparable("shed", asked_as_ever(tmp_path), changed)
    assert comparable("shed", changed, changed)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"park": {}}, "column park: found no such survey; expected one of garden"),
        ({"garden": {"dropped": {"shed": {"why": WHY}}}}, "column garden.shed: found no question 'shed'"),
        ({"garden": {"dropped": {"soil": {}}}}, "column garden.dropped.soil.why: found nothing; expected a value"),
        ({"garden": {"changed": {"soil": {"why": WHY}}}}, "expected a new wording, or answers that were added or"),
        (
            {"garden": {"dropped": {"soil": {"why": WHY}}, "changed": {"soil": {"why": WHY, "wording": "Soil?"}}}},
            "column garden.soil: found 'soil' both dropped and changed",
        ),
        (
            {"garden": {"changed": {"soil": {"why": WHY, "added": answers("clay")}}}},
            "column garden.changed.soil: found the answer 'clay' a second time",
        ),
        (
            {"garden": {"changed": {"soil": {"why": WHY, "removed": ["chalk"]}}}},
            "column garden.changed.soil: found no answer 'chalk'; expected one of clay, sand, peat",
        ),
        (
            {"garden": {"new": [{"why": WHY, "question": question("soil", "yes", "no")}]}},
            "column garden.new: found the question 'soil' a second time",
        ),
        (
            {
                "garden": {
                    "new": [
                        {
                            "why": WHY,
                            "question": question(
                                "shed", "yes", "no", asked_if={"question": "barn", "answers": ["yes"]}
                            ),
                        }
                    ]
                }
            },
            "column garden.new: found routing by 'barn'; expected a question of garden",
        ),
        ({"garden": {"altered": {}}}, "column garden.altered: found an unknown key"),
    ],
)
def test_what_is_wrong_with_an_instrument_is_named(tmp_path: Path, content: Any, found: str) -> None:
    assert any(found in line for line in refused(tmp_path, content))
