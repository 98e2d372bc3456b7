"""The responses of one survey in one wave, as small integer codes.

A cell of the file holds an answer's id, or several joined by ';' in a multiple response question, or
nothing where the respondent did not answer or was not asked. In a reconstructed wave 'a+b' says that the
answer was one of these and that the report does not tell which.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inputs.documents import read_rows
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.instruments import FILE, Instrument, instrument
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.inputs.waves import Wave
from analysis.paths import shown

Codes = NDArray[np.int64]
ID = "response"


@dataclass(frozen=True)
class Responses:
    """Coded responses to one survey.

    `codes[question]` has one integer a response: bit `i` is set when the answer may be the question's
    answer number `i` (single response) or when that answer was ticked (multiple response); 0 is no answer.
    Questions that the wave did not ask, or that nothing is known about, have no entry.
    """

    questionnaire: Questionnaire
    size: int
    codes: dict[str, Codes]

    def bits(self, question: str, answers: tuple[str, ...]) -> int:
        """The code that stands for a set of answers."""
        ids = self.questionnaire.by_id[question].answer_ids
        return sum(1 << ids.index(answer) for answer in answers)

    def asked(self, question: str) -> NDArray[np.bool_]:
        """Who was asked the question: everybody, or those whose earlier answer routed them to it."""
        routing = self.questionnaire.by_id[question].asked_if
        # A wave that left out the earlier question routed nobody past this one.
        if routing is None or routing.question not in self.codes:
            return np.ones(self.size, dtype=bool)
        return self.chose(routing.question, routing.answers)

    def answered(self, question: str) -> NDArray[np.bool_]:
        """Who is in the base of the question: asked, and gave an answer."""
        given: NDArray[np.bool_] = self.codes[question] != 0
        return given & self.asked(question)

    def chose(self, question: str, answers: tuple[str, ...]) -> NDArray[np.bool_]:
        """Who certainly gave one of these answers."""
        codes, wanted = self.codes[question], self.bits(question, answers)
        ticked: NDArray[np.bool_] = (codes & wanted) != 0
        if self.questionnaire.by_id[question].kind == "multiple":
            return ticked
        certain: NDArray[np.bool_] = (codes & ~wanted) == 0
        return ticked & certain


def read_responses(wave: Wave, survey: str) -> Responses:
    """Read the responses of a wave to one survey. Raises InputError with every cell that cannot be used."""
    entry, asked = wave.surveys[survey], instrument(wave, survey)
    questionnaire, path = asked.questionnaire, wave.responses_path(survey)
    frame = _read_frame(path)
    _check_columns(frame, questionnaire, path)
    _check_instrument(frame, asked, path)
    if len(frame) != entry.responses:
        expected = f"{entry.responses} responses, as wave.yml states"
        raise InputError([Finding(shown(path), f"{len(frame)} responses", expected)])
    codes, findings = {}, []
    for name in frame.columns.drop(ID):
        coder = _Coder(questionnaire.by_id[name], coarse=wave.reconstructed)
        codes[name] = np.array([coder.code(cell) for cell in frame[name]], dtype=np.int64)
        findings += coder.findings(frame[name], path)
    refuse(findings)
    return Responses(questionnaire, len(frame), codes)


def _read_frame(path: Path) -> pd.DataFrame:
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


def _check_columns(frame: pd.DataFrame, questionnaire: Questionnaire, path: Path) -> None:
    expected = f"{ID!r} and the questions of {questionnaire.survey}"
    columns = list(frame.columns)
    findings = [] if ID in columns else [Finding(shown(path), "no such column", expected, "1", ID)]
    findings += [
        Finding(shown(path), "a column that is no question", expected, "1", str(name))
        for name in columns
        if name != ID and name not in questionnaire.by_id
    ]
    findings += [
        Finding(shown(path), "a column that stands twice", expected, "1", name)
        for name in dict.fromkeys(columns)
        if columns.count(name) > 1
    ]
    refuse(findings)
    repeated = frame.index[frame[ID].duplicated()]
    refuse(Finding(shown(path), f"{frame[ID][i]!r} again", "one row a response", str(i + 2), ID) for i in repeated)


def _check_instrument(frame: pd.DataFrame, asked: Instrument, path: Path) -> None:
    refuse(
        Finding(shown(path), "answers to a question that was dropped", f"none, as {FILE} states", "1", str(name))
        for name in frame.columns
        if name in asked.changes.dropped
    )
    refuse(
        Finding(shown(path), repr(cell), f"an answer that was offered: {FILE} removes it", str(row), question)
        for question, removed in asked.removed.items()
        if question in frame.columns
        for row, cell in enumerate(frame[question], start=2)
        if set(cell.split(";")) & set(removed)
    )


class _Coder:
    """Turns the cells of one question into codes, each distinct cell once."""

    def __init__(self, question: Question, coarse: bool):
        self.question, self.coarse = question, coarse
        self.known: dict[str, int] = {"": 0}
        self.wrong: dict[str, str] = {}

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
        elif len(parts) > 1 and set(parts) & set(self.question.exclusive):
            self.wrong[cell] = f"{' or '.join(self.question.exclusive)} alone: it excludes all other answers"
        return sum(1 << ids.index(name) for name in set(names) & set(ids))

    def findings(self, cells: pd.Series[str], path: Path) -> list[Finding]:
        return [
            Finding(shown(path), repr(cell[:60]), self.wrong[cell], str(row), self.question.id)
            for row, cell in enumerate(cells, start=2)
            if cell in self.wrong
        ]
