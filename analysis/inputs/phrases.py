"""Quantities in words: the range of percentages that each phrase may be said of."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml


class Phrase(BaseModel):
    """The range a phrase stands for, in percent; an open end is outside the range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _is_a_range(self) -> Phrase:
        if not 0 <= self.low <= self.high <= 100:
            raise ValueError("0 <= low <= high <= 100")
        return self

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        return Fraction(str(self.low)), Fraction(str(self.high))

    def covers(self, least: Fraction, greatest: Fraction, half_open: bool) -> bool:
        """Whether all of a range lies inside; `half_open` says that the range ends just below `greatest`."""
        low, high = self.interval
        above = least > low if self.low_open else least >= low
        below = greatest < high if self.high_open and not half_open else greatest <= high
        return above and below

    def excludes(self, least: Fraction, greatest: Fraction) -> bool:
        """Whether none of a range can lie inside."""
        low, high = self.interval
        return greatest < low or least > high


class _Phrases(RootModel[dict[str, Phrase]]):
    pass


def read_phrases(path: Path) -> dict[str, Phrase]:
    """Read the table of phrases. Raises InputError for every entry that is no range of percentages."""
    return read_model(_Phrases, read_yaml(path), path).root


@lru_cache
def phrases() -> dict[str, Phrase]:
    """The study's phrases, by their words."""
    return read_phrases(paths.PUBLISHED / "quantities.yml")
