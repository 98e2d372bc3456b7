"""How wide the words of a chart are, and where they break: measured, so that no label covers another.

The measure is the font that comes with matplotlib. It is wider than those that browsers show in its place, so
what fits by this measure fits on the page.
"""

from __future__ import annotations

from functools import lru_cache

LINE = 1.25  # The height of a line, in sizes of its letters.


@lru_cache(maxsize=4096)
def width(words: str, size: float, bold: bool = False) -> float:
    """The width of words in pixels, at a size in pixels."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size)
    return float(text_to_path.get_text_width_height_descent(words, font, ismath=False)[0])


def wrapped(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Words broken into lines that fit the room, in pixels; a word that is wider stays whole."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def widest(lines: list[str], size: float, bold: bool = False) -> float:
    """The width of the widest of these lines, in pixels; 0 where there are none."""
    return max((width(line, size, bold) for line in lines), default=0.0)
