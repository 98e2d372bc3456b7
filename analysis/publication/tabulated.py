"""The numbers of exhibits and of the topline as rows of a file: what a cell holds, and what stands in an empty one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from analysis.inputs.waves import Wave
from analysis.numbers.estimates import COUNTS_BELOW, SUPPRESSED_BELOW
from analysis.publication.downloads import CHANGES, Row, records
from analysis.publication.exhibits import Exhibit
from analysis.publication.sheets import Cell

NUMBERS = ("percent", "count", "base", "low", "high", "least", "greatest")
EXHIBIT = ("wave", "series", "label", "shown", *NUMBERS, "known", "printed", "where", "address")
TOPLINE = (
    "wave", "survey", "question", "wording", "response", "asked_of", "answer", "label", "shown", "percent", "count",
    "base", "asked", "missing", "low", "high", "least", "greatest", "known", "printed", "where", "note", "address",
)  # fmt: skip
COUNTED = ("collected", "simulated")
CONFIDENTIAL, UNRELIABLE, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[u]", "[x]", "[z]"
# What would be read as a formula when a file is opened in a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exhibit_rows(exhibit: Exhibit, wave: Wave) -> list[Row]:
    """The numbers of a chart or table, in its order; of a table that is not one of shares, its rows as shown."""
    if exhibit.lines and not any(number.address for number in exhibit.numbers):
        return _as_shown(exhibit, wave)
    return [
        ruled(
            {
                "wave": wave.id,
                "series": number.series,
                "label": number.label,
                "shown": number.shown,
                **{name: number.statistic.get(name, "") for name in (*NUMBERS, "known", "printed", "where")},
                "address": number.address,
            }
        )
        for number in exhibit.numbers
    ]


def _as_shown(exhibit: Exhibit, wave: Wave) -> list[Row]:
    alike = len(exhibit.changes) == len(exhibit.lines)
    told = exhibit.changes if alike else [{}] * len(exhibit.lines)
    changes = [{name: row[name] for name in CHANGES if row} for row in told]
    columns = dict.fromkeys(name for line in exhibit.lines for name in line)
    return [
        {"wave": wave.id, **{name: line.get(name, "") for name in columns}, **change}
        for line, change in zip(exhibit.lines, changes, strict=True)
    ]


def exhibit_columns(rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns of an exhibit's rows."""
    return tuple(rows[0]) if rows else EXHIBIT


def topline_rows(chapters: Iterable[Path], wave: Wave) -> list[Row]:
    """Every answer to every question of the wave, as its topline shows them."""
    found = (row for path in chapters for record in records(path) for row in record.get("rows", ()))
    return [ruled({"wave": wave.id, **row}) for row in found]


def ruled(row: Row) -> Row:
    """A row by the rule for small bases: on fewer than thirty answers counts take the place of percentages."""
    return {**row, "percent": ""} if _is_few(row, COUNTS_BELOW) else row


def safe(rows: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    """Rows whose words no spreadsheet takes for a formula."""
    for row in rows:
        yield {name: f"'{text}" if text.startswith(FORMULA) else text for name, text in row.items()}


def cells(row: Mapping[str, str], columns: Sequence[str], numbers: Sequence[str]) -> tuple[Cell, ...]:
    """A row for a worksheet: numbers as numbers, and in an empty cell the sign that says why it is empty."""
    return tuple(_number(row, name) if name in numbers else row[name] or NOT_APPLICABLE for name in columns)


def _number(row: Mapping[str, str], name: str) -> Cell:
    if row[name]:
        return float(row[name]) if "." in row[name] else int(row[name])
    if not row["address"]:
        return NOT_APPLICABLE
    if _is_few(row, SUPPRESSED_BELOW):
        return CONFIDENTIAL
    if name == "percent" and _is_few(row, COUNTS_BELOW):
        return UNRELIABLE
    return NOT_AVAILABLE


def _is_few(row: Mapping[str, str], limit: int) -> bool:
    """Whether fewer real respondents than the limit are behind the number."""
    is_share = row["known"] in COUNTED and bool(row.get("question", row["address"]))
    return is_share and int(row["base"] or 0) < limit
