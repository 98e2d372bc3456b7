"""The difference between two estimates of one wave, and whether it is clear."""

from __future__ import annotations

from analysis.numbers.estimates import Estimate
from analysis.numbers.intervals import LEVEL, newcombe, newcombe_paired

Interval = tuple[float, float]


def difference(first: Estimate, second: Estimate, comparisons: int = 1) -> list[Interval]:
    """Intervals of second - first, as proportions: one, or two where the overlap is not known.

    Separate groups are compared as such. Two answers of the same respondents are compared with their
    covariance; where the records hold no association between questions, at both limits that the overlap
    can have (Frechet). `comparisons` widens the intervals to the level that many comparisons need
    (Bonferroni). Empty where counts are missing.
    """
    if first.count is None or second.count is None or not first.base or not second.base:
        return []
    level = 1 - (1 - LEVEL) / comparisons
    if not _same_people(first, second):
        return [newcombe(first.count, first.base, second.count, second.base, level)]
    # Two questions of one survey have bases of their own; the smaller one is the base of both.
    base = min(first.base, second.base)
    count1, count2 = (round(item.count * base / item.base) for item in (first, second))  # type: ignore[operator]
    return [
        newcombe_paired(both, count1 - both, count2 - both, base - count1 - count2 + both, level)
        for both in sorted(_overlaps(first, second, count1, count2, base))
    ]


def is_clear(first: Estimate, second: Estimate, comparisons: int = 1) -> bool:
    """Whether the two differ clearly: every interval of their difference leaves out zero, on one side."""
    intervals = difference(first, second, comparisons)
    return bool(intervals) and (all(low > 0 for low, _ in intervals) or all(high < 0 for _, high in intervals))


def _same_people(first: Estimate, second: Estimate) -> bool:
    one, two = first.address, second.address
    return one.survey == two.survey and (one.breakdown, one.groups) == (two.breakdown, two.groups)


def _overlaps(first: Estimate, second: Estimate, count1: int, count2: int, base: int) -> set[int]:
    one, two = first.address, second.address
    if one.question == two.question and first.exclusive_answers and not set(one.answers) & set(two.answers):
        return {0}
    return {max(0, count1 + count2 - base), min(count1, count2)}
