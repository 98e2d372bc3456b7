"""What is recorded of a change: the columns of changes.csv, and what explains the number on its page."""

from __future__ import annotations

from analysis.display.change_words import verdict
from analysis.display.sentences import number
from analysis.numbers.estimates import Estimate
from analysis.numbers.ranges import Move
from analysis.numbers.shifts import Shift

# The columns of changes.csv; the rest is for the page.
COLUMNS = (
    "address", "from", "to", "crude", "crude_low", "crude_high", "adjusted", "adjusted_low", "adjusted_high", "clear",
)  # fmt: skip
# Percentage points of responses that were counted are not rounded.
PLACES = 10


def change_row(shift: Shift) -> dict[str, str]:
    """One change as text, in percentage points; empty where it is not known."""
    return {
        "address": str(shift.address),
        "from": shift.earlier,
        "to": shift.later,
        **_moved("crude", shift.crude),
        **_moved("adjusted", shift.adjusted),
        # Clear says all that the book asks of a change: clear after many comparisons, and robust to who answered.
        "clear": ("yes" if shift.verdict in ("rose", "fell") else "no") if shift.said else "",
        "label": shift.label,
        "before": _told(shift.before),
        "after": _told(shift.after),
        "raked": points(shift.raked),
        "verdict": verdict(shift),
        "family": shift.family,
        "why": shift.why,
        "unadjusted": shift.unadjusted,
        "differs": shift.compared.why,
    }


def _moved(name: str, move: Move | None) -> dict[str, str]:
    low, high = move.interval if move else (None, None)
    return {name: points(move.value if move else None), f"{name}_low": points(low), f"{name}_high": points(high)}


def points(share: float | None) -> str:
    """A proportion as percentage points, unrounded."""
    if share is None:
        return ""
    text = f"{100 * share:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _told(estimate: Estimate) -> str:
    """A share of one of the waves, its base, and how it is known."""
    if not estimate.identified:
        return "not known"
    base = f" of {estimate.base}" if estimate.base and "of" not in number(estimate) else ""
    return f"{number(estimate)}{base} ({estimate.known.label})"
