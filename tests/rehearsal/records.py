"""What arrives when a survey is in the field: responses, and with them tests, break-offs, duplicates, refusals.

Each record knows what is to be analysed of it, so that a test can hold an import against what was drawn.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator
from rehearsal.population import Population, draw

from analysis.inputs.questionnaire import Question
from analysis.inputs.responses import Codes, Responses

SEED = 2
Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Record:
    """One record of an export: what its cells say, and what of it is analysed (None: it is left out, by `rule`).

    `unfinished`: the respondent did not come to the end. `raw`: by question, what stands in its cell instead.
    """

    identifier: int
    cells: Answers
    analysed: Answers | None
    unfinished: bool = False
    rule: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)


def random_of(population: Population) -> Generator:
    """The generator of a survey's export; another for each survey, the same every time."""
    return np.random.default_rng([SEED, zlib.crc32(population.survey.encode())])


def records(population: Population, random: Generator) -> list[Record]:
    """All records of an export in the order in which they came in."""
    drawn = answers(draw(population, "after", population.responses, random))
    found = [Record(1001 + 7 * i, given, given) for i, given in enumerate(drawn)]
    order = [str(place) for place in random.permutation(len(found))]
    for place in order[:4]:
        found[int(place)] = _stopped(found[int(place)], random.uniform(0.7, 0.9))
    # The same record twice, and a respondent who came back: what they gave first stands before what they gave last.
    twice, back = (found[int(place)] for place in order[4:6])
    found.insert(found.index(twice) + 1, replace(twice, analysed=None, rule="same_record"))
    first = replace(_stopped(back, 0.55), analysed=None, rule="repeated_respondent")
    found.insert(found.index(back), first)
    for record in _left_out(population, random):
        found.insert(int(random.integers(len(found))), record)
    return found


def _left_out(population: Population, random: Generator) -> list[Record]:
    """Records that are no responses: tests, empty ones, break-offs, and one without consent."""
    more = iter(answers(draw(population, "after", 9, random)))
    tests = [Record(11 + i, next(more), None, rule="test_record") for i in range(3)]
    empty = [Record(9001 + 7 * i, {}, None, unfinished=True, rule="empty_record") for i in range(3)]
    begun = [_stopped(Record(9301 + 7 * i, next(more), None), 0.1 + 0.05 * i) for i in range(5)]
    refused = _stopped(Record(9501, next(more), None), 0.3)
    return [
        *tests,
        *empty,
        *(replace(record, analysed=None, rule="too_little_answered") for record in begun),
        replace(refused, analysed=None, rule="consent_refused"),
    ]


def _stopped(record: Record, part: float) -> Record:
    """The record of somebody who answered this part of the questionnaire and stopped."""
    names = list(record.cells)
    kept = names[: round(part * len(names))]
    given = {name: record.cells[name] for name in kept}
    return replace(record, cells=given, analysed=given, unfinished=True)


def answers(responses: Responses) -> list[dict[str, tuple[str, ...]]]:
    """What each respondent answered, question by question; a question without an answer is left out."""
    given = {name: _given(responses.questionnaire.by_id[name], codes) for name, codes in responses.codes.items()}
    return [{name: cells[i] for name, cells in given.items() if cells[i]} for i in range(responses.size)]


def _given(question: Question, codes: Codes) -> list[tuple[str, ...]]:
    named = {
        code: tuple(answer for i, answer in enumerate(question.answer_ids) if code >> i & 1)
        for code in map(int, np.unique(codes))
    }
    return [named[int(code)] for code in codes]
