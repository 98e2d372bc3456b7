"""Every printed figure held against the records of its wave: reproduced, or not, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from analysis.inputs.addresses import Address
from analysis.inputs.narrative import read_facts
from analysis.inputs.responses import Responses, read_responses
from analysis.inputs.waves import Wave
from analysis.numbers.estimates import half_up
from analysis.published.figures import Figure, read_figures
from analysis.published.report import source_wave
from analysis.published.source import WITHHELD, read_backtest

COLUMNS = ("figure", "where", "address", "value", "unit", "qualifier", "base", "reproduced", "note")


def published_figures() -> list[dict[str, str]]:
    """The register of printed figures in the columns of published-figures.csv, one row an occurrence."""
    wave, figures = source_wave(), read_figures()
    facts = read_facts(wave)
    responses, kept = held(wave)
    return [_row(figure, figures, responses, facts, kept.get(figure.figure)) for figure in figures]


def held(wave: Wave) -> tuple[dict[str, Responses], dict[str, dict[str, str]]]:
    """What printed figures are held against: the reconstructed records, by survey, or else the back test, by figure.

    The back test was made when collected responses were added: it withholds what would tell of few respondents.
    """
    if not wave.reconstructed:
        return {}, read_backtest(wave)
    return {survey: read_responses(wave, survey) for survey in wave.surveys}, {}


def _row(
    figure: Figure,
    figures: Sequence[Figure],
    responses: Mapping[str, Responses],
    facts: Mapping[str, str],
    kept: Mapping[str, str] | None,
) -> dict[str, str]:
    if figure.is_study:
        reproduced, note = _states(facts.get(figure.address.question, ""), figure), ""
    elif not responses:
        reproduced, note = _as_kept(figure, kept)
    else:
        reproduced, note = _held(figure, figures, responses[figure.address.survey])
    values = (figure.figure, figure.where, str(figure.address), _text(figure.value), figure.unit,
              figure.qualifier, _text(figure.base), "yes" if reproduced else "no", note)  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _states(fact: str, figure: Figure) -> bool:
    return figure.value is None or fact == str(figure.value)


def _as_kept(figure: Figure, kept: Mapping[str, str] | None) -> tuple[bool, str]:
    """What the back test says that was made from the responses."""
    if kept is None or not kept["computed"]:
        withheld = kept is not None and kept["within"] == WITHHELD
        return False, "withheld: it would tell of few respondents" if withheld else "the responses do not answer this"
    unit = "%" if figure.unit == "percent" else ""
    note = f"the responses give {kept['computed']}{unit}; {figure.printed_words} is printed"
    return kept["within"] == "yes", "" if kept["within"] == "yes" else note


def _held(figure: Figure, figures: Sequence[Figure], responses: Responses) -> tuple[bool, str]:
    address = figure.address
    if not address.question:
        return _sized(figure, responses.size)
    if {address.question, *filter(None, [address.breakdown])} - set(responses.codes):
        return False, "the responses do not answer this"
    count, base, asked = counted(responses, address, figure.base if figure.is_relative else None)
    if figure.unit == "count":
        found = count if address.answers else base
        note = _base_note(base, asked) if figure.value == found else f"the records give {found}"
        return figure.value == found, note
    if not base:
        return False, "no record answers this question"
    if figure.admits(Fraction(100 * count, base)):
        return True, _base_note(base, asked)
    return False, _contradiction(figure, figures, count, base)


def _sized(figure: Figure, size: int) -> tuple[bool, str]:
    """Whether the survey has as many responses as are printed."""
    return figure.value == size, "" if figure.value == size else f"there are {size} responses"


def counted(responses: Responses, address: Address, relative: Address | None) -> tuple[int, int, int]:
    """Count the records of an address: those who gave the answers, the item base, and those asked."""
    members = responses.asked(address.question)
    if address.breakdown:
        members = members & responses.chose(address.breakdown, address.groups)
    asked = int(members.sum())
    members = members & responses.answered(address.question)
    if relative is not None:
        members = members & responses.chose(address.question, relative.answers)
        asked = int(members.sum())
    base = int(members.sum())
    count = int((members & responses.chose(address.question, address.answers)).sum()) if address.answers else base
    return count, base, asked


def _base_note(base: int, asked: int) -> str:
    return "" if base == asked else f"holds at an item base of {base}, of {asked} asked"


def _contradiction(figure: Figure, figures: Sequence[Figure], count: int, base: int) -> str:
    """Why the records do not reproduce a figure, in arithmetic a reader can redo."""
    others = [f for f in figures if f.address == figure.address and f.value not in (None, figure.value)]
    own = _counts(figure, base)
    text = f"the records give {half_up(count, base)}% ({count} of {base}); {figure.printed_words} needs {own}"
    for other in others[:1]:
        text += f", but {other.printed_words}, printed in {other.where}, needs {_counts(other, base)}"
    return text


def _counts(figure: Figure, base: int) -> str:
    fitting = [count for count in range(base + 1) if figure.admits(Fraction(100 * count, base))]
    return f"{fitting[0]} to {fitting[-1]} of {base}" if fitting else f"a count that {base} does not have"


def _text(value: object) -> str:
    return "" if value is None else str(value)
