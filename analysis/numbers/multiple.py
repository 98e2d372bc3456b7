"""Questions with several responses, in two counted waves: did the ticks change at all, and which of them?

Ticks of one respondent belong together, so the waves' labels are shuffled among respondents, not among ticks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHUFFLES, SEED = 2499, 20
# An item of such a question is clear only if it is so among the items of its question as well.
WITHIN_QUESTION = 0.05

Ticks = NDArray[np.bool_]


@dataclass(frozen=True)
class Shuffled:
    """`omnibus`: the p-value of no change in any item; `items`: of each item, adjusted for all of the question."""

    omnibus: float
    items: tuple[float, ...]


def shuffled(before: Ticks, after: Ticks, shuffles: int = SHUFFLES, seed: int = SEED) -> Shuffled:
    """Compare the ticks of two waves. `before`, `after`: one row a respondent, one column an item.

    Omnibus: the sum of squared score statistics; items: their largest (max-T), so that the chance of even one false
    finding in the question stays below the level. Source: Westfall and Young (1993), Resampling-Based Multiple
    Testing. Raises ValueError for a wave without respondents.
    """
    if not len(before) or not len(after):
        raise ValueError("ticks are compared between two waves with respondents")
    ticks = np.concatenate([before, after]).astype(np.float64)
    labels = np.concatenate([np.zeros(len(before)), np.ones(len(after))])
    rows = np.random.default_rng(seed).permuted(np.tile(labels, (shuffles, 1)), axis=1)
    scores = _scores(ticks, np.vstack([labels, rows]), len(before), len(after))
    observed, others = scores[0], scores[1:]
    total, largest = (others**2).sum(axis=1), others.max(axis=1)
    items = (_share(largest >= one - 1e-12) for one in observed)
    return Shuffled(_share(total >= (observed**2).sum() - 1e-12), tuple(items))


def _scores(ticks: NDArray[np.float64], labels: NDArray[np.float64], n1: int, n2: int) -> NDArray[np.float64]:
    """The score statistic of each item, without its sign, for each labelling of the respondents."""
    pooled = ticks.mean(axis=0)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    later = labels @ ticks
    differences = later / n2 - (ticks.sum(axis=0) - later) / n1
    scores: NDArray[np.float64] = np.divide(differences, error, out=np.zeros_like(differences), where=error > 0)
    return np.abs(scores)


def _share(reached: Ticks) -> float:
    """The p-value of a permutation test: the observed labelling counts as one of them."""
    return float(1 + np.count_nonzero(reached)) / (1 + len(reached))
