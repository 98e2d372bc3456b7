"""What a published file must not tell: where on a computer it was made, by which account, on which machine."""

from __future__ import annotations

import getpass
import io
import re
import socket
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.publication.side_by_side import side_by_side

# A place on some computer, whoever's it is.
PLACE = re.compile(
    r"(?<![\w.:/-])(?:/home/|/root/|/Users/|/tmp/|/private/|/opt/|/var/folders/|/workspace/|/builds/)[^\s\"'<>)\\]+"
    r"|(?<![\w])[A-Z]:\\+(?:Users|Documents and Settings|Temp)\\+[^\s\"'<>]+"
    r"|file:///[^\s\"'<>)]+"
)
# Names that are words, or no one's: they tell nothing, and would be found in sentences.
NO_ONE = {"root", "user", "admin", "runner", "build", "builder", "nobody", "jovyan", "localhost", "ubuntu", "debian"}
# Of files that are read whole: more than any page or picture of the book.
LARGEST = 64 << 20


def trace_findings(files: Sequence[Path]) -> Iterator[Finding]:
    """Every trace of a computer in these files, those packed in workbooks among them, with its file."""
    with side_by_side() as pool:
        for found in pool.map(_in_file, files, chunksize=10):
            yield from found


def _in_file(path: Path) -> list[Finding]:
    own, findings = own_names(), []
    for part, content in _contents(path):
        place = f"{paths.shown(path)}, {part}" if part else paths.shown(path)
        text = content.decode("utf-8", "replace")
        for trace in sorted({found.group().rstrip(".,;") for found in [*PLACE.finditer(text), *_own(own, text)]}):
            findings.append(Finding(place, f"{trace!r}", "nothing that is true of one computer or one account only"))
    return findings


def _own(own: re.Pattern[str] | None, text: str) -> Iterable[re.Match[str]]:
    return own.finditer(text) if own else ()


@lru_cache
def own_names() -> re.Pattern[str] | None:
    """What would tell of this computer: the folder of the study, those of its user, the names of both."""
    folders = {str(paths.ROOT), str(paths.PROJECT), str(Path.home()), tempfile.gettempdir()}
    names = {_account(), Path.home().name, socket.gethostname()}
    parts = [re.escape(folder) + r"(?![\w.-])" for folder in folders if folder.count("/") > 1]
    parts += [rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names if len(name) > 3 and name not in NO_ONE]
    return re.compile("|".join(sorted(parts))) if parts else None


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # An account without a name, as some containers have.
        return ""


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file; of a packed one those of every part, by name."""
    if path.stat().st_size > LARGEST:
        return
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        yield "", content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for entry in packed.infolist():
            if entry.file_size <= LARGEST:
                yield entry.filename, packed.read(entry)
