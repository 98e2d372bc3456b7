"""Exports as text: which encoding, which delimiter, which rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.inputs.exports.grid import Grid, Recognise
from analysis.inputs.exports.rules import rules
from analysis.inputs.findings import Finding
from analysis.paths import shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "upright stroke"}
SAMPLE = 40
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8 = "export the file again as UTF-8, or as .xlsx"


def read_delimited(path: Path, recognise: Recognise) -> tuple[Grid | None, list[Finding]]:
    """Read a delimited file, whatever its delimiter and encoding, or say why that cannot be done."""
    text, findings = _decoded(path)
    if findings:
        return None, findings
    chosen = re.match(r"sep=(.)\r?\n", text)
    delimiter = chosen[1] if chosen else _delimiter(text, recognise)
    if not delimiter:
        found, expected = "one column only", f"columns separated by {', '.join(DELIMITERS.values())}"
        return None, [Finding(shown(path), found, expected, code="E-DELIMITER", fix="export the file again as .xlsx")]
    rows, broken = _rows(path, text, delimiter)
    kept = [(number, row) for number, row in enumerate(rows, start=1) if any(row)][1 if chosen else 0 :]
    numbers, cells = [number for number, _ in kept], [row for _, row in kept]
    return Grid(shown(path), "", cells, numbers, is_padded=False), broken


def _decoded(path: Path) -> tuple[str, list[Finding]]:
    content, place = path.read_bytes(), shown(path)
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = str(content[: error.start].count(b"\n") + 1)
        found = (
            f"byte 0x{content[error.start]:02x}, which is not {encoding.removesuffix('-sig')} like the rest of the file"
        )
        return "", [Finding(place, found, "text in one encoding", line, code="E-ENCODING", fix=_UTF8)]
    if "\x00" in text:
        line = str(text[: text.index("\x00")].count("\n") + 1)
        found, fix = "a null character: the file is damaged, or not text", "export the responses again"
        return "", [Finding(place, found, "text", line, code="E-NUL", fix=fix)]
    return text, []


def _encoding(content: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return encoding
    # Every second byte of western text in UTF-16 is zero.
    for encoding, odd in (("utf-16-le", content[1:4000:2]), ("utf-16-be", content[0:4000:2])):
        if odd and odd.count(0) > 0.8 * len(odd):
            return encoding
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        # Two encodings in one file: what is valid UTF-8 beyond ASCII would be read as two or three wrong letters.
        return "utf-8" if _MULTIBYTE.search(content) else "cp1252"


def _delimiter(text: str, recognise: Recognise) -> str:
    """The delimiter by which a row names most questions; of equals, the one that makes most columns."""
    scores = {delimiter: _score(list(_sample(text, delimiter)), recognise) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best][2] > 1 else ""


def _score(rows: Sequence[Sequence[str]], recognise: Recognise) -> tuple[int, int, int]:
    """How many questions and tool's columns the best row names, and into how many columns most rows are taken apart."""
    if not rows:
        return 0, 0, 0
    width, often = Counter(len(row) for row in rows).most_common(1)[0]
    questions, tools = max((recognise(row) for row in rows if len(row) > 1), default=(0, 0))
    # Delimiters that stand in answers only take some rows apart and leave others whole.
    return questions, tools, width if questions or tools or often > 0.8 * len(rows) else 0


def _sample(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for _, row in zip(range(SAMPLE), csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), strict=False):
            yield row
    except csv.Error:
        return


def _rows(path: Path, text: str, delimiter: str) -> tuple[list[list[str]], list[Finding]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    most, rows = rules().sizes.rows, []
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            if len(rows) > most:
                found, expected = f"more than {most:,} rows", f"at most {most:,} rows"
                return [], [Finding(shown(path), found, expected, code="E-ROWS-MANY")]
    except csv.Error as error:
        long = "field larger" in str(error)
        code, found = ("E-CELL-LONG", "a cell of very many characters") if long else ("E-QUOTES", str(error))
        fix = "look for a quotation mark that is opened and not closed, or export the file again as .xlsx"
        # The record that is being read begins where the quotation mark was opened.
        where = str(len(rows) + 1)
        return rows, [Finding(shown(path), found, "fields in matching quotation marks", where, code=code, fix=fix)]
    return rows, []
