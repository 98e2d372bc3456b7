"""The reconstruction by other rules: what its data files would be, had an arbitrary choice been made otherwise.

Three choices are nobody's finding: the seed that hands the answers out to records, which of equally good tables is
taken, and how much item non-response the bounds allow for. Each is made otherwise here, with all that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import ModuleType

from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave
from analysis.published import bounds, records
from analysis.published.bounds import bounds_as_csv, bounds_path, solve_bounds
from analysis.published.figures import read_figures
from analysis.published.reconstruction import (
    expanded,
    read_tables,
    rows_of,
    solve_survey,
    tables_as_csv,
    tables_path,
)
from analysis.published.records import Row
from analysis.published.systems import ALL, Condition, System
from analysis.published.tables import Table, solve

SEEDS = ("another-1", "another-2", "another-3")
FLOORS = (Fraction(8, 10), Fraction(95, 100))


Files = dict[Path, str]


@dataclass(frozen=True)
class Rule:
    """Another rule of the reconstruction: its name, and what makes the data files that differ under it."""

    name: str
    make: Callable[[], Files]


def other_rules(wave: Wave) -> list[Rule]:
    """Every other rule; making the data of one takes up to some seconds."""
    return [
        *(Rule(f"seed {seed}", partial(with_seed, wave, seed)) for seed in SEEDS),
        Rule("ties decided the other way round", partial(with_other_ties, wave)),
        *(Rule(f"item bases of at least {float(floor):.0%}", partial(with_floor, floor)) for floor in FLOORS),
    ]


def with_seed(wave: Wave, seed: str) -> Files:
    """The records, when another seed hands the same answers out."""
    with _setting(records, "SEED", seed):
        return expanded(wave, read_tables())


def with_floor(floor: Fraction) -> Files:
    """The bounds, when each group's item base is anywhere from this part of the group to all of it."""
    with _setting(bounds, "FLOOR", floor):
        return {bounds_path(): bounds_as_csv(solve_bounds())}


def with_other_ties(wave: Wave) -> Files:
    """The tables and records, when of equally good tables the last one is taken instead of the first."""
    rows = [row for survey in wave.surveys for row in _rows_with_other_ties(wave, survey)]
    return {tables_path(): tables_as_csv(rows)} | expanded(wave, rows)


@contextmanager
def _setting(module: ModuleType, name: str, value: object) -> Iterator[None]:
    """Make a choice of the reconstruction otherwise for a while."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def _rows_with_other_ties(wave: Wave, survey: str) -> list[Row]:
    questionnaire = questionnaires()[survey]
    tables = solve_survey(questionnaire, wave.surveys[survey].responses, read_figures())
    solved: dict[str, Table] = {}
    # A question whose asking depends on another comes after it.
    for table in sorted(tables, key=lambda table: table.system.question.asked_if is not None):
        name = table.system.question.id
        fixed = name in questionnaire.breakdowns
        solved[name] = table if fixed else _solved_backwards(table, solved)
    return [row for table in tables for row in rows_of(solved[table.system.question.id])]


def _solved_backwards(table: Table, solved: Mapping[str, Table]) -> Table:
    """The same question with its cells in the opposite order: the solver's ties fall the other way."""
    asked, routing = table.asked, table.system.question.asked_if
    if routing is not None:
        parent = solved[routing.question]
        cells = zip(parent.system.cells, parent.counts, strict=True)
        asked = {ALL: sum(count for cell, count in cells if cell.pattern.gives(routing.answers, multiple=False))}
    found = solve(backwards(table.system), asked)
    return replace(found, system=table.system, counts=found.counts[::-1])


def backwards(system: System) -> System:
    """The same conditions over the same cells, in the opposite order."""
    last = len(system.cells) - 1
    conditions = tuple(_moved(condition, last) for condition in system.conditions)
    return replace(system, cells=system.cells[::-1], conditions=conditions)


def _moved(condition: Condition, last: int) -> Condition:
    return replace(condition, part=_mirrored(condition.part, last), whole=_mirrored(condition.whole, last))


def _mirrored(positions: Sequence[int], last: int) -> tuple[int, ...]:
    return tuple(last - i for i in reversed(positions))
