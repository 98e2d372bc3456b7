"""Which executed chapters still follow from what is there: chapter, package, data and versions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from analysis import paths
from analysis.publication.keeping import keep

UNKNOWN = {"inputs": "", "output": ""}


@dataclass(frozen=True)
class Runs:
    """The runs made on this computer: of each, a checksum of all that went in and of what came out."""

    noted: dict[str, dict[str, str]]

    @classmethod
    def read(cls) -> Runs:
        try:
            return cls(json.loads(_register().read_text("utf-8")))
        except (FileNotFoundError, ValueError):
            # Without the notes every chapter is run, which is always right.
            return cls({})

    def is_current(self, name: str, chapter: Path, target: Path) -> bool:
        noted = self.noted.get(name, UNKNOWN)
        return noted == {"inputs": _inputs(chapter), "output": _checksum([target])} and target.exists()

    def note(self, name: str, chapter: Path, target: Path) -> None:
        self.noted[name] = {"inputs": _inputs(chapter), "output": _checksum([target])}

    def write(self) -> None:
        keep(_register(), json.dumps(self.noted, indent=1, sort_keys=True) + "\n")


def _register() -> Path:
    return paths.BUILD / "runs.json"


def _inputs(chapter: Path) -> str:
    return f"{_checksum([chapter])}-{_common(str(paths.ROOT), str(paths.DATA))}"


@lru_cache
def _common(root: str, data: str) -> str:
    """What every chapter depends on: the whole package and all data, since a chapter may use any of it."""
    package = sorted(Path(root, "analysis").rglob("*.py"))
    given = sorted(path for path in Path(data).rglob("*") if path.is_file() and not _is_outcome(path))
    return _checksum([*package, *given, Path(root, "requirements.txt")]) + sys.version.split()[0]


def _is_outcome(path: Path) -> bool:
    """Accepted numbers follow from the chapters; no chapter follows from them."""
    return path.is_relative_to(paths.ACCEPTED)


def _checksum(files: Iterable[Path]) -> str:
    checksum = sha256()
    for path in files:
        content = path.read_bytes() if path.exists() else b""
        checksum.update(f"{path}\0{len(content)}\0".encode() + content)
    return checksum.hexdigest()
