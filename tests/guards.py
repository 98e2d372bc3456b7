"""What it takes to see a guard fire: the claims that the chapters make over any data, and data that are wrong."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np

import analysis.display
from analysis.claims.claims import Claim
from analysis.display.opening import open_surveys
from analysis.display.say import Either
from analysis.display.scorecard import Principle
from analysis.display.sentences import Sentence
from analysis.inputs.addresses import Address
from analysis.inputs.responses import Codes, Responses
from analysis.inputs.waves import find_wave
from analysis.numbers.estimates import Known
from analysis.numbers.surveys import Survey
from analysis.publication.chapters import FOLLOWING, chapter_paths, is_run_for, read_notebook

SAYING = ("say", "bullets", "headline", "chart", "table", "scorecard", "topline")
Surveys = dict[str, Survey]
# A wave that follows none.
FIRST = find_wave("baseline")


# The claims of a chapter


@dataclass(frozen=True)
class Rehearsal:
    """A wave that is opened to hear what a chapter would say of it; it prints neither context nor evidence."""

    commissioners: Survey
    third_sector: Survey

    def context(self, *keys: str) -> None: ...

    def evidence(self, theme: str) -> None: ...

    def case_studies(self, theme: str) -> None: ...


def claims_of(chapter: Path, surveys: Surveys) -> dict[str, Claim]:
    """Every claim that a chapter makes or could make: of all alternatives, and of titles, by its name."""
    return {claim.name: claim for heard in _heard(_cells(chapter), surveys) for claim in heard}


def claim_of(chapter: Path, name: str, surveys: Surveys) -> Claim:
    """One claim of a chapter: from the cell that makes it, and those before it that this cell needs."""
    *_, heard = _heard(_needed(chapter, name), surveys)
    return next(claim for claim in reversed(heard) if claim.name == name)


@dataclass(frozen=True)
class Cell:
    """A code cell: the names that it gives a value, all of them if it says so with a star, and those that it uses."""

    code: CodeType
    given: frozenset[str]
    used: frozenset[str]


@lru_cache
def _cells(chapter: Path) -> tuple[Cell, ...]:
    cells = json.loads(chapter.read_text("utf-8"))["cells"]
    return tuple(
        _cell("".join(cell["source"]), f"{chapter.stem} {cell['id']}")
        for cell in cells
        # What is said of change is made by rules, and has tests of its own.
        if cell["cell_type"] == "code" and FOLLOWING not in cell["metadata"].get("tags", [])
    )


def _cell(source: str, name: str) -> Cell:
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    imported = {alias.asname or alias.name for node in ast.walk(tree) for alias in getattr(node, "names", [])}
    given = imported | {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return Cell(compile(tree, name, "exec"), frozenset(given), frozenset(node.id for node in names))


@cache
def _needed(chapter: Path, name: str) -> tuple[Cell, ...]:
    cells = _cells(chapter)
    place = max(place for place, heard in enumerate(_first_heard(chapter)) if name in heard)
    needed, wanted = [cells[place]], set(cells[place].used)
    for cell in reversed(cells[:place]):
        if "*" in cell.given or cell.given & wanted:
            needed.insert(0, cell)
            wanted |= cell.used
    return tuple(needed)


@lru_cache
def _first_heard(chapter: Path) -> list[set[str]]:
    """The names of the claims that each cell of a chapter makes."""
    return [{claim.name for claim in heard} for heard in _heard(_cells(chapter), open_surveys(FIRST))]


def _heard(cells: Iterable[Cell], surveys: Surveys) -> list[list[Claim]]:
    """The claims that each of these cells makes, over these surveys."""
    sentences: list[Sentence] = []
    heard: list[list[Claim]] = []

    def hear(*said: object, title: str | Either = "", note: str = "", **more: str) -> None:
        parts = [part for one in said for part in (one.statements if isinstance(one, Principle) else (one,))]
        for one in (title, note, *parts):
            texts = one.alternatives if isinstance(one, Either) else [one] if isinstance(one, str) else []
            sentences.extend(Sentence(text) for text in texts)

    with _instead_of_publishing(hear, Rehearsal(surveys["commissioners"], surveys["third_sector"])):
        namespace: dict[str, Any] = {}
        for cell in cells:
            exec(cell.code, namespace)
            heard.append([claim for sentence in sentences for claim in sentence.claims])
            sentences.clear()
    return heard


def chapters() -> list[Path]:
    """The chapters whose claims their authors write: all but the one on change."""
    return [path for path in chapter_paths() if is_run_for(read_notebook(path), FIRST)]


@contextmanager
def _instead_of_publishing(hear: Callable[..., None], rehearsal: Rehearsal) -> Iterator[None]:
    replaced = {name: hear for name in SAYING if hasattr(analysis.display, name)}
    before = {name: getattr(analysis.display, name) for name in (*replaced, "open_wave")}
    try:
        for name, stand_in in {**replaced, "open_wave": lambda wave: rehearsal}.items():
            setattr(analysis.display, name, stand_in)
        yield
    finally:
        for name, original in before.items():
            setattr(analysis.display, name, original)


# Other responses


def collected(survey: Survey, seed: int = 7) -> Survey:
    """A copy as if each response had been collected: no statement of the report, one answer where one was given.

    Where a record says that the answer was one of several, one of them is drawn; a question without any
    record is answered at random.
    """
    draw = np.random.default_rng(seed)
    codes: dict[str, Codes] = {}
    for question in survey.questionnaire.by_id.values():
        given = survey.responses.codes.get(question.id)
        if given is None:
            given = np.full(survey.responses.size, (1 << len(question.answer_ids)) - 1, dtype=np.int64)
        elif question.kind == "multiple":
            codes[question.id] = given
            continue
        codes[question.id] = np.array([_one_of(int(code), draw) for code in given], dtype=np.int64)
    return Survey(survey.questionnaire, replace(survey.responses, codes=codes), "collected")


def _one_of(code: int, draw: np.random.Generator) -> int:
    bits = [1 << place for place in range(code.bit_length()) if code >> place & 1]
    return int(draw.choice(bits)) if bits else 0


def without(survey: Survey, question: str) -> Survey:
    """The survey as if it had not asked a question."""
    return _answered(survey, {name: codes for name, codes in survey.responses.codes.items() if name != question})


def with_groups_swapped(survey: Survey, breakdown: str, one: str, other: str) -> Survey:
    """The survey as if the respondents of two groups had been taken for each other."""
    codes = survey.responses.codes[breakdown]
    first, second = (survey.responses.bits(breakdown, (group,)) for group in (one, other))
    swapped = np.where(codes == first, second, np.where(codes == second, first, codes))
    return _answered(survey, {**survey.responses.codes, breakdown: swapped})


def with_groups_merged(survey: Survey, breakdown: str, one: str, into: str) -> Survey:
    """The survey as if the respondents of one group had belonged to another."""
    codes = survey.responses.codes[breakdown]
    first, second = (survey.responses.bits(breakdown, (group,)) for group in (one, into))
    return _answered(survey, {**survey.responses.codes, breakdown: np.where(codes == first, second, codes)})


def with_answer(survey: Survey, address: Address, given: bool) -> Survey:
    """The survey as if everybody in the base of an address had given its answer, or as if nobody had.

    Several answers are given in turn, one a respondent.
    """
    responses = survey.responses
    question = survey.questionnaire.by_id[address.question]
    others = tuple(answer for answer in question.answer_ids if answer not in address.answers)
    turns = [responses.bits(address.question, (answer,)) for answer in (address.answers if given else others[-1:])]
    moved = responses.answered(address.question)
    if address.breakdown:
        moved &= responses.chose(address.breakdown, address.groups)
    codes = responses.codes[address.question].copy()
    codes[moved] = np.resize(np.array(turns, dtype=np.int64), np.count_nonzero(moved))
    return _answered(survey, {**responses.codes, address.question: codes})


def _answered(survey: Survey, codes: Mapping[str, Codes]) -> Survey:
    responses = Responses(survey.questionnaire, survey.responses.size, dict(codes))
    return Survey(survey.questionnaire, responses, survey.label)


# Another register of printed figures


def with_figures(survey: Survey, figures: Mapping[str, int | None]) -> Survey:
    """The survey as if the report fixed other whole percentages at these addresses, or none (None)."""
    changed = {address: _figure(percent) for address, percent in figures.items()}
    return replace(survey, known={**survey.known, **changed})


def _figure(percent: int | None) -> Known:
    if percent is None:
        return Known("not identified")
    half = Fraction(1, 2)
    return Known("implied", max(percent - half, Fraction(0)), min(percent + half, Fraction(100)))


def without_statements(survey: Survey) -> Survey:
    """The survey as if the report stated nothing in words."""
    return replace(survey, reported={})
