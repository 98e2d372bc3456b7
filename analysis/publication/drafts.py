"""Sentences that a wave contradicts: what has to be redrafted before the book can be published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import Finding
from analysis.publication.chapters import read_executed


def drafts(chapters: list[Path]) -> list[Finding]:
    """Every false sentence of these executed chapters: notebook, cell, sentence, and the numbers against it."""
    return [finding for path in chapters for finding in _in_chapter(path)]


def _in_chapter(path: Path) -> Iterator[Finding]:
    for cell in read_executed(path).cells:
        for output in cell.get("outputs", []):
            for row in output.get("data", {}).get(MIME, {}).get("drafts", []):
                yield Finding(
                    place=paths.shown(path),
                    row=cell.id,
                    found=f"{row['sentence']!r}, which is false: {row['claims']} ({row['numbers']})",
                    expected="a sentence that this wave bears out, or an alternative to it",
                )
