"""Whatever is taken away from the book says what the book says: one number is the same in every file."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from analysis import paths
from analysis.display.records import MIME
from analysis.inputs.findings import InputError
from analysis.inputs.waves import find_wave
from analysis.publication import takeaway
from analysis.publication.contents import executed_chapters
from analysis.publication.exhibits import Exhibit, Number, read_exhibits
from analysis.publication.offers import with_offers
from analysis.publication.office_open import xlsx
from analysis.publication.open_document import ods
from analysis.publication.sheets import Column, Sheet, Workbook, sheet_name
from analysis.publication.tabulated import EXHIBIT, cells, exhibit_rows, ruled, safe

WAVE = find_wave("baseline")
CHAPTERS = executed_chapters(WAVE)
NUMBERS = ("percent", "count", "base", "low", "high", "least", "greatest")
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data(site: Path) -> Path:
    return site / "data" / WAVE.id


@pytest.fixture(scope="module")
def stated(data: Path) -> dict[str, Row]:
    """The numbers of statistics.csv by address: the file that all others are held against."""
    return {row["address"]: row for row in rows(data / "statistics.csv")}


def exhibits() -> Iterator[Exhibit]:
    return (exhibit for path in CHAPTERS for exhibit in read_exhibits(path))


def in_words(row: Row) -> str:
    """How the book shows a number of the baseline, worked out from its row alone."""
    if row["known"] == "not identified":
        return "not known"
    if row["known"] == "bounded":
        return f"{int(float(row['least']))}% to {-int(-float(row['greatest']) // 1)}%"
    if not row["percent"]:
        return f"{row['count']} of {row['base']}" if row["count"] else row["printed"].split("; ")[0]
    return f"{row['percent']}% [u]" if int(row["base"]) < 50 else f"{row['percent']}%"


# One number, the same everywhere


def test_the_data_of_a_chart_are_the_numbers_of_the_chapters(data: Path, stated: dict[str, Row]) -> None:
    told = 0
    for path in sorted(data.glob("exhibits/*.csv")):
        for row in rows(path):
            if row["known"] in ("not identified", ""):
                assert not any(row[name] for name in NUMBERS), "what is not known has no numbers"
                continue
            own = stated[row["address"]]
            assert [row[name] for name in (*NUMBERS, "known", "printed", "where")] == [
                own[name] for name in (*NUMBERS, "known", "printed", "where")
            ]
            told += 1
    assert told > 100


def test_the_topline_holds_every_share_that_a_chapter_states_of_one_answer(data: Path, stated: dict[str, Row]) -> None:
    topline = {row["address"]: row for row in rows(data / "topline.csv")}
    simple = [a for a, row in stated.items() if row["question"] and not row["group_by"] and "+" not in row["answers"]]
    assert len(simple) > 80
    for address in simple:
        told = NUMBERS if stated[address]["known"] != "not identified" else ()
        assert {name: topline[address][name] for name in told} == {name: stated[address][name] for name in told}
        assert topline[address]["shown"] == in_words(stated[address])


@pytest.mark.parametrize("name", ["tables.xlsx", "tables.ods"])
def test_every_number_of_the_chapters_stands_in_the_workbook(data: Path, stated: dict[str, Row], name: str) -> None:
    engine = "odf" if name.endswith("ods") else "openpyxl"
    sheets = pd.read_excel(data / name, sheet_name=None, header=None, engine=engine, keep_default_na=False)
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for sheet in sheets.values():
        heads = next((i for i, line in enumerate(sheet.values.tolist()) if "Address" in line), None)
        if heads is not None:
            columns = list(sheet.iloc[heads])
            for line in sheet.iloc[heads + 1 :].values.tolist():
                row = dict(zip(columns, line, strict=True))
                found[str(row["Address"])].append(row)
    for address, own in stated.items():
        assert found[address], address
        for row in found[address]:
            heads = HEADS if own["known"] != "not identified" else ["How it is known"]
            assert {head: as_text(row[head]) for head in heads} == {head: own[HEADS[head]] for head in heads}, address


HEADS = {
    "Percentage": "percent",
    "Count": "count",
    "Base": "base",
    "Indicative 95% interval: low": "low",
    "Indicative 95% interval: high": "high",
    "Least possible percentage": "least",
    "Greatest possible percentage": "greatest",
    "How it is known": "known",
}


def as_text(cell: object) -> str:
    if isinstance(cell, str):
        return "" if cell in ("[x]", "[z]") else cell
    return f"{cell:.10f}".rstrip("0").rstrip(".")


def test_each_number_of_a_page_is_the_one_of_the_files(site: Path, data: Path, stated: dict[str, Row]) -> None:
    seen = set()
    for chapter in CHAPTERS:
        page = BeautifulSoup((site / "book" / WAVE.id / f"{chapter.stem}.html").read_text("utf-8"), "html.parser")
        buttons = {button.get("popovertarget"): button.get_text() for button in page.find_all("button")}
        for told in page.select("[popover]"):
            address = "".join(row.get_text() for row in told.select(".row") if "Address:" in row.get_text())
            address, said = address.removeprefix("Address:").strip(), buttons.get(told["id"], "")
            # Words in place of a number ("just under half") are tested as claims, not here.
            if address in stated and said[-1:] in ("%", "]"):
                words = in_words(stated[address])
                assert said in (words, f"between {words.replace(' to ', ' and ')}"), (chapter.stem, address)
                seen.add(address)
        for row in page.select("tr[data-address]"):
            own, shown = stated.get(str(row["data-address"])), row.find("td")
            number = shown.find("button") if shown is not None else None
            assert (number.get_text() if number else "not known") == (in_words(own) if own else "not known")
            seen |= {str(row["data-address"])} if own else set()
    shares = {address for address, row in stated.items() if row["percent"]}
    assert len(shares & seen) > 0.8 * len(shares)


def test_what_is_read_out_of_a_chart_is_what_its_file_holds() -> None:
    read = 0
    for exhibit in exhibits():
        shown = {(number.label.lower(), number.shown) for number in exhibit.numbers}
        for label in {label for label, _ in shown}:
            for value in re.findall(rf"(?<=[.;] ){re.escape(label)}: ([^;,.]+)", exhibit.description.lower()):
                assert (label, value) in {(one, said.lower()) for one, said in shown}
                read += 1
    assert read > 60


def test_the_words_of_a_drawing_are_the_numbers_of_its_file(data: Path) -> None:
    drawn = 0
    for exhibit in exhibits():
        if exhibit.drawn:
            words = ElementTree.fromstring((data / f"exhibits/{exhibit.name}.svg").read_text("utf-8"))
            marks = [text for one in words.iter() if "value" in one.get("class", "") for text in one.itertext()]
            shown = " ".join(number.shown for number in exhibit.numbers)
            assert marks and all(mark.strip() in shown for mark in marks if mark.strip()), exhibit.name
            drawn += 1
    assert drawn >= 16


# Charts as files


def test_a_chart_stands_by_itself(data: Path) -> None:
    drawn = [exhibit for exhibit in exhibits() if exhibit.drawn]
    for exhibit in drawn:
        root = ElementTree.fromstring((data / f"exhibits/{exhibit.name}.svg").read_text("utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        text = "".join("".join(root.itertext()).split())
        for words in (exhibit.title, *exhibit.notes, f"{WAVE.title}: {WAVE.status}.", exhibit.description):
            assert "".join(words.split()) in text, exhibit.name
        links = [value for one in root.iter() for name, value in one.attrib.items() if name.endswith("href")]
        assert not [link for link in links if not link.startswith("#")]
        fonts = [one.get("font-family", "sans-serif") for one in root.iter()]
        assert all(font.endswith("sans-serif") for font in fonts)


def test_a_picture_has_twice_the_size_of_its_drawing(data: Path) -> None:
    for path in data.glob("exhibits/*.png"):
        picture = path.read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        size = [int.from_bytes(picture[start : start + 4], "big") for start in (16, 20)]
        root = ElementTree.fromstring(path.with_suffix(".svg").read_text("utf-8"))
        assert size == [2 * round(float(root.attrib[name])) for name in ("width", "height")]


# Workbooks


def test_a_workbook_can_be_read_by_everybody(data: Path) -> None:
    book = load_workbook(data / "tables.xlsx")
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert (book.properties.language, bool(book.properties.title)) == ("en-GB", True)
    for sheet in book.worksheets:
        assert len(sheet.title) <= 31 and not sheet.merged_cells.ranges
        assert sheet["A1"].value and sheet.column_dimensions["A"].width >= 15
        assert len(sheet.tables) == (0 if sheet.title == "Cover" else 1)
        for table in sheet.tables.values():
            cells = [cell for line in sheet[table.ref] for cell in line]
            assert all(cell.value is not None for cell in cells), f"{sheet.title}: a blank cell"
            assert all(cell.alignment.wrap_text for cell in cells)
            assert sheet.print_title_rows == f"${sheet[table.ref][0][0].row}:${sheet[table.ref][0][0].row}"
            assert sheet[table.ref][-1][-1].row == sheet.max_row, "one table, and nothing under it"
    linked = {cell.hyperlink.location.split("!")[0].strip("'") for cell in book["Contents"]["A"] if cell.hyperlink}
    assert linked == set(book.sheetnames) - {"Cover", "Contents"}


def test_both_workbooks_hold_the_same_cells(data: Path) -> None:
    one = pd.read_excel(data / "tables.xlsx", sheet_name=None, header=None)
    two = pd.read_excel(data / "tables.ods", sheet_name=None, header=None, engine="odf")
    assert list(one) == list(two) and len(one) > 25
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name])


def test_an_ods_file_says_what_it_is_and_in_which_language(data: Path) -> None:
    with ZipFile(data / "tables.ods") as packed:
        first = packed.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", 0)
        assert packed.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        for name in packed.namelist()[1:]:
            ElementTree.fromstring(packed.read(name))
        assert b"<dc:language>en-GB</dc:language>" in packed.read("meta.xml")
        content = packed.read("content.xml").decode("utf-8")
    tables = content.split("<table:table ")[1:]
    assert sum("<table:table-header-rows>" in table for table in tables) == len(tables) - 1
    assert "number-columns-spanned" not in content, "no merged cells"
    sheets = set(re.findall(r'<table:table table:name="(\w+)"', content))
    assert set(re.findall(r'xlink:href="#(\w+)\.A1"', content)) == sheets - {"Cover"}


@pytest.mark.parametrize("written", [xlsx, ods])
def test_a_workbook_is_the_same_whenever_it_is_written(written: object) -> None:
    columns = (Column("Answer", 20), Column("Percentage", 10, 1))
    sheet = Sheet("Table_1", "A table", ("A note.",), columns, (("=yes", 12.5), ("no & never", "[x]")), back="Table_1")
    book = Workbook("Tables", "Made up", "Nobody", (sheet,))
    first, second = written(book), written(book)  # type: ignore[operator]
    assert first == second
    with ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in packed.namelist() if b"dcterms:created" in packed.read(name)]
    engine = "openpyxl" if written is xlsx else "odf"
    read = pd.read_excel(io.BytesIO(first), header=None, engine=engine)
    assert read.iloc[4:].values.tolist() == [["=yes", 12.5], ["no & never", "[x]"]], "words are words, not formulae"


def test_a_sheet_with_a_blank_cell_or_a_long_name_is_refused() -> None:
    with pytest.raises(ValueError, match="left blank"):
        Sheet("A", "A", columns=(Column("A"),), rows=(("",),))
    with pytest.raises(ValueError, match="no name for a worksheet"):
        Sheet("A" * 32, "A")
    with pytest.raises(ValueError, match="as long as the table is wide"):
        Sheet("A", "A", columns=(Column("A"),), rows=(("a", "b"),))


def test_names_of_worksheets_are_short_and_differ() -> None:
    assert sheet_name("Table 2.1: who?") == "Table_2_1_who"
    assert sheet_name("x" * 40, ["x" * 31]) == f"{'x' * 28}_2"


# Small bases, and words that look like formulae


def collected(count: int, base: int, **more: str) -> Row:
    share = "" if base < 10 else f"{100 * count / base:g}"
    row = {"known": "collected", "address": "garden.pond.yes", "percent": share, "base": str(base)}
    return {**dict.fromkeys(EXHIBIT, ""), **row, "count": "" if base < 10 else str(count), **more}


def test_below_thirty_answers_a_count_takes_the_place_of_the_percentage() -> None:
    assert [ruled(collected(12, base))["percent"] for base in (29, 30)] == ["", "40"]
    assert ruled(collected(12, 29))["count"] == "12"
    # A figure that the report prints is printed, whatever its base.
    assert ruled(collected(12, 20, known="printed"))["percent"] == "60"
    # The number of responses is no share.
    total = collected(9, 9, address="", percent="100")
    assert ruled(total)["percent"] == "100"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (collected(4, 9), ["[c]", "[c]", 9]),
        (collected(12, 29), ["[u]", 12, 29]),
        (collected(12, 30), [40, 12, 30]),
        (collected(5, 40), [12.5, 5, 40]),
        ({**dict.fromkeys(EXHIBIT, ""), "known": "not identified", "address": "a.b.c"}, ["[x]", "[x]", "[x]"]),
        (dict.fromkeys(EXHIBIT, ""), ["[z]", "[z]", "[z]"]),
    ],
)
def test_an_empty_cell_of_a_workbook_says_why(row: Row, expected: list[object]) -> None:
    columns = ("percent", "count", "base")
    assert list(cells(ruled(row), columns, columns)) == expected
    assert cells(row, ("series",), columns) == ("[z]",)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_words_that_would_be_a_formula_are_marked(start: str) -> None:
    assert list(safe([{"label": start, "shown": "a=1"}])) == [{"label": f"'{start}", "shown": "a=1"}]


def test_no_cell_of_the_files_is_a_formula(data: Path) -> None:
    for path in (*data.glob("exhibits/*.csv"), data / "topline.csv"):
        assert not [cell for row in rows(path) for cell in row.values() if cell[:1] in ("=", "+", "-", "@")], path.name
    book = load_workbook(data / "tables.xlsx")
    assert not [cell for sheet in book for line in sheet for cell in line if cell.data_type == "f"]


# What is read from a chapter

TABLE = (
    '<table><caption>Ponds <data value="garden.pond.yes">40%</data></caption><thead><tr><th scope="col"></th>'
    '<th scope="col">Share</th><th scope="col">Known</th></tr></thead>'
    '<tbody><tr><th scope="rowgroup" colspan="3">soil</th></tr><tr data-address="garden.pond.yes">'
    '<th scope="row">-yes</th><td><data value="garden.pond.yes">40%</data></td><td>collected</td></tr>'
    '<tr data-address="garden.pond.no"><th scope="row">no</th><td>not known</td><td>not computable</td></tr>'
    "</tbody></table>"
)


def chapter(path: Path, *outputs: tuple[str, str]) -> Path:
    """An executed chapter with these outputs: kind and HTML."""
    record = {"estimates": [{**collected(40, 100), "percent": "40"}], "claims": [], "drafts": []}
    made = [
        nbformat.v4.new_output("display_data", {"text/html": html, MIME: {**record, "kind": kind}})
        for kind, html in outputs
    ]
    made_cells = [nbformat.v4.new_markdown_cell("# Gardens"), nbformat.v4.new_code_cell("x", outputs=made)]
    nbformat.write(nbformat.v4.new_notebook(cells=made_cells), path)
    return path


def test_a_table_is_read_with_its_headings_and_what_it_does_not_tell(tmp_path: Path) -> None:
    (exhibit,) = read_exhibits(chapter(tmp_path / "03_gardens.ipynb", ("table", TABLE)))
    assert (exhibit.name, exhibit.heading, exhibit.title) == ("03_gardens-table-1", "Gardens", "Ponds 40%")
    read = [(one.series, one.label, one.address, one.shown, one.statistic["known"]) for one in exhibit.numbers]
    assert read == [
        ("soil", "-yes", "garden.pond.yes", "40%", "collected"),
        ("soil", "no", "garden.pond.no", "not known", "not computable"),
    ]
    written = exhibit_rows(exhibit, WAVE)
    assert [(row["percent"], row["base"]) for row in written] == [("40", "100"), ("", "")]


def test_two_charts_with_one_anchor_are_refused(tmp_path: Path) -> None:
    html = '<figure class="chart" id="chart-a"><figcaption>A</figcaption></figure>'
    with pytest.raises(InputError, match="the anchor 'chart-a' twice"):
        read_exhibits(chapter(tmp_path / "01_a.ipynb", ("chart", html), ("chart", html)))


def test_links_stand_under_the_chart_or_table_they_belong_to() -> None:
    number = Number("", "yes", "", "40%", {"known": ""})
    table = Exhibit("03_a", "A", "table-1", "table", "Ponds", (), "", False, (number,), "<table><tr></tr></table>")
    html = '<figure id="chart-a"><p class="chart-links"><a>Link</a></p></figure>'
    chart = replace(table, anchor="chart-a", kind="chart", title="Soil & sand", drawn=True, html=html)
    files = [
        takeaway.File("w/exhibits/03_a-table-1.csv", "Ponds", b"", table),
        takeaway.File("w/exhibits/03_a-chart-a.svg", "Soil & sand", b"", chart),
    ]
    page = with_offers(f"<p>a</p>{table.html}<p>b</p>{html}<p>c</p>", files, "../data")
    assert '<table id="table-1"><tr></tr></table><p class="take-away">Download: <a href=' in page
    assert '<a>Link</a> <span class="take-away">Download: <a href="../data/w/exhibits/03_a-chart-a.svg"' in page
    assert 'aria-label="SVG: Soil &amp; sand"' in page and 'download="w-03_a-chart-a.svg"' in page
    with pytest.raises(ValueError, match="the page does not show 03_a-chart-a"):
        with_offers(table.html, files, "../data")


# The page that lists them


def test_the_list_names_every_file_with_its_size_and_no_other(site: Path) -> None:
    page = BeautifulSoup((site / "book" / "take_away.html").read_text("utf-8"), "html.parser")
    listed = {}
    for row in page.select("table.take-away-files tbody tr"):
        for link in row.select("a[href*='/data/']"):
            path = (site / "book" / str(link["href"])).resolve()
            after = link.next_sibling if "exhibits" in str(path) else row.find_all("td")[-1].get_text()
            listed[path] = re.search(r"([\d,]+) kB", str(after))
    there = {path.resolve() for path in (site / "data").rglob("*") if path.is_file() and path.suffix != ".pdf"}
    assert set(listed) - set(site.rglob("*.pdf")) == there
    for path, size in listed.items():
        assert size and abs(int(size[1].replace(",", "")) - path.stat().st_size / 1000) <= 1, path.name


def test_every_chart_and_table_of_a_page_offers_its_files(site: Path) -> None:
    for chapter_path in CHAPTERS:
        shown = list(read_exhibits(chapter_path))
        folder = site / "book" / WAVE.id
        page = BeautifulSoup((folder / f"{chapter_path.stem}.html").read_text("utf-8"), "html.parser")
        for exhibit in shown:
            links = page.select(f"#{exhibit.anchor} .take-away a")
            assert [link.get_text() for link in links] == (["CSV", "SVG", "PNG"] if exhibit.drawn else ["CSV"])
            assert all((folder / str(link["href"])).resolve().exists() for link in links)
        assert len(page.select(".take-away")) == len(shown)


def test_what_was_made_before_is_not_made_again_unless_its_source_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis.publication import made, packing

    monkeypatch.setattr(paths, "BUILD", tmp_path)
    calls: list[str] = []

    def make(source: str) -> bytes:
        return made.made(source, [packing], ["openpyxl"], lambda: calls.append(source) or source.encode())

    assert [make("a"), make("a"), make("b")] == [b"a", b"a", b"b"]
    assert calls == ["a", "b"]
