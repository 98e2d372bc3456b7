"""Change between two waves: crude, at the baseline's make-up, and how much of it is who answered.

Different organisations answer each wave. The crude change mixes what changed with who answered; beside it
stands the change that the later wave would show if its groups had the sizes of the baseline. Values, errors
and intervals are proportions: 0.05 is five percentage points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt

from analysis.numbers.intervals import LEVEL, newcombe, normal_quantile

# A group with fewer respondents in the later wave has no rate of its own worth standardising with.
FEWEST_IN_GROUP = 5


@dataclass(frozen=True)
class Counted:
    """How many of a base gave an answer; no whole number where the count is the end of a range.

    Raises ValueError for a count outside the base.
    """

    count: float
    base: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.base:
            raise ValueError(f"a count lies between 0 and its base, not {self.count} of {self.base}")

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.count + other.count, self.base + other.base)

    @property
    def share(self) -> float:
        return self.count / self.base


Groups = Mapping[str, Counted]


@dataclass(frozen=True)
class Change:
    """A change of a share, its standard error, its p-value under no change, and its interval."""

    value: float
    error: float
    p_value: float
    interval: tuple[float, float]

    @property
    def is_clear(self) -> bool:
        """Whether the interval, unadjusted for other comparisons, leaves out no change."""
        return self.interval[0] > 0 or self.interval[1] < 0


@dataclass(frozen=True)
class Split:
    """A crude change in two parts: `rate`, what changed within groups; `composition`, who answered."""

    rate: float
    composition: float


def total(groups: Groups) -> Counted:
    """All groups of a wave together."""
    return sum(groups.values(), Counted(0, 0))


def crude_change(before: Counted, after: Counted, level: float = LEVEL) -> Change:
    """The change of a share between two waves of separate respondents.

    Interval: Newcombe (1998), Interval estimation for the difference between independent proportions, method
    10. p-value: the score test (Pearson's chi-square, no continuity correction). Raises ValueError for an
    empty base.
    """
    _refuse_empty(before, after)
    p1, p2, pooled = before.share, after.share, (before + after).share
    error = sqrt(p1 * (1 - p1) / before.base + p2 * (1 - p2) / after.base)
    no_change = sqrt(pooled * (1 - pooled) * (1 / before.base + 1 / after.base))
    interval = newcombe(before.count, before.base, after.count, after.base, level)
    return Change(p2 - p1, error, p_value(p2 - p1, no_change), interval)


def standardised_change(before: Groups, after: Groups, level: float = LEVEL) -> Change:
    """The change that the later wave would show if its groups had the baseline's sizes.

    d = sum over groups of pi p2 - p1, where pi is the group's part of the baseline. Direct standardisation; the
    variance is the linearised one, with the groups' parts estimated from the respondents that also give p1:
    sum of z^2 / (n1 (n1 - 1)) over the baseline's respondents, with z = (y - p1) - (p2 of their group - sum
    pi p2), and sum of pi^2 p2 (1 - p2) / (n2 - 1) over groups. Interval and p-value: normal. A group that the
    baseline did not have counts for nothing.
    Source: Kitagawa (1955) and, for the variance, Sarndal, Swensson and Wretman (1992), section 5.5.
    Raises ValueError naming the groups that are too small in the later wave: merge them first.
    """
    small = [group for group in before if group not in after or after[group].base < FEWEST_IN_GROUP]
    if small or total(before).base < 2:
        where = ", ".join(small) or "the baseline"
        raise ValueError(f"no standardised change: fewer than {FEWEST_IN_GROUP} respondents in {where}")
    part = {group: cell.base / total(before).base for group, cell in before.items()}
    expected = sum(part[group] * after[group].share for group in before)
    variance = _baseline_variance(before, after, expected)
    for group, pi in part.items():
        p2 = after[group].share
        variance += pi**2 * p2 * (1 - p2) / (after[group].base - 1)
    value, error = expected - total(before).share, sqrt(variance)
    half = normal_quantile(level) * error
    return Change(value, error, p_value(value, error), (value - half, value + half))


def _baseline_variance(before: Groups, after: Groups, expected: float) -> float:
    whole, squares = total(before), 0.0
    for group, cell in before.items():
        off = after[group].share - expected
        squares += cell.count * (1 - whole.share - off) ** 2 + (cell.base - cell.count) * (-whole.share - off) ** 2
    return squares / (whole.base * (whole.base - 1))


def kitagawa(before: Groups, after: Groups) -> Split:
    """The crude change split into a part of rates and a part of composition; the two add up to it.

    Source: Kitagawa (1955), Components of a difference between two rates: each part is weighted by the mean of
    the two waves. Raises ValueError naming the groups that only one wave has.
    """
    one_sided = [group for group in {**before, **after} if not _base(before, group) or not _base(after, group)]
    if one_sided:
        raise ValueError(f"no split of a change: only one wave has respondents in {', '.join(one_sided)}")
    n1, n2 = total(before).base, total(after).base
    rate = composition = 0.0
    for group, one in before.items():
        two = after[group]
        part1, part2 = one.base / n1, two.base / n2
        rate += (part1 + part2) / 2 * (two.share - one.share)
        composition += (one.share + two.share) / 2 * (part2 - part1)
    return Split(rate, composition)


def merge_small(before: Groups, after: Groups, hierarchy: Mapping[str, str]) -> tuple[Groups, Groups]:
    """Both waves with groups merged until each has 5 respondents in the later wave and one in the baseline.

    `hierarchy` names the wider group of each group and is fixed before anybody looks: a group that is too small
    takes everything under its wider group with it. Only bases decide, never the answers. Groups that neither
    wave has are left out. Raises ValueError naming a group that is too small and has no wider one.
    """
    wider = wider_groups(before, after, hierarchy)
    return merged(before, wider), merged(after, wider)


def wider_groups(before: Groups, after: Groups, hierarchy: Mapping[str, str]) -> dict[str, str]:
    """What `merge_small` merges each group of two waves into, by group. Raises ValueError as it does."""
    names = [group for group in {**before, **after} if _base(before, group) + _base(after, group)]
    wider = {group: group for group in names}
    while small := _first_small(merged(before, wider), merged(after, wider)):
        parent = hierarchy.get(small)
        if parent is None:
            raise ValueError(f"group {small} has too few respondents, and the hierarchy names no wider group for it")
        wider = {name: parent if parent in _line(now, hierarchy) else now for name, now in wider.items()}
    return wider


def _first_small(before: Groups, after: Groups) -> str | None:
    return next((g for g in before if after[g].base < FEWEST_IN_GROUP or not before[g].base), None)


def merged(groups: Groups, wider: Mapping[str, str]) -> Groups:
    """Groups taken together: `wider` names what each of them goes into."""
    together: dict[str, Counted] = {}
    for name, group in wider.items():
        together[group] = together.get(group, Counted(0, 0)) + groups.get(name, Counted(0, 0))
    return together


def _line(group: str, hierarchy: Mapping[str, str]) -> list[str]:
    line = [group]
    while (parent := hierarchy.get(line[-1])) is not None:
        if parent in line:
            raise ValueError(f"the hierarchy of groups runs in a circle at {parent}")
        line.append(parent)
    return line


def is_robust(crude: Change, adjusted: Change) -> bool:
    """Whether crude and adjusted change agree in sign and clarity; otherwise "not robust to who answered"."""
    return crude.value * adjusted.value >= 0 and crude.is_clear == adjusted.is_clear


def _base(groups: Groups, group: str) -> int:
    return groups[group].base if group in groups else 0


def _refuse_empty(before: Counted, after: Counted) -> None:
    if not before.base or not after.base:
        raise ValueError("a change needs respondents in both waves")


def p_value(value: float, error: float) -> float:
    """Two-sided, normal; 1 where nothing varies and nothing changed, 0 where only the value does not vanish."""
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return erfc(abs(value) / error / sqrt(2))
