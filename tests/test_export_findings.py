"""Whatever is wrong with an export has a code of its own, is named by its place, and leaves nothing behind."""

from __future__ import annotations

import ast
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk, desk
from exports import excel_file, people, qualtrics, rows_by_id, spss_file, surveymonkey, text_of

from analysis.inputs.exports.codes import CODES
from analysis.inputs.findings import COLUMNS
from analysis.paths import ROOT

__all__ = ["desk"]

Spoil = Callable[[Desk], None]
# By code: what spoils the export or the command, and the words that must stand in the message.
BROKEN: dict[str, tuple[Spoil, str]] = {}
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")


def broken(code: str, words: str) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        assert code not in BROKEN
        BROKEN[code] = (spoil, words)
        return spoil

    return register


def column(rows: list[list[object]], name: str) -> int:
    return rows[0].index(name)


def changed(desk: Desk, question: str, cells: dict[int, object], survey: str = "commissioners") -> None:
    """Change these cells of a question, by the row that a person sees (the heading is row 1)."""
    rows = desk.rows(survey)
    place = column(rows, question)
    for row, cell in cells.items():
        rows[row - 1][place] = cell
    desk.put(rows, survey=survey)


def everywhere(desk: Desk, question: str, cell: object, share: int = 1) -> None:
    changed(desk, question, dict.fromkeys(range(2, 26, share), cell))


def added(desk: Desk, heading: str, cells: Callable[[int], object]) -> None:
    """Add a column; `cells` by the row that a person sees."""
    rows = desk.rows()
    rows[0].append(heading)
    for number, row in enumerate(rows[1:], start=2):
        row.append(cells(number))
    desk.put(rows)


def workbook(desk: Desk, **sheets: list[list[object]]) -> Path:
    desk.files["commissioners"] = excel_file(desk.folder / "book.xlsx", sheets)
    return desk.files["commissioners"]


# The file


@broken("E-FILE-MISSING", "nowhere.csv: found no such file")
def _(desk: Desk) -> None:
    desk.files["commissioners"] = desk.folder / "nowhere.csv"


@broken("E-FILE-FOLDER", "found a folder")
def _(desk: Desk) -> None:
    desk.files["commissioners"] = desk.waves


@broken("E-FILE-UNREADABLE", "found a file that cannot be opened")
def _(desk: Desk) -> None:
    desk.files["commissioners"] = desk.folder / f"{'x' * 300}.csv"


@broken("E-FILE-EMPTY", "empty.csv: found an empty file")
def _(desk: Desk) -> None:
    desk.put_bytes(b"\xef\xbb\xbf \r\n\r\n", "empty.csv")


@broken("E-FILE-LARGE", "expected at most 200 bytes")
def _(desk: Desk) -> None:
    desk.processing(bytes=200)


@broken("E-FILE-TYPE", "found the ending '.ods'")
def _(desk: Desk) -> None:
    desk.put_bytes(b"PK\x03\x04", "export.ods")


@broken("E-FILE-DISGUISED", "found the content of a file of another kind (web page)")
def _(desk: Desk) -> None:
    desk.put_bytes(b"<!DOCTYPE html><html>Sign in to see your results</html>", "export.csv")


@broken("E-FILE-ENCRYPTED", "remove the password")
def _(desk: Desk) -> None:
    desk.put_bytes(OLD_OFFICE + bytes(2000) + "EncryptedPackage".encode("utf-16-le"), "export.xlsx")


@broken("E-FILE-OLD-EXCEL", "save the file as .xlsx")
def _(desk: Desk) -> None:
    desk.put_bytes(OLD_OFFICE + b"Workbook" * 100, "export.xlsx")


@broken("E-FILE-DAMAGED", "damaged or incomplete")
def _(desk: Desk) -> None:
    whole = workbook(desk, Data=desk.rows()).read_bytes()
    desk.put_bytes(whole[: len(whole) // 2], "half.xlsx")


@broken("E-FILE-BOMB", "bytes when unpacked")
def _(desk: Desk) -> None:
    path = workbook(desk, Data=desk.rows())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", bytes(11_000_000))


@broken("E-FILE-UNSAFE", "defines or refers to other content")
def _(desk: Desk) -> None:
    path = workbook(desk, Data=desk.rows())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + sheet.replace(b"role", b"&a;", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@broken("E-FILES-SAME", "found the same content in")
def _(desk: Desk) -> None:
    desk.put(desk.rows(), "copy.csv", survey="third_sector")


# Its text


@broken("E-ENCODING", "row 4: found byte 0x92, which is not utf-8 like the rest of the file")
def _(desk: Desk) -> None:
    lines = text_of(desk.rows()).encode().split(b"\r\n")
    lines[1] += "é".encode()
    lines[3] += b"don\x92t"
    desk.put_bytes(b"\r\n".join(lines), "mixed.csv")


@broken("E-NUL", "row 1: found a null character")
def _(desk: Desk) -> None:
    desk.put_bytes(text_of(desk.rows()).replace(",", ",\x00", 30).encode(), "nulls.csv")


@broken("E-DELIMITER", "found one column only")
def _(desk: Desk) -> None:
    desk.put_bytes("\n".join("~".join(map(str, row)) for row in desk.rows()).encode(), "tildes.csv")


@broken("E-QUOTES", "row 3: found unexpected end of data")
def _(desk: Desk) -> None:
    rows = desk.rows()
    rows[2][0] = "QUOTE"
    desk.put_bytes(text_of(rows).replace("QUOTE", '"open').encode(), "quotes.csv")


@broken("E-CELL-LONG", "row 3: found a cell of very many characters")
def _(desk: Desk) -> None:
    changed(desk, "role", {3: "x" * 200_000})


@broken("E-ROW-RAGGED", "row 4, 6: found fewer cells than the heading has; expected 29 cells in each row")
def _(desk: Desk) -> None:
    rows = desk.rows()
    del rows[3][5], rows[5][5]
    desk.put(rows)


# Its sheets and its heading


@broken("E-SHEET-UNKNOWN", "found no sheet 'Date'; expected one of the sheets 'Data', 'Notes'")
def _(desk: Desk) -> None:
    workbook(desk, Data=desk.rows(), Notes=[["nothing"]])
    desk.arguments += ["--sheet", "Date"]


@broken("E-SHEET-AMBIGUOUS", "found 2 sheets that could be the one: 'March', 'April'")
def _(desk: Desk) -> None:
    workbook(desk, March=desk.rows(), April=desk.rows())


@broken("E-SHEET-EMPTY", "found no cell with anything in it")
def _(desk: Desk) -> None:
    workbook(desk, Data=[])


@broken("E-SHEET-USELESS", "found a sheet, 'Data', asked of a text")
def _(desk: Desk) -> None:
    desk.arguments += ["--sheet", "commissioners=Data"]


@broken("E-SHEET-TWICE", "argument --sheet: found several sheets for commissioners")
def _(desk: Desk) -> None:
    workbook(desk, Data=desk.rows())
    desk.arguments += ["--sheet", "commissioners=Data", "--sheet", "commissioners=Data"]


@broken("E-SHEET-NAME", "argument --sheet: found nothing")
def _(desk: Desk) -> None:
    desk.arguments += ["--sheet", ""]


@broken("E-FORMULA", "sheet Data, row 3, 4: found 3 formulas that were never calculated")
def _(desk: Desk) -> None:
    rows = desk.rows()
    rows[2][0], rows[2][1], rows[3][0] = '=UPPER("x")', "=1+1", "=A1"
    workbook(desk, Data=rows)


@broken("E-HEADER-MISSING", "found no row that could be a heading")
def _(desk: Desk) -> None:
    desk.put([["1", "2", "3"] for _ in range(20)])


@broken("E-HEADER-BLANK", "column AD '[column AD]': found a column without a heading")
def _(desk: Desk) -> None:
    added(desk, "", lambda row: "something")


@broken("E-HEADER-TWICE", "several columns for role: A 'role [column A]', AD 'Role [column AD]'")
def _(desk: Desk) -> None:
    added(desk, "Role", lambda row: "procurement")


@broken("E-ROWS-NONE", "row 1: found no row below the heading")
def _(desk: Desk) -> None:
    desk.put(desk.rows()[:1])


@broken("E-ROWS-MANY", "found more than 20 rows")
def _(desk: Desk) -> None:
    desk.processing(rows=20)
    rows = desk.rows("third_sector")[:15]
    desk.put(rows + rows[1:], survey="third_sector")


@broken("E-COLUMNS-MANY", "row 1: found 30 columns; expected at most 29 columns")
def _(desk: Desk) -> None:
    desk.processing(columns=29)


# Its survey and its columns


@broken("E-SURVEY-OTHER", "commissioners-export.csv: found 30 questions of third_sector, and 4 of commissioners")
def _(desk: Desk) -> None:
    desk.put([*desk.rows("third_sector"), desk.rows("third_sector")[1]])


@broken("E-SURVEYS-SWAPPED", "found the exports of the two surveys, each given as the other's")
def _(desk: Desk) -> None:
    desk.files = {"commissioners": desk.files["third_sector"], "third_sector": desk.files["commissioners"]}


@broken("E-COLUMN-UNKNOWN", "column AD 'Length of service': found a column that is not known")
def _(desk: Desk) -> None:
    added(desk, "Length of service", lambda row: f"{row} years")


@broken("E-COLUMN-TWICE", "several columns for region: C 'region', AD 'In which region are you based?'")
def _(desk: Desk) -> None:
    added(desk, "In which region are you based?", lambda row: "London")


@broken("E-COLUMN-BLANK", "column C 'region': found no answer in any row")
def _(desk: Desk) -> None:
    everywhere(desk, "region", "")


@broken("E-COLUMN-DROPPED", "column C 'region': found answers to region, which was declared dropped")
def _(desk: Desk) -> None:
    instrument(desk, "commissioners: {dropped: {region: {why: Not asked.}}}")


@broken("E-COLUMN-PROSE", "column C 'region': found 30 different texts that are no answers, such as 'town 2'")
def _(desk: Desk) -> None:
    rows = rows_by_id("commissioners", people("commissioners", 30))
    for number, row in enumerate(rows[1:], start=2):
        row[2] = f"town {number}"
    desk.put(rows)


@broken("E-QUESTION-MISSING", "found no column for the question region ('In which region are you based?')")
def _(desk: Desk) -> None:
    desk.put([[*row[:2], *row[3:]] for row in desk.rows()])


# Its cells


@broken("E-ANSWER-UNKNOWN", "row 3, 9, column A 'role': found 'Comissioner' (2 times)")
def _(desk: Desk) -> None:
    changed(desk, "role", {3: "Comissioner", 9: "Comissioner"})


@broken("E-TICK-UNKNOWN", "found 'perhaps'; expected yes or no, 1 or 0, or 'in house'")
def _(desk: Desk) -> None:
    rows = desk.rows()
    rows[0][column(rows, "training_provider")] = "training_provider_in_house"
    for row in rows[1:]:
        row[-1] = "yes" if "in_house" in str(row[-1]) else ""
    rows[5][-1] = "perhaps"
    desk.put(rows)


@broken("E-CODE-UNLABELLED", "column C 'region': found codes without labels: 1, 2, 3")
def _(desk: Desk) -> None:
    changed(desk, "region", {row: row % 3 + 1 for row in range(2, 26)})


@broken("E-CODE-TEXT", "row 7, column C 'region': found 'Londn'; expected one of the answers of region")
def _(desk: Desk) -> None:
    desk.mapping({"answers": {"region": {"1": "london", "2": "north_east"}}})
    changed(desk, "region", {**{row: row % 2 + 1 for row in range(2, 26)}, 7: "Londn"})


@broken("E-CODE-RANGE", "row 4, 6, 8 and 1 more: found 4 of 24 cases of this at region")
def _(desk: Desk) -> None:
    desk.mapping({"answers": {"region": {"1": "london", "2": "north_east"}}})
    changed(desk, "region", {**{row: row % 2 + 1 for row in range(2, 26)}, **dict.fromkeys((4, 6, 8, 10), 7)})


@broken("E-CELL-ERROR", "sheet Data, row 5, column C 'region': found '#REF!'; expected a value")
def _(desk: Desk) -> None:
    rows = desk.rows()
    rows[4][2] = "#REF!"
    workbook(desk, Data=rows)


@broken("E-CELL-DATE", "a spreadsheet took an answer such as 10-50 for a date")
def _(desk: Desk) -> None:
    from datetime import datetime

    rows = desk.rows()
    rows[4][column(rows, "contract_share")] = datetime(2010, 10, 1)
    workbook(desk, Data=rows)


@broken("E-ANSWERS-SEVERAL", "row 2, 3, 4 and 1 more: found 4 of 24 cases of this at role")
def _(desk: Desk) -> None:
    changed(desk, "role", dict.fromkeys(range(2, 6), "governance; procurement"))


@broken("E-ANSWERS-EXCLUSIVE", "cases of this at collaboration: an answer that rules out all others")
def _(desk: Desk) -> None:
    changed(desk, "collaboration", dict.fromkeys(range(2, 7), "partnership;never"), "third_sector")


@broken("E-ROUTING", "cases of this at training_provider: an answer to a question that the respondent's own")
def _(desk: Desk) -> None:
    rows = desk.rows()
    training = column(rows, "training")
    for row in rows[1:7]:
        row[training], row[training + 1] = "never", "in_house"
    desk.put(rows)


# Its records


@broken("E-ID-CONSTANT", "column AD 'Respondent ID': found the same identifier, '7', in all rows")
def _(desk: Desk) -> None:
    added(desk, "Respondent ID", lambda row: 7)


@broken("E-ID-REPEATED", "found 12 of 24 records repeat the identifier of another; expected at most 10%")
def _(desk: Desk) -> None:
    added(desk, "Respondent ID", lambda row: row // 2)


@broken("E-STATUS-UNKNOWN", "row 5, column AD 'Status': found 'archived'")
def _(desk: Desk) -> None:
    added(desk, "Status", lambda row: "archived" if row == 5 else "Complete")


@broken("E-DATE-UNREADABLE", "row 6, column AD 'Start Date': found 'yesterday', which is no date like the others")
def _(desk: Desk) -> None:
    added(desk, "Start Date", lambda row: "yesterday" if row == 6 else f"2010-03-{row:02}")


@broken("E-DATE-ORDER", "found 24 records that ended before they began")
def _(desk: Desk) -> None:
    rows = desk.rows()
    for number, row in enumerate(rows):
        row += [f"2010-03-{number + 1:02}", f"2010-02-{number + 1:02}"] if number else ["Start Date", "End Date"]
    desk.put(rows)


@broken("E-RESPONSES-FEW", "found 9 of 24 records left after processing; expected at least 10")
def _(desk: Desk) -> None:
    added(desk, "Status", lambda row: "Complete" if row < 11 else "Survey Preview")


# What is declared


@broken("E-MAPPING-MISSING", "nowhere.yml: found no such file")
def _(desk: Desk) -> None:
    desk.arguments += ["--mapping", str(desk.folder / "nowhere.yml")]


@broken("E-MAPPING-LARGE", "expected at most 50 bytes")
def _(desk: Desk) -> None:
    desk.processing(mapping_bytes=50)
    desk.mapping({"columns": {"role": "role", "region": "region"}})


@broken("E-MAPPING-YAML", "commissioners.yml, row 4: found the key 'role' a second time")
def _(desk: Desk) -> None:
    desk.mapping("survey: commissioners\ncolumns:\n  role: role\n  role: region\n")


@broken("E-MAPPING-SHAPE", "column columns.role: found {'ignored': 'no reason'}; expected an id, or one of ignore:")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"role": {"ignored": "no reason"}}})


@broken("E-MAPPING-REASON", "column columns.role: found {'ignore': ' '}; expected a reason after ignore:")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"role": {"ignore": " "}}})


@broken("E-MAPPING-SURVEY", "column survey: found the survey 'visitors'; expected one of commissioners, third_sector")
def _(desk: Desk) -> None:
    desk.mapping({"survey": "visitors"})


@broken("E-MAPPING-TWICE", "second.yml: found a second mapping file for commissioners")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"role": "role"}})
    desk.mapping({"columns": {"role": "role"}}, "second.yml")


@broken("E-MAPPING-UNDECIDED", "column columns.role: found an entry that nobody has decided yet")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"role": "to be decided"}})


@broken("E-MAPPING-QUESTION", "found no question 'rôle'; expected a question that the wave asked in commissioners")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"role": "rôle"}})


@broken("E-MAPPING-ANSWER", "found no answer 'londen' of region; expected one of east_midlands")
def _(desk: Desk) -> None:
    desk.mapping({"answers": {"region": {"1": "londen"}}})


@broken("E-MAPPING-UNUSED-COLUMN", "column columns: found an entry for 'Job', which the export does not have")
def _(desk: Desk) -> None:
    desk.mapping({"columns": {"Job": {"ignore": "not a question"}}})


@broken("E-MAPPING-UNUSED-ANSWER", "column answers.region: found an entry for 'Wales', which the export does not have")
def _(desk: Desk) -> None:
    desk.mapping({"answers": {"region": {"Wales": {"no_answer": "outside England"}}}})


@broken("E-MAPPING-UNUSED-TEST", "column test_records: found an entry for 'row 99', which the export does not have")
def _(desk: Desk) -> None:
    desk.mapping({"test_records": ["row 99", "row 3"]})


def instrument(desk: Desk, text: str) -> None:
    path = desk.folder / "instrument.yml"
    path.write_text(text, "utf-8")
    desk.arguments += ["--instrument", str(path)]


@broken("E-INSTRUMENT", "instrument.yml, column commissioners.regio: found no question 'regio'")
def _(desk: Desk) -> None:
    instrument(desk, "commissioners: {dropped: {regio: {why: Not asked.}}}")


@broken("E-INSTRUMENT-MISSING", "nowhere.yml: found no such file")
def _(desk: Desk) -> None:
    desk.arguments += ["--instrument", str(desk.folder / "nowhere.yml")]


@broken("E-INSTRUMENT-UNDECIDED", "column commissioners.region: found a reason that nobody has given yet")
def _(desk: Desk) -> None:
    instrument(desk, "commissioners: {dropped: {region: {why: to be decided}}}")
    desk.put([[*row[:2], *row[3:]] for row in desk.rows()])


@broken("E-DRAFT-EXISTS", "commissioners-export.mapping.yml: found an earlier draft")
def _(desk: Desk) -> None:
    added(desk, "Length of service", lambda row: f"{row} years")
    (desk.folder / "commissioners-export.mapping.yml").write_text("survey: commissioners\n")
    desk.arguments += ["--draft-mapping"]


# What is asked for


def named(name: str) -> Spoil:
    def spoil(desk: Desk) -> None:
        run = desk.run
        desk.run = lambda *arguments: run(*arguments, wave=name)  # type: ignore[method-assign]

    return spoil


broken("E-WAVE-ID", "argument ID: found '2010 Outcome'; expected small letters, digits and hyphens")(
    named("2010 Outcome")
)
broken("E-WAVE-PATH", "argument ID: found '../autumn'; expected the name of a wave")(named("../autumn"))
broken("E-WAVE-EXISTS", "argument ID: found the wave 'spring', which there is")(named("spring"))


@broken("E-WAVE-NONE", "argument --replace: found no wave 'autumn'; expected one of spring")
def _(desk: Desk) -> None:
    desk.arguments += ["--replace"]


@broken("E-WAVES", "data/waves/summer/wave.yml, column title: found nothing")
def _(desk: Desk) -> None:
    desk.another_wave(id="summer")
    path = desk.waves / "summer" / "wave.yml"
    path.write_text(path.read_text().replace("title: Spring\n", ""))


@broken("E-STATUS-REPLACED", "argument --status: found simulated responses in place of collected ones")
def _(desk: Desk) -> None:
    named("spring")(desk)
    desk.arguments += ["--replace", "--status", "simulated"]


@broken("E-TITLE", "argument --title: found nothing")
def _(desk: Desk) -> None:
    desk.arguments += ["--title", " "]


@broken("E-FIELDWORK", "argument --fieldwork: found 'March\\nApril'; expected one line")
def _(desk: Desk) -> None:
    desk.arguments += ["--fieldwork", "March\nApril"]


@broken(
    "E-FOLLOWS-UNKNOWN", "argument --follows: found no wave 'sprin'; expected one of spring; to put it right: perhaps"
)
def _(desk: Desk) -> None:
    desk.arguments += ["--follows", "sprin"]


@broken("E-FOLLOWS-SELF", "argument --follows: found the wave itself")
def _(desk: Desk) -> None:
    desk.arguments += ["--follows", "autumn"]


@broken("E-FOLLOWS-CIRCLE", "argument --follows: found summer, which itself comes after spring")
def _(desk: Desk) -> None:
    desk.another_wave(id="summer", follows="spring")
    named("spring")(desk)
    desk.arguments += ["--replace", "--follows", "summer"]


@broken("E-FOLLOWS-SIMULATED", "argument --follows: found trial, which is simulated")
def _(desk: Desk) -> None:
    desk.another_wave(id="trial", status="simulated")
    desk.arguments += ["--follows", "trial"]


@broken("E-FOLLOWS-AMBIGUOUS", "found several waves that it could follow: spring, summer")
def _(desk: Desk) -> None:
    desk.another_wave(id="summer")


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_wrong_has_a_code_and_is_named_by_its_place(desk: Desk, code: str) -> None:
    spoil, words = BROKEN[code]
    spoil(desk)
    before = left(desk)
    assert desk.run() == 2
    assert set(desk.codes()) == {code}, desk.errors
    assert words in desk.errors
    assert left(desk) == before, "something was left behind"


def left(desk: Desk) -> list[str]:
    """What lies in the study's data."""
    return sorted(path.relative_to(desk.folder).as_posix() for path in (desk.folder / "data").rglob("*"))


def test_the_good_exports_are_not_refused(desk: Desk) -> None:
    assert desk.run() == 0, desk.errors


def test_every_code_is_tried_and_every_code_in_the_package_is_listed() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "analysis").rglob("*.py")]
    strings = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"E-[A-Z-]+[A-Z]", node.value)
    }
    assert strings == set(CODES) == set(BROKEN)
    assert len(BROKEN) >= 40
    assert len(set(CODES.values())) == len(CODES), "two codes mean the same"


# Several things wrong at once


def test_everything_wrong_is_reported_in_one_run(desk: Desk) -> None:
    rows = desk.rows()
    rows[0][column(rows, "contract_length")] = "How long do contracts run"
    rows[4][column(rows, "role")] = "Comissioner"
    rows[0].append("Length of service")
    rows[1][2] = "Lundon"
    desk.put([row if len(row) == 30 else [*row, "x"] for row in rows])
    desk.put_bytes(b"%PDF-1.4 ...", "report.pdf.csv", survey="third_sector")
    desk.arguments += ["--title", "", "--follows", "nothing"]
    assert desk.run() == 2
    assert sorted(desk.codes()) == [
        "E-ANSWER-UNKNOWN", "E-ANSWER-UNKNOWN", "E-COLUMN-UNKNOWN", "E-COLUMN-UNKNOWN", "E-FILE-DISGUISED",
        "E-FOLLOWS-UNKNOWN", "E-QUESTION-MISSING", "E-TITLE",
    ]  # fmt: skip
    assert "perhaps 'commissioner' (commissioner)" in desk.errors
    assert "perhaps 'London' (london)" in desk.errors


def test_a_cause_that_repeats_is_one_finding_that_names_the_first_rows(desk: Desk) -> None:
    everywhere(desk, "role", "Clerk")
    assert desk.run() == 2
    (finding,) = desk.findings()
    assert "row 2, 3, 4 and 21 more" in finding and "'Clerk' (24 times)" in finding


def test_findings_are_written_to_a_file_that_a_spreadsheet_shows(desk: Desk) -> None:
    changed(desk, "role", {4: "=1+1"})
    added_rows = [[*row, "-" if number else "=HYPERLINK()"] for number, row in enumerate(desk.rows("third_sector"))]
    desk.put(added_rows, survey="third_sector")
    target = desk.folder / "findings.csv"
    assert desk.run("--findings", str(target)) == 2
    header, *lines = target.read_text("utf-8").splitlines()
    assert header == ",".join(COLUMNS)
    assert [line.partition(",")[0] for line in lines] == desk.codes()
    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_text_cannot_write_to_the_terminal(desk: Desk) -> None:
    changed(desk, "role", {3: "\x1b[2J\x1b]0;title\x07gone"})
    assert desk.run() == 2
    assert "\x1b" not in desk.errors and "\\x1b[2J" in desk.errors


def test_a_link_that_leads_to_itself_is_no_file(desk: Desk) -> None:
    loop = desk.folder / "loop.csv"
    loop.symlink_to(loop)
    desk.files["commissioners"] = loop
    assert desk.run() == 2
    assert desk.codes() == ["E-FILE-MISSING"]


def test_a_named_pipe_is_refused_and_not_waited_for(desk: Desk) -> None:
    pipe = desk.folder / "pipe.csv"
    os.mkfifo(pipe)
    desk.files["commissioners"] = pipe
    assert desk.run() == 2
    assert desk.codes() == ["E-FILE-FOLDER"]


@pytest.mark.parametrize("make", [surveymonkey, qualtrics])
def test_findings_name_rows_as_the_file_shows_them(desk: Desk, make: Callable[..., list[list[object]]]) -> None:
    rows = make("commissioners", people("commissioners"))
    heading = 3 if make is qualtrics else 2
    place = len(rows[0]) - 1 if make is qualtrics else 6
    rows[heading + 4][place] = "nonsense"
    desk.put([["Results"], [], *rows])
    desk.files["commissioners"] = csv_file_with_titles(desk, rows)
    assert desk.run() == 2
    assert f"row {heading + 4 + 1 + 2}, column" in desk.errors


def csv_file_with_titles(desk: Desk, rows: list[list[object]]) -> Path:
    """An export below two rows of title, the second of them blank."""
    path = desk.folder / "titled.csv"
    path.write_text(text_of([["Results"], [], *rows]), "utf-8")
    return path


def test_a_case_of_an_spss_file_is_named_by_its_number(desk: Desk) -> None:
    persons = people("commissioners")
    path = spss_file(desk.folder / "export.sav", "commissioners", persons)
    import pyreadstat

    frame, about = pyreadstat.read_sav(path)
    frame.loc[6, "q1"] = 9.0
    labels = {**about.variable_value_labels, "q1": {**about.variable_value_labels["q1"], 9.0: "Chair"}}
    pyreadstat.write_sav(frame, path, column_labels=about.column_labels, variable_value_labels=labels)
    desk.files["commissioners"] = path
    assert desk.run() == 2
    assert "E-ANSWER-UNKNOWN export.sav, row 7, column B 'q1': found '9', labelled 'Chair'" in desk.errors
