"""The page for maintainers: what was measured as tables of ratios, and charts of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measured import Row, read_rows

COLOUR, LIMIT = "#1f5a8a", "#b3541e"
TITLES = {
    "chapters": "Running the chapters and building the book",
    "cores": "Cores",
    "tabulation": "All tables of a survey",
    "growth": "Growth",
    "memory": "Memory of a large survey",
    "pages": "Size of the site",
}
# The targets that a ratio is held against: by what was measured and against what, the most (or, below 0, the least).
TARGETS = {
    ("plain papermill, one after another", "run"): ("at least", 4.0),
    ("run", "cells' own time"): ("at most", 1.5),
    ("run and build, nothing changed", "run and build"): ("below", 0.1),
    ("run and build, one chapter edited", "run and build"): ("below", 0.25),
    ("unweighted", "target of 2 seconds"): ("at most", 1.0),
    ("weighted", "target of 3 seconds"): ("at most", 1.0),
}
HEAD = """# Benchmarks

`make benchmark` measures all of this again and writes this page, `results.csv`, `machine.csv` and the charts. Only
ratios can be compared between machines: each is of two measurements of the same session. A single measurement says
little where other work goes on at the same time; the load before the last session is given under the machine.
"""
LOADED, EDITED = ("loading what chapters import", "loading what builds pages"), "run and build, one chapter edited"
# Loading is measured by itself; the figures come from the table above it.
WHY = """Two targets are missed where chapters take little to run, because loading libraries takes as long as it did. Of
the {run} seconds of a run, {chapters} go by on one core before a kernel can be forked that holds what chapters import
(pandas, matplotlib, seaborn and SciPy); the rest, {rest} times the cells' time over the cores, is cells, Jupyter's
messages, and the last chapter, which runs alone. When one chapter is edited, {loaded} of {edited} seconds ({part}%) are
loading, for one kernel and for Jupyter Book: {of_clean}% of the clean time by themselves. However many chapters and
waves there are, it is the same few seconds. `make write` holds what chapters import between one save and the next.
"""


def write(folder: Path) -> None:
    """Write README.md and the charts into the folder that holds results.csv and machine.csv."""
    rows = read_rows(folder / "results.csv")
    parts = [_part(folder, name, [row for row in rows if row.part == name]) for name in TITLES]
    with (folder / "machine.csv").open(newline="") as file:
        here = list(csv.reader(file))
    listed = _table(here[0], here[1:])
    (folder / "README.md").write_text("\n".join([HEAD, *filter(None, parts), "## Machine and versions\n", listed]))


def _part(folder: Path, name: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    drawn = [f"![{TITLES[name]}: {kind}]({file})\n" for kind, file in _charts(folder, name, rows)]
    cells = [[row.what, row.setting, _ratio(row), row.against, _value(row), target(row), row.note] for row in rows]
    head = ["measured", "of", "ratio", "to", "value", "target", "note"]
    measured = {row.what for row in rows}
    why = [WHY.format(**_loading(rows))] if {*LOADED, EDITED} <= measured else []
    return "\n".join([f"## {TITLES[name]}\n", *drawn, _table(head, cells), *why])


def _loading(rows: Sequence[Row]) -> dict[str, str]:
    """How much of the times is loading: on one core, before anything of the study is done."""
    loads = [_of(rows, what) for what in LOADED]
    run, edited, loaded = _of(rows, "run"), _of(rows, EDITED), sum(row.value for row in loads)
    found = {
        "run": run.value,
        "chapters": loads[0].value,
        "rest": (run.value - loads[0].value) * run.ratio / run.value,
        "edited": edited.value,
        "loaded": loaded,
    }
    parts = {"part": loaded / edited.value, "of_clean": sum(row.ratio for row in loads)}
    return {name: f"{value:.1f}" for name, value in found.items()} | {
        name: f"{100 * part:.0f}" for name, part in parts.items()
    }


def _of(rows: Sequence[Row], what: str) -> Row:
    return next(row for row in rows if row.what == what)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _ratio(row: Row) -> str:
    return f"{row.ratio:.3g}" if row.value else "not measured"


def _value(row: Row) -> str:
    return f"{row.value:.3g} {row.unit}" if row.value else ""


def target(row: Row) -> str:
    """The target of a ratio and whether it is met; nothing where there is none."""
    for (what, against), (kind, limit) in TARGETS.items():
        if row.what == what and row.against.startswith(against) and (against != "run" or row.against == "run"):
            met = row.ratio >= limit if kind == "at least" else row.ratio <= limit
            return f"{kind} {limit:g}: {'met' if met else 'missed'}"
    return ""


# Charts


def _charts(folder: Path, part: str, rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Draw a part's rows; returns what each chart shows and its file."""
    measured = [row for row in rows if row.value]
    if part == "growth":
        kinds = list(dict.fromkeys(row.what for row in measured))
        return [
            (kind, _draw(folder, f"growth-{kind}", _curve, [r for r in measured if r.what == kind])) for kind in kinds
        ]
    return [("ratios", _draw(folder, part, _bars, measured))] if measured else []


def _draw(folder: Path, name: str, how: Callable[..., None], rows: Sequence[Row]) -> str:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with pyplot.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "font.size": 9}):
        figure, axes = pyplot.subplots(figsize=(7.5, 3.2 if how is _curve else 0.8 + 0.38 * len(rows)))
        how(axes, rows)
        axes.spines[["top", "right"]].set_visible(False)
        file = f"{name}.svg"
        figure.savefig(folder / file, bbox_inches="tight", metadata={"Date": None})
        pyplot.close(figure)
    return file


def _curve(axes: Any, rows: Sequence[Row]) -> None:
    places, ratios = [int(row.setting) for row in rows], [row.ratio for row in rows]
    axes.loglog(places, ratios, "o-", color=COLOUR)
    straight = [place * ratios[-1] / places[-1] for place in places]
    axes.loglog(places, straight, ":", color=LIMIT)
    axes.annotate("in proportion", (places[0], straight[0]), color=LIMIT, xytext=(4, -10), textcoords="offset points")
    axes.set(xlabel=rows[0].what, ylabel=f"time, to {rows[0].against}")


def _bars(axes: Any, rows: Sequence[Row]) -> None:
    names = [f"{row.what}\nto {row.against}" for row in rows]
    # Each bar starts at 1: on a scale of ratios there is no 0 to start from.
    axes.barh(range(len(rows)), [row.ratio - 1 for row in rows], left=1, color=COLOUR, height=0.6)
    axes.set_yticks(range(len(rows)), names, fontsize=7)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1, color=LIMIT, linestyle=":")
    for place, row in enumerate(rows):
        axes.annotate(f"{row.ratio:.3g}", (max(row.ratio, 1), place), xytext=(4, -3), textcoords="offset points")
    axes.set_xlim(min(0.5, *(row.ratio / 2 for row in rows)), max(2, *(4 * row.ratio for row in rows)))
    axes.set_xlabel("ratio")
