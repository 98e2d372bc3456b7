"""Saying something about the surveys: sentences, alternatives, and the box of key statistics."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.display.records import publish
from analysis.display.sentences import Sentence

# Inline HTML, so that it reads alike in a paragraph and in the title of a chart.
DRAFT = "<strong>Draft: this wave does not bear out the following sentence.</strong>"
UNTOLD = "<em>This wave cannot tell whether the following holds:</em>"


@dataclass(frozen=True)
class Either:
    """Sentences of which the first that stands is said."""

    alternatives: tuple[str, ...]

    @property
    def chosen(self) -> Sentence:
        sentences = tuple(Sentence(text) for text in self.alternatives)
        said = next((sentence for sentence in sentences if sentence.stands), sentences[-1])
        return replace(said, among=sentences)


def either(*alternatives: str) -> Either:
    """The first of these sentences whose claims all stand; the last one, if none does."""
    return Either(alternatives)


def say(*sentences: str | Either) -> None:
    """Print a paragraph: each string is a sentence, with its numbers and claims in braces."""
    _publish("say", "{}", " ", chosen(sentences))


def bullets(*sentences: str | Either) -> None:
    """Print a list: each string is one point, checked like any sentence."""
    _publish("say", "- {}", "\n- ", chosen(sentences))


def headline(title: str, *sentences: str | Either) -> None:
    """Print a box of key statistics."""
    box = f'<div class="headline">\n\n**{title}**\n\n- {{}}\n\n</div>'
    _publish("headline", box, "\n- ", chosen(sentences))


def chosen(sentences: tuple[str | Either, ...]) -> list[Sentence]:
    """What is said of these sentences. Raises ValueError for a number that this wave does not tell."""
    said = [one.chosen if isinstance(one, Either) else Sentence(one) for one in sentences]
    unknown = [str(estimate.address) for sentence in said for estimate in sentence.unknown]
    if unknown:
        raise ValueError(f"not identified in this wave, so no sentence may print it: {', '.join(unknown)}")
    return said


def warned(sentence: Sentence, text: str) -> str:
    """A sentence that does not stand is shown all the same, as what it is: a draft, or beyond this wave."""
    if sentence.stands:
        return text
    if sentence.state == "not computable":
        return f"{UNTOLD} {text}"
    return f"{DRAFT} {text}"


def _publish(kind: str, form: str, between: str, sentences: list[Sentence]) -> None:
    markdown = form.format(between.join(warned(said, said.marked) for said in sentences))
    plain = between.join(warned(said, said.text) for said in sentences)
    publish(kind, {"text/markdown": markdown, "text/plain": plain}, sentences)
