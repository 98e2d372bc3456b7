"""An edition of its own: the study copied into a folder, where a follow-up that nobody answered is rehearsed.

The rehearsal takes the way that the exports of a real wave take, command by command. Nothing outside its folder is
written: neither the waves of the study nor its pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, refuse
from analysis.publication.keeping import keep

WAVE = "rehearsal"
# What an edition is made from, besides data/ and book/.
FILES = ("_config.yml", "_toc.yml")
# Where the edition has the exports, the mapping files and the instrument of the rehearsal.
EXPORTS = "exports"
Progress = Callable[[str], None]


def material() -> Path:
    """The folder with the exports of the rehearsal, what belongs to them, and the truth that was planted in them."""
    return paths.DATA / WAVE


def edition() -> Path:
    """The folder of the edition in which the rehearsal is run."""
    return paths.BUILD / WAVE


def rehearse(progress: Progress = lambda line: None) -> Path:
    """Make the edition with the rehearsed wave, from its exports to its pages. Returns its site.

    Raises InputError if a step fails; what the step itself says about that has been shown by then.
    """
    folder = edition()
    copy_study(folder)
    for words, arguments in steps():
        progress(f"{words}: python -m analysis {' '.join(arguments)}")
        command = [sys.executable, "-m", "analysis", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment(folder), check=False)
        refuse([_failed(words, done.returncode)] if done.returncode else [])
    return folder / "_build" / "html"


def _failed(words: str, status: int) -> Finding:
    return Finding(paths.shown(edition()), f"{words}: exit status {status}", "each step of the rehearsal to succeed")


def steps() -> Iterator[tuple[str, list[str]]]:
    """The commands of the rehearsal, as an analyst with exports would give them, each with what it is for."""
    mappings = [part for path in sorted(material().glob("*.mapping.yml")) for part in ("--mapping", _at(path.name))]
    yield "Exports", [
        "add-wave", WAVE, "--status", "simulated", "--fieldwork", "none: made up",
        "--commissioners", _at("commissioners.sav"), "--third-sector", _at("third_sector.xlsx"),
        "--instrument", _at("instrument.yml"), *mappings,
    ]  # fmt: skip
    yield "Chapters", ["run", WAVE]
    yield "Book", ["build"]
    yield "Checks", ["check"]


def _at(name: str) -> str:
    return f"{EXPORTS}/{name}"


def environment(folder: Path) -> dict[str, str]:
    """In which the commands of the study work on the edition in this folder, and show waves that are not published."""
    own = {name: value for name, value in os.environ.items() if name != "ANALYSIS_DATA"}
    return {**own, "ANALYSIS_PROJECT": str(folder), "ANALYSIS_SHOW_ALL": "1"}


def copy_study(folder: Path) -> None:
    """Copy what an edition is made from. Chapters of the rehearsal that were run before stay: they may be current."""
    _replace(paths.DATA, folder / "data", WAVE)
    _replace(paths.BOOK, folder / "book", WAVE)
    shutil.copytree(material(), folder / EXPORTS, dirs_exist_ok=True)
    for name in FILES:
        keep(folder / name, read_text(paths.PROJECT / name))


def _replace(source: Path, target: Path, but: str) -> None:
    """Copy a folder over another; the folder of this name is neither copied nor touched."""
    target.mkdir(parents=True, exist_ok=True)
    for path in target.iterdir():
        if path.is_dir() and path.name != but:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(but, ".adding-*"))
