"""A later wave weighted to the margins of an earlier one: a check on who answered, beside standardisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.numbers.profiles import NOT_STATED, Profile, sizes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Raked:
    """Weights of a later wave's respondents, 0 for those who did not say what is weighted by, and what they cost.

    `weights` is None where raking is not possible, for the reason in `obstacle`. `deff`: Kish's design effect among
    those weighted. `margins`: the groups that were weighted to, by question.
    """

    weights: Floats | None
    obstacle: str = ""
    deff: float = 1.0
    margins: tuple[tuple[str, tuple[str, ...]], ...] = ()


def raked_to(profiles: Sequence[Profile]) -> Raked:
    """Weight the later wave to the earlier one in all these questions at once; groups merged as for standardising.

    Respondents who left one of the questions out are left out. What stands in the way is told, not raised: a check
    that cannot be made must not stop the rest.
    """
    from analysis.numbers.raking import Margin, RakingError, deff, rake

    stated = np.all([profile.after != NOT_STATED for profile in profiles], axis=0)
    try:
        merged = [_merged(profile) for profile in profiles]
        size = int(np.count_nonzero(stated))
        margins = [
            Margin(profile.question, [names[place] for place in profile.after[stated]], _targets(profile, names, size))
            for profile, names in zip(profiles, merged, strict=True)
        ]
        sample = rake(margins)
    except (RakingError, ValueError) as error:
        return Raked(None, str(error))
    weights = np.zeros(len(stated))
    weights[stated] = sample.weights
    groups = (tuple(dict.fromkeys(names)) for names in merged)
    return Raked(weights, "", deff(sample), tuple(zip((one.question for one in profiles), groups, strict=True)))


def _merged(profile: Profile) -> list[str]:
    """What each group of a profile is merged into among all respondents of both waves."""
    everybody = np.ones(len(profile.before), dtype=bool), np.ones(len(profile.after), dtype=bool)
    wider = profile.merging(*everybody)
    return [wider.get(group, group) for group in profile.groups]


def _targets(profile: Profile, names: Sequence[str], size: int) -> dict[str, float]:
    """The earlier wave's groups, as many as the later wave has respondents in all."""
    found = sizes(profile, profile.before)
    targets: dict[str, float] = {}
    for name, count in zip(names, found, strict=True):
        if count:
            targets[name] = targets.get(name, 0.0) + float(count) * size / float(found.sum())
    return targets
