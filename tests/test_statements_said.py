"""Every comparison that the source report makes is a checked sentence; every such sentence has a way out."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.display.records import MIME
from analysis.inputs.waves import find_wave
from analysis.paths import BOOK, CHAPTERS
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


def without_way_out(source: str) -> list[str]:
    """The sentences with a claim or a phrase in them that have no neutral alternative after them."""

    def last_sentences(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.JoinedStr):
            yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "either":
            yield node.args[-1]
        else:
            for child in ast.iter_child_nodes(node):
                yield from last_sentences(child)

    def asserts(part: ast.AST) -> bool:
        words = ast.unparse(part.format_spec) if isinstance(part, ast.FormattedValue) and part.format_spec else ""
        return bool(words) and words[2:-1] not in ("n", "base", "count")

    found = last_sentences(ast.parse(source))
    return [ast.unparse(one) for one in found if isinstance(one, ast.JoinedStr) and any(map(asserts, one.values))]


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_claim_has_an_alternative_that_claims_nothing(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [sentence for source in code for sentence in without_way_out(source)] == []


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ('say(f"{majority(a):Most} of them.")', 1),
        ('say(f"{a:just under half} of them.")', 1),
        ('say(either(f"{majority(a):Most} of them.", f"{minority(a):Few} of them."))', 1),
        ('chart(x, title=f"{highest(x, 1):Most} of them")', 1),
        ('say(either(f"{majority(a):Most} of them.", f"It was {a} of them."))', 0),
        ('say(f"It was {a} of {a:base}.")', 0),
    ],
)
def test_a_claim_without_an_alternative_is_noticed(source, number):
    assert len(without_way_out(source)) == number
