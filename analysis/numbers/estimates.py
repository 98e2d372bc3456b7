"""An estimate: the share of a base who gave an answer, and how that number is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from analysis.inputs.addresses import Address
from analysis.numbers.intervals import wilson
from analysis.numbers.marks import Marked

Label = Literal["collected", "simulated", "printed", "implied", "bounded", "not identified", "not computable"]

HALF = Fraction(1, 2)
SUPPRESSED_BELOW, COUNTS_BELOW, UNRELIABLE_BELOW = 10, 30, 50


def half_up(count: int, base: int) -> int:
    """A share as a whole percentage, half a point rounded up, from the integers."""
    return (200 * count + base) // (2 * base)


@dataclass(frozen=True)
class Printed:
    """A figure as the source report prints it: where, the number (or None) and the words."""

    where: str
    value: Fraction | None
    words: str
    unit: str = "percent"


@dataclass(frozen=True)
class Known:
    """How a number is known: its label, the range it must lie in (percent), and the printed figures behind it.

    `least` and `greatest` are exact; a whole percentage p stands for [p - 1/2, p + 1/2).
    """

    label: Label
    least: Fraction = Fraction(0)
    greatest: Fraction = Fraction(100)
    printed: tuple[Printed, ...] = ()

    @property
    def has_percentage(self) -> bool:
        """Whether a numeral with a percent sign is printed, not only words or a count."""
        return any(item.unit == "percent" and item.value is not None for item in self.printed)

    @property
    def whole(self) -> int | None:
        """The one whole percentage that all of the range rounds to, if there is one."""
        # The range ends just below `greatest`, so that a greatest of 13.5 still rounds to 13.
        lowest, highest = floor(self.least + HALF), ceil(self.greatest + HALF) - 1
        return lowest if lowest >= highest else None


@dataclass(frozen=True)
class Estimate(Marked):
    """The share of a base who gave any of the answers of `address`, in one wave.

    `base` counts those asked who answered, `count` those among them who gave one of the answers; both are
    None where the wave cannot tell. `known` says how the number is known; `reported` holds the statements of
    the source report, by the claim they make, for claims about this estimate. `words` describe the answers,
    `who` the base. `exclusive_answers`: a respondent gives one answer to this question, not several.
    """

    address: Address
    base: int | None
    count: int | None
    known: Known
    words: str = ""
    who: str = ""
    asked: int | None = None
    exclusive_answers: bool = True
    reported: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def percent(self) -> int | None:
        """The whole percentage that is shown: the responses' own, half a point rounded up.

        Of a reconstructed wave it is shown where the report prints a numeral, which the records reproduce, or
        where the printed figures leave one whole percentage; where there are words alone there is none.
        """
        if self.known.label == "implied":
            return self.known.whole
        if not self.identified or self.count is None or not self.base:
            return None
        if self.known.label == "printed" and not self.known.has_percentage:
            return None
        return half_up(self.count, self.base)

    @property
    def suppressed(self) -> bool:
        """Whether the share is withheld: fewer than ten real respondents are in its base."""
        real = self.known.label in ("collected", "simulated")
        return real and bool(self.address.question) and (self.base or 0) < SUPPRESSED_BELOW

    @property
    def exact(self) -> Fraction | None:
        """The share in percent as counted, where responses were counted."""
        if self.count is None or not self.base:
            return None
        return Fraction(100 * self.count, self.base)

    @property
    def identified(self) -> bool:
        """Whether the wave tells this number, at least as a range."""
        return self.known.label not in ("not identified", "not computable")

    @property
    def counted_in_print(self) -> bool:
        """Whether the report prints this number as a count."""
        return any(item.unit == "count" for item in self.known.printed)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The indicative 95% interval in percent (Wilson), where there are counts."""
        if self.count is None or not self.base or not self.identified:
            return None
        low, high = wilson(self.count, self.base)
        return 100 * low, 100 * high

    @property
    def counts(self) -> tuple[Fraction, ...]:
        """The counts that the share may rest on: one where it was counted, else the ends of its range."""
        if not self.base:
            return ()
        if self.count is not None:
            return (Fraction(self.count),)
        return tuple(dict.fromkeys(end * self.base / 100 for end in (self.known.least, self.known.greatest)))

    @property
    def least(self) -> Fraction:
        return self.known.least

    @property
    def greatest(self) -> Fraction:
        return self.known.greatest
