"""Which sentence of one wave is which of another: by its place, else by the claims it makes, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from analysis.publication.telling import Offered

Pair = tuple[Offered | None, Offered | None]
Key = Callable[[Offered], Iterable[Hashable]]


def pairs(before: Iterable[Offered], after: Iterable[Offered]) -> list[Pair]:
    """Every sentence of either wave once, with its counterpart or with None, in the order of the later wave.

    Chapters may have been written anew between two runs: a cell may have another name, and a sentence may stand in
    another cell or chapter. Sentences that rest on nothing in common are not taken for each other.
    """
    left, right = list(before), list(after)
    partners: dict[int, int] = {}
    for key in KEYS:
        _match(left, right, key, partners)
    known: list[Pair] = [(left[partners[n]] if n in partners else None, one) for n, one in enumerate(right)]
    taken = set(partners.values())
    return [*known, *((one, None) for n, one in enumerate(left) if n not in taken)]


def _match(left: list[Offered], right: list[Offered], key: Key, partners: dict[int, int]) -> None:
    """Give each later sentence without a partner the first earlier one under the same key that has none."""
    taken = set(partners.values())
    waiting: dict[Hashable, list[int]] = {}
    for number, one in enumerate(left):
        for name in key(one) if number not in taken else ():
            waiting.setdefault(name, []).append(number)
    for number, one in enumerate(right):
        names = key(one) if number not in partners else ()
        free = [match for name in names for match in waiting.get(name, ()) if match not in taken]
        if free:
            partners[number] = free[0]
            taken.add(free[0])


def _same_place(one: Offered) -> list[Hashable]:
    return [(one.chapter, one.cell, one.place, one.form)]


def _same_chapter(one: Offered) -> list[Hashable]:
    return [(one.chapter, one.form)]


def _anywhere(one: Offered) -> list[Hashable]:
    return [one.form]


def _a_claim_in_the_chapter(one: Offered) -> list[Hashable]:
    return [(one.chapter, claim) for claim in one.claims]


def _a_name_in_the_cell(one: Offered) -> list[Hashable]:
    return [(one.chapter, one.cell, name) for alternative in one.alternatives for name in alternative.names]


# From the surest sign that two sentences are one to the weakest.
KEYS: tuple[Key, ...] = (_same_place, _same_chapter, _anywhere, _a_claim_in_the_chapter, _a_name_in_the_cell)
