"""The charts and tables of a wave's chapters as things of their own: title, notes, drawing, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import Finding, InputError
from analysis.publication.chapters import read_notebook

KINDS = ("chart", "table")
UNTOLD = {"known": "not identified"}
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """One number of an exhibit: where it stands in it, as it is shown, and its row of statistics.csv.

    `series` is the heading above it, `label` the head of its row, with that of its column where a row holds
    several numbers. A number that the wave does not tell has nothing in `statistic` but how it is known.
    """

    series: str
    label: str
    address: str
    shown: str
    statistic: Mapping[str, str]


@dataclass(frozen=True)
class Exhibit:
    """A chart or a table of an executed chapter.

    `anchor` is its link on the page, `opening` the tag it begins with there. `drawing` is the chart as SVG;
    empty for a table, and for a chart that cannot be drawn.
    """

    chapter: str
    heading: str
    anchor: str
    kind: str
    title: str
    notes: tuple[str, ...]
    description: str
    drawing: str
    numbers: tuple[Number, ...]
    opening: str

    @property
    def name(self) -> str:
        """What its files are called: chapter and anchor."""
        return f"{self.chapter}-{self.anchor}"


def read_exhibits(path: Path) -> list[Exhibit]:
    """The charts and tables of an executed chapter, in its order. Raises InputError where two share an anchor."""
    notebook = read_notebook(path)
    found: list[Exhibit] = []
    for html, record in _outputs(notebook):
        found.append(_exhibit(path.stem, _heading(notebook), html, record, 1 + len(found)))
    anchors = [exhibit.anchor for exhibit in found]
    repeated = dict.fromkeys(anchor for anchor in anchors if anchors.count(anchor) > 1)
    if repeated:
        place, expected = paths.shown(path), "one chart or table an anchor"
        raise InputError(Finding(place, f"the anchor {anchor!r} twice", expected) for anchor in repeated)
    return found


def _outputs(notebook: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.get(MIME, {}).get("kind") in KINDS:
                yield data["text/html"], data[MIME]


def _heading(notebook: Any) -> str:
    """The title of a chapter."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return next(line.removeprefix("# ").strip() for line in text.splitlines() if line.startswith("# "))


def _exhibit(chapter: str, heading: str, html: str, record: Mapping[str, Any], place: int) -> Exhibit:
    opening = html[: html.index(">") + 1]
    drawing = _DRAWING.search(html)
    # Drawings are long and hold no number that the table does not: the rest is read without them.
    tree = BeautifulSoup(_DRAWING.sub("", html), "html.parser")
    title = tree.find(["figcaption", "caption"])
    described = tree.find(lambda tag: tag.has_attr("aria-label"))
    statistics = {row["address"]: row for row in record["estimates"]}
    return Exhibit(
        chapter=chapter,
        heading=heading,
        anchor=_anchor(tree) or f"{record['kind']}-{place}",
        kind=record["kind"],
        title=_text(title) if isinstance(title, Tag) else "",
        notes=tuple(_text(note) for note in tree.find_all("p") if not note.find_parent("details")),
        description=str(described["aria-label"]) if isinstance(described, Tag) else "",
        drawing=drawing[0] if drawing else "",
        numbers=tuple(_numbers(tree, statistics)),
        opening=opening,
    )


def _anchor(tree: BeautifulSoup) -> str:
    first = tree.find(True)
    return str(first.get("id", "")) if isinstance(first, Tag) else ""


def _numbers(tree: BeautifulSoup, statistics: Mapping[str, Mapping[str, str]]) -> Iterator[Number]:
    for table in tree.find_all("table"):
        columns = [_text(head) for head in table.select("thead th")]
        series = ""
        for row in table.select("tbody tr"):
            heads = [_text(head) for head in row.find_all("th")]
            if not row.find("td"):
                series = heads[0]
                continue
            cells = list(_cells(row, columns))
            for column, address, shown in cells:
                label = f"{heads[0]}: {column}" if len(cells) > 1 else heads[0]
                yield Number(series, label, address, shown, statistics.get(address, UNTOLD))


def _cells(row: Tag, columns: list[str]) -> Iterator[tuple[str, str, str]]:
    """The numbers of a row: the head of their column, their address, and how they are shown."""
    fields = row.find_all("td")
    heads = columns[len(columns) - len(fields) :]
    marked = [(head, mark["value"], field) for head, field in zip(heads, fields, strict=True)
              for mark in field.find_all("data") if not str(mark["value"]).startswith("claim:")]  # fmt: skip
    if not marked and row.get("data-address"):
        marked = [(heads[0], row["data-address"], fields[0])]
    for head, address, field in marked:
        yield head, str(address), _text(field)


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
