"""What became of an indicator: improved, worsened, no clear change, or not measurable, with the changes behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from analysis.inputs.addresses import Address
from analysis.inputs.indicators import Direction, Indicator
from analysis.numbers.changes import WavePair
from analysis.numbers.shifts import Shift

Result = Literal["improved", "worsened", "improved and worsened", "no clear change", "not measurable"]
RESULTS: tuple[Result, ...] = get_args(Result)


@dataclass(frozen=True)
class Outcome:
    """One indicator and the changes of the statistics behind it, each with the direction of improvement."""

    indicator: Indicator
    shifts: Mapping[Address, Shift]
    directions: Mapping[Address, Direction]

    @property
    def better(self) -> tuple[Shift, ...]:
        """The changes that are clear, robust, and improvements."""
        return self._moved(("rose", "rise"), ("fell", "fall"))

    @property
    def worse(self) -> tuple[Shift, ...]:
        """The changes that are clear, robust, and the contrary of an improvement."""
        return self._moved(("rose", "fall"), ("fell", "rise"))

    def _moved(self, *kinds: tuple[str, Direction]) -> tuple[Shift, ...]:
        return tuple(one for name, one in self.shifts.items() if (one.verdict, self.directions[name]) in kinds)

    @property
    def result(self) -> Result:
        """What may be said of it: one clear change is enough; two that go against each other are both said."""
        if self.better or self.worse:
            if self.better and self.worse:
                return "improved and worsened"
            return "improved" if self.better else "worsened"
        return "no clear change" if any(shift.said for shift in self.shifts.values()) else "not measurable"


def outcome(indicator: Indicator, pair: WavePair) -> Outcome:
    """What became of an indicator between two waves."""
    directions = {address: one for address, one in indicator.directions.items() if address.survey in pair.surveys}
    return Outcome(indicator, {address: pair.shift(address) for address in directions}, directions)
