"""Somebody who has read all that a wave publishes, and works out what it must mean for those who are not told of.

The attacker knows the questionnaire, every published number, and that numbers of respondents are whole. Unknown are,
question by question, how many of each group gave each answer, those who stated no group included. Each published number
is a condition on them; integer programmes give the least and the greatest that an unknown can be. Nothing here knows
how the study decides what to withhold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analysis.display.records import statistics_row
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Survey

UNSTATED = "(not stated)"
Row = Mapping[str, str]
# An unknown: a question, one or several of its answers (none: the base), and a group.
Unknown = tuple[str, tuple[str, ...], str]


def everything(survey: Survey, unions: bool = True) -> list[Row]:
    """Every number that chapters could print of a survey: the columns of statistics.csv, and how many were asked.

    Each answer of each question, overall and in each group as `by` gives them, and of multiple response those who gave
    any of two neighbouring answers, or any at all.
    """
    told: list[Estimate] = []
    for question in survey.questionnaire.questions:
        ids = question.answer_ids
        sets = [(one,) for one in ids]
        if unions and question.kind == "multiple":
            sets += [*pairwise(ids), ids]
        for answers in dict.fromkeys(sets):
            share = getattr(survey, question.id).share(*answers)
            told.append(share)
            for breakdown in survey.questionnaire.breakdowns:
                if breakdown != question.id:
                    series = share.by(breakdown)
                    told += [*series, *series.merged.values()]
    rows = [statistics_row(one) | {"asked": "" if one.asked is None else str(one.asked)} for one in told]
    return [statistics_row(survey.total) | {"asked": ""}, *rows]


@dataclass
class Attack:
    """An attack on one survey by one breakdown, from the rows that were published of it."""

    questionnaire: Questionnaire
    breakdown: str
    rows: Sequence[Row]
    places: dict[Unknown, int] = field(default_factory=dict)
    conditions: list[tuple[dict[int, int], float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = [(parse_address(row["address"]), row) for row in self.rows]
        self.told = [(address, row) for address, row in own if address.survey == self.questionnaire.survey]
        self.published = self._by_question()
        for question in self._questions():
            self._add(question)

    def _by_question(self) -> dict[str, list[tuple[Address, Row]]]:
        found: dict[str, list[tuple[Address, Row]]] = defaultdict(list)
        for address, row in self.told:
            if address.question and address.breakdown in ("", self.breakdown):
                found[address.question].append((address, row))
        return found

    def _questions(self) -> Iterator[Question]:
        told = self.published.keys() - {self.breakdown}
        yield from (one for one in self.questionnaire.questions if one.id in told)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return (*self.questionnaire.by_id[self.breakdown].answer_ids, UNSTATED)

    @cached_property
    def total(self) -> int:
        return next(int(row["base"]) for address, row in self.told if not address.question)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many are in each group, or at most are: published as the answers to one question."""
        sizes = dict.fromkeys(self.groups, self.total)
        for address, row in self.published.get(self.breakdown, []):
            if not address.breakdown and len(address.answers) == 1 and row["count"]:
                sizes[address.answers[0]] = int(row["count"])
                sizes[UNSTATED] = self.total - int(row["base"])
        return sizes

    def _place(self, unknown: Unknown) -> int:
        return self.places.setdefault(unknown, len(self.places))

    def _hold(self, terms: Iterable[tuple[int, int]], low: float, high: float) -> None:
        summed: dict[int, int] = defaultdict(int)
        for place, factor in terms:
            summed[place] += factor
        self.conditions.append((dict(summed), low, high))

    def _add(self, question: Question) -> None:
        for group in self.groups:
            self._add_group(question, group)
        for address, row in self.published[question.id]:
            groups = address.groups or self.groups
            for answers, column in (((), "base"), (address.answers, "count"), ((), "asked")):
                if row.get(column):
                    told = int(row[column])
                    terms = [(place, 1) for group in groups for place in self._terms(question, answers, group, column)]
                    if terms:
                        self._hold(terms, told, told)

    def _terms(self, question: Question, answers: tuple[str, ...], group: str, column: str) -> list[int]:
        """The unknowns that add up to a published number in one group."""
        if column == "asked":
            routing = question.asked_if
            if routing is None or routing.question not in self.published or routing.question == self.breakdown:
                return []
            before = self.questionnaire.by_id[routing.question]
            return self._terms(before, routing.answers, group, "count")
        if column == "base" or question.kind == "multiple":
            return [self._place((question.id, answers, group))]
        return [self._place((question.id, (answer,), group)) for answer in answers]

    def _add_group(self, question: Question, group: str) -> None:
        """What must be true of one group whatever is published."""
        base = self._place((question.id, (), group))
        single = [self._place((question.id, (answer,), group)) for answer in question.answer_ids]
        asked = self._terms(question, (), group, "asked")
        self._hold([(base, 1)], 0, self.sizes[group])
        if asked and self.questionnaire.by_id[question.asked_if.question].kind == "single":  # type: ignore[union-attr]
            self._hold([(base, 1), *((place, -1) for place in asked)], -np.inf, 0)
        if question.kind == "single":
            self._hold([(base, -1), *((place, 1) for place in single)], 0, 0)
            return
        self._hold([(base, -1), *((place, 1) for place in single)], 0, np.inf)
        unions = dict.fromkeys(address.answers for address, _ in self.published[question.id])
        for answers in [one for one in unions if len(one) > 1] + [(one,) for one in question.answer_ids]:
            own = self._place((question.id, answers, group))
            members = [self._place((question.id, (answer,), group)) for answer in answers]
            self._hold([(own, 1), (base, -1)], -np.inf, 0)
            self._hold([(own, 1), *((place, -1) for place in members)], -np.inf, 0)
            for place in members:
                self._hold([(own, 1), (place, -1)], 0, np.inf)

    @cached_property
    def _components(self) -> list[tuple[list[int], list[tuple[dict[int, int], float, float]]]]:
        """Unknowns that no condition joins are attacked apart."""
        above = list(range(len(self.places)))

        def top(place: int) -> int:
            while above[place] != place:
                above[place] = above[above[place]]
                place = above[place]
            return place

        for terms, _, _ in self.conditions:
            first, *others = terms
            for other in others:
                above[top(other)] = top(first)
        members: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self.places)):
            members[top(place)].append(place)
        held: dict[int, list[tuple[dict[int, int], float, float]]] = defaultdict(list)
        for condition in self.conditions:
            held[top(next(iter(condition[0])))].append(condition)
        return [(members[one], held[one]) for one in members]

    @cached_property
    def _programmes(self) -> dict[int, tuple[dict[int, int], LinearConstraint]]:
        """By unknown, the programme it is in: the columns of its unknowns, and the conditions."""
        found = {}
        for members, held in self._components:
            columns = {place: column for column, place in enumerate(members)}
            entries = [(row, columns[p], f) for row, (terms, _, _) in enumerate(held) for p, f in terms.items()]
            rows, cols, values = (np.array(one) for one in zip(*entries, strict=True))
            matrix = csr_array((values.astype(float), (rows, cols)), shape=(len(held), len(members)))
            limits = [np.array([condition[at] for condition in held]) for at in (1, 2)]
            constraint = LinearConstraint(matrix, limits[0], limits[1])
            found |= dict.fromkeys(members, (columns, constraint))
        return found

    def range(self, question: str, answers: tuple[str, ...], groups: Iterable[str]) -> tuple[int, int]:
        """The least and the greatest number of these groups who can have given an answer; without answers, the base."""
        wanted = [self.places[(question, answers, group)] for group in groups]
        columns, constraint = self._programmes[wanted[0]]
        objective = np.zeros(len(columns))
        objective[[columns[place] for place in wanted]] = 1
        ends = [_least(sign * objective, constraint) for sign in (1, -1)]
        return ends[0], -ends[1]


def _least(objective: np.ndarray, constraint: LinearConstraint) -> int:
    solved = milp(
        objective, constraints=constraint, integrality=np.ones(len(objective)), bounds=Bounds(0, np.inf),
        options={"time_limit": 60},
    )  # fmt: skip
    assert solved.success, f"the published numbers cannot all be right: {solved.message}"
    return round(solved.fun)
