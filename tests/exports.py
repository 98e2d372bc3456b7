"""Made-up respondents, and the files in which survey tools would export what they answered."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.inputs.questionnaire import Questionnaire, questionnaires

# What one respondent answered: by question, answer ids.
Person = dict[str, tuple[str, ...]]
Row = list[Any]


def people(survey: str, count: int = 24, seed: int = 1, missing: float = 0.05) -> list[Person]:
    """Made-up respondents who follow the routing, leave out a question now and then, and use every answer."""
    chance = random.Random(f"{survey} {seed}")
    return [_person(questionnaires()[survey], place, chance, missing) for place in range(count)]


def _person(questionnaire: Questionnaire, place: int, chance: random.Random, missing: float) -> Person:
    person: Person = {}
    for question in questionnaire.questions:
        routing, ids = question.asked_if, question.answer_ids
        led = routing is None or bool(set(routing.answers) & set(person[routing.question]))
        # The first respondents go through the answers one by one, so that every answer is given.
        first = ids[place % len(ids)]
        if not led or (place >= 8 and chance.random() < missing):
            person[question.id] = ()
        elif question.kind == "single" or first in question.exclusive:
            person[question.id] = (first if place < 8 else chance.choice(ids),)
        else:
            open_to = [answer for answer in ids if answer not in question.exclusive]
            chosen = {chance.choice(open_to), first}
            person[question.id] = tuple(answer for answer in ids if answer in chosen)
    return person


def cells(survey: str, persons: Sequence[Person]) -> list[dict[str, str]]:
    """The answers as the coded file writes them."""
    names = list(questionnaires()[survey].by_id)
    return [{name: ";".join(person[name]) for name in names} for person in persons]


def rows_by_id(survey: str, persons: Sequence[Person]) -> list[Row]:
    """A table with the questionnaire's ids for heading and answers; several answers in one cell."""
    names = list(questionnaires()[survey].by_id)
    return [names, *([";".join(person[name]) for name in names] for person in persons)]


def labels(survey: str, question: str, answers: Sequence[str]) -> list[str]:
    return [questionnaires()[survey].by_id[question].label(answer) for answer in answers]


# Files


def text_of(rows: Sequence[Sequence[Any]], delimiter: str = ",", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)
    return out.getvalue()


def csv_file(path: Path, rows: Sequence[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes(text_of(rows, delimiter).encode(encoding))
    return path


def excel_file(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def spss_file(path: Path, survey: str, persons: Sequence[Person], **more: Any) -> Path:
    """Codes from 1 with labels; a variable for each answer of a multiple response question."""
    import pandas as pd
    import pyreadstat

    columns: dict[str, list[float | None]] = {"serial": [float(i + 101) for i in range(len(persons))]}
    wordings, texts = {"serial": "Respondent serial"}, {}
    for number, question in enumerate(questionnaires()[survey].questions, start=1):
        if question.kind == "single":
            name, ids = f"q{number}", question.answer_ids
            columns[name] = [float(ids.index(p[question.id][0]) + 1) if p[question.id] else None for p in persons]
            wordings[name] = question.wording
            texts[name] = {float(i + 1): question.label(answer) for i, answer in enumerate(ids)}
            continue
        for place, answer in enumerate(question.answer_ids, start=1):
            name = f"q{number}_{place}"
            columns[name] = [float(answer in p[question.id]) if p[question.id] else None for p in persons]
            wordings[name] = f"{question.wording}: {question.label(answer)}"
            texts[name] = {0.0: "Not selected", 1.0: "Selected"}
    frame = pd.DataFrame(columns)
    pyreadstat.write_sav(frame, path, column_labels=wordings, variable_value_labels=texts, **more)
    return path


# What tools write


def surveymonkey(survey: str, persons: Sequence[Person]) -> list[Row]:
    """Two rows of heading: the question, and below it the answer of a multiple response question or "Response"."""
    first = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address"]
    second = [""] * len(first)
    for question in questionnaires()[survey].questions:
        several = question.kind == "multiple"
        first += [question.wording, *[""] * (len(question.answers) - 1)] if several else [question.wording]
        second += [_offered(answer.id, answer.label) for answer in question.answers] if several else ["Response"]
    rows: list[Row] = [first, second]
    for number, person in enumerate(persons):
        row: Row = [11400 + number, 7, f"03/{number % 28 + 1:02}/2010", f"03/{number % 28 + 1:02}/2010", "10.1.1.1", ""]
        for question in questionnaires()[survey].questions:
            given = person[question.id]
            if question.kind == "multiple":
                row += [_ticked(answer.id, answer.label) if answer.id in given else "" for answer in question.answers]
            else:
                row += labels(survey, question.id, given) or [""]
        rows.append(row)
    return rows


def _offered(answer: str, label: str) -> str:
    return "Other (please specify)" if answer == "other" else label.capitalize()


def _ticked(answer: str, label: str) -> str:
    return "we simply talk to each other" if answer == "other" else label.capitalize()


def qualtrics(survey: str, persons: Sequence[Person]) -> list[Row]:
    """Three rows of heading: names, wordings, import ids. Several answers in one cell, separated by commas."""
    names = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished", "ResponseId", "DistributionChannel"]
    wordings = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Finished", "Response ID",
                "Distribution Channel"]  # fmt: skip
    questions = questionnaires()[survey].questions
    rows: list[Row] = [
        names + [f"Q{number}" for number in range(1, len(questions) + 1)],
        wordings + [f"{q.wording} - Selected Choice" if "other" in q.answer_ids else q.wording for q in questions],
        [f'{{"ImportId":"QID{number}"}}' for number in range(len(names) + len(questions))],
    ]
    for number, person in enumerate(persons):
        row: Row = ["2010-03-02 10:11:12", "2010-04-02 10:21:12", "IP Address", "10.1.1.1", 100, "True",
                    f"R_{number:05}", "anonymous"]  # fmt: skip
        rows.append(row + [",".join(labels(survey, q.id, person[q.id])) for q in questions])
    return rows


def limesurvey(survey: str, persons: Sequence[Person]) -> list[Row]:
    """One row of heading, in full: the wording, and in square brackets the answer. Yes or No, "Other" in words."""
    heading = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    for question in questionnaires()[survey].questions:
        offered = ["Other" if answer.id == "other" else answer.label for answer in question.answers]
        heading += (
            [f"{question.wording} [{text}]" for text in offered] if question.kind == "multiple" else [question.wording]
        )
    rows: list[Row] = [heading]
    for number, person in enumerate(persons, start=1):
        row: Row = [number, "2010-05-04 09:00:00", 4, "en", 123456]
        for question in questionnaires()[survey].questions:
            given = person[question.id]
            if question.kind == "single":
                row += labels(survey, question.id, given) or [""]
            else:
                row += [_yes_no(answer.id, given) for answer in question.answers]
        rows.append(row)
    return rows


def _yes_no(answer: str, given: Sequence[str]) -> str:
    if answer == "other":
        return "something else, in words" if answer in given else ""
    return "" if not given else "Yes" if answer in given else "No"
