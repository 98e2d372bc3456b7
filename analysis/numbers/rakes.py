"""A later wave weighted to the margins of an earlier one: a check on who answered, beside standardisation.

Respondents who answered the questions that are weighted by alike have the same weight: weights are made, and kept, by
what was answered, however many answered it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.inputs.patterns import Floats, Patterns
from analysis.numbers.profiles import NOT_STATED, Places, Profile, places
from analysis.numbers.surveys import Survey


@dataclass(frozen=True)
class Raked:
    """Weights of a later wave's respondents, and what they cost.

    There are none where raking is not possible, for the reason in `obstacle`. `deff`: Kish's design effect among those
    weighted. `margins`: the groups that were weighted to, by question.
    """

    obstacle: str = ""
    deff: float = 1.0
    margins: tuple[tuple[str, tuple[str, ...]], ...] = ()
    _profiles: tuple[Profile, ...] = field(default=(), repr=False)
    _weights: Mapping[tuple[int, ...], float] = field(default_factory=dict, repr=False)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are weighted by."""
        return tuple(question for question, _ in self.margins)

    def weights(self, patterns: Patterns) -> Floats:
        """The weight of a respondent with each of these patterns, 0 for those who did not say what is weighted by."""
        given = zip(*_places(self._profiles, patterns), strict=True)
        return np.array([self._weights.get(one, 0.0) for one in given])


def raked_to(profiles: Sequence[Profile], earlier: Survey, later: Survey) -> Raked:
    """Weight the later wave to the earlier one in all these questions at once; groups merged as for standardising.

    Respondents who left one of the questions out are left out. What stands in the way is told, not raised: a check
    that cannot be made must not stop the rest.
    """
    from analysis.numbers.raking import Margin, RakingError, rake
    from analysis.numbers.weighting import kish_deff

    patterns = later.responses.patterns(*(profile.question for profile in profiles))
    found = _places(profiles, patterns)
    stated = np.all([one != NOT_STATED for one in found], axis=0)
    counts, found = patterns.counts[stated], [one[stated] for one in found]
    try:
        merged = [_merged(profile, earlier, later) for profile in profiles]
        margins = [
            Margin(profile.question, [names[place] for place in own], _targets(profile, names, earlier, counts.sum()))
            for profile, names, own in zip(profiles, merged, found, strict=True)
        ]
        weights = rake(margins, counts).weights / counts
        deff = kish_deff(weights, counts)
    except (RakingError, ValueError) as error:
        return Raked(str(error))
    told = zip((one.question for one in profiles), (tuple(dict.fromkeys(names)) for names in merged), strict=True)
    given = zip(*(one.tolist() for one in found), strict=True)
    return Raked("", deff, tuple(told), tuple(profiles), dict(zip(given, weights.tolist(), strict=True)))


def _places(profiles: Sequence[Profile], patterns: Patterns) -> list[Places]:
    return [places(patterns.codes[profile.question], profile.after) for profile in profiles]


def _merged(profile: Profile, earlier: Survey, later: Survey) -> list[str]:
    """What each group of a profile is merged into among all respondents of both waves."""
    everybody = (survey.responses.patterns(profile.question) for survey in (earlier, later))
    wider = profile.merging(*everybody)
    return [wider.get(group, group) for group in profile.groups]


def _targets(profile: Profile, names: Sequence[str], earlier: Survey, size: int) -> dict[str, float]:
    """The earlier wave's groups, as many as the later wave has respondents in all."""
    found = profile.sizes(earlier.responses.patterns(profile.question), profile.before)
    targets: dict[str, float] = {}
    for name, count in zip(names, found, strict=True):
        if count:
            targets[name] = targets.get(name, 0.0) + float(count) * size / float(found.sum())
    return targets
