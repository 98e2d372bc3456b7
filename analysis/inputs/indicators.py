"""The indicators by which the outcome of the Programme is read from the surveys, fixed before any follow-up.

'Hard' ones are about practice and involvement, 'softer' ones about attitudes, perceptions and understanding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis import paths
from analysis.inputs.addresses import NAME, Address
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.questionnaire import resolve

FILE = "indicators.yml"
MOST_CONFIRMATORY = 12
Direction = Literal["rise", "fall"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Indicator(_Strict):
    """One indicator: the statistics behind it, by address, each with the direction that would mean improvement.

    `about`: the stage of commissioning or the principle that it belongs to.
    """

    id: str = Field(pattern=f"^{NAME}$")
    name: str = Field(min_length=1)
    kind: Literal["hard", "softer"]
    about: str = Field(min_length=1)
    statistics: dict[str, Direction] = Field(min_length=1)

    @property
    def directions(self) -> dict[Address, Direction]:
        """The same by what the addresses stand for."""
        return {resolve(text): direction for text, direction in self.statistics.items()}


class Indicators(_Strict):
    """All indicators of the study, and the statistics on which change is judged apart from all others."""

    confirmatory: tuple[str, ...] = Field(max_length=MOST_CONFIRMATORY)
    indicators: tuple[Indicator, ...]

    @property
    def judged_in_advance(self) -> tuple[Address, ...]:
        return tuple(resolve(text) for text in self.confirmatory)


def read_indicators(path: Path) -> Indicators:
    """Read the indicators. Raises InputError with every entry that names nothing, or names something twice."""
    read = read_model(Indicators, read_yaml(path), path)
    refuse([*_confirmatory_findings(read, path), *_indicator_findings(read, path)])
    return read


def _confirmatory_findings(read: Indicators, path: Path) -> Iterator[Finding]:
    place, behind = paths.shown(path), {text for indicator in read.indicators for text in indicator.statistics}
    for text in read.confirmatory:
        yield from _address_findings(text, place, "confirmatory")
        if text not in behind:
            yield Finding(place, f"{text!r}, which is behind no indicator", "a statistic of one", column="confirmatory")
    for text in _repeated(read.confirmatory):
        yield Finding(place, f"{text!r} a second time", "each statistic once", column="confirmatory")


def _indicator_findings(read: Indicators, path: Path) -> Iterator[Finding]:
    place = paths.shown(path)
    for name in _repeated([indicator.id for indicator in read.indicators]):
        yield Finding(place, f"the indicator {name!r} a second time", "each indicator once", column="indicators")
    for indicator in read.indicators:
        for text in indicator.statistics:
            yield from _address_findings(text, place, f"indicators.{indicator.id}")


def _address_findings(text: str, place: str, column: str) -> Iterator[Finding]:
    try:
        address = resolve(text)
    except ValueError as error:
        yield Finding(place, repr(text), str(error), column=column)
        return
    if not address.answers:
        yield Finding(place, repr(text), "a share: survey.question.answer", column=column)
    elif str(address) != text:
        yield Finding(place, repr(text), f"answers in the questionnaire's order: {address}", column=column)


def _repeated(names: tuple[str, ...] | list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


@lru_cache
def indicators() -> Indicators:
    """The study's indicators. Raises InputError if they cannot be used."""
    return read_indicators(paths.DATA / FILE)
