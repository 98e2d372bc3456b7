"""From text to codes: the responses of a large survey put into a Parquet file, a column of integers a question."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.instruments import instrument
from analysis.inputs.parquet import INTEGERS, quoted
from analysis.inputs.responses import ID, Coder, check_columns, code_type, read_frame
from analysis.inputs.waves import Wave
from analysis.paths import shown

if TYPE_CHECKING:
    import duckdb


def pack_wave(wave: Wave) -> None:
    """Keep every survey of a wave as codes, and say so in its wave.yml. Raises InputError as `pack` does."""
    text = read_text(wave.folder / "wave.yml")
    for survey, entry in wave.surveys.items():
        if not entry.file.endswith(".parquet"):
            packed = pack(wave, survey)
            text = text.replace(entry.file, f"{entry.file.removesuffix('.csv')}.parquet")
            text = text.replace(entry.sha256 or "\0", sha256(packed.read_bytes()).hexdigest())
    draft = wave.folder / ".wave.yml.draft"
    draft.write_text(text, "utf-8")
    draft.replace(wave.folder / "wave.yml")


def pack(wave: Wave, survey: str) -> Path:
    """Write the responses to one survey as a Parquet file of codes beside their CSV file; returns its path.

    Only the cells that occur are looked at, each once. Raises InputError with every cell that cannot be used, each
    with the first row that holds it; the file is then not written.
    """
    import duckdb

    source = wave.responses_path(survey)
    target, asked = source.with_suffix(".parquet"), instrument(wave, survey)
    with duckdb.connect() as connection:
        names = _open(connection, source)
        check_columns(names, asked, source)
        coders = {
            name: Coder(asked.questionnaire.by_id[name], wave.reconstructed, asked.removed.get(name, ()))
            for name in names
            if name != ID
        }
        if not coders:
            raise InputError([Finding(shown(source), "no column of answers", "a column for each question", "1")])
        findings = [finding for name, coder in coders.items() for finding in _code(connection, name, coder, source)]
        refuse([*findings, *_repeated(connection, source)])
        columns = ", ".join(f"{_coded(name)} AS {quoted(name)}" for name in coders)
        draft = target.with_suffix(".draft")
        connection.execute(f"COPY (SELECT {columns} FROM kept) TO {_text(str(draft))} (FORMAT parquet)")
    draft.replace(target)
    return target


def _open(connection: duckdb.DuckDBPyConnection, source: Path) -> list[str]:
    import duckdb

    try:
        connection.execute(
            "CREATE TEMP TABLE kept AS SELECT * FROM read_csv("
            f"{_text(str(source))}, header = true, all_varchar = true, delim = ',', quote = '\"', strict_mode = true)"
        )
    except duckdb.Error:
        # What is wrong with the text is said by the reader of small files, row by row.
        read_frame(source)
        raise InputError([Finding(shown(source), "rows of different lengths", "a table of one width")]) from None
    return [str(row[0]) for row in connection.execute("DESCRIBE kept").fetchall()]


def _code(connection: duckdb.DuckDBPyConnection, name: str, coder: Coder, source: Path) -> Iterator[Finding]:
    """Give every cell that occurs in a column its code, in a table of its own; what has none is a finding."""
    first = connection.execute(
        f"SELECT coalesce({quoted(name)}, ''), min(rowid) + 2 FROM kept GROUP BY ALL ORDER BY 2"
    ).fetchall()
    codes = [(cell, coder.code(cell)) for cell, _ in first]
    kind = _type(coder)
    connection.execute(f"CREATE TEMP TABLE {quoted('codes of ' + name)} (cell VARCHAR, code {kind})")
    connection.executemany(f"INSERT INTO {quoted('codes of ' + name)} VALUES (?, ?)", codes)
    for cell, row in first:
        if cell in coder.wrong:
            yield Finding(shown(source), repr(cell[:60]), coder.wrong[cell], str(row), name)


def _repeated(connection: duckdb.DuckDBPyConnection, source: Path) -> Iterator[Finding]:
    ids = connection.execute(
        f"SELECT {ID}, max(rowid) + 2 FROM kept GROUP BY {ID} HAVING count(*) > 1 ORDER BY 2 LIMIT 20"
    )
    for name, row in ids.fetchall():
        yield Finding(shown(source), f"{name!r} again", "one row a response", str(row), ID)


def _coded(name: str) -> str:
    """A column's codes, as a statement writes them."""
    codes = quoted("codes of " + name)
    return f"(SELECT code FROM {codes} WHERE cell = coalesce(kept.{quoted(name)}, ''))"


def _type(coder: Coder) -> str:
    wanted = code_type(coder.question)
    return next(kind for kind, numbers in INTEGERS.items() if numbers is wanted)


def _text(value: str) -> str:
    """A text as a statement writes it."""
    return "'" + value.replace("'", "''") + "'"
