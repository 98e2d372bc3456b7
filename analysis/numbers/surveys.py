"""A survey of one wave, question by question: where estimates come from.

`commissioners.early_involvement.share("always", "often").by("organisation_type").pct` is the share of
respondents from primary care trusts who answered "always" or "often".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from analysis.inputs.addresses import Address
from analysis.inputs.patterns import Members, Patterns
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.inputs.responses import Responses
from analysis.numbers.disclosure import Protection
from analysis.numbers.estimates import Estimate, Known, Label

NOT_ASKED = Known("not computable")


@dataclass(frozen=True)
class Survey:
    """One survey in one wave.

    `label` says how numbers counted from these responses are known. `known` holds, for a reconstructed
    wave, what the printed figures tell about each address; a number that is not in it is not identified.
    `removed`: by question, answers of the study's questionnaire that this wave did not offer. `protection`: what is
    withheld, so that nothing is told of few respondents; none for records that are nobody's answers.
    """

    questionnaire: Questionnaire
    responses: Responses
    label: Label = "collected"
    known: Mapping[str, Known] = field(default_factory=dict)
    reported: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protection: Protection | None = None

    def __getattr__(self, name: str) -> SurveyQuestion:
        if name.startswith("__") or name not in self.questionnaire.by_id:
            raise AttributeError(f"the survey of {self.questionnaire.survey} has no question {name!r}")
        return SurveyQuestion(self, self.questionnaire.by_id[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.questionnaire.by_id]

    @property
    def name(self) -> str:
        return self.questionnaire.survey

    @property
    def total(self) -> Estimate:
        """The number of responses to the survey."""
        size = self.responses.size
        known = self.known.get(self.name, Known(self.label, Fraction(100), Fraction(100)))
        return Estimate(Address(self.name), size, size, known, f"{self.questionnaire.respondents}", asked=size)

    def estimate(self, address: Address) -> Estimate:
        """The share of a base who gave the answers of an address. Raises ValueError if it names nothing here."""
        address = self.questionnaire.canonical(address)
        if not address.answers:
            raise ValueError(f"a share needs the answers that are counted, and {address} names none")
        question = self.questionnaire.by_id[address.question]
        words, who = question.label("+".join(address.answers)), self._who(address)
        single = question.kind == "single"
        if address.question not in self.responses.codes or set(address.answers) & set(self._removed(address)):
            known = self.known.get(str(address), self._unknown())
            return Estimate(address, None, None, known, words, who, None, single, self.reported)
        if self.protection is not None and self.protection.withholds(address):
            return Estimate(address, None, None, Known(self.label), words, who, None, single, self.reported)
        patterns = self._patterns(address)
        members = self._members(patterns, address)
        base = patterns.count(members & patterns.answered(address.question))
        asked = patterns.count(members & patterns.asked(address.question))
        known = self._known(address)
        counted = known.label not in ("not identified", "bounded", "implied")
        count = self._count(patterns, address, members) if counted else None
        if not self.known:
            known = self._counted(count or 0, base)
        return Estimate(address, base, count, known, words, who, asked, single, self.reported)

    def rows(self, question: Question, breakdown: str) -> list[tuple[str, ...]]:
        """The groups of a breakdown as they are told of one question: each on its own, or several together."""
        groups = self.questionnaire.by_id[breakdown].answer_ids
        if self.protection is None or not {question.id, breakdown} <= set(self.responses.codes):
            return [(group,) for group in groups]
        parts = self.protection.division(question, breakdown).parts
        merged = {group: part.groups for part in parts if part.is_published for group in part.groups}
        return list(dict.fromkeys(merged.get(group, (group,)) for group in groups))

    def _removed(self, address: Address) -> tuple[str, ...]:
        return self.removed.get(address.question, ())

    def _known(self, address: Address) -> Known:
        if not self.known:
            return Known(self.label)
        return self.known.get(str(address), Known("not identified"))

    def _counted(self, count: int, base: int) -> Known:
        if not base:
            return NOT_ASKED
        share = Fraction(100 * count, base)
        return Known(self.label, share, share)

    def _unknown(self) -> Known:
        return Known("not identified") if self.known else NOT_ASKED

    def _patterns(self, address: Address) -> Patterns:
        """The patterns of answers that an estimate is counted from: its question, its routing, its breakdown."""
        routing = self.questionnaire.by_id[address.question].asked_if
        names = (address.question, routing.question if routing else "", address.breakdown)
        return self.responses.patterns(*filter(None, names))

    def _members(self, patterns: Patterns, address: Address) -> Members:
        if not address.breakdown:
            return np.ones(patterns.size, dtype=bool)
        if address.breakdown not in patterns.codes:
            return np.zeros(patterns.size, dtype=bool)
        return patterns.chose(address.breakdown, address.groups)

    def _count(self, patterns: Patterns, address: Address, members: Members) -> int:
        chose = patterns.chose(address.question, address.answers)
        return patterns.count(members & chose & patterns.answered(address.question))

    def overlap(self, first: Address, second: Address) -> tuple[int, int, int, int] | None:
        """Of those in one group who answered both questions: who gave both answers, the first, the second, neither.

        None where the records hold no association between questions: those of a reconstructed wave.
        """
        if self.known:
            return None
        questions = [self.questionnaire.by_id[one.question] for one in (first, second)]
        routings = [question.asked_if.question for question in questions if question.asked_if]
        names = (first.question, second.question, *routings, first.breakdown)
        patterns = self.responses.patterns(*filter(None, names))
        base = self._members(patterns, first)
        base = base & patterns.answered(first.question) & patterns.answered(second.question)
        one, two = patterns.chose(first.question, first.answers), patterns.chose(second.question, second.answers)
        cells = (one & two, one & ~two, ~one & two, ~one & ~two)
        both, only_first, only_second, neither = (patterns.count(base & cell) for cell in cells)
        return both, only_first, only_second, neither

    def _who(self, address: Address) -> str:
        if not address.breakdown:
            return self.questionnaire.respondents
        return self.questionnaire.by_id[address.breakdown].label("+".join(address.groups))


@dataclass(frozen=True)
class SurveyQuestion:
    """One question of one wave."""

    survey: Survey
    question: Question

    def share(self, *answers: str) -> Share:
        """The share who gave any of these answers."""
        address = Address(self.survey.name, self.question.id, answers)
        return Share(**vars(self.survey.estimate(address)), survey=self.survey)

    def answers(self, *answers: str) -> Series:
        """Each answer on its own, in the questionnaire's order; by default all of them."""
        chosen = self.question.in_order(answers) if answers else self.question.answer_ids
        members = {answer: self.share(answer) for answer in chosen}
        name = f"{self.survey.name}.{self.question.id}.*"
        labels = {key: self.question.label(key) for key in members}
        return Series(name, self.question.topic, members, labels, wording=self.question.wording)


@dataclass(frozen=True)
class Share(Estimate):
    """An estimate that can be broken down by the questions its survey declares as breakdowns."""

    survey: Survey = field(kw_only=True, compare=False, repr=False)

    def by(self, breakdown: str) -> Series:
        """The same share in each group of a breakdown; groups of which too few answered are taken together."""
        grouping = self.survey.questionnaire.by_id[breakdown]
        question = self.survey.questionnaire.by_id[self.address.question]
        rows = self.survey.rows(question, breakdown)
        members = {"+".join(groups): self._among(breakdown, *groups) for groups in rows}
        merged = {group: self._among(breakdown, group) for groups in rows if len(groups) > 1 for group in groups}
        labels = {name: grouping.label(name) for name in members}
        name = f"{self.address}@{breakdown}"
        return Series(name, self.words, members, labels, self, question.wording, merged)

    def _among(self, breakdown: str, *groups: str) -> Share:
        return Share(**vars(self.survey.estimate(self.address.among(breakdown, *groups))), survey=self.survey)


@dataclass(frozen=True)
class Series:
    """Estimates side by side: the answers of a question, or the groups of a breakdown.

    `name` is the address with the varying part open: `survey.question.*` or `...answer@breakdown`. `wording`
    is the question's, where there is one question. `merged`: groups of which too few answered to be told apart; each
    can be named all the same, and its number is withheld.
    """

    name: str
    topic: str
    members: Mapping[str, Estimate]
    labels: Mapping[str, str]
    overall: Estimate | None = None
    wording: str = ""
    merged: Mapping[str, Estimate] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Estimate:
        if not name.startswith("__") and name in self.merged:
            return self.merged[name]
        if name.startswith("__") or name not in self.members:
            raise AttributeError(f"{self.name} has no {name!r}; there are {', '.join(self.members)}")
        return self.members[name]

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.members.values())


def together(topic: str, **shares: Estimate) -> Series:
    """Shares of several questions side by side, each under the words given for it.

    The words' underscores stand for spaces; `name` joins the addresses, so that the series has a name of
    its own in claims.
    """
    labels = {key: key.replace("_", " ") for key in shares}
    return Series(", ".join(str(share.address) for share in shares.values()), topic, shares, labels)
