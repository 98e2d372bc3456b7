"""The difference between two estimates of one wave, and whether it is clear."""

from __future__ import annotations

from analysis.numbers.estimates import Estimate
from analysis.numbers.intervals import LEVEL, newcombe, newcombe_paired
from analysis.numbers.surveys import Share

Interval = tuple[float, float]


def difference(first: Estimate, second: Estimate, comparisons: int = 1) -> list[Interval]:
    """Intervals of second - first, as proportions: one, or several where more than one is possible.

    Separate groups are compared as such. Two answers of the same respondents are compared with their
    covariance, among those who answered both questions; where the records hold no association between questions,
    at both limits that the overlap can have (Frechet). A share that is known as a range is taken at both of its
    ends. `comparisons` widens the intervals to the level that many comparisons need (Bonferroni). Empty where a
    base is missing.
    """
    level = 1 - (1 - LEVEL) / comparisons
    pairs = [(one, two) for one in first.counts for two in second.counts]
    if not _same_people(first, second):
        return [newcombe(float(one), first.base or 0, float(two), second.base or 0, level) for one, two in pairs]
    together = _counted_together(first, second)
    if together is not None:
        return [newcombe_paired(*together, level)] if sum(together) else []
    # Two questions of one survey have bases of their own; the smaller one is the base of both.
    base = min(first.base or 0, second.base or 0)
    scaled = [(float(one * base / (first.base or 1)), float(two * base / (second.base or 1))) for one, two in pairs]
    return [
        newcombe_paired(both, one - both, two - both, base - one - two + both, level)
        for one, two in scaled
        for both in sorted(_overlaps(first, second, one, two, base))
    ]


def _counted_together(first: Estimate, second: Estimate) -> tuple[int, int, int, int] | None:
    """How the two answers overlap, where responses were collected and can be asked."""
    if not isinstance(first, Share) or not isinstance(second, Share) or first.count is None or second.count is None:
        return None
    return first.survey.overlap(first.address, second.address)


def is_clear(first: Estimate, second: Estimate, comparisons: int = 1) -> bool:
    """Whether the two differ clearly: every interval of their difference leaves out zero, on one side."""
    intervals = difference(first, second, comparisons)
    return bool(intervals) and (all(low > 0 for low, _ in intervals) or all(high < 0 for _, high in intervals))


def _same_people(first: Estimate, second: Estimate) -> bool:
    one, two = first.address, second.address
    return one.survey == two.survey and (one.breakdown, one.groups) == (two.breakdown, two.groups)


def _overlaps(first: Estimate, second: Estimate, count1: float, count2: float, base: int) -> set[float]:
    one, two = first.address, second.address
    if one.question == two.question and first.exclusive_answers and not set(one.answers) & set(two.answers):
        # At ends of ranges two exclusive answers can seem to exceed the base together; they do not.
        return {max(0.0, count1 + count2 - base)}
    return {max(0.0, count1 + count2 - base), min(count1, count2)}
