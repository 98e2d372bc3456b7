"""Chapters on the workers of a Dask cluster: what a local run makes, to the byte, though a worker is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from conftest import PARAMETERS, MakeChapter
from support import findings, written

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.partitions import count_apart, partitions
from analysis.inputs.waves import SurveyFile, Wave
from analysis.publication import cluster
from analysis.publication.chapters import read_chapters
from analysis.publication.running import Run, execute, outcomes, run_chapters
from analysis.publication.tasks import execute_task, software, tasks

distributed = pytest.importorskip("distributed", reason="Dask is not installed: requirements-cluster.txt")

SECONDS = 60
PRELOAD = Path(__file__).parent / "cluster_worker.py"
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    """A test that waits for a cluster that never answers fails, and says where it waited."""

    def stop(*arguments: object) -> None:
        raise TimeoutError(f"no end after {2 * SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(2 * SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a process of Dask, `scheduler` or `worker`, in which the study lies in this folder."""
    started: list[subprocess.Popen[str]] = []

    def begin(kind: str, folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *arguments]
        environment = {**os.environ, "ANALYSIS_PROJECT": str(folder), **settings}
        log = (tmp_path / f"{kind}-{len(started)}.log").open("w")
        process = subprocess.Popen(line, env=environment, cwd=tmp_path, stdout=log, stderr=log, text=True)
        started.append(process)
        return process

    yield begin
    for process in reversed(started):
        process.kill()
    for process in started:
        process.wait(SECONDS)


@pytest.fixture
def study(study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up study with data of its own: a copy of it is one of its data, too."""
    monkeypatch.setattr(paths, "DATA", study / "data")
    written(study, "data/waves/made-up/answers.csv", "response,soil\n1,clay\n")
    written(study, "analysis/soil.py", "SOILS = 3\n")
    return study


@pytest.fixture
def scheduler(start: Start, study: Path, tmp_path: Path) -> str:
    """The address of a scheduler, once it listens."""
    file = tmp_path / "scheduler.json"
    process = start("scheduler", study, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    until(lambda: file.exists() and '"address"' in file.read_text(), process)
    return str(json.loads(file.read_text())["address"])


@pytest.fixture
def worker(start: Start, scheduler: str) -> Start:
    """Start a worker that has the study in this folder; it runs a chapter at a time."""

    def begin(folder: Path, preload: Path = PRELOAD, **settings: str) -> subprocess.Popen[str]:
        options = ["--no-nanny", "--nthreads", "1", "--preload", str(preload)]
        return start("worker", folder, scheduler, *options, **settings)

    return begin


def until(there: Callable[[], bool], *processes: subprocess.Popen[str]) -> None:
    """Wait for something that these processes bring about; it fails when one has ended or after a minute."""
    end = time.monotonic() + SECONDS
    while not there():
        assert all(process.poll() is None for process in processes), "a process has ended"
        assert time.monotonic() < end, f"nothing after {SECONDS} seconds"
        time.sleep(0.02)


def copied(study: Path) -> Path:
    """The study as another computer has it: in a folder with another name."""
    folder = study.parent / "elsewhere" / "copy"
    shutil.copytree(study, folder)
    return folder


CELLS = [
    PARAMETERS,
    ("import os; print(wave, os.getcwd(), {'b', 'a', 'c'}, hash('a'))", []),
    ("print(os.environ.get('TZ'))", []),
]


def executed() -> dict[str, bytes]:
    """The executed chapters that there are, which are then taken away."""
    found = {path.name: path.read_bytes() for path in (paths.BOOK / "made-up").glob("*.ipynb")}
    shutil.rmtree(paths.BOOK)
    return found


def test_the_chapters_of_a_killed_worker_run_again_and_all_are_those_of_a_local_run(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start, tmp_path: Path
) -> None:
    fatal, tries = tmp_path / "fatal", tmp_path / "tries"
    last = f"""import pathlib, signal
print(file=open({str(tries)!r}, "a"))
fatal = pathlib.Path({str(fatal)!r})
if fatal.exists():
    fatal.unlink()
    os.kill(int(os.environ["WORKER"]), signal.SIGKILL)
    signal.pause()"""
    for number in range(1, 4):
        make_chapter(f"0{number}_chapter", CELLS)
    make_chapter("04_fatal", [*CELLS, (last, [])])
    run_chapters([wave])
    local = executed()
    assert len(local) == 4 and b"copy" not in b"".join(local.values())

    tries.unlink()
    fatal.touch()
    workers = [worker(study), worker(copied(study))]
    assert run_chapters([wave], force=True, scheduler=scheduler) == (4, 0)
    assert executed() == local
    assert len(tries.read_text()) == 2, "the chapter that was running was run again"
    assert sorted(process.wait(SECONDS) for process in workers if process.poll() is not None) == [-9]


def test_a_chapter_that_fails_on_a_worker_is_told_as_it_is_here(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start
) -> None:
    make_chapter("01_first", [PARAMETERS, ("1", []), ("share = 1 / 0", [])])
    worker(copied(study))
    assert refused(wave, scheduler) == [
        "analysis/chapters/01_first.ipynb, cell 4: found ZeroDivisionError: division by zero; "
        "expected a cell that runs for made-up"
    ]
    assert not paths.BOOK.exists()


def refused(wave: Wave, address: str) -> list[str]:
    with pytest.raises(InputError) as error:
        run_chapters([wave], scheduler=address)
    return findings(error)


HERE = "the content that the run was started with: a project folder that is shared, or copied anew"


@pytest.mark.parametrize("name", ["data/waves/made-up/answers.csv", "data/waves/made-up/more.csv"])
def test_a_worker_with_other_data_is_refused(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start, name: str
) -> None:
    make_chapter("01_first", CELLS)
    copy = copied(study)
    written(copy, name, "response,soil\n1,sand\n")
    worker(copy)
    (told,) = refused(wave, scheduler)
    assert told.endswith(f"made-up/01_first: found other content of {name}; expected {HERE}")


def test_a_worker_that_was_started_before_the_code_changed_is_refused(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start
) -> None:
    make_chapter("01_first", CELLS)
    worker(study)
    assert run_chapters([wave], scheduler=scheduler) == (1, 0)
    written(study, "analysis/soil.py", "SOILS = 4\n")
    with pytest.raises(InputError) as error:
        run_chapters([wave], force=True, scheduler=scheduler)
    (told,) = findings(error)
    assert "found a process older than analysis/soil.py; expected a worker that was started after" in told


def test_a_worker_without_the_package_is_refused_before_anything_is_sent(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start, tmp_path: Path
) -> None:
    make_chapter("01_first", CELLS)
    blocked = written(tmp_path, "blocked.py", "import sys\nsys.modules['analysis'] = None\n")
    worker(study, blocked)
    (told,) = refused(wave, scheduler)
    assert told.startswith("worker tcp://127.0.0.1:") and "analysis" in told
    assert told.endswith("expected the package of this study installed, as where the run was started")


def test_a_worker_with_other_versions_is_refused_before_anything_is_sent(
    study: Path, make_chapter: MakeChapter, wave: Wave, scheduler: str, worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chapter("01_first", CELLS)
    worker(study)
    there = software()
    other = {**there, "Python": "3.99.0", "third-sector-commissioning": "99"}
    monkeypatch.setattr(cluster, "software", lambda: other)
    monkeypatch.setattr(cluster, "_told", lambda client: client.run(software, on_error="return"))
    (told,) = refused(wave, scheduler)
    was, wanted = (
        f"Python {one['Python']}, third-sector-commissioning {one['third-sector-commissioning']}"
        for one in (there, other)
    )
    assert told.endswith(f": found {was}; expected {wanted}, as where the run was started")


def test_a_task_is_refused_where_a_worker_that_came_later_has_other_versions(
    study: Path, make_chapter: MakeChapter, wave: Wave
) -> None:
    make_chapter("01_first", CELLS)
    (task,) = tasks([Run(chapter, wave) for chapter in read_chapters(["wave"])])
    outcome = execute_task(replace(task, software={**task.software, "Python": "3.99.0"}))
    assert "expected Python 3.99.0, as where the run was started" in str(outcome.finding)


def test_a_scheduler_that_is_not_there_is_told_within_the_stated_time(
    make_chapter: MakeChapter, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chapter("01_first", CELLS)
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    with socket.socket() as taken:
        # Nobody listens at an address that is only taken.
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        (told,) = refused(wave, address)
    assert told.startswith(f"--scheduler {address}: found no scheduler within 1 seconds; expected the address that")


def test_what_is_no_address_is_told(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", CELLS)
    (told,) = refused(wave, "pigeon://loft")
    assert told.startswith("--scheduler pigeon://loft: found no address of a scheduler:")


def test_a_cluster_without_a_worker_is_told(
    make_chapter: MakeChapter, wave: Wave, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chapter("01_first", CELLS)
    monkeypatch.setattr(cluster, "SECONDS_FOR_A_WORKER", 1)
    assert refused(wave, scheduler) == [
        f"--scheduler {scheduler}: found no worker within 1 seconds; expected workers, each started with `dask worker`"
    ]


def test_a_cluster_that_loses_its_last_worker_is_told_and_nothing_is_kept(
    make_chapter: MakeChapter, wave: Wave, study: Path, scheduler: str, worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chapter("01_first", [PARAMETERS, ("import os; os.kill(int(os.environ['WORKER']), 9)", [])])
    monkeypatch.setattr(cluster, "SECONDS_BETWEEN_LOOKS", 0.1)
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_WORKERS", 1)
    worker(study)
    assert refused(wave, scheduler) == [
        f"--scheduler {scheduler}: found no worker for 1 seconds, or no scheduler; "
        "expected a cluster that lasts until the run ends"
    ]
    assert not paths.BOOK.exists()


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that is started after this gives up work at the first worker that is lost over it."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")


def test_a_chapter_that_every_worker_is_lost_over_is_told(
    make_chapter: MakeChapter, wave: Wave, study: Path, strict: None, scheduler: str, worker: Start
) -> None:
    make_chapter("01_first", [PARAMETERS, ("import os; os.kill(int(os.environ['WORKER']), 9)", [])])
    worker(study)
    (told,) = refused(wave, scheduler)
    assert told.endswith("expected a chapter that no worker is lost over"), told


def test_without_dask_it_is_said_what_to_install(
    make_chapter: MakeChapter, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chapter("01_first", CELLS)
    monkeypatch.setitem(sys.modules, "distributed", None)
    (told,) = refused(wave, "tcp://127.0.0.1:1")
    assert "found no package distributed (Dask)" in told and "--requirement requirements-cluster.txt" in told


def test_any_executor_will_do(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", [PARAMETERS, ("wave", [])])
    runs = [Run(chapter, wave) for chapter in read_chapters(["wave"])]
    with ThreadPoolExecutor(1) as pool:
        (outcome,) = outcomes(pool, runs, execute, runs)
    run_chapters([wave])
    assert executed()["01_first.ipynb"].decode() == outcome.executed


def test_a_survey_in_several_files_is_counted_by_the_workers(
    study: Path, wave: Wave, scheduler: str, worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study / "data" / "waves"
    for number, soils in enumerate([[1, 1, 2], [2, 4], [2]]):
        connection = duckdb.connect()
        listed = ", ".join(f"({soil}::UTINYINT)" for soil in soils)
        target = folder / "made-up" / f"garden-{number}.parquet"
        connection.execute(f"COPY (FROM (VALUES {listed}) AS t(soil)) TO '{target}' (FORMAT parquet)")
    monkeypatch.setattr(paths, "WAVES", folder)
    entry = SurveyFile(file="garden-*.parquet", responses=6)
    parts = partitions(wave.model_copy(update={"surveys": {"garden": entry}}), "garden")
    copy = copied(study)
    worker(copy)
    with cluster.cluster(scheduler) as pool:
        ((soils,), counts) = count_apart(pool, parts, [("soil",)])[("soil",)]
        assert (soils.tolist(), counts.tolist()) == ([1, 2, 4], [2, 3, 1])
        shutil.rmtree(copy)
        with pytest.raises(InputError, match="found no such file"):
            count_apart(pool, parts, [("soil",)])
