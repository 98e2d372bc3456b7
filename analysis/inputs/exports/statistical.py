"""Exports as SPSS and Stata files: variables with labels, codes with labels, codes declared missing."""

from __future__ import annotations

import faulthandler
import os
import resource
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis.inputs.exports.files import AGAIN
from analysis.inputs.exports.grid import as_text
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.table import Column, Export, with_headings
from analysis.inputs.findings import Finding
from analysis.paths import shown

Read = Callable[..., Any]
# Of a processor: reading the largest file that is accepted takes a fraction of it.
MOST_SECONDS = 600


def read_statistical(path: Path, kind: str) -> tuple[Export | None, list[Finding]]:
    """Read an SPSS or a Stata file, or say why that cannot be done."""
    import pyreadstat

    read: Read = pyreadstat.read_sav if kind == "SPSS file" else pyreadstat.read_dta
    found = "a file at which its reader breaks down"
    if _is_survived(lambda: _contents(read, path)):
        try:
            findings, cells, about = _contents(read, path)
            return (None, findings) if findings else _export(path, cells, about)
        # A damaged file fails inside the reading library in more ways than it names; the file is at fault.
        except Exception as error:
            found = f"a file that cannot be read ({str(error) or type(error).__name__})"
    return None, [Finding(shown(path), found, f"a whole {kind}", code="E-FILE-DAMAGED", fix=AGAIN)]


def _contents(read: Read, path: Path) -> tuple[list[Finding], Mapping[str, Sequence[object]], Any]:
    """What is in a file, unless it is too large; with what the file says about it."""
    _, about = read(path, metadataonly=True, user_missing=True)
    if findings := _too_many(path, about.number_rows or 0, about.number_columns):
        return findings, {}, about
    return [], *read(path, user_missing=True, output_format="dict")


def _is_survived(act: Callable[[], object]) -> bool:
    """Whether a process can do this and live: it is tried in one of its own. One that fails in an orderly way lives.

    The library that reads these files is compiled, and a single damaged byte can end the process that uses it.
    """
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        with suppress(BaseException):
            act()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _too_many(path: Path, rows: int, columns: int) -> list[Finding]:
    sizes, place = rules().sizes, shown(path)
    findings = []
    if rows > sizes.rows:
        findings.append(Finding(place, f"{rows:,} rows", f"at most {sizes.rows:,} rows", code="E-ROWS-MANY"))
    if columns > sizes.columns:
        found, expected = f"{columns:,} columns", f"at most {sizes.columns:,} columns"
        findings.append(Finding(place, found, expected, code="E-COLUMNS-MANY"))
    return findings


def _export(path: Path, cells: Mapping[str, Sequence[object]], about: Any) -> tuple[Export | None, list[Finding]]:
    place, size = shown(path), max((len(column) for column in cells.values()), default=0)
    if not size:
        return None, [Finding(place, "no record", "one record a response", code="E-ROWS-NONE", fix=AGAIN)]
    sets = _sets(about)
    columns = [
        _column(position, name, column, about, sets.get(name, ""))
        for position, (name, column) in enumerate(cells.items(), 1)
    ]
    # What a person sees in such a file is the number of the case, the first being 1.
    return Export(place, "", with_headings(columns), tuple(range(1, size + 1))), []


def _sets(about: Any) -> dict[str, str]:
    """By variable, the label of the multiple response set that it belongs to."""
    sets = getattr(about, "mr_sets", None) or {}
    return {name: entry.get("label") or "" for entry in sets.values() for name in entry.get("variable_list", ())}


def _column(position: int, name: str, values: Sequence[object], about: Any, of_set: str) -> Column:
    label = about.column_names_to_labels.get(name) or ""
    codes = {as_text(code): text.strip() for code, text in about.variable_value_labels.get(name, {}).items()}
    texts = [as_text(value) for value in values]
    ranges = (getattr(about, "missing_ranges", None) or {}).get(name, [])
    missing = frozenset(
        text for value, text in zip(values, texts, strict=True) if any(_within(value, ends) for ends in ranges)
    )
    dates = frozenset(place for place, value in enumerate(values) if hasattr(value, "isoformat"))
    joined = f"{of_set} > {label}" if of_set and label else label
    return Column(position, name, tuple(texts), label=joined, texts=codes, missing=missing, dates=dates)


def _within(value: Any, ends: Mapping[str, Any]) -> bool:
    try:
        return bool(ends["lo"] <= value <= ends["hi"])
    except TypeError:
        return False
