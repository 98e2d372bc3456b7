"""A file that cannot be read is named, with the line where reading ends; nothing is read past a doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict
from support import findings, written

from analysis.inputs.documents import read_model, read_table, read_text, read_yaml
from analysis.inputs.findings import Finding, InputError, refuse


def refused(read: object, *arguments: object) -> list[str]:
    assert callable(read)
    with pytest.raises(InputError) as error:
        read(*arguments)
    return findings(error)


def test_a_finding_names_place_row_and_column() -> None:
    full = Finding("a.csv", "x", "y", row="3", column="size")
    assert str(full) == "a.csv, row 3, column size: found x; expected y"
    assert str(Finding("a.csv", "x", "y")) == "a.csv: found x; expected y"


def test_all_findings_are_carried_at_once() -> None:
    refuse([])
    with pytest.raises(InputError) as error:
        refuse(Finding("a.csv", text, "y") for text in ("one", "two"))
    assert str(error.value) == "a.csv: found one; expected y\na.csv: found two; expected y"


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a,b\n1,2\n3,é\n".encode("latin-1"))
    assert refused(read_text, path) == [
        "x.csv, row 3: found byte 0xe9, which is not UTF-8; expected text encoded as UTF-8"
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a,b\n1,é\n".encode("utf-8-sig"))
    assert read_table(path, ["a", "b"]) == [{"a": "1", "b": "é"}]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused(read_text, tmp_path / "x.csv") == ["x.csv: found no such file; expected a file"]


YAML = {
    "repeated key": ("a: 1\nb: 2\na: 3\n", "row 3: found the key 'a' a second time; expected valid YAML"),
    "repeated key further in": ("x:\n  - a: 1\n    a: 2\n", "row 3: found the key 'a' a second time"),
    "tab": ("a:\n\t- 1\n", "row 2: found found character"),
    "open bracket": ("a: [1,\nb: 2\n", "row 3: found expected ',' or ']'"),
    "control character": ("a: \x01\n", "found unacceptable character"),
    "list as key": ("b: 1\n? [a, b]\n: 1\n", "row 2: found a key that is no plain value"),
    "object of a program": ("a: !!python/object:x.Y 1\n", "row 1: found could not determine a constructor"),
    "day that does not exist": ("a: 2024-02-30\n", "found day is out of range for month; expected valid YAML"),
}


@pytest.mark.parametrize(("text", "finding"), YAML.values(), ids=YAML)
def test_yaml_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, finding: str) -> None:
    (found,) = refused(read_yaml, written(tmp_path, "x.yml", text))
    assert found.startswith("x.yml") and finding in found


def test_yaml_is_read_as_plain_values(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "x.yml", "a: [1, 'yes']\nb: {a: é}\n")) == {"a": [1, "yes"], "b": {"a": "é"}}


TABLES = {
    "missing column": ("a\n1\n", ["row 1, column b: found no such column; expected the columns a, b"]),
    "unknown column": ("a,b,c\n1,2,3\n", ["row 1, column c: found an unknown column; expected the columns a, b"]),
    "missing and unknown": (
        "a,B\n",
        [
            "row 1, column b: found no such column; expected the columns a, b",
            "row 1, column B: found an unknown column; expected the columns a, b",
        ],
    ),
    "columns in another order": ("b,a\n", ["row 1: found the columns b, a; expected the columns a, b"]),
    "repeated column": ("a,b,b\n", ["row 1: found the columns a, b, b; expected the columns a, b"]),
    "fields too few and too many": (
        "a,b\n1\n1,2\n1,2,3\n",
        ["row 2: found 1 fields; expected 2 fields", "row 4: found 3 fields; expected 2 fields"],
    ),
    "blank line": ("a,b\n1,2\n\n", ["row 3: found 0 fields; expected 2 fields"]),
    "nothing": ("", [f"row 1, column {name}: found no such column; expected the columns a, b" for name in "ab"]),
    "quotation mark that is never closed": (
        'a,b\n1,"2\n',
        ["row 2: found unexpected end of data; expected fields separated by commas"],
    ),
    "text after a quotation mark": (
        'a,b\n1,2\n"1"x,2\n',
        ["row 3: found ',' expected after '\"'; expected fields separated by commas"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TABLES.values(), ids=TABLES)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = refused(read_table, written(tmp_path, "x.csv", text), ["a", "b"])
    assert found == [f"x.csv, {one}" for one in expected]


def test_a_table_is_read_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", 'a,b\n007,"x, y"\n,NA\n')
    assert read_table(path, ["a", "b"]) == [{"a": "007", "b": "x, y"}, {"a": "", "b": "NA"}]


class _Plot(BaseModel):
    model_config = ConfigDict(extra="forbid")

    width: int
    length: int


def test_each_violation_of_a_model_is_one_finding(tmp_path: Path) -> None:
    found = refused(read_model, _Plot, {"width": "wide", "depth": 1}, tmp_path / "x.yml")
    assert found[0].startswith("x.yml, column width: found 'wide'; expected Input should be a valid integer")
    assert found[1:] == [
        "x.yml, column length: found nothing; expected a value: the key is required",
        "x.yml, column depth: found an unknown key; expected only the keys of this kind of file",
    ]
