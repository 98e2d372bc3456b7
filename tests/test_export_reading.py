"""The same answers make the same file, whichever survey tool exported them and in whichever kind of file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import SURVEYS, Desk, desk
from exports import (
    Person,
    Row,
    cells,
    csv_file,
    excel_file,
    labels,
    limesurvey,
    people,
    qualtrics,
    rows_by_id,
    spss_file,
    surveymonkey,
    text_of,
)

from analysis.inputs.exports.grid import Grid
from analysis.inputs.exports.headings import find_heading
from analysis.inputs.exports.wording import key, without_prefix
from analysis.inputs.questionnaire import questionnaires

__all__ = ["desk"]

Make = Callable[[Path, str, list[Person]], Path]


def as_csv(table: Callable[[str, list[Person]], list[Row]], **more: str) -> Make:
    return lambda folder, survey, persons: csv_file(folder / f"{survey}.csv", table(survey, persons), **more)


def as_excel(table: Callable[[str, list[Person]], list[Row]]) -> Make:
    """The sheet is neither the first nor without titles."""

    def make(folder: Path, survey: str, persons: list[Person]) -> Path:
        titled = [["Results"], [], [None, "exported"], *table(survey, persons)]
        return excel_file(folder / f"{survey}.xlsx", {"About": [["role", "of this file"]], "Data": titled})

    return make


def by_wording(survey: str, persons: list[Person]) -> list[Row]:
    """Numbered wordings, capital letters, typographic signs; several answers a line each."""
    questions = questionnaires()[survey].questions
    heading = [f"Q{n}. {q.wording.replace(chr(39), '’').upper()}" for n, q in enumerate(questions, start=1)]
    rows = [
        ["\n".join(text.title() for text in labels(survey, q.id, person[q.id])) for q in questions]
        for person in persons
    ]
    return [heading, *rows]


def by_topic(survey: str, persons: list[Person]) -> list[Row]:
    """Topics for heading, ids of answers between upright strokes."""
    questions = questionnaires()[survey].questions
    return [[f"{q.topic}:" for q in questions], *([" | ".join(person[q.id]) for q in questions] for person in persons)]


def by_variable(survey: str, persons: list[Person]) -> list[Row]:
    """Variables with the wordings in a second row; one column an answer, with 1 and 0."""
    names: Row = []
    wordings: Row = []
    rows: list[Row] = [[] for _ in persons]
    for question in questionnaires()[survey].questions:
        for answer in question.answers if question.kind == "multiple" else [None]:
            names.append(f"{question.id}_{answer.id}" if answer else question.id)
            wordings.append(f"{question.wording} - {answer.label}" if answer else question.wording)
            for row, person in zip(rows, persons, strict=True):
                row.append(int(answer.id in person[question.id]) if answer else "".join(person[question.id]))
    return [names, wordings, *rows]


def stata(folder: Path, survey: str, persons: list[Person]) -> Path:
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(cells(survey, persons))
    short = {name: f"v{place}" for place, name in enumerate(frame.columns)}
    path = folder / f"{survey}.dta"
    pyreadstat.write_dta(frame.rename(columns=short), path, column_labels=list(frame.columns))
    return path


FORMATS: dict[str, Make] = {
    "ids": as_csv(rows_by_id),
    "wordings": as_csv(by_wording),
    "topics": as_csv(by_topic),
    "variables and wordings": as_csv(by_variable),
    "variables in a workbook": as_excel(by_variable),
    "SurveyMonkey": as_csv(surveymonkey),
    "SurveyMonkey in a workbook": as_excel(surveymonkey),
    "Qualtrics": as_csv(qualtrics, encoding="utf-8-sig"),
    "Qualtrics with tabs in UTF-16": as_csv(qualtrics, delimiter="\t", encoding="utf-16"),
    "LimeSurvey": as_csv(limesurvey),
    "LimeSurvey with semicolons in the code page of Windows": as_csv(limesurvey, delimiter=";", encoding="cp1252"),
    "upright strokes in UTF-16 without a mark": as_csv(by_wording, delimiter="|", encoding="utf-16-le"),
    "SPSS": lambda folder, survey, persons: spss_file(folder / f"{survey}.sav", survey, persons),
    "packed SPSS": lambda folder, survey, persons: spss_file(folder / f"{survey}.zsav", survey, persons, compress=True),
    "Stata": stata,
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_answers_make_the_same_file(desk: Desk, name: str) -> None:
    persons = {survey: people(survey, 20, seed=3) for survey in SURVEYS}
    desk.files = {survey: FORMATS[name](desk.folder, survey, persons[survey]) for survey in SURVEYS}
    assert desk.run() == 0, desk.errors
    for survey in SURVEYS:
        expected = sorted(cells(survey, persons[survey]), key=lambda row: list(row.values()))
        assert desk.answers(survey) == expected


def test_one_workbook_may_hold_both_surveys(desk: Desk) -> None:
    book = excel_file(desk.folder / "both.xlsx", {f"Sheet {survey}": desk.rows(survey) for survey in SURVEYS})
    desk.files = dict.fromkeys(SURVEYS, book)
    assert desk.run() == 0, desk.errors
    assert len(desk.answers("third_sector")) == 24


def test_a_sheet_can_be_named(desk: Desk) -> None:
    rows = desk.rows()
    desk.files["commissioners"] = excel_file(desk.folder / "book.xlsx", {"March": rows, "April": rows[:16]})
    assert desk.run("--sheet", "april") == 0, desk.errors
    assert len(desk.answers()) == 15


def test_an_answer_that_holds_the_delimiter_is_not_taken_apart(desk: Desk) -> None:
    rows = desk.rows("third_sector")
    place = rows[0].index("role")
    for number, row in enumerate(rows[1:]):
        row[place] = "Volunteer, trustee or board member" if number % 2 else "employee"
    desk.put(rows, survey="third_sector")
    assert desk.run() == 0, desk.errors
    assert [row["role"] for row in desk.answers("third_sector")] == ["employee"] * 12 + ["volunteer_or_trustee"] * 12
    assert desk.count("several_answers", "third_sector") == 0


def test_of_two_answers_that_begin_alike_the_longer_one_is_meant(desk: Desk) -> None:
    declared = desk.folder / "instrument.yml"
    declared.write_text(
        "third_sector:\n  changed:\n    organisation_form:\n      why: Asked for more.\n"
        "      added: [{id: incorporated, label: 'charity, incorporated'}]\n"
    )
    rows = desk.rows("third_sector")
    place = rows[0].index("organisation_form")
    for row in rows[1:]:
        row[place] = "Charity, incorporated, development trust"
    desk.put(rows, survey="third_sector")
    assert desk.run("--instrument", str(declared)) == 0, desk.errors
    given = {row["organisation_form"] for row in desk.answers("third_sector")}
    assert given == {"development_trust;incorporated"}


@pytest.mark.parametrize("joined", ["{};{}", "{}; {}", "{},{}", "{}\n{}", "{} | {};"])
def test_a_list_in_one_cell_is_taken_apart_at_any_delimiter(desk: Desk, joined: str) -> None:
    rows = desk.rows()
    place = rows[0].index("early_involvement_ways")
    rows[1][place] = joined.format("consultations on a specific service", "Other (please specify)")
    rows[2:] = [[*row[:place], "lsp", *row[place + 1 :]] for row in rows[2:]]
    desk.put(rows)
    assert desk.run() == 0, desk.errors
    assert {row["early_involvement_ways"] for row in desk.answers()} == {"lsp", "service_consultations;other"}


def test_merged_headings_of_a_workbook_reach_over_their_columns(desk: Desk) -> None:
    from openpyxl import load_workbook

    persons = people("commissioners")
    path = excel_file(desk.folder / "merged.xlsx", {"Data": surveymonkey("commissioners", persons)})
    book = load_workbook(path)
    sheet = book["Data"]
    first = next(cell for cell in sheet[1] if str(cell.value).startswith("In which ways"))
    sheet.merge_cells(start_row=1, end_row=1, start_column=first.column, end_column=first.column + 2)
    sheet.merge_cells("A1:A2")
    book.save(path)
    desk.files["commissioners"] = path
    assert desk.run() == 0, desk.errors
    assert desk.answers() == sorted(cells("commissioners", persons), key=lambda row: list(row.values()))


def test_hidden_rows_are_read_and_counted(desk: Desk) -> None:
    from openpyxl import load_workbook

    path = excel_file(desk.folder / "hidden.xlsx", {"Data": desk.rows()})
    book = load_workbook(path)
    for row in (3, 4, 9):
        book["Data"].row_dimensions[row].hidden = True
    book.save(path)
    desk.files["commissioners"] = path
    assert desk.run() == 0, desk.errors
    assert (len(desk.answers()), desk.count("hidden_row")) == (24, 3)


def test_of_a_formula_the_value_counts_that_was_saved_with_it(desk: Desk) -> None:
    rows = desk.rows()
    rows[3][0] = "FORMULA"
    path = excel_file(desk.folder / "formula.xlsx", {"Data": rows})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    cell = '<c r="A4" t="inlineStr"><is><t>FORMULA</t></is></c>'
    assert cell in sheet
    computed = '<c r="A4" t="str"><f>LOWER("GOVERNANCE")</f><v>governance</v></c>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, sheet.replace(cell, computed).encode() if is_sheet else content)
    desk.files["commissioners"] = path
    assert desk.run() == 0, desk.errors
    before = [row[0] for row in rows[1:]]
    assert [row["role"] for row in desk.answers()].count("governance") == before.count("governance") + 1


def test_codes_that_an_spss_file_declares_missing_are_no_answers(desk: Desk) -> None:
    persons = people("commissioners")
    path = spss_file(desk.folder / "export.sav", "commissioners", persons)
    import pyreadstat

    frame, about = pyreadstat.read_sav(path)
    frame.loc[[2, 5], "q1"] = 97.0
    frame.loc[[3], "q1"] = 98.0
    texts = {**about.variable_value_labels, "q1": {**about.variable_value_labels["q1"], 97.0: "Skipped"}}
    pyreadstat.write_sav(frame, path, column_labels=about.column_labels, variable_value_labels=texts,
                         missing_ranges={"q1": [{"lo": 97, "hi": 98}]})  # fmt: skip
    desk.files["commissioners"] = path
    assert desk.run() == 0, desk.errors
    blank = sum(not person["role"] for place, person in enumerate(persons) if place not in (2, 3, 5))
    assert sum(not row["role"] for row in desk.answers()) == blank + 3
    assert desk.count("missing_code") == 3


# Headings


def recognise(row: list[str]) -> tuple[int, int]:
    """As if the study's questions were called after fish, and the tool's columns after tools."""
    return sum(cell in ("carp", "orfe", "tench") for cell in row), sum(cell in ("spade", "hoe") for cell in row)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["spade", "carp", "orfe"], ["1", "a", "b"]], (0, -1, -1, 1)),
        ([["Pond survey"], ["spade", "carp", "orfe"], ["1", "a", "b"]], (1, -1, -1, 2)),
        ([["v1", "v2", "v3"], ["spade", "carp", "orfe"], ["1", "a", "b"]], (0, 1, -1, 2)),
        ([["spade", "v2", "v3"], ["hoe", "carp", "orfe"], ["1", "a", "b"]], (0, 1, -1, 2)),
        ([["spade", "carp", ""], ["", "big", "small"], ["1", "x", ""]], (0, -1, 1, 2)),
        ([["spade", "carp", "carp"], ["", "big", "small"], ["1", "x", ""]], (0, -1, 1, 2)),
        ([["spade", "carp", "orfe"], ["", "Response", "Response"], ["1", "a", "b"]], (0, -1, 1, 2)),
        ([["spade", "carp", ""], ["1", "big", "small"], ["2", "x", ""]], (0, -1, -1, 1)),
        ([["spade", "carp"], ['{"ImportId":"x"}', '{"ImportId":"y"}'], ["1", "a"]], (0, -1, -1, 2)),
        ([["v1", "v2"], ["1", "a"]], (0, -1, -1, 1)),
        ([["1", "2"], ["1", "a"]], None),
    ],
    ids=["one row", "below a title", "names above wordings", "names with a tool's column", "answers below questions",
         "repeated questions", "responses", "no answers: a record", "import ids", "nothing known", "numbers only"],
)  # fmt: skip
def test_the_heading_is_found(rows: list[list[str]], found: tuple[int, ...] | None) -> None:
    grid = Grid("a.csv", "", rows, range(1, len(rows) + 1))
    heading = find_heading(grid, recognise)
    assert (heading and (heading.names, heading.labels, heading.options, heading.end)) == found


# Texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("don't know", "Don’t  Know."), ("dont_know", "don't know"), ("How often?", "HOW OFTEN…"),
        ("sub-groups", "sub–groups"), ("yes", "<b>Yes</b>"), ("R&D", "R&amp;D"), ("naïve", "nai\u0308ve"),
    ],
)  # fmt: skip
def test_texts_that_differ_in_typing_only_are_the_same(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("<10", ">10"), ("10%", "10"), ("-9", "9"), ("agree", "disagree"), ("10 to 50", "1050")]
)
def test_texts_that_differ_in_meaning_are_not(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Q12. How often", "How often"), ("q4a: How often", "How often"), ("12) How often", "How often"),
        ("b) always", "always"), ("Question 3 - How often", "How often"), ("10% to 50%", "10% to 50%"),
        ("a charity", "a charity"), ("3 years", "3 years"),
    ],
)  # fmt: skip
def test_a_number_before_the_words_is_no_part_of_them(text: str, plain: str) -> None:
    assert without_prefix(text) == plain


def test_a_file_that_says_its_delimiter_is_believed(desk: Desk) -> None:
    desk.put_bytes(b"sep=;\r\n" + text_of(desk.rows(), ";").encode(), "said.csv")
    assert desk.run() == 0, desk.errors
    assert len(desk.answers()) == 24
