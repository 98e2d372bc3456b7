"""Many comparisons: p-values adjusted for the number of comparisons made.

A list of statistics fixed in advance is judged after Holm at 5%: the chance of even one false "clear difference"
stays below it. Everything else is exploratory, after Benjamini and Hochberg at 10%: at most one "clear
difference" in ten is expected to be false.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CONFIRMATORY_LEVEL, EXPLORATORY_LEVEL = 0.05, 0.10


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure. Raises ValueError for a
    p-value outside 0 to 1.
    """
    sorted_p, order = _sorted(p_values)
    left = len(sorted_p) - np.arange(len(sorted_p))
    return _restored(np.maximum.accumulate(left * sorted_p), order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values, in the order given.

    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate. Raises ValueError for a
    p-value outside 0 to 1.
    """
    sorted_p, order = _sorted(p_values)
    rank = 1 + np.arange(len(sorted_p))
    scaled = len(sorted_p) * sorted_p / rank
    return _restored(np.minimum.accumulate(scaled[::-1])[::-1], order)


def clear_confirmatory(p_values: Sequence[float]) -> list[bool]:
    """Which of the statistics fixed in advance differ clearly (Holm, 5%)."""
    return [adjusted <= CONFIRMATORY_LEVEL for adjusted in holm(p_values)]


def clear_exploratory(p_values: Sequence[float]) -> list[bool]:
    """Which of the other statistics differ clearly (Benjamini-Hochberg, 10%)."""
    return [adjusted <= EXPLORATORY_LEVEL for adjusted in benjamini_hochberg(p_values)]


def _sorted(p_values: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    numbers = np.array(p_values, dtype=np.float64)
    if not ((numbers >= 0) & (numbers <= 1)).all():
        raise ValueError("p-values are numbers from 0 to 1")
    order = np.argsort(numbers, kind="stable").astype(np.int64)
    return numbers[order], order


def _restored(adjusted: NDArray[np.float64], order: NDArray[np.int64]) -> list[float]:
    values = np.empty(len(adjusted))
    values[order] = np.minimum(adjusted, 1.0)
    return [float(value) for value in values]
