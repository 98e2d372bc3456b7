"""What the printed figures of the source report tell about each number of a reconstructed wave.

A number is *printed*; or *implied*, when the printed figures fix it to within a point; or *bounded*, when they
leave a range that is worth showing; or else *not identified*.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from analysis.inputs.addresses import parse_address
from analysis.numbers.estimates import Known, Label, Printed
from analysis.published.bounds import Bounds, read_bounds
from analysis.published.figures import Figure, read_figures
from analysis.published.statements import read_statements
from analysis.published.systems import VAGUE

# A range up to a point wide fixes a number; one up to NARROW is shown. A wider one is shown only where it
# excludes the figure for everybody, and says nothing when it is wider than WIDE. All in percentage points.
FIXED, NARROW, WIDE = Fraction(1), Fraction(25), Fraction(60)


def known_numbers() -> dict[str, Known]:
    """By address, every number that the report prints or that its figures bound.

    Repeated figures that disagree span a common range.
    """
    printed: dict[str, list[Figure]] = defaultdict(list)
    for figure in read_figures():
        # A figure on a base of its own ("most of these") is not the share of those who answered.
        if not figure.is_study and not figure.is_relative:
            printed[str(figure.address)].append(figure)
    bounds = read_bounds()
    bounded = {address: Known(_label(address, bounds), *ends) for address, ends in bounds.items()}
    return bounded | {address: _known(figures, bounded.get(address)) for address, figures in printed.items()}


def _label(address: str, bounds: Bounds) -> Label:
    least, greatest = bounds[address]
    if greatest - least <= FIXED:
        return "implied"
    if greatest - least <= NARROW:
        return "bounded"
    if greatest - least <= WIDE and _excludes(bounds.get(str(parse_address(address).overall)), least, greatest):
        return "bounded"
    return "not identified"


def _excludes(overall: tuple[Fraction, Fraction] | None, least: Fraction, greatest: Fraction) -> bool:
    return overall is not None and (least > overall[1] or greatest < overall[0])


def _known(figures: list[Figure], bounded: Known | None) -> Known:
    """A number that is printed: as a numeral, or in words that mean a narrow range; else as its bounds are."""
    occurrences = tuple(Printed(f.where, f.value, f.printed_words, f.unit) for f in figures)
    exact = [figure for figure in figures if figure.value is not None] or [
        figure for figure in figures if figure.interval[1] - figure.interval[0] <= VAGUE
    ]
    if not exact:
        return replace(bounded or Known("not identified"), printed=occurrences)
    least = min(figure.interval[0] for figure in exact)
    greatest = min(max(figure.interval[1] for figure in exact), Fraction(100))
    if exact[0].unit == "count":
        # A count is no percentage: as a share it is whatever the figures of its question make it.
        least, greatest = (bounded.least, bounded.greatest) if bounded else (Fraction(100), Fraction(100))
    return Known("printed", least, greatest, occurrences)


def reported_claims() -> dict[str, str]:
    """The paragraphs that state each claim, by the claim's canonical expression."""
    stated: dict[str, list[str]] = defaultdict(list)
    for statement in read_statements():
        claim = _as_said_by_claims(statement.claim)
        if claim and statement.where not in stated[claim]:
            stated[claim].append(statement.where)
    return {claim: ", ".join(where) for claim, where in stated.items()}


def _as_said_by_claims(claim: str) -> str:
    """One expression for what can be said from either side: "A < B" is "B > A", "most" is a majority."""
    first, less, second = claim.partition(" < ")
    if less:
        return f"{second} > {first}"
    return f"majority({claim.removeprefix('most(')}" if claim.startswith("most(") else claim
