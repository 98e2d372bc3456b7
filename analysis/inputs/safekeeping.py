"""The files that hold what people answered: whether they are at hand, and whether they are those that were meant."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from analysis.inputs.findings import Finding
from analysis.inputs.waves import Wave
from analysis.paths import shown

CHUNK = 1 << 20
# So much of a checksum is enough to tell two files apart by eye.
SHOWN = 12


def file_findings(wave: Wave, survey: str) -> Iterator[Finding]:
    """What keeps the responses of a wave to one survey from being read: no file, or another one than wave.yml means."""
    entry, place = wave.surveys[survey], shown(wave.responses_path(survey))
    if not wave.responses_files(survey):
        yield Finding(place, "no such file", _expected(wave))
    elif entry.sha256 and (found := checksum(wave, survey)) != entry.sha256.lower():
        expected = f"{entry.sha256[:SHOWN]}..., as wave.yml states: the file that the wave was made from"
        yield Finding(place, f"the checksum {found[:SHOWN]}...", expected)


def _expected(wave: Wave) -> str:
    if wave.status == "collected":
        return f"the responses of {wave.title}: what people answered is in no copy of the project, ask who keeps it"
    return f"the responses of {wave.title}"


def checksum(wave: Wave, survey: str) -> str:
    """The SHA-256 of a file of responses (of several, one after another), as hexadecimal digits."""
    digest = sha256()
    for path in wave.responses_files(survey):
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
    return digest.hexdigest()
