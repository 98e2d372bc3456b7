"""Of few respondents nothing is told: no reader of all that is published can work out what a small group answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from attacker import UNSTATED, Attack, other_wave
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publishable import every_change, every_claim, everything
from support import document, question

from analysis import paths
from analysis.claims.vocabulary import differs, exceeds, fits, highest, majority
from analysis.display import either
from analysis.display.change_records import change_row, points
from analysis.display.forms import shown
from analysis.display.opening import open_surveys
from analysis.display.readings import read_out
from analysis.display.records import claim_row, statistics_row
from analysis.display.sentences import number
from analysis.display.tables import rows as table_rows
from analysis.display.topline import item_html, item_rows, items
from analysis.inputs.addresses import Address
from analysis.inputs.disclosure import Thresholds, thresholds
from analysis.inputs.findings import InputError
from analysis.inputs.instruments import Instrument, SurveyChanges
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses
from analysis.inputs.waves import Wave, find_wave
from analysis.numbers.change import Counted, crude_change, standardised_change
from analysis.numbers.disclosure import Division, Protection, decisions
from analysis.numbers.pairs import WITHHELD, SurveyPair
from analysis.numbers.parts import Part
from analysis.numbers.surveys import Series, Survey
from analysis.publication.between_editions import told_between

Rows = Sequence[Mapping[str, str]]
FEWEST, ALIKE_BELOW, NONE_BELOW = 10, 30, 20
GROUPS = ("north", "south", "east", "west", "unsure")
COMPOSITION = {
    "wider": {
        "area": [
            {"id": "north_or_east", "of": ["north", "east"]},
            {"id": "south_or_west", "of": ["south", "west"]},
            {"id": "anywhere", "of": ["north_or_east", "south_or_west"]},
        ]
    },
    "not_stated": {"area": "unsure"},
}


def parish(**more: Any) -> Questionnaire:
    """A survey of five areas, with a question that only some are asked and one with several answers."""
    return Questionnaire.model_validate(
        document(
            question("area", *GROUPS),
            question("church", "yes", "no", "unsure"),
            question("visits", "often", "seldom", asked_if={"question": "church", "answers": ["yes"]}),
            question("clubs", "choir", "chess", "cricket", "none", kind="multiple", exclusive=["none"]),
            **{"breakdowns": ["area"], "composition": COMPOSITION, **more},
        )
    )


SHARES = (0.38, 0.25, 0.12, 0.1, 0.12, 0.03)


def drawn(seed: int, size: int) -> Survey:
    """Made-up answers of a parish: small areas, a few who do not state theirs, rare answers."""
    dice, questionnaire = np.random.default_rng(seed), parish()
    area = dice.choice([1, 2, 4, 8, 16, 0], size=size, p=SHARES)
    church = dice.choice([1, 2, 4, 0], size=size, p=[0.55, 0.35, 0.07, 0.03])
    church[area == 4] = 1  # One area in which everybody says the same.
    visits = np.where(church == 1, dice.choice([1, 2, 0], size=size, p=[0.5, 0.47, 0.03]), 0)
    clubs = np.where(dice.random(size) < 0.2, 8, dice.integers(1, 8, size=size))
    codes = {"area": area, "church": church, "visits": visits, "clubs": clubs}
    return protected(Survey(questionnaire, Responses(questionnaire, size, codes)))


def protected(survey: Survey, cls: type[Protection] = Protection) -> Survey:
    return replace(survey, protection=cls(survey.responses))


# What is true, counted from the responses, and what of it nobody may learn


def counts(survey: Survey, name: str, groups: Iterable[str]) -> tuple[int, list[int]]:
    """How many of these groups answered, and how many of them gave each answer, response by response."""
    asked, ids, chosen = survey.questionnaire.by_id[name], survey.questionnaire.by_id["area"].answer_ids, set(groups)
    base, given = 0, [0] * len(asked.answer_ids)
    for place in range(survey.responses.size):
        code, area = int(survey.responses.codes[name][place]), int(survey.responses.codes["area"][place])
        if code and (ids[area.bit_length() - 1] if area else UNSTATED) in chosen:
            base += 1
            given = [one + (code >> bit & 1) for bit, one in enumerate(given)]
    return base, given


def tells_too_much(base: int, given: Sequence[int], overall: Sequence[int]) -> bool:
    """Whether the numbers of these respondents may not be told."""
    alike = base < ALIKE_BELOW and any(count >= base - 1 for count in given)
    none = base < NONE_BELOW and any(count == 0 and total for count, total in zip(given, overall, strict=True))
    return base > 0 and (base < FEWEST or alike or none)


def is_implied(survey: Survey, name: str, place: int, groups: frozenset[str]) -> bool:
    """Whether a number follows from what may be told of more respondents: that none, or all of them, answered so."""
    if not counts(survey, name, (*GROUPS, UNSTATED))[1][place]:
        return True  # That nobody at all gave an answer tells nothing of a group.
    for size in range(1, len(GROUPS) + 2):
        for wider in combinations((*GROUPS, UNSTATED), size):
            if groups <= set(wider):
                base, given = counts(survey, name, wider)
                if (given[place] == 0 and base >= NONE_BELOW) or (given[place] == base and base >= ALIKE_BELOW):
                    return True
    return False


def secrets(survey: Survey, largest: int = 2) -> Iterator[tuple[str, frozenset[str]]]:
    """Every question with every union of groups of which nothing may be told."""
    for asked in survey.questionnaire.questions:
        if asked.id == "area" or asked.id not in survey.responses.codes:
            continue
        _, overall = counts(survey, asked.id, (*GROUPS, UNSTATED))
        for size in range(1, largest + 1):
            for groups in combinations((*GROUPS, UNSTATED), size):
                if tells_too_much(*counts(survey, asked.id, groups), overall):
                    yield asked.id, frozenset(groups)


def recovered(survey: Survey, rows: Rows, largest: int = 2, **more: Any) -> list[str]:
    """The numbers of small groups that the attacker works out: the range of what they can be has no width."""
    attack, found = Attack(survey.questionnaire, "area", rows, **more), []
    if survey.protection:
        assert attack.unused == [], "what is published is used in the attack, or follows from the rest"
    for name, groups in secrets(survey, largest):
        for place, answer in enumerate(survey.questionnaire.by_id[name].answer_ids):
            low, high = attack.range(name, (answer,), groups)
            true = counts(survey, name, groups)[1][place]
            assert low <= true <= high, "an attack that excludes the truth proves nothing"
            if low == high and not is_implied(survey, name, place, groups):
                found.append(f"{name}.{answer}@{'+'.join(sorted(groups))}={low}")
    return found


# The attack


@pytest.mark.parametrize(("seed", "size"), [(1, 150), (2, 120), (3, 90), (4, 60)])
def test_an_integer_programme_over_all_that_is_published_recovers_no_protected_number(seed: int, size: int) -> None:
    survey = drawn(seed, size)
    assert len(list(secrets(survey))) > 5, "there is something to protect"
    assert recovered(survey, everything(survey)) == []


@pytest.mark.parametrize(("seed", "size"), [(1, 150), (3, 90)])
def test_the_same_attack_succeeds_where_nothing_is_withheld(seed: int, size: int) -> None:
    survey = drawn(seed, size)
    assert len(recovered(survey, everything(replace(survey, protection=None)), largest=1)) >= 5


def waves(seed: int, size: int, protect: bool = True) -> tuple[Survey, Survey, SurveyPair]:
    """Two waves of a parish, and both of them together."""
    both = drawn(seed, size), drawn(seed + 100, size + 40)
    if not protect:
        both = replace(both[0], protection=None), replace(both[1], protection=None)
    asked = Instrument(parish(composition=COMPOSITION | {"profile": []}), SurveyChanges())
    return *both, SurveyPair(("before", "after"), *both, (asked, asked))


@pytest.mark.parametrize(("seed", "size"), [(1, 150), (2, 120), (3, 90), (3, 220)])
@pytest.mark.parametrize("later", [True, False], ids=["the later wave", "the earlier wave"])
def test_nor_does_one_over_files_of_claims_and_changes_and_another_wave(seed: int, size: int, later: bool) -> None:
    before, after, pair = waves(seed, size)
    survey, other = (after, before) if later else (before, after)
    changes, moved = every_change(pair)
    assert sum(bool(row["crude"]) for row in changes) > 10 and any(row["adjusted"] for row in changes)
    claims = [*every_claim(survey), *moved]
    assert sum(bool(row["margin"]) for row in claims) > 50
    told = other_wave(other.questionnaire, "area", everything(other))
    more = {"claims": claims, "changes": changes, "other": told, "later_is_other": not later}
    assert recovered(survey, everything(survey), **more) == []


EAST = Address("garden", "church", ("no",), "area", ("east",))


def leaked(name: str, before: Survey, after: Survey) -> dict[str, Any]:
    """What would tell of one small group if it stood in one file alone: the rows of this file."""
    bare = [replace(one, protection=None) for one in (before, after)]
    share, row = bare[1].estimate(EAST), statistics_row(bare[1].estimate(EAST))
    assert after.estimate(EAST).suppressed and 0 < (share.base or 0) < ALIKE_BELOW
    alone = {"address": str(EAST)}
    if name in ("percent", "low", "high"):
        return {"rows": [alone | {name: row[name]}]}
    if name == "interval":
        return {"rows": [alone | {end: row[end] for end in ("low", "high")}]}
    if name == "shown":
        return {"rows": [alone | {"shown": f"{share.count} of {share.base}"}]}
    if name == "margin":
        return {"claims": [claim_row(exceeds(bare[1].estimate(EAST.overall), share), "")]}
    moved = crude_change(Counted(*counted(bare[0], EAST)), Counted(*counted(bare[1], EAST)))
    if name == "change":
        ends = dict(zip(("crude_low", "crude_high"), map(points, moved.interval), strict=True))
        return {"changes": [alone | {"crude": points(moved.value), **ends, "adjusted": ""}]}
    groups = [{group: Counted(*counted(one, EAST.among("area", group))) for group in GROUPS} for one in bare]
    adjusted = standardised_change(*groups)
    return {"changes": [{"address": str(EAST.overall), "crude": "", "adjusted": points(adjusted.value)}]}


def counted(survey: Survey, address: Address) -> tuple[int, int]:
    share = survey.estimate(address)
    return share.count or 0, share.base or 0


@pytest.mark.parametrize("name", ["percent", "interval", "shown", "margin", "change", "adjusted"])
def test_one_number_too_many_in_any_file_gives_a_small_group_away(name: str) -> None:
    """Of the earlier wave nothing is withheld: so the change of a small group can be told from there."""
    earlier = [*["north"] * 31, *["south"] * 59, *["east"] * 24, *["west"] * 11, *["unsure"] * 22]
    before = replace(parishioners(area=earlier, church=["yes", "no", "unsure"] * 49), protection=None)
    everybody = [*["north"] * 50, *["south"] * 40, *["east"] * 15, *["west"] * 20, *["unsure"] * 22]
    said = [*["yes", "no", "unsure"] * 30, *["no"] * 13, "yes", "yes", *["yes", "no", "unsure"] * 14]
    after = protected(parishioners(area=everybody, church=said))
    told = other_wave(before.questionnaire, "area", everything(before))
    assert recovered(after, everything(after), other=told) == []
    more = leaked(name, before, after)
    rows = [*everything(after), *more.pop("rows", [])]
    assert any("church.no@east" in one for one in recovered(after, rows, largest=1, other=told, **more))


@dataclass(frozen=True)
class OnlySmallBases(Protection):
    """What was done before: groups with few answers are withheld, and nothing else."""

    def division(self, question: Any, breakdown: str) -> Division:
        counted = self._counted(question, breakdown)
        large = [group for group, base in zip(counted.groups, counted.bases, strict=True) if group and base >= FEWEST]
        return Division(tuple(Part(group, (group,)) for group in large))


def test_withholding_small_groups_alone_is_not_enough() -> None:
    survey = drawn(1, 150)
    assert recovered(survey, everything(protected(survey, OnlySmallBases)), largest=1)


@dataclass(frozen=True)
class OneMergingLess(Protection):
    """The protection with one part of one question taken apart again: a group is published that was merged."""

    _apart: str = field(default="church", repr=False)

    def division(self, question: Any, breakdown: str) -> Division:
        division = super().division(question, breakdown)
        if question.id != self._apart:
            return division
        parts = [Part(group, (group,)) for part in division.parts for group in part.groups]
        return Division(tuple(parts))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_attack_succeeds_where_the_merging_of_one_question_is_taken_back(seed: int) -> None:
    survey = drawn(seed, 200)
    assert {one[0] for one in decisions(survey.protection or Protection(survey.responses))} >= {"church"}
    found = recovered(survey, everything(protected(survey, OneMergingLess)), largest=1)
    assert found
    assert all(one.startswith("church") for one in found), "the other questions are protected all the same"


def test_that_a_routed_question_is_divided_as_finely_as_it_can_be_tells_of_the_one_before() -> None:
    """The number who were asked tells how many gave the answer that leads to a question."""

    @dataclass(frozen=True)
    class Unrouted(Protection):
        def _before(self, question: Any) -> None:
            return None

    area = [*["north"] * 40, *["south"] * 40, *["east"] * 25, *["west"] * 40]
    church = [*["yes", "no"] * 40, *["yes"] * 24, "no", *["yes", "no"] * 20]
    visits = [("often" if place % 2 else "seldom") if one == "yes" else "" for place, one in enumerate(church)]
    visits = [("often" if place % 4 else "seldom") if one == "yes" else "" for place, one in enumerate(church)]
    clubs = ["choir", "chess", "cricket", "none", "choir;chess"] * 29
    survey = protected(parishioners(area=area, church=church, visits=visits, clubs=clubs))
    assert recovered(survey, everything(survey), largest=1) == []
    assert recovered(survey, everything(protected(survey, Unrouted)), largest=1)


def parishioners(**columns: Sequence[str]) -> Survey:
    """A parish by what each parishioner answered; the answers of several are joined by ';'."""
    questionnaire = parish()
    codes = {
        name: np.array([sum(1 << questionnaire.by_id[name].answer_ids.index(p) for p in cell.split(";") if p)
                        for cell in cells])
        for name, cells in columns.items()
    }  # fmt: skip
    return Survey(questionnaire, Responses(questionnaire, len(columns["area"]), codes))


# Any table


@st.composite
def tables(draw: Any) -> Survey:
    """A survey with one question by one breakdown, of any numbers: small, empty, alike, not stated."""
    cell = st.integers(0, 14) | st.integers(0, 3)
    numbers = [[draw(cell) for _ in ("yes", "no", "unsure", "")] for _ in (*GROUPS, UNSTATED)]
    area = [group for group, row in zip((*GROUPS, ""), numbers, strict=True) for _ in range(sum(row))]
    church = [a for row in numbers for a, count in zip(("yes", "no", "unsure", ""), row, strict=True)
              for _ in range(count)]  # fmt: skip
    return protected(parishioners(area=area or ["north"], church=church or [""]))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_nobody_who_subtracts_published_numbers_of_any_table_gets_a_protected_one(survey: Survey) -> None:
    rows = everything(survey)
    known, shown = combinations_of(survey, rows)
    for name, groups in secrets(survey, largest=len(GROUPS) + 1):
        for place, answer in enumerate(survey.questionnaire.by_id[name].answer_ids):
            wanted = np.zeros(known.shape[1])
            wanted[[shown[group] * 3 + place for group in groups]] = 1
            reached = np.linalg.matrix_rank(np.vstack([known, wanted])) == np.linalg.matrix_rank(known)
            assert not reached, f"{name}.{answer}@{'+'.join(sorted(groups))} follows by subtraction"


def combinations_of(survey: Survey, rows: Sequence[Mapping[str, str]]) -> tuple[np.ndarray, dict[str, int]]:
    """The published numbers of the question as sums over cells (group by answer): one row a number."""
    shown = {group: place for place, group in enumerate((*GROUPS, UNSTATED))}
    ids, found = survey.questionnaire.by_id["church"].answer_ids, [np.zeros(3 * len(shown))]
    for row in rows:
        if row["question"] != "church":
            continue
        groups = row["group"].split("+") if row["group"] else list(shown)
        for answers, column in ((row["answers"].split("+"), "count"), (ids, "base")):
            if row[column]:
                one = np.zeros(3 * len(shown))
                one[[shown[group] * 3 + ids.index(answer) for group in groups for answer in answers]] = 1
                found.append(one)
    return np.array(found), shown


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_nobody_who_solves_for_any_table_gets_a_protected_number(survey: Survey) -> None:
    assert recovered(survey, everything(survey), largest=1) == []


# Editions


def row(address: str, base: str, count: str, known: str = "collected") -> dict[str, str]:
    return {"address": address, "base": base, "count": count, "known": known}


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (row("a", "100", "40"), row("a", "100", "40"), []),
        (row("a", "100", "40"), row("a", "101", "41"), [("a", "base")]),
        (row("a", "100", "40"), row("a", "100", "43"), [("a", "count")]),
        (row("a", "100", "40"), row("a", "140", "60"), []),
        (row("a", "", ""), row("a", "100", "40"), [("a", "withheld")]),
        (row("a", "100", "40"), row("a", "", ""), []),
        (row("a", "100", "40", "printed"), row("a", "101", "41", "printed"), []),
    ],
)
def test_what_two_editions_tell_together_is_noticed(before: Any, now: Any, found: list[tuple[str, str]]) -> None:
    assert told_between([before], [now], Thresholds()) == found


def test_groups_that_one_edition_tells_apart_and_the_other_together_are_compared() -> None:
    """Of nine in the east nothing was told; a tenth one answered, and both editions tell what that one said."""
    few = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 4, 3, 2))
    more = by_area(("north", 20, 15, 5), ("south", 11, 12, 6), ("east", 5, 3, 2))
    assert "north+east" in rows(few) and "east" in rows(more)
    found = told_between(grouped(few), grouped(more), Thresholds())
    assert ("garden.church.yes@area=east+north", "base") in found


def test_those_whom_no_row_tells_of_are_compared_too() -> None:
    """Of everybody 15 more, of the north 12 more: three more of all others, of whom no row tells."""
    north = "garden.church.yes@area=north"
    before = [row("garden.church.yes", "100", "40"), row(north, "40", "15")]
    after = [row("garden.church.yes", "115", "61"), row(north, "52", "25")]
    assert told_between(before, after, Thresholds()) == [("garden.church.yes by area, with those of no row", "base")]


def grouped(survey: Survey) -> list[Mapping[str, str]]:
    """What is published of the groups alone."""
    return [row for row in everything(survey) if row["group"]]


def test_that_all_who_came_later_answered_alike_is_noticed() -> None:
    assert told_between([row("a", "100", "40")], [row("a", "112", "52")], Thresholds()) == [("a", "count")]
    assert told_between([row("a", "100", "40")], [row("a", "115", "40")], Thresholds()) == [("a", "count")]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.data())
def test_no_few_respondents_can_be_told_from_two_editions_without_notice(survey: Survey, data: Any) -> None:
    """Some answers are withdrawn and others come: whatever both editions tell of the same groups is compared."""
    area, church = (list(survey.responses.codes[name]) for name in ("area", "church"))
    for _ in range(data.draw(st.integers(0, 3))):
        area.append(data.draw(st.sampled_from([0, 1, 2, 4, 8, 16])))
        church.append(data.draw(st.sampled_from([0, 1, 2, 4])))
    gone = data.draw(st.integers(0, min(3, len(area) - 1)))
    codes = {"area": np.array(area[gone:]), "church": np.array(church[gone:])}
    later = protected(Survey(survey.questionnaire, Responses(survey.questionnaire, len(codes["area"]), codes)))
    if differences(survey, later):
        assert told_between(everything(survey), everything(later), Thresholds())


def differences(one: Survey, other: Survey) -> list[str]:
    """The groups of which both editions tell, by adding and subtracting, numbers that differ by fewer than ten."""
    told = [(everything(survey), counted_by_cell(survey)) for survey in (one, other)]
    editions = zip((one, other), told, strict=True)
    spans = [(combinations_of(survey, numbers)[0], cells) for survey, (numbers, cells) in editions]
    found = []
    for size in range(1, len(GROUPS) + 2):
        for groups in combinations(range(len(GROUPS) + 1), size):
            for answers in ((0,), (1,), (2,), (0, 1, 2)):
                wanted = np.zeros(3 * (len(GROUPS) + 1))
                wanted[[group * 3 + answer for group in groups for answer in answers]] = 1
                if all(np.linalg.matrix_rank(np.vstack([s, wanted])) == np.linalg.matrix_rank(s) for s, _ in spans):
                    distance = abs(int(wanted @ spans[0][1] - wanted @ spans[1][1]))
                    found += [f"{groups} {answers}"] if 0 < distance < FEWEST else []
    return found


def counted_by_cell(survey: Survey) -> np.ndarray:
    """How many of each group gave each answer, group by group; those who stated none come last."""
    return np.array([count for group in (*GROUPS, UNSTATED) for count in counts(survey, "church", [group])[1]])


# The rules, one by one


def by_area(*tables: tuple[str, int, int, int]) -> Survey:
    """A parish in which so many of each area answer yes, no, unsure; an area of no name is not stated."""
    area = [group for group, *row in tables for _ in range(sum(row))]
    church = [answer for _, *row in tables for answer, count in zip(("yes", "no", "unsure"), row, strict=True)
              for _ in range(count)]  # fmt: skip
    return protected(parishioners(area=area, church=church))


def rows(survey: Survey) -> dict[str, str]:
    return {name: "[c]" if one.suppressed else f"{one.count} of {one.base}"
            for name, one in survey.church.share("yes").by("area").members.items()}  # fmt: skip


def test_large_groups_are_told_as_they_are() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 5, 4, 3))
    assert rows(survey) == {"north": "20 of 40", "south": "12 of 30", "east": "5 of 12", "west": "0 of 0",
                            "unsure": "0 of 0"}  # fmt: skip


def test_a_small_group_is_merged_as_declared() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 4, 3, 2))
    assert rows(survey)["north+east"] == "24 of 49"
    assert "north" not in rows(survey)
    assert survey.church.share("yes").by("area").east.suppressed


def test_a_group_that_answered_alike_is_merged_though_it_is_not_small() -> None:
    alike = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 28, 1, 0))
    assert rows(alike)["north+east"] == "48 of 69"
    enough = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 29, 1, 0))
    assert rows(enough)["east"] == "29 of 30"


def test_a_group_in_which_nobody_gave_an_answer_is_merged_where_it_is_small() -> None:
    assert rows(by_area(("north", 20, 15, 5), ("east", 10, 9, 0)))["north+east"] == "30 of 59"
    assert rows(by_area(("north", 20, 15, 5), ("east", 10, 10, 0)))["east"] == "10 of 20"


def test_an_answer_that_nobody_gave_at_all_tells_nothing_of_a_group() -> None:
    assert rows(by_area(("north", 20, 20, 0), ("east", 6, 5, 0)))["east"] == "6 of 11"


def test_those_who_did_not_state_their_group_are_not_told_by_subtraction() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("unsure", 6, 5, 4), ("", 1, 1, 1))
    assert rows(survey) == {"north": "20 of 40", "south": "12 of 30", "east": "0 of 0", "west": "0 of 0",
                            "unsure": "[c]"}  # fmt: skip
    many = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("unsure", 6, 5, 4), ("", 5, 4, 3))
    assert rows(many)["unsure"] == "6 of 15"


def test_where_no_merging_is_declared_the_whole_breakdown_of_the_question_is_withheld() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("unsure", 3, 2, 1))
    assert rows(survey) == {"north": "20 of 40", "south": "12 of 30", "unsure": "3 of 6"} | rows(survey)
    assert {one for name, one in rows(survey).items() if name in ("north", "south", "unsure")} == {"[c]"}
    assert survey.church.share("yes").percent == 46, "all respondents together are told"
    told = list(decisions(survey.protection or Protection(survey.responses)))
    assert ("church", "area", "", "withheld", "no wider group") in told


def test_a_question_that_few_answered_is_withheld_with_its_base() -> None:
    survey = by_area(("north", 4, 3, 2))
    share = survey.church.share("yes")
    assert (share.suppressed, share.base, share.count, share.asked, share.percent) == (True, None, None, None, None)


def test_groups_together_are_told_only_where_they_are_whole_parts() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 4, 3, 2))
    among = Address("garden", "church", ("yes",)).among
    assert survey.estimate(among("area", "north", "east")).count == 24
    assert survey.estimate(among("area", "north", "east", "south")).count == 36
    assert survey.estimate(among("area", "south", "east")).suppressed


def test_answers_counted_together_are_withheld_where_they_tell_of_everybody() -> None:
    """Of several answers each is rare, but all twelve of an area gave at least one of them."""
    clubs = [*["choir", "chess", "cricket", "none"] * 10, *["choir", "chess", "cricket", "choir;chess"] * 6, "none"]
    survey = protected(parishioners(area=["north"] * 40 + ["south"] * 25, clubs=clubs))
    some = survey.clubs.share("choir", "chess", "cricket").by("area")
    assert some.north.suppressed and some.south.suppressed
    assert survey.clubs.share("choir").by("area").south.count == 12


# What becomes of a number that is withheld


def small_area() -> Survey:
    return by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("unsure", 6, 5, 4), ("", 1, 1, 1))


def test_a_withheld_number_has_neither_base_nor_count_in_any_record() -> None:
    unsure = small_area().church.share("yes").by("area").unsure
    row = statistics_row(unsure)
    assert {name for name, text in row.items() if text} == {
        "address", "survey", "question", "answers", "group_by", "group", "known"
    }  # fmt: skip
    assert number(unsure) == "[c]"


def test_a_withheld_group_keeps_its_place_in_charts_and_tables() -> None:
    series = small_area().church.share("yes").by("area")
    assert shown(series, "groups") == ["north", "south", "unsure"]
    assert "unsure: withheld" in read_out("A title", [series], "groups")
    assert re.findall(r"<td>(.*?)</td>", lines_of(series, "unsure")) == [
        '<data value="garden.church.yes@area=unsure">[c]</data>', "", "", "collected"
    ]  # fmt: skip


def lines_of(series: Series, label: str) -> str:
    return next(row for row in table_rows((series,)).split("<tr") if f">{label}</th>" in row)


def test_a_claim_about_a_withheld_number_is_not_computable_and_has_no_margin() -> None:
    series = small_area().church.share("yes").by("area")
    for claim in (exceeds(series.north, series.unsure), majority(series.unsure), fits(series.unsure, "most")):
        assert (claim.state, claim.margin) == ("not computable", None)
    said = either(f"The {majority(series.unsure):most} said yes.", "It cannot be told.")
    assert said.chosen.text == "It cannot be told."


def test_claims_about_all_groups_are_about_those_that_are_told() -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 10, 12, 8), ("east", 9, 0, 0))
    series = survey.church.share("yes").by("area")
    assert list(series.members) == ["north+east", "south", "west", "unsure"]
    assert {str(term.address) for term in differs(series).terms} == {
        "garden.church.yes@area=north+east", "garden.church.yes@area=south"
    }  # fmt: skip
    assert highest(series, "north").state == "not computable", "a group that was merged can be named, and not told of"


def test_the_topline_says_that_a_question_is_withheld_and_not_that_it_was_not_asked() -> None:
    survey = by_area(("north", 4, 3, 2))
    church = next(item for item in items(survey) if item.question.id == "church")
    assert "Withheld" in item_html(church)
    assert {row["base"] + row["asked"] + row["missing"] + row["count"] for row in item_rows(church)} == {""}


def test_a_change_from_or_to_a_withheld_number_is_not_told() -> None:
    asked = Instrument(parish(), SurveyChanges())
    large = by_area(("north", 40, 30, 10), ("south", 40, 40, 20), ("unsure", 40, 30, 20))
    for earlier, later in ((large, small_area()), (small_area(), large)):
        pair = SurveyPair(("before", "after"), earlier, later, (asked, asked))
        shift = pair.shift(Address("garden", "church", ("yes",), "area", ("unsure",)))
        assert (shift.crude, shift.why) == (None, WITHHELD)
        assert set(change_row(shift).values()) & {"6", "15"} == set()


def test_a_change_is_adjusted_by_published_parts_those_who_stated_no_group_among_them() -> None:
    """North 40 and 60 of 100, south 30 and 20, unsure 6 of 15 with one of three who stated none: by hand."""
    asked = Instrument(parish(composition=COMPOSITION | {"profile": []}), SurveyChanges())
    before = by_area(("north", 50, 40, 10), ("south", 20, 20, 10), ("unsure", 20, 20, 10))
    after = small_area()
    pair = SurveyPair(("before", "after"), before, after, (asked, asked))
    shift = pair.shift(Address("garden", "church", ("yes",)))
    adjusted = 100 / 200 * 20 / 40 + 50 / 200 * 12 / 30 + 50 / 200 * 7 / 18
    assert shift.adjusted is not None
    assert shift.adjusted.value == pytest.approx(adjusted - 90 / 200)


def test_a_change_is_not_adjusted_by_groups_that_are_published_together() -> None:
    """Nine of the east are told with the north alone: 24 of 49."""
    asked = Instrument(parish(), SurveyChanges())
    before = by_area(("north", 50, 40, 10), ("south", 20, 20, 10), ("east", 20, 20, 10))
    after = by_area(("north", 20, 15, 5), ("south", 12, 12, 6), ("east", 4, 3, 2))
    shift = SurveyPair(("before", "after"), before, after, (asked, asked)).shift(Address("garden", "church", ("yes",)))
    assert shift.adjusted is not None
    assert shift.adjusted.value == pytest.approx(150 / 200 * 24 / 49 + 50 / 200 * 12 / 30 - 90 / 200)


def test_a_change_of_several_answers_is_not_adjusted_by_groups_in_which_they_are_withheld() -> None:
    """All of a small area gave at least one of two answers, each of which is told."""
    clubs = [*["choir", "chess", "cricket", "none"] * 10, *["choir", "chess", "choir", "chess;cricket"] * 6, "chess"]
    after = protected(parishioners(area=["north"] * 40 + ["south"] * 25, clubs=clubs))
    said = ["choir", "chess", "none", "cricket"] * 25
    before = protected(parishioners(area=["north"] * 50 + ["south"] * 50, clubs=said))
    asked = Instrument(parish(composition=COMPOSITION | {"profile": []}), SurveyChanges())
    one, several = ("choir",), ("choir", "chess")
    for earlier, later in ((before, after), (after, before)):
        pair = SurveyPair(("before", "after"), earlier, later, (asked, asked))
        assert pair.shift(Address("garden", "clubs", one)).adjusted is not None
        shift = pair.shift(Address("garden", "clubs", several))
        assert shift.crude is not None
        assert (shift.adjusted, shift.parts) == (None, None)
        assert "too few answered in a group" in shift.unadjusted


# How it is declared


def test_a_group_for_those_who_stated_none_must_exist() -> None:
    with pytest.raises(ValueError, match="no group 'elsewhere' for those who stated none"):
        parish(composition={"not_stated": {"area": "elsewhere"}})


def test_a_wave_can_be_stricter_than_the_study_and_not_laxer(wave: Wave) -> None:
    assert thresholds(wave) == Thresholds(fewest=10, alike_below=30, none_below=20)
    stricter = wave.model_copy(update={"disclosure": Thresholds(fewest=25)})
    assert thresholds(stricter) == Thresholds(fewest=25, alike_below=30, none_below=20)
    laxer = wave.model_copy(update={"disclosure": Thresholds(alike_below=12, none_below=11)})
    with pytest.raises(InputError) as error:
        thresholds(laxer)
    assert [finding.column for finding in error.value.findings] == ["disclosure.alike_below", "disclosure.none_below"]


def test_every_wave_is_protected_where_it_is_opened_but_for_a_reconstructed_one() -> None:
    assert all(survey.protection is None for survey in open_surveys(find_wave("baseline")).values())
    opening = [path.name for path in (paths.ROOT / "analysis").rglob("*.py")
               if re.search(r"(?<![\w.])Survey\(", path.read_text("utf-8"))]  # fmt: skip
    assert opening == ["opening.py"], "surveys are opened in one place alone"


@pytest.mark.parametrize(("few", "told"), [(3, False), (30, True)])
def test_two_breakdowns_do_not_tell_together_of_few(few: int, told: bool) -> None:
    """The choir is all of the north, and a few of the south: both breakdowns together would tell of these few."""
    both = parish(breakdowns=["area", "church"])
    area, church = ["north"] * 40 + ["south"] * 80, ["yes"] * (40 + few) + ["no"] * (80 - few)
    clubs = ["choir", "chess", "cricket", "none"] * 30
    codes = {name: np.array([1 << both.by_id[name].answer_ids.index(one) for one in cells])
             for name, cells in {"area": area, "church": church, "clubs": clubs}.items()}  # fmt: skip
    survey = protected(Survey(both, Responses(both, 120, codes)))
    share = survey.clubs.share("choir")
    assert share.by("area").north.count == 10, "the breakdown that is declared first"
    assert (not share.by("church").yes.suppressed) is told


@pytest.mark.parametrize("limit", ["fewest", "alike_below", "none_below"])
def test_thresholds_can_be_raised(limit: str) -> None:
    survey = by_area(("north", 20, 15, 5), ("south", 38, 1, 0), ("east", 21, 19, 0))
    assert rows(survey)["south"] == "38 of 39"
    stricter = replace(survey, protection=Protection(survey.responses, Thresholds(**{limit: 41})))
    assert list(rows(stricter).values()) != list(rows(survey).values())
