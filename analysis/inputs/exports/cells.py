"""What one cell says: which answers, or that it is none, or that nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.inputs.exports.columns import Match
from analysis.inputs.exports.mapping import NOT_TICKED, TICKED, AnswerEntry
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import word
from analysis.inputs.questionnaire import Question

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DELIMITER = re.compile(r"[;,|\n]")


@dataclass(frozen=True)
class Said:
    """What a cell says: its answers, the processing rule that it falls under, or the code of what is wrong with it."""

    answers: tuple[str, ...] = ()
    rule: str = ""
    wrong: str = ""


NOTHING = Said()


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one column of a question, each distinct text once.

    `declared` are the mapping file's entries for the question; those that are needed are noted in `used`.
    """

    match: Match
    vocabulary: Vocabulary
    declared: dict[str, AnswerEntry]
    used: set[str]

    @property
    def question(self) -> Question:
        return self.vocabulary.asked[self.match.question]

    @cached_property
    def _declared_words(self) -> dict[str, str]:
        return {word(text): text for text in self.declared}

    @cached_property
    def _has_codes(self) -> bool:
        return any(_NUMBER.fullmatch(text) for text in (*self.match.column.texts, *self.declared))

    def read(self) -> list[Said]:
        """What each cell of the column says, in the order of the records."""
        say: Callable[[str], Said] = {"question": self._answers, "answer": self._tick}.get(self.match.kind, self._words)
        column = self.match.column
        said = {cell: say(cell) if cell else NOTHING for cell in set(column.cells)}
        cells = [said[cell] for cell in column.cells]
        for place in (column.errors | column.dates) if self.match.kind != "words" else ():
            code = "E-CELL-ERROR" if place in column.errors else "E-CELL-DATE"
            cells[place] = Said(wrong=code) if cells[place].wrong or code == "E-CELL-ERROR" else cells[place]
        return cells

    def _texts(self, cell: str) -> tuple[str, ...]:
        """A cell as it stands, and the label of its code, if the file has one."""
        label = self.match.column.texts.get(cell, "")
        return (cell, label) if label else (cell,)

    def _entry(self, cell: str) -> AnswerEntry | None:
        for text in self._texts(cell):
            spelled = text if text in self.declared else self._declared_words.get(word(text), "")
            if spelled:
                self.used.add(spelled)
                return self.declared[spelled]
        return None

    def _one(self, text: str) -> str:
        """The one answer that a text, or a code with its label, gives; empty if it gives none."""
        entry = self._entry(text)
        if entry is not None:
            return "" if entry.means in (TICKED, NOT_TICKED) else entry.means
        return self.vocabulary.answer(self.question.id, self._texts(text)[-1])

    def _answers(self, cell: str) -> Said:
        """A cell that holds the answer, or the answers, themselves."""
        entry = self._entry(cell)
        if entry is not None and entry.no_answer:
            return Said(rule="missing_code")
        one = self._one(cell)
        if one:
            return Said((one,), self._noted(one))
        if self._is_missing(cell):
            return Said(rule="missing_code")
        several = _parts(cell, self._one)
        if several:
            fits = self.question.kind == "multiple" or len(several) == 1
            return Said(several) if fits else Said((), "several_answers")
        return self._unread(cell)

    def _noted(self, answer: str) -> str:
        label = word(self.question.label(answer))
        return "dont_know" if {word(answer), label} & rules().words.dont_know else ""

    def _is_missing(self, cell: str) -> bool:
        # A label says what a code means: 99 labelled "something else" is no missing answer.
        return word(self._texts(cell)[-1]) in rules().words.missing or cell in self.match.column.missing

    def _unread(self, cell: str) -> Said:
        is_number, column = bool(_NUMBER.fullmatch(cell)), self.match.column
        if is_number and cell in column.texts:
            return Said(wrong="E-ANSWER-UNKNOWN")
        if is_number:
            return Said(rule="out_of_range") if self._has_codes else Said(wrong="E-CODE-UNLABELLED")
        numbers = sum(1 for one in column.cells if _NUMBER.fullmatch(one))
        filled = sum(1 for one in column.cells if one)
        return Said(wrong="E-CODE-TEXT" if numbers > filled / 2 else "E-ANSWER-UNKNOWN")

    def _tick(self, cell: str) -> Said:
        """A cell of a column that stands for one answer: chosen or not."""
        entry, chosen = self._entry(cell), Said((self.match.answer,))
        if entry is not None:
            return NOTHING if entry.no_answer or entry.means == NOT_TICKED else chosen
        # The words of an answer count before those of ticks: an answer may be called "no".
        words = [word(text) for text in reversed(self._texts(cell))]
        if any(self.vocabulary.answer(self.question.id, text) == self.match.answer for text in self._texts(cell)):
            return chosen
        if any(text in rules().words.ticked for text in words[:1]):
            return chosen
        if any(text in rules().words.not_ticked for text in words[:1]):
            return NOTHING
        if self._is_missing(cell):
            return Said(rule="missing_code")
        if self.match.answer == "other" and not _NUMBER.fullmatch(cell):
            return Said(chosen.answers, "free_text")
        return Said(wrong="E-TICK-UNKNOWN")

    def _words(self, cell: str) -> Said:
        """A cell of words that respondents wrote: counted, never kept."""
        if word(cell) in rules().words.missing:
            return Said(rule="missing_code")
        return Said((self.match.answer,) if self.match.answer else (), "free_text")


def _parts(cell: str, one: Callable[[str], str]) -> tuple[str, ...]:
    """The answers of a list in one cell. An answer whose own words hold the delimiter is put together again.

    Empty if any part of the cell belongs to no answer.
    """
    texts = [part.strip() for part in _DELIMITER.split(cell) if part.strip()]
    given: list[str] = []
    start = 0
    while start < len(texts):
        end, answer = _longest(texts, start, one)
        if not answer:
            return ()
        given.append(answer)
        start = end
    return tuple(dict.fromkeys(given))


def _longest(texts: Sequence[str], start: int, one: Callable[[str], str]) -> tuple[int, str]:
    """The answer that the longest run of parts gives, and where it ends."""
    for end in range(len(texts), start, -1):
        answer = one(" ".join(texts[start:end]))
        if answer:
            return end, answer
    return start, ""
