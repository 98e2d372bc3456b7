"""The vocabulary of claims: majority, highest, lowest, ranked, exceeds, similar, differs, fits ..."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from analysis.claims.claims import Claim, Verdict, cannot_be_told, decide
from analysis.inputs.phrases import phrases
from analysis.numbers.contrasts import is_clear
from analysis.numbers.estimates import Estimate
from analysis.numbers.intervals import wilson
from analysis.numbers.surveys import Series

HALF = Fraction(50)
# Shares within this many points of each other are called similar, if they do not differ clearly.
SIMILAR_WITHIN = Fraction(10)
# A comparison can be said from either side.
COMPARATIVES = ("more", "higher", "greater", "larger", "above", "exceed", "outweigh", "outnumber", "oftener",
                "less", "lower", "fewer", "smaller", "below", "only", "than")  # fmt: skip


def _proven_above(first: Estimate, second: Estimate) -> bool:
    # A printed percentage reaches up to, not including, its upper end: equal ends still mean "above".
    touching = first.least == second.greatest and second.least < second.greatest
    return first.least > second.greatest or touching


def _interval(share: Estimate) -> tuple[float, float]:
    """The indicative interval of a share, in percent; of a share known as a range, around all of the range."""
    ends = [wilson(float(count), share.base or 0) for count in share.counts]
    return 100 * min((low for low, _ in ends), default=0.0), 100 * max((high for _, high in ends), default=1.0)


def _pair(first: Estimate, second: Estimate, comparisons: int = 1) -> Verdict:
    proven = _proven_above(first, second)
    return Verdict(
        proven=proven,
        disproven=first.greatest <= second.least,
        clear=proven and is_clear(first, second, comparisons),
        margin=first.least - second.greatest if proven else first.greatest - second.least,
    )


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    parts = list(verdicts)
    margins = [part.margin for part in parts if part.margin is not None]
    return Verdict(
        proven=all(part.proven for part in parts),
        disproven=any(part.disproven for part in parts),
        clear=all(part.clear for part in parts),
        margin=min(margins) if margins else None,
    )


def exceeds(first: Estimate, second: Estimate) -> Claim:
    """The first share is greater than the second."""
    name = f"{first.address} > {second.address}"
    return decide(name, _pair(first, second), (first, second), COMPARATIVES, "no clear difference")


def majority(share: Estimate) -> Claim:
    """More than half of the base."""
    lower, _ = _interval(share)
    verdict = Verdict(
        proven=share.least > HALF,
        disproven=share.greatest <= HALF,
        clear=lower > HALF,
        margin=share.least - HALF if share.least > HALF else share.greatest - HALF,
    )
    words = ("majority", "most", "more than half", "over half", "commonly", "generally", "usually")
    return decide(f"majority({share.address})", verdict, [share], words, "not clearly more than half")


def minority(share: Estimate) -> Claim:
    """Less than half of the base."""
    _, upper = _interval(share)
    verdict = Verdict(
        proven=share.greatest <= HALF and share.least < HALF,
        disproven=share.least >= HALF,
        clear=upper < HALF,
        margin=HALF - share.greatest if share.greatest <= HALF else HALF - share.least,
    )
    words = ("minority", "less than half", "under half", "fewer than half", "only", "not common")
    return decide(f"minority({share.address})", verdict, [share], words, "not clearly less than half")


def highest(series: Series, *leaders: str) -> Claim:
    """These members of a series all lie above every other member."""
    return _extreme("highest", series, leaders, ("most", "highest", "largest", "commonest", "greatest", "biggest"))


def lowest(series: Series, *trailers: str) -> Claim:
    """These members of a series all lie below every other member."""
    return _extreme("lowest", series, trailers, ("least", "lowest", "smallest", "fewest", "rarest"))


def _extreme(kind: str, series: Series, chosen: tuple[str, ...], words: tuple[str, ...]) -> Claim:
    inside, outside = _split(series, chosen)
    pairs = [(a, b) if kind == "highest" else (b, a) for a in inside for b in outside]
    verdict = _all(_pair(above, below, len(pairs)) for above, below in pairs)
    name = f"{kind}({series.name}, {'+'.join(_in_order(series, chosen))})"
    return decide(name, verdict, (*inside, *outside), words, "no clear difference")


def ranked(series: Series, *order: str) -> Claim:
    """These members lead a series, in this order."""
    inside, outside = _split(series, order)
    steps = list(pairwise(inside)) + [(inside[-1], other) for other in outside]
    verdict = _all(_pair(above, below, len(steps)) for above, below in steps)
    words = ("most", "first", "second", "followed", "common", "highest", "largest", "lead", "then")
    return decide(f"ranked({series.name}, {', '.join(order)})", verdict, (*inside, *outside), words, "no clear order")


def similar(series: Series) -> Claim:
    """All members of a series lie close together, and none differs clearly from another."""
    members = _comparable(series)
    spread, least_spread = _spread(members)
    pairs = [(a, b) for i, a in enumerate(members) for b in members[i + 1 :]]
    apart = any(is_clear(a, b, len(pairs)) for a, b in pairs)
    verdict = Verdict(
        proven=spread <= SIMILAR_WITHIN and not apart,
        disproven=least_spread > SIMILAR_WITHIN or apart,
        clear=True,
        margin=SIMILAR_WITHIN - (spread if spread <= SIMILAR_WITHIN else least_spread),
    )
    words = ("similar", "alike", "same", "little", "hardly", "across the board", "no clear")
    return decide(f"similar({series.name})", verdict, members, words, "no clear difference")


def differs(series: Series) -> Claim:
    """At least two members of a series differ."""
    members = _comparable(series)
    _, least_spread = _spread(members)
    pairs = [(a, b) for i, a in enumerate(members) for b in members[i + 1 :]]
    verdict = Verdict(
        proven=least_spread > 0,
        disproven=all(member.least == member.greatest for member in members) and least_spread == 0,
        clear=any(is_clear(a, b, len(pairs)) for a, b in pairs),
        margin=least_spread,
    )
    words = ("differ", "vary", "varies", "varied", "variation", "depend", "far more", "far less", "much")
    return decide(f"differs({series.name})", verdict, members, words, "no clear difference")


def at_least(share: Estimate, percent: int) -> Claim:
    """The share is at least so many percent."""
    verdict = Verdict(
        share.least >= percent,
        share.greatest <= percent and share.least < percent,
        True,
        share.least - percent if share.least >= percent else share.greatest - percent,
    )
    return decide(f"at_least({share.address}, {percent})", verdict, [share], ("at least", "or more", "over"), "")


def fits(share: Estimate, words: str) -> Claim:
    """A quantity in words is true of the share: all of its range lies in the declared range of the words.

    Raises ValueError when the table of phrases does not have the words.
    """
    phrase = phrases().get(words.lower())
    if phrase is None:
        raise ValueError(f"the table of phrases has no {words!r}")
    # Words are held against the number that stands beside them, where there is one; else against all its range.
    shown = share.percent
    least, greatest = (share.least, share.greatest) if shown is None else (Fraction(shown), Fraction(shown))
    inside = phrase.covers(least, greatest, half_open=least < greatest)
    outside = phrase.excludes(least, greatest) or (least == greatest and not inside)
    low, high = phrase.interval
    verdict = Verdict(inside, outside, clear=True, margin=min(least - low, high - greatest))
    return decide(f"fits({share.address}, {words.lower()})", verdict, [share], (words.lower(),), "")


def _split(series: Series, chosen: tuple[str, ...]) -> tuple[list[Estimate], list[Estimate]]:
    inside = [getattr(series, name) for name in chosen]
    return inside, [member for member in _comparable(series) if member not in inside]


def _in_order(series: Series, chosen: tuple[str, ...]) -> list[str]:
    return [name for name in series.members if name in chosen]


def _comparable(series: Series) -> list[Estimate]:
    """The members of a series, without groups that are empty or too small to be published.

    A group of a reconstructed wave stays: its respondents are among the records, only not told apart. Where
    fewer than two groups are left there is nothing to compare: all stay, and the wave cannot tell.
    """
    members = list(series)
    present = [member for member in members if not cannot_be_told(member)]
    return present if len(present) > 1 else members


def _spread(members: list[Estimate]) -> tuple[Fraction, Fraction]:
    """The greatest and the least possible distance between the highest and the lowest member."""
    widest = max(m.greatest for m in members) - min(m.least for m in members)
    narrowest = max(m.least for m in members) - min(m.greatest for m in members)
    return widest, max(narrowest, Fraction(0))
