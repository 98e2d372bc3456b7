"""Other intervals of a share: what this study would print if it had not chosen Wilson's."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from analysis.numbers.intervals import LEVEL, normal_quantile, wilson

Method = Callable[[float, float, float], tuple[float, float]]


def wald(count: float, base: float, level: float = LEVEL) -> tuple[float, float]:
    """The textbook interval: the share, plus and minus its estimated standard error. Source: Laplace (1812)."""
    share = count / base
    half = normal_quantile(level) * sqrt(share * (1 - share) / base)
    return max(share - half, 0.0), min(share + half, 1.0)


def clopper_pearson(count: float, base: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval that covers at least as often as it says, whatever the share. Source: Clopper and Pearson (1934)."""
    tail = (1 - level) / 2
    low = 0.0 if count <= 0 else _beta_quantile(tail, count, base - count + 1)
    high = 1.0 if count >= base else _beta_quantile(1 - tail, count + 1, base - count)
    return low, high


def agresti_coull(count: float, base: float, level: float = LEVEL) -> tuple[float, float]:
    """Wald's interval after z*z/2 answers of each kind are added. Source: Agresti and Coull (1998)."""
    z = normal_quantile(level)
    added = base + z * z
    share = (count + z * z / 2) / added
    half = z * sqrt(share * (1 - share) / added)
    return max(share - half, 0.0), min(share + half, 1.0)


def jeffreys(count: float, base: float, level: float = LEVEL) -> tuple[float, float]:
    """The equal-tailed interval of a beta distribution with half an answer of each kind added.

    Source: Brown, Cai and DasGupta (2001), which also sets the ends at 0 and at the base.
    """
    tail = (1 - level) / 2
    low = 0.0 if count <= 0 else _beta_quantile(tail, count + 0.5, base - count + 0.5)
    high = 1.0 if count >= base else _beta_quantile(1 - tail, count + 0.5, base - count + 0.5)
    return low, high


def _beta_quantile(probability: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))


METHODS: dict[str, Method] = {
    "Wilson": wilson,
    "Wald": wald,
    "Clopper-Pearson": clopper_pearson,
    "Agresti-Coull": agresti_coull,
    "Jeffreys": jeffreys,
}
