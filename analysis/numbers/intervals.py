"""How far a share could be off: indicative 95% intervals for shares and for differences between shares.

The range we would expect if respondents were a simple random sample of the population. They were not, so
the intervals are indicative: see the methods pages.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

LEVEL = 0.95


def normal_quantile(level: float = LEVEL) -> float:
    """The standard normal quantile of a two-sided interval at this level (1.96 for 95%)."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(count: float, base: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share, as two proportions between 0 and 1.

    Source: Wilson (1927), without continuity correction. Raises ValueError when the base is not positive
    or the count lies outside it.
    """
    if base <= 0 or not 0 <= count <= base:
        raise ValueError(f"a share needs 0 <= count <= base and a base above 0, not {count} of {base}")
    z = normal_quantile(level)
    share = count / base
    centre = (share + z * z / (2 * base)) / (1 + z * z / base)
    half = z * sqrt(share * (1 - share) / base + z * z / (4 * base * base)) / (1 + z * z / base)
    # At 0 and at the base the bound is exact; floating point would leave it a hair outside.
    return (0.0 if count == 0 else centre - half), (1.0 if count == base else centre + half)


def newcombe(count1: float, base1: float, count2: float, base2: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of the difference share2 - share1 of two separate groups, as proportions.

    Source: Newcombe (1998), method 10: the Wilson intervals of the two shares, squared and added.
    """
    p1, p2 = count1 / base1, count2 / base2
    low1, high1 = wilson(count1, base1, level)
    low2, high2 = wilson(count2, base2, level)
    below = sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    above = sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return p2 - p1 - below, p2 - p1 + above


def newcombe_paired(
    both: float, only1: float, only2: float, neither: float, level: float = LEVEL
) -> tuple[float, float]:
    """The interval of the difference share2 - share1 of two answers of the same respondents.

    The four counts are those who gave both answers, only the first, only the second, neither.
    Source: Newcombe (1998), Improved confidence intervals for paired data, method 10.
    """
    base = both + only1 + only2 + neither
    # Counts from a range with fractional ends can exceed their sum by a hair.
    count1, count2 = min(both + only1, base), min(both + only2, base)
    p1, p2 = count1 / base, count2 / base
    low1, high1 = wilson(count1, base, level)
    low2, high2 = wilson(count2, base, level)
    phi = _correlation(both, only1, only2, neither)
    below = (p2 - low2) ** 2 - 2 * phi * (p2 - low2) * (high1 - p1) + (high1 - p1) ** 2
    above = (high2 - p2) ** 2 - 2 * phi * (high2 - p2) * (p1 - low1) + (p1 - low1) ** 2
    return p2 - p1 - sqrt(max(below, 0.0)), p2 - p1 + sqrt(max(above, 0.0))


def _correlation(both: float, only1: float, only2: float, neither: float) -> float:
    product = (both + only1) * (only2 + neither) * (both + only2) * (only1 + neither)
    # Nought, or a hair below it where the counts come from a range with fractional ends.
    if product <= 0:
        return 0.0
    determinant = both * neither - only1 * only2
    if determinant > 0:
        # Newcombe's correction keeps the correlation from being overstated; it stops at zero.
        determinant = max(determinant - (both + only1 + only2 + neither) / 2, 0.0)
    return determinant / sqrt(product)
