"""Is the book what the chapters and the waves make it? What building a book does not notice is found here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.inputs.documents import read_text, read_yaml
from analysis.inputs.findings import Finding
from analysis.inputs.waves import Wave, published
from analysis.publication.between_editions import edition_findings
from analysis.publication.chapters import INJECTED, chapter_paths, is_run_for, read_executed, read_notebook, tags
from analysis.publication.contents import contents_path, executed_chapters, with_waves
from analysis.publication.refusals import refusals
from analysis.publication.requests import external_requests
from analysis.publication.tracked import tracked_findings

OF_A_MACHINE = re.compile(
    r"(?<![\w.])(?:/home/|/root/|/Users/|/tmp/|/private/|/opt/|/usr/)[^\s\"'<>)]*"
    r"|[A-Z]:\\+[\w\\ .-]+"
    r"| at 0x[0-9a-f]{6,}"
)
# The chief files of a wave that can be taken away.
OF_A_WAVE = ("statistics.csv", "claims.csv", "topline.csv", "tables.xlsx", "tables.ods")
OF_A_LATER_WAVE = ("changes.csv",)
# A page shows an output in one of these forms; whatever else stands beside it is left out without a word.
SHOWN = {"text/html", "text/markdown", "text/plain", "image/png", "image/svg+xml"}


def check_book() -> list[Finding]:
    """Everything that is wrong with the executed chapters and the built pages, at once."""
    waves = published()
    return [
        *(finding for wave in waves for finding in wave_findings(wave)),
        *(finding for wave in waves for finding in edition_findings(wave)),
        *tracked_findings(),
        *contents_findings(),
        *site_findings(waves),
        *refusals(waves),
    ]


def wave_findings(wave: Wave) -> Iterator[Finding]:
    """What is wrong with the executed chapters of one wave."""
    notebooks = {path.name: read_notebook(path) for path in chapter_paths()}
    sources = {name: notebook for name, notebook in notebooks.items() if is_run_for(notebook, wave)}
    executed = {path.name: path for path in executed_chapters(wave)}
    for name in sorted(sources.keys() - executed.keys()):
        yield Finding(f"book/{wave.id}/{name}", "nothing", "the executed chapter: make book")
    for name in sorted(executed.keys() - sources.keys()):
        expected = f"its source {name} in analysis/chapters"
        yield Finding(paths.shown(executed[name]), "an executed chapter", expected)
    for name in sorted(executed.keys() & sources.keys()):
        yield from executed_findings(executed[name], sources[name], wave)


def executed_findings(path: Path, source: Any, wave: Wave) -> Iterator[Finding]:
    """What is wrong with one executed chapter: another wave, another source, errors, traces of a machine."""
    notebook = read_executed(path)
    yield from _wave_findings(path, notebook, wave)
    yield from _source_findings(path, notebook, source)
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            for found, expected in _output_findings(output):
                yield Finding(f"{paths.shown(path)}, cell {number}", found, expected)


def _wave_findings(path: Path, notebook: Any, wave: Wave) -> Iterator[Finding]:
    stated = notebook.metadata.get("wave", {})
    expected = {"id": wave.id, "title": wave.title, "status": wave.status}
    if stated != expected:
        told = ", ".join(stated[key] for key in expected if key in stated) or "no wave"
        wanted = ", ".join(expected.values())
        yield Finding(paths.shown(path), f"a page run for {told}", f"one run for {wanted}")
    filled = [cell.source for cell in notebook.cells if INJECTED in tags(cell)]
    if len(filled) != 1 or f'wave = "{wave.id}"' not in filled[0].splitlines():
        yield Finding(paths.shown(path), "other parameters", f'a cell that fills in wave = "{wave.id}"')


def _source_findings(path: Path, notebook: Any, source: Any) -> Iterator[Finding]:
    executed = [(cell.cell_type, cell.source) for cell in notebook.cells if INJECTED not in tags(cell)]
    written = [(cell.cell_type, cell.source) for cell in source.cells]
    if executed != written:
        number = next((n for n, (a, b) in enumerate(zip(executed, written, strict=False), start=1) if a != b),
                      min(len(executed), len(written)) + 1)  # fmt: skip
        place = f"{paths.shown(path)}, cell {number} of the source"
        yield Finding(place, "another text than the chapter's", "the chapter as it is now: make book")


def _output_findings(output: Any) -> Iterator[tuple[str, str]]:
    if output.output_type == "error":
        yield f"the error {output.ename}", "a cell that ran"
    if output.output_type == "stream" and output.name == "stderr":
        yield f"the message {output.text.strip().splitlines()[0]!r}", "no message to the reader"
    if "data" in output and not SHOWN & output.data.keys():
        yield "an output that no page can show", f"one of {', '.join(sorted(SHOWN))}"
    for trace in sorted(set(OF_A_MACHINE.findall("\n".join(_texts(output))))):
        yield f"{trace.strip()!r}", "nothing that is true of one computer or one run only"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))


def contents_findings() -> Iterator[Finding]:
    """Does the table of contents list the waves as they have been run?"""
    text = read_text(contents_path())
    if with_waves(text, published()) != text:
        yield Finding("_toc.yml", "other chapters than those run", "the waves as in book/: make book")


def site_findings(waves: Iterable[Wave]) -> Iterator[Finding]:
    """What is wrong with the built pages: missing ones, no word of their wave, requests to elsewhere."""
    for page in pages():
        if not (paths.SITE / page).exists():
            yield Finding(f"_build/html/{page}", "no page", "a page for every entry of _toc.yml: make book")
    for wave in waves:
        for path in executed_chapters(wave):
            yield from _page_findings(f"book/{wave.id}/{path.stem}.html", wave)
        names = (*OF_A_WAVE, *(OF_A_LATER_WAVE if wave.follows else ()))
        yield from _data_findings(*(f"data/{wave.id}/{name}" for name in names))
    yield from _data_findings("data/published-figures.csv")
    for path, address in external_requests(paths.SITE):
        yield Finding(paths.shown(path), f"a request to {address}", "a page that needs no other computer")


def _page_findings(page: str, wave: Wave) -> Iterator[Finding]:
    path = paths.SITE / page
    text = read_text(path) if path.exists() else ""
    if text and f"wave-{wave.status}" not in text:
        yield Finding(f"_build/html/{page}", "no word of the wave's status", f"that it is {wave.status}")
    if text and f"<strong>{wave.title}: {wave.status}." not in unescape(text):
        yield Finding(f"_build/html/{page}", "a page that does not say its wave", f"{wave.title}: {wave.status}")
    if "Traceback (most recent call last)" in text:
        yield Finding(f"_build/html/{page}", "a Python error", "a page that can be read")


def _data_findings(*names: str) -> Iterator[Finding]:
    for name in names:
        if not (paths.SITE / name).exists():
            yield Finding(f"_build/html/{name}", "no file", "a file to take away: make book")


def pages() -> list[str]:
    """The pages that the table of contents asks for, as paths inside the site."""
    contents = read_yaml(contents_path())
    found = [contents["root"], *_files(contents.get("parts", []))]
    return [f"{name.removesuffix('.md').removesuffix('.ipynb')}.html" for name in found]


def _files(entries: Iterable[Any]) -> Iterator[str]:
    for entry in entries:
        if "file" in entry:
            yield str(entry["file"])
        for key in ("chapters", "sections"):
            yield from _files(entry.get(key, []))
