"""Chapters run in processes of their own, forked from one that is ready: alike, apart, and gone when they are done."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import psutil
import pytest
from conftest import PARAMETERS, MakeChapter
from jupyter_client.kernelspec import KernelSpec

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave
from analysis.publication.kernels import ADDRESS, ForkedKernel, fork_kernel, kernel_address
from analysis.publication.running import run_chapters


def printed(wave: Wave, chapter: str) -> list[str]:
    """What each cell of an executed chapter printed, after those that fill in its wave."""
    notebook = nbformat.read(paths.BOOK / wave.id / f"{chapter}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(output.get("text", "") for output in cell.outputs).strip() for cell in cells[2:]]


def found(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [str(finding) for finding in error.value.findings]


def test_chapters_share_nothing_that_one_of_them_changes(make_chapter: MakeChapter, wave: Wave) -> None:
    cells = [
        "import builtins, numpy, os, pandas, random",
        "print(hasattr(builtins, 'left'), hasattr(pandas, 'left'), 'LEFT' in os.environ, os.getcwd() == '/')",
        "builtins.left = pandas.left = 1; os.environ['LEFT'] = '1'; os.chdir('/')",
        "print(hasattr(builtins, 'left'), hasattr(pandas, 'left'), 'LEFT' in os.environ, os.getcwd() == '/')",
        "print(numpy.random.random(), random.random())",
        "print(os.getpid())",
        "print(hash('a'), os.environ['TZ'])",
    ]
    names = ("01_first", "02_second", "03_third", "04_fourth")
    for name in names:
        make_chapter(name, [PARAMETERS, *((cell, []) for cell in cells)])
    run_chapters([wave])
    _, before, _, after, drawn, processes, settings = zip(*(printed(wave, name) for name in names), strict=True)
    assert set(before) == {"False False False False"}
    assert set(after) == {"True True True True"}
    assert len(set(drawn)) == len(names), "no two chapters draw the same random numbers"
    assert len(set(processes)) == len(names), "a process each"
    assert len(set(settings)) == 1, "the same order of sets, and time zone"


def test_a_kernel_holds_what_chapters_import_and_nothing_that_they_read(make_chapter: MakeChapter, wave: Wave) -> None:
    loaded = "import sys; before = set(sys.modules)"
    cached = """print([
        f"{module.__name__}.{name}"
        for module in list(sys.modules.values()) if module.__name__.startswith("analysis.")
        for name, value in vars(module).items() if hasattr(value, "cache_info") and value.cache_info().currsize
    ])"""
    chapter = """from analysis.display import *
study = open_wave("baseline")
chart(study.commissioners.role.answers(), title="Roles")"""
    new = "import json; print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    make_chapter("01_first", [PARAMETERS, (loaded, []), (cached, []), (chapter, []), (new, [])])
    run_chapters([wave])
    assert printed(wave, "01_first")[1] == "[]", "functions that remember what was read"
    imported = set(json.loads(printed(wave, "01_first")[3]))
    assert imported <= sys.stdlib_module_names


def test_a_kernel_takes_its_data_from_where_its_own_environment_says(
    make_chapter: MakeChapter, wave: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel_address()
    monkeypatch.setenv("ANALYSIS_DATA", str(tmp_path / "elsewhere"))
    make_chapter("01_first", [PARAMETERS, ("import analysis.display; print(analysis.paths.DATA.name)", [])])
    run_chapters([wave])
    assert printed(wave, "01_first") == ["elsewhere"]


def test_a_kernel_that_dies_is_told_with_its_cell(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", [PARAMETERS, ("1", []), ("import os; os.kill(os.getpid(), 9)", [])])
    make_chapter("02_second", [PARAMETERS, ("1 / 0", [])])
    with pytest.raises(InputError) as error:
        run_chapters([wave])
    assert found(error) == [
        "01_first.ipynb, cell 4: found Kernel died; expected a cell that runs for made-up",
        "02_second.ipynb, cell 3: found ZeroDivisionError: division by zero; expected a cell that runs for made-up",
    ]


def test_a_kernel_that_hangs_is_told_with_its_cell(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", [PARAMETERS, ("import signal; signal.pause()", [])])
    with pytest.raises(InputError) as error:
        run_chapters([wave], seconds=2)
    assert found(error) == [
        "01_first.ipynb, cell 3: found no end after 2 seconds; expected a cell that runs for made-up"
    ]


def test_a_kernel_that_cannot_start_is_told_with_its_chapter(
    make_chapter: MakeChapter, wave: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = tmp_path / "ask"
    nothing.write_text("")
    monkeypatch.setenv(ADDRESS, str(nothing))
    make_chapter("01_first", [PARAMETERS])
    with pytest.raises(InputError) as error:
        run_chapters([wave])
    assert found(error) == [
        "01_first.ipynb: found no process to fork a kernel from; expected a chapter that runs for made-up"
    ]


def test_a_kernel_that_is_no_python_kernel_is_started_as_usual() -> None:
    kernel = ForkedKernel(kernel_spec=KernelSpec(), parent=None)
    asyncio.run(kernel.launch_kernel([sys.executable, "-c", "raise SystemExit(7)"], env=dict(os.environ)))
    assert asyncio.run(kernel.wait()) == 7


def test_a_kernel_ends_when_nobody_listens_any_longer(tmp_path: Path) -> None:
    kernel = fork_kernel(["-f", str(tmp_path / "kernel.json")], str(tmp_path), os.environ)
    process = psutil.Process(kernel.pid)
    assert kernel.poll() is None
    kernel.line.close()
    assert psutil.wait_procs([process], timeout=30)[1] == []


# Nothing is left behind.

ALONE = """
import signal
import sys
from analysis import paths
from analysis.inputs.waves import Wave
from analysis.publication import kernels
from analysis.publication.running import run_chapters
kernels.HELD = ("ipykernel.kernelapp",)
# Whoever runs the tests in the background may have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
paths.ROOT, paths.CHAPTERS = paths.PROJECT, paths.PROJECT / "analysis" / "chapters"
run_chapters([Wave.model_validate_json(sys.argv[1])])
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder of its own for temporary files: with a short name, since processes talk through files in it."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def running(make_chapter: MakeChapter, wave: Wave, study: Path, temporary: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run of its own, in the midst of a chapter that waits for a word on its pipe."""
    pipe = study / "pipe"
    os.mkfifo(pipe)
    wait = f"open({str(pipe)!r}, 'w').close(); exec(open({str(pipe)!r}).read())"
    make_chapter("01_first", [PARAMETERS, (wait, [])])
    make_chapter("02_second", [PARAMETERS])
    line = [sys.executable, "-c", ALONE, wave.model_dump_json()]
    environment = {name: value for name, value in os.environ.items() if name != ADDRESS}
    environment |= {"TMPDIR": str(temporary), "ANALYSIS_PROJECT": str(study)}
    with subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, start_new_session=True) as run:
        wait_for_writer(pipe, run)
        yield run
        run.kill()


def wait_for_writer(pipe: Path, run: subprocess.Popen[bytes]) -> None:
    """Wait until someone has opened the pipe to write; a run that ends before that says why."""
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    opened = select.poll()
    opened.register(reader, select.POLLHUP)
    while not opened.poll(100):
        assert run.poll() is None, run.communicate()[1].decode()
    os.close(reader)


def say(study: Path, word: str) -> None:
    (study / "pipe").write_text(word)


ENDS = {
    "success": (lambda run, study: say(study, "1"), 0),
    "failure": (lambda run, study: say(study, "1 / 0"), 1),
    "interrupt": (lambda run, study: os.killpg(run.pid, signal.SIGINT), -signal.SIGINT),
    "terminate": (lambda run, study: run.terminate(), -signal.SIGTERM),
    "kill": (lambda run, study: run.kill(), -signal.SIGKILL),
}


@pytest.mark.parametrize("end", ENDS)
def test_no_process_outlives_a_run(running: subprocess.Popen[bytes], study: Path, temporary: Path, end: str) -> None:
    # The chapter's kernel, what it was forked from, what runs the chapter, and what that was forked from.
    processes = psutil.Process(running.pid).children(recursive=True)
    assert len(processes) >= 4
    bring_about, status = ENDS[end]
    bring_about(running, study)
    told = running.communicate(timeout=60)[1].decode()
    assert running.returncode == status, told
    assert psutil.wait_procs(processes, timeout=30)[1] == []
    if end in ("success", "failure", "interrupt"):
        assert [*temporary.glob("kernel*")] == [], "temporary files"
    if end == "interrupt":
        assert told.count("Traceback") == 1 and told.strip().endswith("KeyboardInterrupt"), told
