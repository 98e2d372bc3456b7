"""The tables of a wave as one workbook: cover, contents, notes, then one table a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave
from analysis.publication.downloads import STATISTICS, Row
from analysis.publication.exhibits import Exhibit
from analysis.publication.explanations import KNOWN
from analysis.publication.sheets import Column, Sheet, Workbook, sheet_name
from analysis.publication.tabulated import NUMBERS, TOPLINE, cells, exhibit_columns, exhibit_rows

CONTENTS = "Contents"
ONE_TABLE = "This worksheet contains one table."
BLANKS = "No cell of the table is blank: what the signs in square brackets mean is told in the worksheet Notes."
COLUMNS = {
    "series": Column("Series", 34),
    "label": Column("Answer or group", 44),
    "shown": Column("As shown in the book", 18),
    "percent": Column("Percentage", 12),
    "count": Column("Count", 9),
    "base": Column("Base", 9),
    "asked": Column("Asked", 9),
    "missing": Column("Did not answer", 10),
    "low": Column("Indicative 95% interval: low", 13, 1),
    "high": Column("Indicative 95% interval: high", 13, 1),
    "least": Column("Least possible percentage", 12, 1),
    "greatest": Column("Greatest possible percentage", 12, 1),
    "known": Column("How it is known", 16),
    "printed": Column("Printed in the source report", 22),
    "where": Column("Where in the source report", 22),
    "address": Column("Address", 60),
    "wording": Column("Question", 60),
    "response": Column("Answers per respondent", 13),
    "asked_of": Column("Asked of", 40),
    "note": Column("Note", 40),
    "chapter": Column("Chapter", 24),
    "survey": Column("Survey", 15),
    "question": Column("Name of the question", 28),
    "answers": Column("Names of the answers", 34),
    "answer": Column("Name of the answer", 28),
    "group_by": Column("Broken down by", 20),
    "group": Column("Group", 20),
    "from": Column("Wave before", 20),
    "to": Column("This wave", 20),
    "crude": Column("Change, percentage points", 13, 1),
    "crude_low": Column("Indicative 95% interval of the change: low", 13, 1),
    "crude_high": Column("Indicative 95% interval of the change: high", 13, 1),
    "adjusted": Column("Adjusted change, percentage points", 13, 1),
    "adjusted_low": Column("Indicative 95% interval of the adjusted change: low", 13, 1),
    "adjusted_high": Column("Indicative 95% interval of the adjusted change: high", 13, 1),
    "clear": Column("Whether the change is clear", 13),
}
SIGNS = (
    ("[c]", "Withheld: too few answers are in the base, or they would tell too much of each respondent."),
    (
        "[u]",
        "Of low reliability. After a percentage: fewer than 50 answers are in the base; read it with its interval. In "
        "place of a percentage: fewer than 30 answers are in the base; the count is given instead.",
    ),
    ("[x]", "Not available: the wave does not tell this number."),
    ("[z]", "Not applicable."),
)
READING = (
    ("Percentage", "A share of the base, from 0 to 100. The cell holds it as it was counted, and shows it rounded."),
    ("Base", "Those who were asked the question and answered it."),
    ("Did not answer", "Those who were asked the question and did not answer it. They are outside the base."),
    (
        "Indicative 95% interval",
        "The range we would expect if respondents were a simple random sample, which they were not (Wilson).",
    ),
    (
        "Least and greatest possible",
        "In a reconstructed wave: the range in which the number must lie, given the figures that its report prints.",
    ),
    (
        "Address",
        "The name of a number, the same in every file: survey, question, answer; after @ the group it is counted in.",
    ),
)


@dataclass(frozen=True)
class Publication:
    """What a file says of the book it is part of."""

    title: str
    author: str
    licence: str
    edition: str


def wave_workbook(
    wave: Wave, publication: Publication, exhibits: Sequence[Exhibit], topline: Sequence[Row], statistics: Sequence[Row]
) -> Workbook:
    """All tables of a wave: its topline, survey by survey, each chart and table of its chapters, every number."""
    tables = [*_topline(topline), *_exhibits(exhibits, wave), _statistics(statistics)]
    tables = [replace(sheet, notes=(*sheet.notes, _status(wave), BLANKS), back=CONTENTS) for sheet in tables]
    front = [_cover(wave, publication), _contents(tables), _notes()]
    title = f"{publication.title}: tables, {wave.title}"
    return Workbook(title, _status(wave), publication.author, (*front, *tables))


def _status(wave: Wave) -> str:
    return f"{wave.title}: {wave.status}."


def _cover(wave: Wave, publication: Publication) -> Sheet:
    lines = (
        f"{publication.title}: the tables of {wave.title}",
        _status(wave) + " " + " ".join(wave.banner.split()),
        " ".join(wave.about.split()),
        f"Fieldwork: {wave.fieldwork}.",
        f"Source: {wave.source}." if wave.source else "",
        "The numbers are about those who responded. How well they stand for all commissioners or for all third sector "
        "organisations is not known.",
        "The workbook has a worksheet for each table. The worksheet Contents leads to them; the worksheet Notes tells "
        "how to read them.",
        f"Edition: {publication.edition}.",
        publication.licence,
    )
    return Sheet("Cover", lines[0], tuple(filter(None, lines[1:])))


def _contents(tables: Sequence[Sheet]) -> Sheet:
    rows = [("Notes", "How to read the tables: signs, labels, columns"), *((one.name, one.title) for one in tables)]
    columns = (Column("Worksheet", 30), Column("What it holds", 90))
    links = tuple((place, row[0]) for place, row in enumerate(rows))
    return Sheet(CONTENTS, "Contents", (ONE_TABLE,), columns, tuple(rows), links)


def _notes() -> Sheet:
    labels = [(name.capitalize(), f"{words.partition(': ')[2].capitalize()}.") for name, words in KNOWN.items()]
    rows = (
        *(("Sign", *row) for row in SIGNS),
        *(("How a number is known", *row) for row in labels),
        *(("Column", *row) for row in READING),
    )
    columns = (Column("Kind of note", 24), Column("Term", 30), Column("What it means", 90))
    return Sheet("Notes", "How to read the tables", (ONE_TABLE,), columns, rows, back=CONTENTS)


def _topline(rows: Sequence[Row]) -> Iterator[Sheet]:
    shown = [name for name in TOPLINE if name not in ("wave", "survey", "question", "answer")]
    for survey in dict.fromkeys(row["survey"] for row in rows):
        own = [row for row in rows if row["survey"] == survey]
        title = f"Topline: {questionnaires()[survey].title}"
        note = "Every question with every answer, its base and the number who did not answer. A row is an answer."
        yield _sheet(sheet_name(f"Topline_{survey}"), title, (note,), shown, own)


def _exhibits(exhibits: Sequence[Exhibit], wave: Wave) -> Iterator[Sheet]:
    taken: list[str] = []
    for exhibit in exhibits:
        place = 1 + sum(one.chapter == exhibit.chapter for one in exhibits[: exhibits.index(exhibit)])
        rows = exhibit_rows(exhibit, wave)
        columns = [name for name in exhibit_columns(rows) if name != "wave"]
        shown = [name for name in columns if name != "series" or any(row[name] for row in rows)]
        taken.append(sheet_name(f"Table_{_short(exhibit.chapter)}_{place}", taken))
        yield _sheet(taken[-1], exhibit.title, (f"Chapter: {exhibit.heading}.", *exhibit.notes), shown, rows)


def _short(chapter: str) -> str:
    """The number of a chapter, or its name where it has none."""
    number = chapter.partition("_")[0]
    return str(int(number)) if number.isdigit() else chapter


def _statistics(rows: Sequence[Row]) -> Sheet:
    """Every number of the chapters: the rows of statistics.csv as they are."""
    note = "The rows of the file statistics.csv. A number that several chapters state has a row for each of them."
    return _sheet("Statistics", "Every number that the chapters state", (note,), STATISTICS, rows)


def _sheet(name: str, title: str, notes: tuple[str, ...], columns: Sequence[str], rows: Sequence[Row]) -> Sheet:
    numbers = (*NUMBERS, "asked", "missing")
    made = tuple(cells(row, columns, numbers) for row in rows)
    return Sheet(name, title, (ONE_TABLE, *notes), tuple(COLUMNS.get(name, Column(name, 30)) for name in columns), made)
