"""What the printed figures of one question say about its table, as linear conditions on whole numbers.

The unknowns are counts: how many respondents of each group gave each pattern of answers. A printed
percentage p of a base n holds when (2p - 1) n <= 200 k < (2p + 1) n, which is linear in k and n together,
so that counts and bases can be found at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from analysis.inputs.addresses import Address
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.published.figures import Figure

# Words that span more than this many points ("most") only exclude; they are no estimate of a share.
VAGUE = Fraction(15)
ALL = ""  # the group of everybody, or of all groups about which a question prints nothing of their own


@dataclass(frozen=True)
class Pattern:
    """What one record may say: an answer, or the answers ticked. An atom 'a+b' stands for one of a and b."""

    atoms: tuple[str, ...]

    def gives(self, answers: Iterable[str], multiple: bool) -> bool:
        """Whether a record of this pattern counts among those who gave any of the answers."""
        wanted = set(answers)
        inside = [set(atom.split("+")) <= wanted for atom in self.atoms]
        return any(inside) if multiple else all(inside)

    def __str__(self) -> str:
        return ";".join(self.atoms)


@dataclass(frozen=True)
class Cell:
    """One unknown count: respondents of a group who gave a pattern of answers."""

    group: str
    pattern: Pattern


@dataclass(frozen=True)
class Condition:
    """A printed figure: the share of `part` in `whole` (cells, by position) lies in a range of percentages."""

    figure: Figure
    part: tuple[int, ...]
    whole: tuple[int, ...]
    low: Fraction
    high: Fraction
    low_open: bool
    high_open: bool

    @property
    def is_number(self) -> bool:
        """Whether a numeral was printed, not only words."""
        return self.figure.value is not None

    @property
    def is_vague(self) -> bool:
        """Whether only words were printed, and words that span a wide range ("most")."""
        return not self.is_number and self.high - self.low > VAGUE

    def holds(self, counts: Sequence[int]) -> bool:
        """Whether a table of whole numbers satisfies the figure."""
        part = 100 * sum(counts[i] for i in self.part)
        whole = sum(counts[i] for i in self.whole)
        above = part > self.low * whole if self.low_open else part >= self.low * whole
        return above and (part < self.high * whole if self.high_open else part <= self.high * whole)


@dataclass(frozen=True)
class System:
    """The table of one question: its cells, and the printed figures as conditions on them.

    `groups` are those with a figure of their own, then the rest (ALL); `asked` the number of each that was
    asked. `stated_base` is the number of answers, where the report prints it.
    """

    survey: str
    question: Question
    groups: tuple[str, ...]
    cells: tuple[Cell, ...]
    conditions: tuple[Condition, ...]
    stated_base: int | None = None

    def in_group(self, group: str) -> tuple[int, ...]:
        return tuple(i for i, cell in enumerate(self.cells) if cell.group == group)


def question_system(
    questionnaire: Questionnaire, question: Question, figures: Sequence[Figure], groups: Sequence[str] | None = None
) -> System:
    """The system of one question, from the figures that the register has of it, in reading order.

    `groups` are those that the table distinguishes: by default the ones with a figure of their own, and the rest.
    """
    own = [f for f in figures if (f.address.survey, f.address.question) == (questionnaire.survey, question.id)]
    shares = [f for f in own if f.address.answers]
    distinguished = tuple(groups) if groups is not None else (*_groups(questionnaire, shares), ALL)
    cells = tuple(Cell(group, pattern) for group in distinguished for pattern in _patterns(question, shares))
    bases = [int(f.value) for f in own if not f.address.answers and f.value is not None]
    base = bases[0] if bases else None
    conditions = tuple(filter(None, (_condition(f, question, cells, base) for f in shares)))
    return System(questionnaire.survey, question, distinguished, cells, conditions, base)


def _groups(questionnaire: Questionnaire, figures: Sequence[Figure]) -> list[str]:
    named = {group for f in figures for group in f.address.groups}
    order = [group for name in questionnaire.breakdowns for group in questionnaire.by_id[name].answer_ids]
    return [group for group in order if group in named]


def atoms(question: Question, figures: Sequence[Figure]) -> tuple[str, ...]:
    """The finest parts into which the printed figures divide the answers.

    Answers that no figure tells apart stay together as 'a+b': the report does not say how they divide.
    """
    sets = {f.address.answers for f in figures}
    if question.kind == "multiple":
        # Ticks do not exclude each other: a sum over several options says nothing about any one of them.
        sets = {answers for answers in sets if len(answers) == 1} | {(name,) for name in question.exclusive}
    signatures: dict[tuple[bool, ...], list[str]] = {}
    for answer in question.answer_ids:
        signatures.setdefault(tuple(answer in answers for answers in sorted(sets)), []).append(answer)
    return tuple("+".join(members) for members in signatures.values())


def _patterns(question: Question, figures: Sequence[Figure]) -> tuple[Pattern, ...]:
    parts = atoms(question, figures)
    if question.kind == "single":
        return tuple(Pattern((part,)) for part in parts)
    printed = {f.address.answers[0] for f in figures if len(f.address.answers) == 1}
    options = [part for part in parts if part in printed and part not in question.exclusive]
    unnamed = [part for part in parts if part not in printed and part not in question.exclusive]
    # Whoever ticked none of the options with a figure ticked one without: that much is certain, and no more.
    ticked = [combination for size in range(1, len(options) + 1) for combination in combinations(options, size)]
    alone = [(part,) for part in (*unnamed, *question.exclusive)]
    return tuple(Pattern(tuple(names)) for names in (*ticked, *alone))


def _condition(figure: Figure, question: Question, cells: tuple[Cell, ...], base: int | None) -> Condition | None:
    address = figure.address
    whole = _positions(cells, address, None, question)
    if figure.is_relative and figure.base is not None:
        whole = _positions(cells, address, figure.base.answers, question)
    part = tuple(i for i in whole if cells[i].pattern.gives(address.answers, question.kind == "multiple"))
    if figure.unit == "count":
        if base is None or figure.value is None:
            return None
        share = Fraction(100 * figure.value, base)
        return Condition(figure, part, whole, share, share, False, False)
    low, high = figure.interval
    return Condition(figure, part, whole, low, high, figure.low_open, figure.high_open)


def _positions(
    cells: tuple[Cell, ...], address: Address, among: tuple[str, ...] | None, question: Question
) -> tuple[int, ...]:
    multiple = question.kind == "multiple"
    return tuple(
        i
        for i, cell in enumerate(cells)
        if (not address.groups or cell.group in address.groups)
        and (among is None or cell.pattern.gives(among, multiple))
    )
