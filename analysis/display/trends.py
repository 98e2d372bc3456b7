"""Shares over all waves: a line where waves may be compared, a gap where they may not."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from analysis.display.courses import TREND_KEY, trend
from analysis.display.figures import Figure, publish_figure
from analysis.display.forms import number_of
from analysis.display.opening import Study
from analysis.display.palette import tone_of
from analysis.display.plotted import Course
from analysis.display.tables import value
from analysis.inputs.addresses import Address
from analysis.inputs.comparability import compared
from analysis.inputs.indicators import indicators
from analysis.inputs.instruments import instruments
from analysis.numbers.estimates import Estimate

TITLE = "The statistics fixed in advance, over all waves"
INTERVALS = "Lines through the points: indicative 95% intervals."
RANGES = "Pale bars: known only to lie somewhere within the bar."


def over_all_waves(study: Study) -> None:
    """Draw the statistics fixed in advance over this wave and all that came before it."""
    if study.since is None:
        return
    chain, judged = study.chain, indicators().judged_in_advance
    waves = [one.wave.title for one in chain]
    courses = [_course(chain, address) for address in judged]
    figure = Figure(
        name="chart-trends",
        title=TITLE,
        drawing=trend(courses, waves),
        described=f"Chart of all waves: {_alt(chain, judged)}",
        notes=tuple(_notes(courses)),
        source="; ".join(f"{one.wave.title} ({one.wave.status})" for one in chain) + ".",
        table=_table(chain, judged),
    )
    publish_figure(figure, "chart", [], _known(study))


def _table(chain: tuple[Study, ...], addresses: tuple[Address, ...]) -> str:
    """A row a statistic and a column a wave."""
    waves = "".join(f'<th scope="col">{escape(one.wave.title)}</th>' for one in chain)
    rows = "".join(
        f'<tr><th scope="row">{escape(_label(chain[-1], address))}</th>'
        f"{''.join(f'<td>{escape(told)}</td>' for told in _told(chain, address))}</tr>"
        for address in addresses
    )
    return (
        f"<table><caption>{TITLE}</caption>"
        f'<thead><tr><th scope="col">Statistic</th>{waves}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _notes(courses: list[Course]) -> Iterator[str]:
    """What explains the marks that are there."""
    drawn = [number for course in courses for number in course.numbers if number.low is not None]
    if any(number.percent is not None for number in drawn):
        yield INTERVALS
    if any(number.percent is None for number in drawn):
        yield RANGES
    if any(course.breaks for course in courses):
        yield TREND_KEY


def _known(study: Study) -> list[Estimate]:
    told = (study.surveys[one.survey].estimate(one) for one in indicators().judged_in_advance)
    return [estimate for estimate in told if estimate.identified]


def _course(chain: tuple[Study, ...], address: Address) -> Course:
    numbers = tuple(number_of(one.surveys[address.survey].estimate(address)) for one in chain)
    return Course(_label(chain[-1], address), numbers, tone_of(address.survey), _breaks(chain, address))


def _breaks(chain: tuple[Study, ...], address: Address) -> frozenset[int]:
    """The places of waves that did not ask as the wave before them did."""
    asked = [instruments(one.wave)[address.survey] for one in chain]
    pairs = enumerate(pairwise(asked), start=1)
    return frozenset(place for place, pair in pairs if not compared(address.question, *pair).comparable)


def _label(study: Study, address: Address) -> str:
    question = study.surveys[address.survey].questionnaire.by_id[address.question]
    estimate = study.surveys[address.survey].estimate(address)
    return f"{question.topic}: {estimate.words} ({estimate.who})"


def _alt(chain: tuple[Study, ...], addresses: tuple[Address, ...]) -> str:
    return "; ".join(f"{_label(chain[-1], address)}: {_read_out(chain, address)}" for address in addresses) + "."


def _read_out(chain: tuple[Study, ...], address: Address) -> str:
    return ", ".join(f"{one.wave.title} {told}" for one, told in zip(chain, _told(chain, address), strict=True))


def _told(chain: tuple[Study, ...], address: Address) -> list[str]:
    """The number of each wave, and whether it may not be compared with that of the wave before."""
    breaks = _breaks(chain, address)
    shown = [value(one.surveys[address.survey].estimate(address)) for one in chain]
    return [f"{words}{' after a break' if place in breaks else ''}" for place, words in enumerate(shown)]
