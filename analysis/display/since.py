"""A wave together with the one it follows: what a chapter says of the change between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.indicators import indicators
from analysis.inputs.instruments import instruments
from analysis.inputs.waves import Wave
from analysis.numbers.changes import WavePair
from analysis.numbers.estimates import Estimate
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.shifts import Shift
from analysis.numbers.surveys import Survey


@dataclass(frozen=True)
class Since:
    """Two waves, the later one and the one that it follows, with every change between them."""

    earlier: Wave
    later: Wave
    pair: WavePair

    def shifts(self, shares: Sequence[Estimate]) -> list[Shift]:
        """The change of each of these shares of the later wave, once each."""
        return list({str(share.address): self.pair.shift(share.address) for share in shares}.values())

    def describes_respondents(self, shift: Shift) -> bool:
        """Whether a change is one of who answered, not an outcome."""
        address = shift.address
        return address.question in self.pair.surveys[address.survey].later.questionnaire.composition.profile

    @property
    def title(self) -> str:
        return f"{self.earlier.title} and {self.later.title}"


def since(earlier: Wave, later: Wave, before: Mapping[str, Survey], after: Mapping[str, Survey]) -> Since:
    """Two waves as one: each survey that both have, with the instruments it was asked with."""
    asked = instruments(earlier), instruments(later)
    pairs = {
        name: SurveyPair((earlier.id, later.id), before[name], after[name], (asked[0][name], asked[1][name]))
        for name in after
        if name in before
    }
    judged = tuple(address for address in indicators().judged_in_advance if address.survey in pairs)
    return Since(earlier, later, WavePair(pairs, judged))
