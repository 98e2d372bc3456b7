"""What people answered never enters the history of the project: no file of responses may be known to git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.inputs.waves import PRIVATE


def tracked_findings() -> Iterator[Finding]:
    """Every file in the folder of a wave's responses that git tracks. Where there is no git there is none."""
    for name in tracked():
        expected = f"a file that git does not know: git rm --cached, and keep {PRIVATE}/ out with .gitignore"
        yield Finding(paths.shown(paths.WAVES / name), "responses that git tracks", expected)


def tracked() -> list[str]:
    """The files of responses that git tracks, as paths inside the folder of the waves."""
    command = ["git", "ls-files", "-z", "--", f":(glob)*/{PRIVATE}/**"]
    try:
        found = subprocess.run(command, cwd=paths.WAVES, capture_output=True, text=True, check=False)
    except OSError:
        # No git, or no waves.
        return []
    return [name for name in found.stdout.split("\0") if name] if found.returncode == 0 else []
