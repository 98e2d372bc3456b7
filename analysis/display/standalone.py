"""A chart that can leave its page: one SVG with its title, what was asked, its notes and its source inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from analysis.display.lettering import LINE, wrapped
from analysis.display.palette import LIGHT

MARGIN, WIDTH = 20, 680
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class Text:
    """Words of the figure, and how they are set."""

    words: str
    size: float
    colour: str = LIGHT["quiet"]
    bold: bool = False


def standalone_svg(figure: str, credit: str = "") -> str:
    """The chart of a figure's HTML, as it stands in an executed chapter, as an SVG file of its own.

    `credit` is a last line of its own, for the wave, the edition and the licence. Raises ValueError for a figure
    without a drawing.
    """
    root = ElementTree.fromstring(figure)
    drawing = root.find("div[@class='drawing']")
    wide = drawing.find("svg[@class='wide']") if drawing is not None else None
    if drawing is None or wide is None:
        raise ValueError(f"no drawing in the figure {root.get('id', 'without a name')}")
    head, y = _set(_head(root), MARGIN)
    at, y = y + 6, y + 6 + float(wide.attrib["height"]) + 10
    foot, y = _set([*_foot(root), Text(credit, 11.5)], y)
    # Nothing in it reaches over its edges. Cutting it off there would take as long as drawing all of it.
    wide.attrib |= {"x": str(MARGIN), "y": f"{at:.1f}", "overflow": "visible"}
    inside = ElementTree.tostring(wide, encoding="unicode")
    size = f'width="{WIDTH + 2 * MARGIN}" height="{y + MARGIN:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH + 2 * MARGIN} {y + MARGIN:.0f}" '
        f'role="img" font-family="{FONTS}"><title>{escape(_words(root.find("figcaption")))}</title>'
        f"<desc>{escape(drawing.attrib['aria-label'])}</desc>"
        f'<rect width="100%" height="100%" fill="{LIGHT["ground"]}"/>'
        f"{head}{inside}{foot}</svg>\n"
    )


def _head(root: ElementTree.Element) -> list[Text]:
    title = Text(_words(root.find("figcaption")), 16, LIGHT["ink"], bold=True)
    about, status = (_words(root.find(f"p[@class='{name}']")) for name in ("chart-about", "chart-status"))
    return [title, Text(about, 13), Text(status, 13, LIGHT["ink"], bold=True)]


def _foot(root: ElementTree.Element) -> Iterator[Text]:
    for name in ("chart-note", "chart-source"):
        yield Text(_words(root.find(f"p[@class='{name}']")), 11.5)


def _words(element: ElementTree.Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _set(texts: list[Text], y: float) -> tuple[str, float]:
    """Texts one below the other from y on, as SVG; and where they end."""
    lines = ""
    for text in texts:
        for line in wrapped(text.words, WIDTH, text.size, text.bold):
            y += text.size * LINE
            weight = ' font-weight="600"' if text.bold else ""
            lines += (
                f'<text x="{MARGIN}" y="{y:.1f}" font-size="{text.size}" fill="{text.colour}"{weight}>'
                f"{escape(line, quote=False)}</text>"
            )
        y += 4 if text.words else 0
    return lines, y
