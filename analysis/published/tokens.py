"""Every word of quantity in the report: what the register of printed figures is held against.

The report's text is no part of the project. What is kept of it is this list: where a numeral or a
word of quantity stands, and the one word after it. A figure that nobody registered shows up as a
token that neither the register nor the exclusions cover.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from analysis import paths
from analysis.inputs.documents import read_table, read_text, read_yaml
from analysis.inputs.findings import Finding, InputError, refuse

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
ROUND_NUMBERS = "thirty forty fifty sixty seventy eighty ninety hundred thousand million once twice single double dozen"
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
FRACTIONS = "half halves thirds quarter quarters fifths tenths percent percentage"
QUANTITIES = (
    "majority minority most mostly mainly all none many several few fewer both some each every proportion "
    "proportions virtually nearly almost remainder rest handful numerous number numbers"
)
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"

_WORDS = " ".join([NUMBERS, ROUND_NUMBERS, ORDINALS, FRACTIONS, QUANTITIES]).replace(" ", "|")
_TOKEN = re.compile(rf"\d+(?:,\d{{3}})*(?:\.\d+)?%?|[{SUPERSCRIPTS}]|\b(?:{_WORDS})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")

_PARAGRAPH = re.compile(r"(?:- )?(?P<number>\d\.\d+)\. ")
_FOOTNOTE = re.compile(rf"(?P<mark>[{SUPERSCRIPTS}])\s*\S")
_CHAPTER = re.compile(r"\d\. [A-Z][A-Z ,?]+")
_ATTRIBUTION = ("Focus group participant", "Key stakeholder", "Survey respondent", "Stakeholder,", "Third sector organ")
_HEADING = "heading"

COLUMNS = ("where", "position", "token", "next")


@dataclass(frozen=True)
class Token:
    """One numeral or word of quantity: the `position`-th of its paragraph, box, footnote, heading or quotation."""

    where: str
    position: int
    token: str
    next_word: str

    @property
    def is_name(self) -> bool:
        """Whether it is part of the sector's name: "third sector" counts nothing."""
        return self.token == "third" and self.next_word.startswith("sector")

    @property
    def number(self) -> Fraction | None:
        """The number that a numeral, or a number word up to twenty, stands for."""
        digits = self.token.replace(",", "").removesuffix("%")
        if digits.isascii() and digits[0].isdigit():
            return Fraction(digits)
        return Fraction(NUMBERS.split().index(digits)) if digits in NUMBERS.split() else None


def tokenise(text: str) -> tuple[Token, ...]:
    """All tokens of the report's text, in reading order. A paragraph's own number is its place, not a token."""
    positions: dict[str, int] = {}
    tokens = []
    for where, passage in _passages(text):
        for match in _TOKEN.finditer(passage):
            positions[where] = positions.get(where, 0) + 1
            following = _WORD.search(passage, match.end())
            next_word = following[0].lower() if following else ""
            tokens.append(Token(where, positions[where], match[0].lower(), next_word))
    return tuple(tokens)


def _passages(text: str) -> list[tuple[str, str]]:
    """The text by place; a page break or a footnote in between does not end a paragraph."""
    gathered: dict[str, list[str]] = {}
    for where, line in _name_headings(list(_placed_lines(text))):
        gathered.setdefault(where, []).append(line)
    return [(where, "\n".join(lines)) for where, lines in gathered.items()]


def _name_headings(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headings are named by the paragraph that they stand above."""
    named, below = [], ""
    for where, line in reversed(lines):
        if re.fullmatch(r"\d\.\d+", where):
            below = where
        named.append((f"{_HEADING} {below}".strip() if where == _HEADING else where, line))
    return named[::-1]


def _placed_lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line of text with its place, told from how the line looks and from where the reading has got to."""
    place, paragraph, adjacent = "title", "", False
    for line in map(str.strip, text.splitlines()):
        if not line:
            adjacent = False
            continue
        if footnote := _FOOTNOTE.match(line):
            yield f"fn{SUPERSCRIPTS.index(footnote['mark']) + 1}", line[1:]
            continue
        if numbered := _PARAGRAPH.match(line):
            place = paragraph = numbered["number"]
            line = line[numbered.end() :]
        else:
            place = _next_place(line, place, paragraph, adjacent)
        adjacent = True
        yield place, line


def _next_place(line: str, place: str, paragraph: str, adjacent: bool) -> str:
    if line == "CONTENTS" or (not paragraph and not _CHAPTER.fullmatch(line)):
        return "contents" if line == "CONTENTS" else place
    if line.startswith(("'", "‘")):
        return f"quote {paragraph}"
    in_quotation = place.startswith("quote")
    if in_quotation and (adjacent or line.startswith(_ATTRIBUTION)):
        return place
    if line.endswith(":") and not line.startswith("- "):
        return f"box {paragraph}"
    if line.startswith("- ") or line[0].islower():
        return place
    return _HEADING


def checksum(source: Path) -> str:
    """What identifies the text that was read: the SHA-256 of its bytes."""
    return hashlib.sha256(source.read_bytes()).hexdigest()


def write_tokens(source: Path, target: Path) -> tuple[Token, ...]:
    """Write the list of tokens of the report's text. Raises InputError if the text cannot be read."""
    tokens = tokenise(read_text(source))
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([COLUMNS, *map(astuple, tokens)])
    return tokens


def read_tokens(path: Path = paths.PUBLISHED / "tokens.csv") -> tuple[Token, ...]:
    """The committed list of tokens."""
    rows = read_positioned(path, COLUMNS)
    return tuple(Token(row["where"], int(row["position"]), row["token"], row["next"]) for row in rows)


def read_positioned(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read a table whose rows stand for places of the report. Raises InputError for a position that is none."""
    rows = read_table(path, columns)
    refuse(
        Finding(paths.shown(path), repr(row["position"]), "a position, counted from 1", str(number), "position")
        for number, row in enumerate(rows, start=2)
        if not re.fullmatch(r"[1-9]\d*", row["position"], re.ASCII)
    )
    return rows


def accept(source: Path, about: dict[str, Any], target: Path) -> None:
    """Make this text the one that the list is made from."""
    described = {**about, "sha256": checksum(source), "characters": len(read_text(source))}
    target.write_text(yaml.safe_dump(described, sort_keys=False, allow_unicode=True), encoding="utf-8")


def main(arguments: Sequence[str] | None = None, published: Path = paths.PUBLISHED) -> int:
    """Make the list of tokens anew from the report's text. Exit status 2 when the text is not the one expected."""
    parser = argparse.ArgumentParser(prog="python -m analysis.published.tokens", description=main.__doc__)
    parser.add_argument("source", type=Path, help="the text of the report, which is no part of the project")
    parser.add_argument("--accept", action="store_true", help="take a text with another checksum from now on")
    options = parser.parse_args(arguments)
    described = published / "source.yml"
    try:
        read_text(options.source)
        about = read_yaml(described)
        if options.accept:
            accept(options.source, about, described)
        elif checksum(options.source) != about["sha256"]:
            found, expected = f"checksum {checksum(options.source)}", f"{about['sha256']}, or --accept"
            raise InputError([Finding(options.source.name, found, expected)])
        tokens = write_tokens(options.source, published / "tokens.csv")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(tokens)} tokens")
    return 0


if __name__ == "__main__":
    sys.exit(main())
