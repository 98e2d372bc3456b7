"""Who answered: the questions that describe respondents, and how two waves are made alike in them.

Fixed before anybody looks at answers: it is part of a survey's questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from analysis.inputs.addresses import NAME

# Where all groups are taken together, because nothing narrower is left.
EVERYBODY = "everybody"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wider(_Strict):
    """Groups, or wider groups, that are taken together where one of them is too small."""

    id: str = Field(pattern=f"^{NAME}$")
    of: tuple[str, ...] = Field(min_length=2)


class Composition(_Strict):
    """How waves are compared in who answered them.

    `profile`: questions about the respondents themselves; a change of their answers is a change of who answered, not
    an outcome. `raking`: those among them to whose make-up a later wave is weighted. `wider`: by question, what its
    groups are merged into where they are too small; what it does not name is merged with everybody. `not_stated`: by
    question, the group or wider group with which those who did not answer it are taken together where they are too
    few to be told apart by subtraction.
    """

    profile: tuple[str, ...] = ()
    raking: tuple[str, ...] = ()
    wider: dict[str, tuple[Wider, ...]] = {}
    not_stated: dict[str, str] = {}

    def parents(self, question: str) -> dict[str, str]:
        """The wider group of each group of a question, as far as one is named."""
        return {member: wider.id for wider in self.wider.get(question, ()) for member in wider.of}


class Described(Protocol):
    """What a question says of itself, as far as it matters here."""

    @property
    def kind(self) -> str: ...

    @property
    def answer_ids(self) -> tuple[str, ...]: ...


def obstacles(composition: Composition, questions: Mapping[str, Described]) -> Iterator[str]:
    """What keeps a composition from being that of these questions."""
    for name in (*composition.profile, *composition.raking, *composition.wider, *composition.not_stated):
        if name not in questions:
            yield f"composition: no question {name!r}"
    for name in (*composition.raking, *composition.wider):
        if name in questions and questions[name].kind != "single":
            yield f"composition: {name!r} is not answered once by each respondent"
    for name in composition.wider.keys() & questions.keys():
        yield from _misplaced(name, composition.wider[name], questions[name].answer_ids)
    for name in composition.not_stated.keys() & questions.keys():
        known = [*questions[name].answer_ids, *(wider.id for wider in composition.wider.get(name, ()))]
        if composition.not_stated[name] not in known:
            yield f"composition: {name} has no group {composition.not_stated[name]!r} for those who stated none"


def _misplaced(question: str, wider: tuple[Wider, ...], answers: tuple[str, ...]) -> Iterator[str]:
    known, taken = set(answers), set[str]()
    for group in wider:
        if group.id in known or group.id == EVERYBODY:
            yield f"composition: {question} has two groups {group.id!r}"
        for member in group.of:
            # What a group is made of stands before it, so that no group can contain itself.
            if member not in known:
                yield f"composition: {question} has no group {member!r} before {group.id!r}"
            elif member in taken:
                yield f"composition: {question} puts {member!r} into two wider groups"
            taken.add(member)
        known.add(group.id)
