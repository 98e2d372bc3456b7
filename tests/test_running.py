"""Chapters are run for the wave they are asked for, completely or not at all, and leave no trace of the machine."""

from __future__ import annotations

import getpass
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import PARAMETERS, MakeChapter

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, all_waves, find_wave
from analysis.publication.chapters import read_chapters, read_notebook
from analysis.publication.keeping import keep
from analysis.publication.normalising import normalised, without_paths
from analysis.publication.running import run_chapters


def findings(error: pytest.ExceptionInfo[InputError]) -> str:
    return "\n".join(str(finding) for finding in error.value.findings)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([('wave = "baseline"', [])], "no cell tagged 'parameters'"),
        ([PARAMETERS, PARAMETERS], "2 cells tagged 'parameters'"),
        ([('wave = "baseline"\nyear = "1"', ["parameters"])], "the parameter 'year', which no run fills in"),
        ([('survey = "baseline"', ["parameters"])], "the parameter 'wave' not assigned"),
        ([('wave = "a"\nwave = "b"', ["parameters"])], "the parameter 'wave' more than once assigned"),
        ([("wave = = 1", ["parameters"])], "invalid syntax in line 1"),
        ([('wave = "baseline"\nprint(wave)', ["parameters"])], "more than assignments of plain values"),
        ([PARAMETERS, ("1", ["injected-parameters"])], "the tag 'injected-parameters'"),
    ],
)
def test_a_chapter_that_would_ignore_its_wave_is_refused(
    make_chapter: MakeChapter, cells: list[tuple[str, list[str]]], message: str
) -> None:
    make_chapter("01_first", cells)
    with pytest.raises(InputError) as error:
        read_chapters(["wave"])
    assert message in findings(error)
    assert "analysis/chapters/01_first.ipynb" in findings(error)


def test_stored_outputs_are_refused(make_chapter: MakeChapter) -> None:
    path = make_chapter("01_first", [PARAMETERS])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="49%")]
    nbformat.write(notebook, path)
    with pytest.raises(InputError) as error:
        read_chapters(["wave"])
    assert "cell 2: found stored outputs" in findings(error)


def test_all_faulty_chapters_are_named_at_once(make_chapter: MakeChapter) -> None:
    make_chapter("01_first", [("1", [])])
    make_chapter("02_second", [("1", [])])
    with pytest.raises(InputError) as error:
        read_chapters(["wave"])
    assert len(error.value.findings) == 2


@pytest.mark.parametrize("text", ["not a notebook", "[]", '{"cells": 1}', ""])
def test_a_file_that_is_no_notebook_is_refused(study: Path, text: str) -> None:
    path = paths.CHAPTERS / "01_first.ipynb"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape("analysis/chapters/01_first.ipynb")):
        read_notebook(path)


def test_two_runs_are_the_same_to_the_byte(study: Path, make_chapter: MakeChapter, wave: Wave) -> None:
    telling = "import os, sys; print(wave, hash('a'), {'b', 'a', 'c'}); print(os.getcwd()); print(sys.prefix)"
    make_chapter("01_first", [PARAMETERS, (telling, [])])
    target = paths.BOOK / "made-up" / "01_first.ipynb"
    assert run_chapters([wave]) == (1, 0)
    first = target.read_bytes()
    assert run_chapters([wave]) == (0, 1), "a chapter whose inputs have not changed is left as it is"
    assert run_chapters([wave], force=True) == (1, 0)
    assert target.read_bytes() == first

    executed = nbformat.reads(first.decode(), as_version=4)
    assert executed.metadata.wave == {"id": "made-up", "title": "Made up", "status": "simulated"}
    assert executed.cells[2].source.splitlines()[-1] == 'wave = "made-up"'
    assert executed.cells[3].outputs[0].text.startswith("made-up ")
    for trace in (str(study), str(Path.home()), sys.prefix):
        assert trace not in first.decode()

    make_chapter("01_first", [PARAMETERS, ("wave", [])])
    assert run_chapters([wave]) == (1, 0), "a changed chapter is run"
    target.write_text(target.read_text() + "\n")
    assert run_chapters([wave]) == (1, 0), "an executed chapter that someone has edited is run"


def test_a_chapter_that_fails_leaves_the_book_as_it_was(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", [PARAMETERS, ("wave", [])])
    make_chapter("02_second", [PARAMETERS, ("1", []), ("share = 1 / 0", [])])
    kept = {name: paths.BOOK / "made-up" / f"{name}.ipynb" for name in ("01_first", "02_second")}
    for path in kept.values():
        keep(path, "as it was\n")
    contents = (paths.ROOT / "_toc.yml").read_text()
    with pytest.raises(InputError) as error:
        run_chapters([wave], force=True)
    found = "02_second.ipynb, cell 4: found ZeroDivisionError: division by zero"
    assert findings(error).endswith(f"{found}; expected a cell that runs for made-up")
    assert len(error.value.findings) == 1
    assert [path.read_text() for path in kept.values()] == ["as it was\n"] * 2
    assert sorted(path.name for path in kept["01_first"].parent.iterdir()) == ["01_first.ipynb", "02_second.ipynb"]
    assert (paths.ROOT / "_toc.yml").read_text() == contents
    assert "share = 1 / 0" in (paths.BUILD / "failed" / "made-up" / "02_second.txt").read_text()


def test_a_wave_that_is_taken_away_is_swept(make_chapter: MakeChapter, wave: Wave) -> None:
    make_chapter("01_first", [PARAMETERS])
    old = paths.BOOK / "made-up" / "00_old_name.ipynb"
    keep(old, "{}\n")
    run_chapters([wave])
    assert not old.exists()


def test_machine_paths_are_cut_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/roost")
    root = paths.ROOT
    told = {"text": [f"{root}/data/x.csv: {root}", "/roost/file", "birds/roosts/file", "/roosting/file"]}
    assert without_paths(told) == {"text": ["data/x.csv: ", "~/file", "birds/roosts/file", "/roosting/file"]}


def test_normalising_drops_what_tells_of_the_run() -> None:
    stamp = {"start_time": "2024-05-05T10:00:00", "duration": 1.5}
    printed = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("a", "b")]
    result = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=7, metadata={"x": 1})
    cell = nbformat.v4.new_code_cell("1", execution_count=7, outputs=[*printed, result])
    cell.metadata = nbformat.from_dict({"papermill": stamp, "tags": ["parameters"], "mystnb": {"a": 1}})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": stamp, "widgets": {}})
    text = normalised(notebook, {"id": "made-up"})
    kept = json.loads(text)
    assert set(kept["metadata"]) == {"kernelspec", "language_info", "wave"}
    assert kept["cells"][0]["metadata"] == {"mystnb": {"a": 1}, "tags": ["parameters", "remove-cell"]}
    assert kept["cells"][0]["execution_count"] == 7, "a cell without its count counts as one that has not been run"
    assert kept["cells"][0]["outputs"][0]["text"] == ["ab"]
    assert kept["cells"][0]["outputs"][1]["metadata"] == {}
    assert "2024" not in text
    assert normalised(nbformat.reads(text, as_version=4), {"id": "made-up"}) == text, "twice is the same as once"


def test_running_the_chapters_again_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = paths.BOOK / "baseline-2007"
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    monkeypatch.setattr(paths, "BUILD", tmp_path / "_build")
    monkeypatch.setattr("analysis.publication.running.write_contents", lambda: False)
    run_chapters([find_wave("baseline")], force=True)
    again = {path.name: path.read_bytes() for path in (tmp_path / "book" / "baseline-2007").iterdir()}
    before = {path.name: path.read_bytes() for path in committed.glob("*.ipynb")}
    assert again.keys() == before.keys()
    assert [name for name in before if again[name] != before[name]] == []


def test_executed_chapters_name_no_computer() -> None:
    texts = [path.read_text("utf-8") for path in paths.BOOK.glob("*/*.ipynb")]
    assert texts
    # A name that is an ordinary word may stand in a chapter; as part of a path it may not.
    names = [str(Path.home()), f"/{getpass.getuser()}/", f"@{socket.gethostname()}", str(paths.ROOT)]
    assert not [name for name in names for text in texts if len(name) > 3 and name in text]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "analysis", *arguments]
    return subprocess.run(line, cwd=paths.ROOT, capture_output=True, text=True, check=False)


def test_an_unknown_wave_ends_with_a_message() -> None:
    done = command("run", "2007")
    assert done.returncode == 2
    known = ", ".join(wave.id for wave in all_waves())
    assert done.stderr.strip() == f"data/waves: found no wave '2007'; expected one of {known}"


@pytest.mark.parametrize("arguments", [(), ("issue",), ("run", "--years", "2007")])
def test_arguments_that_mean_nothing_end_with_the_usage(arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python -m analysis")


def test_every_command_explains_itself_at_once() -> None:
    told = command("--help").stdout
    for name in ("run", "build", "check", "reconstruct"):
        assert re.search(rf"^ +{name}\s+\w", told, re.MULTILINE)
    heavy = "import sys, analysis.__main__; print({'pandas', 'papermill', 'scipy', 'sphinx'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", heavy], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"
