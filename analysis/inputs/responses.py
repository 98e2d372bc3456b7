"""The responses of one survey in one wave, as small integer codes.

A cell of the file holds an answer's id, or several joined by ';' in a multiple response question, or
nothing where the respondent did not answer or was not asked. In a reconstructed wave 'a+b' says that the
answer was one of these and that the report does not tell which. A survey too large for text is kept as the codes
themselves, in a Parquet file with a column a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inputs.documents import read_rows
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.instruments import FILE, Instrument, instrument
from analysis.inputs.parquet import open_columns
from analysis.inputs.patterns import Coded, Codes, Column, Patterns, count_patterns
from analysis.inputs.questionnaire import Question
from analysis.inputs.safekeeping import file_findings
from analysis.inputs.waves import Wave
from analysis.paths import shown

Floats = NDArray[np.float64]
Counter = Callable[[tuple[str, ...]], tuple[list[Codes], NDArray[np.int64]]]
ID = "response"


@dataclass(frozen=True)
class Responses(Coded):
    """Coded responses to one survey, one entry a response.

    `counter` counts patterns where the responses lie in a file that is too large to be held (see `parquet`); by
    default they are counted in memory.
    """

    counter: Counter | None = field(default=None, compare=False, repr=False)
    _columns: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)
    _patterns: dict[tuple[str, ...], Patterns] = field(default_factory=dict, compare=False, repr=False)

    def patterns(self, *questions: str) -> Patterns:
        """How many responses show each combination of answers to these questions.

        A question that the wave did not ask is left out. Without a question there is one pattern: every response.
        """
        names = tuple(name for name in dict.fromkeys(questions) if name in self.codes)
        if names not in self._patterns:
            self._patterns[names] = self._count(names)
        return self._patterns[names]

    def _count(self, names: tuple[str, ...]) -> Patterns:
        if not names:
            return Patterns(self.questionnaire, 1, {}, np.array([self.size]))
        if self.counter is not None:
            codes, counts = self.counter(names)
        else:
            codes, counts, _ = count_patterns([self._column(name) for name in names], self.size)
        return Patterns(self.questionnaire, len(counts), dict(zip(names, codes, strict=True)), counts)

    def summed_patterns(self, values: Sequence[Floats], *questions: str) -> tuple[Patterns, list[Floats]]:
        """The same patterns, and of each the sums over its responses of these values (one a response)."""
        names = tuple(name for name in dict.fromkeys(questions) if name in self.codes)
        codes, counts, sums = count_patterns([self._column(name) for name in names], self.size, values)
        return Patterns(self.questionnaire, len(counts), dict(zip(names, codes, strict=True)), counts), sums

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = Column(self.codes[name])
        return self._columns[name]


def read_responses(wave: Wave, survey: str) -> Responses:
    """Read the responses of a wave to one survey.

    Raises InputError if they are not at hand or not those that wave.yml means, and with every cell that cannot be used.
    """
    refuse(file_findings(wave, survey))
    asked, path = instrument(wave, survey), wave.responses_path(survey)
    if path.suffix == ".parquet":
        return _read_coded(wave, survey, asked, path)
    questionnaire = asked.questionnaire
    frame = read_frame(path)
    check_columns(list(frame.columns), asked, path)
    _check_ids(frame[ID], path)
    _check_size(len(frame), wave, survey)
    codes, findings = {}, []
    for name in frame.columns.drop(ID):
        question = questionnaire.by_id[name]
        coder = Coder(question, wave.reconstructed, asked.removed.get(name, ()))
        codes[name] = coder.codes(frame[name])
        findings += coder.findings(frame[name], path)
    refuse(findings)
    return Responses(questionnaire, len(frame), codes)


def _read_coded(wave: Wave, survey: str, asked: Instrument, path: Path) -> Responses:
    """Responses that are kept as codes already: their columns are opened, and only the codes that occur are read."""
    size, columns = open_columns(path)
    expected = f"the questions of {survey}, as this wave asked them"
    refuse(
        Finding(shown(path), "a column that is no question of this wave", expected, column=name)
        for name in columns
        if not asked.asked(name)
    )
    _check_size(size, wave, survey)
    counter = columns.count if wave.surveys[survey].engine == "duckdb" else None
    responses = Responses(asked.questionnaire, size, columns, counter)
    refuse(finding for name in columns for finding in _code_findings(responses, name, asked, path))
    return responses


def _code_findings(responses: Responses, name: str, asked: Instrument, path: Path) -> Iterator[Finding]:
    question = responses.questionnaire.by_id[name]
    known = ", ".join(f"{1 << place} {answer}" for place, answer in enumerate(question.answer_ids))
    for code in responses.patterns(name).codes[name].tolist():
        answers = {answer for place, answer in enumerate(question.answer_ids) if code >> place & 1}
        several = len(answers) > 1 and (question.kind == "single" or answers & set(question.exclusive))
        if code >> len(question.answer_ids) or several or answers & set(asked.removed.get(name, ())):
            yield Finding(shown(path), f"the code {code}", f"codes of {question.id}: {known}", column=name)


def _check_size(size: int, wave: Wave, survey: str) -> None:
    entry = wave.surveys[survey]
    if size != entry.responses:
        expected = f"{entry.responses} responses, as wave.yml states"
        raise InputError([Finding(shown(wave.responses_path(survey)), f"{size} responses", expected)])


def code_type(question: Question) -> type[np.unsignedinteger[Any]]:
    """The smallest type that holds every code of a question."""
    answers = len(question.answers)
    if answers <= 8:
        return np.uint8
    return np.uint16 if answers <= 16 else np.uint32 if answers <= 32 else np.uint64


def read_frame(path: Path) -> pd.DataFrame:
    """The cells of a file of responses as text. Raises InputError where a row is longer or shorter than the first."""
    rows = read_rows(path)
    if not rows:
        raise InputError([Finding(shown(path), "nothing", "a table with one row a response")])
    width = len(rows[0])
    # A field too few or too many would shift answers under other questions, or make them item non-response.
    refuse(
        Finding(shown(path), f"{len(row)} fields", f"{width} fields", str(number))
        for number, row in enumerate(rows[1:], start=2)
        if len(row) != width
    )
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def check_columns(columns: Sequence[str], asked: Instrument, path: Path) -> None:
    """Hold the columns of a file against what the wave asked. Raises InputError with every column that is wrong."""
    questionnaire = asked.questionnaire
    expected = f"{ID!r} and the questions of {questionnaire.survey}"
    findings = [] if ID in columns else [Finding(shown(path), "no such column", expected, "1", ID)]
    findings += [
        Finding(shown(path), "a column that is no question", expected, "1", name)
        for name in columns
        if name != ID and name not in questionnaire.by_id
    ]
    findings += [
        Finding(shown(path), "a column that stands twice", expected, "1", name)
        for name in dict.fromkeys(columns)
        if columns.count(name) > 1
    ]
    findings += [
        Finding(shown(path), "answers to a question that was dropped", f"none, as {FILE} states", "1", name)
        for name in columns
        if name in asked.changes.dropped
    ]
    refuse(findings)


def _check_ids(ids: pd.Series[str], path: Path) -> None:
    repeated = ids.index[ids.duplicated()]
    refuse(Finding(shown(path), f"{ids[i]!r} again", "one row a response", str(i + 2), ID) for i in repeated)


class Coder:
    """Turns the cells of one question into codes, each distinct cell once."""

    def __init__(self, question: Question, coarse: bool, removed: Sequence[str] = ()):
        self.question, self.coarse, self.removed = question, coarse, removed
        self.known: dict[str, int] = {"": 0}
        self.wrong: dict[str, str] = {}

    def codes(self, cells: pd.Series[str]) -> Codes:
        places, distinct = pd.factorize(cells)
        return np.array([self.code(cell) for cell in distinct], dtype=code_type(self.question))[places]

    def code(self, cell: str) -> int:
        if cell not in self.known:
            self.known[cell] = self._parse(cell)
        return self.known[cell]

    def _parse(self, cell: str) -> int:
        ids = self.question.answer_ids
        parts = cell.split(";") if self.question.kind == "multiple" else [cell]
        names = [name for part in parts for name in (part.split("+") if self.coarse else [part])]
        if not set(names) <= set(ids):
            self.wrong[cell] = f"answers of {self.question.id}: {', '.join(ids)}"
        elif set(names) & set(self.removed):
            self.wrong[cell] = f"an answer that was offered: {FILE} removes it"
        elif len(parts) > 1 and set(parts) & set(self.question.exclusive):
            self.wrong[cell] = f"{' or '.join(self.question.exclusive)} alone: it excludes all other answers"
        return sum(1 << ids.index(name) for name in set(names) & set(ids))

    def findings(self, cells: pd.Series[str], path: Path) -> list[Finding]:
        wrong = np.flatnonzero(cells.isin(list(self.wrong)))
        return [
            Finding(shown(path), repr(cell[:60]), self.wrong[cell], str(row + 2), self.question.id)
            for row, cell in zip(wrong.tolist(), cells.iloc[wrong], strict=True)
        ]
