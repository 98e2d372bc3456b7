"""The chapters as their authors wrote them: notebooks without outputs, one cell of which names the wave."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat

from analysis import paths
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.waves import Wave

# The chapter that stands first and has no number; whatever else has no number stands last.
SUMMARY = "summary"
PARAMETERS = "parameters"
INJECTED = "injected-parameters"
# A cell about change since the wave before; a chapter is, if its parameters cell is one.
FOLLOWING = "needs-earlier-wave"


@dataclass(frozen=True)
class Chapter:
    """One chapter of the study, before any wave has been put into it."""

    path: Path
    notebook: Any

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def parameters_cell(self) -> int:
        """The place of the parameters cell among all cells, counted from 0."""
        return next(place for place, cell in enumerate(self.notebook.cells) if PARAMETERS in tags(cell))


def is_run_for(notebook: Any, wave: Wave) -> bool:
    """Whether a chapter is run for a wave: one about change is not, where there is no wave before."""
    return bool(wave.follows) or not any({PARAMETERS, FOLLOWING} <= set(tags(cell)) for cell in notebook.cells)


def chapter_paths() -> list[Path]:
    """The chapters of the study, in the order of the book. Raises InputError if there are none."""
    found = in_order(paths.CHAPTERS.glob("*.ipynb"))
    if not found:
        raise InputError([Finding(paths.shown(paths.CHAPTERS), "no notebook", "the chapters of the study")])
    return found


def in_order(chapters: Iterable[Path]) -> list[Path]:
    """Chapters as the book has them: the summary, the numbered chapters, then the others by name."""
    return sorted(chapters, key=lambda path: (path.stem != SUMMARY, not number(path.stem), path.stem))


def number(chapter: str) -> str:
    """The number of a chapter in the book, without leading zeros; nothing for a chapter that has none."""
    digits = chapter.partition("_")[0]
    return digits.lstrip("0") if digits.isdigit() else ""


def called(chapter: str) -> str:
    """What tables call a chapter, by the name of its file: its number, or its name if it has none."""
    return number(chapter) or chapter.replace("_", " ").capitalize()


def read_chapters(names: Iterable[str]) -> list[Chapter]:
    """Read every chapter. Raises InputError with the findings of all of them.

    `names` are the parameters that the run will fill in: a chapter must declare these and no others, or
    it would publish another wave's numbers without a word.
    """
    chapters = [Chapter(path, read_notebook(path)) for path in chapter_paths()]
    refuse(finding for chapter in chapters for finding in chapter_findings(chapter, tuple(names)))
    return chapters


def read_notebook(path: Path) -> Any:
    """Read a notebook file. Raises InputError if it is not one."""
    return _parsed(path, _content(path))


def read_executed(path: Path) -> Any:
    """Read an executed chapter, once for each content of its file. Raises InputError if it is no notebook.

    The same notebook is given to all who ask for it: it is there to be read, not to be changed.
    """
    return _parsed_once(path, _content(path))


_READING: ContextVar[set[Path] | None] = ContextVar("_READING", default=None)


@contextmanager
def notebooks_read() -> Iterator[set[Path]]:
    """The notebooks that are read meanwhile, by whatever reads them."""
    found: set[Path] = set()
    token = _READING.set(found)
    try:
        yield found
    finally:
        _READING.reset(token)


def _content(path: Path) -> bytes:
    if (reading := _READING.get()) is not None:
        reading.add(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError([Finding(paths.shown(path), "no such file", "a notebook")]) from None


def _parsed(path: Path, content: bytes) -> Any:
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError([Finding(paths.shown(path), found, "a notebook of format 4")]) from None
    return notebook


_parsed_once = lru_cache(maxsize=100)(_parsed)


def tags(cell: Any) -> Sequence[str]:
    return list(cell.metadata.get("tags", []))


def chapter_findings(chapter: Chapter, names: Sequence[str]) -> Iterator[Finding]:
    """What keeps a chapter from being run for a wave."""
    for number, cell in enumerate(chapter.notebook.cells, start=1):
        if cell.cell_type == "code" and cell.outputs:
            expected = "none: a chapter is kept without results"
            yield Finding(_place(chapter, number), "stored outputs", expected)
        if INJECTED in tags(cell):
            yield Finding(_place(chapter, number), f"the tag {INJECTED!r}", "no cell left over from a run")
    tagged = [n for n, cell in enumerate(chapter.notebook.cells, start=1) if PARAMETERS in tags(cell)]
    if len(tagged) == 1:
        yield from _parameter_findings(chapter, tagged[0], names)
    else:
        found = f"{len(tagged)} cells tagged {PARAMETERS!r}" if tagged else f"no cell tagged {PARAMETERS!r}"
        yield Finding(paths.shown(chapter.path), found, "exactly one")


def _parameter_findings(chapter: Chapter, number: int, names: Sequence[str]) -> Iterator[Finding]:
    cell, place = chapter.notebook.cells[number - 1], _place(chapter, number)
    if cell.cell_type != "code":
        yield Finding(place, f"a {cell.cell_type} cell tagged {PARAMETERS!r}", "a code cell")
        return
    try:
        assigned = [_assigned(statement) for statement in ast.parse(cell.source).body]
    except SyntaxError as error:
        yield Finding(place, f"{error.msg} in line {error.lineno}", "Python that can be read")
        return
    if "" in assigned:
        yield Finding(place, "more than assignments of plain values", 'lines such as wave = "baseline"')
    for name in assigned:
        if name and name not in names:
            yield Finding(place, f"the parameter {name!r}, which no run fills in", f"only {', '.join(names)}")
    for name in names:
        if assigned.count(name) != 1:
            found = "more than once" if name in assigned else "not"
            yield Finding(place, f"the parameter {name!r} {found} assigned", "one assignment")


def _assigned(statement: ast.stmt) -> str:
    """The name that a statement gives a plain value, or nothing if it is any other statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return name
    return ""


def _place(chapter: Chapter, number: int) -> str:
    return f"{paths.shown(chapter.path)}, cell {number}"
