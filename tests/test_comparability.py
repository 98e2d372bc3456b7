"""Which questions of two waves may be compared, how they differ, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import answers, document, question, written

from analysis.inputs import instruments
from analysis.inputs.comparability import all_compared, compared
from analysis.inputs.instruments import Instrument, read_instruments
from analysis.inputs.questionnaire import Questionnaire

WHY = "the panel asked for it"


@pytest.fixture(autouse=True)
def gardeners(monkeypatch: pytest.MonkeyPatch) -> None:
    questionnaire = Questionnaire.model_validate(document())
    monkeypatch.setattr(instruments, "questionnaires", lambda: {"garden": questionnaire})


def asked(folder: Path, name: str = "now", **changes: Any) -> Instrument:
    content = {"garden": changes} if changes else {}
    return read_instruments(written(folder, f"{name}.yml", content))["garden"]


def test_each_way_in_which_a_question_can_differ(tmp_path: Path) -> None:
    then = asked(tmp_path, "then", new=[{"why": WHY, "question": question("moss", "yes", "no")}])
    now = asked(
        tmp_path,
        dropped={"tools": {"why": WHY}},
        changed={
            "soil": {"why": WHY, "wording": "What is your soil?"},
            "pond": {"why": WHY, "added": answers("drained")},
        },
        new=[{"why": WHY, "question": question("bees", "yes", "no")}],
    )
    found = {one.question: (one.kind, one.comparable, one.why) for one in all_compared(then, now)}
    assert found == {
        "soil": ("reworded", False, WHY),
        "pond": ("answers changed", False, WHY),
        "fish": (
            "asked of others",
            False,
            "who was asked depends on the question on pond, which cannot be compared",
        ),
        "tools": ("dropped", False, WHY),
        "bees": ("new", False, WHY),
        "moss": ("dropped", False, WHY),
    }


def test_a_question_asked_alike_is_comparable_and_needs_no_reason(tmp_path: Path) -> None:
    same = compared("fish", asked(tmp_path), asked(tmp_path, "then"))
    assert (same.kind, same.comparable, same.why, same.obstacle) == ("same", True, "", "")


def test_a_question_declared_comparable_is_compared_and_keeps_its_reason(tmp_path: Path) -> None:
    now = asked(tmp_path, changed={"soil": {"why": WHY, "wording": "Your soil?", "comparable": True}})
    found = compared("soil", asked(tmp_path, "then"), now)
    assert (found.kind, found.comparable, found.why, found.obstacle) == ("reworded", True, WHY, "")


def test_an_obstacle_says_what_is_wrong_and_why(tmp_path: Path) -> None:
    now = asked(tmp_path, dropped={"soil": {"why": WHY}})
    assert compared("soil", asked(tmp_path, "then"), now).obstacle == f"this wave did not ask it: {WHY}"


def test_a_question_that_no_wave_asked_is_not_listed(tmp_path: Path) -> None:
    then, now = (asked(tmp_path, name, dropped={"tools": {"why": WHY}}) for name in ("then", "now"))
    assert compared("tools", then, now).kind == "not asked"
    assert "tools" not in [one.question for one in all_compared(then, now)]
