"""Every table of a survey whose responses lie in several files, counted by as many processes or computers at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from itertools import product

from analysis.inputs.disclosure import thresholds
from analysis.inputs.instruments import instrument
from analysis.inputs.parquet import open_columns
from analysis.inputs.partitions import Names, count_apart, partitions
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import Wave
from analysis.numbers.disclosure import Protection
from analysis.numbers.tabulation import Table, counted_together, tabulate


def tabulate_apart(pool: Executor, wave: Wave, survey: str, breakdowns: Sequence[str] = ()) -> Iterator[Table]:
    """The tables of every question that was asked, as `tabulate` gives them, with each file counted by the executor.

    What would tell of few respondents is in none of them, but for a reconstructed wave. For responses in Parquet files.
    Raises InputError as `read_responses` does, and for a file that is another one where it is counted.
    """
    path = wave.responses_path(survey)
    _, columns = open_columns(path)
    wanted = _wanted(instrument(wave, survey).questionnaire, tuple(columns), breakdowns)
    counted = count_apart(pool, partitions(wave, survey), wanted)
    responses = read_responses(wave, survey, counted.__getitem__)
    protection = None if wave.reconstructed else Protection(responses, thresholds(wave))
    yield from tabulate(responses, breakdowns, protection)


def _wanted(questionnaire: Questionnaire, asked: Names, breakdowns: Sequence[str]) -> list[Names]:
    """The sets of questions that these tables count together; each question alone is checked for codes of no answer.

    What two breakdowns tell together is counted by both.
    """
    known = [questionnaire.by_id[name] for name in asked if name in questionnaire.by_id]
    by = [("",), *((one,) for one in breakdowns), *product(breakdowns, questionnaire.breakdowns)]
    sets = [counted_together(question, *one) for question in known for one in by]
    present = [tuple(name for name in names if name in asked) for names in sets]
    return list(dict.fromkeys([*((name,) for name in asked), *present]))
