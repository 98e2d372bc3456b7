"""Which printed figures cannot all be right: the smallest sets of them, each member necessary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from analysis.published.joint import Undecided

Member = TypeVar("Member")
Feasible = Callable[[Sequence[Member]], bool]


@dataclass(frozen=True)
class Conflict(Generic[Member]):
    """Figures that cannot all be right. `minimal` says that without any one of them the others can be."""

    members: tuple[Member, ...]
    minimal: bool


def minimal_conflict(members: Sequence[Member], feasible: Feasible[Member]) -> Conflict[Member]:
    """Leave out every member that the conflict does not need, one after the other (a deletion filter).

    `members` contradict each other. A member about which the solver does not decide stays, and the set is
    then not said to be minimal.
    """
    kept, proven = list(members), True
    for member in members:
        others = [other for other in kept if other is not member]
        try:
            needed = feasible(others)
        except Undecided:
            needed, proven = True, False
        if not needed:
            kept = others
    return Conflict(tuple(kept), proven)


def all_conflicts(members: Sequence[Member], feasible: Feasible[Member], most: int = 60) -> list[Conflict[Member]]:
    """Every minimal conflict among the members, by leaving out each member of those found (Reiter 1987).

    `most` limits how many sets of figures are left out in turn.
    """
    found: list[Conflict[Member]] = []
    queue: list[tuple[int, ...]] = [()]
    seen: set[frozenset[int]] = set()
    position = {id(member): i for i, member in enumerate(members)}
    while queue and len(seen) < most:
        out = queue.pop(0)
        if frozenset(out) in seen:
            continue
        seen.add(frozenset(out))
        conflict = _known(found, out, position) or _search(members, out, feasible)
        if conflict is None:
            continue
        if conflict not in found:
            found.append(conflict)
        queue += [(*out, position[id(member)]) for member in conflict.members]
    return found


def _known(found: Sequence[Conflict[Member]], out: Sequence[int], position: dict[int, int]) -> Conflict[Member] | None:
    """A conflict found before that does not touch what is left out."""
    return next((c for c in found if not {position[id(member)] for member in c.members} & set(out)), None)


def _search(members: Sequence[Member], out: Sequence[int], feasible: Feasible[Member]) -> Conflict[Member] | None:
    rest = [member for i, member in enumerate(members) if i not in out]
    try:
        return None if feasible(rest) else minimal_conflict(rest, feasible)
    except Undecided:
        return None
