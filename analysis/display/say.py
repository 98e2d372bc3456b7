"""Saying something about the surveys: sentences, alternatives, and the box of key statistics."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.claims.claims import Claim
from analysis.display.records import publish
from analysis.display.sentences import Sentence

DRAFT = "**Draft: this wave does not bear out the following sentence.**"


@dataclass(frozen=True)
class Either:
    """Sentences of which the first that stands is said."""

    alternatives: tuple[str, ...]

    @property
    def chosen(self) -> Sentence:
        sentences = [Sentence(text) for text in self.alternatives]
        return next((sentence for sentence in sentences if sentence.stands), sentences[-1])


def either(*alternatives: str) -> Either:
    """The first of these sentences whose claims all stand; the last one, if none does."""
    return Either(alternatives)


def say(*sentences: str | Either) -> None:
    """Print a paragraph: each string is a sentence, with its numbers and claims in braces."""
    chosen = [_chosen(sentence) for sentence in sentences]
    _publish("say", " ".join(_printed(sentence) for sentence in chosen), chosen)


def bullets(*sentences: str | Either) -> None:
    """Print a list: each string is one point, checked like any sentence."""
    chosen = [_chosen(sentence) for sentence in sentences]
    _publish("say", "\n".join(f"- {_printed(sentence)}" for sentence in chosen), chosen)


def headline(title: str, *sentences: str | Either) -> None:
    """Print a box of key statistics."""
    chosen = [_chosen(sentence) for sentence in sentences]
    points = "\n".join(f"- {_printed(sentence)}" for sentence in chosen)
    text = f'<div class="headline">\n\n**{title}**\n\n{points}\n\n</div>'
    _publish("headline", text, chosen)


def _chosen(sentence: str | Either) -> Sentence:
    return sentence.chosen if isinstance(sentence, Either) else Sentence(sentence)


def _printed(sentence: Sentence) -> str:
    if sentence.stands:
        return sentence.text
    if sentence.state == "not computable":
        return f"*This wave cannot tell whether the following holds:* {sentence.text}"
    return f"{DRAFT} {sentence.text}"


def _publish(kind: str, text: str, sentences: list[Sentence]) -> None:
    claims: list[tuple[Claim, str]] = [(claim, said.text) for said in sentences for claim in said.claims]
    estimates = [estimate for said in sentences for estimate in said.estimates]
    publish(kind, {"text/markdown": text, "text/plain": text}, estimates, claims)
