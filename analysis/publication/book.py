"""Building the book: its pages from the executed chapters and the written pages, without running anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding, InputError
from analysis.publication.crate import BUILD_INFO
from analysis.publication.freshness import forget_site, note_site, site_inputs

# Every warning counts, and is shown. Pages are always built anew: a page that is left as it was built before
# warns of nothing.
STRICT = ("--all", "-W", "-n", "--keep-going", "-q")
# The command of Jupyter Book, which has no option for Sphinx's own: pages side by side, on all cores.
JUPYTER_BOOK = """from functools import partial
from os import cpu_count
from jupyter_book import sphinx
sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=cpu_count())
from jupyter_book.cli.main import main
main()"""


def build_book(draft_only: bool = False) -> Path:
    """Build the book; returns its folder. Raises InputError with every warning if there is one.

    The book is made in a folder of its own, and takes the place of the one before only when it is complete. A book
    that is a draft only is never taken for one that may be published.
    """
    inputs = site_inputs()
    paths.BUILD.mkdir(exist_ok=True)
    # A folder of its own for each build: two at a time must not mix their pages.
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=paths.BUILD))
    try:
        command = [sys.executable, "-c", JUPYTER_BOOK, "build", ".", *STRICT, "--path-output", str(draft)]
        environment = {**os.environ, "ANALYSIS_PROJECT": str(paths.PROJECT)}
        built = subprocess.run(command, cwd=paths.PROJECT, env=environment, capture_output=True, text=True, check=False)
        if built.returncode:
            raise InputError(_findings(built.stdout + built.stderr))
        forget_site()
        shutil.rmtree(paths.SITE, ignore_errors=True)
        # Sphinx would know by it whether to build anew; where its packages lie elsewhere, the same book differs in it.
        (draft / "_build" / "html" / BUILD_INFO).unlink(missing_ok=True)
        (draft / "_build" / "html").rename(paths.SITE)
        if not draft_only:
            note_site(inputs)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return paths.SITE


def _findings(log: str) -> list[Finding]:
    """What a failed build said, without the paths of this machine."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{paths.PROJECT}/", "")
    lines = [line.strip() for line in plain.splitlines()]
    marks = ("WARNING:", "ERROR:", "CRITICAL:", "error:", "Error:")
    told = [line for line in lines if any(mark in line for mark in marks)] or lines[-20:]
    return [Finding("the book", line, "a build without warnings") for line in dict.fromkeys(told) if line]
