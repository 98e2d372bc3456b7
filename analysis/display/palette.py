"""One visual language for both surveys: each has a hue of its own, and each kind of mark its paint.

A drawing names what each mark is ("dot commissioners"); the pages' style sheet paints it, light or dark. The
colours here are those of the light page: they are written into the drawing too, so that it can stand alone.
"""

from __future__ import annotations

from typing import Literal

Tone = Literal["commissioners", "third-sector", "contrary", "neutral"]

# Apart for every kind of colour vision, and in grey by how dark they are.
LIGHT = {
    "commissioners": "#0f629f",
    "third-sector": "#d1700a",
    "contrary": "#561c37",
    "neutral": "#6b7682",
    "ink": "#1f2933",
    "quiet": "#52606d",
    "grid": "#d5dae0",
    "ground": "#ffffff",
}
DARK = {
    "commissioners": "#5aaee6",
    "third-sector": "#ffc874",
    "contrary": "#b8557c",
    "neutral": "#8b96a3",
    "ink": "#ced6dd",
    "quiet": "#a7afb9",
    "grid": "#3d4650",
    "ground": "#121212",
}
TONES: tuple[Tone, ...] = ("commissioners", "third-sector", "contrary", "neutral")

# How a mark of each kind is painted, from the lowest layer to the highest; "hue" stands for the colour of its tone.
PAINT: dict[str, dict[str, str]] = {
    "grid": {"stroke": "grid", "stroke-width": "1", "fill": "none"},
    "axis": {"stroke": "neutral", "stroke-width": "1", "fill": "none"},
    "overall": {"stroke": "neutral", "stroke-width": "1.5", "stroke-dasharray": "3 3", "fill": "none"},
    "blank": {"fill": "ground"},
    "bar": {"fill": "hue", "stroke": "hue"},
    "band": {"fill": "hue", "fill-opacity": ".25", "stroke": "hue", "stroke-width": "1.2"},
    "casing": {"stroke": "ground", "stroke-width": "4.5", "fill": "none"},
    "bar-interval": {"stroke": "ink", "stroke-width": "1.6", "fill": "none"},
    "interval": {"stroke": "hue", "stroke-width": "2.2", "fill": "none"},
    "join": {"stroke": "hue", "stroke-width": "1.2", "fill": "none"},
    "line": {"stroke": "hue", "stroke-width": "2", "fill": "none"},
    "dot": {"fill": "hue", "stroke": "hue", "stroke-width": "1.6"},
    "ring": {"fill": "ground", "stroke": "hue", "stroke-width": "1.8"},
    "diamond": {"fill": "ground", "stroke": "hue", "stroke-width": "1.6"},
    "label": {"fill": "ink"},
    "heading": {"fill": "ink", "font-weight": "600"},
    # With an edge in the colour of the page, so that no line behind it runs through the words.
    "value": {"fill": "ink", "stroke": "ground", "stroke-width": "3", "paint-order": "stroke"},
    "tick": {"fill": "quiet"},
}  # fmt: skip

_SURVEYS: dict[str, Tone] = {"commissioners": "commissioners", "third_sector": "third-sector"}


def tone_of(survey: str) -> Tone:
    """The hue of a survey, the same in every chart of the book."""
    return _SURVEYS.get(survey, "neutral")


def paint(role: str, colours: dict[str, str] = LIGHT) -> dict[str, str]:
    """The paint of a mark such as "dot commissioners", as attributes of SVG. Raises KeyError for an unknown mark."""
    kind, _, tone = role.partition(" ")
    own = {**colours, "hue": colours[tone.split()[0]] if tone else "none"}
    return {name: own.get(value, value) for name, value in PAINT[kind].items()}
