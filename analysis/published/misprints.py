"""Made-up reports of the shape of the source report: true tables, printed as whole percentages, one misprinted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.random import Generator

from analysis.inputs.questionnaire import Questionnaire
from analysis.numbers.estimates import half_up
from analysis.published.figures import Figure
from analysis.published.joint import FULL
from analysis.published.systems import ALL, System, question_system

# How unevenly respondents spread over answers: 1 is every distribution alike, less is more uneven.
EVENNESS = 0.7
# A stated base of a routed question is at least this part of those who were asked.
ROUTED = Fraction(3, 5)

Truth = dict[str, tuple[System, tuple[int, ...]]]


@dataclass(frozen=True)
class Shape:
    """What a made-up report copies of one survey: its size, and which numbers are printed, in which places."""

    questionnaire: Questionnaire
    size: int
    figures: tuple[Figure, ...]

    @property
    def questions(self) -> list[str]:
        """The questions with a figure; those that others rest on come first."""
        asked = [q for q in self.questionnaire.questions if any(f.address.question == q.id for f in self.figures)]
        routed = [q.id for q in asked if q.asked_if is not None]
        rest = [q.id for q in asked if q.asked_if is None]
        own = [name for name in self.questionnaire.breakdowns if name in rest]
        return [*own, *(name for name in rest if name not in own), *routed]


def shape_of(questionnaire: Questionnaire, size: int, figures: Sequence[Figure]) -> Shape:
    """The numerals of a survey; words alone, and the number of responses itself, are left out."""
    numerals = [f for f in figures if f.address.survey == questionnaire.survey and f.address.question]
    return Shape(questionnaire, size, tuple(replace(f, qualifier="") for f in numerals if f.value is not None))


def draw_report(shape: Shape, floor: Fraction, random: Generator) -> tuple[Figure, ...]:
    """One report in which every figure is right: random tables, printed with half a point rounded up.

    Each group's item base lies between `floor` of the group and all of it.
    """
    while True:
        truth: Truth = {}
        for name in shape.questions:
            system = question_system(shape.questionnaire, shape.questionnaire.by_id[name], shape.figures)
            truth[name] = (system, _draw_table(shape, system, truth, floor, random))
        # A share of no one is not printed: a report with an empty base has another shape.
        if all(sum(counts[i] for i in c.whole) for system, counts in truth.values() for c in system.conditions):
            break
    return tuple(replace(figure, value=_printed(figure, *truth[figure.address.question])) for figure in shape.figures)


def _draw_table(shape: Shape, system: System, truth: Truth, floor: Fraction, random: Generator) -> tuple[int, ...]:
    counts = [0] * len(system.cells)
    for group in system.groups:
        cells = system.in_group(group)
        base = _draw_base(_asked(shape, system, group, truth), _floor(system, floor), random)
        weights = _printed_shares(system) if system.question.id in shape.questionnaire.breakdowns else None
        shares = weights if weights is not None else random.dirichlet([EVENNESS] * len(cells))
        for i, count in zip(cells, random.multinomial(base, shares), strict=True):
            counts[i] = int(count)
    return tuple(counts)


def _floor(system: System, floor: Fraction) -> Fraction:
    return min(floor, ROUTED) if system.question.asked_if is not None else floor


def _draw_base(asked: int, floor: Fraction, random: Generator) -> int:
    least = -(-floor.numerator * asked // floor.denominator)
    return asked if floor == FULL else int(random.integers(least, asked + 1))


def _asked(shape: Shape, system: System, group: str, truth: Mapping[str, tuple[System, tuple[int, ...]]]) -> int:
    routing = system.question.asked_if
    if routing is not None:
        parent, counts = truth[routing.question]
        return sum(n for c, n in zip(parent.cells, counts, strict=True) if c.pattern.gives(routing.answers, False))
    if system.groups == (ALL,):
        return shape.size
    sizes = {str(c.pattern): n for name in shape.questionnaire.breakdowns for c, n in zip(
        truth[name][0].cells, truth[name][1], strict=True)}  # fmt: skip
    return sizes[group] if group != ALL else sum(n for name, n in sizes.items() if name not in system.groups)


def _printed_shares(system: System) -> list[float]:
    """The shares of the groups as the source report prints them: the shape includes how large the groups are."""
    printed = {c.part[0]: float(c.figure.value or 0) / 100 for c in system.conditions if len(c.part) == 1}
    unnamed = [i for i in range(len(system.cells)) if i not in printed]
    left = max(1 - sum(printed.values()), 0.0)
    shares = np.array([printed.get(i, left / max(len(unnamed), 1)) for i in range(len(system.cells))])
    return [float(share) for share in shares / shares.sum()]


def _printed(figure: Figure, system: System, counts: Sequence[int]) -> Fraction:
    if not figure.address.answers:
        return Fraction(sum(counts))
    # By address alone: a stated base changes from report to report.
    condition = next(c for c in system.conditions if c.figure.figure == figure.figure)
    part, whole = sum(counts[i] for i in condition.part), sum(counts[i] for i in condition.whole)
    if figure.unit == "count":
        return Fraction(part)
    return Fraction(half_up(part, whole))


def misprint(figures: Sequence[Figure], position: int, points: int, random: Generator) -> tuple[Figure, ...]:
    """The report with one figure a few points too high or too low, whichever leaves a percentage."""
    figure = figures[position]
    assert figure.value is not None
    sign = 1 if random.random() < 0.5 else -1
    if not 0 <= figure.value + sign * points <= 100:
        sign = -sign
    wrong = replace(figure, value=figure.value + sign * points)
    return (*figures[:position], wrong, *figures[position + 1 :])


def adds_up(questionnaire: Questionnaire, figures: Sequence[Figure], wrong: Figure) -> bool:
    """The rule of thumb: shares of answers that exclude each other add up to 100, give or take the rounding."""
    question = questionnaire.by_id[wrong.address.question]
    if question.kind == "multiple" or not wrong.address.answers or wrong.is_relative:
        return True
    same = [
        f for f in figures
        if (f.address.question, f.address.groups) == (question.id, wrong.address.groups)
        and f.address.answers and f.unit == "percent" and not f.is_relative
    ]  # fmt: skip
    chosen, covered = [wrong], set(wrong.address.answers)
    for figure in sorted(same, key=lambda f: len(f.address.answers)):
        if not covered & set(figure.address.answers):
            chosen.append(figure)
            covered |= set(figure.address.answers)
    total, rounding = sum(f.value or Fraction(0) for f in chosen), Fraction(len(chosen), 2)
    return total <= 100 + rounding and (covered < set(question.answer_ids) or total >= 100 - rounding)
