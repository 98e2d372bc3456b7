"""Two made-up populations of each survey, before and after, of which everything is known; and waves drawn from them.

`plan.yml` says what they answer; `truth` works out what a survey of all of them would show. Shares are percentages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import ndtr

from analysis import paths
from analysis.inputs.addresses import Address
from analysis.inputs.instruments import FILE, Instrument, read_instruments
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.inputs.responses import Codes, Responses
from analysis.published.figures import read_figures

PLAN = Path(__file__).parent / "plan.yml"
FOLDER = paths.ROOT / "data" / "rehearsal"
OTHERS = "others"
# What the answers of one respondent have in common: the correlation of two of them, before they become answers.
ALIKE = 0.15

Floats = NDArray[np.float64]
# By group of the make-up, the percentage of each answer.
Rates = Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True)
class Planned:
    """A question: what each group answers before and after; nothing where it was not asked."""

    question: Question
    before: Rates
    after: Rates


@dataclass(frozen=True)
class Population:
    """Those whom one survey asks: how large its groups are before and after, and what they answer."""

    survey: str
    instruments: Mapping[str, Instrument]
    make_up: str
    parts: Mapping[str, Mapping[str, Fraction]]
    planned: Mapping[str, Planned]
    missing: tuple[float, float]
    responses: int

    def questionnaire(self, wave: str) -> Questionnaire:
        return self.instruments[wave].questionnaire

    def rates(self, wave: str, question: str) -> Rates:
        planned = self.planned[question]
        return planned.before if wave == "before" else planned.after

    def asked(self, wave: str) -> list[str]:
        """The questions that the wave asked, in the order of its questionnaire."""
        return [q.id for q in self.questionnaire(wave).questions if q.id == self.make_up or self.rates(wave, q.id)]

    def share(self, wave: str, address: Address, parts: str = "") -> Fraction | None:
        """The share that a survey of everybody would show; `parts`: with the make-up of this wave."""
        if address.question == self.make_up:
            return sum((self.parts[wave][answer] for answer in address.answers), Fraction(0))
        rates = self.rates(wave, address.question)
        weights = self.parts[parts or wave]
        groups = address.groups or tuple(weights)
        if not rates or not set(address.answers) <= set(rates[groups[0]]):
            return None
        given = {group: sum(rates[group][answer] for answer in address.answers) for group in groups}
        return sum(weights[group] * given[group] for group in groups) / sum(weights[group] for group in groups)


def populations() -> dict[str, Population]:
    """The populations of the plan, by survey. Raises ValueError for percentages that cannot be."""
    plan = yaml.safe_load(PLAN.read_text("utf-8"))
    before, after = read_instruments(FOLDER / "none.yml"), read_instruments(FOLDER / FILE)
    return {
        survey: _population(survey, entry, {"before": before[survey], "after": after[survey]})
        for survey, entry in plan.items()
    }


def _population(survey: str, entry: Any, instruments: Mapping[str, Instrument]) -> Population:
    parts = {wave: {name: Fraction(str(value)) for name, value in entry[wave].items()} for wave in instruments}
    if any(sum(groups.values()) != 100 for groups in parts.values()):
        raise ValueError(f"{survey}: the groups of the make-up do not add up to 100")
    asked = instruments["after"].questionnaire
    strangers = entry["questions"].keys() ^ (asked.by_id.keys() - {entry["make_up"]})
    if strangers:
        raise ValueError(f"{survey}: in the plan or in the questionnaire only: {', '.join(sorted(strangers))}")
    planned = {}
    for question in asked.questions:
        if question.id != entry["make_up"]:
            rows = entry["questions"][question.id]
            before = _rates(question, rows.get("before"), parts["before"])
            after = _rates(question, rows.get("after", rows.get("before")), parts["after"])
            dropped = not instruments["after"].asked(question.id)
            planned[question.id] = Planned(question, before, {} if dropped else after)
    missing = (entry["missing"][0] / 100, entry["missing"][1] / 100)
    return Population(survey, instruments, entry["make_up"], parts, planned, missing, entry["responses"])


def _rates(question: Question, rows: Any, groups: Mapping[str, Fraction]) -> Rates:
    if rows is None:
        return {}
    by_group = rows if all(isinstance(row, dict) for row in rows.values()) else dict.fromkeys(groups, rows)
    rates = {
        group: {name: Fraction(str(value)) for name, value in by_group.get(group, by_group.get(OTHERS)).items()}
        for group in groups
    }
    for group, row in rates.items():
        if not set(row) <= set(question.answer_ids) or (question.kind == "single" and sum(row.values()) != 100):
            raise ValueError(f"{question.id}, {group}: answers that are not its own or do not add up to 100")
    return rates


# What is true of the populations


@dataclass(frozen=True)
class Truth:
    """One planted share: before, after, and after if the make-up had stayed; None where it was not asked."""

    address: Address
    before: Fraction | None
    after: Fraction | None
    same_make_up: Fraction | None
    kind: str


def truths(population: Population) -> Iterator[Truth]:
    """The truth of every answer on its own and of those that the report takes together, overall and by group."""
    for question in population.questionnaire("after").questions:
        groups: tuple[tuple[str, ...], ...] = ((),)
        if question.id != population.make_up and _differs_by_group(population, question.id):
            groups += tuple((name,) for name in population.parts["before"])
        for members in groups:
            for answers in _answers(population.survey, question):
                breakdown = population.make_up if members else ""
                yield _truth(population, Address(population.survey, question.id, answers, breakdown, members))


def _answers(survey: str, question: Question) -> list[tuple[str, ...]]:
    """Each answer, and those that printed figures take together.

    In multiple response "other" is left out: it stands for those who would otherwise have ticked nothing.
    """
    if question.kind == "multiple":
        return [(answer,) for answer in question.answer_ids if answer != "other"]
    printed = [
        f.address.answers for f in read_figures() if (f.address.survey, f.address.question) == (survey, question.id)
    ]
    together = [answers for answers in dict.fromkeys(printed) if len(answers) > 1]
    return [(answer,) for answer in question.answer_ids] + together


def _differs_by_group(population: Population, question: str) -> bool:
    return any(
        len({tuple(row.values()) for row in population.rates(wave, question).values()}) > 1
        for wave in ("before", "after")
    )


def _truth(population: Population, address: Address) -> Truth:
    before, after = population.share("before", address), population.share("after", address)
    same = after if address.groups else population.share("after", address, parts="before")
    return Truth(address, before, after, same, _kind(population, address, before, after, same))


def _kind(
    population: Population, address: Address, before: Fraction | None, after: Fraction | None, same: Fraction | None
) -> str:
    if address.question == population.make_up:
        return "make-up"
    if not population.instruments["after"].declared_comparable(address.question) or before is None:
        return "not comparable"
    if same != before:
        return "changed"
    return "unchanged" if after == before else "composition only"


# Waves drawn from the populations


@dataclass(frozen=True)
class Design:
    """How respondents come to answer: which wave's rates and make-up they have, and in which clusters they come.

    `cluster`: how many were reached together. Colleagues are alike in each answer: 0.08 before answers are made of
    it, which is about 0.05 between two yes-or-no answers.
    """

    rates: str
    make_up: str
    cluster: int = 1


WITHIN_CLUSTER = 0.08


def draw(population: Population, design: Design | str, size: int, random: Generator) -> Responses:
    """So many respondents, coded as responses are; some answers are missing at random.

    `design`: or the wave whose rates and make-up they have, drawn independently.
    """
    design = Design(design, design) if isinstance(design, str) else design
    wave, questionnaire = design.rates, population.questionnaire(design.rates)
    names = list(population.parts[wave])
    parts = np.array([float(part) for part in population.parts[design.make_up].values()]) / 100
    group = random.choice(len(names), size, p=parts)
    ids = questionnaire.by_id[population.make_up].answer_ids
    codes: dict[str, Codes] = {population.make_up: np.array([1 << ids.index(name) for name in names])[group]}
    chance = _Chance(random.standard_normal(size), design.cluster, random)
    asked = population.asked(wave)
    for name in asked:
        if name != population.make_up:
            question, rates = questionnaire.by_id[name], population.rates(wave, name)
            table = np.array([[float(rates[one].get(a, 0)) / 100 for a in question.answer_ids] for one in names])
            codes[name] = (_ticked if question.kind == "multiple" else _chosen)(question, table, group, chance)
    for question, rate in zip(asked, np.linspace(*population.missing, len(asked)), strict=True):
        codes[question] = np.where(random.random(size) < rate, 0, codes[question])
    _route(questionnaire, codes)
    return Responses(questionnaire, size, {question: codes[question] for question in asked})


@dataclass(frozen=True)
class _Chance:
    """Numbers between 0 and 1, correlated between the questions of a respondent and within clusters."""

    factor: Floats
    cluster: int
    random: Generator

    def uniform(self, question: Question) -> Floats:
        size = len(self.factor)
        if self.cluster == 1 and question.asked_if:
            return self.random.random(size)
        # An earlier answer decides who is asked; were this one tied to it, their shares would be others.
        alike = 0 if question.asked_if else ALIKE
        within = WITHIN_CLUSTER if self.cluster > 1 else 0
        common = np.repeat(self.random.standard_normal(-(-size // self.cluster)), self.cluster)[:size]
        own = np.sqrt(1 - alike - within) * self.random.standard_normal(size)
        return np.asarray(ndtr(np.sqrt(alike) * self.factor + np.sqrt(within) * common + own))


def _chosen(question: Question, table: Floats, group: Codes, chance: _Chance) -> Codes:
    """One answer each; `table` has the probability of each answer by group."""
    ends = np.cumsum(table, axis=1)[:, :-1]
    chosen = (chance.uniform(question)[:, None] > ends[group]).sum(axis=1)
    return np.asarray(1 << chosen, dtype=np.int64)


def _ticked(question: Question, table: Floats, group: Codes, chance: _Chance) -> Codes:
    """Each answer ticked with its own probability; those who tick nothing tick "other"."""
    ids = question.answer_ids
    alone = [ids.index(answer) for answer in question.exclusive]
    left = 1 - table[:, alone].sum(axis=1)
    codes = np.zeros(len(group), dtype=np.int64)
    if alone:
        ends = np.cumsum(table[:, alone], axis=1)[group]
        drawn = (chance.random.random(len(group))[:, None] > ends).sum(axis=1)
        codes = np.array([*(1 << i for i in alone), 0])[drawn]
    free = codes == 0
    for i in (i for i in range(len(ids)) if i not in alone):
        codes |= (free & (chance.uniform(question) < (table[:, i] / left)[group])) * (1 << i)
    return np.where(codes == 0, 1 << ids.index("other"), codes)


def _route(questionnaire: Questionnaire, codes: dict[str, Codes]) -> None:
    """Nobody answers a question that an earlier answer leads past."""
    for question in questionnaire.questions:
        routing = question.asked_if
        if routing is not None and question.id in codes:
            ids = questionnaire.by_id[routing.question].answer_ids
            wanted = sum(1 << ids.index(answer) for answer in routing.answers)
            codes[question.id] = np.where((codes[routing.question] & wanted) == 0, 0, codes[question.id])
