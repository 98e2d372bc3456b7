"""Numbers that a page shows and the files of its wave do not hold: typed by hand, left from another run, or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, floor
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_rows, read_text
from analysis.inputs.findings import Finding
from analysis.inputs.waves import Wave
from analysis.numbers.estimates import half_up
from analysis.publication.page_reading import ReadPage, ShownNumber
from analysis.publication.shown_changes import agrees, expected

Row = Mapping[str, str]
Rows = list[dict[str, str]]
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_PERCENT = re.compile(r"(?<![\d.,])(\d+(?:\.\d+)?)(?: to \d+(?:\.\d+)?)?\s?(?:%|per cent\b|percentage points?\b)")
# The level of every interval, and the scale under a chart.
ALWAYS = {"95"}
SCALE = {str(percent) for percent in range(0, 101, 5)}


def number_findings(wave: Wave, pages: Mapping[Path, ReadPage]) -> Iterator[Finding]:
    """Every number of the pages of a wave that does not stand in the wave's files, with its page."""
    files = _table(wave, "statistics.csv"), _table(wave, "changes.csv")
    texts = set(_PERCENT.findall(_texts(wave)))
    for path, page in pages.items():
        if path.parent == paths.SITE / "book" / wave.id:
            yield from _page_findings(wave, path, page, *files, texts)


def _page_findings(
    wave: Wave, path: Path, page: ReadPage, statistics: Rows, changes: Rows, texts: set[str]
) -> Iterator[Finding]:
    own = [row for row in statistics if row["chapter"] == path.stem]
    rows = {row["address"]: row for row in own}
    moved = {row["address"]: row for row in changes}
    for number in page.numbers:
        yield from (Finding(paths.shown(path), *told) for told in _wrong(number, rows, moved, wave))
    # What is said besides, what charts and tables show: each percentage must stand in some file of this page.
    held = {text for row in [*own, *changes] for value in row.values() for text in _roundings(value)} | texts | ALWAYS
    drawn = held | SCALE | _exhibits(wave, path.stem)
    for known, shown in ((held, page.said), (drawn, page.drawn)):
        for text in sorted(set(_PERCENT.findall(" ".join(shown))) - known):
            yield Finding(paths.shown(path), f"{text}%", f"a number that data/{wave.id} holds for this page: make book")


def _wrong(
    number: ShownNumber, rows: Mapping[str, Row], changes: Mapping[str, Row], wave: Wave
) -> Iterator[tuple[str, str]]:
    row, found = rows.get(number.address), f"{number.shown!r} as {number.address}"
    if number.of_change:
        change = changes.get(number.address)
        if change is None:
            yield f"{found}, a change", f"one that changes.csv of {wave.id} holds: make book"
        elif not agrees(number.shown, change, row):
            yield f"{found}, a change", f"{expected(change)}, as in changes.csv of {wave.id}"
    elif row is None:
        yield found, f"an address that statistics.csv of {wave.id} holds for this page: make book"
    elif [text for text in _DIGITS.findall(number.shown) if text.replace(",", "") not in _printed(row)]:
        yield found, f"{' or '.join(sorted(_printed(row)))}, as in statistics.csv of {wave.id}"


def _printed(row: Row) -> set[str]:
    """What a page may print of a number: its percentage, its count, its base, or the range that is known."""
    told = {row[column] for column in ("base", "count")} | set(_DIGITS.findall(row["printed"]))
    if row["count"] and row["base"]:
        told.add(str(half_up(int(row["count"]), int(row["base"]))))
    elif row["percent"]:
        told |= _roundings(row["percent"]) if row["known"] in ("collected", "simulated") else {row["percent"]}
    if row["known"] == "bounded":
        told |= _roundings(row["least"]) | _roundings(row["greatest"])
    return told - {""}


def _roundings(value: str) -> set[str]:
    """A number as it can stand on a page: as it is, or as a whole number on either side."""
    try:
        number = abs(float(value))
    except ValueError:
        return set()
    return {value, f"{number:g}", f"{number:.1f}", str(floor(number)), str(ceil(number))}


def _table(wave: Wave, name: str) -> Rows:
    path = paths.SITE / "data" / wave.id / name
    header, *rows = read_rows(path) if path.exists() else [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def _exhibits(wave: Wave, chapter: str) -> set[str]:
    """The numbers in the files of the charts and tables of a page, and of the topline."""
    folder = paths.SITE / "data" / wave.id
    files = [*sorted((folder / "exhibits").glob(f"{chapter}*.csv")), folder / "topline.csv"]
    cells = (cell for path in files if path.exists() for row in read_rows(path) for cell in row)
    return {text for cell in cells for number in _DIGITS.findall(cell) for text in _roundings(number)}


def _texts(wave: Wave) -> str:
    """What the wave and the questionnaires say in words: figures of other studies, the answers to choose from."""
    files: Iterable[Path] = (*sorted(wave.folder.rglob("*.yml")), *sorted(paths.QUESTIONNAIRE.glob("*.yml")))
    facts = wave.folder / "facts.csv"
    rows = read_rows(facts)[1:] if facts.exists() else []
    return " ".join([*map(read_text, files), *(f"{row[1]}%" for row in rows if len(row) > 1)])
