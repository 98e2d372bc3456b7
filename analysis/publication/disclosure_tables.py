"""Tables of disclosure control: the thresholds, the groups that may be taken together, the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.inputs.disclosure import study_thresholds
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.disclosure import RULES
from analysis.publication.method_tables import Made

SAID = {
    "fewest": "nothing: neither a share nor a count, and not how many they are",
    "alike_below": "never that all of them, or all but one, gave an answer",
    "none_below": "never that none of them gave an answer that others gave",
}


def threshold_table() -> Made:
    """Below which numbers of respondents what is not told."""
    limits = study_thresholds()
    return ("Fewer respondents than", "What is told of them"), (
        (str(getattr(limits, name)), words) for name, words in SAID.items()
    )


def group_table() -> Made:
    """Which groups may be taken together, as the questionnaires declare it."""
    return ("Survey", "Broken down by", "Taken together where needed"), _groups()


def _groups() -> Iterator[tuple[str, ...]]:
    for questionnaire in questionnaires().values():
        for name in questionnaire.breakdowns:
            question, composition = questionnaire.by_id[name], questionnaire.composition
            members = {answer: [answer] for answer in question.answer_ids}
            for wider in composition.wider.get(name, ()):
                members[wider.id] = [leaf for one in wider.of for leaf in members[one]]
                yield questionnaire.title, question.topic, question.label("+".join(members[wider.id]))
            if joined := composition.not_stated.get(name):
                label = question.label("+".join(members[joined]))
                yield questionnaire.title, question.topic, f"{label}, or not stated"


def rule_table() -> Made:
    """The rules by which something is merged or withheld, as the files of a wave name them."""
    return ("Rule", "Why"), ((name, words) for name, words in RULES.items() if name)


DISCLOSURE_TABLES: dict[str, Callable[[], Made]] = {
    "disclosure-thresholds": threshold_table,
    "disclosure-groups": group_table,
    "disclosure-rules": rule_table,
}
