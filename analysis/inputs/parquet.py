"""Responses of a survey too large for text: Parquet files of coded answers, a column of small integers a question.

A column is read when it is used. With `engine: duckdb` in wave.yml no column is read at all: the file is counted
where it lies. Both give the same integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.inputs.findings import Finding, refuse
from analysis.inputs.patterns import Codes
from analysis.paths import shown

if TYPE_CHECKING:
    import duckdb

INTEGERS = {"UTINYINT": np.uint8, "USMALLINT": np.uint16, "UINTEGER": np.uint32, "UBIGINT": np.uint64}


@dataclass(frozen=True)
class ParquetColumns(Mapping[str, Codes]):
    """The columns of a Parquet file (or of several, with `*` in the path), each read whenever it is asked for."""

    path: Path
    names: tuple[str, ...]

    def __getitem__(self, name: str) -> Codes:
        if name not in self.names:
            raise KeyError(name)
        codes: Codes = query(self.path, f"SELECT {quoted(name)} FROM {{file}}").fetchnumpy()[name]
        return codes

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def count(self, names: Sequence[str]) -> tuple[list[Codes], np.ndarray[Any, np.dtype[np.int64]]]:
        """The combinations of codes that occur in these columns and how often each does, counted in the file."""
        listed = ", ".join(map(quoted, names))
        found = query(
            self.path, f"SELECT {listed}, count(*)::BIGINT AS n FROM {{file}} GROUP BY ALL ORDER BY {listed}"
        ).fetchnumpy()
        return [found[name] for name in names], found["n"].astype(np.int64)


def open_columns(path: Path) -> tuple[int, ParquetColumns]:
    """The number of responses in a file, and its columns.

    Raises InputError for a file that is no Parquet file, and for columns that are not whole numbers from 0.
    """
    import duckdb

    try:
        described = query(path, "DESCRIBE SELECT * FROM {file}").fetchall()
        (size,) = query(path, "SELECT count(*) FROM {file}").fetchall()[0]
    except duckdb.Error as error:
        found = str(error).splitlines()[0].replace(str(path), path.name)
        refuse([Finding(shown(path), found, "a Parquet file of coded answers")])
    expected = "a column of unsigned whole numbers: the codes of answers"
    refuse(
        Finding(shown(path), f"values of the type {kind}", expected, column=name)
        for name, kind, *_ in described
        if kind not in INTEGERS
    )
    return size, ParquetColumns(path, tuple(name for name, *_ in described))


def query(path: Path, sql: str) -> duckdb.DuckDBPyRelation:
    """What a statement about `{file}` finds in the file at a path."""
    place = str(path).replace("'", "''")
    return _cursor(get_ident()).sql(sql.format(file=f"read_parquet('{place}')"))


@lru_cache(maxsize=64)
def _cursor(thread: int) -> duckdb.DuckDBPyConnection:
    """A thread's own way to ask: two must not ask at once in the same one."""
    return _connection().cursor()


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


def quoted(name: str) -> str:
    """A column's name as a statement writes it."""
    return '"' + name.replace('"', '""') + '"'
