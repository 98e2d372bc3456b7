"""The numbers of a series as a table: every number with its base and how it is known."""

from __future__ import annotations

from html import escape

from analysis.display.records import publish
from analysis.display.say import Either, chosen, warned
from analysis.display.sentences import data, ends, number
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Series

UNKNOWN = "not known"
EVERYBODY = "all respondents"


def table(*series: Series, title: str | Either) -> None:
    """Print series as a table, one row an estimate; the title is checked like any sentence."""
    (caption,) = chosen((title,))
    text = f"<table><caption>{warned(caption, caption.marked)}</caption>{rows(series)}</table>"
    estimates = [estimate for one in series for _, estimate in lines(one)]
    publish("table", {"text/html": text, "text/plain": caption.text}, [caption], estimates)


def rows(series: tuple[Series, ...]) -> str:
    """The head and the body of a table of series, as HTML."""
    named = "".join(f'<th scope="col">{name}</th>' for name in ("Share", "Indicative 95% interval", "Base", "Known"))
    # What stands in the first column differs from section to section: its head is no heading.
    head = f"<td></td>{named}"
    body = "".join(_section(one, titled=len(series) > 1) for one in series)
    return f"<thead><tr>{head}</tr></thead>{body}"


def lines(series: Series) -> list[tuple[str, Estimate]]:
    """The estimates of a series with their labels; under groups stands the figure for everybody."""
    shown = [(series.labels[name], estimate) for name, estimate in series.members.items()]
    return shown if series.overall is None else [*shown, (EVERYBODY, series.overall)]


def _section(series: Series, titled: bool) -> str:
    head = f'<tr><th scope="rowgroup" colspan="5">{escape(series.topic)}</th></tr>' if titled else ""
    body = "".join(_row(label, estimate) for label, estimate in lines(series))
    return f"<tbody>{head}{body}</tbody>"


def _row(label: str, estimate: Estimate) -> str:
    shown = data(str(estimate.address), escape(value(estimate))) if estimate.identified else UNKNOWN
    base = str(estimate.base or "") if estimate.identified else ""
    cells = (shown, interval(estimate), base, estimate.known.label)
    # The row says which number it is even where the number is not known.
    row = f'<tr data-address="{escape(str(estimate.address))}"><th scope="row">{escape(label)}</th>'
    return row + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def value(estimate: Estimate) -> str:
    """An estimate as it stands in a table or beside its bar."""
    if estimate.known.label == "bounded":
        return " to ".join(ends(estimate))
    return number(estimate) if estimate.identified else UNKNOWN


def interval(estimate: Estimate) -> str:
    """The indicative interval of a share in whole percentages, where it is shown."""
    if estimate.interval is None or estimate.percent is None:
        return ""
    low, high = estimate.interval
    return f"{low:.0f}% to {high:.0f}%"
