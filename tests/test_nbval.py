"""The headline cells of every executed chapter say what a new run of them says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest

from analysis.inputs.waves import Wave, find_wave, published, without_responses
from analysis.publication.contents import executed_chapters
from analysis.publication.kernels import FORKED

EXECUTED = executed_chapters(find_wave("baseline"))
WAVES = [wave for wave in published() if executed_chapters(wave)]
CHECKED = "nbval-check-output"


def compare(notebooks: Sequence[Path], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run notebooks again with nbval, comparing the outputs of their headline cells."""
    options = ["--nbval-lax", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--tb=short"]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir", str(notebooks[0].parent), "-c", os.devnull]
    return subprocess.run(
        [*command, *(path.name for path in notebooks)],
        cwd=notebooks[0].parent,
        env={**(os.environ if environment is None else environment), **FORKED},
        capture_output=True,
        text=True,
        check=False,
    )


def headlines(path: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if CHECKED in cell.metadata.get("tags", [])]


def test_every_key_statistics_box_is_compared() -> None:
    assert EXECUTED
    boxes = {path.name: json.dumps(nbformat.read(path, as_version=4)).count('\\"headline\\">') for path in EXECUTED}
    assert all(cell.outputs for path in EXECUTED for cell in headlines(path))
    unchecked = [name for path in EXECUTED if not headlines(path) and boxes[name := path.name]]
    assert unchecked == []
    assert sum(len(headlines(path)) for path in EXECUTED) >= len(EXECUTED) - 1


@pytest.mark.parametrize("wave", WAVES, ids=lambda wave: wave.id)
def test_the_executed_chapters_agree_with_a_new_run(wave: Wave) -> None:
    missing = ", ".join(one.id for one in without_responses(wave))
    if missing:
        pytest.skip(f"{wave.id} cannot be run again: responses not at hand ({missing})")
    executed = executed_chapters(wave)
    done = compare(executed)
    assert done.returncode == 0, done.stdout[-3000:]
    cells = sum(cell.cell_type == "code" for path in executed for cell in nbformat.read(path, as_version=4).cells)
    assert re.search(rf"\b{cells} passed", done.stdout), "every code cell is run, and none is skipped"


def test_a_printed_digit_that_moved_is_noticed(tmp_path: Path) -> None:
    path = next(path for path in EXECUTED if any("%" in str(cell.outputs) for cell in headlines(path)))
    notebook = nbformat.read(path, as_version=4)
    data = next(cell for cell in notebook.cells if CHECKED in cell.metadata.get("tags", [])).outputs[0].data
    first = re.search(r"(\d)%", data["text/plain"])
    assert first
    moved = str((int(first[1]) + 1) % 10)
    for form in ("text/plain", "text/markdown"):
        data[form] = data[form].replace(f"{first[1]}%", f"{moved}%", 1)
    nbformat.write(notebook, tmp_path / path.name)
    done = compare([tmp_path / path.name])
    assert done.returncode == 1
    assert f"{moved}%" in done.stdout


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_what_is_compared_is_text_only(path: Path) -> None:
    for cell in headlines(path):
        for output in cell.outputs:
            assert "image/png" not in output.data
            assert not re.search(r"\d\.\d{5}", json.dumps(output.data)), "rounded numbers only"
