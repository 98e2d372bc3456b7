"""A drawing of matplotlib as the book publishes it: every mark named for what it is, text as text, few bytes.

Only what carries a role ("dot commissioners") is kept. There are no identifiers in it, so that several drawings
can stand on one page, and nothing in it depends on chance, on the clock or on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from xml.etree import ElementTree

from analysis.display.palette import PAINT, paint

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_STEP = re.compile(r"([MLHVCQZz])|(-?\d+(?:\.\d+)?(?:e-?\d+)?)")
# The radius of a round mark, in sizes of the letters beside it; its outline comes on top of it.
RADIUS = 0.36

Piece = tuple[str, str, str]


def compact(svg: str, name: str, size: float) -> str:
    """The drawing with this class name; `size` is that of its letters, in pixels."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = root.attrib["viewBox"].split()
    head = (
        f'<svg class="{name}" viewBox="0 0 {_short(width)} {_short(height)}" width="{_short(width)}" '
        f'height="{_short(height)}" font-family="sans-serif" font-size="{_short(size)}">'
    )
    groups = groupby(_pieces(root, "", size * RADIUS), key=lambda piece: piece[:2])
    return head + "".join(_group(role, more, [one[2] for one in pieces]) for (role, more), pieces in groups) + "</svg>"


def _group(role: str, more: str, pieces: list[str]) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in paint(role).items())
    return f'<g class="{role}"{attributes}{more}>{"".join(_together(pieces))}</g>'


def _together(pieces: list[str]) -> list[str]:
    """Paths of one paint as one path."""
    start, end = '<path d="', '"/>'
    if not all(piece.startswith(start) for piece in pieces):
        return pieces
    return [start + "".join(piece.removeprefix(start).removesuffix(end) for piece in pieces) + end]


def _pieces(element: ElementTree.Element, role: str, radius: float) -> Iterator[Piece]:
    """Each mark: its role, what else its group says, and the mark itself, in the order in which they are drawn."""
    name = element.get("id", "")
    role = name if name.split(" ")[0] in PAINT else role
    if element.tag == f"{_SVG}defs":
        return
    if role and element.tag == f"{_SVG}text":
        yield role, _anchor(element), _text(element)
    elif role and element.tag == f"{_SVG}use":
        yield role, "", _spot(role, element, radius)
    elif role and element.tag == f"{_SVG}path":
        yield role, _faded(element), f'<path d="{_path(element.attrib["d"])}"/>'
    for child in element:
        yield from _pieces(child, role, radius)


def _style(element: ElementTree.Element) -> dict[str, str]:
    parts = (part.partition(":") for part in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in parts if name.strip()}


def _anchor(element: ElementTree.Element) -> str:
    anchor = _style(element).get("text-anchor", "start")
    return "" if anchor == "start" else f' text-anchor="{anchor}"'


def _text(element: ElementTree.Element) -> str:
    x, y = _short(element.attrib["x"]), _short(element.attrib["y"])
    return f'<text x="{x}" y="{y}">{escape(element.text or "")}</text>'


def _faded(element: ElementTree.Element) -> str:
    opacity = _style(element).get("opacity")
    return f' fill-opacity="{_short(opacity, 2)}"' if opacity else ""


def _spot(role: str, element: ElementTree.Element, radius: float) -> str:
    x, y, half = float(element.attrib["x"]), float(element.attrib["y"]), _short(1.25 * radius)
    if role.startswith("diamond"):
        return f'<path d="M{_short(x)} {_short(y - 1.25 * radius)}l{half} {half}l-{half} {half}l-{half} -{half}z"/>'
    return f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{_short(radius)}"/>'


def _path(steps: str) -> str:
    """A path with its numbers to a tenth of a pixel, and level and upright lines written short."""
    short, at = "", ("", "")
    for command, numbers in _commands(steps):
        points = [_short(number) for number in numbers]
        if command == "L" and points[1] == at[1]:
            short += f"H{points[0]}"
        elif command == "L" and points[0] == at[0]:
            short += f"V{points[1]}"
        else:
            short += command.lower() if command == "Z" else command + " ".join(points)
        at = (points[-2], points[-1]) if points else at
    return short


def _commands(steps: str) -> Iterator[tuple[str, list[str]]]:
    command, numbers = "", list[str]()
    for letter, number in _STEP.findall(steps):
        if letter and command:
            yield command, numbers
        if letter:
            command, numbers = letter.upper(), []
        else:
            numbers.append(number)
    if command:
        yield command, numbers


def _short(number: str | float, places: int = 1) -> str:
    text = f"{float(number):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
