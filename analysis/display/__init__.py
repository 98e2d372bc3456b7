"""The vocabulary of a chapter: all that a notebook needs, in one import."""

from analysis.claims.vocabulary import (
    at_least,
    differs,
    exceeds,
    fits,
    highest,
    lowest,
    majority,
    minority,
    ranked,
    similar,
)
from analysis.display.charts import chart
from analysis.display.compared import instrument_changes, respondents_compared, seeable_changes, who_answered
from analysis.display.opening import open_wave
from analysis.display.outcome_table import all_changes, key_changes, outcomes
from analysis.display.say import bullets, either, headline, say
from analysis.display.scorecard import principle, scorecard
from analysis.display.tables import table
from analysis.display.topline import topline
from analysis.display.trends import over_all_waves
from analysis.numbers.surveys import together

__all__ = [
    "all_changes",
    "at_least",
    "bullets",
    "chart",
    "differs",
    "either",
    "exceeds",
    "fits",
    "headline",
    "highest",
    "instrument_changes",
    "key_changes",
    "lowest",
    "majority",
    "minority",
    "open_wave",
    "outcomes",
    "over_all_waves",
    "principle",
    "ranked",
    "respondents_compared",
    "say",
    "scorecard",
    "seeable_changes",
    "similar",
    "table",
    "together",
    "topline",
    "who_answered",
]
