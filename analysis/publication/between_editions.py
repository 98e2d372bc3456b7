"""What two editions of a wave tell together: the difference of their numbers is a number as well.

A wave that was accepted has been seen. If its responses are exchanged for others that differ in a few of them, or a
number is told that was withheld, then whoever has both editions learns of few respondents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analysis import paths
from analysis.inputs.disclosure import thresholds
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding
from analysis.inputs.waves import Wave
from analysis.publication.acceptance import accepted_folder
from analysis.publication.contents import executed_chapters
from analysis.publication.downloads import STATISTICS, statistics

Rows = Iterable[Mapping[str, str]]
COUNTED = ("collected", "simulated")


def edition_findings(wave: Wave) -> Iterator[Finding]:
    """What the executed chapters of a wave would tell together with the edition that was accepted last."""
    path = accepted_folder(wave) / "statistics.csv"
    if wave.reconstructed or not path.exists():
        return
    accepted, current = read_table(path, STATISTICS), statistics(executed_chapters(wave))
    place = paths.shown(path)
    for address, column in told_between(accepted, current, thresholds(wave).fewest):
        found = f"{column} of {address} a little different in the executed chapters"
        if column == "withheld":
            found = f"{address} withheld, in the executed chapters it is told"
        expected = "the accepted number, or a decision to accept this one: both together tell of few respondents"
        yield Finding(place, found, expected)


def told_between(accepted: Rows, current: Rows, fewest: int) -> list[tuple[str, str]]:
    """Numbers that tell of fewer respondents by their difference, or that are told now and were withheld before.

    Each with the column in which it differs, base or count, or the word "withheld".
    """
    before, now = ({row["address"]: row for row in rows if row["known"] in COUNTED} for rows in (accepted, current))
    both = [(address, before[address], now[address]) for address in now if address in before]
    found = []
    for address, one, other in both:
        if not one["base"] and other["base"]:
            found.append((address, "withheld"))
        moved = [name for name in ("base", "count") if 0 < _distance(one[name], other[name]) < fewest]
        found += [(address, name) for name in moved[:1]]
    return found


def _distance(one: str, other: str) -> int:
    return abs(int(one) - int(other)) if one and other else 0
