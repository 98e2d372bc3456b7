"""Statements that respondents agreed or disagreed with: agreement to the right of a middle line, the contrary left.

Both sides start at the same line, so that every bar can be compared and a side that is not known can be left
out. Those who did neither are a column of their own: they stand for no direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from analysis.display.canvas import NARROW, WIDE, Canvas, Page, Scale, draw
from analysis.display.lettering import widest, width, wrapped
from analysis.display.palette import Tone
from analysis.display.plotted import Drawing, Number, Opinion
from analysis.display.shares import BESIDE, GAP, LANE, label_width

STEP = 25
# Pixels: the most that the labels and the words over the column beside the bars take.
LABELS, COLUMN = 215, 80


@dataclass(frozen=True)
class Sides:
    """What the two sides and the column beside them are called: the words of the answers."""

    agree: str = "agreed"
    disagree: str = "disagreed"
    neither: str = "neither"


@dataclass(frozen=True)
class Layout:
    """Where things lie on one page: the labels, the scale around its middle line, the words over the columns."""

    page: Page
    labels: float
    scale: Scale
    reach: tuple[int, int]
    column_lines: list[str]

    @property
    def head(self) -> float:
        """The height of the words over the columns."""
        return self.page.line * max(1, len(self.column_lines)) + 8


@dataclass(frozen=True)
class Place:
    """Where a statement lies: its label's lines and their middle, the middle of its bars, and where it ends."""

    statement: Opinion
    lines: list[str]
    label_y: float
    mark_y: float
    end: float


def opinions(statements: Sequence[Opinion], sides: Sides | None = None) -> Drawing:
    """Draw statements one a line; raises ValueError where there is none."""
    if not statements:
        raise ValueError("a chart without a statement")
    return Drawing(*(_drawn(statements, sides or Sides(), page) for page in (WIDE, NARROW)))


def _drawn(statements: Sequence[Opinion], sides: Sides, page: Page) -> str:
    layout = _layout(statements, sides, page)
    places = list(_places(statements, layout))
    end = places[-1].end
    spans = [(layout.head, end)]
    if not page.beside:
        spans = [(place.mark_y - LANE / 2, place.mark_y + LANE / 2) for place in places]

    def onto(canvas: Canvas) -> None:
        _draw_heads(canvas, layout, sides)
        for place in places:
            _draw_label(canvas, layout, place)
            _draw_statement(canvas, layout, place, sides)
        _draw_grid(canvas, layout, spans, end + page.line * 0.6)

    return draw(page, end + page.line * 1.2, onto)


def _places(statements: Sequence[Opinion], layout: Layout) -> Iterator[Place]:
    y, page = layout.head, layout.page
    for statement in statements:
        lines = wrapped(statement.label, layout.labels + 0.01, page.size)
        tall = len(lines) * page.line
        if page.beside:
            end = y + max(LANE, tall) + 6
            yield Place(statement, lines, (y + end) / 2, (y + end) / 2, end)
        else:
            # Those who did neither have a line of words under the bars: there is no room for a column.
            end = y + tall + LANE + (page.line if statement.neither.known else 0) + 8
            yield Place(statement, lines, y + tall / 2, y + tall + LANE / 2, end)
        y = end


def _layout(statements: Sequence[Opinion], sides: Sides, page: Page) -> Layout:
    labels = label_width(page, [statement.label for statement in statements], LABELS)
    agreed, disagreed = [one.agree for one in statements], [one.disagree for one in statements]
    neither = [one.neither.said for one in statements if one.neither.known]
    column, lines = 0.0, list[str]()
    if neither and page.beside:
        lines = wrapped(sides.neither, COLUMN, page.size, bold=True)
        column = max(widest(neither, page.size), widest(lines, page.size, bold=True)) + GAP
    left, right = _Side(disagreed, f"← {sides.disagree}", page), _Side(agreed, f"{sides.agree} →", page, STEP)
    start = labels + GAP if page.beside else 0
    per_point = _fitted(left, right, page.width - start - column)
    return Layout(page, labels, Scale(start + left.width(per_point), per_point), (left.reach, right.reach), lines)


@dataclass(frozen=True)
class _Side:
    """One side of the chart: its numbers, and the words over it."""

    numbers: Sequence[Number]
    words: str
    page: Page
    least: int = 0

    @property
    def reach(self) -> int:
        """How far its scale has to go, in whole steps."""
        return max(self.least, STEP * ceil(max((number.end or 0 for number in self.numbers), default=0) / STEP))

    def width(self, per_point: float) -> float:
        """Its longest bar with its number, its scale with half a word of the axis, or the words over it."""
        size = self.page.size
        bars = [
            (number.end or 0) * per_point + BESIDE + width(number.said, size) for number in self.numbers if number.known
        ]
        axis = self.reach * per_point + width("100%", size) / 2
        return max([axis, *bars, width(self.words, size, bold=True) + 6 if self.reach else 0])


def _fitted(left: _Side, right: _Side, room: float) -> float:
    """The most pixels a point with which both sides fit the room."""
    few, many = 0.0, room
    while many - few > 0.001:
        middle = (few + many) / 2
        fits = left.width(middle) + right.width(middle) <= room
        few, many = (middle, many) if fits else (few, middle)
    return few


def _draw_heads(canvas: Canvas, layout: Layout, sides: Sides) -> None:
    page, middle = layout.page, layout.scale.x(0)
    y = layout.head - 6 - page.line / 2
    canvas.text(middle + 6, y, f"{sides.agree} →", "heading")
    if layout.reach[0]:
        canvas.text(middle - 6, y, f"← {sides.disagree}", "heading", "right")
    lines = layout.column_lines
    canvas.block(page.width, y - (len(lines) - 1) * page.line / 2, lines, "heading", "right")


def _draw_label(canvas: Canvas, layout: Layout, place: Place) -> None:
    if layout.page.beside:
        canvas.block(layout.labels, place.label_y, place.lines, anchor="right")
    else:
        canvas.block(0, place.label_y, place.lines)


def _draw_statement(canvas: Canvas, layout: Layout, place: Place, sides: Sides) -> None:
    statement, page = place.statement, layout.page
    _draw_side(canvas, layout.scale, statement.agree, place.mark_y, 1, statement.tone)
    _draw_side(canvas, layout.scale, statement.disagree, place.mark_y, -1, "contrary")
    if statement.neither.known and page.beside:
        canvas.text(page.width, place.mark_y, statement.neither.said, "value", "right")
    elif statement.neither.known:
        y = place.mark_y + LANE / 2 + page.line / 2
        canvas.text(0, y, f"{sides.neither}: {statement.neither.said}", "tick")


def _draw_side(canvas: Canvas, scale: Scale, number: Number, y: float, sign: int, tone: Tone) -> None:
    if number.end is None:
        return
    if number.percent is not None:
        left, right = sorted((scale.x(0), scale.x(sign * number.percent)))
        canvas.box(left, right, y, 15, f"bar {tone}")
    if number.low is not None and number.high is not None:
        left, right = sorted((scale.x(sign * number.low), scale.x(sign * number.high)))
        if number.percent is None:
            canvas.box(left, right, y, 11, f"band {tone}")
        else:
            canvas.line([left, right], [y, y], "casing")
            canvas.line([left, right], [y, y], "bar-interval")
    canvas.text(scale.x(sign * number.end) + sign * BESIDE, y, number.said, "value", "left" if sign > 0 else "right")


def _draw_grid(canvas: Canvas, layout: Layout, spans: Sequence[tuple[float, float]], axis_y: float) -> None:
    left, right = layout.reach
    # Words of the axis need room between them.
    apart = width("100%", layout.page.size) + 6
    worded = next(step for step in (STEP, 2 * STEP, 4 * STEP) if step * layout.scale.per_point > apart or step == 100)
    for percent in range(-left, right + 1, STEP):
        x = layout.scale.x(percent)
        for top, bottom in spans:
            canvas.line([x, x], [top, bottom], "axis" if percent == 0 else "grid")
        if percent % worded == 0:
            canvas.text(x, axis_y, f"{abs(percent)}%", "tick", "center")
