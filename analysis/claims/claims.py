"""Is this sentence true of these data? A claim about estimates, with the state it is in.

*holds*: the wave bears it out. *within noise*: true of those who responded, but without a clear difference.
*as reported*: the source report states it, its printed figures alone do not prove it (reconstructed waves).
*not computable*: the wave cannot tell. *false*: the wave shows the contrary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn

from analysis.numbers.estimates import SUPPRESSED_BELOW, Estimate
from analysis.numbers.marks import Marked

State = Literal["holds", "as reported", "within noise", "not computable", "false"]
FROM_BEST: tuple[State, ...] = ("holds", "as reported", "within noise", "not computable", "false")
STANDING: tuple[State, ...] = ("holds", "as reported", "within noise")


@dataclass(frozen=True)
class Claim(Marked):
    """A claim: its canonical expression over addresses, its state, and the estimates it rests on.

    `margin` is how far, in percentage points, the deciding figure is from flipping the claim (negative when
    it is false; None where the wave cannot tell). `caveat` is what *within noise* means for this kind of
    claim; `words` are those that may say it; `where` is the paragraph of the source report that states it.
    """

    name: str
    state: State
    margin: Fraction | None
    terms: tuple[Estimate, ...]
    words: tuple[str, ...]
    caveat: str = "no clear difference"
    where: str = ""
    parts: tuple[Claim, ...] = ()

    @property
    def said(self) -> tuple[Claim, ...]:
        """The simple claims that are said with this one: itself, or the parts of a combination."""
        return self.parts or (self,)

    @property
    def stands(self) -> bool:
        return self.state in STANDING

    def says(self, words: str) -> bool:
        """Whether these words say what the claim means."""
        return not words or any(_says(words.lower(), word) for word in self.words)

    def __bool__(self) -> NoReturn:
        raise TypeError("a claim has five states, not two: put it into a sentence, or combine it with & and |")

    def __and__(self, other: Claim) -> Claim:
        return _combine("&", (self, other), max)

    def __or__(self, other: Claim) -> Claim:
        return _combine("|", (self, other), min)


def _says(words: str, word: str) -> bool:
    """Whether a word, or a form of it, is among these words: "most" is not in "almost", nor "few" in "fewer"."""
    ending = r"\w*" if len(word) > 5 else "(?:s|d|ed|ing)?"
    return re.search(rf"\b{word}{ending}\b", words) is not None


def _combine(sign: str, parts: tuple[Claim, Claim], choose: object) -> Claim:
    ranks = [FROM_BEST.index(part.state) for part in parts]
    deciding = parts[ranks.index(max(ranks) if choose is max else min(ranks))]
    margins = [part.margin for part in parts if part.margin is not None]
    return Claim(
        name=f"({parts[0].name} {sign} {parts[1].name})",
        state=deciding.state,
        margin=(min(margins) if choose is max else max(margins)) if margins else None,
        terms=tuple(dict.fromkeys(parts[0].terms + parts[1].terms)),
        words=parts[0].words + parts[1].words,
        caveat=deciding.caveat,
        where=deciding.where,
        # Of "and" every part is said, of "or" the one that bears the sentence.
        parts=(*parts[0].said, *parts[1].said) if choose is max else deciding.said,
    )


@dataclass(frozen=True)
class Verdict:
    """What the figures say before the source report is asked: proven, clear, disproven, or none of these."""

    proven: bool
    disproven: bool
    clear: bool
    margin: Fraction | None


def decide(name: str, verdict: Verdict, terms: Iterable[Estimate], words: tuple[str, ...], caveat: str) -> Claim:
    """Give a claim its state. What figures prove or disprove is never overruled by a printed statement."""
    estimates = tuple(terms)
    where = _reported(estimates).get(name, "")
    state: State
    if any(cannot_be_told(term) for term in estimates):
        state = "not computable"
    elif verdict.proven:
        state = "holds" if verdict.clear else "within noise"
    elif verdict.disproven:
        state = "false"
    else:
        state = "as reported" if where else "not computable"
    margin = None if state in ("as reported", "not computable") else verdict.margin
    return Claim(name, state, margin, estimates, words, caveat, where)


def cannot_be_told(term: Estimate) -> bool:
    """Whether a share was not asked for, or was counted on a base too small to be published."""
    counted = term.known.label in ("collected", "simulated")
    return term.known.label == "not computable" or (counted and (term.base or 0) < SUPPRESSED_BELOW)


def _reported(terms: tuple[Estimate, ...]) -> Mapping[str, str]:
    return terms[0].reported if terms else {}
