"""Who answered a question in two waves, by groups that are large enough, and what is known of their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.addresses import Address
from analysis.inputs.patterns import Patterns
from analysis.numbers.change import Counted, Groups
from analysis.numbers.parts import Part
from analysis.numbers.profiles import NOT_STATED, Profile, counted_by, places
from analysis.numbers.ranges import Between
from analysis.numbers.surveys import Survey
from analysis.numbers.tabulation import counted_together

Cells = Mapping[str, Between]
NONE = Between(0.0, 0.0, 0)


@dataclass(frozen=True)
class Grouping:
    """Those who answered one question in two waves.

    `names`: the groups, none too small in the later wave. `pools`: which groups of the profile went into each, with
    the size of each in the earlier wave. `before` and `after`: for each code of a wave's answers to the breakdown the
    place of its group in `names`, if it is in one.
    """

    breakdown: str
    names: tuple[str, ...]
    pools: tuple[Mapping[str, int], ...]
    before: Mapping[int, int]
    after: Mapping[int, int]

    def later_counts(self, survey: Survey, address: Address) -> Groups:
        """How many of each group gave the answer in the later wave."""
        return dict(zip(self.names, self._counted(survey, self.after, address), strict=True))

    def earlier_cells(self, survey: Survey, address: Address) -> Cells:
        """How many of each group gave the answer in the earlier wave: a range where that was reconstructed."""
        if survey.known:
            pooled = ([self._known(survey, address, one, base) for one, base in pool.items()] for pool in self.pools)
            return {name: sum(cells, NONE) for name, cells in zip(self.names, pooled, strict=True)}
        counted = self._counted(survey, self.before, address)
        exact = (Between(cell.count, cell.count, int(cell.base)) for cell in counted)
        return dict(zip(self.names, exact, strict=True))

    def _counted(self, survey: Survey, codes: Mapping[int, int], address: Address) -> list[Counted]:
        patterns = answered(survey, address.question, self.breakdown)
        found, chose = places(patterns.codes[self.breakdown], codes), patterns.chose(address.question, address.answers)
        bases = counted_by(found, patterns.counts, len(self.names))
        counts = counted_by(found, patterns.counts * chose, len(self.names))
        return [Counted(int(count), int(base)) for count, base in zip(counts, bases, strict=True)]

    def _known(self, survey: Survey, address: Address, group: str, base: int) -> Between:
        """The range that the printed figures leave to one group's answers: anything where they do not tell."""
        known = survey.known.get(str(address.among(self.breakdown, *group.split("+"))))
        if known is None or known.label not in ("printed", "implied", "bounded"):
            return Between(0.0, float(base), base)
        return Between(float(known.least * base / 100), float(known.greatest * base / 100), base)


def grouping_of(profile: Profile, question: str, earlier: Survey, later: Survey) -> Grouping:
    """Those who answered a question in both waves, by a profile whose small groups are merged.

    Without any group, where even everybody who told their group are too few.
    """
    members = answered(earlier, question, profile.question), answered(later, question, profile.question)
    try:
        wider = profile.merging(*members)
    except ValueError:
        wider = {}
    parts = [_parts(survey, question, profile.question) for survey in (earlier, later)]
    wider = _as_published(wider, [part for own in parts for part in own or ()]) if None not in parts else {}
    names = tuple(dict.fromkeys(wider.values()))
    moved = [names.index(wider[one]) if one in wider else NOT_STATED for one in profile.groups]
    without = [_unstated(wider, own or ()) for own in parts]
    codes = [
        _moved(own, [*moved, names.index(joined) if joined else NOT_STATED], patterns.codes[profile.question].tolist())
        for own, patterns, joined in zip((profile.before, profile.after), members, without, strict=True)
    ]
    bases = dict(zip(profile.groups, profile.sizes(members[0], profile.before).tolist(), strict=True))
    pools = tuple({one: bases[one] for one, name in wider.items() if name == merged} for merged in names)
    return Grouping(profile.question, names, pools, *codes)


def answered(survey: Survey, question: str, *others: str) -> Patterns:
    """Those who answered a question, by what they answered to it and to others."""
    patterns = survey.responses.patterns(*counted_together(survey.questionnaire.by_id[question], *others))
    members = patterns.answered(question)
    codes = {name: given[members] for name, given in patterns.codes.items()}
    return Patterns(survey.questionnaire, int(members.sum()), codes, patterns.counts[members])


def _moved(codes: Mapping[int, int], moved: Sequence[int], given: Iterable[int]) -> dict[int, int]:
    """The places of codes after their groups have moved; the last of `moved` is for codes that are in no group."""
    return {code: moved[codes.get(code, len(moved) - 1)] for code in given}


def _parts(survey: Survey, question: str, breakdown: str) -> tuple[Part, ...] | None:
    """The parts in which a wave publishes a breakdown of a question, where it withholds anything; None for none."""
    if survey.protection is None:
        return ()
    return survey.protection.division(survey.questionnaire.by_id[question], breakdown).parts or None


def _as_published(wider: Mapping[str, str], parts: Iterable[Part]) -> dict[str, str]:
    """What each group is merged into, so that the groups of a part are merged into one."""
    found = dict(wider)
    for part in parts:
        joined = [now for one, now in found.items() if set(one.split("+")) & set(part.groups)]
        found = {one: joined[0] if now in joined else now for one, now in found.items()}
    return found


def _unstated(wider: Mapping[str, str], parts: Iterable[Part]) -> str:
    """What those are merged into who did not state their group; empty where they are left out."""
    among = {group for part in parts if not part.is_published for group in part.groups}
    return next((now for one, now in wider.items() if set(one.split("+")) & among), "")


def together(whole: Between, cells: Cells) -> Between:
    """All groups together: the whole, but for those who did not say which group they are in."""
    told = sum(cells.values(), NONE)
    missing = whole.base - told.base
    if told.is_exact:
        return told
    return Between(max(whole.least - missing, 0.0), min(whole.greatest, float(told.base)), told.base)
