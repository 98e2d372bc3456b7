"""A follow-up that nobody answered, rehearsed in an edition of its own: the study copied into a folder.

The rehearsal takes the way that the exports of a real wave take, command by command. Nothing outside its folder is
written: neither the waves of the study nor its pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, refuse
from analysis.publication.keeping import keep
from analysis.published.report import described

WAVE = "rehearsal"
# Where the edition has the exports, what belongs to them, and the truth that was planted in them.
EXPORTS = "exports"
# The page that holds what was found against what was planted: of this edition alone.
PAGE = "planted"
CONTENTS = f"  - caption: Rehearsal\n    chapters:\n      - file: book/{PAGE}\n"
STEPS = {"Chapters": ["run", WAVE], "Book": ["build"], "Checks": ["check"]}
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
    command(folder, "Exports", adding(), progress)
    # What a wave brings besides answers is put into its folder by hand.
    shutil.copytree(material() / "wave", folder / "data" / "waves" / WAVE, dirs_exist_ok=True)
    for words, arguments in STEPS.items():
        command(folder, words, arguments, progress)
    return folder / "_build" / "html"


def command(folder: Path, words: str, arguments: list[str], progress: Progress) -> None:
    """Give one command of the study for the edition in this folder. Raises InputError if it fails."""
    progress(f"{words}: python -m analysis {' '.join(arguments)}")
    line = [sys.executable, "-m", "analysis", *arguments]
    done = subprocess.run(line, cwd=folder, env=environment(folder), check=False)
    found, expected = f"{words}: exit status {done.returncode}", "each step of the rehearsal to succeed"
    refuse([Finding(paths.shown(folder), found, expected)] if done.returncode else [])


def adding() -> list[str]:
    """The command that adds the wave, as an analyst with exports would give it in the edition's folder."""
    mappings = sorted(path.name for path in material().glob("*.mapping.yml"))
    return [
        "add-wave", WAVE, "--status", "simulated", "--fieldwork", "none: made up",
        "--commissioners", f"{EXPORTS}/commissioners.sav", "--third-sector", f"{EXPORTS}/third_sector.xlsx",
        "--instrument", f"{EXPORTS}/instrument.yml", "--follows", described(),
        *(part for name in mappings for part in ("--mapping", f"{EXPORTS}/{name}")),
    ]  # fmt: skip


def environment(folder: Path) -> dict[str, str]:
    """In which the commands of the study work on the edition in this folder, and show waves that are not published."""
    own = {name: value for name, value in os.environ.items() if name != "ANALYSIS_DATA"}
    return {**own, "ANALYSIS_PROJECT": str(folder), "ANALYSIS_SHOW_ALL": "1"}


def copy_study(folder: Path) -> None:
    """Copy what an edition is made from. Chapters of the rehearsal that were run before stay: they may be current."""
    _replace(paths.DATA, folder / "data")
    _replace(paths.BOOK, folder / "book")
    shutil.rmtree(folder / "data" / "waves" / WAVE, ignore_errors=True)
    shutil.copytree(material(), folder / EXPORTS, dirs_exist_ok=True)
    keep(folder / "book" / f"{PAGE}.md", read_text(material() / f"{PAGE}.md"))
    keep(folder / "_config.yml", read_text(paths.PROJECT / "_config.yml"))
    keep(folder / "_toc.yml", read_text(paths.PROJECT / "_toc.yml") + CONTENTS)


def _replace(source: Path, target: Path) -> None:
    """Copy a folder over another; the one of the rehearsal is neither copied nor touched."""
    target.mkdir(parents=True, exist_ok=True)
    for path in target.iterdir():
        if path.is_dir() and path.name != WAVE:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(WAVE, ".adding-*"))
