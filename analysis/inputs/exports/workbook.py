"""Exports as Excel workbooks: the sheets, their cells as text, and what a sheet hides.

Nothing is calculated: of a formula the value counts that was saved with it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.inputs.exports.files import AGAIN
from analysis.inputs.exports.grid import Grid
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.table import rows_named
from analysis.inputs.exports.wording import listed, quoted
from analysis.inputs.findings import Finding
from analysis.paths import shown

if TYPE_CHECKING:
    from analysis.inputs.exports.sheets import Formats, SheetRow

# Far fewer bytes than what is packed in them: text of a survey does not shrink to a hundredth.
MOST_SHRUNK = 200
_UNSAFE = ("UnsafeSheet", "EntitiesForbidden", "DTDForbidden", "ExternalReferenceForbidden")


def read_workbook(path: Path, sheet: str = "") -> tuple[list[Grid], list[Finding]]:
    """The sheets of a workbook that have anything in them, or the one of this name, hidden or not."""
    bomb = list(_too_large(path))
    if bomb:
        return [], bomb
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return _grids(path, book, sheet)
        finally:
            book.close()
    # Whatever a damaged or forged workbook makes the reader stumble over, it is the file that is at fault.
    except Exception as error:
        return [], [_unreadable(path, error)]


def _unreadable(path: Path, error: Exception) -> Finding:
    if {type(cause).__name__ for cause in (error, error.__cause__, error.__context__)} & set(_UNSAFE):
        found = "a workbook that defines or refers to other content"
        return Finding(shown(path), found, "a workbook as Excel saves it", code="E-FILE-UNSAFE", fix=AGAIN)
    found = f"a workbook that cannot be read ({type(error).__name__})"
    return Finding(shown(path), found, "a workbook as Excel saves it", code="E-FILE-DAMAGED", fix=AGAIN)


def _too_large(path: Path) -> Iterator[Finding]:
    most = rules().sizes.unpacked_bytes
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    shrunk = any(e.file_size > MOST_SHRUNK * max(e.compress_size, 1) and e.file_size > 10_000_000 for e in entries)
    if unpacked > most or shrunk:
        expected = f"at most {most:,} bytes, packed to no less than 1 in {MOST_SHRUNK}"
        yield Finding(shown(path), f"a workbook of {unpacked:,} bytes when unpacked", expected, code="E-FILE-BOMB")


def _grids(path: Path, book: Any, wanted: str) -> tuple[list[Grid], list[Finding]]:
    names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible" or sheet.title == wanted]
    if wanted:
        names = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if not names:
        visible = listed([quoted(sheet.title) for sheet in book.worksheets])
        found = f"no sheet {quoted(wanted)}" if wanted else "no sheet that is shown"
        return [], [Finding(shown(path), found, f"one of the sheets {visible}", code="E-SHEET-UNKNOWN")]
    read = [_grid(path, book[name]) for name in names]
    filled = [grid for grid, _ in read if grid.rows]
    findings = [finding for _, some in read for finding in some]
    if not filled and not findings:
        expected = "a sheet with a heading and one row a response"
        findings = [Finding(shown(path), "no cell with anything in it", expected, code="E-SHEET-EMPTY", fix=AGAIN)]
    return filled, findings


@dataclass
class _Cells:
    """What one sheet holds, as it is read row by row."""

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    dates: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    uncomputed: list[int] = field(default_factory=list)

    def add(self, row: SheetRow) -> None:
        here = len(self.rows)
        self.uncomputed += [row.number] * len(row.uncomputed)
        self.dates |= {(here, place) for place in row.dates}
        self.errors |= {(here, place) for place in row.errors}
        if row.cells:
            cells = [""] * (max(row.cells) + 1)
            for place, text in row.cells.items():
                cells[place] = text
            self.rows.append(cells)
            self.numbers.append(row.number)
            self.hidden |= {row.number} if row.hidden else set()


def _grid(path: Path, sheet: Any) -> tuple[Grid, list[Finding]]:
    """One sheet as text."""
    from analysis.inputs.exports.sheets import sheet_rows

    cells, sizes, findings = _Cells(), rules().sizes, []
    with sheet._get_source() as source:
        for row in sheet_rows(source, _formats(sheet)):
            if len(cells.rows) == sizes.rows or max(row.cells, default=0) >= sizes.columns:
                findings.append(_outgrown(path, sheet.title, len(cells.rows) == sizes.rows))
                break
            cells.add(row)
    if cells.uncomputed:
        found = f"{len(cells.uncomputed):,} formulas that were never calculated"
        fix, rows = "open the workbook in Excel, save it, and try again", rows_named(sorted(set(cells.uncomputed)))
        findings.append(Finding(shown(path), found, "values", rows, code="E-FORMULA", sheet=sheet.title, fix=fix))
    return Grid(shown(path), sheet.title, cells.rows, cells.numbers, frozenset(cells.dates), frozenset(cells.errors),
                frozenset(cells.hidden)), findings  # fmt: skip


def _outgrown(path: Path, sheet: str, in_rows: bool) -> Finding:
    sizes = rules().sizes
    code, most, what = ("E-ROWS-MANY", sizes.rows, "rows") if in_rows else ("E-COLUMNS-MANY", sizes.columns, "columns")
    return Finding(shown(path), f"more than {most:,} {what}", f"at most {most:,} {what}", code=code, sheet=sheet)


def _formats(sheet: Any) -> Formats:
    from openpyxl.utils.datetime import from_excel

    from analysis.inputs.exports.sheets import Formats

    book = sheet.parent

    def as_date(number: float) -> object:
        return from_excel(number, book.epoch)

    return Formats(sheet._shared_strings, book._date_formats, as_date)
