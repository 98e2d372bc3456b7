"""Publishing at one stroke: an edition is put together whole, and becomes the published one by the change of one link.

Editions lie side by side in a folder, each named after its contents. Whoever follows the link finds the edition before
or the new one, wherever this is killed and whatever fails; the next call clears away what was left and does it again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.inputs.alone import alone
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.publication.manifest import NAME, damage, edition_id, manifest

LINK = "published"
DRAFT = ".making-"


def folder() -> Path:
    """Where the editions lie, and the link to the one that is published."""
    return paths.PROJECT / "editions"


def published_edition() -> Path | None:
    """The edition that is published, if one is."""
    link = folder() / LINK
    return link.resolve() if link.is_symlink() and link.exists() else None


@contextmanager
def publishing() -> Iterator[None]:
    """Publish alone. Raises InputError if another process does, or if the disk takes no more."""
    with alone(folder() / ".lock", "a publication"):
        _clear_away()
        try:
            yield
        except OSError as error:
            found = f"{error.strerror or error}"
            expected = "room for one more edition: nothing was published, the edition before still is"
            raise InputError([Finding(paths.shown(folder()), found, expected)]) from error


def release(site: Path) -> Path:
    """Make an edition of a built book and publish it; returns its folder. To be called while publishing alone.

    Raises InputError if the book was changed meanwhile.
    """
    draft = Path(tempfile.mkdtemp(dir=folder(), prefix=DRAFT))
    try:
        _copy(site, draft / "edition")
        lines = manifest(draft / "edition")
        if lines != manifest(site):
            raise InputError([Finding(paths.shown(site), "a book that is being changed", "one that stays as checked")])
        (draft / "edition" / NAME).write_text(lines, "utf-8")
        home = _settled(draft / "edition", edition_id(lines))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    publish_edition(home.name)
    return home


def _copy(site: Path, target: Path) -> None:
    """Copy the files of a book, until the first that cannot be."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(site)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _settled(made: Path, name: str) -> Path:
    """Give an edition its place, once every byte of it is on the disk. One that is there already stays."""
    for path in sorted(made.rglob("*"), reverse=True):
        _on_disk(path)
    _on_disk(made)
    home = next(place for place in _places(name) if not place.exists() or not any(damage(place)))
    if not home.exists():
        made.chmod(0o755)
        os.rename(made, home)
        _on_disk(folder())
    return home


def _places(name: str) -> Iterator[Path]:
    """Where an edition of this name may lie: beside one that was damaged since, if need be, which is not touched."""
    yield folder() / name
    yield from (folder() / f"{name}-{number}" for number in range(2, 1000))


def publish_edition(name: str) -> Path:
    """Let the link lead to this edition, in one step. Raises InputError if it is not there or not whole."""
    home = folder() / name
    if home.parent != folder() or home.is_symlink() or name.startswith(".") or not home.is_dir():
        known = ", ".join(path.name for path in editions()) or "none"
        raise InputError([Finding(paths.shown(folder()), f"no edition {name!r}", f"one of {known}")])
    refuse(damage(home))
    draft = folder() / f"{DRAFT}{LINK}"
    draft.unlink(missing_ok=True)
    os.symlink(name, draft)
    os.replace(draft, folder() / LINK)
    _on_disk(folder())
    return home


def editions() -> list[Path]:
    """The editions that were made, by name."""
    found = folder().iterdir() if folder().is_dir() else ()
    return sorted(path for path in found if path.is_dir() and not path.is_symlink() and not path.name.startswith("."))


def _clear_away() -> None:
    """Remove what was left by a publication that was killed: it had not been published."""
    for path in folder().glob(f"{DRAFT}*"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)


def _on_disk(path: Path) -> None:
    """Wait until a file, or what a folder lists, would outlast a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
