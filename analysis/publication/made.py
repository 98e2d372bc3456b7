"""What takes long to make is made once on a computer: kept under a checksum of all that it follows from."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from analysis import paths
from analysis.publication.keeping import keep

# Several times what an edition of many waves takes.
MOST = 500_000_000

def made(source: str, makers: Sequence[ModuleType], libraries: Sequence[str], make: Callable[[], bytes]) -> bytes:
    """What `make` makes of the source: taken from what was kept if it has been made before, else made and kept.

    `makers` are the modules whose code makes it, `libraries` the packages it uses: with another version of
    one of them it is made anew.
    """
    checksum = sha256("\0".join([source, *map(_stated, libraries)]).encode("utf-8"))
    for module in makers:
        checksum.update(Path(str(module.__file__)).read_bytes())
    kept = _folder() / checksum.hexdigest()
    if kept.exists():
        # Told from what nobody asks for any more, which is cleared away one day.
        os.utime(kept)
        return kept.read_bytes()
    content = make()
    keep(kept, content)
    return content


def clear_away(most: int = MOST) -> None:
    """Remove what has not been asked for the longest, until what is kept takes no more bytes than this."""
    kept = sorted(_folder().glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
    taken = 0
    for path in kept:
        taken += path.stat().st_size
        if taken > most:
            path.unlink()


def _folder() -> Path:
    return paths.BUILD / "made"


@lru_cache
def _stated(library: str) -> str:
    return f"{library} {version(library)}"
