"""A drawn wave as a report would print it: what a later wave has to be compared with where nothing else is left.

The report prints whole percentages, of the same numbers as the report of the study's baseline. Of all other numbers
only what follows from these is known, by adding up; and everybody is taken to have answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from analysis.inputs.addresses import Address
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.inputs.responses import Codes, Responses
from analysis.numbers.estimates import HALF, Known, Printed, half_up
from analysis.numbers.surveys import Survey
from analysis.published.figures import read_figures
from analysis.published.knowledge import FIXED, NARROW

Range = tuple[Fraction, Fraction]


@lru_cache
def printed_addresses(survey: str) -> tuple[Address, ...]:
    """The shares that the report of the baseline prints as a numeral."""
    figures = [f for f in read_figures() if f.address.survey == survey and f.address.answers]
    shown = (f.address for f in figures if f.unit == "percent" and f.value is not None and not f.is_relative)
    return tuple(dict.fromkeys(shown))


def reprinted(drawn: Responses, random: Generator) -> Survey:
    """What is left of a drawn wave once only its report is left."""
    questionnaire = drawn.questionnaire
    counted = Survey(questionnaire, drawn, "simulated")
    printed: dict[Address, Fraction] = {}
    for address in printed_addresses(questionnaire.survey):
        estimate = counted.estimate(address)
        if estimate.base and estimate.count is not None:
            printed[estimate.address] = Fraction(half_up(estimate.count, estimate.base))
    known = {str(address): _printed(value) for address, value in printed.items()}
    for question in questionnaire.questions:
        known |= {str(address): one for address, one in _others(questionnaire.survey, question, printed)}
    return Survey(questionnaire, _records(drawn, printed, random), "collected", known)


def _printed(value: Fraction) -> Known:
    least, greatest = _ends(value)
    return Known("printed", least, greatest, (Printed("box", value, f"{value}%"),))


def _ends(value: Fraction) -> Range:
    return max(value - HALF, Fraction(0)), min(value + HALF, Fraction(100))


def _others(survey: str, question: Question, printed: Mapping[Address, Fraction]) -> Iterator[tuple[Address, Known]]:
    """What the printed shares of a single response question leave to its other answers."""
    own = {a.answers: _ends(value) for a, value in printed.items() if (a.question, a.groups) == (question.id, ())}
    for answer in question.answer_ids if question.kind == "single" and own else ():
        if (answer,) not in own:
            least, greatest = _left(question, answer, own)
            wide = greatest - least
            label = "implied" if wide <= FIXED else "bounded" if wide <= NARROW else "not identified"
            yield Address(survey, question.id, (answer,)), Known(label, least, greatest)


def _left(question: Question, answer: str, own: Mapping[tuple[str, ...], Range]) -> Range:
    """The range of one answer: what printed shares that do not overlap leave, or what it is part of."""
    apart: list[tuple[str, ...]] = []
    for answers in sorted(own, key=len):
        if answer not in answers and not any(set(answers) & set(one) for one in apart):
            apart.append(answers)
    greatest = min([100 - sum(own[one][0] for one in apart), *(own[one][1] for one in own if answer in one)])
    everything = {answer, *(name for one in apart for name in one)} == set(question.answer_ids)
    least = max(100 - sum(own[one][1] for one in apart), 0) if everything else 0
    return Fraction(least), Fraction(greatest)


def _records(drawn: Responses, printed: Mapping[Address, Fraction], random: Generator) -> Responses:
    """Records as a reconstruction makes them: nobody's answer is missing, groups have the sizes that are printed."""
    questionnaire, codes = drawn.questionnaire, dict(drawn.codes)
    for question in questionnaire.questions:
        if question.id in codes:
            asked = Responses(questionnaire, drawn.size, codes).asked(question.id)
            given = codes[question.id][asked & (codes[question.id] != 0)]
            missing = asked & (codes[question.id] == 0)
            if given.size:
                codes[question.id] = codes[question.id].copy()
                codes[question.id][missing] = random.choice(given, int(missing.sum()))
    (breakdown,) = questionnaire.breakdowns
    codes[breakdown] = _groups(questionnaire, breakdown, drawn.size, printed)
    return Responses(questionnaire, drawn.size, codes)


def _groups(questionnaire: Questionnaire, breakdown: str, size: int, printed: Mapping[Address, Fraction]) -> Codes:
    """The make-up as far as it is printed; those of whom it is not are left together."""
    ids = questionnaire.by_id[breakdown].answer_ids
    shares = {a.answers[0]: value for a, value in printed.items() if a.question == breakdown and not a.groups}
    rest = sum(1 << place for place, name in enumerate(ids) if name not in shares)
    named = [1 << ids.index(name) for name, share in shares.items() for _ in range(round(share * size / 100))]
    return np.array([*named, *[rest] * size][:size], dtype=np.int64)
