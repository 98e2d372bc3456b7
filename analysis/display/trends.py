"""Shares over all waves: a line where waves may be compared, a gap where they may not."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from analysis.display.change_drawings import Point, Trend, trends
from analysis.display.changes import point
from analysis.display.opening import Study
from analysis.display.records import publish
from analysis.display.tables import value
from analysis.inputs.addresses import Address
from analysis.inputs.comparability import compared
from analysis.inputs.indicators import indicators
from analysis.inputs.instruments import instruments
from analysis.numbers.estimates import Estimate

NOTE = (
    "Dark lines: indicative 95% intervals. Pale bars: known only to lie somewhere within the bar. Points are joined "
    "where the question was asked alike in both waves; where it was asked otherwise, or not at all, the line breaks."
)


def over_all_waves(study: Study) -> None:
    """Draw the statistics fixed in advance over this wave and all that came before it."""
    if study.since is None:
        return
    chain = study.chain
    lines = [_trend(chain, address) for address in indicators().judged_in_advance]
    title, alt = "The statistics fixed in advance, over all waves", _alt(chain, indicators().judged_in_advance)
    drawing = trends(lines, [one.wave.title for one in chain], alt)
    text = (
        f'<figure class="chart"><figcaption>{title}</figcaption>{drawing}<p class="chart-note">{escape(NOTE)}</p>'
        "</figure>"
    )
    publish("chart", {"text/html": text, "text/plain": alt}, [], _known(study))


def _known(study: Study) -> list[Estimate]:
    told = (study.surveys[one.survey].estimate(one) for one in indicators().judged_in_advance)
    return [estimate for estimate in told if estimate.identified]


def _trend(chain: tuple[Study, ...], address: Address) -> Trend:
    estimates = [one.surveys[address.survey].estimate(address) for one in chain]
    points: tuple[Point | None, ...] = tuple(map(point, estimates))
    asked = [instruments(one.wave)[address.survey] for one in chain]
    joined = (False, *(compared(address.question, *pair).comparable for pair in pairwise(asked)))
    return Trend(_label(chain[-1], address), points, joined)


def _label(study: Study, address: Address) -> str:
    question = study.surveys[address.survey].questionnaire.by_id[address.question]
    estimate = study.surveys[address.survey].estimate(address)
    return f"{question.topic}: {estimate.words} ({estimate.who})"


def _alt(chain: tuple[Study, ...], addresses: tuple[Address, ...]) -> str:
    return "; ".join(f"{_label(chain[-1], address)}: {_read_out(chain, address)}" for address in addresses) + "."


def _read_out(chain: tuple[Study, ...], address: Address) -> str:
    told = [f"{one.wave.title} {value(one.surveys[address.survey].estimate(address))}" for one in chain]
    joined = _trend(chain, address).joined
    breaks = [f"{words}{'' if alike or not place else ' after a break'}"
              for place, (words, alike) in enumerate(zip(told, joined, strict=True))]  # fmt: skip
    return ", ".join(breaks)
