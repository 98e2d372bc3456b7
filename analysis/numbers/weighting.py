"""Weighted shares: how far they could be off when respondents count unequally, came in clusters, or were raked.

The range we would expect if respondents were a random sample drawn as their `Sample` says. They were not, so
the intervals are indicative. Shares, errors and intervals are proportions between 0 and 1 throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, stdtrit

from analysis.numbers.intervals import LEVEL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# Fewer effective respondents than this on either side, and a share is near 0 or 1: the logit interval, which
# rests on a normal approximation, gives way to that of Korn and Graubard.
FEWEST_EFFECTIVE = 5


def codes_of(labels: Sequence[object] | NDArray[np.generic]) -> Codes:
    """Labels, one a respondent, as integers from 0 in the order of the sorted labels."""
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Sample:
    """How the respondents of one wave stand for others: arrays with one entry a respondent, all of one length.

    `weights`: what each respondent counts, in any unit. `strata`, `clusters`: integer codes, clusters nested in
    strata; by default one stratum, and everybody a cluster of their own. `sampled`: the fraction of the stratum's
    clusters that was drawn, 0 for no finite-population correction. `margins`: codes of the groups to which
    `weights` were raked, and `weights_before` what each counted before. Raises ValueError where lengths
    differ or a weight is negative or no number.
    """

    weights: Floats
    strata: Codes | None = None
    clusters: Codes | None = None
    sampled: Floats | None = None
    margins: tuple[Codes, ...] = ()
    weights_before: Floats | None = None

    def __post_init__(self) -> None:
        parts = [self.strata, self.clusters, self.sampled, self.weights_before, *self.margins]
        if any(len(part) != len(self.weights) for part in parts if part is not None):
            raise ValueError(f"every part of a sample needs one entry for each of {len(self.weights)} respondents")
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all()):
            raise ValueError("weights are numbers of 0 or more")

    @property
    def size(self) -> int:
        return len(self.weights)

    @property
    def stratum_codes(self) -> Codes:
        return np.zeros(self.size, dtype=np.int64) if self.strata is None else self.strata

    @property
    def cluster_codes(self) -> Codes:
        return np.arange(self.size) if self.clusters is None else self.clusters

    def degrees(self, members: NDArray[np.bool_]) -> int:
        """Degrees of freedom of a share of these members: their clusters less their strata (n - 1 with neither)."""
        strata, clusters = self.stratum_codes[members], self.cluster_codes[members]
        return len(set(zip(strata.tolist(), clusters.tolist(), strict=True))) - len(set(strata.tolist()))


@dataclass(frozen=True)
class WeightedShare:
    """A weighted share (or mean) of the members of a base.

    `error`: its standard error; `degrees`: degrees of freedom; `base`: respondents behind it; `effective_base`:
    the equally weighted respondents that would be worth as much (Kish 1965).
    """

    value: float
    error: float
    degrees: int
    base: int
    effective_base: float

    @property
    def near_an_end(self) -> bool:
        """Whether too few gave the answer, or did not, for the logit interval."""
        return min(self.value, 1 - self.value) * self.effective_base < FEWEST_EFFECTIVE

    @property
    def interval(self) -> tuple[float, float]:
        """The indicative 95% interval: logit, and Korn-Graubard near 0 and 1. ValueError for one respondent."""
        return korn_graubard(self) if self.near_an_end else logit_interval(self)


def weighted_share(values: ArrayLike, sample: Sample, members: ArrayLike | None = None) -> WeightedShare:
    """The weighted share (or mean) of `values` among `members`, with its Taylor-linearised standard error.

    `values`: one number a respondent, 1 and 0 for a share; those of non-members are not read. `members`: who is
    in the base, by default all. A group, or those who answered, is a domain of the sample: non-members stay in
    the variance with a score of 0, so that the full sample size stands in n/(n-1).
    Source: Sarndal, Swensson and Wretman (1992), sections 5.5 to 5.8. Raises ValueError for an empty base.
    """
    inside = np.ones(sample.size, dtype=bool) if members is None else np.asarray(members, dtype=bool)
    given = np.asarray(values, dtype=np.float64)
    if not len(inside) == len(given) == sample.size or not sample.weights[inside].sum() > 0:
        raise ValueError(f"a weighted share needs respondents with weight, and a value for each of {sample.size}")
    answers, weights = np.where(inside, given, 0.0), np.where(inside, sample.weights, 0.0)
    value = float(weights @ answers / weights.sum())
    scores = np.where(inside, answers - value, 0.0) / weights.sum()
    error = sqrt(linearised_variance(sample.weights * _residuals(scores, sample), sample))
    base = int(np.count_nonzero(weights))
    return WeightedShare(value, error, sample.degrees(weights > 0), base, base / kish_deff(weights[weights > 0]))


def linearised_variance(scores: Floats, sample: Sample) -> float:
    """The variance of a sum of weighted scores, one a respondent, from totals of clusters within strata.

    Clusters are taken as drawn with replacement, or with the finite-population correction of `sampled`.
    Source: Sarndal, Swensson and Wretman (1992), chapter 4. Raises ValueError for a stratum of one cluster.
    """
    variance, strata = 0.0, sample.stratum_codes
    for stratum in np.unique(strata):
        inside = strata == stratum
        totals = np.bincount(codes_of(sample.cluster_codes[inside]), weights=scores[inside])
        drawn = len(totals)
        if drawn < 2:
            raise ValueError(f"stratum {stratum} has one cluster only: its variance cannot be estimated")
        unseen = 1.0 if sample.sampled is None else 1.0 - float(sample.sampled[inside][0])
        variance += unseen * drawn / (drawn - 1) * float(((totals - totals.mean()) ** 2).sum())
    return variance


def _residuals(scores: Floats, sample: Sample) -> Floats:
    """What the margins of raking leave unexplained of the scores: their part is known, and adds no variance.

    Source: Deville and Sarndal (1992), with the weights before raking in the regression.
    """
    if not sample.margins:
        return scores
    columns = [margin == code for margin in sample.margins for code in np.unique(margin)]
    before = np.ones(sample.size) if sample.weights_before is None else sample.weights_before
    root = np.sqrt(before)
    groups = np.column_stack(columns).astype(np.float64)
    fitted = np.linalg.lstsq(groups * root[:, None], scores * root, rcond=None)[0]
    left: Floats = scores - groups @ fitted
    return left


def logit_interval(share: WeightedShare, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share, symmetric on the logit scale, with the t quantile of its degrees of freedom.

    Source: Korn and Graubard (1998), Confidence intervals for proportions with small expected number of
    positive counts. Raises ValueError at 0 and 1, where there is no logit, and without a degree of freedom.
    """
    p = share.value
    if not 0 < p < 1 or share.degrees < 1:
        raise ValueError(f"a logit interval needs a share between 0 and 1 and two respondents, not {p} of {share.base}")
    half = _t_quantile(level, share.degrees) * share.error / (p * (1 - p))
    centre = log(p / (1 - p))
    return 1 / (1 + exp(half - centre)), 1 / (1 + exp(-half - centre))


def korn_graubard(share: WeightedShare, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share near 0 or 1: Clopper-Pearson at the base that would be worth as much.

    The base is p(1-p)/variance, adjusted for degrees of freedom; at 0 and 1, where the variance is 0, Kish's
    effective base. Source: Korn and Graubard (1998). Raises ValueError without a degree of freedom.
    """
    p, degrees = share.value, share.degrees
    if not 0 <= p <= 1 or degrees < 1:
        raise ValueError(f"an interval needs a share from 0 to 1 and two respondents, not {p} of {share.base}")
    worth = p * (1 - p) / share.error**2 if share.error > 0 else share.effective_base
    worth *= (_t_quantile(level, share.base - 1) / _t_quantile(level, degrees)) ** 2
    tail, given, rest = (1 - level) / 2, worth * p, worth * (1 - p)
    low = float(betaincinv(given, rest + 1, tail)) if p > 0 else 0.0
    high = float(betaincinv(given + 1, rest, 1 - tail)) if p < 1 else 1.0
    return low, high


def kish_deff(weights: ArrayLike, counts: ArrayLike | None = None) -> float:
    """How many times unequal weights multiply the variance of a share: n times the sum of squares over the square.

    `weights`: one number a respondent, or one for so many respondents each as `counts` says. 1 for equal weights.
    Source: Kish (1965), Survey Sampling, section 11.7. Raises ValueError when no weight is above 0.
    """
    numbers = np.asarray(weights, dtype=np.float64)
    each = np.ones(len(numbers)) if counts is None else np.asarray(counts, dtype=np.float64)
    if not (each @ numbers) > 0:
        raise ValueError("a design effect needs weights above 0")
    return float(each.sum() * (each @ numbers**2) / (each @ numbers) ** 2)


def _t_quantile(level: float, degrees: int) -> float:
    return float(stdtrit(degrees, 0.5 + level / 2))
