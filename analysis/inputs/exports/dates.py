"""When a wave was in the field, as far as the tool's own times tell: by month, never by respondent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from analysis.inputs.exports.table import Column, Export
from analysis.inputs.exports.wording import quoted
from analysis.inputs.findings import Finding

# How tools write a day, without the time after it. Two of these can be the same digits.
_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%m/%d/%y",
          "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y")  # fmt: skip
_TIME = re.compile(r"[T ,]+\d{1,2}:\d\d.*$|[T ,]+\d{1,2}\s*[ap]m.*$", re.IGNORECASE)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
# A few records may have been changed by hand; more, and day and month are mixed up.
MOST_REVERSED = 0.01


@dataclass(frozen=True)
class Days:
    """The days in a tool's column, one for each record; None where there is none."""

    column: Column
    each: tuple[date | None, ...]


def read_days(export: Export, columns: Mapping[str, Column]) -> tuple[dict[str, Days], list[Finding]]:
    """The days on which records were started, ended and sent off; what is no day; what ended before it began."""
    read: dict[str, Days] = {}
    findings: list[Finding] = []
    for role in ("started", "ended", "submitted"):
        column = columns.get(role)
        if column is not None and not column.is_blank:
            read[role], wrong = _read(export, column)
            findings += wrong
    if not findings and "started" in read:
        findings += [*_reversed(export, read["started"], read.get("ended") or read.get("submitted"))]
    return read, findings


def _read(export: Export, column: Column) -> tuple[Days, list[Finding]]:
    texts = [_TIME.sub("", cell.strip()).replace(",", "").strip() for cell in column.cells]
    filled = [text for text in texts if text]
    form = min(_FORMS, key=lambda form: _misfit(filled, form))
    each = tuple(_day(text, form) for text in texts)
    wrong = [place for place, day in enumerate(each) if texts[place] and day is None]
    if not wrong:
        return Days(column, each), []
    found = f"{quoted(column.cells[wrong[0]])}, which is no date like the others"
    fix = "ignore the column in the mapping file; say with --fieldwork when the wave was in the field"
    return Days(column, each), [export.wrong("E-DATE-UNREADABLE", found, "a date", wrong, column, fix)]


def _misfit(texts: Sequence[str], form: str) -> tuple[int, int]:
    """How many texts are no day in this form, and over how many days the others spread."""
    days = [_day(text, form) for text in set(texts)]
    known = [day for day in days if day is not None]
    # The same digits read with day and month exchanged spread one month's fieldwork over the whole year.
    return len(days) - len(known), (max(known) - min(known)).days if known else 0


@lru_cache(maxsize=20_000)
def _day(text: str, form: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def _reversed(export: Export, started: Days, ended: Days | None) -> Iterator[Finding]:
    pairs = enumerate(zip(started.each, ended.each if ended else (), strict=False))
    wrong = [place for place, (one, other) in pairs if one is not None and other is not None and other < one]
    if len(wrong) > MOST_REVERSED * len(started.each):
        found, expected = f"{len(wrong):,} records that ended before they began", "a start before the end"
        fix = "ignore the columns in the mapping file; say with --fieldwork when the wave was in the field"
        yield export.wrong("E-DATE-ORDER", found, expected, wrong, started.column, fix)


def months(days: Sequence[date]) -> str:
    """The months from the first day to the last: "March to May", with the year."""
    if not days:
        return ""
    first, last = min(days), max(days)
    start, end = (f"{_MONTHS[day.month - 1]} {day.year}" for day in (first, last))
    if start == end:
        return start
    return f"{_MONTHS[first.month - 1] if first.year == last.year else start} to {end}"
