"""A wave's folder appears whole or not at all, also where the command is killed half-way."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from analysis import paths
from analysis.inputs.alone import alone_in

# Beside the folder of waves, on the same disk: what is half made is no wave, and can be put in place by one renaming.
DRAFT = ".adding-"
MADE, BEFORE = "made", "before"


def put_in_place(name: str, files: Mapping[str, bytes], removed: Collection[str] = ()) -> Path:
    """Make a wave's folder of these files, or change these of its files, at once. Returns the folder.

    Everything is written to a folder beside; then that is renamed. If the wave is there already, its other files
    come along, and the folder that it was is put aside first and removed last.
    """
    home = paths.WAVES / name
    with alone_in(paths.WAVES.parent, "the adding of a wave"):
        clear_away()
        draft = Path(tempfile.mkdtemp(dir=paths.WAVES.parent, prefix=f"{DRAFT}{name}-"))
        try:
            _fill(draft / MADE, home, files, removed)
            _exchange(draft, home)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return home


def bring_back() -> None:
    """Finish what a killed command left, so that no wave is missing. Raises InputError while a wave is being added."""
    if any(_drafts()):
        with alone_in(paths.WAVES.parent, "the adding of a wave"):
            clear_away()


def _fill(made: Path, home: Path, files: Mapping[str, bytes], removed: Collection[str]) -> None:
    if home.exists():
        shutil.copytree(home, made, symlinks=True)
    for name in removed:
        (made / name).unlink(missing_ok=True)
    for name, content in files.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    made.chmod(0o755)


def _exchange(draft: Path, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    if not home.exists():
        os.rename(draft / MADE, home)
        return
    os.rename(home, draft / BEFORE)
    try:
        os.rename(draft / MADE, home)
    except BaseException:
        os.rename(draft / BEFORE, home)
        raise


def clear_away() -> None:
    """Remove what a killed command left behind. A wave that it had put aside and not yet replaced comes back."""
    for draft in _drafts():
        name = draft.name.removeprefix(DRAFT).rpartition("-")[0]
        if (draft / BEFORE).exists() and not (paths.WAVES / name).exists():
            os.rename(draft / BEFORE, paths.WAVES / name)
        shutil.rmtree(draft, ignore_errors=True)


def _drafts() -> Iterator[Path]:
    return (path for path in sorted(paths.WAVES.parent.glob(f"{DRAFT}*")) if path.is_dir())
