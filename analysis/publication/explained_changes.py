"""What a change on a page opens to: before, after, by how much, adjusted for who answered, and how it is known."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.display.change_words import MINUS

CHANGE = "change:"
# With what the explanation of a change begins, and no other.
OF_CHANGE = "Change of"


def change_rows(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """The rows of an explanation, each a name and a text; those without a text are left out of the page."""
    return [
        (OF_CHANGE, row["label"]),
        ("Before", row["before"]),
        ("After", row["after"]),
        ("Among those who answered", _moved(row, "crude", "Newcombe")),
        ("With the composition of the wave before", _moved(row, "adjusted", "standardised") or row["unadjusted"]),
        ("Weighted to all margins of the wave before", _points(row["raked"])),
        ("Finding", f"{row['verdict']} ({_family(row)})" if not row["why"] else row["why"]),
        ("Asked otherwise", row["differs"]),
        ("Address", row["address"]),
    ]


def _family(row: Mapping[str, str]) -> str:
    if row["family"] == "confirmatory":
        return "fixed in advance: Holm, 5%"
    return "exploratory: Benjamini and Hochberg, 10%"


def _moved(row: Mapping[str, str], name: str, method: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if not low:
        return ""
    told = _points(row[name]) or "known as a range only"
    return f"{told}; indicative 95% interval {_signed(low)} to {_signed(high)} ({method})"


def _points(value: str) -> str:
    return f"{_signed(value)} percentage points" if value else ""


def _signed(value: str) -> str:
    """Percentage points with a sign and one decimal."""
    number = round(float(value), 1)
    return f"{'+' if number > 0 else MINUS if number < 0 else ''}{abs(number):.1f}"
