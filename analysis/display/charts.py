"""Charts: what the wave tells is drawn, what it does not tell is left out and named under the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from analysis.display.records import publish
from analysis.display.say import Either, chosen, warned
from analysis.display.sentences import Sentence
from analysis.display.statements import stated
from analysis.display.tables import rows, value
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATUS = {
    "printed": "Reconstructed wave: only what the source report prints, or what follows from it, is drawn.",
    "simulated": "Simulated data: no one's answers.",
}
# More members than this that are not known are counted, not named: the table under the chart lists them.
NAMED = 6
INK, BAR, BAND, WHISKER = "#1f2933", "#2f6f9f", "#c9dcea", "#12344d"


@dataclass(frozen=True)
class Line:
    """One line of a chart: a heading, or an estimate with its label."""

    label: str
    estimate: Estimate | None = None


def chart(*series: Series, title: str | Either, note: str = "") -> None:
    """Draw the share of every member of the series as a bar with its indicative interval.

    The title states the finding and is checked like any sentence. Where the wave tells none of the numbers
    the page says so, instead of a drawing.
    """
    (caption,) = chosen((title,))
    estimates = [estimate for one in series for estimate in one]
    drawn = [estimate for estimate in estimates if _is_drawn(estimate)]
    lines = _lines(series)
    drawing = _drawing(lines, _alt(caption, series)) if drawn else _no_drawing()
    if drawn:
        drawn = [line.estimate for line in lines if line.estimate is not None]
    html = (
        f'<figure class="chart"><figcaption>{warned(caption, caption.marked)}</figcaption>{drawing}'
        f"{_notes(series, drawn, note)}{_details(series)}</figure>"
    )
    plain = _alt(caption, series)
    publish("chart", {"text/html": html, "text/plain": plain}, [caption], drawn)


def _is_drawn(estimate: Estimate) -> bool:
    return estimate.identified and bool(estimate.base)


def _lines(series: Sequence[Series]) -> list[Line]:
    lines: list[Line] = []
    for one in series:
        shown = [Line(one.labels[name], e) for name, e in one.members.items() if _is_drawn(e)]
        if one.overall is not None and _is_drawn(one.overall):
            shown.append(Line("all respondents", one.overall))
        if len(series) > 1 and shown:
            lines.append(Line(one.topic))
        lines += shown
    return lines


def _drawing(lines: list[Line], alt: str) -> str:
    """The chart as SVG inside HTML: its text is text, its description the chart's numbers."""
    from io import StringIO

    import matplotlib as mpl
    import seaborn as sns

    mpl.use("svg")
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "chart", "font.size": 11, "axes.spines.left": False,
                "font.family": "sans-serif", "axes.labelcolor": INK, "ytick.color": INK}  # fmt: skip
    with mpl.rc_context(settings), sns.axes_style("white"):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7.2, 0.36 * len(lines) + 0.55), layout="constrained")
        _draw(figure.subplots(), lines)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = out.getvalue()
    return f'<div class="drawing" role="img" aria-label="{escape(alt, quote=True)}">{svg[svg.index("<svg") :]}</div>'


def _draw(axes: Axes, lines: list[Line]) -> None:
    import seaborn as sns

    shown = [(i, line.estimate) for i, line in enumerate(lines) if line.estimate is not None]
    bars = [(i, estimate.percent) for i, estimate in shown if estimate.percent is not None]
    if bars:
        sns.barplot(x=[percent for _, percent in bars], y=[i for i, _ in bars], orient="y", native_scale=True,
                    color=BAR, width=0.62, ax=axes)  # fmt: skip
    for i, estimate in shown:
        end = _draw_interval(axes, i, estimate) if estimate.percent is not None else _draw_range(axes, i, estimate)
        axes.text(end + 1.2, i, value(estimate), va="center", color=INK)
    axes.set(xlim=(0, 108), ylim=(len(lines) - 0.5, -0.5), xlabel="", ylabel="")
    axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_yticks(range(len(lines)), [_wrapped(line.label) for line in lines])
    for tick, line in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_multialignment("right")
        if line.estimate is None:
            tick.set_fontweight("bold")
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)
    axes.grid(axis="x", color="#d5dae0", linewidth=0.6)
    axes.set_axisbelow(True)


def _draw_interval(axes: Axes, position: int, estimate: Estimate) -> float:
    """The indicative interval as a line across the end of the bar; where the drawing ends."""
    low, high = estimate.interval or (estimate.percent or 0, estimate.percent or 0)
    axes.plot([low, high], [position, position], color=WHISKER, linewidth=1.2, solid_capstyle="butt")
    return max(float(estimate.percent or 0), high)


def _draw_range(axes: Axes, position: int, estimate: Estimate) -> float:
    """A number known as a range: a band from its least to its greatest value, without a midpoint."""
    least, greatest = float(estimate.least), float(estimate.greatest)
    axes.barh(position, greatest - least, left=least, height=0.62, color=BAND, edgecolor=BAR, linewidth=0.8)
    return greatest


def _wrapped(label: str) -> str:
    from textwrap import fill

    return fill(label, 38)


def _alt(caption: Sentence, series: Sequence[Series]) -> str:
    values = [_read_out(one, titled=len(series) > 1) for one in series if any(map(_is_drawn, one))]
    return f"{caption.text.rstrip('.')}. " + ("; ".join(values) + "." if values else "No figures are known.")


def _read_out(series: Series, titled: bool) -> str:
    members = series.members.items()
    shown = [f"{series.labels[name]} {value(estimate)}" for name, estimate in members if _is_drawn(estimate)]
    return (f"{series.topic}: " if titled else "") + ", ".join(shown)


def _no_drawing() -> str:
    return (
        '<p class="no-drawing">This chart cannot be drawn from what is known of this wave: '
        "the source report prints none of its figures.</p>"
    )


def _notes(series: Sequence[Series], drawn: list[Estimate], note: str) -> str:
    left_out = _left_out(series)
    known = [estimate.known.label for estimate in drawn]
    labels = list(
        dict.fromkeys(STATUS.get("printed" if label in ("implied", "bounded") else label, "") for label in known)
    )
    parts = [note, *_questions(series), _base(drawn)]
    if any(estimate.interval for estimate in drawn):
        parts.append("Dark lines: indicative 95% intervals.")
    if any(estimate.percent is None for estimate in drawn):
        parts.append("Pale bands: the number is known only to lie somewhere within the band.")
    parts += labels
    if drawn and left_out:
        named = ": " + "; ".join(left_out) if len(left_out) <= NAMED else f": {len(left_out)} numbers, see the table"
        parts.append(f"Not known, so not drawn{named}.")
    if left_out and (statements := stated(series)):
        parts.append(f"Stated in the source report, without the figures: {'; '.join(statements)}.")
    return f'<p class="chart-note">{escape(" ".join(filter(None, parts)))}</p>' if any(parts) else ""


def _questions(series: Sequence[Series]) -> list[str]:
    return [f"Question: {wording}" for wording in dict.fromkeys(one.wording for one in series) if wording]


def _base(drawn: list[Estimate]) -> str:
    """The bases of the bars: one number where they share it, else the range."""
    bases = sorted(estimate.base for estimate in drawn if estimate.base)
    if not bases:
        return ""
    span = str(bases[0]) if bases[0] == bases[-1] else f"{bases[0]} to {bases[-1]}"
    return f"Base: {span} respondents who answered."


def _left_out(series: Sequence[Series]) -> list[str]:
    several = len(series) > 1
    return [
        f"{one.topic}, {one.labels[name]}" if several else one.labels[name]
        for one in series
        for name, estimate in one.members.items()
        if not _is_drawn(estimate)
    ]


def _details(series: Sequence[Series]) -> str:
    return f"<details><summary>The numbers as a table</summary><table>{rows(tuple(series))}</table></details>"
