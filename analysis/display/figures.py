"""A chart as a page shows it: title, what was asked of whom, the drawing, its notes and source, its table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from analysis.display.plotted import Drawing
from analysis.display.records import publish
from analysis.display.sentences import Sentence
from analysis.numbers.estimates import Estimate
from analysis.numbers.shifts import Shift

NOT_DRAWN = "This chart cannot be drawn from what is known of this wave."


@dataclass(frozen=True)
class Figure:
    """All that is shown of a chart.

    `name` is its anchor on the page, and what a link to it ends with; `title` and `table` are HTML, everything
    else is plain text. `described` is what is read out in place of the drawing. Without a drawing the page says
    `undrawn` instead. `status` warns of what the numbers are, where they are no one's answers. `opened`: whether
    the table is open from the start, where it says more than the drawing.
    """

    name: str
    title: str
    drawing: Drawing | None
    described: str
    about: str = ""
    status: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    table: str = ""
    opened: bool = False
    undrawn: str = NOT_DRAWN


def publish_figure(
    figure: Figure,
    kind: str,
    sentences: Iterable[Sentence] = (),
    estimates: Iterable[Estimate] = (),
    shifts: Iterable[Shift] = (),
) -> None:
    """Show a chart as the output of a cell, with the record of what it says and of the estimates it draws."""
    bundle = {"text/html": figure_html(figure), "text/plain": figure.described}
    publish(kind, bundle, sentences, estimates, shifts, figure.name if figure.drawing else "")


def figure_html(figure: Figure) -> str:
    """The chart as HTML that is also well-formed XML, from which `standalone_svg` takes what it needs."""
    name = escape(figure.name)
    parts = [
        f'<figure class="chart" id="{name}"><figcaption>{figure.title}</figcaption>',
        _paragraph("chart-about", figure.about),
        _paragraph("chart-status", figure.status),
        _drawn(figure),
        _paragraph("chart-note", " ".join(filter(None, figure.notes))),
        _paragraph("chart-source", f"Source: {figure.source}" if figure.source else ""),
        _table(figure),
        f'<p class="chart-links"><a href="#{name}">Link to this chart</a></p>' if figure.drawing else "",
        "</figure>",
    ]
    return "\n".join(filter(None, parts))


def _drawn(figure: Figure) -> str:
    if figure.drawing is None:
        return _paragraph("no-drawing", figure.undrawn)
    # Without the pages' styles one drawing is enough: the narrow one shows only where they ask for it.
    narrow = figure.drawing.narrow.replace("<svg ", '<svg style="display:none" ', 1)
    described = escape(figure.described, quote=True)
    return f'<div class="drawing" role="img" aria-label="{described}">{figure.drawing.wide}{narrow}</div>'


def _table(figure: Figure) -> str:
    start = '<details open="open">' if figure.opened else "<details>"
    return f"{start}<summary>The numbers as a table</summary>{figure.table}</details>" if figure.table else ""


def _paragraph(name: str, words: str) -> str:
    return f'<p class="{name}">{escape(words, quote=False)}</p>' if words else ""
