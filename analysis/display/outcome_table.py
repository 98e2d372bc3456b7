"""What changed, and what became of the indicators: the findings of the chapter on change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from analysis.claims.changes import fell, rose, unchanged
from analysis.claims.claims import Claim
from analysis.display.change_figures import figure, known, named
from analysis.display.change_table import change_table
from analysis.display.change_words import in_points, interval, verdict
from analysis.display.changes import NAMED, findings
from analysis.display.grids import Html, grid
from analysis.display.opening import Study
from analysis.display.records import publish
from analysis.display.sentences import Sentence, data
from analysis.display.since import Since
from analysis.inputs.indicators import indicators
from analysis.numbers.outcomes import RESULTS, Outcome, Result, outcome
from analysis.numbers.shifts import Shift


def key_changes(study: Study) -> None:
    """Print, draw and tabulate the changes that were fixed in advance."""
    if study.since is not None:
        key, title = study.since.pair.key, f"The statistics fixed in advance, in {study.since.title}"
        findings(key)
        figure(key, study.since, title, "key-changes")


def all_changes(study: Study) -> None:
    """Print what moved among all other statistics, and tabulate every one of them."""
    if study.since is None:
        return
    shifts = _exploratory(study.since)
    findings(shifts)
    title = f"Every other statistic in {study.since.title}"
    details = f"<details><summary>All of them as a table ({len(shifts)})</summary>"
    html = f"{details}{change_table(shifts, escape(title))}</details>"
    publish("table", {"text/html": html, "text/plain": title}, [], known(shifts), shifts)


def _exploratory(since: Since) -> list[Shift]:
    """Every statistic that can be compared, and those behind the indicators, but for those fixed in advance."""
    behind = [address for one in indicators().indicators for address in one.directions]
    shifts = [*since.pair.comparable, *(since.pair.shift(address) for address in behind)]
    return list({str(shift.address): shift for shift in shifts if shift.family == "exploratory"}.values())


def outcomes(study: Study) -> None:
    """Print what became of each indicator, with its evidence."""
    if study.since is None:
        return
    found = [outcome(indicator, study.since.pair) for indicator in indicators().indicators]
    sentences = [Sentence(text) for text in _results(found)]
    marked, plain = ("\n".join(f"- {text}" for text in texts)
                     for texts in ([one.marked for one in sentences], [one.text for one in sentences]))  # fmt: skip
    publish("say", {"text/markdown": marked, "text/plain": plain}, sentences)
    shifts = list({str(shift.address): shift for one in found for shift in one.shifts.values()}.values())
    heads = ("Indicator", "Outcome", "Evidence")
    grid(heads, map(_row, found), "What became of the indicators", shifts)


def _results(found: Sequence[Outcome]) -> Iterable[str]:
    """One sentence for each result; the claims that bear it out stand with every indicator."""
    for result in RESULTS:
        alike = [one for one in found if one.result == result]
        if alike:
            yield f"{result[:1].upper()}{result[1:]}{_which(alike, result)}."


def _which(alike: Sequence[Outcome], result: Result) -> str:
    claims = "".join(f"{claim:}" for one in alike for claim in _claims(one, result))
    if len(alike) > NAMED:
        return f"{claims}: {len(alike)} of the indicators below"
    return f"{claims}: {'; '.join(f'{one.indicator.name[:1].lower()}{one.indicator.name[1:]}' for one in alike)}"


def _claims(one: Outcome, result: Result) -> list[Claim]:
    """What bears out the result of an indicator: the claims about the changes behind it."""
    if result == "no clear change":
        return [unchanged(shift) for shift in one.shifts.values() if shift.verdict == "no clear change"]
    return [rose(shift) if shift.verdict == "rose" else fell(shift) for shift in (*one.better, *one.worse)]


def _row(one: Outcome) -> tuple[str, ...]:
    about = f"{one.indicator.kind}: {one.indicator.about}"
    name = Html(f'{escape(one.indicator.name, quote=False)}<span class="under">{escape(about, quote=False)}</span>')
    evidence = Html(f"<ul>{''.join(f'<li>{_evidence(shift)}</li>' for shift in one.shifts.values())}</ul>")
    return name, one.result, evidence


def _evidence(shift: Shift) -> str:
    name = escape(named(shift), quote=False)
    if shift.crude is None:
        return f"{name}: {escape(shift.why, quote=False)}"
    told = escape(verdict(shift) if shift.said else shift.why, quote=False)
    moved = data(f"change:{shift.address}", in_points(shift.crude))
    return f"{name}: {moved} ({interval(shift.crude.interval)}), {told}"
