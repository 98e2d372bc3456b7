"""The instrument of a wave: the study's questionnaires, with what this wave dropped, reworded or added.

A wave may bring `instrument.yml`. By survey it declares each question that differs from the study's questionnaire,
with the reason; a question that it does not name was asked as the questionnaire has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.questionnaire import Answer, Question, Questionnaire, questionnaires
from analysis.inputs.waves import Wave
from analysis.paths import shown

Comparability = Literal["same", "reworded", "answers changed", "new", "dropped"]
FILE = "instrument.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Changed(_Strict):
    """How a wave asked a question otherwise than the questionnaire has it, and why.

    `comparable`: whether answers may be compared with those to the question as it stands in the questionnaire all
    the same; by default they may not. Answers that are no longer offered stay known, so that chapters can name
    them; nobody can have given them.
    """

    why: str = Field(min_length=1)
    wording: str = ""
    added: tuple[Answer, ...] = ()
    removed: tuple[str, ...] = ()
    comparable: bool = False

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not (self.wording or self.added or self.removed):
            raise ValueError("a new wording, or answers that were added or removed")
        return self


class Dropped(_Strict):
    """Why a wave did not ask a question."""

    why: str = Field(min_length=1)


class Added(_Strict):
    """A question that a wave asked and the study's questionnaire does not have, and why it was added."""

    why: str = Field(min_length=1)
    question: Question


class SurveyChanges(_Strict):
    """What one survey of a wave changed of its questionnaire, by question."""

    dropped: dict[str, Dropped] = {}
    changed: dict[str, Changed] = {}
    new: tuple[Added, ...] = ()


class _Changes(RootModel[dict[str, SurveyChanges]]):
    pass


@dataclass(frozen=True)
class Instrument:
    """One survey as one wave asked it.

    `questionnaire` has every question of the study's and those that the wave added: what was dropped stays known,
    so that chapters can name it. `changes` says what differs.
    """

    questionnaire: Questionnaire
    changes: SurveyChanges

    def comparability(self, question: str) -> Comparability:
        """How the wave's question relates to the study's questionnaire."""
        if question in self.changes.dropped:
            return "dropped"
        if any(added.question.id == question for added in self.changes.new):
            return "new"
        changed = self.changes.changed.get(question)
        if changed is None:
            return "same"
        return "reworded" if changed.wording else "answers changed"

    def why(self, question: str) -> str:
        """The declared reason why the question differs; empty when it does not."""
        new = {added.question.id: added for added in self.changes.new}
        entries: dict[str, Dropped | Changed | Added] = {**self.changes.dropped, **self.changes.changed, **new}
        return entries[question].why if question in entries else ""

    @property
    def removed(self) -> dict[str, tuple[str, ...]]:
        """The answers that the wave no longer offered, by question."""
        return {name: changed.removed for name, changed in self.changes.changed.items() if changed.removed}

    def asked(self, question: str) -> bool:
        return question in self.questionnaire.by_id and question not in self.changes.dropped

    def declared_comparable(self, question: str) -> bool:
        """Whether the question, as the wave asked it, may be compared with the study's questionnaire."""
        changed = self.changes.changed.get(question)
        return self.asked(question) and (changed is None or changed.comparable)


def comparable(question: str, earlier: Instrument, later: Instrument) -> bool:
    """Whether the answers of two waves to a question may be compared.

    They may where both waves asked it alike (wording, answers, kind, routing), or where each declares that its
    version is comparable with the questionnaire's.
    """
    if not (earlier.asked(question) and later.asked(question)):
        return False
    one, two = earlier.questionnaire.by_id[question], later.questionnaire.by_id[question]
    alike = _asked_as(one, earlier) == _asked_as(two, later)
    return alike or (earlier.declared_comparable(question) and later.declared_comparable(question))


def _asked_as(question: Question, instrument: Instrument) -> tuple[object, ...]:
    changed = instrument.changes.changed.get(question.id)
    removed = changed.removed if changed else ()
    return question.wording, question.kind, question.answers, question.exclusive, question.asked_if, removed


def instrument(wave: Wave, survey: str) -> Instrument:
    """One survey as this wave asked it. Raises InputError with everything that is wrong with its instrument.yml."""
    return instruments(wave)[survey]


def instruments(wave: Wave) -> dict[str, Instrument]:
    """Every survey of a wave as it asked it. Raises InputError with everything that is wrong with instrument.yml."""
    return read_instruments(wave.folder / FILE)


def read_instruments(path: Path) -> dict[str, Instrument]:
    """Read what a wave changed; without the file it asked what the questionnaires have."""
    changes = read_model(_Changes, read_yaml(path) or {}, path).root if path.exists() else {}
    known = questionnaires()
    place, expected = shown(path), f"one of {', '.join(known)}"
    refuse(Finding(place, "no such survey", expected, column=name) for name in changes if name not in known)
    refuse(finding for survey, one in changes.items() for finding in _findings(known[survey], one, path))
    each = {survey: changes.get(survey, SurveyChanges()) for survey in known}
    return {survey: Instrument(_as_asked(known[survey], each[survey]), each[survey]) for survey in known}


def _findings(questionnaire: Questionnaire, changes: SurveyChanges, path: Path) -> Iterator[Finding]:
    place, survey = shown(path), questionnaire.survey
    for name in (*changes.dropped, *changes.changed):
        if name not in questionnaire.by_id:
            expected = f"a question of {survey}"
            yield Finding(place, f"no question {name!r}", expected, column=f"{survey}.{name}")
    for name in changes.dropped.keys() & changes.changed.keys():
        yield Finding(place, f"{name!r} both dropped and changed", "one of the two", column=f"{survey}.{name}")
    for name, changed in changes.changed.items():
        if name in questionnaire.by_id:
            yield from _answer_findings(questionnaire.by_id[name], changed, f"{survey}.changed.{name}", place)
    for added in changes.new:
        if added.question.id in questionnaire.by_id:
            found = f"the question {added.question.id!r} a second time"
            yield Finding(place, found, "an id that no question has", column=f"{survey}.new")
        routing = added.question.asked_if
        if routing is not None and routing.question not in questionnaire.by_id:
            expected = f"a question of {survey}"
            yield Finding(place, f"routing by {routing.question!r}", expected, column=f"{survey}.new")


def _answer_findings(question: Question, changed: Changed, column: str, place: str) -> Iterator[Finding]:
    for answer in changed.added:
        if answer.id in question.answer_ids:
            yield Finding(place, f"the answer {answer.id!r} a second time", "an id that no answer has", column=column)
    for name in changed.removed:
        if name not in question.answer_ids:
            expected = f"one of {', '.join(question.answer_ids)}"
            yield Finding(place, f"no answer {name!r}", expected, column=column)


def _as_asked(questionnaire: Questionnaire, changes: SurveyChanges) -> Questionnaire:
    if changes == SurveyChanges():
        return questionnaire
    asked = [_question(question, changes.changed.get(question.id)) for question in questionnaire.questions]
    questions = (*asked, *(one.question for one in changes.new))
    return Questionnaire(**{**_declared(questionnaire), "questions": questions})


def _question(question: Question, changed: Changed | None) -> Question:
    if changed is None:
        return question
    answers = (*question.answers, *changed.added)
    return Question(**{**_declared(question), "wording": changed.wording or question.wording, "answers": answers})


def _declared(model: BaseModel) -> dict[str, Any]:
    """What a model was made from. Built anew, not copied: what it remembers of itself must not be another's."""
    return {name: getattr(model, name) for name in type(model).model_fields}
