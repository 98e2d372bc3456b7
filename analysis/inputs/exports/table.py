"""The export of a survey tool as one table of text, whatever kind of file it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from analysis.inputs.exports.wording import key, quoted
from analysis.inputs.findings import Finding

# How many rows a finding names before it only counts the rest.
NAMED_ROWS = 3


@dataclass(frozen=True)
class Column:
    """One column of an export, its cells as text in the order of the rows.

    `name` is its heading, in a heading of two rows the first; `option` the second row, for one answer of a multiple
    response question; `label` a longer text that the file gives it besides. `texts` are the labels of its codes and
    `missing` the codes that the file itself declares to be no answer. `dates` and `errors` are the places, among the
    cells, of dates and of a spreadsheet's error values.
    """

    position: int
    name: str
    cells: tuple[str, ...]
    option: str = ""
    label: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    dates: frozenset[int] = frozenset()
    errors: frozenset[int] = frozenset()
    heading: str = ""

    @property
    def letter(self) -> str:
        """The name of the column in a spreadsheet: A, B, ..., Z, AA."""
        letters, rest = "", self.position
        while rest:
            rest, last = divmod(rest - 1, 26)
            letters = chr(ord("A") + last) + letters
        return letters

    @property
    def shown(self) -> str:
        """The column as messages name it."""
        return f"{self.letter} {quoted(self.heading)}"

    @cached_property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Export:
    """A survey tool's export. `rows` has the number of each record's row as a person sees it in the file."""

    place: str
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    hidden: frozenset[int] = frozenset()

    def wrong(
        self,
        code: str,
        found: str,
        expected: str,
        rows: Sequence[int] = (),
        column: Column | None = None,
        fix: str = "",
    ) -> Finding:
        """Something wrong with this export. `rows` are places among its records."""
        named = rows_named([self.rows[place] for place in rows])
        shown = column.shown if column else ""
        return Finding(self.place, found, expected, named, shown, code, self.sheet, fix)


def rows_named(rows: Sequence[int]) -> str:
    """The first rows, and how many more there are: one cause is one finding."""
    first = ", ".join(str(row) for row in rows[:NAMED_ROWS])
    return first if len(rows) <= NAMED_ROWS else f"{first} and {len(rows) - NAMED_ROWS:,} more"


def with_headings(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Give every column a heading of its own, by which a mapping file can name it.

    Where a heading stands several times, the column's letter in a spreadsheet tells them apart.
    """
    plain = [" > ".join(filter(None, (column.name.strip(), column.option.strip()))) for column in columns]
    keys = [key(text) for text in plain]
    repeated = {one for one in keys if keys.count(one) > 1}
    return tuple(
        replace(column, heading=f"{text} [column {column.letter}]".strip() if own in repeated or not text else text)
        for column, text, own in zip(columns, plain, keys, strict=True)
    )
