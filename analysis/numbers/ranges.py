"""Change from a wave whose answers are known only as ranges: the outermost that can be true.

A figure printed as a whole percentage is known to within half a point, others only within bounds, and how a
group of respondents answered is often not printed at all. So a change has the values it can have, an interval
around all of them, and the largest p-value among them. Where everything was counted, these are the ordinary ones.
Values are proportions: 0.05 is five percentage points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.numbers.change import FEWEST_IN_GROUP, Counted, Groups, crude_change, p_value
from analysis.numbers.intervals import LEVEL, normal_quantile

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Between:
    """How many of a base gave an answer, as far as that is known: from `least` to `greatest`."""

    least: float
    greatest: float
    base: int

    def __add__(self, other: Between) -> Between:
        return Between(self.least + other.least, self.greatest + other.greatest, self.base + other.base)

    @property
    def is_exact(self) -> bool:
        return self.least == self.greatest


@dataclass(frozen=True)
class Move:
    """A change of a share: its value, the values it can have, an interval around them all, the largest p-value.

    `value` is None where the change is known as a range alone.
    """

    value: float | None
    least: float
    greatest: float
    interval: Interval
    p_value: float

    @property
    def sign(self) -> int:
        """1 where it can only be a rise, -1 where it can only be a fall, else 0."""
        return int(self.least > 0) - int(self.greatest < 0)


@dataclass(frozen=True)
class Parts:
    """A crude change in two parts, each with the values it can have: rates within groups, and who answered."""

    rate: Interval
    composition: Interval


def crude_move(before: Between, after: Counted, shown: float | None, level: float = LEVEL) -> Move:
    """The change of a share between two waves of separate respondents (Newcombe, method 10; score test).

    `shown`: the earlier share as it is shown, from which the value is taken; None where only a range is known.
    The ends of the interval move one way with the earlier share, so the ends of its range give the outermost.
    Raises ValueError for an empty base.
    """
    low, high = (crude_change(Counted(end, before.base), after, level) for end in (before.greatest, before.least))
    straddles = low.value <= 0 <= high.value
    largest = 1.0 if straddles and not before.is_exact else max(low.p_value, high.p_value)
    value = None if shown is None else after.share - shown
    return Move(value, low.value, high.value, (low.interval[0], high.interval[1]), largest)


def standardised_move(
    before: Mapping[str, Between], whole: Between, after: Groups, shown: float | None, level: float = LEVEL
) -> Move:
    """The change that the later wave would show if its groups had the earlier wave's sizes.

    As `standardised_change`, of which only sum of pi p2 - p1 and the sizes of groups are needed for the value. The
    variance has the product of each group's answers with its later share, and takes its largest value over all
    answers by group that add up to the whole and lie within `before`. `whole`: all groups together.
    Raises ValueError naming the groups that are too small in the later wave.
    """
    small = [group for group in before if group not in after or after[group].base < FEWEST_IN_GROUP]
    if small or whole.base < 2:
        where = ", ".join(small) or "the earlier wave"
        raise ValueError(f"no standardised change: fewer than {FEWEST_IN_GROUP} respondents in {where}")
    bases = np.array([cell.base for cell in before.values()], dtype=np.float64)
    later = np.array([after[group].share for group in before])
    later_bases = np.array([after[group].base for group in before], dtype=np.float64)
    parts = bases / whole.base
    expected = float(parts @ later)
    counts = _counts(before, whole)
    cross = least_sum(list(before.values()), later - expected, counts)
    squares = counts * (1 - counts / whole.base) - 2 * cross + bases @ (later - expected) ** 2
    # Where nothing varies, floating point leaves a hair below 0.
    earlier = np.maximum(squares, 0) / (whole.base * (whole.base - 1))
    errors = np.sqrt(earlier + (parts**2 * later * (1 - later) / (later_bases - 1)).sum())
    return _outermost(expected - counts / whole.base, errors, None if shown is None else expected - shown, level)


def _outermost(values: Floats, errors: Floats, value: float | None, level: float) -> Move:
    half = normal_quantile(level) * errors
    least, greatest = float(values.min()), float(values.max())
    straddles = least <= 0 <= greatest and least < greatest
    each = (p_value(float(one), float(error)) for one, error in zip(values, errors, strict=True))
    largest = 1.0 if straddles else max(each)
    return Move(value, least, greatest, (float((values - half).min()), float((values + half).max())), largest)


def _counts(before: Mapping[str, Between], whole: Between) -> Floats:
    """The counts that the whole can have: the ends of its range, and every whole number between them."""
    least = max(whole.least, sum(cell.least for cell in before.values()))
    greatest = min(whole.greatest, sum(cell.greatest for cell in before.values()))
    # What is printed of the groups may contradict what is printed of the whole by a hair: the whole is believed.
    least, greatest = (least, greatest) if least <= greatest else (whole.least, whole.greatest)
    between = np.arange(np.ceil(least), np.floor(greatest) + 1)
    return np.unique(np.concatenate([[least], between, [greatest]]))


def least_sum(cells: Sequence[Between], weights: Floats, counts: Floats) -> Floats:
    """The least that the weighted sum of the cells' counts can be, for each count that they may add up to.

    A sum with bounds on its terms is least where the terms with the smallest weights are filled first.
    """
    order = np.argsort(weights, kind="stable")
    low = np.array([cell.least for cell in cells])
    room = np.array([cell.greatest - cell.least for cell in cells])[order]
    filled = np.concatenate([[0.0], np.cumsum(room)])
    gained = np.concatenate([[0.0], np.cumsum(room * weights[order])])
    found: Floats = float(low @ weights) + np.interp(counts - low.sum(), filled, gained)
    return found


def kitagawa_parts(before: Mapping[str, Between], whole: Between, after: Groups) -> Parts:
    """The crude change split into rates and composition, as `kitagawa`; each as the values that it can have.

    Both parts are linear in the earlier wave's answers by group. Raises ValueError naming the groups that only one
    wave has.
    """
    one_sided = [g for g in {**before, **after} if g not in before or g not in after or not before[g].base]
    if one_sided:
        raise ValueError(f"no split of a change: only one wave has respondents in {', '.join(one_sided)}")
    cells = list(before.values())
    bases = np.array([cell.base for cell in cells], dtype=np.float64)
    later = np.array([after[group].share for group in before])
    later_parts = np.array([after[group].base for group in before]) / sum(cell.base for cell in after.values())
    parts = bases / whole.base
    mean, shift = (parts + later_parts) / 2, later_parts - parts
    return Parts(
        rate=_span(cells, -mean / bases, whole, float(mean @ later)),
        composition=_span(cells, shift / (2 * bases), whole, float(shift @ later) / 2),
    )


def _span(cells: list[Between], weights: Floats, whole: Between, constant: float) -> Interval:
    named = {str(place): cell for place, cell in enumerate(cells)}
    counts = _counts(named, whole)
    least = least_sum(cells, weights, counts).min()
    greatest = -least_sum(cells, -weights, counts).min()
    return constant + float(least), constant + float(greatest)
