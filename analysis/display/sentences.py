"""A sentence with its numbers and claims: whether it may be printed, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from math import ceil, floor

from analysis.claims.claims import FROM_BEST, STANDING, Claim, State
from analysis.claims.vocabulary import fits
from analysis.display import change_words
from analysis.numbers.estimates import COUNTS_BELOW, UNRELIABLE_BELOW, Estimate
from analysis.numbers.marks import Mark, split
from analysis.numbers.shifts import Shift

SPECS = ("n", "count", "base")


@dataclass(frozen=True)
class Sentence:
    """One sentence as its author wrote it, marks included.

    `among`: the alternatives that its author offered, of which it is the one that is said; empty if it has none.
    """

    source: str
    among: tuple[Sentence, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def parts(self) -> list[str | Mark]:
        return split(self.source)

    @cached_property
    def marks(self) -> list[Mark]:
        return [part for part in self.parts if isinstance(part, Mark)]

    @cached_property
    def estimates(self) -> list[Estimate]:
        """The estimates whose numbers the sentence prints or rests on."""
        found: list[Estimate] = []
        for mark in self.marks:
            found += mark.thing.terms if isinstance(mark.thing, Claim) else [_estimate(mark)]
        return found

    @cached_property
    def shifts(self) -> list[Shift]:
        """The changes from the wave before that the sentence prints."""
        return [mark.thing for mark in self.marks if isinstance(mark.thing, Shift)]

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims the sentence makes, its checked phrases included."""
        claims = [_claim(mark) for mark in self.marks]
        return [claim for claim in claims if claim is not None]

    @cached_property
    def state(self) -> State:
        """The worst state of its claims; a number the wave cannot tell makes it not computable."""
        states: list[State] = [claim.state for claim in self.claims]
        if not all(estimate.identified for estimate in self.printed):
            states.append("not computable")
        if any(shift.crude is None for shift in self.shifts):
            states.append("not computable")
        return max(states, key=FROM_BEST.index, default="holds")

    @property
    def stands(self) -> bool:
        return self.state in STANDING

    @property
    def printed(self) -> list[Estimate]:
        """The estimates that it prints, as numbers or in checked words."""
        return [mark.thing for mark in self.marks if isinstance(mark.thing, Estimate)]

    @property
    def unknown(self) -> list[Estimate]:
        """The numbers it would print although the figures of a reconstructed wave do not tell them."""
        return [estimate for estimate in self.printed if estimate.known.label == "not identified"]

    @cached_property
    def text(self) -> str:
        """The sentence with its numbers in place, and with what has to be added to it."""
        return self._joined(_spoken)

    @cached_property
    def marked(self) -> str:
        """The same sentence in which each number and claim says what it is, as `<data value="address">`."""
        return self._joined(_marked)

    def _joined(self, say: Callable[[Mark], str]) -> str:
        said = "".join(part if isinstance(part, str) else say(part) for part in self.parts)
        additions = _additions(self.claims)
        if not additions:
            return said
        body, stop = (said[:-1], said[-1]) if said.endswith((".", ":", ";")) else (said, "")
        return f"{body} ({'; '.join(additions)}){stop}"


def _estimate(mark: Mark) -> Estimate:
    if isinstance(mark.thing, Shift):
        return mark.thing.after
    if not isinstance(mark.thing, Estimate):
        raise TypeError(f"braces in a sentence hold an estimate, a change or a claim, not {type(mark.thing).__name__}")
    return mark.thing


def _claim(mark: Mark) -> Claim | None:
    if isinstance(mark.thing, Claim):
        if not mark.thing.says(mark.words):
            raise ValueError(f"{mark.words!r} does not say what {mark.thing.name} means")
        return mark.thing
    if isinstance(mark.thing, Shift):
        if mark.words and mark.words not in change_words.SPECS:
            raise ValueError(f"a change is said by a claim, {mark.words!r} beside it by no one")
        return None
    if mark.words and mark.words not in SPECS:
        return fits(_estimate(mark), mark.words)
    return None


def _spoken(mark: Mark) -> str:
    if isinstance(mark.thing, Claim):
        return mark.words
    if isinstance(mark.thing, Shift):
        return _changed(mark.thing, mark.words)
    estimate = _estimate(mark)
    if mark.words in SPECS:
        return _in_counts(estimate, mark.words)
    return mark.words or number(estimate)


def _in_counts(estimate: Estimate, spec: str) -> str:
    """Counts where a sentence asks for them; none is shown that is not known, or whose base is too small."""
    if spec == "base" and estimate.base is not None:
        return str(estimate.base)
    if estimate.count is None or estimate.suppressed:
        return number(estimate)
    return str(estimate.count) if spec == "count" else f"{estimate.count} of {estimate.base}"


def _changed(shift: Shift, spec: str) -> str:
    """A change, or the number before it, as a sentence prints them."""
    if spec == "before":
        return number(shift.before)
    return change_words.spoken(shift.adjusted if spec == "adjusted" else shift.crude)


def _marked(mark: Mark) -> str:
    words = _spoken(mark)
    if isinstance(mark.thing, Shift):
        return data(f"change:{mark.thing.address}", words)
    if isinstance(mark.thing, Claim):
        return data(f"claim:{mark.thing.name}", words) if words else ""
    return data(str(mark.thing.address), words) if isinstance(mark.thing, Estimate) else words


def data(name: str, words: str) -> str:
    """Words marked with the machine-readable name of what they say, as HTML."""
    return f'<data value="{escape(name)}">{words}</data>'


def _additions(claims: list[Claim]) -> list[str]:
    """What has to be said with the claims: which the source report alone bears out, which are not clear."""
    simple = [part for claim in claims for part in claim.said]
    reported = [where for claim in simple if claim.state == "as reported" for where in claim.where.split(", ")]
    caveats = [claim.caveat for claim in simple if claim.state == "within noise"]
    said = [f"as reported, {', '.join(sorted(set(reported), key=_reading_order))}"] if reported else []
    return said + list(dict.fromkeys(filter(None, caveats)))


def places(where: Iterable[str]) -> str:
    """Places of the source report in words, each once and in its order: paragraphs, boxes, footnotes."""
    ordered = sorted(dict.fromkeys(where), key=_reading_order)
    paragraphs = [place for place in ordered if place[:1].isdigit()]
    named = [
        f"footnote {place[2:]}" if place.startswith("fn") else place for place in ordered if place not in paragraphs
    ]
    if paragraphs:
        named.insert(0, f"paragraph{'s' if len(paragraphs) > 1 else ''} {', '.join(paragraphs)}")
    return ", ".join(named)


def _reading_order(where: str) -> tuple[list[int], str]:
    numbers = where.removeprefix("box ").removeprefix("fn").split(".")
    return [int(number) for number in numbers if number.isdigit()], where


def not_asked(estimate: Estimate) -> bool:
    """Whether the wave did not ask for a share at all: not that nobody was there to answer."""
    return estimate.known.label == "not computable" and estimate.base is None


def number(estimate: Estimate) -> str:
    """An estimate as a number in a sentence, by the rules for small bases."""
    if not estimate.address.question:
        return str(estimate.base)
    if not estimate.identified:
        return "a share that this wave did not ask for" if not_asked(estimate) else "a share that is not known"
    if estimate.suppressed:
        return "[c]"
    if estimate.percent is None:
        return _range(estimate)
    base = estimate.base or 0
    if base < COUNTS_BELOW and estimate.count is not None:
        return f"{estimate.count} of {base}"
    return f"{estimate.percent}%" if base >= UNRELIABLE_BELOW else f"{estimate.percent}% [u]"


def _range(estimate: Estimate) -> str:
    if estimate.known.label == "printed":
        if estimate.counted_in_print:
            return f"{estimate.count} of {estimate.base}"
        return next(item.words for item in estimate.known.printed)
    return "between {} and {}".format(*ends(estimate))


def ends(estimate: Estimate) -> tuple[str, str]:
    """The ends of a range as percentages, rounded outwards."""
    return f"{floor(estimate.least)}%", f"{ceil(estimate.greatest)}%"
