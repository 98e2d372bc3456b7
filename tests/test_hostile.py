"""What is fed in can be anything: nothing of it runs, nothing leaves its folder, and it shows as text."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzzing
import jinja2
import pytest
import yaml
from bs4 import BeautifulSoup
from exports import excel_file, people, rows_by_id
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support import document

from analysis import paths
from analysis.display.plain import plain
from analysis.inputs.documents import read_model, read_rows, read_yaml
from analysis.inputs.exports.delimited import read_delimited
from analysis.inputs.exports.mapping import read_mapping
from analysis.inputs.exports.request import Request, request_findings
from analysis.inputs.exports.sheets import Formats, UnsafeSheet, sheet_rows
from analysis.inputs.exports.statistical import read_statistical
from analysis.inputs.exports.workbook import read_workbook
from analysis.inputs.findings import Finding, InputError, findings_as_csv
from analysis.inputs.phrases import read_phrases
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.waves import SurveyFile, Wave
from analysis.numbers.estimates import half_up
from analysis.publication import contents, furniture
from analysis.publication.tabulated import safe

FEW = settings(max_examples=60, deadline=None)
HOSTILE = "<img src=x onerror=alert(1)><script>go()</script> *em* `code` [a](javascript:x) {{b}} ${c} {abbr}`AB` \"'"
# Text as someone would write who means harm: pieces of every language that the book passes through.
PIECES = st.sampled_from(
    ["<script>", "</script>", "<b>", "`", "```{include} /etc/hosts\n```", "*", "_", "[x](y)", "![x](y)", "{{", "}}",
     "$", "\\", "=cmd|' /C calc'!A0", "\n\n# ", "\n- ", "\n:::{note}\n", "&lt;", "&", "|", "~~", "^", "\u202e", "\x00",
     "\x1b[31m", "-->", "]]>", "'", '"', "../", "%00", "é", " "]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join)


# YAML


def written_to(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return path


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LAUGHS, r"row 2: found the alias \*a0"),
        ("&a [*a]", r"found the alias \*a"),
        ("[" * 100_000, "found more than 60 levels"),
        ("{a: " * 100_000, "found more than 60 levels"),
        ("- " * 100_000, "found more than 60 levels"),
        ("? " * 100_000, "found more than 60 levels"),
        ("a: " + "x" * 6_000_000, "found 6,000,003 characters"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("!!python/name:os.system", "could not determine a constructor"),
        ("a: 1\na: 2", "the key 'a' a second time"),
        ("a: \x07", "."),
    ],
)
def test_yaml_that_no_person_wrote_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_yaml(written_to(tmp_path, "a.yml", text))


def test_yaml_that_a_person_wrote_is_read(tmp_path: Path) -> None:
    text = "text: >-\n  *Early* involvement, Q&A, 5 * 3 [see *note*]\nlist: [1, [2, [3]]]\n"
    read = read_yaml(written_to(tmp_path, "a.yml", text))
    assert read == {"text": "*Early* involvement, Q&A, 5 * 3 [see *note*]", "list": [1, [2, [3]]]}


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=12,
)


@FEW
@given(st.data())
def test_a_questionnaire_of_any_form_is_read_or_refused(data: st.DataObject) -> None:
    """A good one, one of whose values, at any depth, is replaced by anything."""
    spoilt: Any = document()
    spoil(spoilt, data)
    try:
        read = read_model(Questionnaire, spoilt, Path("a.yml"))
    except InputError as error:
        assert error.findings and all(one.place for one in error.findings)
    else:
        assert isinstance(read, Questionnaire) and read.by_id


def spoil(value: Any, data: st.DataObject) -> None:
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], dict | list) and data.draw(st.booleans()):
        spoil(value[key], data)
    else:
        value[key] = data.draw(VALUES)


@FEW
@given(VALUES)
def test_a_table_of_phrases_of_any_form_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "phrases.yml"
    try:
        path.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
        read_phrases(path)
    except (InputError, UnicodeEncodeError):
        return


@FEW
@given(st.one_of(TEXTS, VALUES.map(lambda value: yaml.safe_dump(value, allow_unicode=True))))
def test_a_mapping_file_of_any_form_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "mapping.yml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    mapping, findings = read_mapping(path)
    assert mapping is not None or findings


# Exports


@FEW
@given(st.one_of(st.binary(max_size=300), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_a_text_file_of_any_bytes_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "export.csv"
    path.write_bytes(content)
    grid, findings = read_delimited(path, lambda row: (0, 0))
    assert grid is not None or findings


def test_a_gigantic_cell_of_a_text_file_is_refused(tmp_path: Path) -> None:
    _, findings = read_delimited(
        written_to(tmp_path, "a.csv", 'a,b\n"' + "x" * 5_000_000 + '",1\n'), lambda row: (0, 0)
    )
    assert [one.code for one in findings] == ["E-CELL-LONG"]


Change = Callable[[bytes], bytes]
TYPES = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts"><!ENTITY b "&a;&a;">]>'


def into(before: bytes, added: bytes) -> Change:
    return lambda content: content.replace(before, before + added, 1)


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        ("xl/workbook.xml", lambda content: TYPES + content, "E-FILE-UNSAFE"),
        ("xl/worksheets/sheet1.xml", lambda content: TYPES + content, "E-FILE-UNSAFE"),
        ("xl/worksheets/sheet1.xml", into(b"<sheetData>", b" " * 20_000_000), "E-FILE-BOMB"),
        ("xl/worksheets/sheet1.xml", into(b"<sheetData>", b'<row><c r="ZZZZZZ1"><v>1</v></c></row>'), "E-COLUMNS-MANY"),
        ("xl/worksheets/sheet1.xml", into(b"<sheetData>", b'<row r="x"><c><v>1</v></c></row>'), "E-FILE-DAMAGED"),
        ("xl/worksheets/sheet1.xml", into(b"<sheetData>", b'<row><c t="s"><v>99</v></c></row>'), "E-FILE-DAMAGED"),
        ("xl/worksheets/sheet1.xml", into(b"<sheetData>", b"<row><c><f>1+1</f></c></row>"), "E-FORMULA"),
        ("xl/worksheets/sheet1.xml", lambda content: content[: len(content) // 2], "E-FILE-DAMAGED"),
    ],
)
def test_a_workbook_that_means_harm_is_refused(tmp_path: Path, part: str, change: Change, code: str) -> None:
    good = excel_file(tmp_path / "good.xlsx", {"Data": rows_by_id("commissioners", people("commissioners"))})
    assert read_workbook(good)[1] == []
    _, findings = read_workbook(written_to(tmp_path, "bad.xlsx", changed(good, part, change)))
    assert [one.code for one in findings] == [code]


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
CELLS = b'<row r="1"><c t="inlineStr"><is><t>%b</t></is></c></row>'


class InPieces(io.BytesIO):
    """A stream that hands out a few bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


@pytest.mark.parametrize("source", [io.BytesIO, InPieces])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_that_defines_content_is_not_read(source: type[io.BytesIO], encoding: str) -> None:
    """Whatever openpyxl makes of it: the sheet is read by a reader of the study's own."""
    formats = Formats((), (), float)
    good = SHEET % (CELLS % b"role")
    assert [row.cells for row in sheet_rows(source(good), formats)] == [{0: "role"}]
    for types in (b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', b'<!DOCTYPE worksheet SYSTEM "file:///etc/hosts">'):
        bad = (types + SHEET % (CELLS % b"role")).decode().encode(encoding)
        with pytest.raises(UnsafeSheet, match="a document type of its own"):
            list(sheet_rows(source(bad), formats))


def changed(good: Path, part: str, change: Change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(good) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return out.getvalue()


@pytest.mark.parametrize("last_byte", [0x10, 0x7F])
def test_a_file_at_which_its_reader_breaks_down_is_refused(tmp_path: Path, last_byte: int) -> None:
    """Labels for a variable that is not there: found by fuzzing, it ended the process that read the file."""
    content = bytearray((paths.ROOT / "data" / "rehearsal" / "commissioners.sav").read_bytes())
    labelled = content.index(b"Not displayed  \x04\0\0\0\x01\0\0\0") + len(b"Not displayed  ") + 8
    content[labelled + 3] = last_byte
    read, (finding,) = read_statistical(written_to(tmp_path, "bad.sav", bytes(content)), "SPSS file")
    assert read is None
    assert (finding.code, finding.found) == ("E-FILE-DAMAGED", "a file at which its reader breaks down")


# Batches of `fuzzing.py`, and which of their files ended the process that read it.
ENDED = ((64, 2), (71, 1), (146, 19), (167, 6), (177, 0), (181, 18), (239, 2), (275, 18), (357, 3), (384, 14),
         (389, 20), (467, 22), (548, 0), (558, 3))  # fmt: skip


@pytest.mark.parametrize(("batch", "number"), ENDED)
def test_files_that_once_ended_their_reader_are_refused(tmp_path: Path, batch: int, number: int) -> None:
    path = written_to(tmp_path, "bad.sav", list(fuzzing.trials("spss", batch))[number])
    read, (finding,) = read_statistical(path, "SPSS file")
    assert (read, finding.code) == (None, "E-FILE-DAMAGED")


@pytest.mark.parametrize("name", ["text", "workbook", "spss", "stata", "mapping", "yaml", "questionnaire", "table"])
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """A few of those of which `fuzzing.py` tries as many as there is time for."""
    assert fuzzing.apart(name, 0, tmp_path) == ""


def test_a_reader_that_fails_ends_or_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def readers_of(read: Callable[[Path], Any]) -> None:
        monkeypatch.setattr(fuzzing, "readers", lambda: {"own": (read, [b"good"], ".txt")})

    readers_of(lambda path: 1 / 0)
    assert "ZeroDivisionError" in fuzzing.apart("own", 0, tmp_path)
    readers_of(lambda path: os.abort())
    assert fuzzing.apart("own", 0, tmp_path) == "batch 0: ended by signal 6"
    monkeypatch.setattr(fuzzing, "SECONDS", 1)
    readers_of(lambda path: [None for _ in iter(int, 1)])
    assert fuzzing.apart("own", 0, tmp_path)


# Names and places


@FEW
@given(st.one_of(TEXTS, st.sampled_from(["..", "../x", "/etc", "a/b", "2007", "A", "a b", "con.", "a\n", "-a", ""])))
def test_a_wave_id_is_letters_digits_and_hyphens_or_refused(name: str) -> None:
    codes = {one.code for one in request_findings(Request(name, {}), ())}
    assert bool({"E-WAVE-ID", "E-WAVE-PATH"} & codes) == (re.fullmatch(r"[a-z][a-z0-9-]*", name) is None)


@FEW
@given(st.one_of(TEXTS, st.sampled_from(["../a.csv", "/etc/passwd", "responses/../../a.csv", "responses/", ".."])))
def test_a_file_of_responses_lies_in_the_folder_of_its_wave(name: str) -> None:
    try:
        entry = SurveyFile(file=name, responses=1)
    except ValueError:
        return
    place = os.path.normpath(os.path.join("/waves/outcome", entry.file))
    assert os.path.dirname(place) in ("/waves/outcome", "/waves/outcome/responses")


def test_a_notebook_that_comes_with_a_wave_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.publication.chapters import chapter_paths

    monkeypatch.setattr(paths, "WAVES", tmp_path)
    (tmp_path / "outcome").mkdir()
    (tmp_path / "outcome" / "01_own.ipynb").write_text("{}")
    assert [path for path in chapter_paths() if path.parent != paths.CHAPTERS] == []
    config = yaml.safe_load((paths.ROOT / "_config.yml").read_text("utf-8"))
    assert config["execute"] == {"execute_notebooks": "off"} and config["only_build_toc_files"] is True
    assert "data/**" in config["exclude_patterns"]


# What is shown


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_of_others_show_as_they_were_written(words: str) -> None:
    shown = BeautifulSoup(MarkdownIt("commonmark", {"html": True}).render(f"**x: y.** {plain(words)}"), "html.parser")
    assert {tag.name for tag in shown.find_all(True)} <= {"p", "strong"}
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", words)
    assert " ".join(shown.get_text().split()) == " ".join(f"x: y. {' '.join(text.split())}".split())


def test_the_foot_of_a_page_shows_words_of_others_as_text(wave: Wave) -> None:
    hostile = wave.model_copy(update={"title": HOSTILE, "fieldwork": HOSTILE})
    told = {
        "status": f"{hostile.title}: simulated", "edition": HOSTILE, "date": "", "data": [(hostile, [(HOSTILE, "ab")])],
        "versions": HOSTILE, "citation": furniture.cite(HOSTILE, hostile, furniture.edition()), "sources": [HOSTILE],
        "corrections": HOSTILE,
    }  # fmt: skip
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(paths.BOOK / "_templates"), autoescape=False)
    common = {"pathto": lambda name, kind: name, "_": str, "about": told, "theme_extra_footer": "", "labels": "l.html"}
    turns = [{"title": HOSTILE, "address": 'a" onclick="x', "here": here, "missing": False} for here in (True, False)]
    for name in ("sections/footer-content.html", "turns.html"):
        shown = BeautifulSoup(templates.get_template(name).render(**common, turns=turns), "html.parser")
        assert shown.select("script, img, em, [onerror], [onclick]") == [], name
        assert HOSTILE in shown.get_text()


def test_the_contents_hold_any_title(wave: Wave, study: Path) -> None:
    hostile = wave.model_copy(update={"title": f'{HOSTILE}\\\n: "x'})
    (paths.BOOK / wave.id).mkdir(parents=True)
    (paths.BOOK / wave.id / "01_first.ipynb").write_text("{}")
    text = f"root: book/index\nparts:\n{contents.BEGIN}\n{contents.END}\n"
    assert yaml.safe_load(contents.with_waves(text, [hostile]))["parts"][0]["caption"] == hostile.title


@FEW
@given(TEXTS)
def test_no_cell_of_a_file_is_taken_for_a_formula(text: str) -> None:
    (row,) = safe([{"a": text}])
    found = next(csv.reader(io.StringIO(findings_as_csv([Finding(text, text, text)]).partition("\n")[2], newline="")))
    for cell in (row["a"], *found):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row["a"].removeprefix("'") == text.removeprefix("'") or row["a"] == text


@FEW
@given(st.integers(1, 10**9).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_a_whole_percentage_is_the_nearest(share: tuple[int, int]) -> None:
    count, base = share
    assert abs(half_up(count, base) * base - 100 * count) * 2 <= base


def test_broken_rows_of_a_table_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_rows(written_to(tmp_path, "a.csv", 'a,"b\n'))
