"""Plain papermill: the chapters of a study one after another, each with a kernel of its own.

Arguments: the folder of the chapters, the wave, the folder for what is executed and for the cells' own time.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import papermill


def own_time(notebook: object) -> float:
    """The seconds that papermill noted for the cells of an executed notebook."""
    cells = notebook.cells  # type: ignore[attr-defined]
    return sum(cell.metadata.get("papermill", {}).get("duration") or 0.0 for cell in cells)


def run(chapters: list[Path], wave: str, target: Path) -> float:
    """Run these chapters over a wave, in this order; returns the sum of the cells' own time."""
    target.mkdir(parents=True, exist_ok=True)
    total = 0.0
    for path in chapters:
        executed = papermill.execute_notebook(
            str(path), str(target / path.name), {"wave": wave}, kernel_name="python3", language="python",
            cwd=str(path.parent), progress_bar=False,
        )  # fmt: skip
        total += own_time(executed)
    return total


if __name__ == "__main__":
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    source, named, kept = sys.argv[1:]
    names = sorted(path for path in Path(source).glob("*.ipynb"))
    Path(kept, "seconds").write_text(str(run(names, named, Path(kept))))
