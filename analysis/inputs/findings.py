"""What is wrong with an input: named by place, with what was found and what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one input.

    `place` is the file, `row` its line or record as a person counts them (the header is row 1),
    `column` the column or key; both are empty where they do not apply.
    """

    place: str
    found: str
    expected: str
    row: str = ""
    column: str = ""

    def __str__(self) -> str:
        where = self.place
        if self.row:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        return f"{where}: found {self.found}; expected {self.expected}"


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
