"""Is every quantity of the report accounted for: by a figure of the register, or by a reason to leave it out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding, refuse
from analysis.published.figures import Figure
from analysis.published.tokens import Token, read_positioned

EXCLUSION_COLUMNS = ("where", "position", "token", "reason")

# Why a token is no figure of the register.
REASONS = {
    "name": "part of a name: the third sector, the Eight Principles, a title, a publisher",
    "date": "a year or a span of years",
    "numbering": "the number of a page, chapter, note or principle",
    "definition": "part of an answer, of a question or of the definition of a group",
    "base": "belongs to the base of a figure that is registered",
    "approximation": "'some' in front of a numeral that is registered",
    "comparative": "part of a superlative; what it asserts is among the statements",
    "characterisation": "describes results without stating a share; where it asserts something, see the statements",
    "qualitative": "counts or describes people or points of the qualitative research or of open comments",
    "quotation": "said by a person who is quoted",
    "not_respondents": "counts something other than respondents, or is part of a figure of speech",
}


@dataclass(frozen=True)
class Exclusion:
    """A token that is no figure of the register, with one of the declared reasons."""

    where: str
    position: int
    token: str
    reason: str


def read_exclusions(path: Path = paths.PUBLISHED / "exclusions.csv") -> tuple[Exclusion, ...]:
    """The tokens that are no figures. Raises InputError for a reason that is not declared."""
    rows = read_positioned(path, EXCLUSION_COLUMNS)
    refuse(
        Finding(paths.shown(path), repr(row["reason"]), ", ".join(REASONS), str(number), "reason")
        for number, row in enumerate(rows, start=2)
        if row["reason"] not in REASONS
    )
    return tuple(Exclusion(row["where"], int(row["position"]), row["token"], row["reason"]) for row in rows)


def unaccounted(tokens: Sequence[Token], figures: Sequence[Figure], exclusions: Sequence[Exclusion]) -> list[Finding]:
    """What keeps the register and the exclusions from accounting for each token once; empty when they do.

    Notes
    -----
    A phrase may belong to several figures ("over half" gave one kind of support and another): they share
    its token, with the same qualifier and different addresses.
    """
    known = {(token.where, token.position): token for token in tokens}
    uses: dict[tuple[str, int], list[Figure | Exclusion]] = {place: [] for place in known}
    findings = [
        Finding(figure.where, f"{figure.figure} without tokens", "tokens") for figure in figures if not figure.tokens
    ]
    for row in chain[Figure | Exclusion](figures, exclusions):
        for place in _places(row):
            uses.setdefault(place, []).append(row)
            findings += [_finding(place, *mismatch) for mismatch in _mismatches(row, known.get(place))]
    for place, rows in uses.items():
        if not rows:
            findings.append(_finding(place, f"{known[place].token!r} unaccounted for", "a figure or an exclusion"))
        elif len(rows) > 1 and not _share_a_phrase(rows):
            findings.append(_finding(place, f"{len(rows)} rows for one token", "one figure or one exclusion"))
    return findings


def _places(row: Figure | Exclusion) -> list[tuple[str, int]]:
    positions = row.tokens if isinstance(row, Figure) else (row.position,)
    return [(row.where, position) for position in positions]


def _finding(place: tuple[str, int], found: str, expected: str) -> Finding:
    return Finding(place[0], found, expected, row=str(place[1]))


def _mismatches(row: Figure | Exclusion, token: Token | None) -> list[tuple[str, str]]:
    if token is None:
        return [("no such token", "a token of tokens.csv")]
    if isinstance(row, Exclusion):
        return [] if row.token == token.token else [(f"{row.token!r} excluded", repr(token.token))]
    if (token.number is not None and token.number == row.value) or token.token in row.qualifier.split():
        return []
    return [(f"{row.printed_words} in figure {row.figure}", f"{token.token!r}, as printed")]


def _share_a_phrase(rows: Sequence[Figure | Exclusion]) -> bool:
    figures = [row for row in rows if isinstance(row, Figure) and row.qualifier]
    one_phrase = len({figure.qualifier for figure in figures}) == 1
    return len(figures) == len(rows) == len({figure.address for figure in figures}) and one_phrase
