"""The cells of a text file or a sheet as they stand, before it is known which row is the heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

# How many cells of a row name a question of the study, and how many a column that tools add.
Recognise = Callable[[Sequence[str]], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """Rows of text without the blank ones; `numbers` says which row of the file each is, the first being 1.

    `dates` and `errors` are the places (row, column), counted from 0, of dates and of a spreadsheet's error values.
    `is_padded` means that a short row is no sign of damage.
    """

    place: str
    sheet: str
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]
    dates: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    hidden: frozenset[int] = frozenset()
    is_padded: bool = True


def as_text(value: Any) -> str:
    """A value as text: a whole number without decimals, a date as year-month-day."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.12g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
