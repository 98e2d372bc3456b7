"""How the shares of a chapter changed since the wave before: what may be said, a chart, and the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from analysis.claims.changes import fell, rose, unchanged
from analysis.claims.claims import Claim
from analysis.display.change_figures import figure, named
from analysis.display.change_words import interval, signed
from analysis.display.grids import Html, grid
from analysis.display.records import publish
from analysis.display.sentences import Sentence, data
from analysis.display.since import Since
from analysis.display.tables import value
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.estimates import Estimate
from analysis.numbers.shifts import Shift

# More statistics than this without a finding are counted, not named: the table lists them.
NAMED = 6


def changes(since: Since, shares: Sequence[Estimate]) -> None:
    """Print what changed of these shares, draw it, and set the numbers out in a table.

    Shares that say who answered are set side by side: that they differ is no finding.
    """
    shifts = since.shifts(shares)
    outcomes = [shift for shift in shifts if not since.describes_respondents(shift)]
    if respondents := [shift for shift in shifts if shift not in outcomes]:
        who(respondents, since)
    if outcomes:
        findings(outcomes)
        figure(outcomes, since, f"The statistics of this chapter in {since.title}", "change")


def who(shifts: Sequence[Shift], since: Since) -> None:
    """Set side by side who answered two waves, question by question."""
    rows: list[tuple[str, ...]] = []
    for survey, question in dict.fromkeys((one.address.survey, one.address.question) for one in shifts):
        alike = [one for one in shifts if (one.address.survey, one.address.question) == (survey, question)]
        rows += [(f"{questionnaires()[survey].title}: {alike[0].compared.topic}",), *map(_who, alike)]
    heads = ("Respondents", since.earlier.title, since.later.title, "Difference, points")
    grid(heads, rows, f"Who answered {since.title}", shifts)


def _who(shift: Shift) -> tuple[str, ...]:
    before, after = (told(one) for one in (shift.before, shift.after))
    marked = data(str(shift.address), escape(after, quote=False)) if shift.after.identified else escape(after)
    if shift.crude is None:
        return shift.after.words, before, Html(marked), shift.why if not shift.compared.comparable else ""
    under = f'<span class="under">{interval(shift.crude.interval)}</span>'
    moved = data(f"change:{shift.address}", signed(shift.crude))
    return shift.after.words, before, Html(marked), Html(f"{moved}{under}")


def told(estimate: Estimate) -> str:
    """A share in a table of two waves."""
    if estimate.known.label == "not computable":
        return "not asked"
    return value(estimate) if estimate.identified else "not known"


def findings(shifts: Sequence[Shift]) -> None:
    """Print what may be said of changes as a list: what rose, fell, is not robust, or cannot be told."""
    sentences = [Sentence(text) for text in _texts(shifts)]
    markdown, plain = ("\n".join(f"- {text}" for text in texts)
                       for texts in ([one.marked for one in sentences], [one.text for one in sentences]))  # fmt: skip
    publish("say", {"text/markdown": markdown, "text/plain": plain}, sentences)


def _texts(shifts: Sequence[Shift]) -> list[str]:
    by = {kind: [shift for shift in shifts if shift.verdict == kind] for kind in ("rose", "fell", "no clear change")}
    loose = [shift for shift in shifts if shift.verdict == "not robust"]
    texts = [
        _moved("Clear rise", by["rose"], rose),
        _moved("Clear fall", by["fell"], fell),
        _moved("Up among those who answered", [one for one in loose if _rises(one)], rose, adjusted=True),
        _moved("Down among those who answered", [one for one in loose if not _rises(one)], fell, adjusted=True),
        _listed("No clear change", by["no clear change"]),
        *_untold([shift for shift in shifts if not shift.said]),
    ]
    return [text for text in texts if text]


def _rises(shift: Shift) -> bool:
    return shift.crude is not None and shift.crude.least > 0


def _moved(words: str, shifts: Sequence[Shift], claim: Callable[[Shift], Claim], adjusted: bool = False) -> str:
    """One sentence for all that moved alike, each with its numbers; every one of them is a claim of its own."""
    items = []
    for place, shift in enumerate(shifts):
        bound = f"{claim(shift):{words}}: " if place == 0 else f"{claim(shift):}"
        beside = f"; {shift:adjusted} with the composition of the wave before" if adjusted and shift.adjusted else ""
        items.append(f"{bound}{named(shift)}, from {shift:before} to {shift.after} ({shift}{beside})")
    return "; ".join(items) + "." if items else ""


def _listed(words: str, shifts: Sequence[Shift]) -> str:
    if not shifts:
        return ""
    first, rest = f"{unchanged(shifts[0]):{words}}", "".join(f"{unchanged(shift):}" for shift in shifts[1:])
    if len(shifts) > NAMED:
        return f"{first}{rest} in {len(shifts)} of the statistics below."
    return f"{first}{rest}: {'; '.join(named(shift) for shift in shifts)}."


def _untold(shifts: Sequence[Shift]) -> list[str]:
    """What nothing can be said of, by the reason."""
    reasons: dict[str, list[Shift]] = {}
    for shift in shifts:
        reasons.setdefault(shift.why, []).append(shift)
    return [_reason(why, alike) for why, alike in reasons.items()]


def _reason(why: str, shifts: Sequence[Shift]) -> str:
    kind = "Not compared" if not shifts[0].compared.comparable else "Nothing is said of"
    what, why = "; ".join(dict.fromkeys(named(shift) for shift in shifts)), why.removesuffix(".")
    if len(shifts) > NAMED:
        what = f"{len(shifts)} of the statistics below"
    return f"{kind}: {what}. The reason: {why}." if kind == "Not compared" else f"{kind} {what}: {why}."
