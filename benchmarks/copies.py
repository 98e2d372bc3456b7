"""Copies of the study in which a benchmark may run chapters, edit them and build the book."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis import paths
from benchmarks.measured import done

PARTS = ("analysis", "data", "book")
FILES = ("_config.yml", "_toc.yml", "requirements.txt", "CITATION.cff")
# The processors that a command may use are those of this process, unless it says otherwise.
PYTHON = (sys.executable, "-m")


@contextmanager
def copy_of_the_study(chapters: str = "*") -> Iterator[Path]:
    """A folder with the study, of whose chapters only those with such a name are kept."""
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name) / "study"
        for part in PARTS:
            left_out = shutil.ignore_patterns("__pycache__", ".*", *(["*.ipynb"] if part == "book" else []))
            shutil.copytree(paths.ROOT / part, folder / part, ignore=left_out)
        for file in FILES:
            shutil.copy(paths.ROOT / file, folder / file)
        kept = set((folder / "analysis" / "chapters").glob(f"{chapters}.ipynb"))
        for path in (folder / "analysis" / "chapters").glob("*.ipynb"):
            if path not in kept:
                path.unlink()
        yield folder


def study(folder: Path, *arguments: str, before: tuple[str, ...] = ()) -> None:
    """Give a command of the study in a copy of it, whose code is used. Raises RuntimeError if it fails."""
    settings = {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0", "ANALYSIS_PROJECT": str(folder)}
    done([*before, *PYTHON, "analysis", *arguments], folder, **settings)


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))
