"""What the printed figures of the source report tell about each number of a reconstructed wave."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from analysis.numbers.estimates import Known, Printed
from analysis.published.figures import Figure, read_figures
from analysis.published.statements import read_statements


def known_numbers() -> dict[str, Known]:
    """By address, every number that the report prints. Repeated figures that disagree span a common range."""
    printed: dict[str, list[Figure]] = defaultdict(list)
    for figure in read_figures():
        # A figure on a base of its own ("most of these") is not the share of those who answered.
        if not figure.is_study and not figure.is_relative:
            printed[str(figure.address)].append(figure)
    return {address: _known(figures) for address, figures in printed.items()}


def _known(figures: list[Figure]) -> Known:
    ranges = [figure.interval for figure in _most_exact(figures)]
    occurrences = tuple(Printed(f.where, f.value, f.printed_words, f.unit) for f in figures)
    least, greatest = min(low for low, _ in ranges), max(high for _, high in ranges)
    return Known("printed", least, min(greatest, Fraction(100)), occurrences)


def _most_exact(figures: list[Figure]) -> list[Figure]:
    """Numerals, where there are any: words that accompany them elsewhere add nothing."""
    numerals = [figure for figure in figures if figure.value is not None]
    return numerals or figures


def reported_claims() -> dict[str, str]:
    """The paragraphs that state each claim, by the claim's canonical expression."""
    stated: dict[str, list[str]] = defaultdict(list)
    for statement in read_statements():
        if statement.claim and statement.where not in stated[statement.claim]:
            stated[statement.claim].append(statement.where)
    return {claim: ", ".join(where) for claim, where in stated.items()}
