"""The checks behind the softer findings: each computes its arithmetic, or that there is nothing to report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.questionnaire import questionnaires, resolve
from analysis.published.arithmetic import said, span
from analysis.published.backing import is_backed, lost_charts
from analysis.published.figures import Figure
from analysis.published.statements import Statement

Kind = Literal[
    "majority_without", "remainder", "unstated", "response_to", "listed", "without_claim", "unprinted",
    "all_without_claim", "without_figure", "lost",
]  # fmt: skip


class Check(BaseModel):
    """What to compute. Which of the other keys a kind needs is in NEEDED."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    address: str = ""
    question: str = ""
    figure: str = ""
    fact: str = ""
    listed: int = 0
    answers: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """What the checks compute from."""

    figures: Sequence[Figure]
    statements: Sequence[Statement]
    facts: Mapping[str, str]
    sizes: Mapping[str, int]

    def numeral(self, address: Address) -> Figure | None:
        """The first numeral printed for exactly this number."""
        own = (f for f in self.figures if f.address == address and f.value is not None and not f.is_relative)
        return next(own, None)

    def answers(self, survey: str, question: str) -> dict[str, Figure]:
        """The numerals printed for single answers of a question, among all who were asked."""
        options = questionnaires()[survey].by_id[question].answer_ids
        found = {option: self.numeral(Address(survey, question, (option,))) for option in options}
        return {option: figure for option, figure in found.items() if figure is not None}


NEEDED: Mapping[str, tuple[str, ...]] = {
    "majority_without": ("address", "answers"),
    "remainder": ("figure",),
    "unstated": ("question",),
    "response_to": ("figure",),
    "listed": ("fact", "listed"),
    "without_claim": ("statements",),
    "unprinted": ("address",),
}


def concerned(source: Source, check: Check) -> tuple[str, ...]:
    """The rows of the register that a check is about."""
    if check.figure:
        return (check.figure,)
    about = parse_address(check.address or check.question or "none")
    return tuple(
        figure.figure
        for figure in source.figures
        if about.question
        and (figure.address.survey, figure.address.question) == (about.survey, about.question)
        and (not about.answers or set(figure.address.answers) <= set(about.answers))
    )


def _majority_without(source: Source, check: Check) -> str:
    address = resolve(check.address)
    printed = source.answers(address.survey, address.question)
    if not set(address.answers) <= set(printed):
        return ""
    counted = [printed[a] for a in address.answers]
    rest = [printed[a] for a in address.answers if a not in check.answers]
    if _total(rest) > 50 or _total(counted) <= 50:
        return ""
    return f"{_adds(counted)}; without {', '.join(map(said, _less(counted, rest)))} it is {_adds(rest)}."


def _less(figures: Sequence[Figure], others: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure not in others]


def _total(figures: Sequence[Figure]) -> Fraction:
    return sum((f.value for f in figures if f.value is not None), Fraction(0))


def _adds(figures: Sequence[Figure]) -> str:
    if len(figures) == 1:
        return f"{figures[0].printed_words}"
    return " + ".join(str(figure.value) for figure in figures) + f" = {_total(figures)}%"


def _remainder(source: Source, check: Check) -> str:
    figure = next((f for f in source.figures if f.figure == check.figure), None)
    if figure is None:
        return ""
    answers = source.answers(figure.address.survey, figure.address.question)
    others = [f for answer, f in answers.items() if (answer,) != figure.address.answers]
    left = 100 - _total(others)
    if figure.value == left:
        return ""
    printed = "no numeral is printed" if figure.value is None else f"{said(figure)} is printed"
    return f"100 - ({' + '.join(str(f.value) for f in others)}) = {left}; {printed}."


def _unstated(source: Source, check: Check) -> str:
    survey, _, question = check.question.partition(".")
    printed = _disjoint(source, survey, question)
    left = 100 - _total(printed)
    return f"{_adds(printed)}, which leaves {left}%." if printed and left > 0 else ""


def _disjoint(source: Source, survey: str, question: str) -> list[Figure]:
    """Numerals for answers, or for sums of answers where there are none for the parts."""
    numerals = [
        f for f in source.figures
        if (f.address.survey, f.address.question, f.address.groups) == (survey, question, ())
        and f.value is not None and f.address.answers
    ]  # fmt: skip
    chosen: dict[str, Figure] = {}
    for figure in sorted(numerals, key=lambda f: len(f.address.answers)):
        if not set(figure.address.answers) & set(chosen):
            chosen |= dict.fromkeys(figure.address.answers, figure)
    return list(dict.fromkeys(chosen.values()))


def _response_to(source: Source, check: Check) -> str:
    figure = next((f for f in source.figures if f.figure == check.figure), None)
    asked = source.numeral(figure.base) if figure is not None and figure.base is not None else None
    if figure is None or asked is None or figure.value is None:
        return ""
    size = source.sizes[figure.address.survey]
    counts = [k for k in range(1, size + 1) if asked.admits(Fraction(100 * k, size))]
    if not counts or figure.value >= counts[0]:
        return ""
    return f"{figure.value} of {span(counts)} ({said(asked)}, of {size})."


def _listed(source: Source, check: Check) -> str:
    counted = source.facts.get(check.fact, "")
    return f"{counted} counted, {check.listed} named." if counted and counted != str(check.listed) else ""


def _without_claim(source: Source, check: Check) -> str:
    claims = {s.statement: s.claim for s in source.statements}
    if any(claims.get(name) != "" for name in check.statements) or not all(claims.get(n) for n in check.beside):
        return ""
    beside = f"; beside it stands {' and '.join(claims[name] for name in check.beside)}" if check.beside else ""
    return f"No claim can be registered for {' and '.join(check.statements)}{beside}."


def _unprinted(source: Source, check: Check) -> str:
    address = parse_address(check.address)
    related = [
        f for f in source.figures
        if (f.address.survey, f.address.question) == (address.survey, address.question)
        and set(f.address.answers) & set(address.answers)
    ]  # fmt: skip
    return f"Figures printed for {address}: none." if not related else ""


def _all_without_claim(source: Source, check: Check) -> str:
    count = sum(not s.claim for s in source.statements)
    return f"{count} of {len(source.statements)} statements." if count else ""


def _without_figure(source: Source, check: Check) -> str:
    claimed = [s for s in source.statements if s.claim]
    bare = [s for s in claimed if not is_backed(s.claim, source.figures)]
    where = ", ".join(dict.fromkeys(s.where for s in bare))
    return f"{len(bare)} of {len(claimed)} statements that can be written as a claim ({where})." if bare else ""


def _lost(source: Source, check: Check) -> str:
    charts = lost_charts()
    return f"{len(charts)} charts, after paragraphs {', '.join(charts)}." if charts else ""


CHECKS: Mapping[str, Callable[[Source, Check], str]] = {
    "majority_without": _majority_without,
    "remainder": _remainder,
    "unstated": _unstated,
    "response_to": _response_to,
    "listed": _listed,
    "without_claim": _without_claim,
    "unprinted": _unprinted,
    "all_without_claim": _all_without_claim,
    "without_figure": _without_figure,
    "lost": _lost,
}
