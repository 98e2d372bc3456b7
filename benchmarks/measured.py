"""What was measured: a time or a size against another one in the same session, and on which machine."""

from __future__ import annotations

import csv
import os
import platform
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path

import psutil

FOLDER = Path(__file__).resolve().parent
PACKAGES = ("duckdb", "jupyter-book", "nbclient", "numpy", "pandas", "papermill", "scipy", "sphinx")


@dataclass(frozen=True)
class Row:
    """One measurement. `ratio` is `value` over that of `against`, in the same unit and session."""

    part: str
    what: str
    setting: str
    against: str
    ratio: float
    value: float
    unit: str = "seconds"
    note: str = ""


def compared(
    part: str, what: str, setting: str, value: float, against: str, other: float, unit: str = "seconds", note: str = ""
) -> Row:
    return Row(part, what, setting, against, round(value / other, 4), round(value, 4), unit, note)


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def quickest(make: Callable[[], Callable[[], object]], times: int) -> float:
    """The shortest time of a piece of work, made anew each time: the one that other work disturbed least."""
    return min(seconds(make()) for _ in range(times))


def done(line: Sequence[str], folder: Path, **settings: str) -> None:
    """Run a command to its end. Raises RuntimeError with what it said if it fails."""
    environment = {**os.environ, **settings}
    ended = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(line)}: {ended.stdout[-2000:]}{ended.stderr[-4000:]}")


@contextmanager
def peak_memory(every: float = 0.25) -> Iterator[dict[str, float]]:
    """The greatest memory, in MB, of all processes under this one together, and of the largest of them.

    Memory that processes share is divided among them (PSS).
    """
    found, ended = {"together": 0.0, "largest": 0.0}, threading.Event()

    def watch() -> None:
        while not ended.wait(every):
            sizes = [_megabytes(process) for process in psutil.Process().children(recursive=True)]
            found["together"] = max(found["together"], sum(sizes))
            found["largest"] = max([found["largest"], *sizes])

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, AttributeError):
        return 0.0


def machine() -> dict[str, str]:
    """The computer and the versions that the measurements come from."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory (GB)": f"{psutil.virtual_memory().total / 1e9:.0f}",
        "system": f"{platform.system()} {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def read_rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return [
            Row(**{**row, "ratio": float(row["ratio"]), "value": float(row["value"])}) for row in csv.DictReader(file)
        ]
