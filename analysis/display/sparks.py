"""Numbers drawn in little, beside the words that say them: each on a scale from 0 to 100, without any letters."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.display.canvas import Canvas, Page, Scale, draw
from analysis.display.palette import Tone
from analysis.display.plotted import Number

SPARK = Page("spark", 150, 9, beside=False)
LANE, MARGIN = 14, 7


def spark(*numbers: tuple[Number, Tone]) -> str:
    """Numbers one below the other on one scale, as SVG that says nothing of its own: the words beside it do."""
    scale = Scale(MARGIN, (SPARK.width - 2 * MARGIN) / 100)
    height = LANE * max(len(numbers), 1) + 2

    def onto(canvas: Canvas) -> None:
        for percent in (0, 50, 100):
            canvas.line([scale.x(percent)] * 2, [1, height - 1], "axis" if percent == 0 else "grid")
        _draw(canvas, scale, numbers)

    return draw(SPARK, height, onto).replace("<svg ", '<svg aria-hidden="true" ', 1)


def _draw(canvas: Canvas, scale: Scale, numbers: Sequence[tuple[Number, Tone]]) -> None:
    for place, (number, tone) in enumerate(numbers):
        y = 1 + LANE * (place + 0.5)
        if number.low is not None and number.high is not None:
            if number.percent is None:
                canvas.box(scale.x(number.low), scale.x(number.high), y, 8, f"band {tone}")
            else:
                canvas.line([scale.x(number.low), scale.x(number.high)], [y, y], f"interval {tone}")
        if number.percent is not None:
            canvas.spots([scale.x(number.percent)], [y], f"{'ring' if number.unsure else 'dot'} {tone}")
