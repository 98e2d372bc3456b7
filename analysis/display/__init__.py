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
from analysis.display.opening import open_wave
from analysis.display.say import bullets, either, headline, say
from analysis.display.scorecard import principle, scorecard
from analysis.display.tables import table
from analysis.display.topline import topline
from analysis.numbers.surveys import together

__all__ = [
    "at_least",
    "bullets",
    "chart",
    "differs",
    "either",
    "exceeds",
    "fits",
    "headline",
    "highest",
    "lowest",
    "majority",
    "minority",
    "open_wave",
    "principle",
    "ranked",
    "say",
    "scorecard",
    "similar",
    "table",
    "together",
    "topline",
]
