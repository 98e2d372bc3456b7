"""Feeding readers with damaged files: `python tests/fuzzing.py SECONDS [FOLDER [FIRST]]`, from the folder of the study.

Good files are damaged in chance ways, from fixed seeds, the first of which can be given, and given to every reader in
turn, in processes of their own with bounded memory and time. A reader may read a file or say what is wrong with it;
whatever else happens is kept in the folder, as a case, and told.
"""

from __future__ import annotations

import faulthandler
import io
import os
import random
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from exports import csv_file, excel_file, people, rows_by_id

from analysis import paths

MEMORY, SECONDS, BATCH = 3 << 30, 20, 25
# Bytes and texts that mean something to one format or another.
PIECES = (
    b"", b"\x00", b"\xff" * 8, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b'"\n',
    b",", b";" * 400, b"\r", b"=cmd|' /C calc'!A0", b"<script>", b"<!DOCTYPE x>", b"<!ENTITY a 'b'>", b"&a;",
    b"../../x", b"!!python/x ", b"*a", b"&a ", b"[" * 300, b"- " * 300, b"{{", b"9" * 5000, b"1e999", b"-1",
    b"\xe2\x80\xae", b"PK\x03\x04", b"]]>",
)  # fmt: skip
Reader = Callable[[Path], Any]


@cache
def readers() -> dict[str, tuple[Reader, list[bytes], str]]:
    """By name: how a file is read, good files to damage, and the ending of their names."""
    from analysis.inputs.documents import read_table, read_yaml
    from analysis.inputs.exports.delimited import read_delimited
    from analysis.inputs.exports.mapping import read_mapping
    from analysis.inputs.exports.statistical import read_statistical
    from analysis.inputs.exports.workbook import read_workbook
    from analysis.inputs.questionnaire import Questionnaire

    def guarded(read: Callable[[Path], tuple[Any, list[Any]]]) -> Reader:
        from analysis.inputs.exports.files import kind_of

        def reading(path: Path) -> Any:
            return kind_of(path)[1] or read(path)[1]

        return reading

    def model(path: Path) -> Any:
        from analysis.inputs.documents import read_model

        return read_model(Questionnaire, read_yaml(path), path)

    data = paths.ROOT / "data"
    mappings = [path.read_bytes() for path in sorted((data / "rehearsal").glob("*.mapping.yml"))]
    yml = [(data / "questionnaire" / "commissioners.yml").read_bytes(), (data / "indicators.yml").read_bytes()]
    return {
        "text": (guarded(lambda path: read_delimited(path, lambda row: (0, 0))), [_csv(), _csv(";")], ".csv"),
        "workbook": (guarded(read_workbook), [_xlsx()], ".xlsx"),
        "spss": (guarded(lambda path: read_statistical(path, "SPSS file")),
                 [(data / "rehearsal" / "commissioners.sav").read_bytes()], ".sav"),
        "stata": (guarded(lambda path: read_statistical(path, "Stata file")), [_dta()], ".dta"),
        "mapping": (read_mapping, mappings, ".yml"),
        "yaml": (read_yaml, [*mappings, *yml], ".yml"),
        "questionnaire": (model, yml[:1], ".yml"),
        "table": (lambda path: read_table(path, ["a", "b"]), [b"a,b\n1,2\n"], ".csv"),
    }  # fmt: skip


def _csv(delimiter: str = ",") -> bytes:
    return _made(lambda path: csv_file(path, rows_by_id("commissioners", people("commissioners")), delimiter), "a.csv")


def _xlsx() -> bytes:
    rows = rows_by_id("commissioners", people("commissioners"))
    return _made(lambda path: excel_file(path, {"Data": rows}), "a.xlsx")


def _dta() -> bytes:
    import pandas
    import pyreadstat

    frame = pandas.DataFrame({"a": [1.0, 2.0, None], "b": ["x", "y", "z"]})
    return _made(lambda path: pyreadstat.write_dta(frame, path, column_labels=["A", "B"]), "a.dta")


def _made(write: Callable[[Path], object], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def damaged(good: bytes, chance: random.Random) -> bytes:
    """A file with some damage; of a packed one often inside, so that it can be opened."""
    if good.startswith(b"PK") and chance.random() < 0.8:
        return _inside(good, chance)
    content = bytearray(good)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place, kind = chance.randrange(len(content) + 1), chance.randrange(5)
        end = place + chance.choice((1, 2, 4, 30))
        if kind == 0 and content:
            content[min(place, len(content) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            content[place:place] = chance.choice(PIECES)
        elif kind == 2:
            content[place:end] = chance.choice(PIECES)
        elif kind == 3:
            content[place:place] = content[place:end] * chance.choice((1, 3, 50))
        elif chance.random() < 0.2:
            del content[place:]
        else:
            del content[place:end]
    return bytes(content)


def _inside(good: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        names = before.namelist()
        spoilt = chance.choice(names)
        for name in names:
            if name != spoilt or chance.random() > 0.05:
                content = before.read(name)
                after.writestr(name, damaged(content, chance) if name == spoilt else content)
    return out.getvalue()


def trials(name: str, seed: int) -> Iterator[bytes]:
    """The damaged files of one batch for a reader."""
    chance, seeds = random.Random(f"{name} {seed}"), readers()[name][1]
    for _ in range(BATCH):
        yield damaged(chance.choice(seeds), chance)


def batch(name: str, seed: int, folder: Path) -> str:
    """Read a batch in this process; returns what a reader did that it must not do."""
    from analysis.inputs.findings import InputError

    read, _, ending = readers()[name]
    for number, content in enumerate(trials(name, seed)):
        path = folder / f"{name}-{seed}-{number}{ending}"
        path.write_bytes(content)
        signal.alarm(SECONDS)
        try:
            read(path)
        except InputError:
            pass
        except Exception as error:
            return f"{path.name}: {type(error).__name__}: {error}"[:300]
        signal.alarm(0)
        path.unlink()
    return ""


def apart(name: str, seed: int, folder: Path) -> str:
    """The same in a process of its own, which may take only so much memory and time."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        # That it ended is told; where, is nobody's to read among the results.
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        told = "died"
        try:
            told = batch(name, seed, folder)
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(theirs, told.encode("utf-8", "replace"))
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as answer:
        told = answer.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return told or (f"batch {seed}: ended by signal {-status}" if status else "")


def main(seconds: float, folder: Path, seed: int = 0) -> None:
    """Try every reader in turn until the time is over, and tell how many files each was given."""
    folder.mkdir(parents=True, exist_ok=True)
    names, tried, end = list(readers()), dict.fromkeys(readers(), 0), time.monotonic() + seconds
    while time.monotonic() < end:
        for name in names:
            if told := apart(name, seed, folder):
                print(f"{name}: {told}", flush=True)
            tried[name] += BATCH
        seed += 1
    counts = ", ".join(f"{name} {count}" for name, count in tried.items())
    print(f"tried: {counts}; the next batch is {seed}", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(paths.ROOT))
    given = [*sys.argv[1:], *("", "", "")[len(sys.argv) - 1 :]]
    main(float(given[0]), Path(given[1] or tempfile.mkdtemp()), int(given[2] or 0))
