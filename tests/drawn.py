"""Reading a drawing back: its words and where they stand, its bars, bands, lines and dots, in pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels from the top left corner; `what` is in it."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 0.5) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


@dataclass(frozen=True)
class Read:
    """A drawing as it was read."""

    width: float
    height: float
    size: float
    root: ElementTree.Element

    def groups(self, role: str) -> list[ElementTree.Element]:
        return [one for one in self.root.iter("g") if role in (one.get("class"), one.get("class", "").split(" ")[0])]

    def words(self, role: str = "") -> list[str]:
        return [box.what for box in self.texts(role)]

    def texts(self, role: str = "") -> list[Box]:
        """Where words stand, by the font that comes with matplotlib."""
        found = []
        for group in self.root.iter("g"):
            if not role or role in group.get("class", "").split(" "):
                found += [self._text(group, text) for text in group.iter("text")]
        return found

    def _text(self, group: ElementTree.Element, text: ElementTree.Element) -> Box:
        bold = group.get("font-weight") == "600"
        wide, x, y = breadth(text.text or "", self.size, bold), float(text.attrib["x"]), float(text.attrib["y"])
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[group.get("text-anchor", "start")]
        return Box(text.text or "", left, y - 0.76 * self.size, left + wide, y + 0.24 * self.size)

    def boxes(self, role: str) -> list[Box]:
        """The rectangles of a role: bars and bands."""
        number = r"(-?[\d.]+)"
        form = re.compile(rf"M{number} {number}H{number}V{number}H[\d.-]+(?:V[\d.-]+)?z")
        paths = [path.attrib["d"] for group in self.groups(role) for path in group.iter("path")]
        found = []
        for match in form.finditer("".join(paths)):
            x1, y1, x2, y2 = map(float, match.groups())
            found.append(Box(role, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
        return found

    def lines(self, role: str) -> list[tuple[float, float, float, float]]:
        """The straight lines of a role: where each starts and ends."""
        paths = "".join(path.attrib["d"] for group in self.groups(role) for path in group.iter("path"))
        found = []
        for start in re.findall(r"M[^M]+", paths):
            x, y = map(float, re.findall(r"-?[\d.]+", start.split("H")[0].split("V")[0].split("L")[0])[:2])
            level, upright, slanted = (re.search(rf"{letter}(-?[\d.]+)(?: (-?[\d.]+))?", start) for letter in "HVL")
            end_x = float((level or slanted)[1]) if level or slanted else x  # type: ignore[index]
            end_y = float(upright[1]) if upright else float(slanted[2]) if slanted else y
            found.append((x, y, end_x, end_y))
        return found

    def spots(self, role: str) -> list[tuple[float, float]]:
        circles = [circle.attrib for group in self.groups(role) for circle in group.iter("circle")]
        return [(float(one["cx"]), float(one["cy"])) for one in circles]


def read(svg: str) -> Read:
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Read(width, height, float(root.attrib["font-size"]), root)


def breadth(words: str, size: float, bold: bool = False) -> float:
    """How wide words are, by the advance of each letter: measured otherwise than the drawings do."""
    face = FT2Font(font_manager.findfont(f"DejaVu Sans:{'bold' if bold else 'normal'}"))
    face.set_size(size, 72)
    face.set_text(words, 0, flags=LoadFlags.NO_HINTING)
    return float(face.get_width_height()[0]) / 64
