"""Claims about change between two waves: a share rose, fell, or shows no clear change.

*holds*: the change is clear once all comparisons are counted, and robust to who answered. *within noise*: it goes
that way among those who answered, but is not clear, or not robust. *not computable*: the waves cannot be compared
in it, a base is too small, or what was printed of the earlier wave does not tell the direction.
"""

from __future__ import annotations

from fractions import Fraction

from analysis.claims.claims import Claim, State
from analysis.numbers.shifts import Shift

UP = ("rose", "risen", "rise", "up", "grew", "grown", "increase", "more", "higher", "oftener", "gain", "widen")
DOWN = ("fell", "fallen", "fall", "down", "dropped", "decline", "decrease", "fewer", "less", "lower", "shrank")
NEITHER = ("no clear change", "not clearly", "did not clearly change", "no clear difference")


def rose(shift: Shift) -> Claim:
    """The share is greater than in the wave before."""
    return _moved("rose", shift, 1, UP)


def fell(shift: Shift) -> Claim:
    """The share is smaller than in the wave before."""
    return _moved("fell", shift, -1, DOWN)


def unchanged(shift: Shift) -> Claim:
    """Neither wave shows more than the other, as far as can be told: that is not to say that nothing changed."""
    states: dict[str, State] = {
        "no clear change": "holds",
        "not robust": "within noise",
        "no statement": "not computable",
        "rose": "false",
        "fell": "false",
    }
    state = states[shift.verdict]
    return Claim(f"unchanged({shift.address})", state, None, (shift.after,), NEITHER, shift.caveat)


def _moved(kind: str, shift: Shift, sign: int, words: tuple[str, ...]) -> Claim:
    state, margin = _state(shift, sign)
    return Claim(f"{kind}({shift.address})", state, margin, (shift.after,), words, shift.caveat)


def _state(shift: Shift, sign: int) -> tuple[State, Fraction | None]:
    """The state of a change in one direction, and how far it is from the other, in percentage points."""
    if shift.crude is None or not shift.said:
        return "not computable", None
    ends = sorted((sign * shift.crude.least, sign * shift.crude.greatest))
    least, greatest = (Fraction(100 * end).limit_denominator(10**9) for end in ends)
    if least > 0:
        return ("holds" if shift.verdict in ("rose", "fell") else "within noise"), least
    return ("false", greatest) if greatest <= 0 else ("not computable", None)
