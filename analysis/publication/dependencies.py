"""What executed chapters, and the pages of the book, follow from: the files that decide what they say.

Every file that is read is among them; so are a few that are not. Files count by their content, never by their time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import paths
from analysis.publication.reach import Package, chapter_code

if TYPE_CHECKING:
    from analysis.inputs.waves import Wave

# Data that no chapter reads: what follows from the chapters, and what other parts of the study are about.
UNREAD = (
    "accepted",
    "edition.txt",
    "glossary.yml",
    "lint.yml",
    "processing.yml",
    "published/coverage.csv",
    "published/exclusions.csv",
    "published/paragraphs.csv",
    "published/power.csv",
    "published/reconstruction.csv",
    "published/sensitivity.csv",
    "published/simulation.csv",
    "published/soft_findings.yml",
    "published/tokens.csv",
    "rehearsal",
)
# In the folder of a wave: where its chapters cover the paragraphs of the source.
UNREAD_OF_A_WAVE = ("coverage",)
# What runs chapters, and what builds the book: modules of this folder.
RUNNING = ("running",)
BUILDING = ("book", "drafts", "sphinx_extension")


@dataclass(frozen=True)
class Dependencies:
    """What follows from which of the files that there are now."""

    package: Package
    data: Mapping[str, Path]

    @classmethod
    def read(cls) -> Dependencies:
        return cls(Package.read(), {path.relative_to(paths.DATA).as_posix(): path for path in files(paths.DATA)})

    def of_chapter(self, chapter: Path, wave: Wave) -> list[Path]:
        """What an executed chapter of a wave follows from: its notebook, data, code, and the pinned versions."""
        from analysis.inputs.waves import earlier_waves

        waves = [known.id for known in (wave, *earlier_waves(wave))]
        return [chapter, *self.of_code(chapter_code(chapter), waves)]

    def of_code(self, sources: Iterable[str], waves: Collection[str]) -> list[Path]:
        """What these sources of a chapter, which can read these waves, follow from besides themselves."""
        data = [path for name, path in self.data.items() if _can_be_read(name, waves)]
        return [*data, *self.package.reached([*sources, *_imports(RUNNING)]), _versions()]

    def of_book(self) -> list[Path]:
        """What the built pages follow from: executed chapters, written pages, and what their tables show."""
        tables = [*self.data.values(), *files(paths.CHAPTERS)]
        return [*all_pages(), *tables, *self.package.reached(_imports(BUILDING)), _versions()]


def _imports(modules: Iterable[str]) -> list[str]:
    return [f"from analysis.publication import {name}" for name in modules]


def _can_be_read(name: str, waves: Collection[str]) -> bool:
    """Whether a chapter reads a file of data by this name, if these are the waves that it can read."""
    if any(f"{name}/".startswith(f"{unread}/") for unread in UNREAD):
        return False
    match name.split("/"):
        case ["waves", wave, part, *_]:
            return wave in waves and part not in UNREAD_OF_A_WAVE
    return True


def _versions() -> Path:
    return paths.ROOT / "requirements.txt"


def all_inputs() -> list[Path]:
    """Whatever any chapter could follow from: if none of it has changed, nothing needs to be looked at more closely."""
    code = files(paths.ROOT / "analysis")
    return [*files(paths.DATA), *files(paths.CHAPTERS), *code, _versions()]


def all_pages() -> list[Path]:
    """Whatever the book is made from besides: its pages, executed chapters among them, and its settings."""
    settings = [paths.PROJECT / "_config.yml", paths.PROJECT / "_toc.yml", paths.ROOT / "CITATION.cff"]
    return [*settings, *files(paths.BOOK)]


def page_sources() -> list[Path]:
    """The texts that pages are made from, each of them another page: written ones, chapters, executed chapters."""
    written = [path for path in files(paths.BOOK) if path.suffix in (".md", ".ipynb")]
    return [*written, *(path for path in files(paths.CHAPTERS) if path.suffix == ".ipynb")]


def files(folder: Path) -> list[Path]:
    """The files in a folder and those below it, without what Python and editors leave there."""
    return [path for path in sorted(folder.rglob("*")) if not _is_leaving(path, folder) and path.is_file()]


def _is_leaving(path: Path, folder: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(folder).parts)
