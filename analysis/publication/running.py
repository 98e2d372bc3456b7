"""Running the chapters: each one over each wave, the results kept only when all of them have run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from analysis import paths
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.waves import Wave
from analysis.publication.chapters import Chapter, is_run_for, read_chapters
from analysis.publication.contents import write_contents
from analysis.publication.dependencies import Dependencies
from analysis.publication.freshness import Contents, Runs
from analysis.publication.keeping import keep, sweep
from analysis.publication.normalising import normalised

KERNEL = "python3"
# As many chapters at a time as this process may use processors, and one for the pauses when kernels start.
WORKERS = len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) + 1
# Longer than any cell takes that does not hang.
SECONDS = 3600
T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """One chapter to be run over one wave."""

    chapter: Chapter
    wave: Wave
    seconds: int = SECONDS

    @property
    def name(self) -> str:
        return f"{self.wave.id}/{self.chapter.name}"

    @property
    def target(self) -> Path:
        return paths.BOOK / self.wave.id / self.chapter.path.name

    @property
    def statement(self) -> dict[str, str]:
        """What the executed chapter states about the wave it was run for."""
        return {"id": self.wave.id, "title": self.wave.title, "status": self.wave.status}


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the executed chapter, or what went wrong and where."""

    name: str
    executed: Any = None
    finding: Finding | None = None
    traceback: str = ""


def run_chapters(
    waves: Sequence[Wave], force: bool = False, seconds: int = SECONDS, scheduler: str = ""
) -> tuple[int, int]:
    """Run every chapter over these waves; a chapter whose inputs have not changed is not run again.

    No cell may take longer than `seconds`. Chapters run in processes of this computer or, with the address of a
    `scheduler`, on the workers of a Dask cluster. Returns how many were run and how many were left as they are. Raises
    InputError with what went wrong in any chapter; the book is then as it was before.
    """
    chapters = read_chapters(["wave"])
    runs = [Run(chapter, wave, seconds) for wave in waves for chapter in chapters if is_run_for(chapter.notebook, wave)]
    known, inputs = Runs.read(), _inputs(runs)
    due = [run for run in runs if force or not known.is_current(run.name, inputs[run.name], run.target)]
    outcomes = {outcome.name: outcome for outcome in _outcomes(due, scheduler)}
    _refuse_failed(outcomes.values())
    for run in due:
        keep(run.target, outcomes[run.name].executed)
        known.note(run.name, inputs[run.name], run.target)
    for wave in waves:
        sweep(paths.BOOK / wave.id, {run.target.name for run in runs if run.wave == wave})
    known.write()
    write_contents()
    return len(due), len(runs) - len(due)


def _inputs(runs: Iterable[Run]) -> dict[str, str]:
    """By the names of these runs, a checksum of all that each follows from."""
    dependencies, contents = Dependencies.read(), Contents()
    return {run.name: contents.of(dependencies.of_chapter(run.chapter.path, run.wave)) for run in runs}


def _outcomes(due: Sequence[Run], scheduler: str) -> list[Outcome]:
    if not due:
        return []
    # The longest chapters first, so that none of them is left to run alone at the end.
    ordered = sorted(due, key=lambda run: run.chapter.path.stat().st_size, reverse=True)
    if scheduler:
        from analysis.publication.cluster import cluster
        from analysis.publication.tasks import execute_task, tasks

        with cluster(scheduler) as pool:
            return outcomes(pool, ordered, execute_task, tasks(ordered))
    from analysis.publication.workers import workers

    with workers(min(WORKERS, len(due))) as pool:
        return outcomes(pool, ordered, execute, ordered)


def outcomes(pool: Executor, runs: Sequence[Run], work: Callable[[T], Outcome], given: Sequence[T]) -> list[Outcome]:
    """What comes of these runs on an executor, which does its work once on what is given for each of them."""
    from tqdm import tqdm

    futures = {pool.submit(work, one): run for run, one in zip(runs, given, strict=True)}
    finished = tqdm(as_completed(futures), total=len(futures), desc="Chapters", unit="chapter", ncols=90)
    return [_as_kept(future.result(), futures[future]) for future in finished]


def _as_kept(outcome: Outcome, run: Run) -> Outcome:
    if outcome.finding:
        return outcome
    return replace(outcome, executed=normalised(outcome.executed, run.statement, bool(run.wave.follows)))


def execute(run: Run) -> Outcome:
    """Run one chapter over one wave, with a kernel of its own."""
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    begun: list[int] = []
    try:
        executed = _executed(run, begun)
    except PapermillExecutionError as error:
        traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
        message = " / ".join(line.strip() for line in str(error.evalue).splitlines() if line.strip())
        return _failed(run, error.cell_index, f"{error.ename}: {message}", traceback)
    except CellTimeoutError:
        return _failed(run, begun[-1], f"no end after {run.seconds} seconds")
    except RuntimeError as error:
        # The kernel died, did not start, or did not answer.
        return _failed(run, begun[-1] if begun else None, str(error))
    return Outcome(run.name, executed)


def _executed(run: Run, begun: list[int]) -> Any:
    """The executed chapter. The place of each cell is added to `begun` before it is run."""
    import papermill

    return papermill.execute_notebook(
        run.chapter.notebook,
        None,
        parameters={"wave": run.wave.id},
        kernel_name=KERNEL,
        language="python",
        # Not `cwd`, which would move the whole process there: on a cluster it may run other chapters meanwhile.
        resources={"metadata": {"path": str(run.chapter.path.parent)}},
        progress_bar=False,
        execution_timeout=run.seconds,
        on_cell_start=lambda cell, cell_index: begun.append(cell_index),
        # What a kernel logs when it is told to stop is no message to anyone, and it leaves nothing unfinished.
        extra_arguments=["--log-level=CRITICAL"],
        shutdown_kernel="immediate",
    )


def _failed(run: Run, place: int | None, found: str, traceback: str = "") -> Outcome:
    """What went wrong, in the cell at this place of the run, counted from 0."""
    where, what = paths.shown(run.chapter.path), "a chapter"
    if place is not None:
        # The run has one cell more than the chapter: the one with this wave's parameters.
        after = place > run.chapter.parameters_cell
        where, what = f"{where}, cell {place if after else place + 1}", "a cell"
    return Outcome(run.name, finding=Finding(where, found, f"{what} that runs for {run.wave.id}"), traceback=traceback)


def _refuse_failed(outcomes: Iterable[Outcome]) -> None:
    """Stop if a chapter failed. Where Python stopped is kept for the author, outside the book."""
    failed = sorted((outcome for outcome in outcomes if outcome.finding), key=lambda outcome: outcome.name)
    for outcome in failed:
        keep(paths.BUILD / "failed" / f"{outcome.name}.txt", outcome.traceback + "\n")
    refuse(outcome.finding for outcome in failed if outcome.finding)
