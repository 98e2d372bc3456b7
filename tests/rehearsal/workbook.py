"""The third sector's export: a workbook as an online tool makes it, after several people have handled it.

Titles stand above a heading of two rows, a sheet of notes stands first, blank rows and a hidden one between the
records; answers are typed in several ways, and some cells hold what no respondent can have answered.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from numpy.random import Generator
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from rehearsal.population import Population
from rehearsal.records import Record
from rehearsal.spss import WRITTEN

from analysis.inputs.questionnaire import Question

# Multiple response in one column, the answers behind each other; the others have one column an answer.
DELIMITED = ("organisation_form", "service_areas")
AGREEMENT = {"agree": "Agree", "disagree": "Disagree", "unsure": "Neither / unsure"}
LABELS: Mapping[str, Mapping[str, str]] = {
    "size": {"small": "Fewer than 10", "medium": "10 to 50", "large": "More than 50", "unsure": "Not sure"},
    "public_income_share": {"under_10": "Under 10 per cent", "from_10_to_50": "10 to 50 per cent",
                            "over_50": "Over 50 per cent"},
    "support_received": {"planned": "No, but we know of support that is planned", "never": "No, never"},
    "better_public_skills": {"less": "Fairly or not effective"},
    "making_the_case": {"less": "Fairly or not effective"},
}  # fmt: skip
HEADINGS: Mapping[str, str] = {
    "organisation_form": "Which of these describe your organisation? Please tick all that apply",
    "public_income_share": "Income from the public sector (share of your organisation’s income)",
    "challenges_for_trustees": "Commissioning is a challenge for trustees and board members. Do you agree or disagree?",
}
NOTES = (
    ("Rehearsal: made up. Nobody answered these questions.",),
    ("Sheet", "What is in it"),
    ("Responses", "All records, partial ones included"),
    ("To do", "take the tests out, ask about the duplicate"),
)
TITLES = (("Third sector survey: all responses",), ("Rehearsal: made up. No one’s answers.",), ())
REMARKS = "Please add anything else that you would like to say"
# A file that is made again is to be the same: the day on which it was made is left out.
NO_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Heading:
    """One column: its two rows of heading, the question it belongs to, the answer that it alone stands for."""

    first: str
    second: str
    question: str = ""
    answer: str = ""


def spoiled(records: Sequence[Record], random: Generator) -> list[Record]:
    """The records with cells that cannot be, each with what the rules leave of it."""
    found, free = list(records), iter(random.permutation(len(records)).tolist())

    def take(question: str, value: tuple[str, ...] = ()) -> int:
        """A record that is analysed and answers the question, with this answer if one is given."""
        fits = (i for i in free if found[i].analysed and set(value) <= set(found[i].cells.get(question, ())))
        return next(i for i in fits if question in found[i].cells and not found[i].unfinished)

    # A code that stands for nothing, and two answers where one was asked for.
    for question, text in (("larger_preferred", "7"), ("processes_fair", "Agree; Disagree"), ("feedback_sought", "9")):
        i = take(question)
        left = {name: cell for name, cell in found[i].cells.items() if name != question}
        found[i] = replace(found[i], analysed=left, raw={question: text})
    for question, more in (("early_involvement_ways", "lsp"), ("collaboration", "partnership")):
        i = take(question, ("never",))
        given = {**found[i].cells, question: (more, "never")}
        found[i] = replace(found[i], cells=given, analysed={**given, question: (more,)})
    # Answers about support by those who never received any.
    for answer in ("fairly", "not_helpful", "dont_know"):
        i = take("support_received", ("never",))
        found[i] = replace(found[i], cells={**found[i].cells, "support_helpful": (answer,)})
    return found


def headings(population: Population) -> list[Heading]:
    """The columns of the sheet, in their order."""
    tool = [Heading(name, "") for name in ("Respondent ID", "Collector ID", "IP Address", "Status", "Response type")]
    tool.append(Heading("Do you consent to take part?", "Response"))
    asked = [population.questionnaire("after").by_id[name] for name in population.asked("after")]
    own = [one for number, question in enumerate(asked, start=1) for one in _question_headings(number, question)]
    return [*tool, *own, Heading(REMARKS, "Open-Ended Response")]


def _question_headings(number: int, question: Question) -> Iterator[Heading]:
    text = f"Q{number}. {HEADINGS.get(question.id, ' '.join(question.wording.split())).replace(chr(39), '’')}"
    if question.kind == "multiple" and question.id not in DELIMITED:
        for place, answer in enumerate(question.answer_ids):
            yield Heading("" if place else text, label(question, answer), question.id, answer)
        return
    yield Heading(text, "Response", question.id)
    if question.id == "role":
        yield Heading("", "Other (please specify)")


def rows(population: Population, records: Sequence[Record], random: Generator) -> list[list[str]]:
    """The records as rows of the sheet; a blank row here and there."""
    questions = population.questionnaire("after").by_id
    columns = headings(population)
    found: list[list[str]] = []
    for number, record in enumerate(records):
        written = WRITTEN[int(random.integers(len(WRITTEN)))]
        tool = {
            "Respondent ID": str(11_000_000_000 + record.identifier),
            "Collector ID": "40017",
            "IP Address": f"198.51.100.{record.identifier % 250 + 1}",
            "Status": "Partial" if record.unfinished else "Complete",
            "Response type": "Test" if record.rule == "test_record" else "Normal",
            "Do you consent to take part?": "No" if record.rule == "consent_refused" else "Yes" if record.cells else "",
            REMARKS: written if record.cells and random.random() < 0.08 else "",
        }
        other = written if record.cells.get("role") == ("other",) and random.random() < 0.6 else ""
        found.append([
            _cell(questions[one.question], one, record, random) if one.question
            else other if one.second.startswith("Other") else tool[one.first] for one in columns
        ])  # fmt: skip
        # One record exported twice is the same in every cell, however it was typed.
        if record.rule == "same_record":
            found[-1] = list(found[-2])
        if number in (57, 58, 200):
            found.append([])
    return found


def _cell(question: Question, heading: Heading, record: Record, random: Generator) -> str:
    if question.id in record.raw:
        return record.raw[question.id]
    given = record.cells.get(question.id, ())
    if heading.answer:
        return label(question, heading.answer) if heading.answer in given else ""
    if not given:
        unanswered = record.cells and not record.unfinished and question.asked_if is None
        return "Prefer not to say" if unanswered and random.random() < 0.15 else ""
    return "; ".join(_typed(question, answer, random) for answer in given)


def label(question: Question, answer: str) -> str:
    if question.answer_ids == tuple(AGREEMENT):
        return AGREEMENT[answer]
    own = next(item.label for item in question.answers if item.id == answer)
    text = LABELS.get(question.id, {}).get(answer, own)
    return text[:1].upper() + text[1:]


def _typed(question: Question, answer: str, random: Generator) -> str:
    """An answer as different hands type it, where it is in the questionnaire's words."""
    text, hand = label(question, answer), int(random.integers(12))
    own = next(item.label for item in question.answers if item.id == answer)
    if text.lower() != own.lower():
        return text
    match hand:
        case 0:
            return text.lower()
        case 1:
            return f"{text} "
        case 2:
            return text.replace("'", "’")
        case 3:
            return text.replace(" ", "\N{NO-BREAK SPACE}")
    return text


def write(columns: Sequence[Heading], cells: Sequence[Sequence[str]], path: Path) -> None:
    """Write the workbook; made again from the same cells it is the same to the byte."""
    book = Workbook()
    notes, sheet = book.worksheets[0], book.create_sheet("Responses")
    notes.title = "Notes"
    for row in NOTES:
        notes.append(row)
    for row in (*TITLES, [one.first for one in columns], [one.second for one in columns], *cells):
        sheet.append([cell or None for cell in row])
    _merge(sheet, columns, len(TITLES) + 1)
    sheet.row_dimensions[len(TITLES) + 20].hidden = True
    out = BytesIO()
    book.save(out)
    path.write_bytes(_without_day(out.getvalue()))


def _merge(sheet: Worksheet, columns: Sequence[Heading], row: int) -> None:
    """A question above several columns stands in one wide cell."""
    starts = [place for place, one in enumerate(columns) if one.first] + [len(columns)]
    for start, end in pairwise(starts):
        if end - start > 1:
            sheet.merge_cells(start_row=row, end_row=row, start_column=start + 1, end_column=end)


def _without_day(content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "docProps/core.xml":
                target.writestr(zipfile.ZipInfo(name, NO_DAY), source.read(name), zipfile.ZIP_DEFLATED)
            else:
                target.writestr(zipfile.ZipInfo(name, NO_DAY), _CORE, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_CORE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
