"""The word "simulated" across every drawing of made-up answers: it stays there wherever the drawing is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.numbers.estimates import Estimate

WORD = "simulated"
_VIEW = re.compile(r'<svg\b[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')


def is_simulated(estimates: Iterable[Estimate]) -> bool:
    """Whether any of these numbers was counted from made-up answers."""
    return any(estimate.known.label == "simulated" for estimate in estimates)


def watermarked(svg: str) -> str:
    """The drawing with the word across it. Raises ValueError for SVG without a viewBox that begins at 0 0."""
    view = _VIEW.search(svg)
    if view is None:
        raise ValueError("a drawing to be marked needs a viewBox that begins at 0 0")
    width, height = float(view[1]), float(view[2])
    # As large as fits a low drawing, and never so large that it leaves a narrow one.
    size = min(width / 6, height / 1.5)
    mark = (
        f'<g class="watermark" aria-hidden="true" fill="#a11d33" fill-opacity="0.16" font-family="sans-serif" '
        f'font-weight="700" font-size="{size:.0f}" text-anchor="middle">'
        f'<text x="{width / 2:.0f}" y="{height / 2 + size / 3:.0f}" '
        f'transform="rotate(-12 {width / 2:.0f} {height / 2:.0f})">{WORD}</text></g>'
    )
    head, _, tail = svg.rpartition("</svg>")
    return f"{head}{mark}</svg>{tail}"
