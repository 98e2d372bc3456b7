"""Who answered two waves, by one question about respondents: the groups that both waves can tell apart.

Where a wave's records leave several groups together, they stay together: the other wave's are joined to match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.composition import EVERYBODY
from analysis.inputs.patterns import Codes, Patterns
from analysis.numbers.change import Counted, wider_groups
from analysis.numbers.surveys import Survey

Places = NDArray[np.int64]
NOT_STATED = -1


@dataclass(frozen=True)
class Profile:
    """Respondents of two waves by the groups of one question.

    `groups` are named by their answers, joined by '+' where a wave does not tell them apart. `before` and `after`: the
    place in `groups` of each code that respondents of the earlier and the later wave have; a code that is no answer
    has none. `parents`: the wider group of each group, up to everybody.
    """

    question: str
    groups: tuple[str, ...]
    before: Mapping[int, int]
    after: Mapping[int, int]
    parents: Mapping[str, str]

    def merging(self, before: Patterns, after: Patterns) -> dict[str, str]:
        """What each group is merged into among these respondents, so that none is too small in the later wave.

        Bases decide, never answers. Raises ValueError where even everybody together are too few.
        """
        found = (self.sizes(before, self.before), self.sizes(after, self.after))
        bases = [{name: Counted(0, int(size)) for name, size in zip(self.groups, one, strict=True)} for one in found]
        return wider_groups(bases[0], bases[1], self.parents)

    def sizes(self, patterns: Patterns, codes: Mapping[int, int]) -> Places:
        """How many of these respondents are in each group; those who did not say are in none.

        `codes`: the places of the codes of their wave.
        """
        return counted_by(places(patterns.codes[self.question], codes), patterns.counts, len(self.groups))


def places(given: Codes, codes: Mapping[int, int]) -> Places:
    """The place of each of these codes, -1 for one that has none."""
    return np.array([codes.get(code, NOT_STATED) for code in given.tolist()], dtype=np.int64)


def counted_by(found: Places, counts: Places, number: int) -> Places:
    """How many respondents are at each of so many places, from the place of each pattern and how many show it."""
    inside = found != NOT_STATED
    return np.bincount(found[inside], weights=counts[inside], minlength=number).astype(np.int64)


def profile_of(question: str, earlier: Survey, later: Survey) -> Profile:
    """Respondents of two waves by a question that both asked. Raises KeyError where a wave has no answers to it."""
    order = tuple(dict.fromkeys(one for s in (earlier, later) for one in s.questionnaire.by_id[question].answer_ids))
    shared = [_in_order(survey, question, order) for survey in (earlier, later)]
    masks = _components(sorted({code for codes in shared for code in codes.values()}), len(order))
    members = [tuple(name for place, name in enumerate(order) if mask >> place & 1) for mask in masks]
    # An answer that no one gave in either wave is a group of no one.
    before, after = (_places(codes, masks) for codes in shared)
    parents = later.questionnaire.composition.parents(question)
    return Profile(question, tuple("+".join(one) for one in members), before, after, _hierarchy(members, parents))


def _in_order(survey: Survey, question: str, order: tuple[str, ...]) -> dict[int, int]:
    """The codes that occur in a wave, each as a code over an order of answers that several waves share."""
    own = survey.questionnaire.by_id[question].answer_ids
    return {
        code: sum(1 << order.index(name) for place, name in enumerate(own) if code >> place & 1)
        for code in survey.responses.patterns(question).codes[question].tolist()
    }


def _components(patterns: Iterable[int], answers: int) -> list[int]:
    """Answers that some response leaves together, as one code each: the finest grouping that holds everywhere."""
    masks = [1 << place for place in range(answers)]
    for pattern in patterns:
        joined = sum(mask for mask in masks if mask & pattern)
        if joined:
            masks = [mask for mask in masks if not mask & pattern] + [joined]
    return sorted(masks, key=lambda mask: mask & -mask)


def _places(codes: Mapping[int, int], masks: list[int]) -> dict[int, int]:
    """The place of each code that is an answer: that of the group which its answers are in."""
    return {code: place for code, shared in codes.items() for place, mask in enumerate(masks) if shared & mask}


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
