"""The charts and tables of a wave's chapters as things of their own: title, notes, drawing, numbers."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import Finding, InputError
from analysis.publication import chapters
from analysis.publication.chapters import read_executed
from analysis.publication.made import made

KINDS = ("chart", "table", "scorecard")
UNSAID = {"known": ""}
UNKNOWN = ("not identified", "not computable")
# The column of a table that says how its numbers are known.
KNOWN = "Known"
SERIES = "series"
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """One number of an exhibit: where it stands in it, as it is shown, and its row of statistics.csv.

    `series` is the heading above it, `label` the head of its row; in a scorecard the principle and the side, and
    `shown` is then the sentence it stands in. A number that the wave does not tell has nothing in `statistic` but
    how it is known.
    """

    series: str
    label: str
    address: str
    shown: str
    statistic: Mapping[str, str]


@dataclass(frozen=True)
class Exhibit:
    """A chart or a table of an executed chapter; a scorecard is a table.

    `anchor` is its link on the page, `html` what the page shows. `drawn`: whether there is a drawing of it. `lines`
    are the rows of its table as they are shown, by the heads of the columns; where the rows are changes since the
    wave before, `changes` has their rows of changes.csv, in the same order.
    """

    chapter: str
    heading: str
    anchor: str
    kind: str
    title: str
    notes: tuple[str, ...]
    description: str
    drawn: bool
    numbers: tuple[Number, ...]
    html: str
    lines: tuple[Mapping[str, str], ...] = ()
    changes: tuple[Mapping[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What its files are called: chapter and anchor."""
        return f"{self.chapter}-{self.anchor}"

    @property
    def opening(self) -> str:
        """The tag that it begins with on the page."""
        return self.html[: self.html.index(">") + 1]


def read_exhibits(path: Path) -> list[Exhibit]:
    """The charts and tables of an executed chapter, in its order. Raises InputError where two share an anchor.

    Those of a chapter that is as it was when they were last read are known.
    """
    source = f"{path.stem}\0{path.read_text('utf-8')}"
    told = made(source, [sys.modules[__name__], chapters], [], lambda: _as_json(_read(path)))
    return [_from_json(fields) for fields in json.loads(told)]


def _as_json(exhibits: Sequence[Exhibit]) -> bytes:
    return json.dumps([asdict(exhibit) for exhibit in exhibits]).encode("utf-8")


def _from_json(fields: Mapping[str, Any]) -> Exhibit:
    lists = {name: tuple(fields[name]) for name in ("notes", "lines", "changes")}
    return Exhibit(**{**fields, **lists, "numbers": tuple(Number(**number) for number in fields["numbers"])})


def _read(path: Path) -> list[Exhibit]:
    notebook = read_executed(path)
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
        notes=tuple(_text(note) for note in tree.find_all("p") if _is_note(note)),
        description=str(described["aria-label"]) if isinstance(described, Tag) else "",
        drawn='class="drawing"' in html,
        numbers=tuple(_numbers(tree, statistics)),
        lines=tuple(_lines(tree)),
        changes=tuple(record.get("changes", ())),
        html=html,
    )


def _is_note(paragraph: Tag) -> bool:
    return paragraph.find_parent(["details", "table"]) is None and "chart-links" not in str(paragraph.get("class"))


def _anchor(tree: BeautifulSoup) -> str:
    first = tree.find(True)
    return str(first.get("id", "")) if isinstance(first, Tag) else ""


def _numbers(tree: BeautifulSoup, statistics: Mapping[str, Mapping[str, str]]) -> Iterator[Number]:
    for table in tree.find_all("table"):
        columns = [_text(head) for head in table.select("thead th")]
        series = ""
        for row in table.select("tbody tr"):
            head, fields = _text(row.find("th") or row), row.find_all("td")
            if not fields:
                series = head
            elif row.find("p"):
                yield from _statements(head, columns[-len(fields) :], fields, statistics)
            else:
                yield _number(series, head, row, dict(zip(columns[-len(fields) :], fields, strict=True)), statistics)


def _lines(tree: BeautifulSoup) -> Iterator[dict[str, str]]:
    """The rows of the tables as they are shown; a heading above rows is a column of its own, before the others."""
    for table in tree.find_all("table"):
        columns = [_text(head) for head in table.select("thead th")]
        titled = any(not row.find_all("td") for row in table.select("tbody tr"))
        series = ""
        for row in table.select("tbody tr"):
            fields = row.find_all(["th", "td"])
            if row.find("td"):
                yield {**({SERIES: series} if titled else {}), **dict(zip(columns, map(_line, fields), strict=False))}
            else:
                series = _text(row)


def _line(cell: Tag) -> str:
    """What a cell shows, on one line: what stands in small letters under it in brackets, points of a list apart."""
    points = cell.find_all("li")
    if points:
        return "; ".join(map(_line, points))
    under = [_text(small) for small in cell.select(".under")]
    shown = " ".join("".join(str(text) for text in cell.strings if not _is_under(text.parent)).split())
    return f"{shown} ({'; '.join(under)})" if under else shown


def _is_under(tag: Tag | None) -> bool:
    return tag is not None and "under" in tag.get_attribute_list("class")


def _number(
    series: str, head: str, row: Tag, told: Mapping[str, Tag], statistics: Mapping[str, Mapping[str, str]]
) -> Number:
    """The one number of a row; of one that the wave does not tell, a table says nothing but that."""
    address, shown = str(row.get("data-address", "")), _text(next(iter(told.values())))
    statistic = statistics.get(address, UNSAID)
    if statistic["known"] in ("", *UNKNOWN):
        statistic = {"known": _text(told[KNOWN]) if KNOWN in told else ""}
    return Number(series, head, address, shown, statistic)


def _statements(
    head: str, columns: list[str], fields: Sequence[Tag], statistics: Mapping[str, Mapping[str, str]]
) -> Iterator[Number]:
    """The sentences of a row that speaks: each with the numbers in it, or once without any."""
    for column, field in zip(columns, fields, strict=True):
        for sentence in field.find_all("p"):
            marked = [str(mark["value"]) for mark in sentence.find_all("data")]
            for address in [one for one in dict.fromkeys(marked) if one in statistics] or [""]:
                yield Number(head, column, address, _text(sentence), statistics.get(address, UNSAID))


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
