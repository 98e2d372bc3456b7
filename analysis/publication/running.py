"""Running the chapters: each one over each wave, the results kept only when all of them have run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from analysis import paths
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.waves import Wave
from analysis.publication.chapters import Chapter, is_run_for, read_chapters
from analysis.publication.contents import write_contents
from analysis.publication.freshness import Runs
from analysis.publication.keeping import keep, sweep
from analysis.publication.normalising import normalised

KERNEL = "python3"
PARALLEL = 2
# The order of sets, the language of messages and the time zone must not reach a page.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


@dataclass(frozen=True)
class Run:
    """One chapter to be run over one wave."""

    chapter: Chapter
    wave: Wave

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


def run_chapters(waves: Sequence[Wave], force: bool = False) -> tuple[int, int]:
    """Run every chapter over these waves; a chapter whose inputs have not changed is not run again.

    Returns how many were run and how many were left as they are. Raises InputError with what went wrong in
    any chapter; the book is then as it was before.
    """
    chapters = read_chapters(["wave"])
    runs = [Run(chapter, wave) for wave in waves for chapter in chapters if is_run_for(chapter.notebook, wave)]
    known = Runs.read()
    due = [run for run in runs if force or not known.is_current(run.name, run.chapter.path, run.target)]
    outcomes = {outcome.name: outcome for outcome in _outcomes(due)}
    _refuse_failed(outcomes.values())
    for run in due:
        keep(run.target, normalised(outcomes[run.name].executed, run.statement, bool(run.wave.follows)))
        known.note(run.name, run.chapter.path, run.target)
    for wave in waves:
        sweep(paths.BOOK / wave.id, {run.target.name for run in runs if run.wave == wave})
    known.write()
    write_contents()
    return len(due), len(runs) - len(due)


def _outcomes(due: Sequence[Run]) -> list[Outcome]:
    if not due:
        return []
    # New processes, not copies of this one: a kernel is started from each.
    with ProcessPoolExecutor(min(PARALLEL, len(due)), mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(execute, run) for run in due]
        finished = tqdm(as_completed(futures), total=len(futures), desc="Chapters", unit="chapter", ncols=90)
        return [future.result() for future in finished]


def execute(run: Run) -> Outcome:
    """Run one chapter over one wave, with a kernel of its own."""
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    os.environ.update(ENVIRONMENT)
    try:
        with TemporaryDirectory() as sockets:
            executed = _executed(run, sockets)
    except PapermillExecutionError as error:
        return _failed(run, error)
    except (CellTimeoutError, RuntimeError) as error:
        # The kernel died, did not start, or did not answer.
        finding = Finding(paths.shown(run.chapter.path), str(error), f"a chapter that runs for {run.wave.id}")
        return Outcome(run.name, finding=finding)
    return Outcome(run.name, executed=executed)


def _executed(run: Run, sockets: str) -> Any:
    import papermill
    from traitlets.config import Config

    # Kernels that talk over the network race for its ports; these talk through files of their own.
    manager = {"transport": "ipc", "ip": f"{sockets}/kernel"}
    return papermill.execute_notebook(
        str(run.chapter.path),
        None,
        parameters={"wave": run.wave.id},
        kernel_name=KERNEL,
        language="python",
        cwd=str(run.chapter.path.parent),
        progress_bar=False,
        # What a kernel logs when it is told to stop is no message to anyone.
        extra_arguments=["--log-level=CRITICAL"],
        config=Config({"KernelManager": manager}),
    )


def _failed(run: Run, error: Any) -> Outcome:
    # The run has one cell more than the chapter: the one with this wave's parameters.
    after = error.cell_index > run.chapter.parameters_cell
    number = error.cell_index if after else error.cell_index + 1
    message = " / ".join(line.strip() for line in str(error.evalue).splitlines() if line.strip())
    place = f"{paths.shown(run.chapter.path)}, cell {number}"
    finding = Finding(place, f"{error.ename}: {message}", f"a cell that runs for {run.wave.id}")
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    return Outcome(run.name, finding=finding, traceback=traceback)


def _refuse_failed(outcomes: Iterable[Outcome]) -> None:
    """Stop if a chapter failed. Where Python stopped is kept for the author, outside the book."""
    failed = sorted((outcome for outcome in outcomes if outcome.finding), key=lambda outcome: outcome.name)
    for outcome in failed:
        keep(paths.BUILD / "failed" / f"{outcome.name}.txt", outcome.traceback + "\n")
    refuse(outcome.finding for outcome in failed if outcome.finding)
