"""What an edition consists of: a line for each of its files with a checksum, and its name, made from those lines."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding

# In the form that the command `sha256sum --check` reads.
NAME = "SHA256SUMS"


def manifest(folder: Path) -> str:
    """The checksums of all files in a folder but its manifest, in the order of their names."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{_checksum(folder / name)}  {name}\n" for name in names if name != NAME)


def edition_id(lines: str) -> str:
    """The name of the edition with this manifest: the same contents have the same name."""
    return sha256(lines.encode()).hexdigest()[:16]


def damage(folder: Path) -> Iterator[Finding]:
    """What of an edition is missing, changed, or more than it was when it was made."""
    place = folder / NAME
    if not place.is_file():
        yield Finding(paths.shown(place), "no manifest", "a whole edition, with the checksums of its files")
        return
    stated, found = _by_name(place.read_text("utf-8")), _by_name(manifest(folder))
    for name in sorted(stated.keys() | found.keys()):
        if stated.get(name) != found.get(name):
            told = "a changed file" if name in stated and name in found else "no file"
            told = told if name in stated else "a file that does not belong here"
            yield Finding(paths.shown(folder / name), told, f"the edition as {NAME} states it")


def _by_name(lines: str) -> dict[str, str]:
    pairs = (line.split("  ", 1) for line in lines.splitlines() if "  " in line)
    return {name: checksum for checksum, name in pairs}


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()
