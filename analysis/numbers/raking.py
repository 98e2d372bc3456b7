"""Raking: weights that make the respondents of one wave look like another in their margins.

The sensitivity check beside standardisation: would the numbers differ if those who answered had the make-up
of the baseline? It says nothing of those who never answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np
from numpy.typing import ArrayLike

from analysis.numbers.weighting import Codes, Floats, Sample, codes_of

MOST_ROUNDS = 500
TOLERANCE = 1e-12


class RakingError(ValueError):
    """Weights cannot be made: names every margin that stands in the way, and why."""


@dataclass(frozen=True)
class Margin:
    """One question to whose make-up respondents are raked.

    `groups`: each respondent's group. `targets`: the total (or share) that each group is to have, above 0.
    """

    name: str
    groups: Sequence[str]
    targets: Mapping[str, float]

    def obstacles(self, size: int) -> list[str]:
        """Why this margin cannot be met by `size` respondents; empty when it can."""
        if len(self.groups) != size:
            return [f"margin {self.name}: {len(self.groups)} groups for {size} respondents"]
        found = set(self.groups)
        wrong = [f"no respondent in {group!r}" for group in self.targets if group not in found]
        wrong += [f"respondents in {group!r}, which has no target" for group in sorted(found - set(self.targets))]
        wrong += [f"target {total} for {group!r}" for group, total in self.targets.items() if not 0 < total < np.inf]
        return [f"margin {self.name}: {problem}" for problem in wrong]

    @property
    def total(self) -> float:
        return float(sum(self.targets.values()))

    @property
    def codes(self) -> Codes:
        """Each respondent's group as an integer, in the order of the sorted names."""
        return codes_of(list(self.groups))

    @property
    def totals(self) -> Floats:
        """The targets in the order of `codes`."""
        return np.array([self.targets[group] for group in sorted(self.targets)], dtype=np.float64)


def rake(margins: Sequence[Margin], weights: ArrayLike | None = None, most_rounds: int = MOST_ROUNDS) -> Sample:
    """The respondents with weights that meet every margin, as a sample whose variance knows of the raking.

    `weights`: what each respondent counts before, by default 1. Weights are fitted margin by margin until none
    is off by more than 1e-12 of its total. Source: Deville and Sarndal (1992), the multiplicative method; Deming
    and Stephan (1940). Raises RakingError naming the margins that have an empty group, a group without a target,
    another total than the first, or that are not met after `most_rounds` rounds.
    """
    _refuse([] if margins else ["raking needs a margin"])
    before = np.ones(len(margins[0].groups)) if weights is None else np.asarray(weights, dtype=np.float64)
    _refuse([obstacle for margin in margins for obstacle in margin.obstacles(len(before))])
    _refuse([_unlike(margin, margins[0]) for margin in margins if not isclose(margin.total, margins[0].total)])
    sides = [(margin.codes, margin.totals) for margin in margins]
    _refuse([f"margin {m.name}: a group has no weight" for m, side in zip(margins, sides, strict=True)
             if not (_sums(before, side[0]) > 0).all()])  # fmt: skip
    raked = before
    for _ in range(most_rounds):
        for codes, totals in sides:
            raked = raked * (totals / _sums(raked, codes))[codes]
        if all(_gap(raked, *side) <= TOLERANCE for side in sides):
            return Sample(raked, margins=tuple(codes for codes, _ in sides), weights_before=before)
    gaps = [
        f"margin {margin.name} is off by {_gap(raked, *side):.2g} of its total"
        for margin, side in zip(margins, sides, strict=True)
        if _gap(raked, *side) > TOLERANCE
    ]
    raise RakingError(f"raking does not converge in {most_rounds} rounds: " + "; ".join(gaps))


def _sums(weights: Floats, codes: Codes) -> Floats:
    return np.bincount(codes, weights=weights).astype(np.float64)


def _gap(weights: Floats, codes: Codes, totals: Floats) -> float:
    return float(np.abs(_sums(weights, codes) - totals).max() / totals.sum())


def _unlike(margin: Margin, first: Margin) -> str:
    return f"margin {margin.name}: its targets add up to {margin.total}, those of {first.name} to {first.total}"


def _refuse(problems: list[str]) -> None:
    if problems:
        raise RakingError("; ".join(problems))
