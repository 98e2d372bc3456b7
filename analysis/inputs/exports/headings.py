"""Which rows of an export are its heading: one row, or two, below titles, as survey tools write them.

Tools write the names of variables and below them the wordings of the questions, or the wordings and below them the
answers of multiple response questions, with blank or merged cells between; or only one of these rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.inputs.exports.files import AGAIN
from analysis.inputs.exports.grid import Grid, Recognise
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.table import Column, Export, rows_named, with_headings
from analysis.inputs.exports.wording import key
from analysis.inputs.findings import Finding

# Titles above the heading are few.
SEARCHED = 30
_IMPORT_ID = '{"ImportId"'


@dataclass(frozen=True)
class Heading:
    """The rows of a heading, by place in the grid; -1 where there is none. The records begin at `end`."""

    names: int
    labels: int
    options: int
    end: int


def to_export(grid: Grid, recognise: Recognise) -> tuple[Export | None, list[Finding]]:
    """The grid as a table with headings, or what keeps it from being one."""
    heading = find_heading(grid, recognise)
    if heading is None:
        found, expected = "no row that could be a heading", "a row that names the questions, and below it the responses"
        return None, [Finding(grid.place, found, expected, code="E-HEADER-MISSING", sheet=grid.sheet)]
    rows = grid.rows[heading.end :]
    width = _width(grid, heading)
    findings = _misshapen(grid, heading, width)
    if not rows:
        row = str(grid.numbers[heading.end - 1])
        found, expected = "no row below the heading", "one row a response"
        findings.append(Finding(grid.place, found, expected, row, code="E-ROWS-NONE", sheet=grid.sheet, fix=AGAIN))
    if findings:
        return None, findings
    padded = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    each = zip(range(width), zip(*padded, strict=True), strict=True)
    columns = [_column(grid, heading, place, width, cells) for place, cells in each]
    kept = [column for column in columns if column.name or column.option or not column.is_blank]
    hidden = frozenset(place for place, number in enumerate(grid.numbers[heading.end :]) if number in grid.hidden)
    numbers = tuple(grid.numbers[heading.end :])
    return Export(grid.place, grid.sheet, with_headings(kept), numbers, hidden), findings


def find_heading(grid: Grid, recognise: Recognise) -> Heading | None:
    """The heading of a grid: around the row that names most questions, else the first full row of words."""
    top = grid.rows[:SEARCHED]
    if not top:
        return None
    scores = [recognise(row) for row in top]
    best = max(range(len(top)), key=lambda row: (scores[row], -row))
    if scores[best] == (0, 0):
        full = max(_filled(row) for row in top)
        best = next((i for i, row in enumerate(top) if _filled(row) >= 0.6 * full and _is_words(row)), -1)
        if best < 0:
            return None
    return _around(grid.rows, best, [questions for questions, _ in scores])


def _around(rows: Sequence[Sequence[str]], best: int, questions: Sequence[int]) -> Heading:
    """The heading that the row which names most questions belongs to."""
    names, labels, options, end = best, -1, -1, best + 1
    above, below = best - 1, best + 1
    if below < len(rows) and below < len(questions) and questions[below] >= 2:
        labels, end = below, below + 1
    elif above >= 0 and _filled(rows[above]) >= 0.8 * _filled(rows[best]) and _is_words(rows[above]):
        names, labels = above, best
    if end < len(rows) and _is_options(rows[max(names, labels)], rows[end]):
        options, end = end, end + 1
    if end < len(rows) and any(cell.startswith(_IMPORT_ID) for cell in rows[end]):
        end += 1
    return Heading(names, labels, options, end)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _is_words(row: Sequence[str]) -> bool:
    """Whether a row could be names: no number in it, and nothing twice."""
    cells = [cell for cell in row if cell]
    return len(set(cells)) == len(cells) and not any(cell.replace(".", "").lstrip("-").isdigit() for cell in cells)


def _is_options(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether the row below the names has the answers of multiple response questions.

    Below a question that spans several columns every cell is filled, and differently; below all others stands nothing
    or a word such as "Response".
    """
    words = rules().words.response_columns | rules().words.text_columns
    spans = _spans(names, len(row))
    wide = [[row[place] for place in span] for span in spans if len(span) > 1]
    single = [row[span[0]] for span in spans if len(span) == 1 and span[0] < len(row)]
    if not any(wide) and not any(key(cell) in words for cell in single):
        return False
    return all(all(cells) and len(set(cells)) == len(cells) for cells in wide) and all(
        not cell or key(cell) in words for cell in single
    )


def _spans(names: Sequence[str], width: int) -> list[list[int]]:
    """The columns of each name: its own and those right of it that are blank or repeat it."""
    spans: list[list[int]] = []
    for place in range(width):
        name = names[place] if place < len(names) else ""
        if spans and (not name or name == names[spans[-1][0]]):
            spans[-1].append(place)
        else:
            spans.append([place])
    return spans


def _width(grid: Grid, heading: Heading) -> int:
    parts = [row for row in (heading.names, heading.labels, heading.options) if row >= 0]
    return max(len(grid.rows[row]) for row in parts)


def _misshapen(grid: Grid, heading: Heading, width: int) -> list[Finding]:
    """Rows that are longer than the heading; in a text file also shorter ones, whose answers may have been shifted."""
    most, findings = rules().sizes.columns, []
    if width > most:
        found, row = f"{width:,} columns", str(grid.numbers[heading.names])
        findings.append(
            Finding(grid.place, found, f"at most {most:,} columns", row, code="E-COLUMNS-MANY", sheet=grid.sheet)
        )
    rows = list(zip(grid.numbers[heading.end :], grid.rows[heading.end :], strict=True))
    long = [number for number, row in rows if any(row[width:])]
    short = [number for number, row in rows if len(row) < width and not grid.is_padded]
    fix = "look for a line break or a delimiter inside an answer that is not in quotation marks"
    for numbers, what in ((long, "more"), (short, "fewer")):
        if numbers:
            found, expected = f"{what} cells than the heading has", f"{width} cells in each row"
            named = rows_named(numbers)
            findings.append(Finding(grid.place, found, expected, named, code="E-ROW-RAGGED", sheet=grid.sheet, fix=fix))
    return findings


def _column(grid: Grid, heading: Heading, place: int, width: int, cells: tuple[str, ...]) -> Column:
    name, label, option = (_cell(grid, row, place) for row in (heading.names, heading.labels, heading.options))
    if option or (heading.options >= 0 and not name):
        above = max(heading.names, heading.labels)
        span = next(span for span in _spans(grid.rows[above], width) if place in span)
        name, label = _cell(grid, heading.names, span[0]), _cell(grid, heading.labels, span[0])
    first = heading.end
    dates = frozenset(row - first for row, column in grid.dates if column == place and row >= first)
    errors = frozenset(row - first for row, column in grid.errors if column == place and row >= first)
    return Column(place + 1, name, cells, option, label, dates=dates, errors=errors)


def _cell(grid: Grid, row: int, place: int) -> str:
    return grid.rows[row][place] if row >= 0 and place < len(grid.rows[row]) else ""
