"""Questions of one survey held together: the sizes of groups, and who was asked what, are the same for all.

The unknowns are the cells of every question taken in. At full response each group of a question has as many
answers as the breakdown question has members of that group; with item bases free it has at most as many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from analysis.inputs.questionnaire import Questionnaire
from analysis.published.figures import Figure
from analysis.published.programmes import Programme
from analysis.published.systems import ALL, Condition, System, question_system

FULL, FREE = Fraction(1), Fraction(0)
SECONDS = 10.0  # for one question to the solver

# One group's item base, or with no group that of the whole question, by question and group.
Bases = Mapping[tuple[str, str | None], int]
Witness = Mapping[str, tuple[int, ...]]


class Undecided(Exception):
    """The solver stopped before it could tell whether figures can all be right."""


@dataclass(frozen=True)
class Reading:
    """One number as the report prints it, in one place or alike in several; the first place stands for all.

    `condition` is None where the number is itself the base of a question.
    """

    question: str
    figures: tuple[Figure, ...]
    condition: Condition | None

    @property
    def figure(self) -> Figure:
        return self.figures[0]


@dataclass(frozen=True)
class Case:
    """Systems of one survey that share respondents: a breakdown or a routing question before what rests on it."""

    size: int
    breakdowns: tuple[str, ...]
    systems: tuple[System, ...]
    readings: tuple[Reading, ...]

    def system(self, question: str) -> System:
        return next(system for system in self.systems if system.question.id == question)

    @cached_property
    def starts(self) -> dict[str, int]:
        """The position of each question's first cell among all unknowns."""
        starts, total = {}, 0
        for system in self.systems:
            starts[system.question.id] = total
            total += len(system.cells)
        return starts

    def cells(self, question: str, positions: Iterable[int]) -> list[int]:
        return [self.starts[question] + i for i in positions]

    def owners(self, group: str, named: Sequence[str]) -> list[int]:
        """The cells of the breakdown question that count a group's members; of ALL, those in no named group."""
        return [
            self.starts[name] + i
            for name in self.breakdowns
            for i, cell in enumerate(self.system(name).cells)
            if (str(cell.pattern) == group if group != ALL else str(cell.pattern) not in named)
        ]


def readings_of(system: System, figures: Sequence[Figure]) -> tuple[Reading, ...]:
    """The printed figures of a question, those that say the same of the same number taken together."""
    together: dict[tuple[object, ...], list[tuple[Figure, Condition | None]]] = {}
    for c in system.conditions:
        key = (c.figure.address, c.figure.unit, c.low, c.high, c.low_open, c.high_open, c.whole)
        together.setdefault(key, []).append((c.figure, c))
    own = (system.survey, system.question.id)
    for figure in figures:
        if (figure.address.survey, figure.address.question) == own and not figure.address.answers:
            together.setdefault((figure.address, figure.value), []).append((figure, None))
    return tuple(
        Reading(system.question.id, tuple(figure for figure, _ in members), members[0][1])
        for members in together.values()
    )


def survey_case(questionnaire: Questionnaire, questions: Sequence[str], figures: Sequence[Figure], size: int) -> Case:
    """The questions named, with the breakdowns that their figures use and the questions that route to them.

    Of a routing question only the figures of the answers that lead on are taken in.
    """
    systems = {name: question_system(questionnaire, questionnaire.by_id[name], figures) for name in questions}
    readings = {name: readings_of(system, figures) for name, system in systems.items()}
    first: dict[str, System] = {}
    for name, system in systems.items():
        routing = questionnaire.by_id[name].asked_if
        if routing is not None and routing.question not in systems:
            parent = question_system(questionnaire, questionnaire.by_id[routing.question], figures)
            first[routing.question] = parent
            readings[routing.question] = tuple(
                r for r in readings_of(parent, figures)
                if r.condition and set(r.figure.address.answers) <= set(routing.answers)
            )  # fmt: skip
        for breakdown in questionnaire.breakdowns:
            if system.groups != (ALL,) and breakdown not in systems:
                first[breakdown] = question_system(questionnaire, questionnaire.by_id[breakdown], figures)
                readings[breakdown] = readings_of(first[breakdown], figures)
    ordered = (*first.values(), *systems.values())
    used = tuple(name for name in questionnaire.breakdowns if name in first or name in systems)
    return Case(size, used, ordered, tuple(r for s in ordered for r in readings[s.question.id]))


def solve_case(
    case: Case,
    kept: Sequence[Reading],
    floor: Fraction = FULL,
    bases: Bases | None = None,
    seconds: float = SECONDS,
    largest: bool = False,
) -> Witness | None:
    """Tables of whole numbers on which the readings hold; None if there are none. Raises Undecided.

    `floor` is the part of those asked that must have answered; `bases` sets item bases that are given. Of all
    such tables, `largest` asks for those with the most answers.
    """
    programme = Programme([case.size] * sum(len(system.cells) for system in case.systems))
    for system in case.systems:
        _respondents(programme, case, system, floor, bases or {})
    for reading in kept:
        _printed(programme, case, reading)
    try:
        counts = programme.minimise(dict.fromkeys(range(len(programme.upper)), -1.0) if largest else {}, seconds)
    except RuntimeError as error:
        raise Undecided(str(error)) from None
    if counts is None:
        return None
    tables = {name: tuple(counts[i : i + len(case.system(name).cells)]) for name, i in case.starts.items()}
    if not verified(tables, kept):
        raise Undecided("the solver's table does not hold when it is counted out")
    return tables


def verified(tables: Witness, kept: Iterable[Reading]) -> bool:
    """Whether tables satisfy the readings, counted out in whole numbers."""
    return all(
        reading.condition.holds(tables[reading.question])
        if reading.condition
        else sum(tables[reading.question]) == reading.figure.value
        for reading in kept
        if reading.condition is None or reading.figure.unit != "count"
    )


def _respondents(programme: Programme, case: Case, system: System, floor: Fraction, bases: Bases) -> None:
    """Who can have answered: all of those asked, or between the floor and all."""
    name, routing = system.question.id, system.question.asked_if
    everyone = dict.fromkeys(case.cells(name, range(len(system.cells))), 1)
    own_floor = FREE if any(question == name for question, _ in bases) else floor
    if routing is not None:
        parent = case.system(routing.question)
        # Answers that are not told apart may all lead on.
        led = [
            i
            for i, cell in enumerate(parent.cells)
            if any(set(atom.split("+")) & set(routing.answers) for atom in cell.pattern.atoms)
        ]
        programme.between(everyone, 1, case.size)
        programme.between({**everyone, **dict.fromkeys(case.cells(parent.question.id, led), -1)}, -case.size, 0)
    elif system.groups == (ALL,):
        programme.between(everyone, max(1, _least(own_floor, case.size)), case.size)
    else:
        programme.between(everyone, 1, case.size)
        for group in system.groups:
            members = dict.fromkeys(case.cells(name, system.in_group(group)), own_floor.denominator)
            of = dict.fromkeys(case.owners(group, system.groups), -own_floor.numerator)
            programme.between({**members, **of}, 0, float("inf"))
            one_each = dict.fromkeys(members, 1) | dict.fromkeys(of, -1)
            programme.between(one_each, -case.size, 0)
    for (question, one), base in bases.items():
        if question == name:
            cells = system.in_group(one) if one is not None else range(len(system.cells))
            programme.between(dict.fromkeys(case.cells(name, cells), 1), base, base)


def _least(floor: Fraction, size: int) -> int:
    return -(-floor.numerator * size // floor.denominator)


def _printed(programme: Programme, case: Case, reading: Reading) -> None:
    condition, value = reading.condition, reading.figure.value
    if condition is None:
        assert value is not None
        everyone = case.cells(reading.question, range(len(case.system(reading.question).cells)))
        programme.between(dict.fromkeys(everyone, 1), int(value), int(value))
        return
    part, whole = (case.cells(reading.question, positions) for positions in (condition.part, condition.whole))
    if reading.figure.unit == "count" and value is not None:
        programme.between(dict.fromkeys(part, 1), int(value), int(value))
    else:
        c = condition
        programme.share(part, whole, c.low, c.high, c.low_open, c.high_open)
