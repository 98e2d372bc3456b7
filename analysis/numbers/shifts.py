"""The change of one estimate between two waves: before, after, by how much, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.inputs.addresses import Address
from analysis.inputs.comparability import Compared
from analysis.numbers.estimates import COUNTS_BELOW, UNRELIABLE_BELOW, Estimate
from analysis.numbers.marks import Marked
from analysis.numbers.ranges import Move, Parts

Family = Literal["confirmatory", "exploratory"]
Verdict = Literal["rose", "fell", "no clear change", "not robust", "no statement"]

# A change is shown from the first base on, and said from the second on, in both waves.
SHOWN_FROM, SAID_FROM = COUNTS_BELOW, UNRELIABLE_BELOW


@dataclass(frozen=True)
class Shift(Marked):
    """The change of one estimate from an earlier wave to a later one.

    `crude`: among those who answered each wave. `adjusted`: at the earlier wave's composition. Both as proportions,
    None where there is none, for the reason in `why` or `unadjusted`. `parts`: the crude change split into rates and
    composition. `raked`: the change with the later wave weighted to all margins that both waves have.
    `p_value` and `adjusted_p`: of crude and adjusted change, corrected for the number of comparisons in its family.
    `clear` and `adjusted_clear`: whether they are clear after that.
    """

    earlier: str
    later: str
    before: Estimate
    after: Estimate
    compared: Compared
    label: str = ""
    crude: Move | None = None
    adjusted: Move | None = None
    parts: Parts | None = None
    raked: float | None = None
    why: str = ""
    unadjusted: str = ""
    family: Family = "exploratory"
    p_value: float | None = None
    adjusted_p: float | None = None
    clear: bool = False
    adjusted_clear: bool = False

    @property
    def address(self) -> Address:
        return self.after.address

    @property
    def said(self) -> bool:
        """Whether anything may be said of the change: it is known, and both bases are large enough."""
        return self.crude is not None and not self.why

    @property
    def within_group(self) -> bool:
        """Whether it is the change of one group, in which there is no composition to adjust for."""
        return bool(self.address.breakdown)

    @property
    def robust(self) -> bool:
        """Whether the change is the same whoever answered: crude, adjusted and raked agree in sign and clarity.

        Where neither crude nor adjusted change is clear, there is nothing to be robust.
        """
        if self.within_group or self.crude is None or not (self.clear or self.adjusted_clear):
            return True
        if self.adjusted is None or self.clear != self.adjusted_clear or self.crude.sign != self.adjusted.sign:
            return False
        return self.raked is None or self.raked * self.crude.sign > 0

    @property
    def verdict(self) -> Verdict:
        """What may be said of the change."""
        if not self.said or self.crude is None:
            return "no statement"
        if not self.robust:
            return "not robust"
        if not self.clear:
            return "no clear change"
        return "rose" if self.crude.sign > 0 else "fell"

    @property
    def caveat(self) -> str:
        """What has to be said with a change that goes one way without being clear and robust."""
        if self.robust:
            return "no clear change"
        return "not robust to who answered" if self.adjusted else "not adjusted for who answered"
