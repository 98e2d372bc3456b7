"""Statistics in two waves, one above the other, and over several waves from left to right.

What has changed is told by where a mark stands, by its form (hollow before, filled after) and in words, never by
colour alone. What cannot be compared is not joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.display.canvas import NARROW, WIDE, Canvas, Page, Scale, draw
from analysis.display.lettering import widest, width, wrapped
from analysis.display.palette import Tone
from analysis.display.plotted import Drawing, Number, Pair
from analysis.display.shares import BESIDE, GAP, draw_axis, label_width

# What a note under such a chart may say of its marks.
DUMBBELL_KEY = "A line joins two numbers that can be compared; where the waves cannot be compared, both are grey."
# Pixels: the height that one of the two marks takes, the most that labels and the words on the change take.
LANE, LABELS, SAID = 17, 200, 130


@dataclass(frozen=True)
class Layout:
    """Where things lie on one page: the labels, the scale, and the words on the change (0: under the marks)."""

    page: Page
    labels: float
    scale: Scale
    said: float
    key: list[tuple[str, str, float, float]]

    @property
    def head(self) -> float:
        """Where the key ends and the first statistic begins."""
        return max(y for *_, y in self.key) + self.page.line / 2 + 8


@dataclass(frozen=True)
class Place:
    """Where a pair lies: its label, the middle between its two marks, the words on its change, and its end."""

    pair: Pair
    lines: list[str]
    label_y: float
    mark_y: float
    said: list[str]
    end: float


def dumbbell(pairs: Sequence[Pair], before: str, after: str) -> Drawing:
    """Draw statistics in two waves, which are called `before` and `after`; raises ValueError where there is none."""
    if not pairs:
        raise ValueError("a chart without a pair")
    return Drawing(*(_drawn(pairs, before, after, page) for page in (WIDE, NARROW)))


def _drawn(pairs: Sequence[Pair], before: str, after: str, page: Page) -> str:
    layout = _layout(pairs, page, (before, after))
    places = list(_places(pairs, layout))
    end = places[-1].end
    spans = [(layout.head, end)]
    if not page.beside:
        spans = [(place.mark_y - LANE, place.mark_y + LANE) for place in places]

    def onto(canvas: Canvas) -> None:
        _draw_key(canvas, layout.key)
        for top, bottom in spans:
            for percent in (0, 25, 50, 75, 100):
                x = layout.scale.x(percent)
                canvas.line([x, x], [top, bottom], "axis" if percent == 0 else "grid")
        for place in places:
            _draw_place(canvas, layout, place)
        draw_axis(canvas, layout.scale, end + page.line * 0.6, (0, 50, 100))

    return draw(page, end + page.line * 1.2, onto)


def _layout(pairs: Sequence[Pair], page: Page, names: tuple[str, str]) -> Layout:
    labels = label_width(page, [pair.label for pair in pairs], LABELS)
    said = [line for pair in pairs for line in wrapped(pair.said, SAID, page.size)]
    column = widest(said, page.size) + GAP if said and page.beside else 0.0
    left = labels + GAP if page.beside else 7
    room = page.width - left - column
    numbers = [number for pair in pairs for number in (pair.before, pair.after) if number.end]
    needed = [(room - BESIDE - width(number.said, page.size)) / (number.end or 1) for number in numbers]
    scale = Scale(left, min([(room - width("100%", page.size) / 2) / 100, *needed]))
    return Layout(page, labels, scale, page.width if column else 0.0, _key(names, page, left))


def _places(pairs: Sequence[Pair], layout: Layout) -> Iterator[Place]:
    page, y = layout.page, layout.head
    for pair in pairs:
        lines = wrapped(pair.label, layout.labels + 0.01, page.size)
        said = wrapped(pair.said, SAID if layout.said else page.width, page.size)
        tall = len(lines) * page.line
        if page.beside:
            end = y + max(2 * LANE, tall, len(said) * page.line) + 10
            yield Place(pair, lines, (y + end) / 2, (y + end) / 2, said, end)
        else:
            end = y + tall + 2 * LANE + len(said) * page.line + 10
            yield Place(pair, lines, y + tall / 2, y + tall + LANE, said, end)
        y = end


def _key(names: tuple[str, str], page: Page, left: float) -> list[tuple[str, str, float, float]]:
    """Which mark stands for which wave: words, mark and place; on lines of their own where one has no room."""
    first, second = (width(name, page.size, bold=True) for name in names)
    x, y = left + BESIDE + first + 22, page.line / 2
    beside = x + BESIDE + second <= page.width
    return [
        (names[0], "ring neutral", left, y),
        (names[1], "dot neutral", x if beside else left, y if beside else y + page.line),
    ]


def _draw_key(canvas: Canvas, key: Sequence[tuple[str, str, float, float]]) -> None:
    for words, role, x, y in key:
        canvas.spots([x], [y], role)
        canvas.text(x + BESIDE, y, words, "heading")


def _draw_place(canvas: Canvas, layout: Layout, place: Place) -> None:
    page, pair, scale = layout.page, place.pair, layout.scale
    canvas.block(layout.labels if page.beside else 0, place.label_y, place.lines,
                 anchor="right" if page.beside else "left")  # fmt: skip
    tone = pair.tone if pair.comparable else "neutral"
    before_y, after_y = place.mark_y - LANE / 2, place.mark_y + LANE / 2
    if pair.comparable and pair.before.percent is not None and pair.after.percent is not None:
        canvas.line([scale.x(pair.before.percent), scale.x(pair.after.percent)], [before_y, after_y], f"join {tone}")
    _draw_mark(canvas, pair.before, scale, before_y, tone, "ring")
    _draw_mark(canvas, pair.after, scale, after_y, tone, "dot")
    if layout.said:
        canvas.block(layout.said, place.mark_y, place.said, anchor="right")
    else:
        canvas.block(0, place.mark_y + LANE + len(place.said) * page.line / 2, place.said)


def _draw_mark(canvas: Canvas, number: Number, scale: Scale, y: float, tone: Tone, role: str) -> None:
    if number.low is not None and number.high is not None:
        if number.percent is None:
            canvas.box(scale.x(number.low), scale.x(number.high), y, 10, f"band {tone}")
        else:
            canvas.line([scale.x(number.low), scale.x(number.high)], [y, y], f"interval {tone}")
    if number.percent is not None:
        canvas.spots([scale.x(number.percent)], [y], f"{role} {tone}")
    if number.said:
        canvas.text(scale.x(number.end or 0) + BESIDE, y, number.said, "value")
