"""Words that somebody else wrote, put into the Markdown of a page so that they show as they were written."""

from __future__ import annotations

import re
from html import escape

# Whatever begins something in Markdown, or in what the book adds to it, inside a line.
_MEANS = re.compile(r"([\\`*_\[\]{}$|~^])")
# Marks that are not shown and turn the order of what follows, and other characters that are no text.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(words: str) -> str:
    """These words as Markdown that shows them: on one line, with no mark-up, no script and no hidden mark in them."""
    line = " ".join(_UNSHOWN.sub("", words).split())
    return _MEANS.sub(r"\\\1", escape(line, quote=False))
