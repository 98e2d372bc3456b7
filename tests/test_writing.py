"""Writing with the book open: what is saved is in the browser within seconds, a chapter as well as a page."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from urllib.request import urlopen

import nbformat
import psutil
import pytest
from conftest import PARAMETERS
from made_up_waves import Recipe, write_wave

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.publication import watching, writing
from analysis.publication.contents import BEGIN, END
from analysis.publication.serving import News, serving

SETTINGS = """title: A small book
only_build_toc_files: true
execute: {execute_notebooks: "off"}
exclude_patterns: ["analysis/**", "data/**", "_build/**"]
sphinx: {config: {suppress_warnings: [mystnb.unknown_mime_type]}}
"""


# All of it, with a chapter and a page


def chapter(root: Path, said: str) -> None:
    """A chapter with this code."""
    code = [nbformat.v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in
            (PARAMETERS, (said, []))]  # fmt: skip
    title = nbformat.v4.new_markdown_cell("# The chapter")
    nbformat.write(nbformat.v4.new_notebook(cells=[title, *code]), root / "analysis" / "chapters" / "01_small.ipynb")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study with one small chapter, one page and one wave."""
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(paths.ROOT / "analysis", root / "analysis", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__"))
    for name in ("questionnaire", "published"):
        shutil.copytree(paths.DATA / name, root / "data" / name)
    write_wave(root / "data" / "waves" / "made-up", Recipe(), 1, title="Made up", publish=True)
    chapter(root, "print('first words', wave)")
    (root / "book").mkdir()
    (root / "book" / "index.md").write_text("# The page\n\nFirst lines.\n")
    (root / "_config.yml").write_text(SETTINGS)
    listed = "  - chapters:\n      - file: book/made-up/01_small\n"
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n{listed}")
    shutil.copy(paths.ROOT / "requirements.txt", root)
    return root


@pytest.fixture(scope="module")
def writer(small: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANALYSIS_")}
    command = [sys.executable, "-c", INTERRUPTIBLE]
    with subprocess.Popen(command, cwd=small, env=environment | {"PYTHONPATH": str(small)}, stderr=subprocess.PIPE,
                          text=True, start_new_session=True) as process:  # fmt: skip
        yield process
        process.kill()


# Whoever runs the tests in the background may have interrupts ignored.
INTERRUPTIBLE = """import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from analysis.__main__ import main
sys.exit(main(["write", "--port", "0"]))"""


def shown(writer: subprocess.Popen[str]) -> str:
    """The next address that is said to be shown."""
    assert writer.stderr is not None
    said = []
    for line in writer.stderr:
        if found := re.match(r"Shown: (http://\S+)/book/index.html", line):
            return found[1]
        said.append(line)
    pytest.fail("".join(said))


def fetched(address: str) -> str:
    with urlopen(address, timeout=60) as answer:
        return str(answer.read().decode("utf-8"))


def news(address: str, page: str) -> str:
    """What the script of a page is told next, once there is something to tell."""
    found = re.search(r'EventSource\("(\S+)"\)', page)
    assert found
    with urlopen(address + found[1], timeout=120) as answer:
        return next(json.loads(line[6:]) for line in answer if line.startswith(b"data: "))


def test_what_is_saved_is_shown_by_itself(small: Path, writer: subprocess.Popen[str]) -> None:
    address = shown(writer)
    page, run = fetched(f"{address}/book/"), fetched(f"{address}/book/made-up/01_small.html")
    assert "First lines." in page and "first words made-up" in run

    (small / "book" / "index.md").write_text("# The page\n\nSecond lines.\n")
    assert news(address, page) == ""
    page = fetched(f"{address}/book/index.html")
    assert "Second lines." in page and "First lines." not in page

    chapter(small, "print('second words', wave)")
    assert news(address, page) == ""
    run = fetched(f"{address}/book/made-up/01_small.html")
    assert "second words made-up" in run and "first words" not in run

    chapter(small, "1 / 0")
    told = news(address, run)
    assert "01_small.ipynb, cell 3: found ZeroDivisionError" in told
    assert "second words made-up" in fetched(f"{address}/book/made-up/01_small.html")

    processes = psutil.Process(writer.pid).children(recursive=True)
    os.killpg(writer.pid, signal.SIGINT)
    assert writer.wait(60) == 0
    assert psutil.wait_procs(processes, timeout=30)[1] == []
    kept = "".join(path.read_text("utf-8") for path in (small / "_build" / "write" / "_build" / "html").rglob("*.html"))
    assert "EventSource" not in kept, "the script that asks for news is in no page that is kept"


# Its parts


def test_saving_is_noticed_once_it_has_come_to_a_rest(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, run = paths.BOOK / "index.md", paths.BOOK / "made-up" / "01_first.ipynb"
    run.parent.mkdir(parents=True)
    steps = iter([lambda: page.write_text("1"), lambda: page.write_text("12"), lambda: None,
                  lambda: run.write_text("{}"), lambda: None, lambda: page.unlink(), lambda: None])  # fmt: skip
    monkeypatch.setattr(watching, "sleep", lambda seconds: next(steps)())
    changes = watching.saved()
    assert next(changes) == {page}
    assert next(changes) == {page}, "an executed chapter is no one's to edit"
    assert next(steps, None) is None


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ({"analysis/chapters/01_first.ipynb"}, False),
        ({"book/methods/quality.md", "book/index.md"}, False),
        ({"book/index.md", "_toc.yml"}, True),
        ({"book/_static/book.css"}, True),
        ({"data/waves/baseline-2007/facts.csv"}, True),
        ({"analysis/display/charts.py"}, True),
        (None, True),
    ],
)
def test_pages_are_all_made_anew_unless_only_pages_were_edited(
    study: Path, changed: set[str] | None, anew: bool
) -> None:
    doctrees = paths.BUILD / "write" / "_build" / ".doctrees"
    doctrees.mkdir(parents=True)
    command = writing._building(None if changed is None else {study / name for name in changed})
    assert ("--all" in command) == anew
    assert doctrees.exists() != anew


def test_a_browser_that_asks_too_late_is_told_at_once() -> None:
    told = News()
    told.tell()
    told.tell("wrong")
    assert told.after(1, 0) == told.after(0, 0) == "wrong"
    assert told.after(2, 0) is None


def test_a_browser_that_asks_first_is_told_when_something_happens() -> None:
    told, asked, answers = News(), Event(), []
    thread = Thread(target=lambda: (asked.set(), answers.append(told.after(0, 60))))
    thread.start()
    asked.wait()
    told.tell("")
    thread.join()
    assert answers == [""]


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"--port: found {port}, which is in use"), serving(tmp_path, port):
            pass
