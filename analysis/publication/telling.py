"""What the executed chapters of a wave tell: their sentences with every alternative, read without any response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.waves import Wave
from analysis.publication.chapters import FOLLOWING, number, read_executed, tags
from analysis.publication.contents import executed_chapters

# Blocks that a wave brings with it; a chapter asks for them, and a wave without them prints nothing there.
BROUGHT = ("context", "evidence", "case studies")


@dataclass(frozen=True)
class Claimed:
    """A claim as one wave has it: its state, its margin in points (may be empty), the parts of a combination."""

    claim: str
    state: str
    margin: str
    parts: tuple[Claimed, ...] = ()


@dataclass(frozen=True)
class Alternative:
    """One of the sentences that could stand in a place: how it reads, how it stands, whether it is the one said.

    `numbers`: by address, the numbers it prints as a reader sees them.
    """

    sentence: str
    state: str
    said: bool
    claims: tuple[Claimed, ...]
    numbers: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Its claims and the addresses of its numbers: the same in every wave."""
        return (*(claim.claim for claim in self.claims), *self.numbers)


@dataclass(frozen=True)
class Offered:
    """A place of a chapter where one of several sentences is said: in a paragraph, a box, a title.

    `of_change`: it stands where a chapter tells of change since an earlier wave, which a first wave does not have.
    """

    chapter: str
    cell: str
    kind: str
    place: int
    alternatives: tuple[Alternative, ...]
    of_change: bool = False

    @property
    def said(self) -> Alternative:
        return next(alternative for alternative in self.alternatives if alternative.said)

    @property
    def said_as(self) -> int:
        """Which of its alternatives is said, counted from 0."""
        return self.alternatives.index(self.said)

    @property
    def claims(self) -> dict[str, Claimed]:
        """Every claim of every alternative, by its name."""
        return {claim.claim: claim for one in self.alternatives for claim in one.claims}

    @property
    def form(self) -> tuple[object, ...]:
        """What tells this place from others in any wave: what its alternatives rest on, else their bare words."""
        names = tuple(one.names for one in self.alternatives)
        return names if any(names) else tuple(one.sentence for one in self.alternatives)


@dataclass(frozen=True)
class Told:
    """One chapter as one wave tells it: its title, its sentences, and what the wave brought, by cell."""

    name: str
    title: str
    offered: tuple[Offered, ...]
    brought: Mapping[str, tuple[str, ...]]


def told(wave: Wave) -> dict[str, Told]:
    """The executed chapters of a wave, by name, in the order of the book.

    Raises InputError if there are none, or if one of them was executed before its alternatives were kept.
    """
    chapters = executed_chapters(wave)
    if not chapters:
        expected = f"the executed chapters of {wave.id}: python -m analysis run {wave.id}"
        raise InputError([Finding(f"book/{wave.id}", "no executed chapter", expected)])
    return {path.stem: read_told(path) for path in chapters}


def read_told(path: Path) -> Told:
    """One executed chapter. Raises InputError if it was executed before its alternatives were kept."""
    notebook = read_executed(path)
    offered: list[Offered] = []
    brought: dict[str, tuple[str, ...]] = {}
    for cell in notebook.cells:
        found = list(_records(cell))
        sentences = [(record["kind"], rows) for record in found for rows in _places(record, path)]
        offered += [
            Offered(path.stem, cell.id, kind, place, tuple(map(_alternative, rows)), FOLLOWING in tags(cell))
            for place, (kind, rows) in enumerate(sentences, start=1)
        ]
        brought[cell.id] = tuple(record["kind"] for record in found if record["kind"] in BROUGHT)
    return Told(path.stem, _title(notebook, path), tuple(offered), brought)


def _records(cell: Any) -> Iterator[Mapping[str, Any]]:
    for output in cell.get("outputs", []):
        if MIME in output.get("data", {}):
            yield output["data"][MIME]


def _places(record: Mapping[str, Any], path: Path) -> list[list[Mapping[str, Any]]]:
    """The rows of a record, place by place."""
    if "sentences" not in record:
        expected = "an executed chapter that keeps its alternatives: run the wave again"
        raise InputError([Finding(paths.shown(path), "a record without sentences", expected)])
    places: dict[str, list[Mapping[str, Any]]] = {}
    for row in record["sentences"]:
        places.setdefault(row["place"], []).append(row)
    return list(places.values())


def _alternative(row: Mapping[str, Any]) -> Alternative:
    claims = tuple(map(_claimed, row["claims"]))
    return Alternative(row["sentence"], row["state"], row["said"] == "yes", claims, row["numbers"])


def _claimed(row: Mapping[str, Any]) -> Claimed:
    return Claimed(row["claim"], row["state"], row["margin"], tuple(map(_claimed, row.get("parts", ()))))


def _title(notebook: Any, path: Path) -> str:
    """The chapter's title, with the number that its file name begins with."""
    headings = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    title = next((line.removeprefix("# ").strip() for line in headings if line.startswith("# ")), path.stem)
    return f"{number(path.stem)}. {title}" if number(path.stem) else title
