"""What keeps a book from being published besides: what is stale, what leads nowhere, what tells too much.

All of it is found before anything is published, and everything at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.inputs.safekeeping import file_findings
from analysis.inputs.waves import Wave, without_responses
from analysis.publication.chapters import chapter_paths, is_run_for, read_notebook
from analysis.publication.contents import executed_chapters
from analysis.publication.dependencies import Dependencies, files
from analysis.publication.drafts import drafts
from analysis.publication.freshness import Contents, Runs, site_is_current
from analysis.publication.links import link_findings
from analysis.publication.page_reading import read_pages
from analysis.publication.shown_numbers import number_findings
from analysis.publication.traces import trace_findings


def refusals(waves: Sequence[Wave]) -> Iterator[Finding]:
    """Everything of this kind that is wrong with the executed chapters of these waves and with the built book."""
    executed = [path for wave in waves for path in executed_chapters(wave)]
    yield from drafts(executed)
    yield from (finding for wave in waves for finding in response_findings(wave))
    yield from stale_findings(waves)
    yield from trace_findings(executed)
    yield from built_findings(waves)


def response_findings(wave: Wave) -> Iterator[Finding]:
    """Responses that are not those that wave.yml means. Those that are not at hand cannot be told."""
    for survey, entry in wave.surveys.items():
        if wave.status == "collected" and not entry.sha256:
            place = paths.shown(wave.folder / "wave.yml")
            yield Finding(place, "no checksum", "the SHA-256 of the responses", column=f"surveys.{survey}.sha256")
        if wave.responses_files(survey):
            yield from file_findings(wave, survey)


def stale_findings(waves: Sequence[Wave]) -> Iterator[Finding]:
    """Executed chapters that follow from other inputs than there are now, as far as this computer ran them.

    Of a chapter that was run elsewhere only its text can be compared; the chapters of a wave whose responses are not
    at hand cannot be run again.
    """
    runs, dependencies, contents = Runs.read(), Dependencies.read(), Contents()
    for wave in waves:
        for path in [] if without_responses(wave) else chapter_paths():
            target, name = paths.BOOK / wave.id / path.name, f"{wave.id}/{path.stem}"
            if not target.exists() or name not in runs.noted or not is_run_for(read_notebook(path), wave):
                continue
            if not runs.is_current(name, contents.of(dependencies.of_chapter(path, wave)), target):
                found = "a chapter run before its inputs, its text or its results were changed"
                yield Finding(paths.shown(target), found, "one that follows from what there is now: make book")


def built_findings(waves: Sequence[Wave]) -> Iterator[Finding]:
    """What is wrong with the built book as a whole."""
    if not paths.SITE.exists():
        yield Finding(paths.shown(paths.SITE), "no book", "the built book: make book")
        return
    if not site_is_current():
        found = "pages that are not those of the executed chapters, or a draft"
        yield Finding(paths.shown(paths.SITE), found, "the book as it follows from what there is now: make book")
    pages = read_pages(pages_of(paths.SITE))
    yield from link_findings(pages)
    for wave in waves:
        yield from number_findings(wave, pages)
    yield from trace_findings([path for path in sorted(paths.SITE.rglob("*")) if path.is_file()])


def pages_of(site: Path) -> list[Path]:
    """The pages of a built book."""
    return [path for path in files(site) if path.suffix == ".html" and "_static" not in path.parts]
