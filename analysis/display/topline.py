"""The topline: every question of a survey with every answer, its base and its item non-response.

What a reconstructed wave does not tell stays out, by the same rules as everywhere in the book.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from analysis.display.records import publish, statistics_row
from analysis.display.tables import UNKNOWN, interval, value
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.questionnaire import Answer, Question
from analysis.numbers.disclosure import decisions
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Survey

HEADS = ("Answer", "Share", "Indicative 95% interval", "Known", "In the source report")
IN_REPORT = " in the source report"
DECIDED = ("survey", "question", "breakdown", "groups", "decision", "rule")
NOT_OFFERED = "not offered in this wave"
MERGED, INFERRED = f"not told apart{IN_REPORT}", f"not named{IN_REPORT}"


@dataclass(frozen=True)
class Line:
    """One answer of a question, or several that are known together."""

    label: str
    estimate: Estimate
    note: str = ""


@dataclass(frozen=True)
class Item:
    """One question with all its answers; `asked` and `base` are None where the wave does not tell them."""

    survey: Survey
    question: Question
    lines: tuple[Line, ...]

    @property
    def told(self) -> list[Estimate]:
        """What gives the base away: of a reconstructed wave only numbers that it tells."""
        estimates = [line.estimate for line in self.lines]
        return [one for one in estimates if one.identified or not self.survey.known]

    @property
    def base(self) -> int | None:
        return next((estimate.base for estimate in self.told if estimate.base is not None), None)

    @property
    def asked(self) -> int | None:
        return next((estimate.asked for estimate in self.told if estimate.asked is not None), None)

    @property
    def missing(self) -> int | None:
        """How many were asked and did not answer; of a reconstructed wave nobody knows."""
        if self.survey.known or self.base is None or self.asked is None:
            return None
        return self.asked - self.base

    @property
    def routing(self) -> str:
        """Who was asked, where not everybody was."""
        routing = self.question.asked_if
        if routing is None:
            return ""
        earlier = self.survey.questionnaire.by_id[routing.question]
        return f"those who answered “{earlier.label('+'.join(routing.answers))}” to: {earlier.wording}"


def items(survey: Survey) -> list[Item]:
    """Every question of a survey, in the order of its questionnaire."""
    return [Item(survey, question, tuple(_lines(survey, question))) for question in survey.questionnaire.questions]


def topline(survey: Survey) -> None:
    """Print every question of a survey with every answer, and keep the same as rows for the files."""
    listed = items(survey)
    html = "\n".join(item_html(item) for item in listed)
    plain = "\n".join(item.question.wording for item in listed)
    rows = [row for item in listed for row in item_rows(item)]
    publish("topline", {"text/html": html, "text/plain": plain}, rows=rows, withheld=decided(survey))


def decided(survey: Survey) -> list[dict[str, str]]:
    """What was merged or withheld of a survey, and by which rule, as rows of a file; no number is in them."""
    if survey.protection is None:
        return []
    return [dict(zip(DECIDED, (survey.name, *one), strict=True)) for one in decisions(survey.protection)]


def _lines(survey: Survey, question: Question) -> Iterator[Line]:
    for answer in question.answers:
        estimate = survey.estimate(Address(survey.name, question.id, (answer.id,)))
        yield Line(answer.label, estimate, _note_on(survey, question, answer))
    for answers in _known_together(survey, question):
        estimate = survey.estimate(Address(survey.name, question.id, answers))
        if estimate.identified:
            merged = survey.responses.bits(question.id, answers) in _codes(survey, question)
            yield Line(question.label("+".join(answers)), estimate, MERGED if merged else "")


def _note_on(survey: Survey, question: Question, answer: Answer) -> str:
    if answer.id in survey.removed.get(question.id, ()):
        return NOT_OFFERED
    return INFERRED if answer.inferred and survey.known else ""


def _known_together(survey: Survey, question: Question) -> list[tuple[str, ...]]:
    """Several answers whose share the wave tells: printed together, or not told apart in its records."""
    if not survey.known:
        return []
    addresses = [parse_address(name) for name, known in survey.known.items() if known.printed]
    printed = [one for one in addresses if (one.survey, one.question, one.breakdown) == (survey.name, question.id, "")]
    found = [address.answers for address in printed if len(address.answers) > 1]
    found += [_answers(question, code) for code in _codes(survey, question) if code.bit_count() > 1]
    return sorted(dict.fromkeys(found), key=lambda one: [question.answer_ids.index(answer) for answer in one])


def _codes(survey: Survey, question: Question) -> list[int]:
    """The codes that stand in the records of a single response question, in ascending order."""
    codes = survey.responses.patterns(question.id).codes.get(question.id)
    return [] if codes is None or question.kind == "multiple" else sorted({int(code) for code in codes})


def _answers(question: Question, code: int) -> tuple[str, ...]:
    return tuple(answer for place, answer in enumerate(question.answer_ids) if code >> place & 1)


def item_rows(item: Item) -> Iterator[dict[str, str]]:
    """A question as rows of a file, one an answer."""
    for line in item.lines:
        row = statistics_row(line.estimate)
        yield {
            "survey": item.survey.name,
            "question": item.question.id,
            "wording": item.question.wording,
            "response": item.question.kind,
            "asked_of": item.routing,
            "answer": row["answers"],
            "label": line.label,
            "shown": value(line.estimate),
            **{name: row[name] for name in ("percent", "count")},
            "base": row["base"] if line.estimate in item.told else "",
            "asked": _text(item.asked),
            "missing": _text(item.missing),
            **{name: row[name] for name in ("low", "high", "least", "greatest", "known", "printed", "where")},
            "note": line.note,
            "address": row["address"],
        }


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def item_html(item: Item) -> str:
    """A question as a table, with a line on its base under it."""
    name = f"topline-{item.survey.name}-{item.question.id}"
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in HEADS)
    body = "".join(_row(line) for line in item.lines)
    return (
        f'<table class="topline" id="{name}"><caption>{escape(item.question.wording, quote=False)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<p class="topline-note">{escape(_note(item), quote=False)}</p>'
    )


def _row(line: Line) -> str:
    estimate = line.estimate
    printed = dict.fromkeys((item.words, item.where) for item in estimate.known.printed)
    told = [*(f"{words} ({where})" for words, where in printed), line.note.removesuffix(IN_REPORT)]
    shown = interval(estimate) if estimate.identified else ""
    cells = (value(estimate), shown, estimate.known.label, "; ".join(filter(None, told)))
    body = "".join(f"<td>{escape(text, quote=False)}</td>" for text in cells)
    return f'<tr><th scope="row">{escape(line.label, quote=False)}</th>{body}</tr>'


def _note(item: Item) -> str:
    """Under a question: whether one or several answers could be given, who was asked, base and non-response."""
    kind = "One answer." if item.question.kind == "single" else "Several answers could be given."
    routing = f"Asked of {item.routing}" if item.routing else ""
    return " ".join(filter(None, (kind, routing, _bases(item))))


def _bases(item: Item) -> str:
    if item.told and all(estimate.suppressed for estimate in item.told):
        return "Withheld: too few answered, or their answers would tell too much of each of them."
    if item.base is None:
        return f"Base: {UNKNOWN}." if item.survey.known else "This wave did not ask the question."
    if item.missing is None:
        return f"Base: {item.base}, reconstructed. Did not answer: {UNKNOWN}."
    return f"Base: {item.base} of the {item.asked} asked. Did not answer: {item.missing}."
