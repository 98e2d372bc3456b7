"""The files a reader can take away: every number and every claim that the chapters of a wave state."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.display.change_records import COLUMNS
from analysis.display.records import MIME
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.publication.chapters import read_executed

Row = dict[str, str]

STATISTICS = (
    "address", "chapter", "survey", "question", "answers", "group_by", "group", "base", "count", "percent",
    "low", "high", "least", "greatest", "known", "printed", "where",
)  # fmt: skip
CHANGES = COLUMNS
CLAIMS = ("chapter", "claim", "state", "margin", "sentence")
FIGURES = ("figure", "where", "address", "value", "unit", "qualifier", "base", "reproduced", "note")


def statistics(chapters: Sequence[Path]) -> list[Row]:
    """Every estimate that these executed chapters state, in the order of the book, once a chapter.

    Raises InputError if a chapter gives one address two values: a stale cell, or two methods for one number.
    """
    rows: dict[tuple[str, str], Row] = {}
    for row in _rows(chapters, "estimates", STATISTICS):
        first = rows.setdefault((row["chapter"], row["address"]), row)
        if first != row:
            place, found = f"chapter {row['chapter']}", f"two values for {row['address']}"
            raise InputError([Finding(place, found, "one value an address in a chapter")])
    return list(rows.values())


def claims(chapters: Sequence[Path]) -> list[Row]:
    """Every claim that these executed chapters state, with the sentence that states it."""
    unique = {tuple(row.values()): row for row in _rows(chapters, "claims", CLAIMS)}
    return list(unique.values())


def changes(chapters: Sequence[Path]) -> list[Row]:
    """Every change since the wave before that these executed chapters state, once.

    Raises InputError if one address has two changes: a stale cell, or two methods for one number.
    """
    rows: dict[str, Row] = {}
    for path in chapters:
        for record in records(path):
            for given in record.get("changes", []):
                row = {column: given[column] for column in CHANGES}
                if rows.setdefault(row["address"], row) != row:
                    found = f"another change of {row['address']}"
                    raise InputError([Finding(paths.shown(path), found, "one change an address in a wave")])
    return list(rows.values())


def withheld(chapters: Sequence[Path]) -> list[Row]:
    """What was merged or withheld in a wave, as its executed topline tells: the same for all chapters."""
    return [row for path in chapters for record in records(path) for row in record.get("withheld", [])]


def _rows(chapters: Sequence[Path], part: str, columns: Sequence[str]) -> Iterator[Row]:
    for path in chapters:
        for record in records(path):
            for row in record.get(part, []):
                yield _row(path, row, columns)


def _row(path: Path, row: Mapping[str, str], columns: Sequence[str]) -> Row:
    given = {"chapter": path.stem, **row}
    expected = f"the columns {', '.join(columns)}"
    unlike = sorted(set(given) ^ set(columns))
    found = [f"a record {'with' if column in given else 'without'} {column!r}" for column in unlike]
    refuse(Finding(paths.shown(path), one, expected) for one in found)
    return {column: given[column] for column in columns}


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """What the cells of an executed chapter have said, in their order."""
    for cell in read_executed(path).cells:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                yield output["data"][MIME]


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Rows as the text of a CSV file. Raises InputError if a row has other columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        if set(row) != set(columns):
            found = f"a row with the columns {', '.join(row)}"
            raise InputError([Finding("a file of the book", found, f"the columns {', '.join(columns)}")])
        writer.writerow(row)
    return text.getvalue()
