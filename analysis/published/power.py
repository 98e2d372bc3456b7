"""Does the audit notice a misprint? Counted on made-up reports of which every figure but one is right."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.random import Generator

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.intervals import wilson
from analysis.published.figures import Figure, read_figures
from analysis.published.joint import FULL, Undecided, solve_case, survey_case
from analysis.published.misprints import Shape, adds_up, draw_report, misprint, shape_of
from analysis.published.source import source_sizes

SEED = 417
POINTS = (1, 2, 3)
# In the second setting each item base is anywhere from nine tenths of those asked to all of them.
FLOORS = {"full response": FULL, "item bases of 90% or more": Fraction(9, 10)}
KINDS = ("printed twice", "of a group", "beside others of its question", "on its own")
COLUMNS = (
    "bases", "points", "figure", "runs", "undecided", "noticed", "rate", "low", "high",
    "added", "added_rate", "added_low", "added_high",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One misprint: where it was put, and whether the audit and the adding up noticed it."""

    bases: str
    points: int
    kind: str
    noticed: bool | None
    added: bool


def shapes() -> tuple[Shape, ...]:
    """The surveys of the source report, by shape."""
    figures = read_figures()
    return tuple(shape_of(questionnaires()[s], size, figures) for s, size in source_sizes(figures).items())


def simulate(
    runs: int, clean: int | None = None, seed: int = SEED, progress: Callable[[str], None] = lambda line: None
) -> Iterator[Run]:
    """Misprints of each size in each setting, `runs` of each, and `clean` reports without one."""
    sources = shapes()
    for number, (bases, floor) in enumerate(FLOORS.items()):
        random = np.random.default_rng([seed, number])
        for _ in range(runs // 5 if clean is None else clean):
            yield from (clean_run(shape, bases, floor, random) for shape in sources)
        progress(f"{bases}: reports without a misprint done")
        for done in range(1, runs + 1):
            yield from misprint_runs(sources, bases, floor, random)
            if done % 50 == 0:
                progress(f"{bases}: {done} of {runs} reports with a misprint done")


def clean_run(shape: Shape, bases: str, floor: Fraction, random: Generator) -> Run:
    """A report without a misprint: whatever is noticed in it is a false alarm."""
    report = draw_report(shape, floor, random)
    noticed = [_infeasible(shape, report, names, floor) for names in _cases(shape, None)]
    added = any(not adds_up(shape.questionnaire, report, figure) for figure in report)
    return Run(bases, 0, "none", True if True in noticed else None if None in noticed else False, added)


def misprint_runs(sources: Sequence[Shape], bases: str, floor: Fraction, random: Generator) -> Iterator[Run]:
    """One report, and one of its figures, misprinted by each number of points in turn."""
    sizes = np.array([len(_percentages(shape)) for shape in sources])
    shape = sources[int(random.choice(len(sources), p=sizes / sizes.sum()))]
    report = draw_report(shape, floor, random)
    position = int(random.choice(_percentages(shape)))
    for points in POINTS:
        printed = misprint(report, position, points, random)
        noticed = [_infeasible(shape, printed, names, floor) for names in _cases(shape, printed[position])]
        verdict = True if True in noticed else None if None in noticed else False
        added = not adds_up(shape.questionnaire, printed, printed[position])
        yield Run(bases, points, kind_of(shape, shape.figures[position]), verdict, added)


def _percentages(shape: Shape) -> list[int]:
    return [i for i, figure in enumerate(shape.figures) if figure.unit == "percent"]


def kind_of(shape: Shape, figure: Figure) -> str:
    """What could give a misprint of this figure away."""
    same = [f for f in shape.figures if f.address == figure.address]
    question = [f for f in shape.figures if f.address.question == figure.address.question]
    if len(same) > 1:
        return KINDS[0]
    if figure.address.groups:
        return KINDS[1]
    return KINDS[2] if len(question) > 1 else KINDS[3]


def _cases(shape: Shape, wrong: Figure | None) -> list[list[str]]:
    """The questions to solve, together where they share groups: all, or those that a figure is part of."""
    by_group = [q for q in shape.questions if any(f.address.groups for f in shape.figures if f.address.question == q)]
    if wrong is None:
        return [[name] for name in shape.questions if name not in by_group] + [by_group]
    name = wrong.address.question
    routed = [[q.id] for q in shape.questionnaire.questions
              if q.asked_if is not None and q.asked_if.question == name and q.id in shape.questions]  # fmt: skip
    joint = [by_group] if name in by_group or name in shape.questionnaire.breakdowns else []
    return [[name], *joint, *routed]


def _infeasible(shape: Shape, report: Sequence[Figure], names: Sequence[str], floor: Fraction) -> bool | None:
    """Whether the audit finds that the figures cannot all be right; None if it could not decide."""
    case = survey_case(shape.questionnaire, names, report, shape.size)
    try:
        return solve_case(case, case.readings, floor) is None
    except Undecided:
        return None


def tabulate(runs: Sequence[Run]) -> list[dict[str, str]]:
    """Rates with their 95% intervals (Wilson), by setting, size of the misprint and kind of figure."""
    rows = []
    for bases in FLOORS:
        for points in (0, *POINTS):
            chosen = [run for run in runs if (run.bases, run.points) == (bases, points)]
            kinds = ("none",) if points == 0 else ("all", *KINDS)
            for kind in kinds:
                own = [run for run in chosen if kind in ("all", run.kind)]
                if own:
                    rows.append(_row(bases, points, kind, own))
    return rows


def _row(bases: str, points: int, kind: str, runs: Sequence[Run]) -> dict[str, str]:
    counts = Counter(run.noticed for run in runs)
    added = sum(run.added for run in runs)
    values = (bases, points, kind, len(runs), counts[None],
              counts[True], *_rate(counts[True], len(runs)), added, *_rate(added, len(runs)))  # fmt: skip
    return dict(zip(COLUMNS, map(str, values), strict=True))


def _rate(count: int, runs: int) -> tuple[str, str, str]:
    low, high = wilson(count, runs)
    return f"{100 * count / runs:.1f}", f"{100 * low:.1f}", f"{100 * high:.1f}"


def power_path() -> Path:
    return paths.PUBLISHED / "power.csv"


def write_power(runs: int, progress: Callable[[str], None] = lambda line: None) -> Path:
    """Simulate anew and keep the table."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(tabulate(list(simulate(runs, progress=progress))))
    power_path().write_text(out.getvalue(), encoding="utf-8", newline="")
    return power_path()


def read_power() -> list[dict[str, str]]:
    """The kept table."""
    return read_table(power_path(), COLUMNS)
