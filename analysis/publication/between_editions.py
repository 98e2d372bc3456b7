"""What two editions of a wave tell together: the difference of their numbers is a number as well.

A wave that was accepted has been seen. If its responses are exchanged for others that differ in a few of them, or a
number is told that was withheld, then whoever has both editions learns of few respondents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from analysis import paths
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.disclosure import Thresholds, thresholds
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding
from analysis.inputs.waves import Wave
from analysis.numbers.change import Counted, total
from analysis.numbers.disclosure import is_telling
from analysis.numbers.parts import blocks
from analysis.publication.acceptance import accepted_folder
from analysis.publication.contents import executed_chapters
from analysis.publication.downloads import STATISTICS, statistics

Rows = Iterable[Mapping[str, str]]
# What is told of a share by one breakdown, by the groups that are told together; without a breakdown of everybody.
Parts = dict[frozenset[str], Counted]
Shares = dict[Address, dict[str, Parts]]
EVERYBODY = frozenset([""])
# Those of no row in either edition; no group has this name.
OTHERS = "(others)"
COUNTED = ("collected", "simulated")


def edition_findings(wave: Wave) -> Iterator[Finding]:
    """What the executed chapters of a wave would tell together with the edition that was accepted last."""
    path = accepted_folder(wave) / "statistics.csv"
    if wave.reconstructed or not path.exists():
        return
    accepted, current = read_table(path, STATISTICS), statistics(executed_chapters(wave))
    place = paths.shown(path)
    for address, column in told_between(accepted, current, thresholds(wave)):
        found = f"{column} of {address} a little different in the executed chapters"
        if column == "withheld":
            found = f"{address} withheld, in the executed chapters it is told"
        expected = "the accepted number, or a decision to accept this one: both together tell of few respondents"
        yield Finding(place, found, expected)


def told_between(accepted: Rows, current: Rows, limits: Thresholds) -> list[tuple[str, str]]:
    """Numbers that tell of too few respondents by their difference, or that are told now and were withheld before.

    Each with the column in which it differs, base or count, or the word "withheld". Groups that one edition tells
    apart and the other together are compared together, and so are those whom neither has a row for.
    """
    before, now = ({row["address"]: row for row in rows if row["known"] in COUNTED} for rows in (accepted, current))
    found = [(name, "withheld") for name, row in now.items() if row["base"] and not before.get(name, row)["base"]]
    for name, one, other in _in_both(_shares(before.values()), _shares(now.values())):
        if column := _telling(one, other, limits):
            found.append((name, column))
    return found


def _telling(before: Counted, now: Counted, limits: Thresholds) -> str:
    """The column by whose difference few respondents are told of; empty where there is none."""
    base, count = now.base - before.base, now.count - before.count
    if 0 < abs(base) < limits.fewest:
        return "base"
    # So many more answered, or so many fewer, and all of them, or none, gave the answer.
    alike = base * count >= 0 and abs(count) <= abs(base) and is_telling(abs(base), int(abs(count)), limits)
    return "count" if 0 < abs(count) < limits.fewest or (base and alike) else ""


def _shares(rows: Rows) -> Shares:
    """What an edition tells, by share and breakdown."""
    found: Shares = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["base"] and row["count"]:
            address = parse_address(row["address"])
            told = Counted(int(row["count"]), int(row["base"]))
            found[address.overall][address.breakdown][frozenset(address.groups or EVERYBODY)] = told
    return found


def _in_both(before: Shares, now: Shares) -> Iterator[tuple[str, Counted, Counted]]:
    """The numbers that both editions tell of the same respondents."""
    for share in [one for one in now if one in before]:
        for breakdown in [one for one in now[share] if one in before[share]]:
            groups = {one for edition in (before, now) for part in edition[share][breakdown] for one in part}
            sides = [_everybody(edition[share], breakdown, groups) for edition in (before, now)]
            for block in blocks([part for side in sides for part in side]):
                inside = [{part: one for part, one in side.items() if part <= block} for side in sides]
                # Both tell of the same respondents, each of them once.
                if all(sorted(group for part in parts for group in part) == sorted(block) for parts in inside):
                    one, other = (total({str(part): counted for part, counted in parts.items()}) for parts in inside)
                    yield _name(share, breakdown, block), one, other


def _everybody(told: Mapping[str, Parts], breakdown: str, groups: Collection[str]) -> Parts:
    """The parts in which an edition tells of a share, and as one more part all others, where everybody is told of."""
    parts = {part: one for part, one in told[breakdown].items() if not any(p < part for p in told[breakdown])}
    whole = told.get("", {}).get(EVERYBODY)
    if breakdown and whole:
        rest = frozenset([*groups, OTHERS]).difference(*parts)
        told_apart = total({str(part): one for part, one in parts.items()})
        parts[rest] = Counted(whole.count - told_apart.count, whole.base - told_apart.base)
    return parts


def _name(share: Address, breakdown: str, block: frozenset[str]) -> str:
    if block == EVERYBODY:
        return str(share)
    groups = sorted(block - {OTHERS})
    named = str(share.among(breakdown, *groups)) if groups else f"{share} by {breakdown}"
    return f"{named}, with those of no row" if OTHERS in block else named
