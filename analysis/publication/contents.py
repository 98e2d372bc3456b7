"""The book's table of contents: the part of _toc.yml that lists the waves follows from what has been run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.waves import Wave, published
from analysis.publication.chapters import SUMMARY, in_order, number
from analysis.publication.keeping import keep

BEGIN = "  # The waves: written by `python -m analysis run`, not by hand."
END = "  # The end of the waves."


def write_contents() -> bool:
    """Bring the waves' part of _toc.yml up to date; returns whether that changed anything."""
    path = contents_path()
    return keep(path, with_waves(read_text(path), published()))


def contents_path() -> Path:
    return paths.PROJECT / "_toc.yml"


def with_waves(text: str, waves: Iterable[Wave]) -> str:
    """A table of contents with the part of these waves made anew. Raises InputError if it has no such part."""
    lines = text.splitlines()
    if lines.count(BEGIN) != 1 or lines.count(END) != 1:
        expected = f"the lines {BEGIN.strip()!r} and {END.strip()!r}, once"
        raise InputError([Finding("_toc.yml", "no part for the waves", expected)])
    before, after = lines[: lines.index(BEGIN) + 1], lines[lines.index(END) :]
    parts = [line for wave in waves for line in _part(wave)]
    return "\n".join([*before, *parts, *after]) + "\n"


def executed_chapters(wave: Wave) -> list[Path]:
    """The executed chapters of a wave that the book holds, in their order."""
    return in_order((paths.BOOK / wave.id).glob("*.ipynb"))


def _part(wave: Wave) -> list[str]:
    """The lines that list a wave: its summary, its numbered chapters, and what has no number, under one caption."""
    names = [path.stem for path in executed_chapters(wave)]
    numbered = [name for name in names if number(name)]
    lists = ([name for name in names if name == SUMMARY], numbered, [n for n in names if n not in (SUMMARY, *numbered)])
    lines: list[str] = []
    for chapters in filter(None, lists):
        # Only chapters are numbered: the numbers of sections would be taken for paragraphs of the source.
        entries = [] if lines else [f"caption: {json.dumps(wave.title, ensure_ascii=False)}"]
        entries += ["numbered: 1"] if chapters is numbered else []
        first, *rest = [*entries, "chapters:"]
        lines += [f"  - {first}", *(f"    {entry}" for entry in rest)]
        lines += [f"      - file: book/{wave.id}/{name}" for name in chapters]
    return lines
