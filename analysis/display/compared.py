"""What two waves compare, and how sure one can be: who answered, what was asked, and what could be seen at all."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.display.change_figures import named
from analysis.display.change_words import signed, span
from analysis.display.changes import who
from analysis.display.grids import grid
from analysis.display.opening import Study
from analysis.display.records import publish
from analysis.display.sentences import number
from analysis.inputs.addresses import Address
from analysis.inputs.comparability import all_compared
from analysis.numbers.intervals import LEVEL, newcombe
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.profiles import profile_of
from analysis.numbers.shifts import SAID_FROM, Shift


def respondents_compared(study: Study) -> None:
    """Print how many answered each wave, and how they differ in what both waves tell of them."""
    if study.since is None:
        return
    pairs, waves = study.since.pair.surveys.values(), (study.since.earlier.title, study.since.later.title)
    rows = [(one.later.questionnaire.title, number(one.earlier.total), number(one.later.total)) for one in pairs]
    grid(("Survey", *waves), rows, "Responses to each wave")
    who([study.since.pair.shift(address) for pair in pairs for address in _groups(pair)], study.since)


def _groups(pair: SurveyPair) -> Iterable[Address]:
    """The groups that both waves tell apart, by each question about respondents."""
    survey = pair.later.questionnaire.survey
    for question in pair.later.questionnaire.composition.profile:
        asked = pair.later.questionnaire.by_id[question]
        groups: tuple[str, ...] = asked.answer_ids
        if asked.kind == "single" and not pair.profile_obstacle(question):
            groups = profile_of(question, pair.earlier, pair.later).groups
        yield from (Address(survey, question, tuple(group.split("+"))) for group in groups)


def instrument_changes(study: Study) -> None:
    """Print which questions this wave asked otherwise than the wave before, and why."""
    if study.since is None:
        return
    heads = ("Question", "Survey", "Against the wave before", "Compared", "Reason")
    rows = [row for pair in study.since.pair.surveys.values() for row in _instrument(pair)]
    grid(heads, rows, "What was asked, and what can be compared")


def _instrument(pair: SurveyPair) -> Iterable[tuple[str, ...]]:
    each, title = list(all_compared(*pair.asked)), pair.later.questionnaire.title
    same = sum(one.kind == "same" for one in each)
    yield f"{same} questions", title, "asked alike", "yes", ""
    for one in each:
        if one.kind != "same":
            yield one.topic, title, one.kind, "yes" if one.comparable else "no", one.why


def who_answered(study: Study) -> None:
    """Print how much of each change fixed in advance is who answered: its two parts, and what weighting makes of it."""
    if study.since is None:
        return
    shifts = [shift for shift in study.since.pair.key if shift.crude is not None]
    heads = ("Answer", "Change", "Part of rates", "Part of who answered", "Adjusted", "Raked")
    grid(heads, [(named(shift), *_parts(shift)) for shift in shifts], "Percentage points of change, and their parts")
    text = "\n".join(f"- {_weighting(pair)}" for pair in study.since.pair.surveys.values())
    publish("text", {"text/markdown": text, "text/plain": text})


def _parts(shift: Shift) -> tuple[str, ...]:
    told = (span(shift.parts.rate), span(shift.parts.composition)) if shift.parts else ("", "")
    raked = "not known" if shift.raked is None else span((shift.raked, shift.raked))
    return signed(shift.crude), *told, signed(shift.adjusted) or shift.unadjusted, raked


def _weighting(pair: SurveyPair) -> str:
    title, raked, questions = pair.later.questionnaire.title, pair.raked, pair.later.questionnaire.by_id
    if raked.obstacle:
        return f"{title}: it could not be raked. {raked.obstacle[:1].upper()}{raked.obstacle[1:]}."
    margins = " and ".join(questions[question].topic for question, _ in raked.margins)
    return (
        f"{title}: raked to {margins}. The weights cost as much precision as dividing the number of responses by "
        f"{raked.deff:.2f} (Kish's design effect)."
    )


def seeable_changes(study: Study) -> None:
    """Print the smallest changes that these waves could have told from none."""
    if study.since is None:
        return
    pair = study.since.pair
    heads = ("Survey", "Responses before", "Responses after", "One change alone", "Fixed in advance")
    rows = [row for one in pair.surveys.values() for row in _seeable(one, len(pair.confirmatory))]
    grid(heads, rows, "The smallest change around a share of 50% that could be told from none")


def _seeable(pair: SurveyPair, judged: int) -> Iterable[tuple[str, ...]]:
    before, after = pair.earlier.responses.size, pair.later.responses.size
    if min(before, after) >= SAID_FROM:
        # Of all that are judged after Holm, the first has to pass at its share of the level.
        strictest = 1 - (1 - LEVEL) / max(judged, 1)
        widths = (f"{_half_width(before, after, level):.0f} points" for level in (LEVEL, strictest))
        yield pair.later.questionnaire.title, str(before), str(after), *widths


def _half_width(before: int, after: int, level: float) -> float:
    low, high = newcombe(before / 2, before, after / 2, after, level)
    return 50 * (high - low)
