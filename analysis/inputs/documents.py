"""Reading the study's YAML and CSV files: what cannot be read is said with its file and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analysis.inputs.findings import Finding, InputError, refuse
from analysis.paths import shown

Model = TypeVar("Model", bound=BaseModel)


def read_text(path: Path) -> str:
    """Read a UTF-8 file (a byte order mark is allowed). Raises InputError if it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError([Finding(shown(path), "no such file", "a file")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02x}, which is not UTF-8"
        raise InputError([Finding(shown(path), found, "text encoded as UTF-8", row=str(line))]) from None


# Of a file that people write. The compiled reader ends the whole process on some thousand levels.
MOST_CHARACTERS, MOST_DEEP = 5_000_000, 60
_SUSPECT = re.compile(r"(?:^|[\s\[{,:-])\*\w", re.MULTILINE)


class _StrictLoader(yaml.CSafeLoader):
    """YAML whose keys are unique: a repeated key would silently replace what was said before it."""


class _TellingLoader(yaml.SafeLoader):
    """The same without compiled code: ten times slower, and clearer about what it cannot read."""


def _unique_mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key that is no plain value", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} a second time", key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=deep)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)
_TellingLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def read_yaml(path: Path) -> Any:
    """Read a YAML file as plain values. Raises InputError with the line where it cannot be read.

    Also for one that is more than a person would write: too long, too deep, or with aliases, by which a few lines
    stand for millions of values.
    """
    text = read_text(path)
    if len(text) > MOST_CHARACTERS:
        found = f"{len(text):,} characters"
        raise InputError([Finding(shown(path), found, f"at most {MOST_CHARACTERS:,} characters")])
    if _SUSPECT.search(text) or sum(map(text.count, "[{-?")) > MOST_DEEP:
        refuse(_excess(text, path))
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except (yaml.YAMLError, ValueError):
        return _told(text, path)


def _excess(text: str, path: Path) -> Iterator[Finding]:
    """The first place where a document is too deep, or refers to another of its places."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            row = str(event.start_mark.line + 1) if event.start_mark else ""
            if isinstance(event, yaml.AliasEvent):
                yield Finding(shown(path), f"the alias *{event.anchor}", "the values themselves, written out", row=row)
                return
            if depth > MOST_DEEP:
                yield Finding(shown(path), f"more than {MOST_DEEP} levels", "what a person would write", row=row)
                return
    except yaml.YAMLError:
        # What is no YAML is told of when it is read.
        return


def _told(text: str, path: Path) -> Any:
    try:
        return yaml.load(text, Loader=_TellingLoader)
    except yaml.MarkedYAMLError as error:
        line = str(error.problem_mark.line + 1) if error.problem_mark else ""
        raise InputError([Finding(shown(path), error.problem or "unreadable YAML", "valid YAML", row=line)]) from None
    except (yaml.YAMLError, ValueError) as error:
        # A ValueError is a plain value that is none: the thirtieth of February.
        raise InputError([Finding(shown(path), str(error), "valid YAML")]) from None


def read_model(model: type[Model], value: Any, path: Path) -> Model:
    """Hold a document against its model. Raises InputError with one finding for each violation."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InputError(_finding(item, path) for item in error.errors()) from None


def _finding(item: Any, path: Path) -> Finding:
    column = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return Finding(shown(path), "an unknown key", "only the keys of this kind of file", column=column)
    if item["type"] == "missing":
        return Finding(shown(path), "nothing", "a value: the key is required", column=column)
    expected = item["msg"].removeprefix("Value error, ")
    found = repr(item["input"]) if len(repr(item["input"])) < 80 else "a value that breaks a rule"
    return Finding(shown(path), found, expected, column=column)


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file as they stand, header included. Raises InputError where quotation marks are broken."""
    reader = csv.reader(io.StringIO(read_text(path)), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        line = str(reader.line_num)
        raise InputError([Finding(shown(path), str(error), "fields separated by commas", row=line)]) from None


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read a CSV file with exactly these columns, in this order, as one dict of text a row.

    Raises InputError for a missing, unknown or repeated column and for rows of another length.
    """
    rows = read_rows(path)
    header = rows[0] if rows else []
    if header != list(columns):
        raise InputError(_header_findings(path, header, columns))
    refuse(
        Finding(shown(path), f"{len(row)} fields", f"{len(columns)} fields", row=str(number))
        for number, row in enumerate(rows[1:], start=2)
        if len(row) != len(columns)
    )
    return [dict(zip(columns, row, strict=True)) for row in rows[1:]]


def _header_findings(path: Path, header: Sequence[str], columns: Sequence[str]) -> list[Finding]:
    place, expected = shown(path), f"the columns {', '.join(columns)}"
    missing = [Finding(place, "no such column", expected, "1", name) for name in columns if name not in header]
    unknown = [Finding(place, "an unknown column", expected, "1", name) for name in header if name not in columns]
    return missing + unknown or [Finding(place, f"the columns {', '.join(header)}", expected, "1")]
