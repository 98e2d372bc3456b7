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
from analysis.numbers.shifts import Family, Shift

Adjust = Callable[[Sequence[float]], list[float]]
Measure = Callable[[Shift], Move | None]
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
    def _lists(self) -> tuple[_Judges, _Judges]:
        """Those who are judged together: the list fixed in advance, and the family of all others."""
        names = dict.fromkeys(map(str, self.confirmatory))
        said = {name: one for name, one in self._measured.items() if one.said}
        listed = {name: one for name, one in said.items() if name in names}
        others = {name: one for name, one in said.items() if name not in names}
        return _Judges(listed, holm, CONFIRMATORY_LEVEL), _Judges(others, benjamini_hochberg, EXPLORATORY_LEVEL)

    def _judge(self, shift: Shift) -> Shift:
        listed = shift.address in self.confirmatory
        family: Family = "confirmatory" if listed else "exploratory"
        if not shift.said:
            return replace(shift, family=family)
        judges = self._lists[0 if listed else 1]
        crude, adjusted = judges.p_value(shift, _crude), judges.p_value(shift, _adjusted)
        clear, adjusted_clear = (p is not None and p <= judges.level for p in (crude, adjusted))
        if clear and not listed:
            clear = self._within_question(shift) <= WITHIN_QUESTION
            adjusted_clear &= clear
        return replace(
            shift, family=family, p_value=crude, adjusted_p=adjusted, clear=clear, adjusted_clear=adjusted_clear
        )

    def _within_question(self, shift: Shift) -> float:
        """The p-value of one item among all items of a question with several responses; 0 for anything else."""
        address = shift.address
        question = self.surveys[address.survey].later.questionnaire.by_id[address.question]
        if question.kind == "single" or len(address.answers) > 1 or address.breakdown:
            return 0.0
        if self.surveys[address.survey].earlier.known:
            names = [str(Address(address.survey, question.id, (answer,))) for answer in question.answer_ids]
            items = {name: self._measured[name] for name in names if self._measured[name].said}
            return _Judges(items, holm, WITHIN_QUESTION).p_value(shift, _crude) or 0.0
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


@dataclass(frozen=True)
class _Judges:
    """Changes that are judged together: how their p-values are adjusted, and the level below which one is clear."""

    members: Mapping[str, Shift]
    adjust: Adjust
    level: float
    _adjusted: dict[Measure, P_values] = field(default_factory=dict, compare=False, repr=False)

    def p_value(self, shift: Shift, measure: Measure) -> float | None:
        """The adjusted p-value of one change; of one that is not among the members as if it were one more of them."""
        own = measure(shift)
        if own is None:
            return None
        if measure not in self._adjusted:
            raw = {name: move.p_value for name, one in self.members.items() if (move := measure(one)) is not None}
            self._adjusted[measure] = dict(zip(raw, self.adjust(list(raw.values())), strict=True))
        known = self._adjusted[measure].get(str(shift.address))
        if known is not None:
            return known
        others = [move.p_value for one in self.members.values() if (move := measure(one)) is not None]
        return self.adjust([own.p_value, *others])[0]


def _crude(shift: Shift) -> Move | None:
    return shift.crude


def _adjusted(shift: Shift) -> Move | None:
    return shift.adjusted
