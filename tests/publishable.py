"""All that chapters could publish of a survey, by what the study withholds of it: every number, claim and change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from analysis.claims.changes import fell, rose
from analysis.claims.claims import Claim
from analysis.claims.vocabulary import (
    at_least,
    differs,
    exceeds,
    fits,
    highest,
    lowest,
    majority,
    minority,
    ranked,
    similar,
)
from analysis.display.change_records import change_row
from analysis.display.records import claim_row, statistics_row
from analysis.numbers.estimates import Estimate
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.surveys import Series, Share, Survey

Row = Mapping[str, str]


def shares(survey: Survey, unions: bool = True) -> Iterator[Share]:
    """Each answer of each question, and of multiple response those who gave any of two neighbouring answers, or any."""
    for question in survey.questionnaire.questions:
        ids = question.answer_ids
        sets = [(one,) for one in ids]
        if unions and question.kind == "multiple":
            sets += [*pairwise(ids), ids]
        yield from (getattr(survey, question.id).share(*answers) for answers in dict.fromkeys(sets))


def broken_down(survey: Survey, share: Share) -> Iterator[Series]:
    """A share by each breakdown that it is not one of."""
    yield from (share.by(name) for name in survey.questionnaire.breakdowns if name != share.address.question)


def everything(survey: Survey, unions: bool = True) -> list[Row]:
    """Every number that chapters could print of a survey: the columns of statistics.csv, and how many were asked."""
    told: list[Estimate] = []
    for share in shares(survey, unions):
        told.append(share)
        for series in broken_down(survey, share):
            told += [*series, *series.merged.values()]
    rows = [statistics_row(one) | {"asked": "" if one.asked is None else str(one.asked)} for one in told]
    return [statistics_row(survey.total) | {"asked": ""}, *rows]


def every_claim(survey: Survey) -> list[Row]:
    """Claims of each kind about every share, every question and every breakdown, as rows of claims.csv."""
    found: list[Claim] = []
    for share in shares(survey):
        found += _about(share)
        for series in broken_down(survey, share):
            found += _among(series)
            found += [claim for one in series for claim in (exceeds(one, share), _about(one)[0])]
    for question in survey.questionnaire.questions:
        found += _among(getattr(survey, question.id).answers())
    return [claim_row(one, "A sentence.") for one in found]


def _about(share: Estimate) -> list[Claim]:
    return [majority(share), minority(share), at_least(share, 30), fits(share, "most"),
            majority(share) | at_least(share, 20)]  # fmt: skip


def _among(series: Series) -> list[Claim]:
    names = [*series.members, *series.merged]
    found = [similar(series), differs(series), ranked(series, *list(series.members)[:2])]
    for name in names:
        found += [highest(series, name), lowest(series, name)]
    return [*found, *(exceeds(getattr(series, one), getattr(series, other)) for one, other in pairwise(names))]


def every_change(pair: SurveyPair) -> tuple[list[Row], list[Row]]:
    """The change of every number between two waves as rows of changes.csv, and the claims that it rose, and fell."""
    told: list[Estimate] = []
    for share in shares(pair.later):
        told.append(share)
        for series in broken_down(pair.later, share):
            told += [*series, *series.merged.values()]
    shifts = [pair.shift(one.address) for one in told]
    claims: Iterable[Claim] = (claim for shift in shifts for claim in (rose(shift), fell(shift)))
    return [change_row(one) for one in shifts], [claim_row(one, "A sentence.") for one in claims]
