"""Many pairs of made-up waves, judged as the study judges two waves: how often is what it says of change right?

`python -m rehearsal.simulation`, in the folder tests, makes data/rehearsal/simulation.csv again.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from rehearsal.population import FOLDER, Design, Population, draw, populations
from rehearsal.reprint import reprinted

from analysis.inputs.addresses import Address, parse_address
from analysis.numbers.changes import WavePair
from analysis.numbers.comparisons import CONFIRMATORY_LEVEL, EXPLORATORY_LEVEL
from analysis.numbers.intervals import LEVEL, normal_quantile, wilson
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.shifts import Shift
from analysis.numbers.surveys import Survey

SEED, WAVES, PROCESSES = 31, 1000, 2
# Responses to the earlier wave: as many as the surveys of the baseline had.
EARLIER = {"commissioners": 162, "third_sector": 417}
# Statistics fixed in advance, as a follow-up would fix them.
CONFIRMATORY = tuple(
    parse_address(address)
    for address in (
        "commissioners.early_involvement.always+often",
        "commissioners.aware_principles.yes",
        "commissioners.provider_awareness.considerable",
        "commissioners.role_in_capacity.agree",
        "commissioners.feedback_from_providers.always+often",
        "commissioners.training.provided",
        "third_sector.early_involvement_ways.never",
        "third_sector.funded_to_deliver.yes",
        "third_sector.aware_principles.yes",
        "third_sector.contribution_not_understood.agree",
        "third_sector.processes_fair.disagree",
        "third_sector.support_received.never",
    )
)


@dataclass(frozen=True)
class Scenario:
    """What is true, what is known of the earlier wave, and how respondents came to answer.

    `later`: whose rates and whose make-up the later wave has. `reconstructed`: only the report of the earlier wave
    is left.
    """

    name: str
    later: Design
    reconstructed: bool = False

    @property
    def earlier(self) -> Design:
        return Design("before", "before", self.later.cluster)


PLANTED, COMPOSITION, NOTHING = Design("after", "after"), Design("before", "after"), Design("before", "before")
SCENARIOS = tuple(
    Scenario(name, later, reconstructed)
    for reconstructed in (False, True)
    for name, later in (
        ("changes are planted", PLANTED),
        ("only who answers changes", COMPOSITION),
        ("nothing changes", NOTHING),
        ("changes are planted, respondents come in clusters of 5", Design("after", "after", 5)),
        ("only who answers changes, respondents come in clusters of 5", Design("before", "after", 5)),
    )
)


@dataclass(frozen=True)
class Outcome:
    """What was said of each statistic in each pair of waves, and what was true; rows are pairs of waves.

    Of intervals: 1 where it holds the truth, 0 where it does not, NaN where there is none. `apart`: whether the
    interval of the crude change leaves out zero. `verdict`: 1 rose, -1 fell, 0 neither; NaN where nothing may be said.
    """

    addresses: tuple[Address, ...]
    crude_truth: NDArray[np.float64]
    truth: NDArray[np.float64]
    crude: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    apart: NDArray[np.float64]
    verdict: NDArray[np.float64]

    @property
    def listed(self) -> NDArray[np.bool_]:
        return np.array([address in CONFIRMATORY for address in self.addresses])


@lru_cache
def surveys() -> dict[str, Population]:
    return populations()


def run(scenario: Scenario, waves: int, seed: int = SEED, first: int = 0) -> Outcome:
    """Draw and judge so many pairs of waves. Pair number i is the same however many are drawn."""
    judged = [_judged(scenario, np.random.default_rng([seed, number])) for number in range(first, first + waves)]
    addresses = tuple(shift.address for shift in judged[0])
    truth = np.array([_truth(scenario, address) for address in addresses])
    said = np.array([[_said(shift, *true) for shift, true in zip(one, truth, strict=True)] for one in judged])
    return Outcome(addresses, truth[:, 0], truth[:, 1], *np.moveaxis(said, 2, 0))


def _judged(scenario: Scenario, random: Generator) -> list[Shift]:
    """Every change of one pair of waves, judged."""
    pairs = {}
    for name, population in surveys().items():
        before = draw(population, scenario.earlier, EARLIER[name], random)
        after = draw(population, scenario.later, population.responses, random)
        earlier = (
            reprinted(before, random) if scenario.reconstructed else Survey(before.questionnaire, before, "simulated")
        )
        removed = population.instruments[scenario.later.rates].removed
        later = Survey(after.questionnaire, after, "simulated", removed=removed)
        asked = population.instruments["before"], population.instruments[scenario.later.rates]
        pairs[name] = SurveyPair(("before", "after"), earlier, later, asked)
    pair = WavePair(pairs, CONFIRMATORY)
    return [*pair.key, *(shift for shift in pair.comparable if shift.address not in CONFIRMATORY)]


def _truth(scenario: Scenario, address: Address) -> tuple[float, float]:
    """The change that is true of an address: crude, and at the earlier make-up; as proportions."""
    population, later = surveys()[address.survey], scenario.later
    before = population.share("before", address)
    crude = population.share(later.rates, address, parts=later.make_up)
    adjusted = population.share(later.rates, address, parts="before")
    # "Other" stands for those who ticked nothing else, and of it no truth is worked out.
    if before is None or crude is None or adjusted is None or _is_leftover(population, address):
        return float("nan"), float("nan")
    return float(crude - before) / 100, float(adjusted - before) / 100


def _is_leftover(population: Population, address: Address) -> bool:
    return population.planned[address.question].question.kind == "multiple" and "other" in address.answers


def _said(shift: Shift, crude: float, adjusted: float) -> tuple[float, float, float, float]:
    """Whether the intervals hold the truth, whether the crude one leaves out zero, and the verdict."""
    if not shift.said or shift.crude is None or np.isnan(crude):
        return (float("nan"),) * 4
    holds = float(shift.crude.interval[0] <= crude <= shift.crude.interval[1])
    low, high = shift.adjusted.interval if shift.adjusted else (float("nan"), float("nan"))
    apart = float(shift.crude.interval[0] > 0 or shift.crude.interval[1] < 0)
    verdict = {"rose": 1.0, "fell": -1.0}.get(shift.verdict, 0.0)
    return holds, float(low <= adjusted <= high) if shift.adjusted else float("nan"), apart, verdict


# What comes of it


@dataclass(frozen=True)
class Rate:
    """How often something happened, in percent, with the 95% interval that the number of waves allows."""

    what: str
    of: str
    rate: float
    low: float
    high: float


def rates(outcome: Outcome) -> Iterator[Rate]:
    """The rates that the study promises something about, and what could be seen at all."""
    for what, holds in (("crude interval holds the truth", outcome.crude),
                        ("adjusted interval holds the truth", outcome.adjusted)):  # fmt: skip
        told = ~np.isnan(holds).all(axis=0)
        if told.any():
            yield _mean(what, "all statistics", np.nanmean(holds[:, told], axis=1))
            worst = int(np.nanargmin(np.where(told, np.nanmean(holds, axis=0, where=~np.isnan(holds)), np.nan)))
            yield _share(what, f"least often: {outcome.addresses[worst]}", holds[:, worst])
    false = _false(outcome)
    yield _share("at least one false change", "statistics fixed in advance", false[:, outcome.listed].any(axis=1))
    said = (np.nan_to_num(outcome.verdict) != 0)[:, ~outcome.listed]
    wrong = false[:, ~outcome.listed].sum(axis=1) / np.maximum(said.sum(axis=1), 1)
    yield _mean("part of the changes that is false", "all other statistics", wrong)
    yield Rate(
        "changes found", "all other statistics, on average a wave", float(said.sum(axis=1).mean()), *(2 * [np.nan])
    )
    yield from _by_composition(outcome)
    yield from _power(outcome)


def _false(outcome: Outcome) -> NDArray[np.bool_]:
    """Where a change is reported that is none, or goes the other way."""
    return (np.nan_to_num(outcome.verdict) != 0) & (np.sign(outcome.truth) != outcome.verdict)


def _by_composition(outcome: Outcome) -> Iterator[Rate]:
    """Statistics that move by who answers alone."""
    moved = (np.abs(outcome.truth) < 1e-9) & (np.abs(outcome.crude_truth) > 1e-9)
    told = moved & ~np.isnan(outcome.verdict).all(axis=0)
    if told.any():
        verdicts = np.abs(outcome.verdict[:, told])
        yield _mean("crude interval leaves out no change", "moved by who answers alone", _rows(outcome.apart[:, told]))
        yield _mean("reported as a change", "moved by who answers alone", _rows(verdicts))
        most = int(np.nanargmax(np.where(told, np.abs(outcome.crude_truth), np.nan)))
        of = f"moved most: {outcome.addresses[most]}"
        yield _share("crude interval leaves out no change", of, outcome.apart[:, most])
        yield _share("reported as a change", of, np.abs(outcome.verdict[:, most]))


def _power(outcome: Outcome) -> Iterator[Rate]:
    """How often a planted change is found: by its size, and for each statistic fixed in advance."""
    points = np.abs(np.nan_to_num(outcome.truth)) * 100
    told = ~np.isnan(outcome.verdict).all(axis=0)
    found = np.where(np.isnan(outcome.verdict), np.nan, outcome.verdict == np.sign(outcome.truth))
    for low, high in ((0.5, 5), (5, 10), (10, 15), (15, 25)):
        inside = told & (points >= low) & (points < high) & ~outcome.listed
        if inside.any():
            of = f"planted: {low:g} to under {high:g} points ({int(inside.sum())} other statistics)"
            yield _mean("change found", of, _rows(found[:, inside]))
    for place in np.flatnonzero(outcome.listed & told & (points > 0.5)):
        of = f"{outcome.addresses[place]} ({100 * outcome.truth[place]:+.1f} points)"
        yield _share("change found", of, found[:, place])


def _rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.nanmean(values[~np.isnan(values).all(axis=1)], axis=1))


def _mean(what: str, of: str, each: NDArray[np.float64]) -> Rate:
    """The mean over pairs of waves. Statistics of one pair belong together: the error is that between pairs."""
    half = normal_quantile(LEVEL) * float(np.std(each, ddof=1)) / sqrt(len(each)) if len(each) > 1 else float("nan")
    mean = float(np.mean(each))
    return Rate(what, of, 100 * mean, 100 * max(mean - half, 0), 100 * min(mean + half, 1))


def _share(what: str, of: str, each: NDArray[np.float64] | NDArray[np.bool_]) -> Rate:
    told = each[~np.isnan(each.astype(float))]
    low, high = wilson(float(told.sum()), len(told))
    return Rate(what, of, 100 * float(told.mean()), 100 * low, 100 * high)


# The file

COLUMNS = ("earlier_wave", "scenario", "what", "of", "waves", "rate", "low", "high", "promised")
PROMISES = {
    "crude interval holds the truth": f"{100 * LEVEL:.0f}",
    "adjusted interval holds the truth": f"{100 * LEVEL:.0f}",
    "at least one false change": f"at most {100 * CONFIRMATORY_LEVEL:.0f}",
    "part of the changes that is false": f"at most {100 * EXPLORATORY_LEVEL:.0f}",
}


def as_csv(results: Sequence[tuple[Scenario, int, Outcome]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for scenario, waves, outcome in results:
        known = "reconstructed" if scenario.reconstructed else "collected"
        for one in rates(outcome):
            ends = ("" if np.isnan(value) else f"{value:.1f}" for value in (one.low, one.high))
            promised = "" if one.of.startswith("least often") else PROMISES.get(one.what, "")
            writer.writerow([known, scenario.name, one.what, one.of, waves, f"{one.rate:.1f}", *ends, promised])
    return out.getvalue()


def _part(task: tuple[Scenario, int, int]) -> Outcome:
    scenario, first, waves = task
    return run(scenario, waves, first=first)


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Pairs of waves that were drawn apart, together."""
    first = parts[0]
    tables = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("crude", "adjusted", "apart", "verdict")
    )
    return Outcome(first.addresses, first.crude_truth, first.truth, *tables)


def main(waves: int = WAVES, path: Path = FOLDER / "simulation.csv") -> None:
    step = 50
    results = []
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for scenario in SCENARIOS:
            tasks = [(scenario, first, min(step, waves - first)) for first in range(0, waves, step)]
            results.append((scenario, waves, joined(list(pool.map(_part, tasks)))))
            known = "reconstructed" if scenario.reconstructed else "collected"
            print(f"{known} earlier wave: {scenario.name}", file=sys.stderr, flush=True)
    path.write_text(as_csv(results), "utf-8")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
