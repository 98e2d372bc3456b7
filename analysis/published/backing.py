"""Which statements of the report rest on printed figures, and which on charts that are lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis import paths
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.documents import read_table
from analysis.inputs.questionnaire import questionnaires
from analysis.published.figures import Figure

PARAGRAPH_COLUMNS = ("where", "kind", "chapter", "section", "covered_in", "reason")
_TERM = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_.+*@=]+")


def is_backed(claim: str, figures: Sequence[Figure]) -> bool:
    """Whether a numeral is printed for every number that a claim speaks of.

    A sum is backed by its parts, or by the figures of all other answers; a series by two of its members.
    """
    numerals = {f.address for f in figures if f.value is not None and f.address.answers}
    return all(_term_is_backed(term, numerals) for term in _TERM.findall(claim))


def _term_is_backed(term: str, numerals: set[Address]) -> bool:
    if term.endswith(".*"):
        survey, question = term.removesuffix(".*").split(".")
        members = {a for a in numerals if (a.survey, a.question, a.groups) == (survey, question, ())}
        return len(members) > 1
    if "@" in term and "=" not in term:
        share, _, breakdown = term.partition("@")
        overall = parse_address(share)
        return len({a.groups for a in numerals if a.overall == overall and a.breakdown == breakdown}) > 1
    return _share_is_backed(parse_address(term), numerals)


def _share_is_backed(address: Address, numerals: set[Address]) -> bool:
    question = questionnaires()[address.survey].by_id[address.question]
    others = tuple(answer for answer in question.answer_ids if answer not in address.answers)
    parts = [_with(address, (answer,)) in numerals for answer in address.answers]
    return address in numerals or _with(address, others) in numerals or (question.kind == "single" and all(parts))


def _with(address: Address, answers: tuple[str, ...]) -> Address:
    return Address(address.survey, address.question, answers, address.breakdown, address.groups)


def lost_charts() -> list[str]:
    """The paragraphs after which a chart stood that no one has."""
    rows = read_table(paths.PUBLISHED / "paragraphs.csv", PARAGRAPH_COLUMNS)
    return [row["where"].removeprefix("chart ") for row in rows if row["kind"] == "chart"]
