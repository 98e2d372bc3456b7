"""What every page of the book carries: its wave and edition, how to cite it, and the way to the same page elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysis import paths
from analysis.inputs.documents import read_yaml
from analysis.inputs.waves import Wave, published
from analysis.publication.chapters import SUMMARY
from analysis.publication.edition import Edition, checksums, edition, versions

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
ANYWHERE = "Please open an issue where you obtained this publication."


@dataclass(frozen=True)
class Turn:
    """The way from a chapter to another wave: its title, and the page there; `here` is the wave of the chapter."""

    title: str
    page: str
    here: bool = False
    missing: bool = False


def wave_of(page: str) -> Wave | None:
    """The published wave that a page of the book belongs to, if it belongs to one."""
    parts = page.split("/")
    return next((wave for wave in published() if len(parts) == 3 and parts[1] == wave.id), None)


def turns(page: str, pages: Collection[str]) -> list[Turn]:
    """The same chapter in every published wave, in the order of the waves; nothing while there is one wave.

    In a wave that lacks the chapter its summary stands instead, or its first page.
    """
    wave = wave_of(page)
    if wave is None:
        return []
    found = [_turn(other, page, pages, here=other is wave) for other in published()]
    return [turn for turn in found if turn.page] if len(found) > 1 else []


def _turn(wave: Wave, page: str, pages: Collection[str], here: bool) -> Turn:
    first, _, chapter = page.split("/")
    own = sorted(one for one in pages if one.startswith(f"{first}/{wave.id}/"))
    same = f"{first}/{wave.id}/{chapter}"
    instead = next((one for one in (same, f"{first}/{wave.id}/{SUMMARY}", *own) if one in own), "")
    return Turn(wave.title, instead, here, missing=instead != same)


def about(page: str, title: str, corrections: str = "") -> dict[str, Any]:
    """What the foot of a page says, by name."""
    wave = wave_of(page)
    return {
        "status": f"{wave.title}: {wave.status}" if wave else "",
        "edition": edition(),
        "date": in_words(edition().date),
        "data": [(one, checksums(one.id)) for one in ((wave,) if wave else published())],
        "versions": versions(),
        "citation": cite(title, wave, edition()),
        "sources": [_reference(entry) for entry in citation().get("references", [])],
        "corrections": corrections or ANYWHERE,
    }


@lru_cache
def citation() -> dict[str, Any]:
    """The study's own citation file, as plain values."""
    read: dict[str, Any] = read_yaml(paths.ROOT / "CITATION.cff")
    return read


def cite(title: str, wave: Wave | None, built: Edition) -> str:
    """How to cite a page, in words: who, when, what, in which version."""
    told = citation()
    year = f" ({built.date[:4]})" if built.date else ""
    version = f"version {told['version']}" + (f", commit {built.commit}" if built.commit else "")
    place = f", {wave.title}" if wave else ""
    return f"{names(told)}{year}. {told['title']}, {version}. Page ‘{title}’{place}."


def _reference(entry: dict[str, Any]) -> str:
    month = f"{MONTHS[entry['month'] - 1]} " if "month" in entry else ""
    return f"{names(entry)} ({month}{entry['year']}). {entry['title']}."


def names(entry: dict[str, Any]) -> str:
    """The authors of an entry of the citation file, as they are cited."""
    return ", ".join(
        author.get("name") or f"{author['family-names']}, {author['given-names']}" for author in entry["authors"]
    )


def in_words(date: str) -> str:
    """A date such as `year-month-day` as it stands in a sentence; nothing for no date."""
    if not date:
        return ""
    year, month, day = date.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"
