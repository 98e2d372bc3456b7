"""What a chart shows, as plain labels and numbers: shares, groups, opinions, changes and trends.

Percentages run from 0 to 100. A number has a percentage, with the interval around it where there is one, or a
range within which it lies; of a number that is not known nothing is drawn. The waves and surveys behind the
numbers are unknown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.display.palette import Tone


@dataclass(frozen=True)
class Number:
    """One number of a chart and the words that stand beside it.

    `percent` with `low` and `high`: a share with its interval. `low` and `high` alone: the range it lies in.
    None of them: not known, or withheld. `unsure`: it rests on few respondents, and is drawn hollow.
    """

    said: str
    percent: float | None = None
    low: float | None = None
    high: float | None = None
    unsure: bool = False

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.said!r}: both ends of an interval or a range, or neither")
        drawn = [number for number in (self.low, self.percent, self.high) if number is not None]
        if drawn != sorted(drawn) or any(not 0 <= number <= 100 for number in drawn):
            raise ValueError(f"{self.said!r}: percentages from 0 to 100, the lower end first, not {drawn}")

    @property
    def known(self) -> bool:
        return self.end is not None

    @property
    def end(self) -> float | None:
        """Where its drawing ends on the right."""
        return self.percent if self.high is None else self.high


UNKNOWN = Number("")


@dataclass(frozen=True)
class Row:
    """One line of a chart: what it is about, and its number.

    `strength` shades the bars of ordered answers, from 1 down to 0.
    """

    label: str
    number: Number
    tone: Tone = "neutral"
    strength: float = 1.0


@dataclass(frozen=True)
class Panel:
    """Rows that belong together, under a heading; `overall` is the number of all of them together."""

    rows: tuple[Row, ...]
    heading: str = ""
    overall: Row | None = None

    @property
    def lines(self) -> tuple[Row, ...]:
        return self.rows if self.overall is None else (*self.rows, self.overall)


@dataclass(frozen=True)
class Opinion:
    """A statement that respondents were asked to agree with: those who did, did not, or neither."""

    label: str
    agree: Number
    disagree: Number = UNKNOWN
    neither: Number = UNKNOWN
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Pair:
    """One statistic in an earlier and in a later wave, and what is said of its change.

    `comparable` is False where the two waves did not ask the same: both numbers are drawn in grey, and nothing
    joins them.
    """

    label: str
    before: Number
    after: Number
    tone: Tone = "neutral"
    said: str = ""
    comparable: bool = True


@dataclass(frozen=True)
class Course:
    """One statistic over several waves, in their order: one number a wave.

    `breaks` are the places of waves that cannot be compared with the wave before them: the line stops there.
    """

    label: str
    numbers: tuple[Number, ...]
    tone: Tone = "neutral"
    breaks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Drawing:
    """The same chart drawn twice, as SVG: for a wide page, and for a narrow one with a layout of its own."""

    wide: str
    narrow: str


def drawn_rows(panels: Sequence[Panel]) -> list[Row]:
    """All rows of these panels, those for everybody included, in the order in which they are drawn."""
    return [row for panel in panels for row in panel.lines]
