"""Many pairs of made-up waves, judged as the study judges two waves: how often is what it says of change right?

`python -m rehearsal.simulation`, in the folder tests, makes data/published/simulation.csv again.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.random import Generator
from rehearsal.outcomes import Outcome, joined
from rehearsal.population import Design, Population, draw, populations
from rehearsal.rates import rates
from rehearsal.reprint import reprinted

from analysis import paths
from analysis.inputs.addresses import Address
from analysis.inputs.indicators import indicators
from analysis.numbers.changes import WavePair
from analysis.numbers.comparisons import CONFIRMATORY_LEVEL, EXPLORATORY_LEVEL
from analysis.numbers.intervals import LEVEL
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.shifts import Shift
from analysis.numbers.surveys import Survey

SEED, WAVES, PROCESSES = 31, 400, 2
KEPT = paths.ROOT / "data" / "published" / "simulation.csv"
# Responses to the earlier wave: as many as the surveys of the baseline had.
EARLIER = {"commissioners": 162, "third_sector": 417}
CONFIRMATORY = indicators().judged_in_advance


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
        ("changes are planted, respondents come in clusters of 10", Design("after", "after", 10)),
        ("only who answers changes, respondents come in clusters of 10", Design("before", "after", 10)),
    )
)


@lru_cache
def surveys() -> dict[str, Population]:
    return populations()


def run(scenario: Scenario, waves: int, seed: int = SEED, first: int = 0) -> Outcome:
    """Draw and judge so many pairs of waves. Pair number i is the same however many are drawn."""
    judged = [_judged(scenario, np.random.default_rng([seed, number])) for number in range(first, first + waves)]
    addresses = tuple(shift.address for shift in judged[0])
    truth = np.array([_truth(scenario, address) for address in addresses])
    said = np.array([[_said(shift, *true) for shift, true in zip(one, truth, strict=True)] for one in judged])
    listed = np.array([address in CONFIRMATORY for address in addresses])
    return Outcome(addresses, truth[:, 0], truth[:, 1], *np.moveaxis(said, 2, 0), listed)


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
    verdict = {"rose": 1.0, "fell": -1.0, "not robust": 2.0}.get(shift.verdict, 0.0)
    return holds, float(low <= adjusted <= high) if shift.adjusted else float("nan"), apart, verdict


# The file

COLUMNS = ("earlier_wave", "scenario", "what", "of", "waves", "rate", "low", "high", "promised")
PROMISES = {
    "crude interval holds the truth": f"{100 * LEVEL:.0f}",
    "adjusted interval holds the truth": f"{100 * LEVEL:.0f}",
    "at least one false change": f"at most {100 * CONFIRMATORY_LEVEL:.0f}",
    "part of the reported changes that is false": f"at most {100 * EXPLORATORY_LEVEL:.0f}",
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


def main(waves: int = WAVES, path: Path = KEPT) -> None:
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
