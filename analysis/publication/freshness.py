"""Which executed chapters and pages are still what a new run would make, decided by content alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.publication.dependencies import Dependencies, all_inputs, all_pages, files, page_sources
from analysis.publication.edition import edition
from analysis.publication.keeping import keep

UNKNOWN = {"inputs": "", "output": ""}


@dataclass(frozen=True)
class Contents:
    """Checksums of files, each of which is read once."""

    known: dict[Path, str] = field(default_factory=dict)

    def of(self, found: Iterable[Path]) -> str:
        """One checksum for the names and the contents of these files, and for the Python that uses them."""
        lines = sorted(f"{_name(path)} {self._of_file(path)}" for path in set(found))
        shown = os.environ.get("ANALYSIS_SHOW_ALL", "")
        return sha256("\n".join([sys.version.split()[0], shown, *lines]).encode()).hexdigest()

    def _of_file(self, path: Path) -> str:
        if path not in self.known:
            self.known[path] = _checksum(path)
        return self.known[path]


def _name(path: Path) -> str:
    return Path(os.path.relpath(path, paths.PROJECT)).as_posix()


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, sha256).hexdigest()
    except FileNotFoundError:
        return "no file"


# Chapters


@dataclass(frozen=True)
class Runs:
    """The runs made on this computer: of each, a checksum of all that went in and of what came out.

    Without these notes every chapter is run, which is always right.
    """

    noted: dict[str, dict[str, str]]

    @classmethod
    def read(cls) -> Runs:
        return cls(_read("runs"))

    def is_current(self, name: str, inputs: str, target: Path) -> bool:
        return self.noted.get(name, UNKNOWN) == {"inputs": inputs, "output": _checksum(target)} and target.exists()

    def note(self, name: str, inputs: str, target: Path) -> None:
        """Keep in mind that this came of these inputs, as they were before the run."""
        self.noted[name] = {"inputs": inputs, "output": _checksum(target)}

    def write(self) -> None:
        _write("runs", self.noted)


@dataclass(frozen=True)
class Settled:
    """That nothing at all has changed since chapters were last run over the waves of these names."""

    names: str
    inputs: str

    @classmethod
    def of(cls, names: Sequence[str]) -> Settled:
        return cls(" ".join(names), Contents().of(all_inputs()))

    @property
    def said(self) -> str:
        """What is to be said of the chapters, if nothing has changed."""
        noted = _read("settled").get(self.names, {})
        return str(noted["said"]) if noted and noted == self._note(noted["said"]) else ""

    def note(self, said: str) -> None:
        """Keep in mind what is to be said from now on, if nothing has changed since before the run."""
        _write("settled", _read("settled") | {self.names: self._note(said)})

    def _note(self, said: str) -> dict[str, str]:
        return {"inputs": self.inputs, "outputs": Contents().of(all_pages()), "said": said}


# The book


def site_inputs() -> dict[str, Any]:
    """What the pages would follow from now: checksums of all there is, and of what they can follow from; the edition.

    Of the latter apart: each text of a page, and all that every page follows from.
    """
    contents = Contents()
    followed, sources = Dependencies.read().of_book(), page_sources()
    return {
        "all": contents.of([*all_inputs(), *all_pages()]),
        "inputs": contents.of(followed),
        "shared": contents.of({*followed} - {*sources}),
        "sources": {_name(path): contents.of([path]) for path in sources},
        "edition": str(edition()),
    }


def changed_sources(noted: Mapping[str, Any], now: Mapping[str, Any]) -> set[Path] | None:
    """The texts of pages that are not what they were: what was noted of a book, against what there is now.

    None, if texts were added or removed, or anything else changed that pages follow from: then any page may change.
    """
    before = noted.get("sources", {})
    if noted.get("shared") != now["shared"] or before.keys() != now["sources"].keys():
        return None
    return {paths.PROJECT / name for name, checksum in now["sources"].items() if checksum != before[name]}


def noted_site() -> dict[str, Any]:
    """What was noted of the pages that are there; nothing if they may be anything."""
    return _read("site")


def site_is_current() -> bool:
    """Whether a build would make the pages that are there. Files that were added to them since do not matter."""
    noted = noted_site()
    if noted.get("draft") or noted.get("edition") != str(edition()) or not all_there(noted["pages"]):
        return False
    contents = Contents()
    if noted["all"] == contents.of([*all_inputs(), *all_pages()]):
        return True
    return bool(noted["inputs"] == contents.of(Dependencies.read().of_book()))


def all_there(pages: Mapping[str, str]) -> bool:
    """Whether these files of the book are as they were noted."""
    return all(_checksum(paths.SITE / name) == checksum for name, checksum in pages.items())


def note_site(inputs: Mapping[str, Any], draft: bool = False) -> None:
    """Keep in mind that the pages that are there came of these inputs, as they were before the build.

    `draft`: they are not those of a book that may be published.
    """
    pages = {path.relative_to(paths.SITE).as_posix(): _checksum(path) for path in files(paths.SITE)}
    _write("site", {**inputs, "pages": pages, "draft": draft})


def forget_site() -> None:
    """The pages that are there may be anything from now on."""
    _path("site").unlink(missing_ok=True)


# The notes


def _path(name: str) -> Path:
    return paths.BUILD / f"{name}.json"


def _read(name: str) -> dict[str, Any]:
    try:
        noted = json.loads(_path(name).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(name: str, noted: Mapping[str, Any]) -> None:
    keep(_path(name), json.dumps(noted, indent=1, sort_keys=True) + "\n")
