"""`python -m benchmarks [PART ...]`: measure everything, or these parts, and write the page for maintainers again."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import chapters, growth, page, tabulating
from benchmarks.measured import FOLDER, Row, machine, read_rows, write_rows

# Each part measures some kinds of rows, which take the place of those from the time before.
PARTS: dict[str, Callable[[], list[Row]]] = {
    "chapters": chapters.rows,
    "tabulation": lambda: tabulating.tables(1_000_000, 45, times=3, for_r=2),
    "growth": lambda: [
        *growth.by_responses([1_000, 10_000, 100_000, 1_000_000, 10_000_000], questions=45, standard=1_000_000),
        *growth.by_questions([5, 15, 45, 135], size=100_000, standard=45),
        *growth.by_waves([1, 2, 5, 10, 25, 50], chapter="topline"),
    ],
    "memory": lambda: growth.by_memory({"commissioners": 10_000_000, "third_sector": 1_000_000}),
}


def main(wanted: Sequence[str], parts: dict[str, Callable[[], list[Row]]], folder: Path) -> None:
    """Measure these parts and write results.csv, machine.csv, README.md and its charts into a folder."""
    path = folder / "results.csv"
    rows = read_rows(path) if path.exists() else []
    here = machine()
    for name in wanted or parts:
        print(f"Measuring: {name}", flush=True)
        new = parts[name]()
        replaced = {row.part for row in new}
        rows = [row for row in rows if row.part not in replaced] + new
        write_rows(path, rows)
    with (folder / "machine.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("what", "value"), *here.items()])
    page.write(folder)


if __name__ == "__main__":
    main(sys.argv[1:], PARTS, FOLDER)
