"""What would let conflicting printed figures stand: a smaller item base, another rounding, answers that overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from analysis.inputs.questionnaire import Questionnaire
from analysis.published.arithmetic import span
from analysis.published.figures import HALF, Figure
from analysis.published.joint import FULL, Case, Reading, Undecided, readings_of, solve_case
from analysis.published.systems import Condition, System, question_system

# The low end of a printed whole percentage, its high end, and whether each end is outside.
Ends = tuple[Fraction, Fraction, bool, bool]

# Item bases are tried from all who were asked down to this part of them.
SMALLEST = Fraction(4, 5)


def _cut_off(value: Fraction) -> Ends:
    return value, value + 1, False, True


def _half_down(value: Fraction) -> Ends:
    return value - HALF, value + HALF, True, False


def _half_even(value: Fraction) -> Ends:
    odd = value % 2 != 0
    return value - HALF, value + HALF, odd, odd


ROUNDINGS: Mapping[str, Callable[[Fraction], Ends]] = {
    "decimals cut off": _cut_off,
    "half a point rounded down": _half_down,
    "half a point rounded to the even number": _half_even,
}


@dataclass(frozen=True)
class WorkingBases:
    """The item bases of one question, or of one group of it, at which all figures of a case hold.

    `asked` are the sizes it can have at full response.
    """

    question: str
    group: str | None
    asked: tuple[int, ...]
    bases: tuple[int, ...]


@dataclass(frozen=True)
class Reconciliation:
    """What lets the figures of a case stand together; nothing may."""

    bases: tuple[WorkingBases, ...]
    roundings: tuple[str, ...]
    overlap: bool


def reconcile(
    questionnaire: Questionnaire, case: Case, members: Sequence[Reading], figures: Sequence[Figure], seconds: float
) -> Reconciliation:
    """Try each way on its own. What the solver does not decide is not offered."""
    questions = dict.fromkeys(r.question for r in members if r.question not in case.breakdowns)
    # Of other questions only the figures in the conflict are held; of the one with missing answers all are.
    bases = tuple(
        _working(case, _held(case, members, name), name, group, seconds)
        for name in questions
        for group in _groups(members, name)
    )
    kept = _held(case, members, *questions)
    roundings = tuple(name for name, ends in ROUNDINGS.items() if _feasible(case, _rounded(kept, ends), seconds))
    overlap = len(questions) == 1 and _overlaps(questionnaire, case, next(iter(questions)), figures, seconds)
    return Reconciliation(bases, roundings, overlap)


def _held(case: Case, members: Sequence[Reading], *questions: str) -> list[Reading]:
    return [r for r in case.readings if r in members or r.question in questions or r.question in case.breakdowns]


def _groups(members: Sequence[Reading], question: str) -> list[str | None]:
    """The groups that the conflict is about; the whole question where it is about none."""
    groups = [name for r in members if r.question == question for name in r.figure.address.groups]
    return list(dict.fromkeys(groups)) or [None]


def _feasible(
    case: Case, kept: Sequence[Reading], seconds: float, bases: Mapping[tuple[str, str | None], int] | None = None
) -> bool:
    try:
        return solve_case(case, kept, FULL, bases, seconds) is not None
    except Undecided:
        return False


def _working(case: Case, kept: Sequence[Reading], question: str, group: str | None, seconds: float) -> WorkingBases:
    asked = _asked(case, group, seconds)
    tried = range(max(asked), int(SMALLEST * max(asked)) - 1, -1)
    works = [base for base in tried if _feasible(case, kept, seconds, {(question, group): base})]
    return WorkingBases(question, group, asked, tuple(works))


def _asked(case: Case, group: str | None, seconds: float) -> tuple[int, ...]:
    """The sizes that a group can have by its own printed share; without a group, the survey's."""
    owners = [
        (name, i)
        for name in case.breakdowns
        for i, cell in enumerate(case.system(name).cells)
        if str(cell.pattern) == group
    ]
    if not owners:
        return (case.size,)
    name, position = owners[0]
    printed = [r.condition for r in case.readings if r.condition and r.question == name]
    shares = [condition for condition in printed if condition.part == (position,)]
    sizes = [
        size for size in range(1, case.size + 1) if all(_admits(condition, size, case.size) for condition in shares)
    ]
    return tuple(sizes) or (case.size,)


def _admits(condition: Condition, count: int, base: int) -> bool:
    counts = [0] * (max(condition.whole) + 1)
    other = next(i for i in condition.whole if i not in condition.part)
    counts[condition.part[0]], counts[other] = count, base - count
    return condition.holds(counts)


def _rounded(kept: Sequence[Reading], ends: Callable[[Fraction], Ends]) -> list[Reading]:
    """The same figures, read as if another rule of rounding had made them."""
    return [_reread(reading, ends) for reading in kept]


def _reread(reading: Reading, ends: Callable[[Fraction], Ends]) -> Reading:
    value = reading.figure.value
    if reading.condition is None or value is None or reading.figure.unit == "count":
        return reading
    low, high, low_open, high_open = ends(value)
    changed = replace(reading.condition, low=low, high=high, low_open=low_open, high_open=high_open)
    return replace(reading, condition=changed)


def _overlaps(questionnaire: Questionnaire, case: Case, name: str, figures: Sequence[Figure], seconds: float) -> bool:
    """Whether the figures can stand if respondents could give several answers to a single response question."""
    question = questionnaire.by_id[name]
    if question.kind == "multiple" or len(question.answers) > 8:
        return False
    several = question.model_copy(update={"kind": "multiple", "exclusive": ()})
    system = question_system(questionnaire, several, figures)
    changed = _with(case, system, readings_of(system, figures))
    return _feasible(changed, changed.readings, seconds)


def _with(case: Case, system: System, readings: Sequence[Reading]) -> Case:
    name = system.question.id
    systems = tuple(system if s.question.id == name else s for s in case.systems)
    return replace(case, systems=systems, readings=(*(r for r in case.readings if r.question != name), *readings))


def in_words(questionnaire: Questionnaire, found: Reconciliation) -> str:
    """A reconciliation as a sentence."""
    ways = [_bases_in_words(questionnaire, bases) for bases in found.bases if bases.bases]
    ways += [f"another rounding ({name})" for name in found.roundings]
    ways += ["answers that were not exclusive"] if found.overlap else []
    if not ways:
        return "none: no item base from four fifths of those asked upwards, no other rounding, no overlap of answers"
    fails = ([] if found.roundings else ["no other rounding rule"]) + (
        [] if found.overlap else ["no overlap of answers"]
    )
    if fails:
        ways.append(f"{' and '.join(fails)} would do")
    return "; ".join(ways)


def _bases_in_words(questionnaire: Questionnaire, found: WorkingBases) -> str:
    topic = questionnaire.by_id[found.question].topic
    who = ""
    if found.group is not None:
        owners = (questionnaire.by_id[name] for name in questionnaire.breakdowns)
        owner = next(question for question in owners if found.group in question.answer_ids)
        who = f" of the group '{owner.label(found.group)}' ({span(found.asked)} asked)"
    elif found.asked:
        who = f" ({span(found.asked)} asked)"
    return f"an item base{who} of {span(sorted(found.bases))} for '{topic}'"
