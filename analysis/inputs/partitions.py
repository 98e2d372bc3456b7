"""Responses that lie in several Parquet files: each file counted where it is at hand, the counts summed.

How many responses show a pattern is additive, so that the sum over the files is what one file of them all would give,
to the last integer.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis import paths
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.parquet import open_columns
from analysis.inputs.patterns import Codes
from analysis.inputs.waves import Wave

Names = tuple[str, ...]
Counted = tuple[list[Codes], NDArray[np.int64]]


@dataclass(frozen=True)
class Partition:
    """One file of a wave's responses: where it lies below the folder of waves, and its SHA-256."""

    name: str
    sha256: str


def partitions(wave: Wave, survey: str) -> list[Partition]:
    """The files that hold the responses of a wave to one survey, each with its content."""
    found = wave.responses_files(survey)
    return [Partition(path.relative_to(paths.WAVES).as_posix(), _sha256(path)) for path in found]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def count_apart(pool: Executor, parts: Iterable[Partition], wanted: Sequence[Names]) -> dict[Names, Counted]:
    """For each of these sets of questions, the combinations of codes that occur and how often, over all files.

    The files are counted by what the executor has, each in one piece of work: processes of this computer, or a cluster
    whose computers have the same files. Raises InputError with every file that is another one, or none, there.
    """
    found = list(pool.map(partial(count_partition, wanted=tuple(wanted)), parts))
    refuse(one for one in found if isinstance(one, Finding))
    counted = [one for one in found if not isinstance(one, Finding)]
    return {names: summed([one[place] for one in counted]) for place, names in enumerate(wanted)}


def count_partition(part: Partition, wanted: Sequence[Names]) -> list[Counted] | Finding:
    """For each of these sets of questions, the codes that occur together in a file; or why it cannot be counted."""
    path = paths.WAVES / part.name
    place = f"{paths.shown(path)} on {socket.gethostname()}"
    if not path.exists():
        return Finding(place, "no such file", "the file of responses that the count was started with")
    if _sha256(path) != part.sha256:
        return Finding(place, "other content", "the file of responses that the count was started with")
    _, columns = open_columns(path)
    return [columns.count(names) for names in wanted]


def summed(counted: Sequence[Counted]) -> Counted:
    """Counts of the same questions added up, in the order of the first question's codes, then of the second's."""
    kinds = [np.result_type(*(codes[place] for codes, _ in counted)) for place in range(len(counted[0][0]))]
    rows = np.stack([np.concatenate([codes[place] for codes, _ in counted]) for place in range(len(kinds))], axis=1)
    distinct, places = np.unique(rows, axis=0, return_inverse=True)
    totals = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(totals, places.reshape(-1), np.concatenate([counts for _, counts in counted]))
    return [distinct[:, place].astype(kind) for place, kind in enumerate(kinds)], totals
