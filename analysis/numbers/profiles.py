"""Who answered two waves, by one question about respondents: the groups that both waves can tell apart.

Where a wave's records leave several groups together, they stay together: the other wave's are joined to match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.composition import EVERYBODY
from analysis.numbers.change import Counted, wider_groups
from analysis.numbers.surveys import Survey

Members = NDArray[np.bool_]
Places = NDArray[np.int64]
NOT_STATED = -1


@dataclass(frozen=True)
class Profile:
    """Respondents of two waves by the groups of one question.

    `groups` are named by their answers, joined by '+' where a wave does not tell them apart. `before` and `after`
    have one place in `groups` for each respondent of the earlier and the later wave, -1 where the question was not
    answered. `parents`: the wider group of each group, up to everybody.
    """

    question: str
    groups: tuple[str, ...]
    before: Places
    after: Places
    parents: Mapping[str, str]

    def merging(self, before: Members, after: Members) -> dict[str, str]:
        """What each group is merged into among these respondents, so that none is too small in the later wave.

        Bases decide, never answers. Raises ValueError where even everybody together are too few.
        """
        bases = [
            {name: Counted(0, int(size)) for name, size in zip(self.groups, sizes(self, wave), strict=True)}
            for wave in (self.before[before], self.after[after])
        ]
        return wider_groups(bases[0], bases[1], self.parents)


def sizes(profile: Profile, places: Places) -> Places:
    """How many respondents are in each group; those who did not say are in none."""
    return np.bincount(places[places != NOT_STATED], minlength=len(profile.groups))


def profile_of(question: str, earlier: Survey, later: Survey) -> Profile:
    """Respondents of two waves by a question that both asked. Raises KeyError where a wave has no answers to it."""
    order = tuple(dict.fromkeys(one for s in (earlier, later) for one in s.questionnaire.by_id[question].answer_ids))
    patterns = [_in_order(survey, question, order) for survey in (earlier, later)]
    masks = _components(np.unique(np.concatenate(patterns)).tolist(), len(order))
    members = [tuple(name for place, name in enumerate(order) if mask >> place & 1) for mask in masks]
    # An answer that no one gave in either wave is a group of no one.
    before, after = (_places(codes, masks) for codes in patterns)
    parents = later.questionnaire.composition.parents(question)
    return Profile(question, tuple("+".join(one) for one in members), before, after, _hierarchy(members, parents))


def _in_order(survey: Survey, question: str, order: tuple[str, ...]) -> Places:
    """A wave's answers as codes over an order of answers that several waves share."""
    own = survey.questionnaire.by_id[question].answer_ids
    codes = survey.responses.codes[question]
    found, inverse = np.unique(codes, return_inverse=True)
    shared = [
        sum(1 << order.index(name) for place, name in enumerate(own) if code >> place & 1) for code in found.tolist()
    ]
    return np.array(shared, dtype=np.int64)[inverse]


def _components(patterns: Iterable[int], answers: int) -> list[int]:
    """Answers that some response leaves together, as one code each: the finest grouping that holds everywhere."""
    masks = [1 << place for place in range(answers)]
    for pattern in patterns:
        joined = sum(mask for mask in masks if mask & pattern)
        if joined:
            masks = [mask for mask in masks if not mask & pattern] + [joined]
    return sorted(masks, key=lambda mask: mask & -mask)


def _places(codes: Places, masks: list[int]) -> Places:
    places = np.full(len(codes), NOT_STATED, dtype=np.int64)
    for place, mask in enumerate(masks):
        places[(codes & mask) != 0] = place
    return places


def _hierarchy(members: list[tuple[str, ...]], parents: Mapping[str, str]) -> dict[str, str]:
    """The wider group of each group: of several together, the narrowest that has them all."""
    lines = {name: _line(name, parents) for group in members for name in group}
    wider = {"+".join(group): next(one for one in lines[group[0]][1:] if all(one in lines[name] for name in group))
             for group in members}  # fmt: skip
    above = {one: parents.get(one, EVERYBODY) for line in lines.values() for one in line if one != EVERYBODY}
    return {**above, **wider}


def _line(name: str, parents: Mapping[str, str]) -> list[str]:
    line = [name]
    while line[-1] != EVERYBODY:
        line.append(parents.get(line[-1], EVERYBODY))
    return line
