"""Every table of a survey at once: each question's answers, overall and by each breakdown, with intervals.

The topline of a wave. The responses are read once for each table, as small integers; what follows is arithmetic on
a few counts, so that a survey of a million takes hardly longer than one of a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.patterns import Patterns
from analysis.inputs.questionnaire import Question
from analysis.inputs.responses import Responses
from analysis.numbers.disclosure import Protection
from analysis.numbers.intervals import LEVEL, normal_quantile

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """One question, overall or by one breakdown.

    Rows are `answers`, columns are `groups` (one, named "", overall). `counts`: respondents of the base who gave the
    answer; `bases`: those asked who answered, a number a group; `asked`: those asked. Shares and intervals
    (Wilson, 95%) are proportions, no number where a base is empty.
    """

    question: str
    breakdown: str
    answers: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Counts
    bases: Counts
    asked: Counts

    @property
    def shares(self) -> Floats:
        with np.errstate(invalid="ignore"):
            shares: Floats = self.counts / self.bases
        return shares

    @property
    def intervals(self) -> tuple[Floats, Floats]:
        return wilson_intervals(self.counts, self.bases)


def wilson_intervals(counts: Counts, bases: Counts, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson's intervals of many shares at once, as two arrays of proportions; no number where a base is empty.

    Source: Wilson (1927), as `intervals.wilson` for one share.
    """
    z = normal_quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counts / bases
        centre = (share + z * z / (2 * bases)) / (1 + z * z / bases)
        half = z * np.sqrt(share * (1 - share) / bases + z * z / (4.0 * bases * bases)) / (1 + z * z / bases)
    return np.where(counts == 0, share, centre - half), np.where(counts == bases, share, centre + half)


def tabulate(
    responses: Responses, breakdowns: Sequence[str] = (), protection: Protection | None = None
) -> Iterator[Table]:
    """The tables of every question that was asked: overall, and by each of these breakdowns.

    With a protection, what it withholds is in none of them: groups that it merges are one column, those that it
    withholds have none, and a question of which nothing is told has no table.
    """
    for name in responses.codes:
        question = responses.questionnaire.by_id[name]
        for breakdown in ("", *breakdowns):
            if breakdown != name and not (protection and protection.whole(question)):
                yield table(responses, question, breakdown, protection)


def table(
    responses: Responses, question: Question, breakdown: str = "", protection: Protection | None = None
) -> Table:
    """The table of one question, by a breakdown or overall."""
    patterns = responses.patterns(*counted_together(question, breakdown))
    groups = responses.questionnaire.by_id[breakdown].answer_ids if breakdown in patterns.codes else ("",)
    if protection and breakdown in patterns.codes:
        parts = protection.division(question, breakdown).parts
        groups = tuple("+".join(part.groups) for part in parts if part.is_published)
    inside = each(patterns, breakdown, groups)
    base = inside & patterns.answered(question.id)
    gave = each(patterns, question.id, question.answer_ids)
    return Table(
        question.id, breakdown, question.answer_ids, groups,
        counts=(gave * patterns.counts) @ base.T.astype(np.int64),
        bases=base @ patterns.counts,
        asked=(inside & patterns.asked(question.id)) @ patterns.counts,
    )  # fmt: skip


def counted_together(question: Question, *breakdowns: str) -> tuple[str, ...]:
    """The questions whose answers a table needs together: its own, the one that routed to it, breakdowns."""
    routing = question.asked_if.question if question.asked_if else ""
    return tuple(dict.fromkeys(filter(None, (question.id, routing, *breakdowns))))


def each(patterns: Patterns, question: str, answers: Sequence[str]) -> NDArray[Any]:
    """For each answer, which patterns hold it: one row an answer, one column a pattern. One row of all for ("",).

    Answers that are joined by `+` have one row together.
    """
    if answers == ("",):
        return np.ones((1, patterns.size), dtype=bool)
    rows = [patterns.chose(question, tuple(answer.split("+"))) for answer in answers]
    return np.array(rows, dtype=bool).reshape(len(rows), patterns.size)
