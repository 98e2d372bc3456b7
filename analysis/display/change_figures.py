"""Changes drawn: each share in the wave before and in this wave, with what may be said of its change."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from analysis.display.change_table import change_table
from analysis.display.change_words import in_points, signed, verdict
from analysis.display.dumbbells import DUMBBELL_KEY, dumbbell
from analysis.display.figures import Figure, publish_figure
from analysis.display.forms import number_of
from analysis.display.palette import tone_of
from analysis.display.plotted import Pair
from analysis.display.since import Since
from analysis.display.tables import value
from analysis.numbers.estimates import Estimate
from analysis.numbers.shifts import Shift

UNDRAWN = "No change is known that could be drawn."


def figure(shifts: Sequence[Shift], since: Since, title: str, name: str) -> None:
    """Draw changes as dumbbells, with their table. `name` is the chart's anchor on its page."""
    drawn = [shift for shift in shifts if shift.crude is not None]
    pairs = [_pair(shift) for shift in drawn]
    figure = Figure(
        name=f"chart-{name}",
        title=escape(title),
        drawing=dumbbell(pairs, since.earlier.title, since.later.title) if pairs else None,
        described=_described(drawn, title),
        notes=tuple(_notes(drawn, since)),
        source=f"{since.earlier.title} ({since.earlier.status}) and {since.later.title} ({since.later.status}).",
        table=change_table(shifts, escape(f"{since.earlier.title} and {since.later.title}, side by side")),
        # Adjusted change and intervals stand in the table alone.
        opened=True,
        undrawn=UNDRAWN,
    )
    publish_figure(figure, "chart", [], known(shifts), shifts)


def known(shifts: Sequence[Shift]) -> list[Estimate]:
    """The shares of the later wave, as far as it tells them: what is recorded with their changes."""
    return [shift.after for shift in shifts if shift.after.identified]


def named(shift: Shift) -> str:
    """What a change is of, in a sentence: the question, the answers, and among whom."""
    return f"{shift.label}, {shift.after.who}" if shift.within_group else f"{shift.label} ({shift.after.who})"


def _pair(shift: Shift) -> Pair:
    said = ", ".join(filter(None, (signed(shift.crude), verdict(shift))))
    before, after = number_of(shift.before), number_of(shift.after)
    return Pair(named(shift), before, after, tone_of(shift.address.survey), said, shift.compared.comparable)


def _described(shifts: Sequence[Shift], title: str) -> str:
    read = [
        f"{named(s)}: {value(s.before)} before, {value(s.after)} after, {in_points(s.crude)}, {verdict(s)}"
        for s in shifts
    ]
    return f"Chart of two waves: {title}. " + ("; ".join(read) + "." if read else UNDRAWN)


def _notes(shifts: Sequence[Shift], since: Since) -> list[str]:
    notes = [f"{DUMBBELL_KEY} Beside them: the change in percentage points, and what may be said of it."]
    if any(shift.crude and shift.crude.value is None for shift in shifts):
        notes.append("Pale bands: the earlier number is known only to lie somewhere within the band.")
    if since.earlier.reconstructed:
        notes.append("The earlier wave is reconstructed: its bases are, and printed figures are known to within half a "
                     "point, which the intervals take in.")  # fmt: skip
    if "simulated" in (since.earlier.status, since.later.status):
        notes.append("Simulated data: no one's answers.")
    return notes
