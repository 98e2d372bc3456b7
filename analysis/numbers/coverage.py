"""How often an interval holds the true share: worked out exactly, for answers that are independent and for a cascade.

In a cascade a questionnaire is passed on, so that respondents come in clusters whose members resemble each
other. The share of each cluster is then drawn from a beta distribution around the true share, and the number of a
cluster's members who give an answer has a beta-binomial distribution (Skellam 1948); `correlation` is that of two
members of one cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.numbers.alternatives import Method
from analysis.numbers.intervals import LEVEL, newcombe, wilson

Probabilities = NDArray[np.float64]

# True shares from 2% to 98%: every one for a single share, every sixteenth for pairs of shares.
SHARES = tuple(percent / 100 for percent in range(2, 99))
PAIRED_SHARES = SHARES[::16]


@dataclass(frozen=True)
class Design:
    """How respondents came to answer: in clusters of a size, with a correlation between two members of one."""

    cluster: int = 1
    correlation: float = 0.0

    @property
    def words(self) -> str:
        if self.cluster == 1:
            return "independent"
        return f"clusters of {self.cluster}, correlation {self.correlation:g}"

    @property
    def effect(self) -> float:
        """By how much the variance of a share is larger than among independent respondents. Source: Kish (1965)."""
        return 1 + (self.cluster - 1) * self.correlation


INDEPENDENT = Design()
CASCADES = tuple(Design(cluster, correlation) for cluster in (5, 10) for correlation in (0.02, 0.05, 0.1))


@dataclass(frozen=True)
class Coverage:
    """How often an interval holds the truth, over a range of true shares: on average, and at its least and greatest."""

    mean: float
    least: float
    greatest: float


def coverage(base: int, design: Design = INDEPENDENT, method: Method = wilson, level: float = LEVEL) -> Coverage:
    """The coverage of the interval of one share, over the true shares from 2% to 98%."""
    return _summary(coverages(base, design, method, level))


def coverages(base: int, design: Design = INDEPENDENT, method: Method = wilson, level: float = LEVEL) -> list[float]:
    """The coverage of the interval of one share, at each of SHARES."""
    ends = np.array([method(count, base, level) for count in range(base + 1)])
    return [_covered(ends, share, count_probabilities(base, share, design)) for share in SHARES]


def _covered(ends: NDArray[np.float64], share: float, probabilities: Probabilities) -> float:
    holds = (ends[:, 0] <= share) & (share <= ends[:, 1])
    return float(probabilities[holds].sum())


def difference_coverage(
    base1: int, base2: int, design: Design = INDEPENDENT, equal: bool = False, level: float = LEVEL
) -> Coverage:
    """The coverage of the interval of a difference between two separate groups.

    Over all pairs of the true shares in PAIRED_SHARES; with `equal`, over those in which there is no difference:
    how often the interval then leaves out zero is how often chance alone would be called a clear difference.
    """
    lows, highs = _difference_ends(base1, base2, level)
    first = {share: count_probabilities(base1, share, design) for share in PAIRED_SHARES}
    second = {share: count_probabilities(base2, share, design) for share in PAIRED_SHARES}
    pairs = [(p1, p2) for p1 in PAIRED_SHARES for p2 in PAIRED_SHARES if p1 == p2 or not equal]
    return _summary([_pair_covered(lows, highs, p2 - p1, first[p1], second[p2]) for p1, p2 in pairs])


@lru_cache(maxsize=4)
def _difference_ends(base1: int, base2: int, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the interval for every pair of counts."""
    ends = np.array(
        [[newcombe(count1, base1, count2, base2, level) for count2 in range(base2 + 1)] for count1 in range(base1 + 1)]
    )
    return ends[:, :, 0], ends[:, :, 1]


def _pair_covered(
    lows: NDArray[np.float64], highs: NDArray[np.float64], truth: float, first: Probabilities, second: Probabilities
) -> float:
    # Where both shares are one, floating point may put an end a hair from the truth.
    holds = (lows <= truth + 1e-12) & (truth - 1e-12 <= highs)
    return float(first @ holds @ second)


@lru_cache(maxsize=4096)
def count_probabilities(base: int, share: float, design: Design = INDEPENDENT) -> Probabilities:
    """How probable each count from 0 to the base is, when the true share is this one."""
    from scipy.stats import binom

    if design.cluster == 1 or design.correlation == 0:
        return np.asarray(binom.pmf(np.arange(base + 1), base, share), dtype=np.float64)
    whole, rest = divmod(base, design.cluster)
    result = _power(_cluster_probabilities(design.cluster, share, design.correlation), whole)
    if rest:
        result = np.convolve(result, _cluster_probabilities(rest, share, design.correlation))
    return result


def _cluster_probabilities(size: int, share: float, correlation: float) -> Probabilities:
    from scipy.stats import betabinom

    scale = (1 - correlation) / correlation
    probabilities = betabinom.pmf(np.arange(size + 1), size, share * scale, (1 - share) * scale)
    return np.asarray(probabilities, dtype=np.float64)


def _power(probabilities: Probabilities, times: int) -> Probabilities:
    """The distribution of a sum of so many independent counts."""
    result, factor = np.ones(1), probabilities
    while times:
        if times & 1:
            result = np.convolve(result, factor)
        times >>= 1
        factor = np.convolve(factor, factor) if times else factor
    return result


def _summary(values: Sequence[float]) -> Coverage:
    return Coverage(float(np.mean(values)), min(values), max(values))


def half_width(base1: int, base2: int, share: float = 0.5) -> float:
    """Half the width, in points, of the interval of a change when both waves show the same share.

    A smaller change than this could not be told from none.
    """
    low, high = newcombe(share * base1, base1, share * base2, base2)
    return 100 * (high - low) / 2
