"""Drawings of change: a dumbbell a statistic for two waves, a line a statistic for more of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, CLEAR, QUIET, BAND = "#1f2933", "#2f6f9f", "#8a97a3", "#c9dcea"


@dataclass(frozen=True)
class Point:
    """A share in one wave, in percent: a point, or where it is known as a range only, the range."""

    least: float
    greatest: float
    interval: tuple[float, float] | None = None

    @property
    def is_exact(self) -> bool:
        return self.greatest - self.least <= 1


@dataclass(frozen=True)
class Dumbbell:
    """One statistic in two waves; `emphasis` where its change is clear, `note` beside it. A heading has no points."""

    label: str
    before: Point | None = None
    after: Point | None = None
    note: str = ""
    emphasis: bool = False


@dataclass(frozen=True)
class Trend:
    """One statistic in several waves, in their order; None where a wave does not tell it.

    `joined[i]`: whether point i may be joined with the one before it.
    """

    label: str
    points: tuple[Point | None, ...]
    joined: tuple[bool, ...]


def dumbbells(lines: Sequence[Dumbbell], alt: str) -> str:
    """Hollow points for the wave before, full ones for this wave, as SVG inside HTML."""
    wrapped = [fill(line.label, 46) for line in lines]
    heights = [0.24 + 0.17 * label.count("\n") for label in wrapped]
    places = [sum(heights[:i]) + heights[i] / 2 for i in range(len(heights))]
    figure, axes = _axes(sum(heights) + 0.55)
    for place, line in zip(places, lines, strict=True):
        _dumbbell(axes, place, line)
    axes.set(ylim=(sum(heights), 0), xlim=(0, 108))
    axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_yticks(places, wrapped)
    for tick, line in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_multialignment("right")
        tick.set_fontweight("bold" if line.after is None and line.before is None else "normal")
    return _svg(figure, alt)


def _dumbbell(axes: Axes, place: float, line: Dumbbell) -> None:
    if line.before is None or line.after is None:
        return
    colour = CLEAR if line.emphasis else QUIET
    ends = _middle(line.before), _middle(line.after)
    if line.before.is_exact:
        axes.plot(ends, [place, place], color=colour, linewidth=2.6 if line.emphasis else 1.6, zorder=2)
        axes.plot([ends[0]], [place], "o", color=colour, markerfacecolor="white", markersize=6.5, zorder=3)
    else:
        width = line.before.greatest - line.before.least
        axes.barh(place, width, left=line.before.least, height=0.14, color=BAND, edgecolor=colour, linewidth=0.8)
    axes.plot([ends[1]], [place], "o", color=colour, markersize=6.5, zorder=4)
    axes.text(max(line.before.greatest, line.after.greatest) + 2, place, line.note, va="center", color=INK, fontsize=10)


def trends(lines: Sequence[Trend], waves: Sequence[str], alt: str) -> str:
    """A small chart for each statistic, the waves from left to right; breaks are gaps in the line."""
    columns = 2
    rows = -(-len(lines) // columns)
    figure, grid = _grid(rows, columns)
    for axes, line in zip(grid, lines, strict=False):
        _trend(axes, line)
        axes.set_title(fill(line.label, 44), fontsize=9.5, loc="left", color=INK)
        axes.set(ylim=(0, 100), xlim=(-0.3, len(waves) - 0.7))
        axes.set_xticks(range(len(waves)), [fill(wave, 16) for wave in waves], fontsize=8.5)
        axes.set_yticks([0, 50, 100], ["0%", "50%", "100%"], fontsize=8.5)
        axes.grid(axis="y", color="#d5dae0", linewidth=0.6)
    for axes in grid[len(lines) :]:
        axes.set_visible(False)
    return _svg(figure, alt)


def _trend(axes: Axes, line: Trend) -> None:
    for place, point in enumerate(line.points):
        if point is None:
            continue
        before = line.points[place - 1] if place and line.joined[place] else None
        if before is not None and before.is_exact and point.is_exact:
            axes.plot([place - 1, place], [_middle(before), _middle(point)], color=CLEAR, linewidth=1.6)
        if point.is_exact:
            low, high = point.interval or (point.least, point.greatest)
            axes.plot([place, place], [low, high], color=INK, linewidth=1)
            axes.plot([place], [_middle(point)], "o", color=CLEAR, markersize=5.5)
        else:
            axes.bar(place, point.greatest - point.least, bottom=point.least, width=0.16, color=BAND, edgecolor=CLEAR)


def _middle(point: Point) -> float:
    return (point.least + point.greatest) / 2


def _axes(height: float) -> tuple[Figure, Any]:
    figure = _figure((7.2, height))
    axes = figure.subplots()
    axes.grid(axis="x", color="#d5dae0", linewidth=0.6)
    _plain(axes)
    return figure, axes


def _grid(rows: int, columns: int) -> tuple[Figure, list[Any]]:
    figure = _figure((7.2, 1.75 * rows))
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in grid:
        _plain(axes)
    return figure, grid


def _plain(axes: Any) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _figure(size: tuple[float, float]) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")


def _svg(figure: Figure, alt: str) -> str:
    """The drawing as SVG inside HTML: its text is text, its description the numbers."""
    import matplotlib as mpl

    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "change", "font.family": "sans-serif"}
    out = StringIO()
    with mpl.rc_context(settings):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = out.getvalue()
    return f'<div class="drawing" role="img" aria-label="{escape(alt, quote=True)}">{svg[svg.index("<svg") :]}</div>'
