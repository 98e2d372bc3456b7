"""One survey in two waves: by how much a share changed, crude, at the earlier composition, and raked.

An earlier wave may be reconstructed: of its shares and of its groups' answers only ranges are known then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import floor

from analysis.inputs.addresses import Address
from analysis.inputs.comparability import Compared, compared
from analysis.inputs.instruments import Instrument
from analysis.inputs.patterns import Floats, Patterns
from analysis.numbers.change import Counted
from analysis.numbers.estimates import Estimate
from analysis.numbers.groupings import Grouping, answered, grouping_of, together
from analysis.numbers.profiles import Profile, profile_of
from analysis.numbers.rakes import Raked, raked_to
from analysis.numbers.ranges import Between, crude_move, kitagawa_parts, standardised_move
from analysis.numbers.shifts import SAID_FROM, SHOWN_FROM, Shift
from analysis.numbers.surveys import NOT_ASKED, Survey

NOT_PRINTED = "it cannot be known from what was printed"
WITHHELD = "too few answered in one of the waves for it to be told"
WHO_ANSWERED = "it says who answered, not what changed"


@dataclass(frozen=True)
class SurveyPair:
    """One survey in two waves, each with the instrument it was asked with. `waves`: their ids, the earlier first."""

    waves: tuple[str, str]
    earlier: Survey
    later: Survey
    asked: tuple[Instrument, Instrument]
    _groupings: dict[str, Grouping] = field(default_factory=dict, init=False, compare=False, repr=False)
    _weights: dict[str, tuple[Patterns, Floats]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def compared(self, question: str) -> Compared:
        """Whether the two waves' answers to a question may be compared."""
        return compared(question, *self.asked)

    def shift(self, address: Address) -> Shift:
        """The change of a share, not yet judged. Raises ValueError if the later wave has no such share."""
        after = self.later.estimate(address)
        address = after.address
        question = self.later.questionnaire.by_id[address.question]
        asked = self.compared(address.question)
        before = self._before(address)
        found = Shift(*self.waves, before, after, asked, f"{question.topic}: {after.words}")
        obstacle = (
            asked.obstacle
            or self._group_obstacle(address)
            or _unknown(before, after)
            or _few(before, after, SHOWN_FROM)
        )
        if obstacle:
            return replace(found, why=obstacle, unadjusted=obstacle)
        whole, shown = _between(before), _shown(before)
        after_count = Counted(after.count or 0, after.base or 0)
        found = replace(found, crude=crude_move(whole, after_count, shown), why=_few(before, after, SAID_FROM))
        if address.question in self.later.questionnaire.composition.profile:
            return replace(found, why=WHO_ANSWERED, unadjusted=WHO_ANSWERED)
        return self._raked(self._adjusted(found, whole, shown), shown)

    def _before(self, address: Address) -> Estimate:
        try:
            return self.earlier.estimate(address)
        except ValueError:
            # An answer, or a whole question, that only the later wave has.
            return Estimate(address, None, None, NOT_ASKED)

    def _group_obstacle(self, address: Address) -> str:
        if not address.breakdown:
            return ""
        asked = self.compared(address.breakdown)
        return f"the groups cannot be told in both waves: {asked.obstacle}" if asked.obstacle else ""

    @property
    def breakdown(self) -> str:
        """The question by which change is adjusted for who answered; empty where the survey has none."""
        return next(iter(self.later.questionnaire.breakdowns), "")

    @cached_property
    def breakdown_obstacle(self) -> str:
        """Why no change of this survey can be adjusted for who answered; empty where it can."""
        return self.profile_obstacle(self.breakdown) if self.breakdown else "the survey has no breakdown"

    def profile_obstacle(self, question: str) -> str:
        """Why the two waves cannot be made alike in a question about respondents; empty where they can."""
        asked = self.compared(question)
        if asked.obstacle:
            return f"{asked.topic}: {asked.obstacle}"
        if question not in self.earlier.responses.codes:
            return f"{asked.topic}: {NOT_PRINTED}" if self.earlier.known else f"{asked.topic}: no answers"
        return "" if question in self.later.responses.codes else f"{asked.topic}: no answers"

    def _adjusted(self, shift: Shift, whole: Between, shown: float | None) -> Shift:
        if shift.within_group:
            return replace(shift, unadjusted="one group has no composition")
        if self.breakdown_obstacle:
            return replace(shift, unadjusted=f"not adjusted for who answered ({self.breakdown_obstacle})")
        grouping = self._grouping(shift.address.question)
        if len(grouping.names) < 2:
            return replace(shift, unadjusted="not adjusted for who answered (the groups are too small)")
        waves = (self.earlier.protection, self.later.protection)
        if any(one and not one.tells_apart(shift.address, grouping.breakdown) for one in waves):
            return replace(shift, unadjusted="not adjusted for who answered (too few answered in a group)")
        before = grouping.earlier_cells(self.earlier, shift.address)
        after = grouping.later_counts(self.later, shift.address)
        among = together(whole, before)
        if among.is_exact:
            shown = among.least / among.base
        elif among.base != whole.base:
            # Some did not say which group they are in: of the others' share only a range is known.
            shown = None
        adjusted = standardised_move(before, among, after, shown)
        return replace(shift, adjusted=adjusted, parts=kitagawa_parts(before, among, after))

    def _grouping(self, question: str) -> Grouping:
        if question not in self._groupings:
            self._groupings[question] = grouping_of(self._profile, question, self.earlier, self.later)
        return self._groupings[question]

    @cached_property
    def _profile(self) -> Profile:
        return profile_of(self.breakdown, self.earlier, self.later)

    @cached_property
    def raked(self) -> Raked:
        """The later wave weighted to the margins of the earlier one, or why it cannot be."""
        margins = self.later.questionnaire.composition.raking
        if not margins:
            return Raked("the survey names no margins")
        missing = [obstacle for name in margins if (obstacle := self.profile_obstacle(name))]
        if missing:
            return Raked("; ".join(missing))
        profiles = [profile_of(name, self.earlier, self.later) for name in margins]
        return raked_to(profiles, self.earlier, self.later)

    def _raked(self, shift: Shift, shown: float | None) -> Shift:
        if self.raked.obstacle or shown is None or shift.within_group:
            return shift
        address = shift.address
        patterns, weights = self._weighted(address.question)
        total = float(weights.sum())
        if not total:
            return shift
        raked = float(weights[patterns.chose(address.question, address.answers)].sum()) / total - shown
        # The weights tell apart those whom no table does: to the middle of its percentage point, the number does not.
        return replace(shift, raked=raked if self.later.protection is None else (floor(100 * raked) + 0.5) / 100)

    def _weighted(self, question: str) -> tuple[Patterns, Floats]:
        """Those who answered a question in the later wave, and what those of each pattern weigh together."""
        if question not in self._weights:
            patterns = answered(self.later, question, *self.raked.questions)
            self._weights[question] = patterns, self.raked.weights(patterns) * patterns.counts
        return self._weights[question]


def _between(estimate: Estimate) -> Between:
    base = estimate.base or 0
    if estimate.known.label in ("collected", "simulated"):
        return Between(estimate.count or 0, estimate.count or 0, base)
    ends = (Fraction(end) * base / 100 for end in (estimate.least, min(estimate.greatest, Fraction(100))))
    least, greatest = (float(end) for end in ends)
    return Between(least, greatest, base)


def _shown(estimate: Estimate) -> float | None:
    """The share from which a change is counted: as it was counted, or as it is printed."""
    if estimate.known.label in ("collected", "simulated"):
        return (estimate.count or 0) / (estimate.base or 1)
    return None if estimate.percent is None else estimate.percent / 100


def _unknown(before: Estimate, after: Estimate) -> str:
    if after.suppressed or before.suppressed:
        return WITHHELD
    if after.count is None or after.known.label == "not computable":
        return "this wave has no answers to it"
    if before.known.label == "not identified":
        return NOT_PRINTED
    return "the earlier wave has no answers to it" if not before.identified else ""


def _few(before: Estimate, after: Estimate, needed: int) -> str:
    few = min(before.base or 0, after.base or 0) < needed
    return f"fewer than {needed} answered in one of the waves" if few else ""
