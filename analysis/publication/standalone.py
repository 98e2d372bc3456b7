"""A chart that stands by itself: its drawing with title, question, base, source and wave, as SVG and as PNG."""

from __future__ import annotations

import re
from html import escape
from importlib.util import find_spec
from pathlib import Path
from textwrap import wrap

from analysis.inputs.waves import Wave
from analysis.publication.exhibits import Exhibit

INK, QUIET, GROUND = "#1f2933", "#52606d", "#ffffff"
TITLE, SMALL = 17, 12.5
MARGIN, GAP = 24, 10
LEADING = 1.35
# The mean width of a letter, in sizes of the letters, of the widest of the fonts that viewers put in.
LETTER = 0.6
ZOOM = 2
_OPENING = re.compile(r"<svg\b[^>]*>")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_FONT = re.compile(r"font-family:[^;\"]*")
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)


def standalone_svg(exhibit: Exhibit, wave: Wave, publication: str) -> str:
    """A chart as an SVG file: everything a reader needs who sees nothing but this file.

    Raises ValueError for a chart that has no drawing.
    """
    width, height = _size(exhibit.drawing)
    title = wrap(exhibit.title, _letters(width, TITLE))
    notes = [line for note in (*exhibit.notes, credit(wave, publication)) for line in _lines(note, width)]
    status = MARGIN + len(title) * TITLE * LEADING
    top = status + SMALL * LEADING + GAP
    below = top + height + GAP
    total = below + len(notes) * SMALL * LEADING + MARGIN
    full = width + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'lang="en-GB" xml:lang="en-GB" aria-labelledby="title description" font-family="sans-serif" '
        f'width="{full:g}" height="{total:g}" viewBox="0 0 {full:g} {total:g}">',
        f'<title id="title">{escape(exhibit.title)}</title>',
        f'<desc id="description">{escape(exhibit.description)}</desc>',
        f'<rect width="100%" height="100%" fill="{GROUND}"/>',
        _block(title, MARGIN + TITLE, TITLE, f'font-weight="600" fill="{INK}"'),
        _block([f"{wave.title}: {wave.status}"], status + SMALL, SMALL, f'font-weight="600" fill="{QUIET}"'),
        _placed(exhibit.drawing, top, width, height),
        _block(notes, below + SMALL, SMALL, f'fill="{QUIET}"'),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def png(svg: str) -> bytes:
    """A drawing of `standalone_svg` as PNG, at twice its size, with the letters that come with the charts' library."""
    import resvg_py

    folder = _fonts()
    fonts = [str(folder / f"DejaVuSans{cut}.ttf") for cut in ("", "-Bold")]
    made = resvg_py.svg_to_bytes(
        svg_string=svg, zoom=ZOOM, skip_system_fonts=True, font_files=fonts, sans_serif_family="DejaVu Sans"
    )
    return bytes(made)


def credit(wave: Wave, publication: str) -> str:
    """What a chart says about where it comes from: its source, the publication, the wave and what that is."""
    source = f"Source: {wave.source}. " if wave.source else ""
    return f"{source}Published in: {publication}, {wave.title} ({wave.status})."


def _size(drawing: str) -> tuple[float, float]:
    size = _SIZE.search(drawing)
    if size is None:
        raise ValueError("a chart without a drawing has no file of its own")
    return float(size[1]), float(size[2])


def _placed(drawing: str, top: float, width: float, height: float) -> str:
    """The drawing inside a larger one: its size in its own units, its letters in whatever font there is."""
    inside = _METADATA.sub("", _FONT.sub("font-family: sans-serif", drawing))
    place = f'x="{MARGIN}" y="{top:g}" width="{width:g}" height="{height:g}"'
    own = _OPENING.search(inside)
    kept = re.findall(r'\s(?:viewBox|font-family|font-size)="[^"]*"', own[0]) if own else []
    return _OPENING.sub(f"<svg {place}{''.join(kept)}>", inside, count=1)


def _block(lines: list[str], y: float, size: float, attributes: str) -> str:
    spans = "".join(
        f'<tspan x="{MARGIN}" y="{y + place * size * LEADING:g}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text font-size="{size:g}" {attributes}>{spans}</text>'


def _lines(note: str, width: float) -> list[str]:
    return wrap(note, _letters(width, SMALL))


def _letters(width: float, size: float) -> int:
    return int(width / (size * LETTER))


def _fonts() -> Path:
    """Where the charts' library keeps its fonts: found without loading it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
