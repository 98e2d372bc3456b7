"""What the source report asserts in words about the surveys: who leads, what exceeds what, what is alike.

Each statement carries the claim it makes as a canonical expression over addresses, so that a chapter's claim
can be looked up among them; a statement that no question can carry has none, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.questionnaire import questionnaires, resolve

COLUMNS = ("statement", "where", "words", "claim", "note")

OF_A_SHARE = ("majority", "minority", "most")
OF_MEMBERS = ("highest", "lowest")
OF_A_SERIES = ("similar", "differs")
_CALL = re.compile(r"(?P<kind>[a-z_]+)\((?P<terms>[^()]+)\)")
_COMPARISON = re.compile(r"(?P<first>[^<>()]+) [<>] (?P<second>[^<>()]+)")
_FORMS = "majority(...), highest(..., ...), ranked(..., ..., ...), similar(...), differs(...) or ... > ..."


@dataclass(frozen=True)
class Statement:
    """One assertion of the report about survey results, in our own words, with the claim it makes."""

    statement: str
    where: str
    words: str
    claim: str
    note: str


def read_statements(path: Path = paths.PUBLISHED / "statements.csv") -> tuple[Statement, ...]:
    """Read the statements, in the report's order. Raises InputError for every row that cannot be right."""
    rows = list(enumerate(read_table(path, COLUMNS), start=2))
    place = paths.shown(path)
    seen: set[str] = set()
    findings: list[Finding] = []
    for number, row in rows:
        for column, found, expected in _problems(row, seen):
            findings.append(Finding(place, found, expected, str(number), column))
    refuse(findings)
    return tuple(Statement(**row) for _, row in rows)


def _problems(row: dict[str, str], seen: set[str]) -> Iterator[tuple[str, str, str]]:
    name, prefix = row["statement"], row["where"].replace(" ", "") + "-s"
    if name in seen:
        yield "statement", f"{name!r} a second time", "ids that are unique"
    seen.add(name)
    if not (name.startswith(prefix) and name.removeprefix(prefix).isdigit()):
        yield "statement", repr(name), f"{prefix} and a number"
    if not row["words"]:
        yield "words", "nothing", "what is stated, in words of our own"
    if not row["claim"] and not row["note"]:
        yield "note", "nothing", "why no question carries the statement"
    if row["claim"]:
        try:
            check_claim(row["claim"])
        except ValueError as error:
            yield "claim", repr(row["claim"]), str(error)


def check_claim(claim: str) -> None:
    """Hold an expression against the questionnaires. Raises ValueError when it is no claim about them."""
    if comparison := _COMPARISON.fullmatch(claim):
        _check_share(comparison["first"])
        _check_share(comparison["second"])
        return
    call = _CALL.fullmatch(claim)
    if call is None:
        raise ValueError(f"a claim of the form {_FORMS}")
    kind, (first, *members) = call["kind"], call["terms"].split(", ")
    if kind in OF_A_SHARE and not members:
        _check_share(first)
    elif kind in OF_MEMBERS and len(members) == 1:
        _check_members(first, members[0].split("+"), ordered=True)
    elif kind == "ranked" and members:
        _check_members(first, members, ordered=False)
    elif kind in OF_A_SERIES and not members:
        _check_members(first, [], ordered=False)
    else:
        raise ValueError(f"a claim of the form {_FORMS}")


def _check_share(text: str) -> None:
    address = resolve(text)
    if not address.answers:
        raise ValueError(f"a share, with answers, instead of {text}")
    if str(address) != text:
        raise ValueError(f"{address}, the questionnaire's order")


def _check_members(series: str, chosen: list[str], ordered: bool) -> None:
    """Members of `survey.question.*` are its answers, of `survey.question.answer@breakdown` its groups."""
    if series.endswith(".*"):
        address = resolve(series.removesuffix(".*"))
        name = address.question
        if not name or address.breakdown:
            raise ValueError(f"a series survey.question.*, instead of {series}")
    else:
        share, _, name = series.partition("@")
        _check_share(share)
        address = resolve(share)
        if name not in questionnaires()[address.survey].breakdowns:
            raise ValueError(f"a breakdown of {address.survey} after @, instead of {name!r}")
    question = questionnaires()[address.survey].by_id[name]
    in_order = question.in_order(chosen)
    if ordered and list(in_order) != chosen:
        raise ValueError(f"{'+'.join(in_order)}, the questionnaire's order")
