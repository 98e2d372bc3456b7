"""The scorecard: principle by principle, what commissioners say, what third sector organisations say, how far apart.

Shares of two surveys are compared only where both were asked about the same thing, each from its own side; the
chapter says which pairs those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from analysis.claims.vocabulary import exceeds
from analysis.display.forms import number_of
from analysis.display.palette import tone_of
from analysis.display.records import publish
from analysis.display.say import Either, chosen, warned
from analysis.display.sentences import Sentence
from analysis.display.sparks import spark
from analysis.numbers.contrasts import difference
from analysis.numbers.estimates import Estimate

Statement = str | Either
SIDES = ("Commissioners", "Third sector organisations")
NOT_ASKED = "Not asked about it."
ONE_SIDE = "Cannot be told: one side was not asked."
NOT_ALIKE = "Cannot be told: the two sides were asked different things."
UNTOLD = "Cannot be told from what is known of this wave."
READING = (
    "Lines around the marks: indicative 95% intervals. Points are percentage points, with the indicative 95% interval "
    "of the difference. Those who give and those who receive are different organisations: their shares need not be "
    "equal even where both are right."
)


@dataclass(frozen=True)
class Principle:
    """One principle: what each survey says of it, and the pair of shares, if any, that can be held together."""

    name: str
    sides: tuple[tuple[Statement, ...], tuple[Statement, ...]]
    pair: tuple[Estimate, Estimate] | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All that is said of it."""
        return self.sides[0] + self.sides[1]


def principle(
    name: str,
    commissioners: Sequence[Statement] = (),
    third_sector: Sequence[Statement] = (),
    pair: tuple[Estimate, Estimate] | None = None,
) -> Principle:
    """One line of a scorecard; each string is a sentence, checked like any other.

    `pair` holds a share of commissioners and one of third sector organisations who were asked about the same
    thing: how far they lie apart is told of these.
    """
    return Principle(name, (tuple(commissioners), tuple(third_sector)), pair)


@dataclass(frozen=True)
class Line:
    """A principle as this wave has it: what is said of it on each side, and of the distance."""

    principle: Principle
    sides: tuple[list[Sentence], list[Sentence]]
    apart: Sentence

    @property
    def sentences(self) -> list[Sentence]:
        return [*self.sides[0], *self.sides[1], self.apart]


def scorecard(*principles: Principle, title: Statement, note: str = "", name: str = "scorecard") -> None:
    """Print principles side by side, numbered in their order; the title is checked like any sentence."""
    (caption,) = chosen((title,))
    lines = [Line(one, (chosen(one.sides[0]), chosen(one.sides[1])), apart(one)) for one in principles]
    table = _table(f"chart-{name}", warned(caption, caption.marked), lines, f"{note} {READING}".strip())
    sentences = [caption, *(sentence for line in lines for sentence in line.sentences)]
    publish("scorecard", {"text/html": table, "text/plain": _read_out(caption, lines)}, sentences)


def _table(anchor: str, title: str, lines: Sequence[Line], note: str) -> str:
    names = ("Principle", *SIDES, "How far apart they are")
    heads = "".join(f'<th role="columnheader" scope="col">{name}</th>' for name in names)
    body = "".join(_row(number, line) for number, line in enumerate(lines, start=1))
    about = f'<p class="chart-note">{escape(note, quote=False)}</p>'
    # The roles say that it is a table even where a narrow page shows its cells one below the other.
    return (
        f'<figure class="chart scorecard" id="{escape(anchor)}"><figcaption id="{escape(anchor)}-title">{title}'
        f'</figcaption><table role="table" aria-labelledby="{escape(anchor)}-title">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
        f"{about}</figure>"
    )


def _read_out(caption: Sentence, lines: Sequence[Line]) -> str:
    told = []
    for number, line in enumerate(lines, start=1):
        for side, sentences in zip(SIDES, line.sides, strict=True):
            said = " ".join(warned(one, one.text) for one in sentences) or NOT_ASKED
            told.append(f"{number}. {line.principle.name}. {side}: {said}")
        told.append(f"How far apart: {warned(line.apart, line.apart.text)}")
    return "\n".join([caption.text, *told])


def apart(one: Principle) -> Sentence:
    """How far apart the two shares of a principle's pair lie, in percentage points, as a sentence with its claim."""
    if one.pair is None:
        return Sentence(NOT_ALIKE if all(one.sides) else ONE_SIDE)
    first, second = one.pair
    intervals = difference(second, first)
    if first.percent is None or second.percent is None or first.suppressed or second.suppressed or not intervals:
        return Sentence(UNTOLD)
    points = first.percent - second.percent
    if points == 0:
        return Sentence("The same share on both sides.")
    sign = 1 if points > 0 else -1
    ends = sorted(100 * sign * end for interval in intervals for end in interval)
    claim = exceeds(first, second) if points > 0 else exceeds(second, first)
    who = SIDES[0 if points > 0 else 1].lower()
    clear = ": a clear difference" if claim.state == "holds" else ""
    return Sentence(f"{abs(points)} points {claim:more} among {who}, interval {ends[0]:.0f} to {ends[-1]:.0f}{clear}.")


def _row(number: int, line: Line) -> str:
    cells = "".join(_cell(side, _said(sentences)) for side, sentences in zip(SIDES, line.sides, strict=True))
    pair = line.principle.pair
    drawn = spark(*((number_of(one), tone_of(one.address.survey)) for one in pair)) if pair else ""
    told = _cell("How far apart", f"<p>{warned(line.apart, line.apart.marked)}</p>{drawn}")
    name = f'<span class="number">{number}</span> {escape(line.principle.name, quote=False)}'
    return f'<tr role="row"><th role="rowheader" scope="row">{name}</th>{cells}{told}</tr>'


def _cell(side: str, content: str) -> str:
    return f'<td role="cell"><span class="side">{side}</span>{content}</td>'


def _said(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return f"<p>{NOT_ASKED}</p>"
    return "".join(f"<p>{warned(one, one.marked)}</p>{_drawn(one)}" for one in sentences)


def _drawn(sentence: Sentence) -> str:
    """The first number of a sentence in little, where there is something to draw."""
    number = number_of(sentence.estimates[0]) if sentence.estimates else None
    return spark((number, tone_of(sentence.estimates[0].address.survey))) if number and number.known else ""
