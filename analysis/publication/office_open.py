"""Workbooks as XLSX files: the same bytes whenever and wherever they are written."""

from __future__ import annotations

import io
import re
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from analysis.publication.packing import repacked
from analysis.publication.sheets import Sheet, Workbook

_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
WRAPPED = Alignment(wrap_text=True, vertical="top")
HEAD, LINK = Font(bold=True), Font(color="00456E", underline="single")
TITLE = Font(bold=True, size=14)
GROUND = PatternFill("solid", fgColor="FFDDE7EE")
FIRST_WIDTH = 60


def xlsx(workbook: Workbook) -> bytes:
    """The workbook as the bytes of an XLSX file."""
    book = Book()
    book.remove(book.worksheets[0])
    for sheet in workbook.sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    about = book.properties
    about.title, about.subject, about.creator = workbook.title, workbook.subject, workbook.author
    about.language = "en-GB"
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), {"docProps/core.xml": lambda text: _MOMENTS.sub(b"", text)})


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.append([sheet.title])
    page["A1"].font = TITLE
    for note in sheet.notes:
        page.append([note])
    if sheet.back:
        page.append([f"Back to {sheet.back}"])
        _link(page.cell(page.max_row, 1), sheet.back)
    for row in page["A1" : f"A{page.max_row}"]:
        row[0].alignment = WRAPPED
    if sheet.columns:
        _table(page, sheet)
    widths = [column.width for column in sheet.columns] or [FIRST_WIDTH + 30]
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width


def _table(page: Worksheet, sheet: Sheet) -> None:
    page.append([column.head for column in sheet.columns])
    first = page.max_row
    for row in sheet.rows:
        page.append(list(row))
    for cells in page.iter_rows(min_row=first):
        for cell, column in zip(cells, sheet.columns, strict=True):
            _styled(cell, column.places, head=cell.row == first)
    for place, target in sheet.links:
        _link(page.cell(first + 1 + place, 1), target)
    last = f"{get_column_letter(len(sheet.columns))}{page.max_row}"
    marked = Table(displayName=f"T_{sheet.name}", ref=f"A{first}:{last}")
    marked.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    page.add_table(marked)
    page.print_title_rows = f"{first}:{first}"


def _styled(cell: Any, places: int, head: bool) -> None:
    cell.alignment = WRAPPED
    if head:
        cell.font, cell.fill = HEAD, GROUND
    elif isinstance(cell.value, str):
        # Words are words: none of them is a formula.
        cell.data_type = "s"
    else:
        cell.number_format = "0" if not places else f"0.{'0' * places}"


def _link(cell: Any, sheet: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1", display=str(cell.value))
    cell.font = LINK
