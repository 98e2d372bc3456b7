"""Statistics over several waves: one small panel each, so that no line crosses another and none needs a legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.display.canvas import NARROW, WIDE, Canvas, Page, draw
from analysis.display.lettering import width, wrapped
from analysis.display.plotted import Course, Drawing, Number

# What a note under such a chart may say of its marks.
TREND_KEY = (
    "Where a wave cannot be compared with the one before it, the line stops and a dashed line stands between them."
)
# Pixels: the height of a panel's scale, what lies between panels, and the room of its words at either end.
HEIGHT, GAP, MARGIN = 150, 30, 30


@dataclass(frozen=True)
class Sheet:
    """How panels are laid out on one page: how many side by side, how wide each is, and the room of its words."""

    page: Page
    columns: int
    waves: int

    @property
    def across(self) -> float:
        return (self.page.width - (self.columns - 1) * GAP) / self.columns

    @property
    def start(self) -> float:
        """Where the scale begins, from the left of a panel: right of the words of the axis."""
        return width("100%", self.page.size) + 6

    @property
    def apart(self) -> float:
        """How far one wave is from the next."""
        return (self.across - self.start - 2 * MARGIN) / max(self.waves - 1, 1)

    @property
    def room(self) -> float:
        """The most that words at a wave take."""
        return min(self.apart, 2 * MARGIN) - 4


@dataclass(frozen=True)
class Panel:
    """One statistic in its place: its heading, its scale's upper end, and where its waves lie."""

    course: Course
    left: float
    heading: list[str]
    head_y: float
    top: float
    xs: tuple[float, ...]

    def y(self, percent: float) -> float:
        return self.top + HEIGHT * (100 - percent) / 100


def trend(courses: Sequence[Course], waves: Sequence[str]) -> Drawing:
    """Draw each statistic over the waves, in their order.

    Raises ValueError where there is no statistic, or one that does not have one number a wave.
    """
    if not courses:
        raise ValueError("a chart without a statistic")
    for course in courses:
        if len(course.numbers) != len(waves):
            raise ValueError(f"{course.label!r}: {len(course.numbers)} numbers for {len(waves)} waves")
    return Drawing(*(_drawn(courses, waves, page) for page in (WIDE, NARROW)))


def _drawn(courses: Sequence[Course], waves: Sequence[str], page: Page) -> str:
    sheet = Sheet(page, 2 if page is WIDE and len(courses) > 1 else 1, len(waves))
    names = [wrapped(name, sheet.room, page.size) for name in waves]
    foot = max(len(lines) for lines in names) * page.line + 8
    panels = list(_panels(courses, sheet, foot))
    bottom = max(panel.top for panel in panels) + HEIGHT + foot

    def onto(canvas: Canvas) -> None:
        for panel in panels:
            canvas.block(panel.left, panel.head_y, panel.heading, "heading")
            _draw_scale(canvas, panel, sheet, names)
            _draw_course(canvas, panel, sheet)

    return draw(page, bottom, onto)


def _panels(courses: Sequence[Course], sheet: Sheet, foot: float) -> Iterator[Panel]:
    y, line = 0.0, sheet.page.line
    said = [wrapped(number.said, sheet.room, sheet.page.size) for course in courses for number in course.numbers]
    # A number stands over its mark, which may lie at the upper end of the scale.
    above = max(len(lines) for lines in said) * line + 8
    for first in range(0, len(courses), sheet.columns):
        row = courses[first : first + sheet.columns]
        headings = [wrapped(course.label, sheet.across, sheet.page.size, bold=True) for course in row]
        head = max(len(lines) for lines in headings) * line
        for place, (course, lines) in enumerate(zip(row, headings, strict=True)):
            left = place * (sheet.across + GAP)
            xs = tuple(left + sheet.start + MARGIN + step * sheet.apart for step in range(sheet.waves))
            yield Panel(course, left, lines, y + len(lines) * line / 2, y + head + above, xs)
        y += head + above + HEIGHT + foot + 14


def _draw_scale(canvas: Canvas, panel: Panel, sheet: Sheet, names: Sequence[list[str]]) -> None:
    page, start, end = canvas.page, panel.left + sheet.start, panel.left + sheet.across
    for percent in (0, 50, 100):
        canvas.line([start, end], [panel.y(percent)] * 2, "axis" if percent == 0 else "grid")
        canvas.text(start - 6, panel.y(percent), f"{percent}%", "tick", "right")
    for x, lines in zip(panel.xs, names, strict=True):
        canvas.block(x, panel.y(0) + 6 + len(lines) * page.line / 2, lines, "tick", "center")


def _draw_course(canvas: Canvas, panel: Panel, sheet: Sheet) -> None:
    course = panel.course
    for place, ((x1, one), (x2, other)) in enumerate(pairwise(zip(panel.xs, course.numbers, strict=True)), start=1):
        if place in course.breaks:
            middle = (x1 + x2) / 2
            canvas.line([middle, middle], [panel.y(100), panel.y(0)], "overall")
        elif one.percent is not None and other.percent is not None:
            canvas.line([x1, x2], [panel.y(one.percent), panel.y(other.percent)], f"line {course.tone}")
    for x, number in zip(panel.xs, course.numbers, strict=True):
        _draw_number(canvas, panel, sheet, x, number)


def _draw_number(canvas: Canvas, panel: Panel, sheet: Sheet, x: float, number: Number) -> None:
    tone = panel.course.tone
    if number.low is not None and number.high is not None:
        if number.percent is None:
            middle, height = panel.y((number.low + number.high) / 2), panel.y(number.low) - panel.y(number.high)
            canvas.box(x - 6, x + 6, middle, height, f"band {tone}")
        else:
            canvas.line([x, x], [panel.y(number.low), panel.y(number.high)], f"interval {tone}")
    if number.percent is not None:
        canvas.spots([x], [panel.y(number.percent)], f"{'ring' if number.unsure else 'dot'} {tone}")
    if number.end is not None:
        lines, line = wrapped(number.said, sheet.room, canvas.page.size), canvas.page.line
        canvas.block(x, panel.y(number.end) - 3 - len(lines) * line / 2, lines, "value", "center")
