"""One at a time: what changes the study's files as a whole is not done twice at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.inputs.findings import Finding, InputError
from analysis.paths import shown


@contextmanager
def alone_in(folder: Path, doing: str) -> Iterator[None]:
    """Hold a folder for as long as something is done that starts no other process; no file is left in it.

    Raises InputError at once if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError([_under_way(folder, f"{doing} under way in another process")]) from None
        yield
    finally:
        os.close(held)


def _under_way(folder: Path, found: str) -> Finding:
    return Finding(shown(folder), found, "one at a time: try again when it is done")


@contextmanager
def alone(path: Path, doing: str) -> Iterator[None]:
    """Hold this file for as long as something is done. Raises InputError at once if another process holds it.

    Whoever is killed holds it no longer, nor does any process that it has started: nothing has to be tidied up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as held:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            other = held.read().strip() or "unknown"
            found = f"{doing} under way in another process (number {other})"
            raise InputError([_under_way(path.parent, found)]) from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield
