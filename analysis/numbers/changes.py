"""Every change from one wave to the next, judged together: which are clear once all comparisons are counted.

A list fixed in advance is judged after Holm at 5%. Everything else is exploratory, after Benjamini and Hochberg at
10%, in one family: each answer of each comparable question of both surveys, counted among all who were asked, but
for the questions about the respondents themselves. What is not in the family (several answers together, a group)
is judged as if it were one more member of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from analysis.inputs.addresses import Address
from analysis.numbers.comparisons import CONFIRMATORY_LEVEL, EXPLORATORY_LEVEL, benjamini_hochberg, holm
from analysis.numbers.multiple import WITHIN_QUESTION, Shuffled, shuffled
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.ranges import Move
from analysis.numbers.shifts import Shift

Adjust = Callable[[Sequence[float]], list[float]]
P_values = dict[str, float]


@dataclass(frozen=True)
class WavePair:
    """Two waves of the study: their surveys by name, and the statistics on which change is judged in advance."""

    surveys: Mapping[str, SurveyPair]
    confirmatory: tuple[Address, ...] = ()
    _judged: dict[str, Shift] = field(default_factory=dict, compare=False, repr=False)
    _shuffled: dict[str, Shuffled] = field(default_factory=dict, compare=False, repr=False)

    def shift(self, address: Address) -> Shift:
        """The change of a share and what may be said of it. Raises ValueError if the later wave has no such share."""
        name = str(address)
        if name not in self._judged:
            self._judged[name] = self._judge(self._measured.get(name) or self.surveys[address.survey].shift(address))
        return self._judged[name]

    @cached_property
    def comparable(self) -> tuple[Shift, ...]:
        """The change of every answer of every comparable question, whether or not anything may be said of it."""
        return tuple(self.shift(address) for address in self._addresses())

    @cached_property
    def key(self) -> tuple[Shift, ...]:
        """The changes of the statistics fixed in advance."""
        return tuple(self.shift(address) for address in self.confirmatory)

    def _addresses(self) -> Iterator[Address]:
        for name, pair in self.surveys.items():
            profile = pair.later.questionnaire.composition.profile
            for question in pair.later.questionnaire.questions:
                if question.id not in profile and pair.compared(question.id).comparable:
                    yield from (Address(name, question.id, (answer,)) for answer in question.answer_ids)

    @cached_property
    def _measured(self) -> dict[str, Shift]:
        wanted = dict.fromkeys((*self._addresses(), *self.confirmatory))
        return {str(address): self.surveys[address.survey].shift(address) for address in wanted}

    @cached_property
    def _listed(self) -> dict[str, Shift]:
        names = dict.fromkeys(map(str, self.confirmatory))
        return {name: self._measured[name] for name in names if self._measured[name].said}

    @cached_property
    def _family(self) -> dict[str, Shift]:
        return {
            name: one
            for name, one in self._measured.items()
            if one.said and name not in set(map(str, self.confirmatory))
        }

    def _judge(self, shift: Shift) -> Shift:
        if not shift.said:
            return replace(shift, family="confirmatory" if shift.address in self.confirmatory else "exploratory")
        name = str(shift.address)
        listed = name in self._listed
        members, adjust = (self._listed, holm) if listed else (self._family, benjamini_hochberg)
        level = CONFIRMATORY_LEVEL if listed else EXPLORATORY_LEVEL
        crude = _among(members, shift, lambda one: one.crude, adjust)
        adjusted = _among(members, shift, lambda one: one.adjusted, adjust)
        passed = listed or self._within_question(shift) <= WITHIN_QUESTION
        return replace(
            shift,
            family="confirmatory" if listed else "exploratory",
            p_value=crude,
            adjusted_p=adjusted,
            clear=passed and crude is not None and crude <= level,
            adjusted_clear=passed and adjusted is not None and adjusted <= level,
        )

    def _within_question(self, shift: Shift) -> float:
        """The p-value of one item among all items of a question with several responses; 0 for anything else."""
        address = shift.address
        question = self.surveys[address.survey].later.questionnaire.by_id[address.question]
        if question.kind == "single" or len(address.answers) > 1 or address.breakdown:
            return 0.0
        if self.surveys[address.survey].earlier.known:
            items = {str(Address(address.survey, question.id, (answer,))): None for answer in question.answer_ids}
            told = {
                name: self._measured[name] for name in items if name in self._measured and self._measured[name].said
            }
            return _among(told, shift, lambda one: one.crude, holm) or 0.0
        return self.shuffled(address.survey, question.id).items[question.answer_ids.index(address.answers[0])]

    def shuffled(self, survey: str, question: str) -> Shuffled:
        """Whether the ticks of a question with several responses changed, between two counted waves."""
        name = f"{survey}.{question}"
        if name not in self._shuffled:
            pair = self.surveys[survey]
            answers = pair.later.questionnaire.by_id[question].answer_ids
            ticks = [
                np.column_stack([wave.responses.chose(question, (answer,)) for answer in answers])[
                    wave.responses.answered(question)
                ]
                for wave in (pair.earlier, pair.later)
            ]
            self._shuffled[name] = shuffled(ticks[0], ticks[1])
        return self._shuffled[name]


def _among(
    members: Mapping[str, Shift], shift: Shift, change: Callable[[Shift], Move | None], adjust: Adjust
) -> float | None:
    """The p-value of one change, adjusted for all that are judged with it; None where it has none."""
    own = change(shift)
    if own is None:
        return None
    name = str(shift.address)
    others = [move.p_value for key, one in members.items() if key != name and (move := change(one)) is not None]
    return adjust([own.p_value, *others])[0]
