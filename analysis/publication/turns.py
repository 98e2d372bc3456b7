"""What turned from one wave to another: states of claims, words that no longer fit, figures in boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.claims.claims import FROM_BEST, STANDING
from analysis.publication.telling import Claimed, Offered

# What may have become of a sentence, the most urgent first.
CONCERNS = {
    "draft": "Draft: this wave contradicts the sentence, and no alternative of it stands",
    "untold": "This wave cannot tell it, and no alternative of it stands",
    "contradicted": "The source report states it, this wave shows the contrary",
    "lost": "A claim no longer stands",
    "words": "The words no longer fit the number",
    "headline": "A headline figure moved",
    "less sure": "A claim stands less surely",
    "surer": "A claim stands more surely",
    "gained": "A claim stands that did not",
    "replaced": "An alternative is said instead",
    "one wave only": "Said in one of the two waves only",
    "brought": "Context or evidence stands in one of the two waves only",
}
PHRASE = "fits("
HEADLINE, BROUGHT = "headline", "brought"
STATES: tuple[str, ...] = FROM_BEST
NOT_SAID = "not said"
_PERCENT = re.compile(r"(\d+)%(?: \[u\])?")


@dataclass(frozen=True)
class Turn:
    """One thing that is not as it was: the state of a claim, or a figure.

    `margins` of the claim and `difference` of two printed percentages are in points; empty where there is none.
    """

    concern: str
    subject: str
    before: str
    after: str
    difference: str = ""
    margins: tuple[str, str] = ("", "")


def turns(before: Offered | None, after: Offered | None) -> Iterator[Turn]:
    """What turned in a sentence, of the claims that are said in either wave, and of the figures of a box.

    A claim that the later wave says and does not bear out is among them even if it was no better before.
    """
    if after is None:
        return
    earlier, later = before.claims if before else {}, after.claims
    said = {claim.claim for one in (before, after) if one for claim in one.said.claims}
    for name, claim in later.items():
        if name in said and (name in earlier or claim in after.said.claims):
            yield from _claim_turns(earlier.get(name, Claimed(name, NOT_SAID, "")), claim, claim in after.said.claims)
    if before and after.kind == HEADLINE:
        yield from _figure_turns(before.said.numbers, after.said.numbers)


def _claim_turns(before: Claimed, after: Claimed, said: bool) -> Iterator[Turn]:
    """How a claim turned; of a combination, the parts that did."""
    parts = {part.claim: part for part in before.parts}
    both = [(parts[part.claim], part) for part in after.parts if part.claim in parts]
    turned = [(earlier, later) for earlier, later in both if earlier.state != later.state]
    fault = said and after.state not in STANDING
    if turned or fault or before.state not in (after.state, NOT_SAID):
        for earlier, later in turned or [(before, after)]:
            margins = (earlier.margin, later.margin)
            yield Turn(_concern(earlier, later), later.claim, earlier.state, later.state, margins=margins)


def _concern(before: Claimed, after: Claimed) -> str:
    stood, stands = before.state in (*STANDING, NOT_SAID), after.state in STANDING
    if before.state == "as reported" and after.state == "false":
        return "contradicted"
    if not stands and not stood:
        return fault(after.state)
    if stands != stood:
        kept = "words" if after.claim.startswith(PHRASE) else "lost"
        return "gained" if stands else kept
    return "less sure" if STATES.index(after.state) > STATES.index(before.state) else "surer"


def fault(state: str) -> str:
    """What is wrong with a sentence that is said although it does not stand."""
    return "draft" if state == "false" else "untold"


def _figure_turns(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Turn]:
    for address in dict.fromkeys([*after, *before]):
        earlier, later = before.get(address, "not printed"), after.get(address, "not printed")
        if earlier != later:
            yield Turn(HEADLINE, address, earlier, later, _difference(earlier, later))


def _difference(before: str, after: str) -> str:
    """The difference of two printed percentages in points; nothing, where one of them is none."""
    first, second = _PERCENT.fullmatch(before), _PERCENT.fullmatch(after)
    return f"{int(second[1]) - int(first[1]):+}" if first and second else ""
