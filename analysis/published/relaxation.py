"""How far the printed figures pin down a number that is not printed: its least and greatest possible share.

The tables of a question that agree with all printed figures are relaxed to real numbers, with the size of
each group and its item base free inside their ranges; over these a share is a ratio of two sums, and its
least and greatest value are found by linear programmes (Charnes and Cooper 1962). Every whole-number table
is among the relaxed ones, so the bounds may be a little wide but never too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from analysis.inputs.addresses import Address
from analysis.inputs.questionnaire import Questionnaire
from analysis.published.systems import ALL, Cell, Condition, Pattern, System

# Each group's item base is anywhere from this part of the group, or from what a figure forces it to be, to all of it.
FLOOR = Fraction(9, 10)


@dataclass(frozen=True)
class GroupRange:
    """A group of a breakdown: the range of its share of all respondents, and the floor of its item base."""

    least: Fraction
    greatest: Fraction
    floor: Fraction = FLOOR


@dataclass(frozen=True)
class Relaxation:
    """All real-valued tables of one question that agree with the printed figures.

    The unknowns are the cells, then the size of each group; only their ratios matter.
    """

    system: System
    groups: Mapping[str, GroupRange]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return self.system.cells

    def bounds(self, address: Address) -> tuple[Fraction, Fraction] | None:
        """The least and greatest share, in percent, rounded outwards to a hundredth; None if no table is left.

        Groups whose sizes are not known may be as small as one person: nothing bounds a share of theirs.
        """
        group = set(address.groups)
        whole = [i for i, cell in enumerate(self.cells) if not group or cell.group in group]
        if not whole:
            return Fraction(0), Fraction(100)
        certain = [i for i in whole if self._certainly(self.cells[i].pattern, address)]
        possible = [i for i in whole if self._possibly(self.cells[i].pattern, address)]
        low, high = self._extreme(certain, whole, 1), self._extreme(possible, whole, -1)
        if low is None or high is None:
            return None
        return max(_outwards(low, -1), Fraction(0)), min(_outwards(high, 1), Fraction(100))

    def _certainly(self, pattern: Pattern, address: Address) -> bool:
        return pattern.gives(address.answers, self.system.question.kind == "multiple")

    def _possibly(self, pattern: Pattern, address: Address) -> bool:
        named = {name for atom in pattern.atoms for name in atom.split("+")}
        if named & set(address.answers):
            return True
        if self.system.question.kind == "single" or named & set(self.system.question.exclusive):
            return False
        # An option without a figure may have been ticked beside any other.
        return bool(set(address.answers) & self._unnamed)

    @cached_property
    def _unnamed(self) -> set[str]:
        alone = [cell.pattern.atoms[0] for cell in self.cells if len(cell.pattern.atoms) == 1]
        printed = {c.figure.address.answers for c in self.system.conditions}
        loose = [atom for atom in alone if tuple(atom.split("+")) not in printed or "+" in atom]
        return {name for atom in loose for name in atom.split("+")} - set(self.system.question.exclusive)

    def _extreme(self, part: Sequence[int], whole: Sequence[int], sign: int) -> float | None:
        matrix, limits = self._rows
        cost = np.zeros(matrix.shape[1])
        cost[list(part)] = sign
        total = np.zeros((1, matrix.shape[1]))
        total[0, list(whole)] = 1
        result = linprog(cost, A_ub=matrix, b_ub=limits, A_eq=total, b_eq=[1], bounds=(0, None), method="highs")
        return 100 * sign * float(result.fun) if result.status == 0 else None

    @cached_property
    def _rows(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every condition as a row that must not exceed zero."""
        rows = [row for condition in self.system.conditions for row in self._printed(condition)]
        rows += self._group_rows()
        return np.array(rows).reshape(len(rows), self._size), np.zeros(len(rows))

    @property
    def _size(self) -> int:
        return len(self.cells) + len(self.groups)

    def _printed(self, condition: Condition) -> Iterable[NDArray[np.float64]]:
        for bound, sign in ((condition.low, -1), (condition.high, 1)):
            row = np.zeros(self._size)
            row[list(condition.part)] += 100 * sign
            row[list(condition.whole)] -= float(bound) * sign
            yield row

    def _group_rows(self) -> list[NDArray[np.float64]]:
        rows = []
        sizes = slice(len(self.cells), self._size)
        for position, (group, known) in enumerate(self.groups.items(), start=len(self.cells)):
            members = [i for i, cell in enumerate(self.cells) if cell.group == group]
            at_most, at_least, above, below = (np.zeros(self._size) for _ in range(4))
            at_most[members], at_most[position] = 1, -1
            at_least[members], at_least[position] = -1, float(known.floor)
            above[sizes], below[sizes] = float(known.least) / 100, -float(known.greatest) / 100
            above[position] -= 1
            below[position] += 1
            rows += [at_most, at_least, above, below]
        return rows


def _outwards(value: float, sign: int) -> Fraction:
    """A hundredth further out where the value is not one already (the solver is exact to about 1e-9)."""
    scaled = 100 * value
    nearest = round(scaled)
    if abs(scaled - nearest) < 1e-5:
        return Fraction(nearest, 100)
    return Fraction(int(np.ceil(scaled) if sign > 0 else np.floor(scaled)), 100)


def addresses_of(questionnaire: Questionnaire, question: str, sets: Iterable[tuple[str, ...]]) -> list[Address]:
    """The addresses of a question whose bounds are kept: its answers and the given sums, by every group."""
    asked = questionnaire.by_id[question]
    wanted = dict.fromkeys([*((answer,) for answer in asked.answer_ids), *sets])
    overall = [Address(questionnaire.survey, question, answers) for answers in wanted]
    groups = [(name, g) for name in questionnaire.breakdowns for g in questionnaire.by_id[name].answer_ids]
    if question in questionnaire.breakdowns:
        return overall
    return overall + [address.among(name, group) for address in overall for name, group in groups]


def hull(conditions: Sequence[Condition], contradicted: Sequence[Condition]) -> tuple[Condition, ...]:
    """Conditions in which figures that contradict each other are one: the range that holds both."""
    disputed = {c.figure.address for c in contradicted}
    kept = [c for c in conditions if c.figure.address not in disputed]
    for address in disputed:
        same = [c for c in conditions if c.figure.address == address]
        low, high = min(c.low for c in same), max(c.high for c in same)
        kept.append(Condition(same[0].figure, same[0].part, same[0].whole, low, high, False, True))
    return tuple(kept)


def everybody(floor: Fraction = FLOOR) -> dict[str, GroupRange]:
    """The one group of a question that is not broken down."""
    return {ALL: GroupRange(Fraction(100), Fraction(100), floor)}
