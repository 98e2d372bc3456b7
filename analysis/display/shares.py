"""Shares drawn one a line: as dots with their intervals, as bars, or as the bands they are known to lie in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.display.canvas import NARROW, WIDE, Canvas, Page, Scale, draw
from analysis.display.lettering import widest, width, wrapped
from analysis.display.plotted import Drawing, Number, Panel, Row, drawn_rows

Mark = Literal["dot", "bar"]
# Pixels: between a label and the scale, between a mark and its number, the most that labels beside the marks take.
GAP, BESIDE, LABELS = 12, 9, 250
LANE = 20  # The height that a mark takes.


@dataclass(frozen=True)
class Place:
    """Where a row of a chart lies: its label's lines and their middle, and the middle of its mark."""

    row: Row
    lines: list[str]
    label_y: float
    mark_y: float


@dataclass(frozen=True)
class Heading:
    """The lines that stand over a panel, and their middle."""

    lines: list[str]
    y: float


@dataclass(frozen=True)
class Section:
    """A panel in its place."""

    panel: Panel
    heading: Heading
    places: tuple[Place, ...]
    top: float
    bottom: float


def shares(panels: Sequence[Panel], mark: Mark = "dot") -> Drawing:
    """Draw panels of rows, each with its number; raises ValueError where there is no row to draw."""
    if not drawn_rows(panels):
        raise ValueError("a chart without a row")
    return Drawing(*(_drawn(panels, mark, page) for page in (WIDE, NARROW)))


def _drawn(panels: Sequence[Panel], mark: Mark, page: Page) -> str:
    labels = label_width(page, [row.label for row in drawn_rows(panels)])
    scale = _scale(page, labels, [row.number for row in drawn_rows(panels)])
    sections = list(_sections(panels, page, labels))
    bottom = sections[-1].bottom

    def onto(canvas: Canvas) -> None:
        for section in sections:
            _draw_section(canvas, section, scale, mark)
        draw_axis(canvas, scale, bottom + page.line * 0.6, (0, 50, 100) if page is NARROW else (0, 25, 50, 75, 100))

    return draw(page, bottom + page.line * 1.2, onto)


def label_width(page: Page, labels: Sequence[str], most: float = LABELS) -> float:
    """The room that labels take beside the marks, in pixels; where they stand above them, all of the page."""
    if not page.beside:
        return page.width
    lines = [line for label in labels for line in wrapped(label, most, page.size)]
    return widest(lines, page.size)


def _scale(page: Page, labels: float, numbers: Sequence[Number]) -> Scale:
    """A scale from 0 to 100 that leaves room for the number beside each mark."""
    left = labels + GAP if page.beside else 5
    room = page.width - left - width("100%", page.size) / 2
    needed = [
        (page.width - left - BESIDE - width(number.said, page.size)) / number.end for number in numbers if number.end
    ]
    return Scale(left, min([room / 100, *needed]))


def _sections(panels: Sequence[Panel], page: Page, labels: float) -> Iterator[Section]:
    y = 4.0
    for panel in panels:
        heading = Heading(wrapped(panel.heading, page.width, page.size, bold=True), y)
        y += len(heading.lines) * page.line + (4 if heading.lines else 0)
        middle = y - 4 - len(heading.lines) * page.line / 2
        top, places = y, []
        for row in panel.lines:
            place, y = _placed(row, page, labels, y)
            places.append(place)
        yield Section(panel, Heading(heading.lines, middle), tuple(places), top, y)
        y += 10


def _placed(row: Row, page: Page, labels: float, y: float) -> tuple[Place, float]:
    lines = wrapped(row.label, labels + 0.01, page.size)
    height = len(lines) * page.line
    if page.beside:
        tall = max(LANE, height) + 6
        return Place(row, lines, y + tall / 2, y + tall / 2), y + tall
    return Place(row, lines, y + height / 2, y + height + LANE / 2), y + height + LANE + 6


def _draw_section(canvas: Canvas, section: Section, scale: Scale, mark: Mark) -> None:
    canvas.block(0, section.heading.y, section.heading.lines, "heading")
    _draw_grid(canvas, section, scale)
    for place in section.places:
        _draw_label(canvas, place, scale)
        _draw_row(canvas, place.row, scale, place.mark_y, mark)
    _draw_spots(canvas, section, scale, mark)


def _draw_label(canvas: Canvas, place: Place, scale: Scale) -> None:
    if canvas.page.beside:
        canvas.block(scale.left - GAP, place.label_y, place.lines, anchor="right")
    else:
        canvas.block(0, place.label_y, place.lines)


def _draw_grid(canvas: Canvas, section: Section, scale: Scale) -> None:
    """Lines of the scale behind the marks: through all rows, or, where labels stand between them, row by row."""
    spans = [(section.top, section.bottom)]
    if not canvas.page.beside:
        spans = [(place.mark_y - LANE / 2, place.mark_y + LANE / 2) for place in section.places]
    overall = section.panel.overall
    for top, bottom in spans:
        for percent in (0, 25, 50, 75, 100):
            canvas.line([scale.x(percent)] * 2, [top, bottom], "axis" if percent == 0 else "grid")
    if overall is not None and overall.number.percent is not None:
        for top, bottom in spans:
            canvas.line([scale.x(overall.number.percent)] * 2, [top, bottom], "overall")


def draw_axis(canvas: Canvas, scale: Scale, y: float, percents: Sequence[int]) -> None:
    for percent in percents:
        if percent == 0 and not canvas.page.beside:
            canvas.text(0, y, "0%", "tick")
        else:
            canvas.text(scale.x(percent), y, f"{percent}%", "tick", "center")


def _draw_row(canvas: Canvas, row: Row, scale: Scale, y: float, mark: Mark) -> None:
    """The interval, the bar or the band of a number, and its words beside it; its dot is drawn with the others."""
    number = row.number
    if number.percent is None and number.low is not None and number.high is not None:
        canvas.box(scale.x(number.low), scale.x(number.high), y, 11, f"band {row.tone}")
    elif number.percent is not None and mark == "bar":
        canvas.box(scale.x(0), scale.x(number.percent), y, 15, f"bar {row.tone}", row.strength)
        _draw_interval(canvas, number, scale, y, "casing")
        _draw_interval(canvas, number, scale, y, "bar-interval")
    elif number.percent is not None:
        _draw_interval(canvas, number, scale, y, f"interval {row.tone}")
    canvas.text(scale.x(number.end or 0) + BESIDE, y, number.said, "value")


def _draw_interval(canvas: Canvas, number: Number, scale: Scale, y: float, role: str) -> None:
    if number.low is not None and number.high is not None:
        canvas.line([scale.x(number.low), scale.x(number.high)], [y, y], role)


def _draw_spots(canvas: Canvas, section: Section, scale: Scale, mark: Mark) -> None:
    if mark == "bar":
        return
    for place in section.places:
        row = place.row
        if row.number.percent is not None:
            role = f"{_spot(row, section.panel.overall)} {row.tone}"
            canvas.spots([scale.x(row.number.percent)], [place.mark_y], role)


def _spot(row: Row, overall: Row | None) -> str:
    if row is overall:
        return "diamond"
    return "ring" if row.number.unsure else "dot"
