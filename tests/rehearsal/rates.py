"""How often what the study says of change was right, over many pairs of made-up waves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from rehearsal.outcomes import Outcome

from analysis.numbers.intervals import LEVEL, normal_quantile, wilson


@dataclass(frozen=True)
class Rate:
    """How often something happened, in percent (or how many there were a pair of waves).

    `low`, `high`: the 95% interval that the number of waves allows.
    """

    what: str
    of: str
    rate: float
    low: float
    high: float


def rates(outcome: Outcome) -> Iterator[Rate]:
    """The rates that the study promises something about, and what could be seen at all."""
    for what, holds in (("crude interval holds the truth", outcome.crude),
                        ("adjusted interval holds the truth", outcome.adjusted)):  # fmt: skip
        told = ~np.isnan(holds).all(axis=0)
        if told.any():
            yield _mean(what, "all statistics", np.nanmean(holds[:, told], axis=1))
            worst = int(np.flatnonzero(told)[np.nanmean(holds[:, told], axis=0).argmin()])
            yield _share(what, f"least often: {outcome.addresses[worst]}", holds[:, worst])
    false, reported = _false(outcome), np.abs(outcome.verdict) == 1
    yield _share("at least one false change", "statistics fixed in advance", false[:, outcome.listed].any(axis=1))
    others = reported[:, ~outcome.listed].sum(axis=1)
    wrong = false[:, ~outcome.listed].sum(axis=1) / np.maximum(others, 1)
    yield _mean("part of the reported changes that is false", "all other statistics", wrong)
    yield _count("changes reported, a pair of waves", "all other statistics", others)
    yield from _unmoved(outcome)
    yield from _by_composition(outcome)
    yield from _power(outcome)


def _false(outcome: Outcome) -> NDArray[np.bool_]:
    """Where a change is reported that is none, or goes the other way."""
    return (np.abs(outcome.verdict) == 1) & (np.sign(outcome.truth) != outcome.verdict)


def _told(outcome: Outcome) -> NDArray[np.bool_]:
    """The statistics of which anything is ever said."""
    return ~np.isnan(outcome.verdict).all(axis=0)


def _unmoved(outcome: Outcome) -> Iterator[Rate]:
    """Statistics that do not move at all: what would be reported if each were judged by its interval alone."""
    still = _told(outcome) & (np.abs(outcome.truth) < 1e-9) & (np.abs(outcome.crude_truth) < 1e-9)
    if still.any():
        of = f"not moved at all ({int(still.sum())} statistics)"
        yield _mean("crude interval leaves out no change", of, _rows(outcome.apart[:, still]))
        yield _mean("reported as a change", of, _rows(_reported(outcome)[:, still]))


def _reported(outcome: Outcome) -> NDArray[np.float64]:
    return np.where(np.isnan(outcome.verdict), np.nan, np.abs(outcome.verdict) == 1)


def _by_composition(outcome: Outcome) -> Iterator[Rate]:
    """Statistics that move by who answers alone."""
    moved = _told(outcome) & (np.abs(outcome.truth) < 1e-9) & (np.abs(outcome.crude_truth) > 1e-9)
    if not moved.any():
        return
    most = int(np.argmax(np.where(moved, np.abs(outcome.crude_truth), 0)))
    of = f"moved by who answers alone ({int(moved.sum())} statistics)"
    furthest = (
        f"moved furthest by who answers: {outcome.addresses[most]} ({100 * outcome.crude_truth[most]:+.1f} points)"
    )
    happened = {
        "crude interval leaves out no change": outcome.apart,
        "held back as not robust": np.where(np.isnan(outcome.verdict), np.nan, outcome.verdict == 2),
        "reported as a change": _reported(outcome),
    }
    for what, each in happened.items():
        yield _mean(what, of, _rows(each[:, moved]))
        yield _share(what, furthest, each[:, most])


def _power(outcome: Outcome) -> Iterator[Rate]:
    """How often a planted change is found: by its size, and for each statistic fixed in advance."""
    points = np.abs(np.nan_to_num(outcome.truth)) * 100
    told = _told(outcome)
    found = np.where(np.isnan(outcome.verdict), np.nan, outcome.verdict == np.sign(outcome.truth))
    for low, high in ((0.5, 5), (5, 10), (10, 15), (15, 25)):
        inside = told & (points >= low) & (points < high) & ~outcome.listed
        if inside.any():
            of = f"moved by {low:g} to under {high:g} points ({int(inside.sum())} other statistics)"
            yield _mean("change found", of, _rows(found[:, inside]))
    for place in np.flatnonzero(outcome.listed & told & (points > 0.5)):
        of = f"fixed in advance: {outcome.addresses[place]} ({100 * outcome.truth[place]:+.1f} points)"
        yield _share("change found", of, found[:, place])


def _rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.nanmean(values[~np.isnan(values).all(axis=1)], axis=1))


def _mean(what: str, of: str, each: NDArray[np.float64]) -> Rate:
    """The mean over pairs of waves. Statistics of one pair belong together: the error is that between pairs."""
    mean, half = float(each.mean()), normal_quantile(LEVEL) * float(np.std(each, ddof=1)) / sqrt(len(each))
    if mean in (0, 1):
        # What happened in no pair, or in every one, may happen in some all the same.
        return _share(what, of, each)
    return Rate(what, of, 100 * mean, 100 * max(mean - half, 0), 100 * min(mean + half, 1))


def _count(what: str, of: str, each: NDArray[np.int64]) -> Rate:
    half = normal_quantile(LEVEL) * float(np.std(each, ddof=1)) / sqrt(len(each))
    return Rate(what, of, float(each.mean()), float(each.mean()) - half, float(each.mean()) + half)


def _share(what: str, of: str, each: NDArray[np.float64] | NDArray[np.bool_]) -> Rate:
    told = each[~np.isnan(each.astype(float))]
    low, high = wilson(float(told.sum()), len(told))
    return Rate(what, of, 100 * float(told.mean()), 100 * low, 100 * high)
