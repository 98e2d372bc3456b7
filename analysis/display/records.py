"""What a cell of a chapter has said, kept beside its output: the estimates and the claims it used.

The files that the book offers (statistics.csv, claims.csv) are assembled from these records, and waves are compared
by them. All values are text: an executed notebook is compared with a new run to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from IPython.display import display

from analysis.claims.claims import Claim
from analysis.display.change_records import change_row
from analysis.display.sentences import Sentence, number
from analysis.display.watermark import watermarked
from analysis.numbers.estimates import Estimate
from analysis.numbers.shifts import Shift

MIME = "application/vnd.commissioning.record+json"


def publish(
    kind: str,
    bundle: dict[str, str],
    sentences: Iterable[Sentence] = (),
    estimates: Iterable[Estimate] = (),
    shifts: Iterable[Shift] = (),
    chart: str = "",
    rows: Iterable[dict[str, str]] = (),
    withheld: Iterable[dict[str, str]] = (),
) -> None:
    """Show a cell's output together with the record of what it used.

    `sentences` are those that were said; `estimates` and `shifts` what was drawn or tabulated besides; `chart` is
    the name of what was drawn, by which the page links to it; `rows` are those of a table that has a file of its own,
    `withheld` what was merged or withheld. Beside each estimate stands how many were asked, which no column of
    statistics.csv tells.
    """
    said = list(sentences)
    used = [*estimates, *(estimate for sentence in said for estimate in sentence.estimates)]
    record: dict[str, Any] = {
        "kind": kind,
        "estimates": [statistics_row(estimate) for estimate in _once(used)],
        "asked": {str(estimate.address): _text(estimate.asked) for estimate in _once(used)},
        "claims": [claim_row(claim, sentence.text) for sentence in said for claim in sentence.claims],
        "drafts": [draft_row(sentence) for sentence in said if sentence.state == "false"],
        "sentences": [row for place, sentence in enumerate(said, start=1) for row in sentence_rows(place, sentence)],
    }
    changed = [*shifts, *(shift for sentence in said for shift in sentence.shifts)]
    if changed:
        # Only where there is a change to tell of: what says nothing of one stays as it is.
        record["changes"] = list({str(shift.address): change_row(shift) for shift in changed}.values())
    if chart:
        record["chart"] = chart
    if listed := list(rows):
        record["rows"] = listed
    if decided := list(withheld):
        record["withheld"] = decided
    told = [*used, *(estimate for shift in changed for estimate in (shift.before, shift.after))]
    shown = {form: watermarked(text, told) if form == "text/html" else text for form, text in bundle.items()}
    display({**shown, MIME: record}, raw=True)  # type: ignore[no-untyped-call]


def _once(estimates: Iterable[Estimate]) -> list[Estimate]:
    return list({str(estimate.address): estimate for estimate in estimates}.values())


def statistics_row(estimate: Estimate) -> dict[str, str]:
    """One estimate in the columns of statistics.csv (all but the chapter, which the publication adds)."""
    address, known = estimate.address, estimate.known
    low, high = estimate.interval or (None, None)
    # The number of responses is a count, not an estimate of a share; a share of very few is told nowhere.
    is_share = bool(address.question) and not estimate.suppressed
    return {
        "address": str(address),
        "survey": address.survey,
        "question": address.question,
        "answers": "+".join(address.answers),
        "group_by": address.breakdown,
        "group": "+".join(address.groups),
        "base": _text(estimate.base),
        "count": "" if estimate.suppressed else _count(estimate),
        "percent": "" if estimate.suppressed else _percent(estimate),
        "low": _decimal(low) if is_share else "",
        "high": _decimal(high) if is_share else "",
        "least": _decimal(known.least) if is_share and estimate.identified else "",
        "greatest": _decimal(known.greatest) if is_share and estimate.identified else "",
        "known": known.label,
        "printed": "; ".join(item.words for item in known.printed),
        "where": "; ".join(item.where for item in known.printed),
    }


def claim_row(claim: Claim, sentence: str) -> dict[str, str]:
    return {
        "claim": claim.name,
        "state": claim.state,
        "margin": _decimal(claim.margin),
        "sentence": sentence,
    }


def draft_row(sentence: Sentence) -> dict[str, str]:
    """A sentence that the wave contradicts: what it says, which of its claims are false, and their numbers."""
    false = [claim for claim in sentence.claims if claim.state == "false"]
    numbers = [f"{term.address} is {number(term)}" for claim in false for term in claim.terms]
    return {
        "sentence": sentence.text,
        "claims": "; ".join(claim.name for claim in false),
        "numbers": "; ".join(dict.fromkeys(numbers)),
    }


def sentence_rows(place: int, said: Sentence) -> list[dict[str, Any]]:
    """A sentence of a cell with the alternatives that its author offered: what each says, and how it stands.

    `place` is which sentence of the cell it is, counted from 1; one of the rows is marked as said. Of a claim that
    combines others, the parts that bear it stand with it.
    """
    offered = said.among or (said,)
    return [
        {
            "place": str(place),
            "alternative": str(order),
            "said": "yes" if sentence == said else "no",
            "state": sentence.state,
            "sentence": sentence.text,
            "numbers": {str(estimate.address): number(estimate) for estimate in sentence.printed},
            "claims": [{**_standing(claim), "parts": list(map(_standing, claim.parts))} for claim in sentence.claims],
        }
        for order, sentence in enumerate(offered, start=1)
    ]


def _standing(claim: Claim) -> dict[str, str]:
    return {"claim": claim.name, "state": claim.state, "margin": _decimal(claim.margin)}


def _count(estimate: Estimate) -> str:
    # A reconstructed wave's counts are one choice among several, unless the report prints them.
    if estimate.known.label in ("collected", "simulated") or estimate.counted_in_print:
        return _text(estimate.count)
    return ""


def _percent(estimate: Estimate) -> str:
    if estimate.known.label in ("collected", "simulated"):
        return _decimal(estimate.exact, places=10)
    return _text(estimate.percent)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _decimal(value: Fraction | float | None, places: int = 2) -> str:
    if value is None:
        return ""
    text = f"{float(value):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
