"""What an accessible workbook is made of: sheets with one table each, whatever the format of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float

LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width in characters, and how many decimal places its numbers show."""

    head: str
    width: int = 14
    places: int = 0


@dataclass(frozen=True)
class Sheet:
    """One worksheet: a title, notes a row each, and one table, or none where `columns` is empty.

    `links` gives, by the place of a row in the table, the sheet that its first cell leads to.
    """

    name: str
    title: str
    notes: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    links: tuple[tuple[int, str], ...] = ()
    back: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME or _FORBIDDEN.search(self.name):
            raise ValueError(f"no name for a worksheet: {self.name!r}")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"worksheet {self.name}: a row is as long as the table is wide")
        if any(cell == "" for row in self.rows for cell in row):
            raise ValueError(f"worksheet {self.name}: no cell is left blank without a word")

    @property
    def head_row(self) -> int:
        """The row of the table's heads, counted from 1."""
        return 2 + len(self.notes) + bool(self.back)


@dataclass(frozen=True)
class Workbook:
    """A workbook: what it is called, and its sheets."""

    title: str
    subject: str
    author: str
    sheets: tuple[Sheet, ...]


def sheet_name(words: str, taken: Sequence[str] = ()) -> str:
    """A name for a worksheet: letters, digits and low lines, not too long, and not taken."""
    plain = _FORBIDDEN.sub("_", words).strip("_")[:LONGEST_NAME]
    if plain not in taken:
        return plain
    return next(name for n in range(2, 100) if (name := f"{plain[: LONGEST_NAME - 3]}_{n}") not in taken)
