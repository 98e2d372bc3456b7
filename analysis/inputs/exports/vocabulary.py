"""The words by which one wave's instrument can be recognised in an export: of its questions and of their answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.wording import key, without_phrases, without_prefix, word
from analysis.inputs.instruments import Instrument
from analysis.inputs.questionnaire import Question

# Between a question and one of its answers: "Ways - the local strategic partnership", "ways[lsp]", "ways_lsp".
_SEPARATOR = re.compile(r"\s+[-–—>|]+\s+|\s*[:[(|/]\s*|[._]|(?<=\w)\s*-\s*(?=\w)")
# A longer text is no heading.
LONGEST = 500
_CLOSED = re.compile(r"[\])]\s*$")
# What stands in the place of an answer that only its label names: a number, or a code such as SQ003.
_NUMBERED = re.compile(r"(?:sq|a|o|opt|option)?\s*0*\d+", re.IGNORECASE)
_TO_WRITE = re.compile(
    r"(?:any |some |an)?other\b.*\b(?:specify|state|describe|write)(?: it)?(?: in)?(?: below| here)?"
)
_STATEMENT = re.compile(r"[^:?]*\b(?:agree|disagree)\b[^:?]*:\s*(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Named:
    """What a text names: a question, perhaps one answer of it, perhaps the words written beside that answer."""

    question: str
    answer: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """How a survey's questions and answers may be written in an export: by id, by wording, topic or label."""

    instrument: Instrument

    @cached_property
    def asked(self) -> dict[str, Question]:
        """The questions that the wave asked."""
        by_id = self.instrument.questionnaire.by_id
        return {name: question for name, question in by_id.items() if self.instrument.asked(name)}

    def offered(self, question: str) -> tuple[str, ...]:
        """The answers that the wave offered."""
        removed = self.instrument.removed.get(question, ())
        return tuple(answer for answer in self.asked[question].answer_ids if answer not in removed)

    @cached_property
    def _questions(self) -> dict[str, str]:
        questions = list(self.asked.values())
        layers = [
            [(question.id, question.id) for question in questions],
            [(question.wording, question.id) for question in questions],
            [(question.topic, question.id) for question in questions],
            [(match[1], q.id) for q in questions if (match := _STATEMENT.fullmatch(q.wording.strip()))],
        ]
        return _layered(((_question_key(text), name) for text, name in layer) for layer in layers)

    @cached_property
    def _answers(self) -> dict[str, dict[str, str]]:
        return {name: self._answers_of(question) for name, question in self.asked.items()}

    def _answers_of(self, question: Question) -> dict[str, str]:
        offered = self.offered(question.id)
        labels = [(word(answer.label), answer.id) for answer in question.answers if answer.id in offered]
        others = [(text, "other") for text in rules().words.other] if "other" in offered else []
        return _layered([[(word(name), name) for name in offered], labels, others])

    def question(self, text: str) -> str:
        """The question that a text names by itself; empty if there is none, or more than one."""
        for words in (text, without_prefix(text)):
            name = self._questions.get(_question_key(words), "")
            if name:
                return name
        return ""

    def answer(self, question: str, text: str) -> str:
        """The answer of a question that a text gives; empty if there is none."""
        known = self._answers[question]
        found = known.get(word(text)) or known.get(word(without_prefix(text)), "")
        return found or ("other" if "other" in known.values() and _asks_to_write(text) else "")

    def named(self, name: str, option: str = "", label: str = "") -> Named | None:
        """What a column is by its heading, or by the label that the file gives it; None if they do not tell."""
        if option:
            return self._with_option(name, option) or self._with_option(label, option)
        return self._by_text(name) or self._by_text(label) or self._numbered(name, label)

    def _with_option(self, text: str, option: str) -> Named | None:
        question = self.question(text)
        if question and key(option) in rules().words.response_columns | rules().words.text_columns:
            return Named(question, is_text=key(option) in rules().words.text_columns)
        if not question:
            # In a grid of statements the first row has what they share, the second each statement.
            return Named(alone) if (alone := self.question(option)) else None
        answer = self.answer(question, option)
        return Named(question, answer, _asks_to_write(option)) if answer else None

    @cached_property
    def _heard(self) -> dict[str, Named | None]:
        """What has been asked for: in search of the heading the same answers are met again and again."""
        return {}

    def _by_text(self, text: str) -> Named | None:
        if text not in self._heard:
            self._heard[text] = self._named_by(text)
        return self._heard[text]

    def _named_by(self, text: str) -> Named | None:
        plain = _without_ends(text)
        whole = self.question(plain)
        if whole:
            return Named(whole)
        found = {named for left, right in _splits(plain) for named in self._of_parts(left, right)}
        return found.pop() if len(found) == 1 else None

    def _of_parts(self, left: str, right: str) -> Iterator[Named]:
        question, words = self.question(left), rules().words
        if not question:
            of_grid = self.question(right) if " " in right.strip() else ""
            if of_grid:
                yield Named(of_grid)
            return
        parts = [part for part in re.split(r"\s+-\s+|_", right) if key(part) not in words.text_columns]
        is_text = len(parts) < len(re.split(r"\s+-\s+|_", right)) or _asks_to_write(right)
        answer = self.answer(question, right) or self.answer(question, " ".join(parts))
        if answer or (is_text and not "".join(parts).strip("0123456789 ")):
            yield Named(question, answer, is_text)

    def _numbered(self, name: str, label: str) -> Named | None:
        """An answer whose place is in the name of the column ("ways_3") and whose words are in its label."""
        for left, right in _splits(name):
            question = self.question(left)
            if question and _NUMBERED.fullmatch(key(right)):
                parts = [label, *(part for _, part in _splits(label))]
                answers = {answer for part in parts if (answer := self.answer(question, part))}
                if len(answers) == 1:
                    return Named(question, answers.pop(), _asks_to_write(label))
        return None

    def recognise(self, cells: Sequence[str]) -> tuple[int, int]:
        """How many of the questions a row names, and how many columns that tools add."""
        short = [cell for cell in cells if cell and len(cell) < LONGEST]
        named = {named.question for cell in short if (named := self._by_text(cell))}
        return len(named), sum(_is_tools(cell) for cell in short)


def _layered(layers: Iterable[Iterable[tuple[str, str]]]) -> dict[str, str]:
    """Names by key; an earlier layer counts before a later one, and a key of two names in one layer is none."""
    known: dict[str, str] = {}
    for layer in layers:
        own: dict[str, str] = {}
        for text, name in layer:
            own[text] = name if own.get(text, name) == name else ""
        known = {**own, **known}
    return {text: name for text, name in known.items() if text and name}


@lru_cache(maxsize=50_000)
def _is_tools(heading: str) -> bool:
    return bool(rules().roles(heading))


@lru_cache(maxsize=50_000)
def _question_key(text: str) -> str:
    return without_phrases(key(text), rules().words.instructions)


def _asks_to_write(text: str) -> bool:
    """Whether these words stand beside a field to write in: "other (please specify)"."""
    return _TO_WRITE.fullmatch(key(text)) is not None


def _without_ends(text: str) -> str:
    """A heading without what a tool adds to the end of it."""
    plain = re.sub(r"\s+-\s+Selected Choice\b", "", text, flags=re.IGNORECASE)
    return plain.strip()


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """A text taken apart at each place where a question could end and an answer begin."""
    for match in _SEPARATOR.finditer(text):
        left, right = text[: match.start()], _CLOSED.sub("", text[match.end() :])
        if left.strip() and right.strip():
            yield left, right
