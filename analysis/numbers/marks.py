"""Marks: what an estimate or a claim leaves behind inside the text of a sentence.

Writing `f"... {often} ..."` must not print anything yet: which of several sentences is said is decided
later. So formatting leaves an inert mark, and `split` finds the objects again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Characters of Unicode's private use area: no text of the study contains them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True)
class Mark:
    """An object in a sentence, with the words its author gave it after the colon."""

    thing: Marked
    words: str


_marks: list[Mark] = []


class Marked:
    """Something that can stand inside braces in a sentence."""

    def __format__(self, words: str) -> str:
        _marks.append(Mark(self, words))
        return f"{_OPEN}{len(_marks) - 1}{_CLOSE}"


def split(text: str) -> list[str | Mark]:
    """The text of a sentence with its marks as objects, in the order in which they are said."""
    parts = _MARK.split(text)
    return [_marks[int(part)] if i % 2 else part for i, part in enumerate(parts) if i % 2 or part]
