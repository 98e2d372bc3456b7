"""What the source report states in words about a series whose numbers it does not print."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.numbers.surveys import Series

KINDS = {
    "highest": "highest for {}",
    "lowest": "lowest for {}",
    "ranked": "in this order, {}",
    "similar": "similar in all groups",
    "differs": "different between groups",
}


def stated(series: Sequence[Series]) -> list[str]:
    """The statements about any of these series, each with the paragraphs that make it."""
    return [(f"{one.topic}: " if len(series) > 1 else "") + words for one in series for words in _about(one)]


def _about(series: Series) -> list[str]:
    reported = next(iter(series.members.values())).reported
    form = re.compile(rf"({'|'.join(KINDS)})\({re.escape(series.name)}(?:, (.+))?\)")
    matches = [(form.fullmatch(claim), where) for claim, where in reported.items()]
    return [f"{_words(series, match[1], match[2])} ({where})" for match, where in matches if match]


def _words(series: Series, kind: str, members: str | None) -> str:
    separator = ", " if kind == "ranked" else "+"
    labels = [series.labels[name] for name in members.split(separator)] if members else []
    return KINDS[kind].format(" and ".join(labels))
