"""Tables of what the study was told: the register of printed figures, and both questionnaires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from analysis.inputs.narrative import read_facts
from analysis.inputs.questionnaire import Question, Questionnaire, questionnaires
from analysis.inputs.responses import Responses
from analysis.numbers.estimates import Known, half_up
from analysis.publication.method_tables import Made
from analysis.published.figures import Figure, read_figures
from analysis.published.knowledge import known_numbers
from analysis.published.report import source_wave
from analysis.published.reproduction import counted, held
from analysis.published.source import WITHHELD

NOT_ANSWERED = "no answer"
KINDS = {"single": "one answer", "multiple": "several answers"}


def register() -> Made:
    """Every printed figure: where, of what, how much, what the records give, and how the number is known."""
    wave = source_wave()
    responses, kept = held(wave)
    facts, known = read_facts(wave), known_numbers() if wave.reconstructed else {}
    rows = (
        (figure.where, str(figure.address), figure.words, figure.printed_words,
         reproduced(figure, responses, facts, kept), label(figure, known) if wave.reconstructed else wave.status)
        for figure in read_figures()
    )  # fmt: skip
    return ("Place", "Address", "What it counts", "Printed", "In this book", "Known"), rows


def reproduced(
    figure: Figure,
    responses: Mapping[str, Responses],
    facts: Mapping[str, str],
    kept: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """What this book holds in the place of a printed figure; no number where the report prints none."""
    address = figure.address
    if figure.is_study:
        fact = facts.get(address.question, "") + ("%" if figure.unit == "percent" else "")
        return fact if figure.value is not None else "in words"
    if address.survey not in responses:
        row = (kept or {}).get(figure.figure, {})
        computed = row.get("computed", "")
        if row.get("within") == WITHHELD:
            return WITHHELD
        return f"{computed}%" if computed and figure.unit == "percent" else computed or NOT_ANSWERED
    own = responses[address.survey]
    if not address.question:
        return str(own.size)
    if {address.question, *filter(None, [address.breakdown])} - set(own.codes):
        return NOT_ANSWERED
    count, base, _ = counted(own, address, figure.base if figure.is_relative else None)
    if figure.value is None:
        return "agrees" if base and figure.admits(Fraction(100 * count, base)) else "differs"
    if figure.unit == "count":
        return str(count if address.answers else base)
    return f"{half_up(count, base)}%" if base else NOT_ANSWERED


def label(figure: Figure, known: Mapping[str, Known]) -> str:
    """How the number is known, in the words of the page about labels."""
    if figure.is_study:
        return "fact of the study"
    if figure.is_relative:
        return "printed, on a base of its own"
    # The number of responses has no entry: it is a base, and printed.
    number = known.get(str(figure.address))
    return number.label if number else "printed"


def commissioners() -> Made:
    """The questionnaire of the commissioners."""
    return _questionnaire("commissioners")


def third_sector() -> Made:
    """The questionnaire of the third sector organisations."""
    return _questionnaire("third_sector")


def _questionnaire(survey: str) -> Made:
    questionnaire = questionnaires()[survey]
    heads = ("Question", "Wording", "Kind", "Answers", "Asked of", "Used in")
    return heads, (_question_row(questionnaire, question) for question in questionnaire.questions)


def _question_row(questionnaire: Questionnaire, question: Question) -> tuple[str, ...]:
    answers = "; ".join(f"{answer.label}{' *' if answer.inferred else ''}" for answer in question.answers)
    asked_of = _asked_of(questionnaire, question)
    return question.id, question.wording, KINDS[question.kind], answers, asked_of, _uses(question)


def _asked_of(questionnaire: Questionnaire, question: Question) -> str:
    if question.asked_if is None:
        return f"all {questionnaire.respondents}"
    earlier = questionnaire.by_id[question.asked_if.question]
    labels = " or ".join(earlier.label(answer) for answer in question.asked_if.answers)
    return f"those who answered {labels} to {earlier.id}"


def _uses(question: Question) -> str:
    return "; ".join(f"{chapter.replace('_', ' ')} {', '.join(where)}" for chapter, where in question.used_in.items())


SOURCE_TABLES: dict[str, Callable[[], Made]] = {
    "register": register,
    "questionnaire-commissioners": commissioners,
    "questionnaire-third-sector": third_sector,
}
