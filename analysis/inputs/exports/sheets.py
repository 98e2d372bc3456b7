"""One sheet of a workbook, cell by cell: text, numbers, dates, error values, and formulas that have no value.

openpyxl reads the workbook around it. The sheet itself, nearly all of the file, is read here: openpyxl's quick way
does not tell which rows are hidden and takes a formula that was never calculated for a blank cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from openpyxl.xml.constants import SHEET_MAIN_NS

from analysis.inputs.exports.grid import as_text

_MAIN = f"{{{SHEET_MAIN_NS}}}"
_ROW, _CELL, _VALUE, _FORMULA = f"{_MAIN}row", f"{_MAIN}c", f"{_MAIN}v", f"{_MAIN}f"
_TEXT, _PHONETIC = f"{_MAIN}t", f"{_MAIN}rPh"


class UnsafeSheet(ValueError):
    """A sheet that defines content of its own kind: no program that makes workbooks does."""


@dataclass(frozen=True)
class Formats:
    """What the workbook around a sheet says about its cells: shared texts, and which styles are those of dates."""

    texts: Sequence[str]
    date_styles: Collection[int]
    as_date: Callable[[float], object]


@dataclass(frozen=True)
class SheetRow:
    """One row: its number, its cells as text by column (the first is 0), and what is special about them."""

    number: int
    cells: dict[int, str]
    dates: tuple[int, ...]
    errors: tuple[int, ...]
    uncomputed: tuple[int, ...]
    hidden: bool


def sheet_rows(source: IO[bytes], formats: Formats) -> Iterator[SheetRow]:
    """The rows of a sheet in their order. Raises UnsafeSheet, ParseError or ValueError where it is no sheet."""
    number = 0
    for _, element in iterparse(_Guarded(source)):
        if element.tag == _ROW:
            number = int(element.get("r", number + 1))
            yield _row(number, element, formats)
            element.clear()


class _Guarded:
    """A stream that stops where a document defines entities, from which a few bytes could become many."""

    def __init__(self, source: IO[bytes]):
        self.source, self.tail = source, b""

    def read(self, size: int = -1) -> bytes:
        part = self.source.read(size)
        joined = self.tail + part
        if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined or joined.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnsafeSheet("a document type of its own")
        self.tail = joined[-9:]
        return part


def _row(number: int, element: Element, formats: Formats) -> SheetRow:
    cells: dict[int, str] = {}
    special: dict[str, list[int]] = {"d": [], "e": [], "f": []}
    place = -1
    for cell in element.iterfind(_CELL):
        place = _place(cell.get("r", "").rstrip("0123456789"), place + 1)
        text, kind = _content(cell, formats)
        if text:
            cells[place] = text
        if kind in special and (text or kind == "f"):
            special[kind].append(place)
    hidden = element.get("hidden") in ("1", "true")
    return SheetRow(number, cells, tuple(special["d"]), tuple(special["e"]), tuple(special["f"]), hidden)


@lru_cache(maxsize=20_000)
def _place(letters: str, following: int) -> int:
    if not letters:
        return following
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _content(cell: Element, formats: Formats) -> tuple[str, str]:
    """The text of a cell, and its kind: d for a date, e for an error value, f for a formula without a value."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _written(cell).strip(), ""
    value = cell.findtext(_VALUE)
    if not value:
        # A formula may have worked out to an empty text; one without any value was never calculated.
        return "", "f" if kind != "str" and cell.find(_FORMULA) is not None else ""
    if kind == "s":
        return formats.texts[int(value)].strip(), ""
    if kind == "n":
        style = int(cell.get("s", 0))
        if style in formats.date_styles:
            return as_text(formats.as_date(float(value))), "d"
        return value if value.isdigit() else as_text(float(value)), ""
    if kind == "b":
        return as_text(value == "1"), ""
    return (value.replace("T", " ") if kind == "d" else value.strip()), kind


def _written(cell: Element) -> str:
    """The text that stands in the cell itself, without the reading aids of some scripts."""
    if len(cell) == 1 and len(cell[0]) == 1 and cell[0][0].tag == _TEXT:
        return cell[0][0].text or ""
    aids = {text for aid in cell.iter(_PHONETIC) for text in aid.iter(_TEXT)}
    return "".join(part.text or "" for part in cell.iter(_TEXT) if part not in aids)
