"""Indicators of outcome: fixed in advance, refused where they name nothing, and read from the changes behind them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support import findings, written

from analysis.inputs.addresses import parse_address
from analysis.inputs.findings import InputError
from analysis.inputs.indicators import Indicator, indicators, read_indicators
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.outcomes import Outcome
from analysis.numbers.shifts import Verdict
from analysis.publication.change_tables import CHANGE_TABLES

AWARE, UNAWARE = "commissioners.aware_principles.yes", "commissioners.aware_principles.no"


def entry(name: str = "awareness", **more: Any) -> dict[str, Any]:
    given = {"id": name, "name": "The principles are known", "kind": "softer", "about": "awareness"}
    return {**given, "statistics": {AWARE: "rise"}, **more}


def content(*entries: dict[str, Any], confirmatory: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"confirmatory": list(confirmatory), "indicators": list(entries)}


def test_the_studys_indicators_are_of_both_kinds_and_at_most_twelve_statistics_are_fixed_in_advance() -> None:
    read = indicators()
    assert {one.kind for one in read.indicators} == {"hard", "softer"}
    assert 1 <= len(read.judged_in_advance) <= 12
    assert {address.survey for address in read.judged_in_advance} == set(questionnaires())
    # Eight principles: each is behind an indicator.
    told = " ".join(one.about for one in read.indicators)
    ordinals = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    assert [word for word in ordinals if f"{word} principle" not in told] == []


def test_no_indicator_rests_on_who_answered() -> None:
    for indicator in indicators().indicators:
        for address in indicator.directions:
            assert address.question not in questionnaires()[address.survey].composition.profile


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "no such answer": (
        content(entry(statistics={"commissioners.aware_principles.maybe": "rise"})),
        "column indicators.awareness: found 'commissioners.aware_principles.maybe'; expected no answer of",
    ),
    "no such survey": (
        content(entry(statistics={"gardeners.pond.yes": "rise"})),
        "found 'gardeners.pond.yes'; expected no survey 'gardeners'",
    ),
    "no share": (
        content(entry(statistics={"commissioners.aware_principles": "rise"})),
        "found 'commissioners.aware_principles'; expected a share: survey.question.answer",
    ),
    "answers in another order": (
        content(entry(statistics={"commissioners.aware_principles.no+yes": "rise"})),
        "expected answers in the questionnaire's order: commissioners.aware_principles.yes+no",
    ),
    "no such direction": (
        content(entry(statistics={AWARE: "sideways"})),
        f"column indicators.0.statistics.{AWARE}: found 'sideways'; expected Input should be 'rise' or 'fall'",
    ),
    "no such kind": (content(entry(kind="firm")), "found 'firm'; expected Input should be 'hard' or 'softer'"),
    "nothing behind it": (content(entry(statistics={})), "column indicators.0.statistics: found {}"),
    "one twice": (content(entry(), entry()), "found the indicator 'awareness' a second time"),
    "fixed in advance and behind no indicator": (
        content(entry(), confirmatory=(UNAWARE,)),
        f"column confirmatory: found {UNAWARE!r}, which is behind no indicator",
    ),
    "fixed in advance twice": (
        content(entry(), confirmatory=(AWARE, AWARE)),
        f"column confirmatory: found {AWARE!r} a second time; expected each statistic once",
    ),
    "thirteen fixed in advance": (
        content(entry(), confirmatory=(AWARE,) * 13),
        "column confirmatory: found a value that breaks a rule; expected Tuple should have at most 12 items",
    ),
    "an unknown key": (content(entry(colour="red")), "column indicators.0.colour: found an unknown key"),
}


@pytest.mark.parametrize(("broken", "message"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_named(tmp_path: Path, broken: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as error:
        read_indicators(written(tmp_path, "indicators.yml", broken))
    assert message in "\n".join(findings(error))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    broken = content(entry(statistics={"a.b.c": "rise"}), entry(), confirmatory=(UNAWARE,))
    with pytest.raises(InputError) as error:
        read_indicators(written(tmp_path, "indicators.yml", broken))
    assert len(findings(error)) == 3


# What becomes of an indicator


class Found:
    """A change of which the verdict alone matters."""

    def __init__(self, verdict: Verdict):
        self.verdict, self.said = verdict, verdict != "no statement"


def result(verdicts: Mapping[str, Verdict], **directions: str) -> str:
    addresses = {name: parse_address(f"commissioners.aware_principles.{name}") for name in verdicts}
    indicator = Indicator.model_validate(entry())
    shifts: Any = {addresses[name]: Found(verdict) for name, verdict in verdicts.items()}
    ways: Any = {addresses[name]: directions[name] for name in verdicts}
    return Outcome(indicator, shifts, ways).result


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({"yes": "rose", "no": "no clear change"}, "improved"),
        ({"yes": "no statement", "no": "fell"}, "improved"),
        ({"yes": "fell", "no": "no clear change"}, "worsened"),
        ({"yes": "not robust", "no": "rose"}, "worsened"),
        ({"yes": "rose", "no": "rose"}, "improved and worsened"),
        ({"yes": "not robust", "no": "no statement"}, "no clear change"),
        ({"yes": "no clear change", "no": "no clear change"}, "no clear change"),
        ({"yes": "no statement", "no": "no statement"}, "not measurable"),
    ],
)
def test_an_outcome_follows_from_the_changes_behind_it(verdicts: dict[str, Verdict], expected: str) -> None:
    assert result(verdicts, yes="rise", no="fall") == expected


@pytest.mark.parametrize("name", CHANGE_TABLES)
def test_the_tables_of_the_methods_page_have_rows_as_wide_as_their_heads(name: str) -> None:
    heads, rows = CHANGE_TABLES[name]()
    assert [row for row in rows if len(row) != len(heads)] == []


def test_the_table_of_indicators_says_what_would_be_better() -> None:
    _, rows = CHANGE_TABLES["indicators"]()
    told = {row[0]: row[3] for row in rows}["The Eight Principles are known"]
    assert told == (
        "awareness of the Eight Principles: yes, commissioners: a rise; "
        "awareness of the Eight Principles: yes, third sector organisations: a rise"
    )
