"""What was asked, of whom, with which answers: the questionnaires of the two surveys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis import paths
from analysis.inputs.addresses import NAME, Address, parse_address
from analysis.inputs.composition import Composition, obstacles
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, InputError

Name = Field(pattern=f"^{NAME}$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(_Strict):
    """One answer that could be chosen. `inferred` means that the report does not name it."""

    id: str = Name
    label: str
    inferred: bool = False


class Routing(_Strict):
    """Who was asked: those who gave one of `answers` to `question`."""

    question: str = Name
    answers: tuple[str, ...] = Field(min_length=1)


class Question(_Strict):
    """One question: its wording (ours), how it is answered, who was asked and where the report uses it.

    `topic` is the short phrase that tables and charts use. In a multiple response question
    `exclusive` names the answers that rule out all others.
    """

    id: str = Name
    wording: str
    topic: str
    kind: Literal["single", "multiple"]
    ordered: bool = False
    answers: tuple[Answer, ...] = Field(min_length=2)
    exclusive: tuple[str, ...] = ()
    asked_if: Routing | None = None
    used_in: dict[str, tuple[str, ...]] = {}
    note: str = ""

    @model_validator(mode="after")
    def _answers_are_its_own(self) -> Self:
        _reject_repeats("answer", [answer.id for answer in self.answers])
        _reject_strangers("exclusive answer", self.exclusive, self.answer_ids)
        if self.exclusive and self.kind == "single":
            raise ValueError("a single response question has no exclusive answers")
        return self

    @property
    def answer_ids(self) -> tuple[str, ...]:
        return tuple(answer.id for answer in self.answers)

    def label(self, answer: str) -> str:
        """The words of an answer, or of several joined by 'or'."""
        labels = {item.id: item.label for item in self.answers}
        parts = [labels[part] for part in answer.split("+")]
        return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]

    def in_order(self, answers: Iterable[str]) -> tuple[str, ...]:
        """Answers in the questionnaire's order. Raises ValueError for one that the question does not own."""
        wanted = tuple(answers)
        _reject_strangers(f"answer of {self.id}", wanted, self.answer_ids)
        _reject_repeats("answer", wanted)
        return tuple(answer for answer in self.answer_ids if answer in wanted)


class Questionnaire(_Strict):
    """One survey's instrument. `breakdowns` are the questions that results are broken down by.

    `composition` says which questions are about who answered, and how waves are made alike in it.
    """

    survey: str = Name
    title: str
    respondents: str
    about: str
    breakdowns: tuple[str, ...]
    composition: Composition = Composition()
    questions: tuple[Question, ...]

    @model_validator(mode="before")
    @classmethod
    def _spell_out_scales(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        document = dict(value)
        scales, questions = document.pop("scales", {}), document.get("questions")
        if not isinstance(scales, dict):
            raise ValueError("scales: a list of answers by the scale's name")
        if isinstance(questions, list):
            document["questions"] = [_with_answers(question, scales) for question in questions]
        return document

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _reject_repeats("question", [question.id for question in self.questions])
        _reject_strangers("breakdown", self.breakdowns, self.by_id)
        for question in self.questions:
            if question.asked_if is not None:
                _reject_strangers(f"routing question of {question.id}", [question.asked_if.question], self.by_id)
                self.by_id[question.asked_if.question].in_order(question.asked_if.answers)
        if found := list(obstacles(self.composition, self.by_id)):
            raise ValueError("; ".join(found))
        return self

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def canonical(self, address: Address) -> Address:
        """The address with its answers and groups in the questionnaire's order.

        Raises ValueError, saying what exists, when the address names a question, an answer or a
        breakdown that this survey does not have.
        """
        answers: tuple[str, ...] = ()
        groups: tuple[str, ...] = ()
        _reject_strangers("survey of this questionnaire", [address.survey], [self.survey])
        if address.question:
            _reject_strangers(f"question of {self.survey}", [address.question], self.by_id)
            answers = self.by_id[address.question].in_order(address.answers)
        if address.breakdown:
            _reject_strangers(f"breakdown of {self.survey}", [address.breakdown], self.breakdowns)
            groups = self.by_id[address.breakdown].in_order(address.groups)
        return Address(self.survey, address.question, answers, address.breakdown, groups)


def _with_answers(question: Any, scales: dict[str, Any]) -> Any:
    if not isinstance(question, dict) or "scale" not in question:
        return question
    spelled = dict(question)
    scale = spelled.pop("scale")
    if "answers" in spelled:
        raise ValueError(f"question {question.get('id')}: a scale or answers of its own, not both")
    if str(scale) not in scales:
        raise ValueError(f"question {question.get('id')}: no scale {scale!r}; there are {', '.join(scales)}")
    return {"answers": scales[str(scale)], **spelled}


def _reject_repeats(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"each {what} once; {name!r} stands twice")
        seen.add(name)


def _reject_strangers(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"no {what} {name!r}; there are {', '.join(known)}")


def read_questionnaire(path: Path) -> Questionnaire:
    """Read one instrument. Raises InputError with the file and key of everything that is wrong."""
    questionnaire = read_model(Questionnaire, read_yaml(path), path)
    if questionnaire.survey != path.stem:
        found = f"survey {questionnaire.survey!r}"
        raise InputError([Finding(paths.shown(path), found, f"{path.stem!r}, the name of the file", column="survey")])
    return questionnaire


@lru_cache
def questionnaires() -> dict[str, Questionnaire]:
    """All instruments of the study by survey, in the order of their file names."""
    read = [read_questionnaire(path) for path in sorted(paths.QUESTIONNAIRE.glob("*.yml"))]
    return {questionnaire.survey: questionnaire for questionnaire in read}


def resolve(text: str) -> Address:
    """Read an address and hold it against the questionnaires. Raises ValueError if nothing answers to it."""
    address = parse_address(text)
    _reject_strangers("survey", [address.survey], questionnaires())
    return questionnaires()[address.survey].canonical(address)
