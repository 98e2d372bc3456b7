"""A chart read out: what stands in place of the drawing for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.display.forms import EVERYBODY, Form, is_drawn, shown
from analysis.display.tables import value
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Series

KINDS: dict[Form, str] = {
    "bars": "Bar chart",
    "sorted": "Dot plot",
    "groups": "Dot plot by group",
    "opinions": "Bar chart with agreement to the right and disagreement to the left",
    "dots": "Dot plot",
}
# With more numbers than this the intervals are left to the table: a listener would lose the thread.
WITH_INTERVALS = 8


def read_out(title: str, series: Sequence[Series], form: Form) -> str:
    """What kind of chart it is, what it finds, and its numbers, from the estimates that are drawn."""
    count = sum(len(shown(one, form)) for one in series)
    told = [_told(one, form, len(series) > 1, count <= WITH_INTERVALS) for one in series if shown(one, form)]
    finding = title.rstrip(".")
    if not told:
        return f"{finding}. No figures are known."
    return f"{KINDS[form]}. {finding}. {'. '.join(told)}."


def _told(series: Series, form: Form, titled: bool, intervals: bool) -> str:
    members = [(series.labels[name], series.members[name]) for name in shown(series, form)]
    if series.overall is not None and is_drawn(series.overall):
        members.append((EVERYBODY, series.overall))
    numbers = "; ".join(f"{label}: {_number(estimate, intervals)}" for label, estimate in members)
    return f"{_capital(series.topic)}. {numbers}" if titled else numbers


def _number(estimate: Estimate, intervals: bool) -> str:
    if estimate.suppressed:
        return "withheld"
    if not intervals or estimate.percent is None or estimate.interval is None:
        return value(estimate)
    low, high = estimate.interval
    return f"{value(estimate)}, interval {low:.0f}% to {high:.0f}%"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
