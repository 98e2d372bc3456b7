"""The sheet on which a chart is drawn: pixels from the top left corner, percentages along its scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from math import nan
from typing import TYPE_CHECKING, Any, Literal

from analysis.display.lettering import LINE
from analysis.display.palette import PAINT
from analysis.display.svg import compact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Anchor = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Page:
    """A page to draw for: its width and the size of its letters in pixels, and whether labels stand beside marks."""

    name: str
    width: float
    size: float
    beside: bool

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return round(self.size * LINE, 1)


# As wide as the text of a page on a screen of 1280 pixels, and of 320.
WIDE, NARROW = Page("wide", 680, 13.5, True), Page("narrow", 288, 13, False)


@dataclass(frozen=True)
class Scale:
    """Where percentages lie: `start` at pixel `left`, and so many pixels a point."""

    left: float
    per_point: float
    start: float = 0.0

    def x(self, percent: float) -> float:
        return self.left + (percent - self.start) * self.per_point


@dataclass(frozen=True)
class Canvas:
    """A drawing in the making. Everything on it has a role, which its paint comes from."""

    page: Page
    figure: Figure
    axes: Axes
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    marks: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def text(self, x: float, y: float, words: str, role: str = "label", anchor: Anchor = "left") -> None:
        """Words whose middle line is at y."""
        self.axes.text(x, y + 0.36 * self.page.size, words, ha=anchor, va="baseline", gid=role,
                       fontsize=self.page.size, parse_math=False, zorder=_order(role))  # fmt: skip

    def block(self, x: float, y: float, lines: Sequence[str], role: str = "label", anchor: Anchor = "left") -> None:
        """Lines of words that have their middle, all together, at y."""
        top = y - (len(lines) - 1) * self.page.line / 2
        for place, line in enumerate(lines):
            self.text(x, top + place * self.page.line, line, role, anchor)

    def line(self, xs: Sequence[float], ys: Sequence[float], role: str) -> None:
        """A line through these places. Lines are drawn at the end, all of a role at once: one by one is slow."""
        between = [(nan, nan)] if self.lines.get(role) else []
        self.lines.setdefault(role, []).extend([*between, *zip(xs, ys, strict=True)])

    def box(self, left: float, right: float, y: float, height: float, role: str, opacity: float = 1.0) -> None:
        """A box with its middle line at y. Where it lets light through, that is the page's, not the scale's lines."""
        self._box(left, right, y, height, "blank", 1.0)
        self._box(left, right, y, height, role, opacity)

    def _box(self, left: float, right: float, y: float, height: float, role: str, opacity: float) -> None:
        from matplotlib.patches import Rectangle

        corner, alpha = (left, y - height / 2), opacity if opacity < 1 else None
        self.axes.add_patch(Rectangle(corner, right - left, height, gid=role, alpha=alpha, zorder=_order(role)))

    def spots(self, xs: Sequence[float], ys: Sequence[float], role: str) -> None:
        """Round marks, or diamonds, all of one role. They are drawn last, all of a role at once: one by one is slow."""
        self.marks.setdefault(role, []).extend(zip(xs, ys, strict=True))

    def draw_lines(self) -> None:
        """Draw the lines, with a gap between one and the next."""
        for role, places in self.lines.items():
            xs, ys = zip(*places, strict=True)
            self.axes.plot(xs, ys, gid=role, zorder=_order(role), clip_on=False)

    def draw_spots(self) -> None:
        import seaborn as sns

        for role, places in ((role, places) for role, places in self.marks.items() if places):
            xs, ys = zip(*places, strict=True)
            before = len(self.axes.collections)
            sns.scatterplot(x=xs, y=ys, ax=self.axes, legend=False, zorder=_order(role), clip_on=False)
            for collection in self.axes.collections[before:]:
                collection.set_gid(role)


def _order(role: str) -> int:
    """What lies over what: the order in which the kinds of marks are listed."""
    return list(PAINT).index(role.split(" ")[0])


def draw(page: Page, height: float, onto: Callable[[Canvas], None]) -> str:
    """The SVG of what a function puts onto a canvas of this height."""
    import matplotlib as mpl

    mpl.use("svg")
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "chart", "path.simplify": False}
    with mpl.rc_context(settings):
        from matplotlib.figure import Figure
        from matplotlib.ticker import NullLocator

        figure = Figure(figsize=(page.width / 72, height / 72), dpi=72)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, page.width), ylim=(height, 0))
        axes.set_axis_off()
        # Nobody sees them: ticks would be worked out for every mark.
        axes.xaxis.set_major_locator(NullLocator())
        axes.yaxis.set_major_locator(NullLocator())
        canvas = Canvas(page, figure, axes)
        onto(canvas)
        canvas.draw_lines()
        canvas.draw_spots()
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return compact(out.getvalue(), page.name, page.size)
