"""Changes as a table: before, after, crude and adjusted change side by side, and what may be said of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from analysis.display.change_words import interval, signed, verdict
from analysis.display.sentences import data
from analysis.display.tables import value
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.estimates import Estimate
from analysis.numbers.ranges import Move
from analysis.numbers.shifts import Shift

HEADS = ("Answer", "Before", "After", "Change, points", "Adjusted, points", "Finding")


def change_table(shifts: Sequence[Shift], caption: str) -> str:
    """A table of changes as HTML, by survey; `caption` is HTML."""
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
    surveys = dict.fromkeys(shift.address.survey for shift in shifts)
    bodies = "".join(_section(one, [s for s in shifts if s.address.survey == one]) for one in surveys)
    return (
        f'<table class="change-table"><caption>{caption}</caption><thead><tr>{head}</tr></thead>{bodies}</table>'
        f'<p class="chart-note">{escape(NOTE)}</p>'
    )


NOTE = (
    "Under each number: how many answered, or the indicative 95% interval of the change. Adjusted: the change that "
    "the later wave would show with the composition of the wave before. Findings count all comparisons that are made."
)


def _section(survey: str, shifts: Iterable[Shift]) -> str:
    title = escape(questionnaires()[survey].title)
    head = f'<tr><th scope="rowgroup" colspan="{len(HEADS)}">{title}</th></tr>'
    return f"<tbody>{head}{''.join(map(_row, shifts))}</tbody>"


def _row(shift: Shift) -> str:
    who = f", {shift.after.who}" if shift.within_group else ""
    cells = [_told(shift.before, ""), _told(shift.after, str(shift.address)), _moved(shift, shift.crude, marked=True)]
    cells += [_moved(shift, shift.adjusted), _finding(shift)]
    named = zip(HEADS[1:], cells, strict=True)
    body = "".join(f'<td data-head="{head}"{_weight(shift, head)}>{cell}</td>' for head, cell in named)
    return f'<tr><th scope="row">{escape(shift.label + who)}</th>{body}</tr>'


def _weight(shift: Shift, head: str) -> str:
    return ' class="clear"' if head == HEADS[-1] and shift.verdict in ("rose", "fell") else ""


def _told(estimate: Estimate, address: str) -> str:
    shown = escape(value(estimate)) if estimate.identified else "not known"
    if estimate.known.label == "not computable":
        shown = "not asked"
    if address and estimate.identified:
        shown = data(address, shown)
    return f"{shown}{_small(f'of {estimate.base}' if estimate.identified and estimate.base else '')}"


def _moved(shift: Shift, move: Move | None, marked: bool = False) -> str:
    if move is None:
        return ""
    shown = signed(move)
    return f"{data(f'change:{shift.address}', shown) if marked else shown}{_small(interval(move.interval))}"


def _finding(shift: Shift) -> str:
    if shift.said:
        return escape(verdict(shift)) + _small("fixed in advance" if shift.family == "confirmatory" else "")
    return escape(shift.why)


def _small(text: str) -> str:
    return f'<span class="under">{escape(text)}</span>' if text else ""
