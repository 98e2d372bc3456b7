"""Every weighted table of a survey at once: shares, their errors and intervals, from sums over patterns.

The same numbers as `weighting.weighted_share` gives one by one, for respondents without clusters or strata: two sums
a pattern (of weights and of their squares) are all that a share and its linearised variance need.

For surveys of which nothing is withheld: weights tell apart respondents whom no group does, so that merging groups does
not protect what is weighted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

from analysis.inputs.findings import Finding, InputError
from analysis.inputs.patterns import Patterns
from analysis.inputs.questionnaire import Question
from analysis.inputs.responses import Responses
from analysis.numbers.intervals import LEVEL
from analysis.numbers.surveys import Survey
from analysis.numbers.tabulation import each
from analysis.numbers.weighting import FEWEST_EFFECTIVE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WeightedTable:
    """One question, overall or by one breakdown; rows are answers, columns are groups.

    `shares`, `errors` and intervals are proportions, no number where a base is empty. `bases`: respondents with a
    weight above 0, a number a group; `effective`: the equally weighted respondents that would be worth as much.
    """

    question: str
    breakdown: str
    shares: Floats
    errors: Floats
    bases: Floats
    effective: Floats

    @property
    def intervals(self) -> tuple[Floats, Floats]:
        """Indicative 95% intervals: logit, and Korn-Graubard near 0 and 1, as for a single share."""
        near_an_end = np.minimum(self.shares, 1 - self.shares) * self.effective < FEWEST_EFFECTIVE
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            ends = zip(self._korn_graubard(), self._logit(), strict=True)
            low, high = (np.where(near_an_end, exact, logit) for exact, logit in ends)
        return low, high

    @property
    def _quantile(self) -> Floats:
        quantile: Floats = stdtrit(np.maximum(self.bases - 1, 1), 0.5 + LEVEL / 2)
        return quantile

    def _logit(self) -> tuple[Floats, Floats]:
        half = self._quantile * self.errors / (self.shares * (1 - self.shares))
        centre = np.log(self.shares / (1 - self.shares))
        return 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))

    def _korn_graubard(self) -> tuple[Floats, Floats]:
        p, tail = self.shares, (1 - LEVEL) / 2
        worth = np.where(self.errors > 0, p * (1 - p) / self.errors**2, self.effective)
        given, rest = worth * p, worth * (1 - p)
        low = np.where(p > 0, betaincinv(given, rest + 1, tail), np.where(np.isnan(p), np.nan, 0.0))
        high = np.where(p < 1, betaincinv(given + 1, rest, 1 - tail), np.where(np.isnan(p), np.nan, 1.0))
        return low, high


def tabulate_weighted(survey: Survey, weights: Floats, breakdowns: Sequence[str] = ()) -> Iterator[WeightedTable]:
    """The weighted tables of every question that was asked: overall, and by each of these breakdowns.

    `weights`: what each response counts, 0 or more, in any unit. Raises ValueError for another number of weights
    than of responses, and for weights that are no numbers of 0 or more. Raises InputError for a survey of which
    something is withheld.
    """
    responses = survey.responses
    if survey.protection is not None:
        expected = "a survey of which nothing is withheld: weights tell apart those whom no group does"
        raise InputError([Finding(f"the weighted tables of {survey.name}", "responses that are protected", expected)])
    if len(weights) != responses.size or not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError(f"weights are numbers of 0 or more, one for each of {responses.size} responses")
    powers = (weights, weights**2, (weights > 0).astype(np.float64))
    for name in responses.codes:
        for breakdown in ("", *breakdowns):
            if breakdown != name:
                yield _table(responses, responses.questionnaire.by_id[name], powers, breakdown)


def _table(
    responses: Responses, question: Question, powers: tuple[Floats, Floats, Floats], breakdown: str
) -> WeightedTable:
    """The weighted table of one question. `powers`: of each response its weight, the square, and whether it has one.

    Variance: Taylor linearisation, n/(n-1) times the sum of squared weighted scores over the squared sum of
    weights, with all n responses to the survey, those outside the base too.
    Source: Sarndal, Swensson and Wretman (1992), sections 5.5 to 5.8.
    """
    routing = question.asked_if.question if question.asked_if else ""
    names = tuple(filter(None, (question.id, routing, breakdown)))
    patterns, (sums, squares, present) = responses.summed_patterns(powers, *names)
    base = _base(responses, patterns, question, breakdown)
    gave = each(patterns, question.id, question.answer_ids)
    whole, whole_squares = base @ sums, base @ squares
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (gave * sums) @ base.T / whole
        # The square of a score is (1 - p) squared for those who gave the answer, and p squared for the others.
        scores = (gave * squares) @ base.T * (1 - 2 * shares) + shares**2 * whole_squares
        spread = responses.size / (responses.size - 1)
        errors = np.sqrt(np.maximum(spread * scores, 0)) / whole
        effective = whole**2 / whole_squares
    return WeightedTable(question.id, breakdown, shares, errors, base @ present, effective)


def _base(responses: Responses, patterns: Patterns, question: Question, breakdown: str) -> NDArray[Any]:
    groups = responses.questionnaire.by_id[breakdown].answer_ids if breakdown in patterns.codes else ("",)
    base: NDArray[Any] = each(patterns, breakdown, groups) & patterns.answered(question.id)
    return base.astype(np.float64)
