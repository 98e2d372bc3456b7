"""What an author saves while writing: chapters, pages, settings, data and code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import sleep

from analysis import paths
from analysis.publication.dependencies import all_inputs, all_pages

SECONDS = 0.2
State = dict[Path, tuple[int, int]]


def saved(seconds: float = SECONDS) -> Iterator[set[Path]]:
    """The files that have been changed, added or removed, each time that saving has come to a rest.

    What is saved from this call on, and while the caller is at work on the last changes, comes with the next ones.
    """
    return _saved_since(_state(), seconds)


def _saved_since(before: State, seconds: float) -> Iterator[set[Path]]:
    while True:
        sleep(seconds)
        now = _state()
        if now != before:
            while now != (now := _rested(seconds)):
                pass
            yield {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
            before = now


def _rested(seconds: float) -> State:
    sleep(seconds)
    return _state()


def _state() -> State:
    """The size and the last change of every file that an author edits: executed chapters are no one's to edit."""
    state: State = {}
    for path in (*all_inputs(), *all_pages()):
        if path.suffix != ".ipynb" or paths.BOOK not in path.parents:
            try:
                told = path.stat()
            except FileNotFoundError:
                continue
            state[path] = (told.st_size, told.st_mtime_ns)
    return state
