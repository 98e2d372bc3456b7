"""Which form a chart takes, and what is drawn in it: from the series of a wave to plain labels and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from analysis.display.opinions import Sides, opinions
from analysis.display.palette import Tone, tone_of
from analysis.display.plotted import UNKNOWN, Drawing, Number, Opinion, Panel, Row
from analysis.display.shares import shares
from analysis.display.tables import value
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.numbers.estimates import UNRELIABLE_BELOW, Estimate
from analysis.numbers.surveys import Series, Share

# bars: the answers of a question that allows one; sorted: those of one that allows several, the commonest first;
# groups: a share in each group; opinions: statements that were agreed with or not; dots: shares in a given order.
Form = Literal["bars", "sorted", "groups", "opinions", "dots"]
# Answers that stand outside the order of a scale, and behind the others where they are sorted.
OUTSIDE = ("dont_know", "unsure", "other")
AGREE, DISAGREE, NEITHER = "agree", "disagree", "unsure"
SIDES = Sides(neither="neither or unsure")
EVERYBODY = "all respondents"


def is_drawn(estimate: Estimate) -> bool:
    """Whether there is anything of this number to draw; one that is withheld has its place, without a mark."""
    return estimate.identified and (bool(estimate.base) or estimate.suppressed)


def form_of(series: Sequence[Series], form: str = "") -> Form:
    """The form that fits the questions behind these series, or the one asked for.

    Raises ValueError for a form that does not exist, or that these series do not have the answers for.
    """
    if form and form not in get_args(Form):
        raise ValueError(f"no form {form!r}; there are {', '.join(get_args(Form))}")
    fitting = _fitting(series)
    if form == "opinions" and fitting != "opinions":
        raise ValueError("a chart of opinions needs the answers 'agree' and 'disagree' of each question")
    return next((one for one in get_args(Form) if one == form), fitting)


def _fitting(series: Sequence[Series]) -> Form:
    if all(_is_opinion(one) for one in series):
        return "opinions"
    if all(estimate.address.breakdown for one in series for estimate in one):
        return "groups"
    kinds = {question.kind if (question := _question(one)) else "" for one in series}
    return "bars" if kinds == {"single"} else "sorted" if kinds == {"multiple"} else "dots"


def _is_opinion(series: Series) -> bool:
    return {AGREE, DISAGREE} <= set(series.members) and _question(series) is not None


def _question(series: Series) -> Question | None:
    """The question whose answers these are; None for the groups of a breakdown and for shares put together."""
    asked = questions_of([series])
    groups = any(estimate.address.breakdown for estimate in series)
    return asked[0] if len(asked) == 1 and not groups and set(series.members) <= set(asked[0].answer_ids) else None


def questions_of(series: Iterable[Series]) -> list[Question]:
    """The questions behind these series, each once, in the order in which they first occur."""
    asked = {
        (estimate.address.survey, estimate.address.question): estimate
        for one in series
        for estimate in one
        if isinstance(estimate, Share)
    }
    return [_instrument(estimate).by_id[estimate.address.question] for estimate in asked.values()]


def instruments_of(series: Iterable[Series]) -> list[Questionnaire]:
    """The questionnaires in which they were asked, each once."""
    shares = [estimate for one in series for estimate in one if isinstance(estimate, Share)]
    return list({share.address.survey: _instrument(share) for share in shares}.values())


def _instrument(share: Share) -> Questionnaire:
    return share.survey.questionnaire


def drawing_of(series: Sequence[Series], form: Form) -> Drawing:
    """The series drawn in a form. Raises ValueError where no number of them is known."""
    if form == "opinions":
        return opinions([_opinion(one) for one in series if shown(one, form)], SIDES)
    panels = [_panel(one, form, titled=len(series) > 1) for one in series]
    return shares([panel for panel in panels if panel.lines], "bar" if form == "bars" else "dot")


def shown(series: Series, form: Form) -> list[str]:
    """The members of a series that have a line of their own, in the order of the form."""
    names = [name for name, estimate in series.members.items() if is_drawn(estimate)]
    if form == "opinions":
        return [name for name in names if not _is_left_over(series.members[name])]
    question = _question(series)
    if form == "sorted" and question is not None:
        last = (*question.exclusive, *OUTSIDE)
        names.sort(key=lambda name: (name in last, -_position(series.members[name])))
    return names


def _is_left_over(estimate: Estimate) -> bool:
    """Whether all that is known of a number is what the others leave over for it: anything from nought."""
    return estimate.percent is None and estimate.least == 0 and not estimate.suppressed


def as_bands(series: Series, form: Form) -> list[Estimate]:
    """The numbers that are drawn as the band they lie in; those who did neither are told in words alone."""
    names = [name for name in shown(series, form) if form != "opinions" or name != NEITHER]
    ranges = [series.members[name] for name in names]
    if names and series.overall is not None and is_drawn(series.overall):
        ranges.append(series.overall)
    return [one for one in ranges if one.percent is None and not one.suppressed]


def _position(estimate: Estimate) -> float:
    return float(estimate.least if estimate.percent is None else estimate.percent)


def _panel(series: Series, form: Form, titled: bool) -> Panel:
    strengths = _strengths(series) if form == "bars" else {}
    rows = tuple(
        _row(series.labels[name], series.members[name], strengths.get(name, 1.0)) for name in shown(series, form)
    )
    everybody = series.overall is not None and is_drawn(series.overall) and bool(rows)
    overall = _row(EVERYBODY, series.overall) if everybody and series.overall is not None else None
    return Panel(rows, series.topic if titled and rows else "", overall)


def _row(label: str, estimate: Estimate, strength: float = 1.0) -> Row:
    tone: Tone = tone_of(estimate.address.survey) if strength else "neutral"
    return Row(label, number_of(estimate), tone, strength)


def _strengths(series: Series) -> dict[str, float]:
    """How dark the bar of each answer of an ordered question is: fainter from answer to answer."""
    question = _question(series)
    if question is None or not question.ordered:
        return {}
    scale = [name for name in question.answer_ids if name not in OUTSIDE]
    steps = {name: 1 - 0.75 * place / max(len(scale) - 1, 1) for place, name in enumerate(scale)}
    return {name: steps.get(name, 0.0) for name in question.answer_ids}


def _opinion(series: Series) -> Opinion:
    numbers = {name: number_of(series.members[name]) for name in shown(series, "opinions")}
    survey = next(iter(series)).address.survey
    agree, disagree, neither = (numbers.get(name, UNKNOWN) for name in (AGREE, DISAGREE, NEITHER))
    return Opinion(series.topic, agree, disagree, neither, tone_of(survey))


def number_of(estimate: Estimate) -> Number:
    """An estimate as a number of a chart: its share and interval, its range, or neither where it is withheld."""
    if not is_drawn(estimate) or estimate.suppressed:
        return Number(value(estimate))
    if estimate.percent is None:
        return Number(value(estimate), None, float(estimate.least), float(estimate.greatest))
    unsure = (estimate.base or 0) < UNRELIABLE_BELOW
    if estimate.interval is None:
        return Number(value(estimate), float(estimate.percent), unsure=unsure)
    low, high = estimate.interval
    # A whole percentage can lie a hair outside its interval where next to nobody, or nearly all, gave the answer.
    return Number(value(estimate), min(max(float(estimate.percent), low), high), low, high, unsure)
