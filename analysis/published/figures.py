"""The register of printed figures: every number or quantity the source report prints, where, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from analysis import paths
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.phrases import phrases
from analysis.inputs.questionnaire import questionnaires, resolve
from analysis.published.report import source_wave

COLUMNS = ("figure", "where", "tokens", "words", "address", "value", "unit", "qualifier", "base")
UNITS = ("percent", "count")
STUDY = "study"
HALF = Fraction(1, 2)

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TOKENS = re.compile(r"[1-9]\d*(?: [1-9]\d*)*|")


@dataclass(frozen=True)
class Figure:
    """One occurrence of a quantity in the report.

    `value` is the printed numeral, None where the report uses words alone; `qualifier` is the phrase of
    quantity, if there is one. `address` names the number, or a fact about the study (`study.key`), which has
    no base. `tokens` are the positions, within `where`, of the report's words that this row accounts for.
    """

    figure: str
    where: str
    tokens: tuple[int, ...]
    words: str
    address: Address
    value: Fraction | None
    unit: str
    qualifier: str
    base: Address | None

    @property
    def is_study(self) -> bool:
        """Whether this is a fact about the study or its context rather than a survey result."""
        return self.address.survey == STUDY

    @property
    def is_relative(self) -> bool:
        """Whether its base is narrower than those who were asked: "most of these"."""
        if self.base is None or not self.base.answers:
            return False
        routing = questionnaires()[self.address.survey].by_id[self.address.question].asked_if
        return routing is None or (routing.question, routing.answers) != (self.base.question, self.base.answers)

    @property
    def printed_words(self) -> str:
        """What the report prints: the numeral, or the phrase where there is none."""
        if self.value is None:
            return self.qualifier
        return f"{self.value}%" if self.unit == "percent" else f"{self.value}"

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        """The range the figure stands for, in its own unit.

        Notes
        -----
        A printed whole percentage p stands for [p - 1/2, p + 1/2): half a point is rounded up. A phrase
        stands for the range declared in `quantities.yml`, whose ends may be open. A count is exact.
        """
        if self.value is None:
            return phrases()[self.qualifier].interval
        if self.unit == "count":
            return self.value, self.value
        return self.value - HALF, self.value + HALF

    @property
    def low_open(self) -> bool:
        """Whether the lower end of the interval is outside it."""
        return self.value is None and phrases()[self.qualifier].low_open

    @property
    def high_open(self) -> bool:
        """Whether the upper end of the interval is outside it."""
        return self.unit == "percent" if self.value is not None else phrases()[self.qualifier].high_open

    def admits(self, share: Fraction) -> bool:
        """Whether a share in percent would be printed like this."""
        low, high = self.interval
        above = share > low if self.low_open else share >= low
        return above and (share < high if self.high_open else share <= high)


def read_figures(path: Path = paths.PUBLISHED / "figures.csv", facts: Path | None = None) -> tuple[Figure, ...]:
    """Read the register, in the report's order. Raises InputError for every row that cannot be right.

    `facts` declares what `study` addresses stand for: by default the file of the wave that the report describes.
    """
    rows = list(enumerate(read_table(path, COLUMNS), start=2))
    known = _fact_keys(facts or source_wave().folder / "facts.csv")
    place = paths.shown(path)
    seen: set[str] = set()
    findings: list[Finding] = []
    for number, row in rows:
        problems = [*_identity(row, seen), *_quantity(row), *_addresses(row, known)]
        findings += [Finding(place, found, expected, str(number), column) for column, found, expected in problems]
    refuse(findings)
    return tuple(_figure(row) for _, row in rows)


def _fact_keys(path: Path) -> set[str]:
    return {row["key"] for row in read_table(path, ("key", "value", "unit", "label", "where"))}


# A problem: the column, what was found in it, what was expected.
Problem = tuple[str, str, str]


def _identity(row: dict[str, str], seen: set[str]) -> Iterator[Problem]:
    name, prefix = row["figure"], row["where"].replace(" ", "") + "-"
    if name in seen:
        yield "figure", f"{name!r} a second time", "ids that are unique"
    seen.add(name)
    if not row["where"]:
        yield "where", "nothing", "a paragraph, box or footnote"
    elif not (name.startswith(prefix) and name.removeprefix(prefix).isdigit()):
        yield "figure", repr(name), f"{prefix} and a number"
    if not _TOKENS.fullmatch(row["tokens"]):
        yield "tokens", repr(row["tokens"]), "positions of tokens, separated by spaces"


def _quantity(row: dict[str, str]) -> Iterator[Problem]:
    value, unit, qualifier = row["value"], row["unit"], row["qualifier"]
    if unit not in UNITS:
        yield "unit", repr(unit), " or ".join(UNITS)
    if qualifier and qualifier not in phrases():
        yield "qualifier", repr(qualifier), "a phrase of quantities.yml"
    if not value and not qualifier:
        yield "value", "nothing", "a number, or a phrase as qualifier"
    if value and not _NUMBER.fullmatch(value):
        yield "value", repr(value), "a number, digits only"
    elif value and unit == "percent" and not 0 <= Fraction(value) <= 100:
        yield "value", value, "a percentage from 0 to 100"
    elif value and unit == "count" and not value.isdigit():
        yield "value", value, "a whole number of 0 or more"


def _addresses(row: dict[str, str], facts: set[str]) -> Iterator[Problem]:
    address, base = row["address"], row["base"]
    if address.startswith(f"{STUDY}."):
        if address.removeprefix(f"{STUDY}.") not in facts:
            yield "address", repr(address), "a fact declared in facts.csv"
        if base:
            yield "base", repr(base), "nothing: a fact about the study has no base"
        return
    problems = [(column, row[column], _address(row[column])) for column in ("address", "base")]
    yield from ((column, repr(text), expected) for column, text, expected in problems if expected)
    if not any(expected for _, _, expected in problems) and resolve(address).survey != resolve(base).survey:
        yield "base", repr(base), "a base in the survey of the address"


def _address(text: str) -> str:
    """What an address should have been; empty when it is right."""
    if not text:
        return "an address"
    try:
        canonical = str(resolve(text))
    except ValueError as error:
        return f"an address of the questionnaires: {error}"
    return "" if canonical == text else f"{canonical}, the questionnaire's order"


def _figure(row: dict[str, str]) -> Figure:
    return Figure(
        figure=row["figure"],
        where=row["where"],
        tokens=tuple(int(position) for position in row["tokens"].split()),
        words=row["words"],
        address=parse_address(row["address"]),
        value=Fraction(row["value"]) if row["value"] else None,
        unit=row["unit"],
        qualifier=row["qualifier"],
        base=parse_address(row["base"]) if row["base"] else None,
    )
