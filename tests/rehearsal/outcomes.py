"""What the study says of change in each of many pairs of waves, beside what is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.addresses import Address


@dataclass(frozen=True)
class Outcome:
    """What was said of each statistic in each pair of waves, and what was true; rows are pairs of waves.

    Of intervals: 1 where it holds the truth, 0 where it does not, NaN where there is none. `apart`: whether the
    interval of the crude change leaves out zero. `verdict`: 1 rose, -1 fell, 0 no clear change, 2 not robust to who
    answered; NaN where nothing may be said. `listed`: the statistics that are fixed in advance.
    """

    addresses: tuple[Address, ...]
    crude_truth: NDArray[np.float64]
    truth: NDArray[np.float64]
    crude: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    apart: NDArray[np.float64]
    verdict: NDArray[np.float64]
    listed: NDArray[np.bool_]


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Pairs of waves that were drawn apart, together."""
    first, names = parts[0], ("crude", "adjusted", "apart", "verdict")
    tables = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    return Outcome(first.addresses, first.crude_truth, first.truth, *tables, first.listed)
