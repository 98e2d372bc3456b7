"""The word "simulated" across every drawing of made-up answers: it stays there wherever the drawing is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.numbers.estimates import Estimate

WORD = "simulated"
_DRAWING = re.compile(r'<svg\b[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>.*?(?=</svg>)', re.DOTALL)


def watermarked(html: str, estimates: Iterable[Estimate]) -> str:
    """HTML with the word across each of its drawings, if any of the numbers was counted from made-up answers."""
    if not any(estimate.known.label == "simulated" for estimate in estimates):
        return html
    return _DRAWING.sub(lambda drawing: drawing[0] + _mark(float(drawing[1]), float(drawing[2])), html)


def _mark(width: float, height: float) -> str:
    # As large as fits a low drawing, and never so large that it leaves a narrow one.
    size, x, y = min(width / 6, height / 1.5), width / 2, height / 2
    return (
        '<g class="watermark" aria-hidden="true" fill="#a11d33" fill-opacity="0.16" font-family="sans-serif" '
        f'font-weight="700" font-size="{size:.0f}" text-anchor="middle">'
        f'<text x="{x:.0f}" y="{y + size / 3:.0f}" transform="rotate(-12 {x:.0f} {y:.0f})">{WORD}</text></g>'
    )
