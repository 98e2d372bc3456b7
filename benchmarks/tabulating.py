"""All tables of a survey of a million: against pandas, against R's `survey`, and against reading the columns once."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses, code_type
from analysis.numbers.surveys import Survey
from analysis.numbers.tabulation import tabulate, wilson_intervals
from analysis.numbers.weighted_tables import tabulate_weighted
from benchmarks.measured import FOLDER, Row, compared, quickest, seconds

PART = "tabulation"
BREAKDOWNS = ("q1", "q2")
ANSWERS = 5
R = FOLDER / "tabulation.R"


def questionnaire(questions: int) -> Questionnaire:
    """A made-up survey of so many questions with five answers each."""
    answers = [{"id": f"a{number}", "label": f"Answer {number}"} for number in range(ANSWERS)]
    listed = [
        {"id": f"q{number}", "topic": f"topic {number}", "wording": f"Question {number}?", "kind": "single",
         "answers": answers}
        for number in range(1, questions + 1)
    ]  # fmt: skip
    whole = {"survey": "made_up", "title": "Made up", "respondents": "people", "about": "", "breakdowns": []}
    return Questionnaire.model_validate({**whole, "questions": listed})


def responses(size: int, questions: int) -> Responses:
    """So many responses at random, with one in ten questions left unanswered."""
    rng, own = np.random.default_rng(1), questionnaire(questions)
    codes = {}
    for one in own.questions:
        codes[one.id] = (1 << rng.integers(0, ANSWERS, size, dtype=np.uint8)).astype(code_type(one))
        codes[one.id][rng.random(size) < 0.1] = 0
    return Responses(own, size, codes)


def again(given: Responses) -> Responses:
    """The same responses, of which nothing has been counted yet."""
    return Responses(given.questionnaire, given.size, given.codes)


def ours(given: Responses) -> list[tuple[np.ndarray, ...]]:
    """Counts, bases and intervals of every table."""
    return [(table.counts, table.bases, *table.intervals) for table in tabulate(again(given), BREAKDOWNS)]


def ours_weighted(given: Responses, weights: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    tables = tabulate_weighted(Survey(given.questionnaire, again(given)), weights, BREAKDOWNS)
    return [(table.shares, table.bases, *table.intervals) for table in tables]


def frame(given: Responses) -> pd.DataFrame:
    """The responses as pandas has them: a column of categories a question."""
    places = np.full(1 << ANSWERS, -1, dtype=np.int8)
    places[[1 << place for place in range(ANSWERS)]] = range(ANSWERS)
    answers = pd.CategoricalDtype([f"a{number}" for number in range(ANSWERS)])
    return pd.DataFrame(
        {name: pd.Categorical.from_codes(places[codes], dtype=answers) for name, codes in given.codes.items()}
    )


def by_pandas(table: pd.DataFrame) -> list[tuple[np.ndarray, ...]]:
    """The same tables by `groupby`, with the same intervals."""
    found = []
    for name in table.columns:
        for breakdown in ("", *BREAKDOWNS):
            if breakdown != name:
                keys = [breakdown, name] if breakdown else [name]
                counts = table.groupby(keys, observed=False).size().to_numpy().reshape(-1, ANSWERS).T
                bases = counts.sum(axis=0)
                found.append((counts, bases, *wilson_intervals(counts, bases)))
    return found


def by_pandas_weighted(table: pd.DataFrame, weights: np.ndarray) -> list[np.ndarray]:
    """The sums of weights and of their squares by `groupby`, without the intervals that would follow from them."""
    weighed = table.assign(weight=weights, square=weights**2)
    found = []
    for name in table.columns:
        for breakdown in ("", *BREAKDOWNS):
            if breakdown != name:
                keys = [breakdown, name] if breakdown else [name]
                found.append(weighed.groupby(keys, observed=False)[["weight", "square"]].sum().to_numpy())
    return found


def once(given: Responses) -> int:
    """Every column read once, and nothing done with it that could be left out."""
    return sum(int(codes.max(initial=0)) for codes in given.codes.values())


def by_r(given: Responses, weights: np.ndarray, questions: Sequence[str]) -> tuple[float, float, str] | str:
    """The time R's `survey` takes for the tables of these questions, unweighted and weighted; or why there is none."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    with tempfile.TemporaryDirectory() as folder:
        columns = dict.fromkeys([*BREAKDOWNS, *questions])
        table = pd.DataFrame({name: given.codes[name] for name in columns}).assign(weight=weights)
        table.to_csv(Path(folder) / "responses.csv", index=False)
        line = ["Rscript", str(R), f"{folder}/responses.csv", ",".join(questions), ",".join(BREAKDOWNS)]
        try:
            ended = subprocess.run(line, capture_output=True, text=True, check=False, timeout=900)
        except subprocess.TimeoutExpired:
            return "R's survey had not ended after 900 seconds"
    if ended.returncode:
        return f"R: {ended.stderr.strip().splitlines()[-1]}"
    unweighted, weighted, versions = ended.stdout.strip().splitlines()[-1].split(",")
    return float(unweighted), float(weighted), versions


def tables(size: int, questions: int, times: int, for_r: int) -> list[Row]:
    """All tables of so many responses to so many questions, ours against others'; R does `for_r` of them."""
    given, setting = responses(size, questions), f"{size} responses, {questions} questions, overall and 2 breakdowns"
    weights = np.random.default_rng(2).lognormal(sigma=0.5, size=size)
    table = frame(given)
    timed: Callable[[Callable[[], object]], float] = lambda work: quickest(lambda: work, times)  # noqa: E731
    plain, weighed = timed(lambda: ours(given)), timed(lambda: ours_weighted(given, weights))
    theirs, theirs_weighed = timed(lambda: by_pandas(table)), timed(lambda: by_pandas_weighted(table, weights))
    read = timed(lambda: once(given))
    rows = [
        compared(PART, "unweighted", setting, plain, "target of 2 seconds", 2.0),
        compared(PART, "weighted", setting, weighed, "target of 3 seconds", 3.0),
        compared(PART, "pandas groupby, unweighted", setting, theirs, "ours", plain),
        compared(PART, "pandas groupby, weighted", setting, theirs_weighed, "ours", weighed, note="without intervals"),
        compared(PART, "unweighted", setting, plain, "reading the columns once", read),
        compared(PART, "weighted", setting, weighed, "reading the columns once", read),
    ]
    return rows + _r_rows(given, weights, for_r, setting)


def _r_rows(given: Responses, weights: np.ndarray, for_r: int, setting: str) -> list[Row]:
    names = [name for name in given.codes if name not in BREAKDOWNS][:for_r]
    told, setting = by_r(given, weights, names), f"{setting}; the first {for_r} of them"
    if isinstance(told, str):
        return [Row(PART, "R survey", setting, "ours", 0.0, 0.0, note=f"not measured: {told}")]
    part = Responses(given.questionnaire, given.size, {name: given.codes[name] for name in (*BREAKDOWNS, *names)})
    # R makes all tables of its questions; ours are made for the breakdowns themselves as well.
    share = len(names) * (1 + len(BREAKDOWNS)) / len(ours(part))
    plain, weighed = share * seconds(lambda: ours(part)), share * seconds(lambda: ours_weighted(part, weights))
    unweighted, weighted, versions = told
    return [
        compared(PART, "R survey, unweighted", setting, unweighted, "ours", plain, note=versions),
        compared(PART, "R survey, weighted", setting, weighted, "ours", weighed, note=versions),
    ]
