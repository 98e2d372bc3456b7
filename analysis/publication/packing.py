"""Packed files (workbooks) without a trace of when or where they were packed."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The first moment that such a file can name.
BEGINNING = (1980, 1, 1, 0, 0, 0)


def repacked(packed: bytes, changes: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """The same contents, in the same order, with no time of their own; some of them changed on the way.

    What was stored without compression stays so: the first entry of an ODS file has to be.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as before, ZipFile(out, "w") as after:
        for entry in before.infolist():
            change = (changes or {}).get(entry.filename, bytes)
            after.writestr(_entry(entry), change(before.read(entry.filename)))
    return out.getvalue()


def _entry(entry: ZipInfo) -> ZipInfo:
    fresh = ZipInfo(entry.filename, BEGINNING)
    fresh.compress_type = ZIP_STORED if entry.compress_type == ZIP_STORED else ZIP_DEFLATED
    fresh.external_attr = 0o644 << 16
    fresh.create_system = 3
    return fresh
