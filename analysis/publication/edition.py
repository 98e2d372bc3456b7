"""Which edition a page belongs to: the version and the commit it was built from, never the time of building."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from analysis import paths

if TYPE_CHECKING:
    from analysis.inputs.waves import Wave

PROJECT = "third-sector-commissioning"
# The packages that numbers and charts depend on, and those that make the pages.
PACKAGES = ("numpy", "pandas", "scipy", "matplotlib", "seaborn", "papermill", "jupyter-book")
# What the book is made of: a change of anything else makes no other edition.
SOURCES = ("analysis", "book", "data", "_config.yml", "_toc.yml", "CITATION.cff", "requirements.txt")
UNCOMMITTED = ", with changes that are not committed"


@dataclass(frozen=True)
class Edition:
    """The commit that a book was built from and its date, `year-month-day`; both are empty where nobody knows.

    `changed`: files of the book differ from that commit.
    """

    commit: str = ""
    date: str = ""
    changed: bool = False

    def __str__(self) -> str:
        if not self.commit:
            return f"version {version(PROJECT)}, commit unknown"
        differs = UNCOMMITTED if self.changed else ""
        return f"version {version(PROJECT)}, commit {self.commit} of {self.date}{differs}"


@lru_cache
def edition() -> Edition:
    """The edition that is being built: as git tells it, or the line that git left in an exported copy."""
    return _in_git() or _exported() or Edition()


def _in_git() -> Edition | None:
    if _git("rev-parse", "--show-toplevel") != str(paths.ROOT):
        # Not a clone, or a copy that lies inside some other repository.
        return None
    commit, _, date = (_git("log", "-1", "--format=%H %cs") or "").partition(" ")
    if not commit:
        return None
    return Edition(commit[:12], date, changed=bool(_git("status", "--porcelain", "--", *SOURCES)))


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _exported() -> Edition | None:
    """An archive that git makes has the commit in this file; a clone has the question that git answers there."""
    path = paths.ROOT / "data" / "edition.txt"
    commit, _, date = path.read_text("utf-8").strip().partition(" ") if path.exists() else ("", "", "")
    return None if not commit or "$" in commit else Edition(commit[:12], date)


@lru_cache
def checksums(wave_id: str) -> tuple[tuple[str, str], ...]:
    """The files of a wave's responses, each with the first twelve digits of its SHA-256.

    Of responses that are not at hand it is the checksum that the wave states.
    """
    from analysis.inputs.waves import find_wave

    wave = find_wave(wave_id)
    return tuple((entry.file, _checksum(wave, survey)[:12] or "not known") for survey, entry in wave.surveys.items())


def _checksum(wave: Wave, survey: str) -> str:
    path = wave.responses_path(survey)
    return sha256(path.read_bytes()).hexdigest() if path.exists() else wave.surveys[survey].sha256


@lru_cache
def versions() -> str:
    """The packages that matter, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)
