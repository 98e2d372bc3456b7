"""Accepted numbers: what a new run of the chapters is held against, so that nothing moves unnoticed.

Beside the comparison of headline cells to the letter, every statistic and every claim of every wave is compared
with the accepted ones, with a tolerance for floating point. Accepting is a decision of its own, with a reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.waves import Wave, all_waves
from analysis.numbers.estimates import half_up
from analysis.publication import downloads
from analysis.publication.contents import executed_chapters

# Below this many units a number has not moved: another machine may differ in the last places.
TOLERANCE = 0.005
NUMBERS = ("base", "count", "percent", "low", "high", "least", "greatest")
TEXTS = ("known", "printed")
REVISIONS = ("date", "wave", "moved", "digits", "claims", "why")

Rows = dict[str, Mapping[str, str]]


@dataclass(frozen=True)
class Movement:
    """One thing that differs from what was accepted: of a statistic or a claim, before and after.

    `weight` says what it means for a reader: a printed digit, the state of a claim, or neither.
    """

    wave: str
    name: str
    column: str
    before: str
    after: str
    weight: str = "not visible"

    def __str__(self) -> str:
        before, after = self.before or "nothing", self.after or "nothing"
        return f"{self.wave}, {self.name}: {self.column} was {before}, is {after} ({self.weight})"


def accepted_folder(wave: Wave) -> Path:
    return paths.ACCEPTED / wave.id


def revisions_path() -> Path:
    return paths.ACCEPTED / "revisions.csv"


def revisions() -> list[dict[str, str]]:
    """The decisions to accept numbers, the oldest first."""
    return _read(revisions_path(), REVISIONS)


def never_accepted(wave: Wave) -> bool:
    """Whether a wave has been run, and there are no accepted numbers yet to hold it against."""
    return bool(executed_chapters(wave)) and not (accepted_folder(wave) / "statistics.csv").exists()


def told(wave: Wave) -> list[str]:
    """What moved, one line each; of a wave that was never accepted only how much there is to accept."""
    moved = movements(wave)
    if not never_accepted(wave):
        return [str(movement) for movement in moved]
    claims = sum(movement.weight == "claim" for movement in moved)
    return [f"{wave.id}: never accepted ({len(moved) - claims} statistics, {claims} claims)"]


def movements(wave: Wave) -> list[Movement]:
    """What differs between the executed chapters of a wave and its accepted numbers; nothing, if nothing does."""
    folder, chapters = accepted_folder(wave), executed_chapters(wave)
    accepted = _by_name(_read(folder / "statistics.csv", downloads.STATISTICS), "address")
    current = _by_name(downloads.statistics(chapters), "address")
    moved = [movement for name in _all(accepted, current) for movement in _statistic(wave, name, accepted, current)]
    accepted = _by_name(_read(folder / "claims.csv", downloads.CLAIMS), "claim")
    current = _by_name(downloads.claims(chapters), "claim")
    return moved + [m for name in _all(accepted, current) for m in _claim(wave, name, accepted, current)]


def _read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return read_table(path, columns) if path.exists() else []


def _by_name(rows: list[dict[str, str]], column: str) -> Rows:
    return {f"{row['chapter']}: {row[column]}": row for row in rows}


def _all(accepted: Rows, current: Rows) -> list[str]:
    return list(dict.fromkeys([*accepted, *current]))


def _statistic(wave: Wave, name: str, accepted: Rows, current: Rows) -> Iterator[Movement]:
    before, after = accepted.get(name, {}), current.get(name, {})
    if not before or not after:
        yield Movement(wave.id, name, "statistic", _there(before), _there(after), "printed digit")
        return
    for column in (*NUMBERS, *TEXTS):
        if not _same(before[column], after[column], number=column in NUMBERS):
            visible = _printed(before) != _printed(after) or column in TEXTS
            weight = "printed digit" if visible else "not visible"
            yield Movement(wave.id, name, column, before[column], after[column], weight)


def _claim(wave: Wave, name: str, accepted: Rows, current: Rows) -> Iterator[Movement]:
    before, after = accepted.get(name, {}).get("state", ""), current.get(name, {}).get("state", "")
    if before != after:
        yield Movement(wave.id, name, "state", before, after, "claim")


def _there(row: Mapping[str, str]) -> str:
    return "stated" if row else ""


def _same(before: str, after: str, number: bool) -> bool:
    if before == after:
        return True
    return number and bool(before) and bool(after) and abs(float(before) - float(after)) < TOLERANCE


def _printed(row: Mapping[str, str]) -> str:
    """The whole percentage that a sentence prints."""
    if row["count"] and row["base"]:
        return str(half_up(int(row["count"]), int(row["base"])))
    return row["percent"]


def accept(date: str, why: str) -> list[Movement]:
    """Make the numbers of the executed chapters the accepted ones, and add the decision to the revisions."""
    moved = [(wave, movements(wave)) for wave in all_waves()]
    decisions = revisions()
    for wave, changes in moved:
        if changes:
            decisions.append(_revision(wave, changes, date, why))
            folder, chapters = accepted_folder(wave), executed_chapters(wave)
            _write(folder / "statistics.csv", downloads.statistics(chapters), downloads.STATISTICS)
            _write(folder / "claims.csv", downloads.claims(chapters), downloads.CLAIMS)
    _write(revisions_path(), decisions, REVISIONS)
    return [movement for _, changes in moved for movement in changes]


def _revision(wave: Wave, changes: list[Movement], date: str, why: str) -> dict[str, str]:
    weights = [movement.weight for movement in changes]
    counts = (str(len(changes)), str(weights.count("printed digit")), str(weights.count("claim")))
    return dict(zip(REVISIONS, (date, wave.id, *counts, why), strict=True))


def _write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
