"""What two breakdowns of one question tell together: groups of the one less groups of the other.

If all but three of those in small organisations are in the north, then numbers of both groups tell of these three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from analysis.inputs.patterns import Members


def told_by_both(first: Sequence[Members], second: Sequence[Members], safe: Callable[[Members], bool]) -> bool:
    """Whether parts of one breakdown, less parts of the other within them, leave some who are not safe to tell.

    Members are entries of the same responses or patterns; each breakdown's parts are all of them, once.
    """
    return any(
        left.any() and not safe(left)
        for inner, outer in ((first, second), (second, first))
        for chosen in product((False, True), repeat=len(inner))
        if any(chosen)
        for left in [_left(_union(inner, chosen), outer)]
    )


def _left(inside: Members, outer: Sequence[Members]) -> Members:
    """Of the fewest parts that hold these respondents, the others."""
    covered = _union(outer, [bool((part & inside).any()) for part in outer])
    return covered & ~inside


def _union(parts: Sequence[Members], chosen: Sequence[bool]) -> Members:
    united: Members = np.any([part for part, taken in zip(parts, chosen, strict=True) if taken], axis=0)
    return united
