"""How many respondents each group of a breakdown has: the sizes that leave the fewest answers missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analysis import paths
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.questionnaire import Questionnaire
from analysis.published.programmes import Programme
from analysis.published.systems import ALL, System


def group_sizes(questionnaire: Questionnaire, systems: Mapping[str, System], size: int) -> dict[str, int]:
    """The sizes of the groups that figures are printed for.

    A printed share leaves a few sizes open. Of these the ones are taken at which the figures of all
    questions together leave the fewest answers missing, and, of those, the nearest to the printed shares.
    """
    sizes: dict[str, int] = {}
    for breakdown in questionnaire.breakdowns:
        sizes |= _breakdown_sizes(systems, breakdown, size)
    return sizes


def _breakdown_sizes(systems: Mapping[str, System], breakdown: str, size: int) -> dict[str, int]:
    own = systems[breakdown]
    programme = Programme([size] * len(own.cells))
    programme.between(dict.fromkeys(range(len(own.cells)), 1), size, size)
    for c in own.conditions:
        programme.share(c.part, c.whole, c.low, c.high, c.low_open, c.high_open)
    groups = {str(cell.pattern): i for i, cell in enumerate(own.cells)}
    answered: list[int] = []
    for system in (system for name, system in systems.items() if name != breakdown):
        if set(system.groups) - {ALL} and set(system.groups) - {ALL} <= set(groups):
            answered += _add(programme, _agreeing(programme, system, groups, size), groups, size)
    fewest_missing = dict.fromkeys(answered, -1000.0)
    counts = programme.minimise(fewest_missing | _distances(programme, own, size))
    if counts is None:
        raise InputError([_contradiction(own, size)])
    return {name: counts[i] for name, i in groups.items()}


def _agreeing(programme: Programme, system: System, groups: Mapping[str, int], size: int) -> System:
    """A question with those of its figures, in reading order, that some sizes agree with: `solve` names the others."""

    def agrees(tried: System) -> bool:
        copy = Programme(list(programme.upper), list(programme.rows))
        _add(copy, tried, groups, size)
        return copy.minimise({}) is not None

    if agrees(system):
        return system
    kept = replace(system, conditions=())
    for condition in system.conditions:
        tried = replace(kept, conditions=(*kept.conditions, condition))
        kept = tried if agrees(tried) else kept
    return kept


def _contradiction(own: System, size: int) -> Finding:
    figures = ", ".join(condition.figure.figure for condition in own.conditions)
    found = f"shares of {own.question.id} that cannot all be right ({figures})"
    return Finding(paths.shown(paths.PUBLISHED / "figures.csv"), found, f"shares of {size} responses")


def _add(programme: Programme, system: System, groups: Mapping[str, int], size: int) -> list[int]:
    """Add a question's cells, each group's sum at most the group's size; the positions of the cells."""
    first = len(programme.upper)
    cells = [programme.variable(size) for _ in system.cells]
    for group in system.groups:
        members = {first + i: 1 for i in system.in_group(group)}
        rest = [i for name, i in groups.items() if name not in system.groups]
        owners = [groups[group]] if group != ALL else rest
        programme.between({**members, **dict.fromkeys(owners, -1)}, -size, 0)
    for c in system.conditions:
        part, whole = ([first + i for i in positions] for positions in (c.part, c.whole))
        programme.share(part, whole, c.low, c.high, c.low_open, c.high_open)
    return cells


def _distances(programme: Programme, own: System, size: int) -> dict[int, float]:
    cost: dict[int, float] = {}
    for number, c in enumerate(own.conditions):
        distance = programme.variable(100 * size)
        goal = int((c.low + c.high) / 2 * size)
        members = dict.fromkeys(c.part, 100)
        programme.between({**members, distance: -1}, -float("inf"), goal)
        programme.between({**members, distance: 1}, goal, float("inf"))
        cost[distance] = 1.0 + number / 100
    return cost
