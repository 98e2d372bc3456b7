"""Tables of the simulation: how often what the study says of change is right, where the truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from analysis import paths
from analysis.display.change_words import MINUS, interval, signed
from analysis.display.opening import open_surveys
from analysis.display.since import Since, since
from analysis.inputs.addresses import parse_address
from analysis.inputs.documents import read_table
from analysis.inputs.waves import find_wave
from analysis.numbers.ranges import Move
from analysis.publication.change_tables import named
from analysis.publication.follow_up import EXPORTS, WAVE, material
from analysis.publication.method_tables import Made

SIMULATED = ("earlier_wave", "scenario", "what", "of", "waves", "rate", "low", "high", "promised")
TRUTH = ("address", "before", "after", "same_make_up", "kind")
# Rates that the study promises something about, as the file names them, and as the page heads them.
PROMISED = {
    "crude interval holds the truth": "Crude intervals that hold the truth",
    "adjusted interval holds the truth": "Adjusted intervals that hold the truth",
    "at least one false change": "Any false change among those fixed in advance",
    "part of the reported changes that is false": "False among all other changes reported",
}
JUDGED = {
    "crude interval leaves out no change": "Crude interval leaves out zero",
    "held back as not robust": "Held back as not robust",
    "reported as a change": "Reported as a change",
}
SETTING = ("Wave before", "What is true")
# In the order of the table: what was planted stands first.
KINDS = ("changed", "composition only", "unchanged")
Row = Mapping[str, str]


def simulated() -> list[dict[str, str]]:
    """What the simulation found, as it is kept."""
    return read_table(paths.PUBLISHED / "simulation.csv", SIMULATED)


def promises_table() -> Made:
    """What is promised of intervals and of reported changes, and what came of it in each setting."""
    settings: dict[tuple[str, str], dict[str, Row]] = {}
    for row in simulated():
        if row["promised"]:
            settings.setdefault((row["earlier_wave"], row["scenario"]), {})[row["what"]] = row
    promised = {what: next(rows[what]["promised"] for rows in settings.values()) for what in PROMISED}
    heads = (*SETTING, *(f"{words} ({promised[what]})" for what, words in PROMISED.items()))
    return heads, ((*setting, *(_rate(rows[what]) for what in PROMISED)) for setting, rows in settings.items())


def _rate(row: Row) -> str:
    """A rate with the margin that the number of waves leaves it."""
    return f"{row['rate']} ({row['low']} to {row['high']})"


def who_answers_table() -> Made:
    """Statistics that move by who answers alone, and those that do not move: how often they seem to change."""
    heads = (*SETTING, "Statistics", *JUDGED.values())
    groups: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in simulated():
        if row["what"] in JUDGED:
            groups.setdefault((row["earlier_wave"], row["scenario"], row["of"]), {})[row["what"]] = row["rate"]
    return heads, ((*key[:2], _of(key[2]), *(rates.get(what, "") for what in JUDGED)) for key, rates in groups.items())


def power_table() -> Made:
    """How often a planted change is found."""
    return (SETTING[0], "What was planted", "Found"), (
        (row["earlier_wave"], _of(row["of"]), _rate(row))
        for row in simulated()
        if row["what"] == "change found" and row["scenario"] == "changes are planted"
    )


def _of(text: str) -> str:
    """What a rate is of, with the statistic in words where an address stands in it."""
    head, colon, tail = text.partition(": ")
    if not colon:
        return text
    address, _, points = tail.partition(" (")
    return f"{head}: {named(parse_address(address))}{f' ({points}' if points else ''}"


def planted_table() -> Made:
    """In the edition of the rehearsal: every change of a printed statistic as it was planted, and as it was found."""
    heads = ("Statistic", "Planted", "Planted, same make-up", "Found", "Found, same make-up", "What is said")
    later = find_wave(WAVE)
    earlier = find_wave(later.follows)
    both = since(earlier, later, open_surveys(earlier), open_surveys(later))
    return heads, _planted_rows(both)


def _planted_rows(both: Since) -> Iterator[tuple[str, ...]]:
    truth = sorted((row for row in read_table(truth_path(), TRUTH) if row["kind"] in KINDS),
                   key=lambda row: KINDS.index(row["kind"]))  # fmt: skip
    for row in truth:
        shift = both.pair.shift(parse_address(row["address"]))
        if shift.before.known.has_percentage and not shift.within_group and not both.describes_respondents(shift):
            planted = (_points(float(row[name]) - float(row["before"])) for name in ("after", "same_make_up"))
            yield named(shift.address), *planted, _found(shift.crude), _found(shift.adjusted), shift.verdict


def truth_path() -> Path:
    """The planted truth: in the edition of the rehearsal beside the exports, else where it is shipped."""
    beside = paths.PROJECT / EXPORTS / "truth.csv"
    return beside if beside.exists() else material() / "truth.csv"


def _points(change: float) -> str:
    return f"{change:+.1f}".replace("-", MINUS) if abs(change) > 0.005 else "0"


def _found(move: Move | None) -> str:
    """A change as it was found, with its interval."""
    return "cannot be told" if move is None else f"{signed(move)} ({interval(move.interval)})"


SIMULATION_TABLES: dict[str, Callable[[], Made]] = {
    "simulated-promises": promises_table,
    "simulated-who-answers": who_answers_table,
    "simulated-power": power_table,
    "planted": planted_table,
}
