"""What is wrong with an input: named by place, with what was found and what was expected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("code", "file", "sheet", "row", "column", "found", "expected", "fix")
# A spreadsheet would calculate a cell that begins with one of these.
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one input.

    `place` is the file, `row` its line or record as a person counts them (the header is row 1),
    `column` the column or key; both are empty where they do not apply. `code` is a short name of this kind of
    finding that stays the same, `sheet` the sheet of a workbook, `fix` what would most likely put it right;
    a finding need not have them.
    """

    place: str
    found: str
    expected: str
    row: str = ""
    column: str = ""
    code: str = ""
    sheet: str = ""
    fix: str = ""

    def __str__(self) -> str:
        where = f"{self.code} {self.place}" if self.code else self.place
        if self.sheet:
            where += f", sheet {self.sheet}"
        if self.row:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        text = f"{where}: found {self.found}; expected {self.expected}"
        return f"{text}; to put it right: {self.fix}" if self.fix else text


class InputError(Exception):
    """An input cannot be used. Carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def refuse(findings: Iterable[Finding]) -> None:
    """Stop with all findings at once, if there are any."""
    found = tuple(findings)
    if found:
        raise InputError(found)


def findings_as_csv(findings: Iterable[Finding]) -> str:
    """Findings as the text of a CSV file that a spreadsheet shows and does not calculate."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in findings:
        cells = (one.code, one.place, one.sheet, one.row, one.column, one.found, one.expected, one.fix)
        writer.writerow(f"'{cell}" if cell.startswith(_CALCULATED) else cell for cell in cells)
    return text.getvalue()
