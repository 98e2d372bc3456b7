"""Charts: what the wave tells is drawn, what it does not tell is left out and named under the chart."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from analysis.display.figures import NOT_DRAWN, Figure, publish_figure
from analysis.display.forms import Form, as_bands, drawing_of, form_of, instruments_of, is_drawn, questions_of, shown
from analysis.display.readings import read_out
from analysis.display.say import Either, chosen, warned
from analysis.display.sentences import places
from analysis.display.statements import stated
from analysis.display.tables import lines, rows, value
from analysis.numbers.estimates import UNRELIABLE_BELOW, Estimate, Label
from analysis.numbers.surveys import Series

RECONSTRUCTED = "Reconstructed wave: only what the source report prints, or what follows from it, is drawn."
SIMULATED = "Simulated data: no one's answers."
NOTHING_PRINTED = f"{NOT_DRAWN} The source report prints none of its figures."
NOTHING_ASKED = f"{NOT_DRAWN} The question was not asked."
# Where the names of the members that are not known take more letters than this, they are counted, not named: the
# table under the chart lists them.
NAMED = 200
# More questions than this are worded with the table, not over the chart.
WORDED = 2


def chart(*series: Series, title: str | Either, note: str = "", form: str = "", name: str = "") -> None:
    """Draw the numbers of these series, in the form that fits their questions or in the one asked for.

    The title states the finding and is checked like any sentence. `name` is the chart's anchor on its page; by
    default it is made of the question's. Where the wave tells none of the numbers the page says so, instead of a
    drawing. The forms are those of `forms.Form`.
    """
    (caption,) = chosen((title,))
    kind = form_of(series, form)
    drawn = _drawn(series, kind)
    figure = Figure(
        name=f"chart-{name or _name(series)}",
        title=warned(caption, caption.marked),
        drawing=drawing_of(series, kind) if drawn else None,
        described=read_out(caption.text, series, kind),
        about=_about(series, kind, drawn),
        status=SIMULATED if _labels(drawn) & {"simulated"} else "",
        notes=tuple(_notes(series, kind, drawn, note)),
        source=_source(series, drawn),
        table=_table(series),
        undrawn=_undrawn(series),
    )
    # The table gives numbers that the drawing leaves out: they are in the record as well.
    tabled = [estimate for one in series for _, estimate in lines(one) if estimate.identified]
    publish_figure(figure, "chart", [caption], [*drawn, *tabled])


def _drawn(series: Sequence[Series], form: Form) -> list[Estimate]:
    """The estimates that have a mark or a place, in the order in which they are drawn."""
    drawn: list[Estimate] = []
    for one in series:
        members = [one.members[name] for name in shown(one, form)]
        drawn += members
        if members and one.overall is not None and is_drawn(one.overall):
            drawn.append(one.overall)
    return drawn


def _name(series: Sequence[Series]) -> str:
    """The anchor of a chart: survey, question, and by what it is broken down."""
    addresses = [estimate.address for one in series for estimate in one]
    asked = list(dict.fromkeys((address.survey, address.question) for address in addresses))
    others = "-and-others" if len(asked) > 1 else ""
    groups = "".join(f"-by-{name}" for name in dict.fromkeys(a.breakdown for a in addresses) if name)
    return f"{asked[0][0]}-{asked[0][1]}{others}{groups}".replace("_", "-")


def _about(series: Sequence[Series], form: Form, drawn: list[Estimate]) -> str:
    """What was asked of whom, and how many answered."""
    respondents = " and ".join(one.respondents for one in instruments_of(series))
    asked = questions_of(series)
    if form == "opinions" and len(asked) > WORDED:
        question = f"Question to {respondents}: do you agree or disagree with each statement?"
    elif not asked or len(asked) > WORDED:
        question = f"Questions to {respondents}: worded with the table below." if asked else ""
    else:
        wordings = " / ".join(one.wording for one in asked)
        question = f"Question{'s' if len(asked) > 1 else ''} to {respondents}: {wordings}"
    return " ".join(filter(None, (question, _base(drawn))))


def _base(drawn: list[Estimate]) -> str:
    """The bases of the numbers drawn: one number where they share it, else the range."""
    bases = sorted(estimate.base for estimate in drawn if estimate.base)
    if not bases:
        return ""
    span = str(bases[0]) if bases[0] == bases[-1] else f"{bases[0]} to {bases[-1]}"
    return f"Base: {span} respondents who answered."


def _notes(series: Sequence[Series], form: Form, drawn: list[Estimate], note: str) -> list[str]:
    left_out = _left_out(series, form)
    notes = [note, *_key(form, drawn, series)]
    if _labels(drawn) & {"printed", "implied", "bounded"}:
        notes.append(RECONSTRUCTED)
    if drawn and left_out:
        names = "; ".join(left_out)
        named = names if len(names) <= NAMED else f"{len(left_out)} numbers, see the table"
        known_as = "Not known, or only as what others leave over," if form == "opinions" else "Not known,"
        notes.append(f"{known_as} so not drawn: {named}.")
    if not drawn:
        notes += _overall(series)
    if left_out and (statements := stated(series)):
        notes.append(f"Stated in the source report, without the figures: {'; '.join(statements)}.")
    return notes


def _key(form: Form, drawn: list[Estimate], series: Sequence[Series]) -> list[str]:
    """What the marks of this chart mean: only of those that are in it."""
    marked = [estimate for estimate in drawn if not estimate.suppressed]
    key = {
        "Lines: indicative 95% intervals.": any(
            estimate.interval and estimate.percent is not None for estimate in marked
        ),
        "Pale bands: the number is known only to lie somewhere within the band.": any(
            as_bands(one, form) for one in series
        ),
        f"Hollow dots [u]: fewer than {UNRELIABLE_BELOW} answered.": form in ("groups", "dots", "sorted")
        and any(estimate.percent is not None and (estimate.base or 0) < UNRELIABLE_BELOW for estimate in marked),
        "[c]: withheld, so that nothing is told of few respondents.": len(marked) < len(drawn),
        "Diamond and dashed line: all respondents.": any(
            one.overall in marked and one.overall is not None and one.overall.percent is not None for one in series
        ),
    }
    return [words for words, needed in key.items() if needed]


def _labels(drawn: list[Estimate]) -> set[Label]:
    """How the numbers of the drawing are known."""
    return {estimate.known.label for estimate in drawn}


def _overall(series: Sequence[Series]) -> list[str]:
    """What is known of all respondents together, where nothing is known of the groups."""
    known = [(one.topic, one.overall) for one in series if one.overall is not None and is_drawn(one.overall)]
    told = "; ".join(f"{topic}: {value(overall)}" for topic, overall in known)
    return [f"Known of all respondents together: {told}."] if told else []


def _source(series: Sequence[Series], drawn: list[Estimate]) -> str:
    surveys = " and ".join(f"{one.title[:1].lower()}{one.title[1:]}" for one in instruments_of(series))
    where = [item.where for estimate in drawn for item in estimate.known.printed]
    printed = f"; figures printed in the source report, {places(where)}" if where else ""
    return f"{surveys}{printed}." if surveys else ""


def _undrawn(series: Sequence[Series]) -> str:
    labels = {estimate.known.label for one in series for estimate in one}
    return NOTHING_ASKED if labels == {"not computable"} else NOTHING_PRINTED


def _left_out(series: Sequence[Series], form: Form) -> list[str]:
    several = len(series) > 1
    return [
        f"{one.topic}, {one.labels[name]}" if several else one.labels[name]
        for one in series
        for name in one.members
        if name not in shown(one, form)
    ]


def _table(series: Sequence[Series]) -> str:
    """The numbers, and the questions where there are too many of them to be worded over the chart."""
    asked = questions_of(series)
    wordings = "".join(f"<li>{escape(question.wording, quote=False)}</li>" for question in asked)
    listed = f"<p>The questions:</p><ul>{wordings}</ul>" if len(asked) > WORDED else ""
    return f"<table>{rows(tuple(series))}</table>{listed}"
