"""The wave that the source report is about: its records, or its respondents' own answers if they turn up."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.inputs.documents import read_table
from analysis.inputs.waves import Wave
from analysis.published.figures import Figure, read_figures
from analysis.published.report import source_wave

# What the source report prints against what its respondents answered, if their answers turn up.
BACKTEST = "backtest.csv"
# What stands in the column `within` where a comparison would tell of few respondents.
WITHHELD = "withheld"
COLUMNS = ("figure", "where", "address", "words", "printed", "computed", "difference", "count", "base", "within")


def read_backtest(wave: Wave) -> dict[str, dict[str, str]]:
    """The back test that is kept with a wave, by figure; empty where none is."""
    path = wave.folder / BACKTEST
    return {row["figure"]: row for row in read_table(path, COLUMNS)} if path.exists() else {}


def source_sizes(figures: Sequence[Figure] | None = None) -> dict[str, int]:
    """How many responded to each survey, by the source report.

    Reconstructed records are as many as the report says. Where responses were collected, what is worked out from
    printed figures goes on resting on the numbers that the report prints.
    """
    wave = source_wave()
    if wave.reconstructed:
        return {survey: entry.responses for survey, entry in wave.surveys.items()}
    printed = read_figures() if figures is None else figures
    return {
        survey: next(
            int(figure.value)
            for figure in printed
            if str(figure.address) == survey and figure.value is not None and figure.unit == "count"
        )
        for survey in wave.surveys
    }
