"""Keeping what was made: a file is there whole or as it was before, and is touched only if it changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path


def keep(path: Path, content: str | bytes) -> bool:
    """Put this content in the file; returns whether that changed anything."""
    new = content.encode("utf-8") if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == new:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
        # A temporary file is closed to others; what is kept is as open as any file of the study.
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return True


def sweep(folder: Path, names: Collection[str]) -> None:
    """Remove executed chapters whose chapter is gone."""
    for path in folder.glob("*.ipynb"):
        if path.name not in names:
            path.unlink()
