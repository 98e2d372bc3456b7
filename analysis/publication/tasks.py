"""Chapters to be run on another computer: each takes along what its data and code must be, and is refused elsewhere."""

from __future__ import annotations

import logging
import os
import platform
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType

import nbformat

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.inputs.waves import earlier_waves
from analysis.publication.dependencies import Dependencies, files
from analysis.publication.kernels import CAN_FORK, ENVIRONMENT, FORKED
from analysis.publication.normalising import normalised
from analysis.publication.running import Outcome, Run, execute

# What decides, besides the package itself, what a chapter says and how it is run.
SOFTWARE = (
    "third-sector-commissioning", "distributed", "duckdb", "ipykernel", "matplotlib", "nbclient", "nbformat", "numpy",
    "pandas", "papermill", "pydantic", "scipy", "seaborn",
)  # fmt: skip
# So many differences are told by name.
TOLD = 3
Checksums = Mapping[str, str]


@dataclass(frozen=True)
class Task:
    """One chapter to be run over one wave: the notebook, the wave, and what must be found where it is run.

    `waves`: the ids of the waves that it may read. `content`: by their names, the SHA-256 of all files that it can
    come to read, its own notebook aside, which it brings. `software`: versions, as `software()` gives them.
    """

    run: Run
    waves: tuple[str, ...]
    content: Checksums
    software: Mapping[str, str]


def software() -> dict[str, str]:
    """The versions of Python and of what chapters are run with, here."""
    return {"Python": platform.python_version(), **{name: _version(name) for name in SOFTWARE}}


@lru_cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def tasks(runs: Iterable[Run]) -> list[Task]:
    """These runs, each with the content of everything that it follows from."""
    dependencies, known, versions = Dependencies.read(), dict[Path, str](), software()
    found = []
    for run in runs:
        waves = tuple(wave.id for wave in (run.wave, *earlier_waves(run.wave)))
        found.append(Task(run, waves, checksums(_files(run, waves, dependencies), known), versions))
    return found


def _files(run: Run, waves: tuple[str, ...], dependencies: Dependencies) -> Iterable[Path]:
    cells = [cell.source for cell in run.chapter.notebook.cells if cell.cell_type == "code"]
    return dependencies.of_code(cells, waves)


def checksums(found: Iterable[Path], known: dict[Path, str]) -> dict[str, str]:
    """By the names of these files, which are the same on every computer, their SHA-256; those in `known` are not read.

    What is read is added to `known`.
    """
    there = [path for path in found if path.exists()]
    for path in there:
        if path not in known:
            with path.open("rb") as file:
                known[path] = file_digest(file, "sha256").hexdigest()
    return {paths.shown(path): known[path] for path in there}


def _package() -> dict[str, str]:
    return checksums((path for path in files(paths.ROOT / "analysis") if path.suffix == ".py"), {})


# The package as it was when this process began to use it: what has been imported does not follow a later change.
LOADED = MappingProxyType(_package())


# Where a chapter is run


def execute_task(task: Task) -> Outcome:
    """Run a chapter that came from elsewhere, if this computer holds the content that it was sent for."""
    run = replace(task.run, chapter=replace(task.run.chapter, path=paths.CHAPTERS / task.run.chapter.path.name))
    if findings := list(unlike(task, run)):
        return Outcome(run.name, finding=findings[0])
    # Kernels start in this environment. A failure is told by what is returned.
    os.environ.update({**ENVIRONMENT, **(FORKED if CAN_FORK else {})})
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    outcome = execute(run)
    if outcome.finding:
        return outcome
    # What names this computer is cut back here: nobody else knows its folders.
    text = normalised(outcome.executed, run.statement, bool(run.wave.follows))
    return replace(outcome, executed=nbformat.reads(text, as_version=4))


def unlike(task: Task, run: Run) -> Iterable[Finding]:
    """In what this computer is not fit for a chapter: other versions, other content, other code in use."""
    place = f"worker {socket.gethostname()} (process {os.getpid()}), {run.name}"
    yield from version_findings(place, task.software, software())
    found = checksums(_files(run, task.waves, Dependencies.read()), {})
    if other := _differing(task.content, found):
        expected = "the content that the run was started with: a project folder that is shared, or copied anew"
        yield Finding(place, f"other content of {other}", expected)
    if other := _differing(LOADED, _package()):
        yield Finding(place, f"a process older than {other}", "a worker that was started after the last change of code")


def version_findings(place: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> list[Finding]:
    """Versions on a worker that are not those of the computer that starts the run, all in one finding."""
    other = [name for name in wanted if found.get(name) != wanted[name]]
    if not other:
        return []
    there, here = (", ".join(f"{name} {side.get(name, 'not installed')}" for name in other) for side in (found, wanted))
    return [Finding(place, there, f"{here}, as where the run was started")]


def _differing(wanted: Checksums, found: Checksums) -> str:
    """The names of files that are not alike, the first few of them; nothing if all are."""
    names = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return ", ".join(names[:TOLD]) + more
