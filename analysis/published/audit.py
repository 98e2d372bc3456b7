"""Can the printed figures all be right? Every question of the source report, and its groups across questions.

A question is consistent only if a table of whole numbers shows it; contradictory only if there is none at any
item base; and undecided if the solver stopped before it could tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.inputs.phrases import phrases
from analysis.inputs.questionnaire import Questionnaire, questionnaires
from analysis.published.arithmetic import explain
from analysis.published.conflicts import Conflict, all_conflicts
from analysis.published.figures import Figure, read_figures
from analysis.published.joint import FREE, FULL, SECONDS, Case, Reading, Undecided, Witness, solve_case, survey_case
from analysis.published.reconciliation import in_words, reconcile
from analysis.published.source import source_sizes

Severity = Literal["contradiction", "impossible at full response", "doubtful", "note"]
State = Literal["consistent", "possible with fewer answers", "contradictory", "undecided"]
SEVERITIES: tuple[Severity, ...] = ("contradiction", "impossible at full response", "doubtful", "note")

CONSEQUENCES: Mapping[Severity, str] = {
    "contradiction": (
        "Both are kept, each with its place. The records follow the one printed first; ranges cover both, and the "
        "other is listed as not reproduced."
    ),
    "impossible at full response": (
        "The records rest on the largest item base at which the figures hold; the chapters mark that base as "
        "reconstructed."
    ),
}


@dataclass(frozen=True)
class AuditFinding:
    """Something in the report that cannot be right, or that does not say what it seems to say.

    `figures` are rows of the register; `minimal` says that without any one of them the others can be right.
    """

    id: str
    severity: Severity
    where: tuple[str, ...]
    figures: tuple[str, ...]
    arithmetic: str
    reconciliation: str
    consequence: str
    minimal: bool = True


@dataclass(frozen=True)
class QuestionState:
    """One question, or (without a question) the figures by group of a whole survey: can its figures hold?

    `witness` is a table on which `kept` hold: at full response if the question is consistent.
    """

    survey: str
    question: str
    state: State
    case: Case
    kept: tuple[Reading, ...]
    witness: Witness | None
    conflicts: tuple[Conflict[Reading], ...] = ()

    @property
    def figures(self) -> int:
        """How many printed figures were held against each other."""
        return sum(len(reading.figures) for reading in self.case.readings)


@dataclass(frozen=True)
class Audit:
    """What the audit found, gravest first, and the state of every question about which a figure is printed."""

    findings: tuple[AuditFinding, ...]
    states: tuple[QuestionState, ...]


Progress = Callable[[str], None]


def audit(
    figures: Sequence[Figure] | None = None, seconds: float = SECONDS, progress: Progress = lambda line: None
) -> Audit:
    """Audit the register. `seconds` is how long the solver may take over one question, once."""
    printed = read_figures() if figures is None else figures
    states: list[QuestionState] = []
    findings: list[AuditFinding] = list(_phrase_findings(printed))
    for survey, size in source_sizes(printed).items():
        own = [figure for figure in printed if figure.address.survey == survey]
        findings += _size_findings(own, size)
        for state in survey_states(questionnaires()[survey], own, size, seconds):
            states.append(state)
            progress(f"{survey}: {state.question or 'groups, all questions together'}: {state.state}")
        findings += _conflict_findings(questionnaires()[survey], own, states, seconds)
    return Audit(in_order(findings), tuple(states))


def in_order(findings: Sequence[AuditFinding]) -> tuple[AuditFinding, ...]:
    """The gravest first."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def survey_states(
    questionnaire: Questionnaire, figures: Sequence[Figure], size: int, seconds: float = SECONDS
) -> Iterator[QuestionState]:
    """The state of each question, then of all questions whose figures are by group, on the same groups."""
    asked = [q.id for q in questionnaire.questions if any(f.address.question == q.id for f in figures)]
    for name in asked:
        yield examine(survey_case(questionnaire, [name], figures, size), questionnaire.survey, name, seconds)
    by_group = [n for n in asked if any(f.address.groups for f in figures if f.address.question == n)]
    if len(by_group) > 1:
        yield examine(survey_case(questionnaire, by_group, figures, size), questionnaire.survey, "", seconds)


def examine(case: Case, survey: str, question: str, seconds: float = SECONDS) -> QuestionState:
    """Decide one case: a witness, or every minimal conflict, or neither in the time given."""
    try:
        witness = solve_case(case, case.readings, FULL, seconds=seconds)
        if witness is not None:
            return QuestionState(survey, question, "consistent", case, case.readings, witness)
        conflicts = tuple(all_conflicts(case.readings, lambda kept: _possible(case, kept, seconds)))
        return _conflicting(case, survey, question, conflicts, seconds)
    except Undecided:
        return QuestionState(survey, question, "undecided", case, case.readings, None)


def _possible(case: Case, kept: Sequence[Reading], seconds: float) -> bool:
    return solve_case(case, kept, FULL, seconds=seconds) is not None


def _conflicting(
    case: Case, survey: str, question: str, conflicts: tuple[Conflict[Reading], ...], seconds: float
) -> QuestionState:
    """A conflict among the figures of another question (the sizes of groups) is not this question's."""
    own = tuple(c for c in conflicts if not question or any(r.question == question for r in c.members))
    foreign = [reading for c in conflicts if c not in own for reading in c.members]
    kept = tuple(reading for reading in case.readings if reading not in foreign)
    if not own:
        witness = solve_case(case, kept, FULL, seconds=seconds)
        return QuestionState(survey, question, "consistent" if witness else "undecided", case, kept, witness)
    try:
        witness = solve_case(case, kept, FREE, seconds=seconds, largest=True)
    except Undecided:
        return QuestionState(survey, question, "undecided", case, kept, None, own)
    state: State = "contradictory" if witness is None else "possible with fewer answers"
    return QuestionState(survey, question, state, case, kept, witness, own)


def _conflict_findings(
    questionnaire: Questionnaire, figures: Sequence[Figure], states: Sequence[QuestionState], seconds: float
) -> Iterator[AuditFinding]:
    """One finding for each set of figures, in however many cases it turns up."""
    seen: set[frozenset[str]] = set()
    for state in states:
        for conflict in state.conflicts if state.survey == questionnaire.survey else ():
            names = frozenset(figure.figure for reading in conflict.members for figure in reading.figures)
            if names not in seen:
                seen.add(names)
                yield _conflict_finding(questionnaire, figures, state.case, conflict, seconds)


def _conflict_finding(
    questionnaire: Questionnaire, figures: Sequence[Figure], case: Case, conflict: Conflict[Reading], seconds: float
) -> AuditFinding:
    members = [figure for reading in conflict.members for figure in reading.figures]
    severity: Severity = "impossible at full response"
    reconciled = "not decided in the time given"
    try:
        if solve_case(case, conflict.members, FREE, seconds=seconds) is None:
            severity = "contradiction"
        reconciled = in_words(questionnaire, reconcile(questionnaire, case, conflict.members, figures, seconds))
    except Undecided:
        pass
    return AuditFinding(
        id=" + ".join(reading.figure.figure for reading in conflict.members),
        severity=severity,
        where=tuple(dict.fromkeys(figure.where for figure in members)),
        figures=tuple(figure.figure for figure in members),
        arithmetic=explain(case, conflict.members),
        reconciliation=reconciled,
        consequence=CONSEQUENCES[severity],
        minimal=conflict.minimal,
    )


def _size_findings(figures: Sequence[Figure], size: int) -> Iterator[AuditFinding]:
    """The number of responses, wherever it is printed, is the size of the survey."""
    for figure in figures:
        if not figure.address.question and figure.value != size:
            yield AuditFinding(
                figure.figure, "contradiction", (figure.where,), (figure.figure,),
                f"{figure.printed_words} responses are printed, and {size} elsewhere", "none",
                CONSEQUENCES["contradiction"],
            )  # fmt: skip


def _phrase_findings(figures: Sequence[Figure]) -> Iterator[AuditFinding]:
    """A phrase beside a numeral must be one that the numeral may be called."""
    for figure in figures:
        if figure.value is None or not figure.qualifier or figure.unit != "percent":
            continue
        phrase = phrases()[figure.qualifier]
        if not phrase.covers(figure.value, figure.value, half_open=False):
            low, high = (float(end) for end in phrase.interval)
            yield AuditFinding(
                figure.figure, "doubtful", (figure.where,), (figure.figure,),
                f"'{figure.qualifier}' stands for {low:g}% to {high:g}%; {figure.printed_words} is printed beside it",
                "a wider meaning of the phrase", "The numeral is used, not the phrase.",
            )  # fmt: skip
