"""Saying something about the surveys: sentences, alternatives, and the box of key statistics."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.display.records import publish
from analysis.display.sentences import Sentence, not_asked
from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.estimates import Estimate

# Inline HTML, so that it reads alike in a paragraph and in the title of a chart.
DRAFT = "<strong>Draft: this wave does not bear out the following sentence.</strong>"
UNTOLD = "<em>This wave cannot tell whether the following holds:</em>"
NOT_ASKED = "<em>This wave did not ask for this: {}.</em>"
IN_PART = "<em>As far as it can tell:</em>"


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
        return _untold(sentence, text)
    return f"{DRAFT} {text}"


def _untold(sentence: Sentence, text: str) -> str:
    """A sentence beyond this wave: answers that it did not ask for are named, instead of it or before the rest."""
    missing = [estimate for estimate in sentence.estimates if not_asked(estimate)]
    if not missing:
        return f"{UNTOLD} {text}"
    said = NOT_ASKED.format("; ".join(dict.fromkeys(map(_topic, missing))))
    return said if len(missing) == len(sentence.estimates) else f"{said} {IN_PART} {text}"


def _topic(estimate: Estimate) -> str:
    """The question and the answers of a share; what only one wave asked is named by its answers alone."""
    asked = questionnaires().get(estimate.address.survey)
    question = asked.by_id.get(estimate.address.question) if asked else None
    return f"{question.topic} ({estimate.words})" if question else estimate.words


def _publish(kind: str, form: str, between: str, sentences: list[Sentence]) -> None:
    markdown = form.format(between.join(warned(said, said.marked) for said in sentences))
    plain = between.join(warned(said, said.text) for said in sentences)
    publish(kind, {"text/markdown": markdown, "text/plain": plain}, sentences)
