"""What the source report prints, held against responses of its own survey once they are at hand.

The printed figures are then no longer what is known, but a test: of the report, and of the responses.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.inputs.addresses import Address
from analysis.inputs.responses import Responses
from analysis.published.figures import Figure
from analysis.published.reproduction import counted
from analysis.published.source import COLUMNS, WITHHELD

NOT_ASKED = "not asked"
# How many of the largest differences a summary names.
NAMED = 10


@dataclass(frozen=True)
class Compared:
    """One printed figure and what the responses give: a percentage, or a number of responses.

    `computed` is None where the responses cannot give it: the question was not asked, or nobody answered it; or
    where it is `withheld`, since it would tell of few respondents.
    `within`: whether the report would print what was computed as it prints the figure.
    """

    figure: Figure
    computed: Fraction | None
    count: int
    base: int
    within: bool
    withheld: bool = False

    @property
    def difference(self) -> Fraction | None:
        """How far the responses are above the printed numeral, in percentage points or responses."""
        if self.computed is None or self.figure.value is None:
            return None
        return self.computed - self.figure.value

    def row(self) -> tuple[str, ...]:
        """The comparison in the columns of backtest.csv."""
        figure, asked = self.figure, self.computed is not None
        return (
            figure.figure, figure.where, str(figure.address), figure.words, figure.printed_words,
            _decimal(self.computed), _decimal(self.difference), str(self.count) if asked else "",
            str(self.base) if asked else "", self._said(),
        )  # fmt: skip

    def _said(self) -> str:
        if self.computed is None:
            return WITHHELD if self.withheld else NOT_ASKED
        return "yes" if self.within else "no"


def compare(
    figures: Iterable[Figure], responses: Mapping[str, Responses], withheld: Callable[[Address], bool]
) -> list[Compared]:
    """Every figure that the report prints of a survey, held against the responses to it, but what is withheld."""
    return [
        Compared(figure, None, 0, 0, False, withheld=True)
        if figure.address.question and withheld(figure.address)
        else _compared(figure, responses[figure.address.survey])
        for figure in figures
        if not figure.is_study
    ]


def _compared(figure: Figure, responses: Responses) -> Compared:
    address = figure.address
    if not address.question:
        size = Fraction(responses.size)
        return Compared(figure, size, responses.size, responses.size, figure.value == size)
    if {address.question, *filter(None, [address.breakdown])} - set(responses.codes):
        return Compared(figure, None, 0, 0, False)
    count, base, _ = counted(responses, address, figure.base if figure.is_relative else None)
    if figure.unit == "count":
        return Compared(figure, Fraction(count), count, base, figure.value == count)
    if not base:
        return Compared(figure, None, 0, 0, False)
    share = Fraction(100 * count, base)
    return Compared(figure, share, count, base, figure.admits(share))


def as_csv(compared: Iterable[Compared]) -> str:
    """The comparison as the text of backtest.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(one.row() for one in compared)
    return text.getvalue()


def summary(compared: Sequence[Compared]) -> Iterator[str]:
    """What an analyst should hear of the comparison at once: how many figures agree, and which differ most."""
    told = [one for one in compared if one.computed is not None]
    agree = sum(one.within for one in told)
    yield f"Back test: {agree} of {len(told)} figures printed in the source report are what these responses give"
    withheld = sum(one.withheld for one in compared)
    if withheld:
        yield f"  {withheld} figures would tell of few respondents, and are withheld"
    if len(told) + withheld < len(compared):
        yield f"  {len(compared) - len(told) - withheld} figures are about questions that these responses do not answer"
    apart = [one for one in told if not one.within]
    apart.sort(key=lambda one: abs(one.difference or Fraction(0)), reverse=True)
    for one in apart[:NAMED]:
        computed = f"{_decimal(one.computed)}{'%' if one.figure.unit == 'percent' else ''}"
        yield f"  {one.figure.where}: {one.figure.words}: printed {one.figure.printed_words}, computed {computed}"
    if len(apart) > NAMED:
        yield f"  and {len(apart) - NAMED} more"


def _decimal(value: Fraction | None) -> str:
    if value is None:
        return ""
    return f"{float(value):.1f}".removesuffix(".0")
