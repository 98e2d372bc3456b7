"""A change in words and as a number: what a sentence and a table say of it."""

from __future__ import annotations

from math import floor

from analysis.numbers.ranges import Interval, Move
from analysis.numbers.shifts import Shift, Verdict

# What braces around a change may ask for besides the change itself.
SPECS = ("before", "adjusted")
# What floating point leaves of no change at all.
NOTHING = 1e-9
MINUS = "\N{MINUS SIGN}"

VERDICTS: dict[Verdict, str] = {
    "rose": "clear rise",
    "fell": "clear fall",
    "no clear change": "no clear change",
    "not robust": "not robust to who answered",
    "no statement": "no statement",
}


def verdict(shift: Shift) -> str:
    """What may be said of a change, in a few words."""
    if shift.verdict == "not robust":
        return shift.caveat
    return VERDICTS[shift.verdict]


def spoken(move: Move | None) -> str:
    """A change in a sentence: "up 6 percentage points"; of one known as a range alone, its ends."""
    if move is None:
        return "by how much is not known"
    if move.value is not None:
        return _one(100 * move.value)
    low, high = floor(100 * move.least), -floor(-100 * move.greatest)
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        return f"{'up' if low >= 0 else 'down'} {near} to {far} percentage points"
    return f"between {-low} percentage points down and {high} up"


def _one(points: float) -> str:
    if abs(points) < NOTHING:
        return "no change"
    size, way = rounded(abs(points)), "up" if points > 0 else "down"
    return f"{way} {size or 'less than half a'} percentage point{'' if size < 2 else 's'}"


def rounded(points: float) -> int:
    """Percentage points as a whole number, half a point rounded away from nothing."""
    size = int(abs(points) + 0.5 + NOTHING)
    return size if points >= 0 else -size


def signed(move: Move | None) -> str:
    """A change in a table: "+6", or the range that it is known to lie in; nothing where there is none."""
    if move is None:
        return ""
    if move.value is not None:
        return _signed(rounded(100 * move.value))
    return f"{_signed(floor(100 * move.least))} to {_signed(-floor(-100 * move.greatest))}"


def in_points(move: Move | None) -> str:
    """The same with its unit: "+6 points"; of no change nothing."""
    text = signed(move)
    return f"{text} point{'' if text in ('+1', f'{MINUS}1') else 's'}" if text else ""


def interval(ends: Interval | None) -> str:
    """The interval of a change, in percentage points; ends near nothing keep a decimal, so that their side shows."""
    return "" if ends is None else " to ".join(_end(100 * end) for end in ends)


def span(ends: Interval) -> str:
    """A part of a change in a table: one number, or where it is known as a range the two ends."""
    low, high = (_tenth(100 * end) for end in ends)
    return low if low == high else f"{low} to {high}"


def _tenth(points: float) -> str:
    text = f"{abs(points):.1f}"
    return text if text == "0.0" else f"{'+' if points > 0 else MINUS}{text}"


def _end(points: float) -> str:
    if 0.05 <= abs(points) < 0.95:
        return f"{'+' if points > 0 else MINUS}{abs(points):.1f}"
    return _signed(rounded(points))


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"{MINUS}{-points}" if points < 0 else "0"
