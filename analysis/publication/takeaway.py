"""What can be taken away from the book: every file of a wave, with its bytes and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from analysis import paths
from analysis.display import lettering, palette, standalone
from analysis.display.topline import DECIDED
from analysis.inputs.documents import read_yaml
from analysis.inputs.waves import Wave
from analysis.publication import downloads, office_open, pictures
from analysis.publication.edition import edition
from analysis.publication.exhibits import Exhibit, read_exhibits
from analysis.publication.made import made
from analysis.publication.open_document import ods
from analysis.publication.side_by_side import side_by_side
from analysis.publication.tabulated import TOPLINE, exhibit_columns, exhibit_rows, safe, topline_rows
from analysis.publication.workbook import Publication, wave_workbook

LICENCE = (
    "Text and data: Creative Commons Attribution 4.0 (CC BY 4.0). Rights in the source report of a reconstructed wave "
    "stay with its owners; its figures are quoted with the paragraph they stand in."
)
FORMATS = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "svg": "SVG", "png": "PNG", "pdf": "PDF"}
# What `make pdf` adds to the files of a wave.
PRINTED = {
    "report.pdf": "the whole report of the wave, its methods included, as one document to print",
    "summary.pdf": "the Summary Report of the wave as a document to print",
}


@dataclass(frozen=True)
class File:
    """A file to take away: its place under the book's `data` folder, what it holds, and its bytes.

    `exhibit` is the chart or table whose data or drawing it is, if it is one's.
    """

    path: str
    holds: str
    content: bytes
    exhibit: Exhibit | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def format(self) -> str:
        return FORMATS[self.name.rpartition(".")[2]]

    @property
    def size(self) -> str:
        """Its size as people say it: in thousands of bytes."""
        return f"{max(1, round(len(self.content) / 1000)):,} kB"


def wave_files(wave: Wave, chapters: Sequence[Path]) -> tuple[File, ...]:
    """Every file of a wave, made from its executed chapters. Raises InputError for what they should not hold."""
    stamps = tuple((path, path.stat().st_mtime_ns) for path in chapters)
    return _wave_files(wave.id, wave.model_dump_json(), stamps)


@lru_cache(maxsize=8)
def _wave_files(name: str, described: str, stamps: tuple[tuple[Path, int], ...]) -> tuple[File, ...]:
    """The files of a wave as it is described: made once, however often the building of the book asks for them."""
    wave, chapters = Wave.model_validate_json(described), [path for path, _ in stamps]
    with side_by_side() as pool:
        # Drawing takes longest: it begins with the longest chapters, and the tables are made meanwhile.
        longest = sorted(chapters, key=lambda path: path.stat().st_size, reverse=True)
        drawing = zip(longest, pool.map(partial(_exhibits, wave), longest), strict=True)
        exhibits = [exhibit for path in chapters for exhibit in read_exhibits(path)]
        tables = tuple(_tables(wave, chapters, exhibits))
        drawn = dict(drawing)
    return (*tables, *(file for path in chapters for file in drawn[path]))


def publication() -> Publication:
    """What every file says of the book."""
    config = read_yaml(paths.PROJECT / "_config.yml")
    return Publication(str(config["title"]), str(config["author"]), LICENCE, str(edition()))


def _tables(wave: Wave, chapters: Sequence[Path], exhibits: Sequence[Exhibit]) -> Iterator[File]:
    statistics, claims = downloads.statistics(chapters), downloads.claims(chapters)
    topline = topline_rows(chapters, wave)
    yield _csv(f"{wave.id}/statistics.csv", "every number that the chapters state, with its base, its interval, how it "
               "is known, and where the source report prints it", statistics, downloads.STATISTICS)  # fmt: skip
    yield _csv(f"{wave.id}/claims.csv", "every claim that a sentence of the chapters makes, and whether the wave bears "
               "it out", claims, downloads.CLAIMS)  # fmt: skip
    if wave.follows:
        yield _csv(f"{wave.id}/changes.csv", "every change since the wave before, crude and adjusted for who answered, "
                   "in percentage points, with its indicative interval, and whether it is clear",
                   downloads.changes(chapters), downloads.CHANGES)  # fmt: skip
    yield _csv(f"{wave.id}/topline.csv", "every question of both questionnaires with every answer, its base and the "
               "number who did not answer", safe(topline), TOPLINE)  # fmt: skip
    if decided := downloads.withheld(chapters):
        yield _csv(f"{wave.id}/disclosure.csv", "which groups were taken together and which numbers withheld, so that "
                   "nothing is told of few respondents, and by which rule", decided, DECIDED)  # fmt: skip
    workbook = wave_workbook(wave, publication(), exhibits, topline, statistics)
    holds = "all tables of the wave in one workbook: topline, the data of each chart and table, every number"
    xlsx = made(repr(workbook), [office_open], ["openpyxl"], lambda: office_open.xlsx(workbook))
    yield File(f"{wave.id}/tables.xlsx", holds, xlsx)
    yield File(f"{wave.id}/tables.ods", holds, ods(workbook))


def _exhibits(wave: Wave, chapter: Path) -> tuple[File, ...]:
    """The files of the charts and tables of an executed chapter."""
    credit = pictures.credit(wave, publication().title)
    return tuple(file for exhibit in read_exhibits(chapter) for file in _of_exhibit(exhibit, wave, credit))


def _of_exhibit(exhibit: Exhibit, wave: Wave, credit: str) -> Iterator[File]:
    place = f"{wave.id}/exhibits/{exhibit.name}"
    rows = exhibit_rows(exhibit, wave)
    table = _csv(f"{place}.csv", exhibit.title, safe(rows), exhibit_columns(rows))
    yield replace(table, exhibit=exhibit)
    if exhibit.drawn:
        svg = _svg(exhibit, credit)
        yield File(f"{place}.svg", exhibit.title, svg, exhibit)
        yield File(f"{place}.png", exhibit.title, _png(svg), exhibit)


def _svg(exhibit: Exhibit, credit: str) -> bytes:
    # Its words are measured in the letters of matplotlib.
    source, makers = f"{exhibit.html}\0{credit}", [standalone, lettering, palette]
    return made(source, makers, ["matplotlib"], lambda: standalone.standalone_svg(exhibit.html, credit).encode("utf-8"))


def _png(svg: bytes) -> bytes:
    text = svg.decode("utf-8")
    return made(text, [pictures], ["matplotlib", "resvg-py"], lambda: pictures.png(text))


def _csv(path: str, holds: str, rows: Iterable[Mapping[str, str]], columns: tuple[str, ...]) -> File:
    return File(path, holds, downloads.as_csv(rows, columns).encode("utf-8"))
