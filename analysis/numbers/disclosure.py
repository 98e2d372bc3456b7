"""What may be told of few respondents: which numbers of a survey are withheld, decided over all of them together.

Decided question by question and breakdown by breakdown, for every answer at once and whichever numbers a chapter
prints: so nothing that is published, on a page or in a file, now or by a chapter written later, can be subtracted
from anything else to tell of fewer respondents than the thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.addresses import Address
from analysis.inputs.disclosure import Thresholds
from analysis.inputs.patterns import Members, Patterns
from analysis.inputs.questionnaire import Question
from analysis.inputs.responses import Responses
from analysis.numbers.crossings import told_by_both
from analysis.numbers.parts import NOT_STATED, Part, divided

# The record of decisions does not tell a small part from one whose answers are too alike: that would tell of them.
Rule = Literal["few or alike", "no wider group", "routing", "several answers", "two breakdowns", ""]
RULES: dict[Rule, str] = {
    "few or alike": "too few answered, or their answers tell too much of each of them",
    "no wider group": "too few answered in a group, or too alike, and no wider group is declared that would do",
    "routing": "the question before it, which leads to it, is withheld",
    "several answers": "the groups overlap: a respondent can be in several of them",
    "two breakdowns": "together with the groups of another breakdown it would tell of few respondents",
    "": "",
}


@dataclass(frozen=True)
class Division:
    """How the respondents of one question are divided by a breakdown; without parts it is withheld, by the rule."""

    parts: tuple[Part, ...]
    rule: Rule = ""

    def publishes(self, groups: Sequence[str]) -> bool:
        """Whether these groups are whole parts, and none of those that have no row."""
        inside = [part for part in self.parts if set(part.groups) & set(groups)]
        whole = {group for part in inside for group in part.groups}
        return bool(inside) and all(part.is_published for part in inside) and whole <= set(groups)


@dataclass(frozen=True)
class Protection:
    """What is withheld of the responses to one survey. `thresholds`: how few are too few."""

    responses: Responses
    thresholds: Thresholds = field(default_factory=Thresholds)
    _whole: dict[str, Rule] = field(default_factory=dict, compare=False, repr=False)
    _divisions: dict[tuple[str, str], Division] = field(default_factory=dict, compare=False, repr=False)
    _sizes: dict[str, dict[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def withholds(self, address: Address) -> bool:
        """Whether nothing may be told of a share: neither its base nor how many were asked."""
        question = self.responses.questionnaire.by_id[address.question]
        if address.question not in self.responses.codes:
            return False
        if self.whole(question):
            return True
        if not address.breakdown:
            return not self._union_is_safe(question, address.answers, "", [Part("", ())])
        if address.breakdown not in self.responses.codes:
            return False
        sizes = self.sizes(address.breakdown)
        if not any(sizes.get(group, 0) for group in address.groups):
            return False
        present = [group for group in address.groups if sizes[group]]
        division = self.division(question, address.breakdown)
        if not division.publishes(present):
            return True
        return not self._union_is_safe(question, address.answers, address.breakdown, division.parts)

    def tells_apart(self, address: Address, breakdown: str) -> bool:
        """Whether a share is told in the parts of a breakdown; if not, nothing may be computed from them either."""
        question = self.responses.questionnaire.by_id[address.question]
        parts = self.division(question, breakdown).parts
        return bool(parts) and self._union_is_safe(question, address.answers, breakdown, parts)

    def whole(self, question: Question) -> Rule:
        """Why no number of a question is told; empty where its numbers for all respondents are."""
        if question.id not in self._whole:
            self._whole[question.id] = self._decide_whole(question)
        return self._whole[question.id]

    def _decide_whole(self, question: Question) -> Rule:
        if (before := self._before(question)) is not None and self.whole(before):
            return "routing"
        return "" if self._counted(question, "").is_safe([0], self.thresholds) else "few or alike"

    def division(self, question: Question, breakdown: str) -> Division:
        """How the respondents of a question are divided by a breakdown."""
        name = (question.id, breakdown)
        if name not in self._divisions:
            self._divisions[name] = self._divide(question, breakdown)
        return self._divisions[name]

    def _divide(self, question: Question, breakdown: str) -> Division:
        groups = self.responses.questionnaire.by_id[breakdown]
        if rule := self.whole(question):
            return Division((), rule)
        if groups.kind == "multiple":
            return Division((), "several answers")
        start = tuple(Part(name, (name,)) for name, size in self.sizes(breakdown).items() if size)
        if (before := self._before(question)) is not None and before.id != breakdown:
            # How many were asked tells how many gave the answer that leads to the question.
            start = self.division(before, breakdown).parts
            if not start:
                return Division((), "routing")
        composition, counted = self.responses.questionnaire.composition, self._counted(question, breakdown)
        parents = composition.parents(breakdown)
        if breakdown in composition.not_stated:
            parents[NOT_STATED] = composition.not_stated[breakdown]
        parts = divided(start, parents, lambda part: counted.is_safe(counted.places(part), self.thresholds))
        if not parts:
            return Division((), "no wider group")
        if any(self._crosses(question, breakdown, parts, other) for other in self._breakdowns_before(breakdown)):
            return Division((), "two breakdowns")
        order = (*groups.answer_ids, NOT_STATED)
        return Division(tuple(Part(one.name, tuple(sorted(one.groups, key=order.index))) for one in parts))

    def _breakdowns_before(self, breakdown: str) -> Iterator[str]:
        before = takewhile(lambda name: name != breakdown, self.responses.questionnaire.breakdowns)
        yield from (name for name in before if name in self.responses.codes)

    def _crosses(self, question: Question, breakdown: str, parts: Sequence[Part], other: str) -> bool:
        """Whether the parts of a breakdown and those of another one tell together of few respondents."""
        others = self.division(question, other).parts if question.id != other else ()
        if not others:
            return False
        routing = question.asked_if.question if question.asked_if else ""
        patterns = self.responses.patterns(*filter(None, (question.id, routing, breakdown, other)))
        base = patterns.answered(question.id)
        given = [patterns.chose(question.id, (answer,)) for answer in question.answer_ids]

        def safe(left: Members) -> bool:
            counts = np.array([[patterns.count(left & one), patterns.count(base & one)] for one in given])
            return Counted(("",), counts, np.array([patterns.count(left)])).is_safe([0], self.thresholds)

        first = [base & _among(patterns, breakdown, part) for part in parts]
        return told_by_both(first, [base & _among(patterns, other, part) for part in others], safe)

    def sizes(self, breakdown: str) -> dict[str, int]:
        """How many respondents are in each group of a breakdown, and how many stated none."""
        if breakdown not in self._sizes:
            patterns = self.responses.patterns(breakdown)
            groups = self.responses.questionnaire.by_id[breakdown].answer_ids
            members = {group: _members(patterns, breakdown, group) for group in (*groups, NOT_STATED)}
            self._sizes[breakdown] = {group: patterns.count(one) for group, one in members.items()}
        return self._sizes[breakdown]

    def _before(self, question: Question) -> Question | None:
        """The question whose answer leads to this one, if the wave asked it."""
        routing = question.asked_if
        if routing is None or routing.question not in self.responses.codes:
            return None
        return self.responses.questionnaire.by_id[routing.question]

    def _counted(self, question: Question, breakdown: str) -> Counted:
        patterns = self._patterns(question, breakdown)
        groups = (*self.responses.questionnaire.by_id[breakdown].answer_ids, NOT_STATED) if breakdown else ("",)
        base = np.array([_members(patterns, breakdown, group) for group in groups]) & patterns.answered(question.id)
        gave = np.array([patterns.chose(question.id, (answer,)) for answer in question.answer_ids])
        counts = (gave * patterns.counts) @ base.T.astype(np.int64)
        return Counted(groups, counts, base @ patterns.counts)

    def _patterns(self, question: Question, breakdown: str) -> Patterns:
        routing = question.asked_if.question if question.asked_if else ""
        return self.responses.patterns(*filter(None, (question.id, routing, breakdown)))

    def _union_is_safe(self, question: Question, answers: Sequence[str], breakdown: str, parts: Iterable[Part]) -> bool:
        """Whether those who gave any of several answers may be told: of one answer that has been decided already."""
        if len(answers) < 2 or question.kind == "single":
            return True
        patterns = self._patterns(question, breakdown)
        chose = patterns.chose(question.id, tuple(answers)) & patterns.answered(question.id)
        for part in parts:
            members = _among(patterns, breakdown, part)
            base, count = patterns.count(members & patterns.answered(question.id)), patterns.count(members & chose)
            if is_telling(base, count, self.thresholds):
                return False
        return True


@dataclass(frozen=True)
class Counted:
    """Of one question: how many of each group gave each answer (rows are answers), and how many answered at all."""

    groups: tuple[str, ...]
    counts: NDArray[np.int64]
    bases: NDArray[np.int64]

    def places(self, part: Part) -> list[int]:
        """The columns of a part's groups."""
        return [self.groups.index(group) for group in part.groups]

    def is_safe(self, places: Sequence[int], limits: Thresholds) -> bool:
        """Whether a part may be told of: enough answered, and where they are few their answers differ."""
        base, counts = int(self.bases[places].sum()), self.counts[:, places].sum(axis=1)
        # That nobody gave an answer tells nothing of a group where nobody at all gave it.
        given = counts[self.counts.sum(axis=1) > 0]
        return base >= limits.fewest and not any(is_telling(base, count, limits) for count in given.tolist())


def is_telling(base: int, count: int, limits: Thresholds) -> bool:
    """Whether a number of answers tells what each of few respondents answered, or that none of them answered so."""
    return (count >= base - 1 and base < limits.alike_below) or (count == 0 and base < limits.none_below)


def _members(patterns: Patterns, breakdown: str, group: str) -> Members:
    """Who is in a group of a breakdown; without a breakdown everybody, of no group those who stated none."""
    if not breakdown:
        return np.ones(patterns.size, dtype=bool)
    if group == NOT_STATED:
        stated: Members = patterns.codes[breakdown] == 0
        return stated
    return patterns.chose(breakdown, (group,))


def _among(patterns: Patterns, breakdown: str, part: Part) -> Members:
    """Who is in any group of a part."""
    members: Members = np.any([_members(patterns, breakdown, group) for group in part.groups or ("",)], axis=0)
    return members


def decisions(protection: Protection) -> Iterator[tuple[str, str, str, str, Rule]]:
    """What was merged or withheld: question, breakdown, groups, which of the two, and the rule; no number of any."""
    questionnaire = protection.responses.questionnaire
    for question in (one for one in questionnaire.questions if one.id in protection.responses.codes):
        if rule := protection.whole(question):
            yield question.id, "", "", "withheld", rule
            continue
        for breakdown in (one for one in questionnaire.breakdowns if one in protection.responses.codes):
            if breakdown == question.id:
                continue
            division = protection.division(question, breakdown)
            if not division.parts:
                yield question.id, breakdown, "", "withheld", division.rule
            for part in division.parts:
                if len(part.groups) > 1 or not part.is_published:
                    groups = "+".join(group or "not stated" for group in part.groups)
                    yield question.id, breakdown, groups, "merged" if part.is_published else "withheld", "few or alike"
