"""What takes long to make is made once on a computer: kept under a checksum of all that it follows from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from analysis import paths
from analysis.publication.keeping import keep


def made(source: str, makers: Sequence[ModuleType], libraries: Sequence[str], make: Callable[[], bytes]) -> bytes:
    """What `make` makes of the source: taken from what was kept if it has been made before, else made and kept.

    `makers` are the modules whose code makes it, `libraries` the packages it uses: with another version of
    one of them it is made anew.
    """
    checksum = sha256("\0".join([source, *map(_stated, libraries)]).encode("utf-8"))
    for module in makers:
        checksum.update(Path(str(module.__file__)).read_bytes())
    kept = paths.BUILD / "made" / checksum.hexdigest()
    if kept.exists():
        return kept.read_bytes()
    content = make()
    keep(kept, content)
    return content


@lru_cache
def _stated(library: str) -> str:
    return f"{library} {version(library)}"
