"""One wave against another, sentence by sentence: what the author of the later wave's chapters has to look at.

Read from the executed chapters of both waves, so that no response is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from analysis.claims.claims import STANDING
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.waves import Wave
from analysis.publication.asked_otherwise import AskedOtherwise
from analysis.publication.pairing import Pair, pairs
from analysis.publication.telling import Offered, Told, told
from analysis.publication.turns import BROUGHT, CONCERNS, Turn, fault, turns

CHAPTER, NOTHING = "the whole chapter", "nothing"


@dataclass(frozen=True)
class Entry:
    """One line of the checklist: a place in a chapter, what is said there in each wave, and what turned.

    `cells`: the cell in the earlier and in the later wave, each empty where there is none. `notes` tell what the
    waves asked otherwise.
    """

    chapter: str
    cells: tuple[str, str]
    concern: str
    before: str
    after: str
    turns: tuple[Turn, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two waves, and the checklist that leads from the earlier to the later one."""

    before: Wave
    after: Wave
    titles: Mapping[str, str]
    entries: tuple[Entry, ...]

    @property
    def chapters(self) -> dict[str, list[Entry]]:
        """The checklist by the title of the chapter, the most urgent first; only chapters that have one."""
        urgency = list(CONCERNS)
        own = {name: [entry for entry in self.entries if entry.chapter == name] for name in self.titles}
        return {
            self.titles[name]: sorted(found, key=lambda entry: urgency.index(entry.concern))
            for name, found in own.items()
            if found
        }


def compare(before: Wave, after: Wave) -> Comparison:
    """Hold the chapters of one wave against those of another.

    Raises InputError if the two are one wave, or if a wave has not been run.
    """
    if before == after:
        raise InputError([Finding(f"book/{after.id}", "the same wave twice", "two waves to compare")])
    earlier, later = told(before), told(after)
    titles = {name: chapter.title for name, chapter in {**later, **earlier, **later}.items()}
    both = [name for name in later if name in earlier]
    asked = AskedOtherwise.of(before, after)
    matched = pairs(_sentences(earlier, both), _sentences(later, both))
    entries = [
        *(entry for pair in matched for entry in _entries(pair, asked)),
        *(entry for name in both for entry in _brought(earlier[name], later[name])),
        *(_only(name, NOTHING, CHAPTER) for name in later if name not in earlier),
        *(_only(name, CHAPTER, NOTHING) for name in earlier if name not in later),
    ]
    return Comparison(before, after, titles, tuple(entries))


def _sentences(chapters: Mapping[str, Told], names: Iterable[str]) -> list[Offered]:
    return [one for name in names for one in chapters[name].offered]


def _only(chapter: str, before: str, after: str) -> Entry:
    return Entry(chapter, ("", ""), "one wave only", before, after)


def _entries(pair: Pair, asked: AskedOtherwise) -> Iterator[Entry]:
    """What there is to check about one sentence; nothing, if it is said as it was and nothing turned."""
    before, after = pair
    turned = tuple(turns(before, after))
    concern = _concern(pair, turned)
    here = after or before
    if concern and here:
        said = [one.said.sentence if one else "" for one in pair]
        cells = (before.cell if before else "", after.cell if after else "")
        rests_on = [name for one in pair if one for name in one.said.names]
        notes = asked.notes([*rests_on, *(turn.subject for turn in turned)])
        yield Entry(here.chapter, cells, concern, said[0], said[1], turned, notes)


def _concern(pair: Pair, turned: Iterable[Turn]) -> str:
    """The most urgent of all that became of a sentence; empty, if nothing did."""
    before, after = pair
    found = {turn.concern for turn in turned}
    if after and after.said.state not in STANDING:
        found.add(fault(after.said.state))
    if before and after:
        found |= {"replaced"} if before.said_as != after.said_as else set()
    elif not any(one.of_change for one in pair if one):
        found.add("one wave only")
    return next((concern for concern in CONCERNS if concern in found), "")


def _brought(before: Told, after: Told) -> Iterator[Entry]:
    """The cells where context, evidence or case studies stand in one wave and not in the other, as one entry."""
    cells = dict.fromkeys([*after.brought, *before.brought])
    each = ((cell, _kinds(before, cell), _kinds(after, cell)) for cell in cells)
    turned = tuple(Turn(BROUGHT, cell, one, other) for cell, one, other in each if one != other)
    if turned:
        yield Entry(after.name, (turned[0].subject, turned[0].subject), BROUGHT, "", "", turned)


def _kinds(chapter: Told, cell: str) -> str:
    return ", ".join(dict.fromkeys(chapter.brought.get(cell, ()))) or NOTHING
