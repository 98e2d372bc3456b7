"""Answers as small integers, and how many responses share a pattern of them.

All numbers of a survey are sums over patterns: the combinations of answers to one question, its routing and a
breakdown that occur, each with the number of responses that show it. There are few of them, however many people
answered, so responses are read once a table and never again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.questionnaire import Questionnaire

Codes = NDArray[Any]
Members = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Responses are counted so many at a time, so that what is needed in between stays small.
AT_A_TIME = 1 << 18
# More combinations than this are not given a counter each: most of them do not occur.
MOST_COUNTERS = 1 << 22


@dataclass(frozen=True)
class Coded:
    """Coded answers: one entry a response, or one entry a pattern of responses.

    `codes[question]` has one integer an entry: bit `i` is set when the answer may be the question's answer
    number `i` (single response) or when that answer was ticked (multiple response); 0 is no answer. Questions that
    the wave did not ask, or that nothing is known about, have no entry.
    """

    questionnaire: Questionnaire
    size: int
    codes: Mapping[str, Codes]

    def bits(self, question: str, answers: tuple[str, ...]) -> int:
        """The code that stands for a set of answers."""
        ids = self.questionnaire.by_id[question].answer_ids
        return sum(1 << ids.index(answer) for answer in answers)

    def asked(self, question: str) -> Members:
        """Who was asked the question: everybody, or those whose earlier answer routed them to it."""
        routing = self.questionnaire.by_id[question].asked_if
        # A wave that left out the earlier question routed nobody past this one.
        if routing is None or routing.question not in self.codes:
            return np.ones(self.size, dtype=bool)
        return self.chose(routing.question, routing.answers)

    def answered(self, question: str) -> Members:
        """Who is in the base of the question: asked, and gave an answer."""
        given: Members = self.codes[question] != 0
        return given & self.asked(question)

    def chose(self, question: str, answers: tuple[str, ...]) -> Members:
        """Who certainly gave one of these answers."""
        codes, wanted = self.codes[question], self.bits(question, answers)
        ticked: Members = (codes & wanted) != 0
        if self.questionnaire.by_id[question].kind == "multiple":
            return ticked
        # Of the codes' own type: a number of another one would make a copy of every code.
        certain: Members = (codes & codes.dtype.type(~wanted & _all_bits(codes))) == 0
        return ticked & certain


def _all_bits(codes: Codes) -> int:
    return int(np.iinfo(codes.dtype).max)


@dataclass(frozen=True)
class Patterns(Coded):
    """The patterns of answers to some questions: of each, how many responses show it (`counts`)."""

    counts: NDArray[np.int64]

    def count(self, members: Members) -> int:
        """How many responses show one of these patterns."""
        return int(self.counts[members].sum())


@dataclass(frozen=True)
class Column:
    """The codes of one question, one a response, as places in the list of those that occur."""

    codes: Codes

    @cached_property
    def distinct(self) -> Codes:
        """The codes that occur, in their order."""
        return self._indexed[0]

    @cached_property
    def index(self) -> NDArray[Any]:
        """Each response's place in `distinct`, in the smallest type that holds it."""
        return self._indexed[1]

    @cached_property
    def _indexed(self) -> tuple[Codes, NDArray[Any]]:
        greatest = int(self.codes.max(initial=0))
        if greatest >= MOST_COUNTERS:
            distinct, index = np.unique(self.codes, return_inverse=True)
            return distinct, index.astype(_smallest(len(distinct)))
        present = np.zeros(greatest + 1, dtype=bool)
        present[self.codes] = True
        distinct = np.flatnonzero(present).astype(self.codes.dtype)
        places = np.zeros(greatest + 1, dtype=_smallest(len(distinct)))
        places[distinct] = np.arange(len(distinct))
        return distinct, places[self.codes]


def _smallest(values: int) -> type[np.unsignedinteger[Any]]:
    if values <= 1 << 8:
        return np.uint8
    return np.uint16 if values <= 1 << 16 else np.uint32


def count_patterns(
    columns: Sequence[Column], size: int, values: Sequence[Floats] = ()
) -> tuple[list[Codes], NDArray[np.int64], list[Floats]]:
    """The combinations of codes that occur in these columns, a column of codes each, and how often each occurs.

    The combinations are in the order of the first column's codes, then the second's, and so on. Of each of `values`
    (one number a response) comes the sum over the responses of a combination.
    """
    widths = [len(column.distinct) for column in columns]
    keys, counts, sums = _counted(columns, widths, size, values)
    codes: list[Codes] = []
    left = keys
    for column, width in zip(reversed(columns), reversed(widths), strict=True):
        codes.insert(0, column.distinct[left % width])
        left = left // width
    return codes, counts, sums


def _counted(
    columns: Sequence[Column], widths: Sequence[int], size: int, values: Sequence[Floats]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Floats]]:
    cells = prod(widths)
    if cells > MOST_COUNTERS:
        keys, places, counts = np.unique(
            _keys(columns, widths, slice(0, size)), return_inverse=True, return_counts=True
        )
        return (
            keys,
            counts.astype(np.int64),
            [np.bincount(places, weights=value).astype(np.float64) for value in values],
        )
    totals, sums = np.zeros(cells, dtype=np.int64), [np.zeros(cells) for _ in values]
    for start in range(0, size, AT_A_TIME):
        part = slice(start, start + AT_A_TIME)
        numbered = _keys(columns, widths, part)
        totals += np.bincount(numbered, minlength=cells)
        for total, value in zip(sums, values, strict=True):
            total += np.bincount(numbered, weights=value[part], minlength=cells)
    keys = np.flatnonzero(totals)
    return keys, totals[keys], [total[keys] for total in sums]


def _keys(columns: Sequence[Column], widths: Sequence[int], part: slice) -> NDArray[np.int64]:
    keys = columns[0].index[part].astype(np.int64)
    for column, width in zip(columns[1:], widths[1:], strict=True):
        keys *= width
        keys += column.index[part]
    return keys
