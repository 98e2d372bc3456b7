"""The least informative whole-number table that agrees with the printed figures of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.published.programmes import Programme
from analysis.published.systems import ALL, Condition, System


@dataclass(frozen=True)
class Table:
    """A solved question: counts in the order of the system's cells, and what did not fit.

    `asked` and `bases` are, by group, how many were asked and how many answered. `contradicted` are the
    printed figures that no table agrees with once those printed before them hold.
    """

    system: System
    counts: tuple[int, ...]
    asked: Mapping[str, int]
    bases: Mapping[str, int]
    contradicted: tuple[Condition, ...]


def solve(system: System, asked: Mapping[str, int]) -> Table:
    """Find the item bases (as large as the figures allow) and, within them, the table of maximum entropy.

    `asked` is the number of respondents of each group of the system who were asked.
    """
    consistent, contradicted = _consistent(system, asked)
    bases = _bases(consistent, asked)
    target = _entropy(consistent, bases)
    return Table(system, _rounded(consistent, bases, target), asked, bases, contradicted)


def _consistent(system: System, asked: Mapping[str, int]) -> tuple[System, tuple[Condition, ...]]:
    """Leave out, in reading order, each figure that contradicts those printed before it at every base."""
    if largest_bases(system, asked) is not None:
        return system, ()
    kept = System(system.survey, system.question, system.groups, system.cells, (), system.stated_base)
    contradicted: list[Condition] = []
    for condition in system.conditions:
        tried = System(
            system.survey, system.question, system.groups, system.cells, (*kept.conditions, condition),
            system.stated_base,
        )  # fmt: skip
        if largest_bases(tried, asked) is None:
            contradicted.append(condition)
        else:
            kept = tried
    return kept, tuple(contradicted)


def programme(system: System, asked: Mapping[str, int]) -> Programme:
    """The system's conditions over its cells: item bases are free, at most the number asked."""
    result = Programme([asked[cell.group] for cell in system.cells])
    for group in system.groups:
        result.between(dict.fromkeys(system.in_group(group), 1), 0, asked[group])
    everyone = dict.fromkeys(range(len(system.cells)), 1)
    if system.stated_base is not None:
        result.between(everyone, system.stated_base, system.stated_base)
    elif system.cells:
        result.between(everyone, 1, sum(asked.values()))
    for c in system.conditions:
        result.share(c.part, c.whole, c.low, c.high, c.low_open, c.high_open)
    return result


def largest_bases(system: System, asked: Mapping[str, int]) -> list[int] | None:
    """A table with as many answers as the figures allow; None if they contradict each other."""
    # Among tables of the same size, answers of groups with figures of their own come first: what is
    # missing beyond what such a figure forces is charged to no group in particular.
    first = len(system.cells) * max(asked.values(), default=1) + 1
    cost = {i: -first - (cell.group != ALL) for i, cell in enumerate(system.cells)}
    return programme(system, asked).minimise(cost)


def _bases(system: System, asked: Mapping[str, int]) -> dict[str, int]:
    counts = largest_bases(system, asked)
    assert counts is not None
    return {group: sum(counts[i] for i in system.in_group(group)) for group in system.groups}


def _entropy(system: System, bases: Mapping[str, int]) -> list[float]:
    """Iterative proportional fitting from independence: the maximum entropy given the printed margins."""
    share = {group: bases[group] / max(len(system.in_group(group)), 1) for group in system.groups}
    table = [share[cell.group] for cell in system.cells]
    margins = [c for c in system.conditions if not c.is_vague]
    for _ in range(500):
        before = list(table)
        for condition in margins:
            _fit(table, condition)
        for group in system.groups:
            _scale(table, system.in_group(group), bases[group])
        if max((abs(a - b) for a, b in zip(table, before, strict=True)), default=0.0) < 1e-10:
            break
    return table


def _fit(table: list[float], condition: Condition) -> None:
    whole = sum(table[i] for i in condition.whole)
    target = float((condition.low + condition.high) / 2) / 100 * whole
    rest = tuple(i for i in condition.whole if i not in set(condition.part))
    _scale(table, condition.part, target)
    _scale(table, rest, whole - target)


def _scale(table: list[float], cells: Sequence[int], target: float) -> None:
    total = sum(table[i] for i in cells)
    for i in cells:
        table[i] *= target / total if total else 0.0


def _rounded(system: System, bases: Mapping[str, int], target: Sequence[float]) -> tuple[int, ...]:
    """Controlled rounding: the whole numbers nearest to the target that satisfy every figure and base."""
    whole = programme(system, bases)
    for group in system.groups:
        whole.between(dict.fromkeys(system.in_group(group), 1), bases[group], bases[group])
    cost: dict[int, float] = {}
    for i, value in enumerate(target):
        # distance >= |count - target|, in thousandths, so that the unknowns stay whole numbers.
        distance = whole.variable(10**7)
        goal = round(1000 * value)
        whole.between({i: 1000, distance: -1}, -float("inf"), goal)
        whole.between({i: 1000, distance: 1}, goal, float("inf"))
        # Equal distances would leave the choice to the solver: later cells cost a little more.
        cost[distance] = 1 + i / (100 * len(target))
    counts = whole.minimise(cost)
    assert counts is not None
    return tuple(counts[: len(target)])
