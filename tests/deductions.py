"""What a number tells beyond what it prints: the base and the count behind a percentage, an interval, a margin.

A percentage with ten decimals, or an interval with two, is that of few pairs of whole numbers, often of one. A margin
or a change is a difference of shares: where all others are known, it tells the one that is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.phrases import phrases
from analysis.numbers.tabulation import wilson_intervals

Row = Mapping[str, str]
# What floating point leaves.
HAIR = 1e-7
_OF = re.compile(r"(\d+) of (\d+)")
_PERCENT = re.compile(r"(\d+)%")


@dataclass(frozen=True)
class Pairs:
    """The bases and counts that a share can still have, one pair a place; shares are percentages."""

    bases: NDArray[Any]
    counts: NDArray[Any]

    @property
    def shares(self) -> NDArray[Any]:
        with np.errstate(invalid="ignore"):
            shares: NDArray[Any] = 100 * self.counts / self.bases
        return shares

    @property
    def intervals(self) -> tuple[NDArray[Any], NDArray[Any]]:
        low, high = wilson_intervals(self.counts, self.bases)
        return 100 * low, 100 * high

    @property
    def known(self) -> bool:
        return len(self.bases) == 1

    def where(self, kept: NDArray[Any]) -> Pairs:
        return Pairs(self.bases[kept], self.counts[kept])


@lru_cache
def any_pair(most: int) -> Pairs:
    """Every base up to this number, with every count."""
    bases = np.repeat(np.arange(most + 1), np.arange(most + 1) + 1)
    return Pairs(bases, np.concatenate([np.arange(base + 1) for base in range(most + 1)]))


def told_by(row: Row, pairs: Pairs) -> Pairs:
    """Of these pairs, those that agree with all that a row of any file prints of a share."""
    shown = row.get("shown", "")
    if said := _OF.search(shown):
        row = {**row, "count": said[1], "base": said[2]}
    elif (said := _PERCENT.fullmatch(shown.removesuffix(" [u]"))) and not row.get("percent"):
        row = {**row, "percent": said[1]}
    if row.get("asked") and row.get("missing"):
        row = {**row, "base": str(int(row["asked"]) - int(row["missing"]))}
    for column in ("base", "count"):
        if row.get(column):
            numbers = pairs.bases if column == "base" else pairs.counts
            pairs = pairs.where(numbers == int(row[column]))
    for column, of in (("percent", lambda p: p.shares), ("low", lambda p: p.intervals[0]),
                       ("high", lambda p: p.intervals[1])):  # fmt: skip
        if row.get(column):
            pairs = pairs.where(printed_as(row[column], of(pairs)))
    return pairs


def printed_as(text: str, values: Any) -> Any:
    """Which values are printed like this, to the last digit; zeros at the end may have been left out."""
    decimals = len(text.partition(".")[2])
    # Intervals and margins have two decimals, shares ten, those of charts none.
    unit = 10.0 ** -(decimals if decimals > 2 else 2 if decimals else 0)
    return np.abs(values - float(text)) <= unit / 2 + HAIR


def newcombe_of(before: Pairs, after: Pairs) -> tuple[NDArray[Any], NDArray[Any]]:
    """Newcombe's interval (method 10) of the changes between shares, in percentage points."""
    (low1, high1), (low2, high2) = before.intervals, after.intervals
    change = after.shares - before.shares
    below = np.sqrt((after.shares - low2) ** 2 + (high1 - before.shares) ** 2)
    return change - below, change + np.sqrt((high2 - after.shares) ** 2 + (before.shares - low1) ** 2)


# Claims


ShareOf = Callable[[Address], Any]
SeriesOf = Callable[[str], dict[str, Address]]
ChangeOf = Callable[[Address, Any], Any]


def margin(name: str, share: ShareOf, series: SeriesOf, change: ChangeOf) -> Any:
    """The margin of a claim in percentage points, from its name and the shares and changes that it is about."""
    if name.startswith("(") and name.endswith(")"):
        sign, parts = _combined(name[1:-1])
        margins = [margin(part, share, series, change) for part in parts]
        return reduce(np.minimum if sign == " & " else np.maximum, margins)
    if found := re.fullmatch(r"(rose|fell)\((.*)\)", name):
        moved = change(parse_address(found[2]), share(parse_address(found[2])))
        return moved if found[1] == "rose" else -moved
    if found := re.fullmatch(r"(\w+)\((.*)\)", name):
        return _of_kind(found[1], found[2], share, series)
    first, second = name.split(" > ")
    return share(parse_address(first)) - share(parse_address(second))


def _of_kind(kind: str, inside: str, share: ShareOf, series: SeriesOf) -> Any:
    if kind in ("majority", "minority"):
        return (share(parse_address(inside)) - 50) * (1 if kind == "majority" else -1)
    if kind in ("similar", "differs"):
        values = [share(one) for one in series(inside).values()]
        spread = reduce(np.maximum, values) - reduce(np.minimum, values)
        return 10 - spread if kind == "similar" else spread
    if kind in ("at_least", "fits"):
        address, _, limit = inside.rpartition(", ")
        value = share(parse_address(address))
        if kind == "at_least":
            return value - int(limit)
        low, high = phrases()[limit].interval
        whole = np.floor(value + 0.5 + 1e-12)
        return np.minimum(whole - float(low), float(high) - whole)
    if kind == "ranked":
        name, *order = inside.split(", ")
        members = series(name)
        steps = [*pairwise(order), *((order[-1], other) for other in members if other not in order)]
        return reduce(np.minimum, [share(members[one]) - share(members[other]) for one, other in steps])
    # highest, lowest: those named against all others.
    name, _, chosen = inside.rpartition(", ")
    members = series(name)
    inside_ones = [chosen] if chosen in members else chosen.split("+")
    outside = [one for one in members if one not in inside_ones]
    steps = [share(members[one]) - share(members[other]) for one in inside_ones for other in outside]
    return reduce(np.minimum, steps if kind == "highest" else [-one for one in steps])


def _combined(inside: str) -> tuple[str, list[str]]:
    depth = 0
    for place, letter in enumerate(inside):
        depth += (letter == "(") - (letter == ")")
        if not depth and inside[place : place + 3] in (" & ", " | "):
            return inside[place : place + 3], [inside[:place], inside[place + 3 :]]
    raise ValueError(inside)


# Waves


@dataclass(frozen=True)
class OtherWave:
    """What is public of the wave that changes are counted from, or to.

    `shares`: by address, the pairs that a share can have, or its percentage where it was printed without. `parts`: by
    question, how many answered it in each of the groups that are told, those of no row together.
    """

    shares: Mapping[str, Pairs | float]
    parts: Mapping[str, Mapping[frozenset[str], int]]

    def share(self, address: Address) -> Pairs | float | None:
        """A share of it; of groups together the sum, where each of them is told."""
        if str(address) in self.shares or len(address.groups) < 2:
            return self.shares.get(str(address))
        each = [self.shares.get(str(address.among(address.breakdown, group))) for group in address.groups]
        told = [one for one in each if isinstance(one, Pairs) and one.known]
        if len(told) < len(each):
            return None
        return Pairs(sum((one.bases for one in told), np.array([0])), sum((one.counts for one in told), np.array([0])))
