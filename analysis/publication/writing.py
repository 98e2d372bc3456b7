"""Writing with the book open: what is saved is run, built, and shown in the browser, by itself.

The pages shown are a preview, kept apart from the book: it is built without the strictness of a book that may be
published, and of written pages only those are made anew that were edited.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from itertools import chain
from pathlib import Path

from analysis import paths
from analysis.publication.book import JUPYTER_BOOK
from analysis.publication.kernels import ADDRESS, CAN_FORK, kernel_address
from analysis.publication.serving import serving
from analysis.publication.watching import saved

Say = Callable[[str], None]


def keep_shown(port: int, say: Say) -> None:
    """Serve the book, and make it anew whenever something is saved, until it is interrupted.

    Raises InputError if the port is taken.
    """
    pages = _folder() / "_build" / "html"
    pages.mkdir(parents=True, exist_ok=True)
    with serving(pages, port) as (address, news):
        say("The book is being made.")
        later = saved()
        try:
            for changed in chain([None], later):
                wrong = renew(changed)
                news.tell(wrong)
                say(wrong or f"Shown: {address}/book/index.html")
        except KeyboardInterrupt:
            say("Stopped.")


def renew(changed: Collection[Path] | None) -> str:
    """Make the pages anew that follow from these files, or all of them; returns what keeps them from it, if any."""
    environment = {**os.environ, **({ADDRESS: kernel_address()} if CAN_FORK else {})}
    for command in ([sys.executable, "-m", "analysis", "run"], _building(changed)):
        done = subprocess.run(
            command, cwd=paths.PROJECT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            return _last_lines(done.stderr.decode())
    return ""


def _building(changed: Collection[Path] | None) -> list[str]:
    """The command that builds the preview: pages that were edited, or every page if anything else was."""
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", ".", "--path-output", str(_folder()), "-q"]
    if changed is not None and all(_is_written(path) for path in changed):
        return command
    shutil.rmtree(_folder() / "_build" / ".doctrees", ignore_errors=True)
    return [*command, "--all"]


def _is_written(path: Path) -> bool:
    """Whether a file is a chapter or a page, which decides about no page but its own."""
    return path.parent == paths.CHAPTERS or (path.suffix == ".md" and paths.BOOK in path.parents)


def _folder() -> Path:
    return paths.BUILD / "write"


def _last_lines(log: str) -> str:
    """What a command says that failed, without its progress."""
    lines = [line.rpartition("\r")[2] for line in log.splitlines()]
    return "\n".join([line for line in lines if line.strip() and not line.startswith("Chapters: ")][-20:])
