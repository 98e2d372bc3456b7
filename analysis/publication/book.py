"""Building the book: its pages from the executed chapters and the written pages, without running anything."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding, refuse
from analysis.publication.crate import BUILD_INFO
from analysis.publication.freshness import forget_site, note_site, site_inputs
from analysis.publication.made import clear_away
from analysis.publication.reuse import keep_read, lay_out

# Every warning counts, and is shown. A page is left as it was only in a book that was built without any.
STRICT = ("-W", "-n", "--keep-going", "-q")
# The command of Jupyter Book, which has no option for Sphinx's own: pages side by side, on all cores. They are many
# small objects that are needed to the end: a sixth of the time would go into looking for those that are not.
JUPYTER_BOOK = """import gc
gc.set_threshold(50_000, 50, 50)
from functools import partial
from os import cpu_count
from jupyter_book import sphinx
sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=cpu_count())
from jupyter_book.cli.main import main
main()"""


def build_book(draft_only: bool = False, every_page: bool = False) -> Path:
    """Build the book; returns its folder. Raises InputError with every warning if there is one.

    A book with a sentence that its wave contradicts is refused, unless it is to be a draft only.
    The book is made in a folder of its own, and takes the place of the one before only when it is complete. A book
    that is a draft only is never taken for one that may be published. Pages that would come out as they are in the
    book before are taken from it, unless every page is to be made anew.
    """
    inputs = site_inputs()
    paths.BUILD.mkdir(exist_ok=True)
    # A folder of its own for each build: two at a time must not mix their pages.
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=paths.BUILD))
    chapters = [] if draft_only else sorted(paths.BOOK.glob("*/*.ipynb"))
    made = draft / "_build"
    try:
        reused = not every_page and lay_out(made, inputs)
        wrong = _build(draft, chapters, [] if reused else ["--all"])
        if wrong and reused:
            # It is told as by a build of every page: of pages that were left nothing is told.
            shutil.rmtree(made)
            wrong = _build(draft, chapters, ["--all"])
        refuse(wrong)
        forget_site()
        shutil.rmtree(paths.SITE, ignore_errors=True)
        # Sphinx would know by it whether to build anew; where its packages lie elsewhere, the same book differs in it.
        (made / "html" / BUILD_INFO).unlink(missing_ok=True)
        (made / "html").rename(paths.SITE)
        keep_read(made)
        note_site(inputs, draft_only)
        clear_away()
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return paths.SITE


def _build(draft: Path, chapters: list[Path], options: Sequence[str]) -> list[Finding]:
    """Build the pages; returns what is wrong with them.

    Meanwhile these chapters are searched for sentences that their wave contradicts. Raises InputError if there are any.
    """
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", ".", *STRICT, *options, "--path-output", str(draft)]
    environment = {**os.environ, "ANALYSIS_PROJECT": str(paths.PROJECT)}
    # In a session of its own, so that all its processes can be ended together.
    with subprocess.Popen(
        command, cwd=paths.PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as building:  # fmt: skip
        try:
            from analysis.publication.drafts import drafts

            refuse(drafts(chapters))
            log, _ = building.communicate()
        except BaseException:
            os.killpg(building.pid, signal.SIGKILL)
            raise
    return _findings(log) if building.returncode else []


def _findings(log: str) -> list[Finding]:
    """What a failed build said, without the paths of this machine."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{paths.PROJECT}/", "")
    lines = [line.strip() for line in plain.splitlines()]
    marks = ("WARNING:", "ERROR:", "CRITICAL:", "error:", "Error:")
    told = [line for line in lines if any(mark in line for mark in marks)] or lines[-20:]
    return [Finding("the book", line, "a build without warnings") for line in dict.fromkeys(told) if line]
