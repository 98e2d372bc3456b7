"""Every comparison that the source report makes is a checked sentence of a chapter, and every sentence has a way out."""

import json
import re
from pathlib import Path

import pytest

from analysis.display.records import MIME
from analysis.inputs.waves import find_wave
from analysis.paths import BOOK
from analysis.published.statements import Statement, read_statements

WAVE = find_wave("baseline")
EXECUTED = sorted((BOOK / WAVE.id).glob("*.ipynb"))
STATEMENTS = [statement for statement in read_statements() if statement.claim]


def single_claims(name: str) -> list[str]:
    """The claims that a combination such as "((a & b) | c)" is made of; a claim of its own is itself."""
    if not (name.startswith("(") and name.endswith(")")):
        return [name]
    inside, depth = name[1:-1], 0
    for place, character in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and inside[place : place + 3] in (" & ", " | "):
            return single_claims(inside[:place]) + single_claims(inside[place + 3 :])
    return [name]


def normal(claim: str) -> str:
    """One way of writing each claim: what is greater stands first, and `most` is a majority."""
    if below := re.fullmatch(r"([^<>()]+) < ([^<>()]+)", claim):
        return f"{below[2]} > {below[1]}"
    return re.sub(r"^most\(", "majority(", claim)


def claims_said(path: Path) -> set[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    rows = [row for output in outputs for row in output.get("data", {}).get(MIME, {}).get("claims", [])]
    return {normal(claim) for row in rows for claim in single_claims(row["claim"])}


def said_by_chapter() -> dict[str, set[str]]:
    return {path.stem[:2]: claims_said(path) for path in EXECUTED}


def unsaid(statements: list[Statement], said: dict[str, set[str]]) -> list[str]:
    anywhere = set().union(*said.values())
    return [s.statement for s in statements if normal(s.claim) not in anywhere]


def chapter(statement: Statement) -> str:
    return "0" + statement.where.removeprefix("box ").split(".")[0]


def test_every_statement_with_a_claim_is_said_by_a_chapter():
    assert unsaid(STATEMENTS, said_by_chapter()) == []


def test_every_statement_is_said_where_the_report_makes_it():
    """A statement that the report repeats may be said once, in the chapter of any of its paragraphs."""
    said = said_by_chapter()
    homes: dict[str, set[str]] = {}
    for statement in STATEMENTS:
        homes.setdefault(normal(statement.claim), set()).add(chapter(statement))
    elsewhere = {claim for claim, chapters in homes.items() if not any(claim in said[one] for one in chapters)}
    assert elsewhere == set()


def test_a_statement_that_no_chapter_says_is_noticed():
    said = said_by_chapter()
    lost = normal(STATEMENTS[0].claim)
    without = {chapter: claims - {lost} for chapter, claims in said.items()}
    assert unsaid(STATEMENTS[:1], without) == [STATEMENTS[0].statement]


def test_the_report_makes_some_eighty_comparisons():
    # Counted in the table by hand; a table read wrongly would leave nothing to look for.
    assert len(STATEMENTS) > 80


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("majority(a.b.c)", ["majority(a.b.c)"]),
        ("a.b.c > a.b.d", ["a.b.c > a.b.d"]),
        ("(majority(a.b.c) & a.b.c > a.b.d)", ["majority(a.b.c)", "a.b.c > a.b.d"]),
        ("((a > b & highest(a.*, c+d)) | c > d)", ["a > b", "highest(a.*, c+d)", "c > d"]),
    ],
)
def test_combinations_are_taken_apart(name, parts):
    assert single_claims(name) == parts


def test_claims_are_compared_in_one_way_of_writing_them():
    assert normal("a.b.c < a.b.d") == "a.b.d > a.b.c"
    assert normal("most(a.b.c)") == "majority(a.b.c)"
