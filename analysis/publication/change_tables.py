"""Tables for the page on change: the indicators, the list fixed in advance, and how groups are merged."""

from __future__ import annotations

from collections.abc import Callable

from analysis.inputs.addresses import Address
from analysis.inputs.composition import EVERYBODY
from analysis.inputs.indicators import indicators
from analysis.inputs.questionnaire import questionnaires
from analysis.publication.method_tables import Made

BETTER = {"rise": "a rise", "fall": "a fall"}


def indicator_table() -> Made:
    """Every indicator with the statistics behind it, and which direction would mean improvement."""
    rows = (
        (one.name, one.kind, one.about, "; ".join(f"{named(a)}: {BETTER[d]}" for a, d in one.directions.items()))
        for one in indicators().indicators
    )
    return ("Indicator", "Kind", "Stage or principle", "Statistics, and what would be better"), rows


def confirmatory_table() -> Made:
    """The statistics on which change is judged apart from all others."""
    better = {address: one for indicator in indicators().indicators for address, one in indicator.directions.items()}
    rows = ((named(address), BETTER[better[address]], str(address)) for address in indicators().judged_in_advance)
    return ("Statistic", "Better", "Address"), rows


def named(address: Address) -> str:
    """A share in words: the question, the answers, and among whom."""
    questionnaire = questionnaires()[address.survey]
    question = questionnaire.by_id[address.question]
    who = questionnaire.respondents
    if address.breakdown:
        who = questionnaire.by_id[address.breakdown].label("+".join(address.groups))
    return f"{question.topic}: {question.label('+'.join(address.answers))}, {who}"


def composition_table() -> Made:
    """By which questions waves are made alike, and what their groups are merged into where they are too small."""
    rows = (
        (
            questionnaire.title,
            questionnaire.by_id[name].topic,
            _used(name, questionnaire.breakdowns[:1]),
            _merged(name, survey),
        )
        for survey, questionnaire in questionnaires().items()
        for name in dict.fromkeys((*questionnaire.composition.raking, *questionnaire.breakdowns[:1]))
    )
    return ("Survey", "Question", "Used for", "Groups that are merged where one is too small"), rows


def _used(name: str, breakdowns: tuple[str, ...]) -> str:
    return "the adjusted change, and raking" if name in breakdowns else "raking"


def _merged(name: str, survey: str) -> str:
    questionnaire = questionnaires()[survey]
    question = questionnaire.by_id[name]
    parts = {answer: answer for answer in question.answer_ids}
    told = []
    for wider in questionnaire.composition.wider.get(name, ()):
        members = " with ".join(
            question.label(one) if one in question.answer_ids else f"({parts[one]})" for one in wider.of
        )
        parts[wider.id] = members
        told.append(members)
    return "; ".join([*told, f"then {EVERYBODY}"])


CHANGE_TABLES: dict[str, Callable[[], Made]] = {
    "indicators": indicator_table,
    "confirmatory": confirmatory_table,
    "composition": composition_table,
}
