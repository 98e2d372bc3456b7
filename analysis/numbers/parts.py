"""The parts into which respondents are divided by a breakdown, so that each can be published.

Whoever sees numbers of groups can subtract them from each other and from the total. Groups and those who stated none
are therefore divided into parts that leave nobody out: whatever is published is a sum over whole parts, and so is
whatever can be worked out from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

# Those who did not state their group; no group has this name.
NOT_STATED = ""


@dataclass(frozen=True)
class Part:
    """Groups that are taken together; `name` is the group, or the wider group that has been declared for them."""

    name: str
    groups: tuple[str, ...]

    @property
    def is_published(self) -> bool:
        """Whether its numbers are shown: those who stated no group, and who is taken with them, have no row."""
        return NOT_STATED not in self.groups


Safe = Callable[[Part], bool]


def divided(start: Iterable[Part], parents: Mapping[str, str], safe: Safe) -> tuple[Part, ...]:
    """Merge parts as declared until each of them is safe; empty where no declared merging makes them so.

    `parents`: the wider group of each group and wider group, and the one that those who stated none join.
    """
    # Those who stated no group first: with whom they are taken together may be enough for both.
    parts = sorted(start, key=lambda part: part.is_published)
    while unsafe := next((part for part in parts if not safe(part)), None):
        wider = parents.get(unsafe.name)
        if wider is None:
            return ()
        parts = merged(parts, unsafe, wider, parents)
    return tuple(parts)


def merged(parts: Sequence[Part], one: Part, wider: str, parents: Mapping[str, str]) -> list[Part]:
    """These parts with one of them widened: it and all others that belong to the wider group are one part."""
    joined = [part for part in parts if part is one or wider in _line(part.name, parents)]
    # Where the wider group has been merged into a still wider one, they join that.
    above = next((part for part in parts if part.name in _line(wider, parents)[1:]), None)
    joined += [above] if above is not None and above not in joined else []
    name = above.name if above is not None else wider
    groups = tuple(group for part in parts if part in joined for group in part.groups)
    return [Part(name, groups) if part is joined[0] else part for part in parts if part not in joined[1:]]


def _line(name: str, parents: Mapping[str, str]) -> list[str]:
    """A group and all wider groups that it belongs to; those who stated none belong to no group before they join."""
    line = [name]
    while name != NOT_STATED and line[-1] in parents:
        line.append(parents[line[-1]])
    return line


def blocks(parts: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The finest sets of groups that no part crosses, of the parts of one or of several divisions."""
    found: list[frozenset[str]] = []
    for part in parts:
        joined = [block for block in found if block & part]
        found = [block for block in found if block not in joined]
        found.append(part.union(*joined))
    return found
