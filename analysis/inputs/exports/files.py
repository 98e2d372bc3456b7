"""What kind of file an export is: by its content, not only by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from analysis.inputs.exports.rules import rules
from analysis.inputs.findings import Finding
from analysis.paths import shown

KINDS = {".csv": "text", ".tsv": "text", ".tab": "text", ".txt": "text", ".xlsx": "Excel workbook",
         ".sav": "SPSS file", ".zsav": "SPSS file", ".dta": "Stata file"}  # fmt: skip
EXPECTED = "a CSV, Excel (.xlsx), SPSS (.sav) or Stata (.dta) export"
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OLD_STATA = tuple(bytes([version, order, 1]) for version in range(104, 116) for order in (1, 2))
AGAIN = "export the responses again as CSV or .xlsx"


def kind_of(path: Path) -> tuple[str, list[Finding]]:
    """The kind of file; with what is wrong, if it is no export that can be read. Nothing is read into memory whole."""
    findings = list(_cannot_be_opened(path))
    if findings:
        return "", findings
    wanted = KINDS.get(path.suffix.lower(), "")
    if not wanted:
        fix = "give the file the ending of its kind" if path.suffix == "" else AGAIN
        return "", [
            _wrong(path, "E-FILE-TYPE", f"the ending {path.suffix!r}", f"a file ending in {', '.join(KINDS)}", fix)
        ]
    kind, code = _content(path)
    if code:
        return kind, [_wrong(path, code, f"{kind}", EXPECTED, _FIXES[code])]
    if kind != wanted:
        found = f"the content of a file of another kind ({kind})"
        fix = "give the file the ending of its kind" if kind in KINDS.values() else AGAIN
        return kind, [_wrong(path, "E-FILE-DISGUISED", found, f"a {path.suffix.lower()} file ({wanted})", fix)]
    return kind, []


_FIXES = {
    "E-FILE-ENCRYPTED": "remove the password in the program that set it and save the file again",
    "E-FILE-OLD-EXCEL": "save the file as .xlsx",
    "E-FILE-DAMAGED": AGAIN,
}


def _wrong(path: Path, code: str, found: str, expected: str, fix: str = "") -> Finding:
    return Finding(shown(path), found, expected, code=code, fix=fix)


def _cannot_be_opened(path: Path) -> Iterator[Finding]:
    largest = rules().sizes.bytes
    try:
        if not path.exists():
            yield _wrong(path, "E-FILE-MISSING", "no such file", EXPECTED)
        elif not path.is_file():
            yield _wrong(path, "E-FILE-FOLDER", "a folder, or another thing that is no file", EXPECTED)
        elif path.stat().st_size > largest:
            yield _wrong(path, "E-FILE-LARGE", f"{path.stat().st_size:,} bytes", f"at most {largest:,} bytes")
        elif not _head(path).strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
            yield _wrong(path, "E-FILE-EMPTY", "an empty file", EXPECTED, AGAIN)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield _wrong(path, "E-FILE-UNREADABLE", f"a file that cannot be opened ({reason})", EXPECTED)


def _head(path: Path, size: int = 4096) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _content(path: Path) -> tuple[str, str]:
    """What the first bytes say the file is, and the code of what is wrong with that, if anything is."""
    head = _head(path)
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_OLD_OFFICE):
        encrypted = _ENCRYPTED_OFFICE in path.read_bytes()
        return ("a file locked with a password", "E-FILE-ENCRYPTED") if encrypted else (
            "an Excel file of the old kind (.xls)", "E-FILE-OLD-EXCEL")  # fmt: skip
    if head.startswith(b"ENCRYPTEDSAV"):
        return "a file locked with a password", "E-FILE-ENCRYPTED"
    if head.startswith((b"$FL2", b"$FL3")):
        return "SPSS file", ""
    if head.startswith((b"<stata_dta>", *_OLD_STATA)):
        return "Stata file", ""
    if head.startswith(b"%PDF"):
        return "PDF document", ""
    return ("web page" if head.lstrip().lower().startswith((b"<!doctype", b"<html")) else "text"), ""


def _zipped(path: Path) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            encrypted = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a damaged or incomplete workbook or archive", "E-FILE-DAMAGED"
    if encrypted:
        return "an archive locked with a password", "E-FILE-ENCRYPTED"
    return ("Excel workbook" if "xl/workbook.xml" in names else "zip archive or document"), ""
