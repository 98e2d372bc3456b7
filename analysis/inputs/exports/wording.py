"""When two texts say the same: as a questionnaire words them and as a survey tool writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from html import unescape

# What a tool puts before the words: "Q12.", "Question 4a -", "12)", "b)".
_PREFIX = re.compile(
    r"^\s*(?:q(?:uestion)?[ .]?\d+(?:[._]\d+|[a-z])?\s*[.:)\-–—]*\s+"
    r"|\(?\d{1,3}[a-z]?\s*[.:)]\s+"
    r"|\(?[a-z]\s*[.)]\s+)",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_APOSTROPHE = re.compile("['’‘ʼ`´]")
# Signs that tell answers apart stay: "under 10%" is not "10", "<10" is not ">10".
_NOISE = re.compile(r"(?:[^\w%+<>£€$-]|_|(?<!\s)-|-(?!\d))+")
NEAR = 0.6


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """The words of a text without what typing changes: case, blanks, punctuation, quotation marks, dashes, markup."""
    plain = unicodedata.normalize("NFKC", unescape(text)).casefold()
    plain = _APOSTROPHE.sub("", _TAG.sub(" ", plain))
    return _NOISE.sub(" ", f" {plain}").strip()


def word(text: str) -> str:
    """The key of a cell; a sign that is no word, such as a tick, stands for itself."""
    return key(text) or text.strip()


def without_prefix(text: str) -> str:
    """A text without the number that a tool gives to its question or answer."""
    return _PREFIX.sub("", text, count=1)


def without_phrases(words: str, phrases: Collection[str]) -> str:
    """The key of a question without instructions such as "select all that apply", which are keys themselves."""
    padded = f" {words} "
    for phrase in phrases:
        padded = padded.replace(f" {phrase} ", " ")
    return " ".join(padded.split()) or words


def likeness(one: str, other: str) -> float:
    """How alike two keys are, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def nearest(text: str, choices: Sequence[str], count: int = 3) -> list[tuple[str, float]]:
    """Of the choices, those most like a text, the most alike first, with how alike they are."""
    own = key(text)
    ranked = [(choice, likeness(own, key(choice))) for choice in choices]
    ranked.sort(key=lambda item: -item[1])
    return [(choice, alike) for choice, alike in ranked[:count] if alike >= NEAR]


def quoted(text: str, length: int = 60) -> str:
    """A text as messages show it: in quotation marks, control characters spelt out, not longer than a line."""
    return repr(text if len(text) <= length else f"{text[: length - 3]}...")


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in a row, cut short where there are very many."""
    shown = [name for name, _ in zip(names, range(most), strict=False)]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
