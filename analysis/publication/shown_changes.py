"""What a page may print of a change since the wave before: as `changes.csv` has it, or the share that it began with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import floor

from analysis.display.change_words import in_points, signed, spoken
from analysis.numbers.ranges import Move

Row = Mapping[str, str]
_NUMBER: re.Pattern[str] = re.compile(r"\d+")
# What tells a change from the number before it.
_MOVED = re.compile(r"^[+\N{MINUS SIGN}]|\b(?:up|down|point|points|change)\b")
# What the ten decimals of a file leave open.
HAIR = 1e-6


def agrees(shown: str, change: Row, after: Row | None) -> bool:
    """Whether these words say the change, crude or adjusted, or the share before it.

    `after`: the share that it led to, as `statistics.csv` has it. Of a change that is known as a range alone the file
    has the interval: its numbers lie within that.
    """
    if not _MOVED.search(shown) and shown != "0":
        return _is_before(shown, change, after)
    if not change["crude"] and change["crude_low"]:
        return all(abs(int(one)) <= _outermost(change) for one in _NUMBER.findall(shown))
    return shown in set(_said(change))


def expected(change: Row) -> str:
    """The change in words, for whoever has to put the page right."""
    return spoken(_move(change["crude"]))


def _said(change: Row) -> Iterator[str]:
    for name in ("crude", "adjusted"):
        move = _move(change[name])
        yield spoken(move)
        if move is not None and name == "crude":
            yield from (signed(move), in_points(move))


def _move(points: str) -> Move | None:
    if not points:
        return None
    value = float(points) / 100
    return Move(value, value, value, (value, value), 1.0)


def _outermost(change: Row) -> float:
    return max(abs(float(change[name])) for name in ("crude_low", "crude_high")) + 1


def _is_before(shown: str, change: Row, after: Row | None) -> bool:
    """Whether a number is the share that a change began with; of a small base, or a range, no file tells it."""
    if "%" not in shown or not change["crude"] or after is None or not after["percent"]:
        return True
    share = float(after["percent"]) - float(change["crude"])
    return _NUMBER.findall(shown)[:1] == [str(floor(share + 0.5 + HAIR))]
