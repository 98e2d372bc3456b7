"""Which printed conclusions would be other ones, had a choice of this study been made otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.waves import Wave, find_wave, reconstructed_wave
from analysis.numbers.alternatives import METHODS
from analysis.numbers.estimates import Estimate
from analysis.publication import downloads
from analysis.publication.keeping import keep
from analysis.publication.rehearsal import Said, Vary, another_interval, rehearse
from analysis.published.sensitivity import Rule, other_rules

COLUMNS = ("kind", "variation", "what", "tested", "moved", "chapter", "subject", "accepted", "found")
CLAIMS, HEADLINES, OTHERS = "claims", "headline figures", "other numbers"
NOT_SAID = "another sentence in its place"
PARALLEL = 2
Row = dict[str, str]
Told = list[dict[str, Any]]


def sensitivity_path() -> Path:
    return paths.PUBLISHED / "sensitivity.csv"


def read_sensitivity() -> list[Row]:
    """The committed results: for each variation how much was tested and moved, then what moved."""
    return read_table(sensitivity_path(), COLUMNS)


def write_sensitivity() -> bool:
    """Vary every choice anew; returns whether the file changed. It takes under a minute."""
    return keep(sensitivity_path(), downloads.as_csv(sensitivity_rows(), COLUMNS))


def sensitivity_rows(named: Collection[str] = ()) -> list[Row]:
    """Every variation, or those named, held against what the chapters say of the reconstructed wave."""
    wave = reconstructed_wave()
    accepted = told(rehearse(wave))
    heard = _variations(wave, lambda name: not named or name in named)
    return [row for kind, name, other, whats in heard for row in compare(kind, name, accepted, other, whats)]


Variation = tuple[str, str, Told, tuple[str, ...]]


def _variations(wave: Wave, wanted: Callable[[str], bool]) -> Iterator[Variation]:
    for rule, other in _other_rules(wave, wanted):
        yield "reconstruction", rule, other, (CLAIMS, HEADLINES, OTHERS)
    for name, vary in VARIED.items():
        if not wanted(name):
            continue
        # The ranges and bases of the numbers change here, not the numbers that are printed.
        yield "responses", name, told(rehearse(wave, vary)), (CLAIMS,)
    for name, method in METHODS.items():
        if name != "Wilson" and wanted(f"{name} instead of Wilson"):
            with another_interval(method):
                yield "intervals", f"{name} instead of Wilson", told(rehearse(wave)), (CLAIMS,)


def _other_rules(wave: Wave, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Told]]:
    rules = [rule for rule in other_rules(wave) if wanted(rule.name)]
    # New processes, not copies of this one: each makes a rule's choice its own for a while.
    with ProcessPoolExecutor(PARALLEL, mp_context=get_context("spawn")) as pool:
        heard = pool.map(told_of, rules, repeat(wave.id))
        for rule, other in zip(rules, tqdm(heard, total=len(rules), desc="Rules", unit="rule", ncols=90), strict=True):
            yield rule.name, other


# What is varied without another reconstruction


def with_non_response(estimate: Estimate) -> Estimate:
    """A share as the range it could have, had everybody who was asked answered: all missing against it, or for it."""
    if estimate.count is None or not estimate.base or not estimate.asked or estimate.asked == estimate.base:
        return estimate
    least = Fraction(100 * estimate.count, estimate.asked)
    greatest = Fraction(100 * (estimate.count + estimate.asked - estimate.base), estimate.asked)
    known = replace(estimate.known, least=least, greatest=greatest)
    return replace(estimate, known=known, count=None, base=estimate.asked)


def with_any_count(estimate: Estimate) -> Estimate:
    """A share with every count that rounds to what is printed, not only the one in the records."""
    return estimate if estimate.known.label != "printed" else replace(estimate, count=None)


def with_smaller_bases(part: Fraction) -> Vary:
    """Shares that rest on so many fewer answers than the largest base that the printed figures allow."""

    def vary(estimate: Estimate) -> Estimate:
        if not estimate.base or not estimate.address.question:
            return estimate
        count = None if estimate.count is None else round(estimate.count * part)
        return replace(estimate, base=max(round(estimate.base * part), 1), count=count)

    return vary


VARIED: dict[str, Vary] = {
    "item non-response, the worst case": with_non_response,
    "any count that rounds to the printed percentage": with_any_count,
    "every base a tenth smaller": with_smaller_bases(Fraction(9, 10)),
    "every base a fifth smaller": with_smaller_bases(Fraction(8, 10)),
    "every base half as large": with_smaller_bases(Fraction(1, 2)),
}


# Other data


def told_of(rule: Rule, wave: str) -> Told:
    """What the chapters say of data made by another rule: read by a process of its own, from a copy of the data."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(paths.DATA, data)
        for path, text in rule.make().items():
            (data / path.relative_to(paths.DATA)).write_text(text, encoding="utf-8", newline="")
        command = [sys.executable, "-c", f"from {__name__} import tell; tell({wave!r})"]
        environment = {**os.environ, "ANALYSIS_DATA": str(data)}
        done = subprocess.run(command, env=environment, cwd=paths.ROOT, capture_output=True, text=True, check=True)
    answer: Told = json.loads(done.stdout)
    return answer


def tell(wave: str) -> None:
    """Print what the chapters say of a wave, for another process to read."""
    print(json.dumps(told(rehearse(find_wave(wave)))))


def told(said: list[Said]) -> Told:
    """What was said, as plain values."""
    return [
        {
            "chapter": one.chapter,
            "headline": one.headline,
            "claims": dict(one.claims),
            "numbers": dict(one.numbers),
        }
        for one in said
    ]


# Comparing


def compare(kind: str, variation: str, accepted: Told, other: Told, whats: tuple[str, ...]) -> Iterator[Row]:
    """For each kind of conclusion how many were tested and moved, then each that moved."""
    for what in whats:
        before, after = PARTS[what](accepted), PARTS[what](other)
        moved = {key: state for key, (_, state) in before.items() if after.get(key, ("", NOT_SAID))[1] != state}
        yield _row(kind, variation, what, tested=str(len(before)), moved=str(len(moved)))
        for key, state in moved.items():
            found = after.get(key, ("", NOT_SAID))[1]
            yield _row(kind, variation, what, chapter=before[key][0], subject=key, accepted=state, found=found)


def _row(kind: str, variation: str, what: str, **values: str) -> Row:
    return dict.fromkeys(COLUMNS, "") | {"kind": kind, "variation": variation, "what": what} | values


# What is compared, by its name: the chapter it stands in, and its state or number.
Conclusions = dict[str, tuple[str, str]]


def _claims(said: Told) -> Conclusions:
    """The claims of the sentences that are printed."""
    found: Conclusions = {}
    for one in said:
        found |= {claim: (one["chapter"], state) for claim, state in one["claims"].items()}
    return found


def _headlines(said: Told) -> Conclusions:
    return _numbers([one for one in said if one["headline"]])


def _others(said: Told) -> Conclusions:
    headlines = _headlines(said)
    return {address: shown for address, shown in _numbers(said).items() if address not in headlines}


def _numbers(said: Told) -> Conclusions:
    found: Conclusions = {}
    for one in said:
        found |= {address: (one["chapter"], shown) for address, shown in one["numbers"].items()}
    return found


PARTS: Mapping[str, Callable[[Told], Conclusions]] = {CLAIMS: _claims, HEADLINES: _headlines, OTHERS: _others}
