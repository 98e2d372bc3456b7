"""Which context, evidence and case studies the chapters ask a wave for, and which of them it brings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.inputs.narrative import Narrative, read_narrative
from analysis.inputs.waves import Wave
from analysis.publication.chapters import chapter_paths, read_notebook

# By the word a chapter uses: the folder of a wave's files, and what a name in them is called.
KINDS = {"context": "key", "evidence": "theme", "case_studies": "theme"}


@dataclass(frozen=True)
class Asked:
    """Something that a chapter asks for: of which kind, by which name."""

    chapter: str
    kind: str
    name: str


def asked_for() -> list[Asked]:
    """What the chapters ask for, in the order of the book, each name once a chapter."""
    found = [
        Asked(path.stem, kind, name)
        for path in chapter_paths()
        for cell in read_notebook(path).cells
        if cell.cell_type == "code"
        for kind, name in _calls(cell.source)
    ]
    return list(dict.fromkeys(found))


def _calls(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=kind), args=arguments) if kind in KINDS:
                yield from ((kind, str(one.value)) for one in arguments if isinstance(one, ast.Constant))


def brought(narrative: Narrative) -> dict[str, set[str]]:
    """The keys and themes that a wave brings, by kind."""
    return {
        "context": set(narrative.passages),
        "evidence": {point.theme for point in narrative.points},
        "case_studies": {point.theme for study in narrative.case_studies for point in study.points},
    }


def missing(wave: Wave) -> list[Asked]:
    """What the chapters ask for and the wave does not bring: nothing will stand in its place."""
    given = brought(read_narrative(wave))
    return [one for one in asked_for() if one.name not in given[one.kind]]


def unasked_findings(wave: Wave) -> Iterator[Finding]:
    """What a wave brings and no chapter asks for, so that no page shows it."""
    wanted = {kind: [one.name for one in asked_for() if one.kind == kind] for kind in KINDS}
    for kind, names in brought(read_narrative(wave)).items():
        for name in sorted(names - set(wanted[kind])):
            place = paths.shown(wave.folder / kind)
            expected = f"a {KINDS[kind]} that a chapter asks for: python -m analysis narrative {wave.id} lists them"
            yield Finding(place, f"the {KINDS[kind]} {name!r}, which no chapter asks for", expected)


def lines(wave: Wave) -> Iterator[str]:
    """What a wave does not bring, by kind and chapter."""
    gaps = missing(wave)
    for kind, called in KINDS.items():
        own = [one for one in gaps if one.kind == kind]
        asked = sum(one.kind == kind for one in asked_for())
        folder = paths.shown(wave.folder / kind)
        yield f"{folder}: {asked - len(own)} of {asked} {called}s that the chapters ask for"
        for chapter in dict.fromkeys(one.chapter for one in own):
            yield f"  {chapter}: {', '.join(one.name for one in own if one.chapter == chapter)}"
