"""The bounds of every number that the printed figures leave open: solved once, kept in a file.

Chapters read the file and never solve. `python -m analysis bounds` solves anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from analysis import paths
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.questionnaire import Question, Questionnaire, questionnaires
from analysis.published.figures import Figure, read_figures
from analysis.published.reconstruction import solve_survey
from analysis.published.relaxation import FLOOR, GroupRange, Relaxation, addresses_of, everybody, hull
from analysis.published.source import source_sizes
from analysis.published.statements import read_statements
from analysis.published.systems import System, question_system
from analysis.published.tables import Table

COLUMNS = ("address", "least", "greatest")
Bounds = dict[str, tuple[Fraction, Fraction]]


def bounds_path() -> Path:
    return paths.PUBLISHED / "bounds.csv"


def solve_bounds() -> Bounds:
    """The bounds of every answer of every question about which a figure is printed, overall and by group."""
    figures = read_figures()
    found: Bounds = {}
    for survey, size in source_sizes(figures).items():
        questionnaire = questionnaires()[survey]
        for table in solve_survey(questionnaire, size, figures):
            found |= _question_bounds(questionnaire, table, figures)
    return found


def _question_bounds(questionnaire: Questionnaire, table: Table, figures: Sequence[Figure]) -> Bounds:
    question = table.system.question
    relaxation = _relaxation(questionnaire, question, table, figures)
    bounds: Bounds = {}
    for address in addresses_of(questionnaire, question.id, _sums(question, questionnaire.survey, figures)):
        solved = relaxation.bounds(address)
        if solved is None:
            raise ValueError(f"no table agrees with the figures printed for {address}")
        bounds[str(address)] = solved
    return bounds


def _relaxation(
    questionnaire: Questionnaire, question: Question, table: Table, figures: Sequence[Figure]
) -> Relaxation:
    if question.id in questionnaire.breakdowns or question.asked_if is not None:
        system = question_system(questionnaire, question, figures)
        # Who was asked a routed question is itself uncertain: its base is bounded by nothing.
        groups = everybody(FLOOR if question.asked_if is None else Fraction(0))
    else:
        groups = _group_ranges(questionnaire, table, figures)
        system = question_system(questionnaire, question, figures, list(groups))
    # "Most" is a statement, not a figure: what it says is to be proven, so nothing may rest on it.
    figures_only = [condition for condition in system.conditions if not condition.is_vague]
    conditions = hull(figures_only, table.contradicted)
    return Relaxation(System(system.survey, question, system.groups, system.cells, conditions), groups)


def _group_ranges(questionnaire: Questionnaire, table: Table, figures: Sequence[Figure]) -> dict[str, GroupRange]:
    """The groups of the survey's breakdown: how large each can be, and how few of it may have answered."""
    ranges: dict[str, GroupRange] = {}
    for breakdown in questionnaire.breakdowns:
        own = question_system(questionnaire, questionnaire.by_id[breakdown], figures)
        sizes = Relaxation(own, everybody(Fraction(1)))
        for cell in own.cells:
            group = str(cell.pattern)
            bounds = sizes.bounds(Address(questionnaire.survey, breakdown, tuple(group.split("+"))))
            assert bounds is not None
            ranges[group] = GroupRange(*bounds, floor=_floor(table, group))
    return ranges


def _floor(table: Table, group: str) -> Fraction:
    """The floor of a group's item base: lower than for others where a printed figure forces it."""
    if group not in table.bases or not table.asked[group]:
        return FLOOR
    return min(FLOOR, Fraction(table.bases[group], table.asked[group]))


def _sums(question: Question, survey: str, figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Sums of answers that the report speaks of, and their complements."""
    spoken = [figure.address for figure in figures if not figure.is_study]
    spoken += [address for statement in read_statements() for address in _addresses_in(statement.claim)]
    sets = [a.answers for a in spoken if (a.survey, a.question) == (survey, question.id) and a.answers]
    others = [tuple(answer for answer in question.answer_ids if answer not in answers) for answers in sets]
    return list(dict.fromkeys(answers for answers in (*sets, *others) if answers))


def _addresses_in(claim: str) -> list[Address]:
    words = claim.replace("(", " ").replace(")", " ").replace(",", " ").split()
    addresses = [word.partition("@")[0] for word in words if "." in word and not word.endswith("*")]
    return [parse_address(address) for address in addresses]


def read_bounds() -> Bounds:
    """The committed bounds by address. Raises InputError where a range is none."""
    rows = list(enumerate(read_table(bounds_path(), COLUMNS), start=2))
    refuse(
        Finding(
            paths.shown(bounds_path()), f"{row['least']} to {row['greatest']}", "a range within 0 to 100", str(number)
        )
        for number, row in rows
        if not _is_range(row)
    )
    return {row["address"]: (Fraction(row["least"]), Fraction(row["greatest"])) for _, row in rows}


def _is_range(row: Mapping[str, str]) -> bool:
    try:
        return 0 <= Fraction(row["least"]) <= Fraction(row["greatest"]) <= 100
    except ValueError:
        return False


def bounds_as_csv(bounds: Bounds) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    # What is not in the file is not bounded at all.
    open_ended = (Fraction(0), Fraction(100))
    kept = {address: ends for address, ends in bounds.items() if ends != open_ended}
    writer.writerows((address, _decimal(low), _decimal(high)) for address, (low, high) in kept.items())
    return out.getvalue()


def _decimal(value: Fraction) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def write_bounds() -> Path:
    """Solve all bounds anew and write them."""
    text = bounds_as_csv(solve_bounds())
    bounds_path().write_text(text, encoding="utf-8", newline="")
    return bounds_path()
