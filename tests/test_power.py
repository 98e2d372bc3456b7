"""Does the audit notice misprints? The simulation behind the printed table: its reports, its rule, its rates."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import floor

import numpy as np
import pytest

from analysis.inputs.questionnaire import questionnaires
from analysis.numbers.intervals import wilson
from analysis.publication.audit_tables import false_alarms_table, power_table
from analysis.published.figures import read_figures
from analysis.published.joint import FULL, solve_case, survey_case
from analysis.published.misprints import adds_up, draw_report, misprint
from analysis.published.power import FLOORS, KINDS, POINTS, Run, kind_of, read_power, shapes, simulate, tabulate

RUNS = 40


@cache
def small() -> tuple[Run, ...]:
    return tuple(simulate(RUNS, clean=3))


def test_reports_without_a_misprint_raise_no_alarm() -> None:
    clean = [run for run in small() if run.points == 0]
    assert len(clean) == 3 * 2 * 2
    assert {(run.noticed, run.added) for run in clean} == {(False, False)}


# A made-up report, printed from whole numbers, in which the solver's simplifications once lost every table.
LOST = {
    "2.12-1": 46, "2.12-2": 32, "2.12-3": 21, "box4.5-1": 64, "box4.5-2": 2, "4.9-2": 64, "4.9-6": 2, "4.9-3": 41,
    "4.9-4": 52, "4.9-5": 39, "4.11-1": 69, "4.11-2": 38, "box4.14-1": 22, "4.15-1": 33, "4.15-2": 29, "box4.14-3": 29,
    "4.15-3": 36, "4.15-4": 7, "box5.29-1": 3, "box5.29-2": 45, "5.30-1": 11, "5.30-2": 1, "box6.7-1": 31, "6.8-1": 31,
    "6.8-2": 70,
}  # fmt: skip


def test_a_table_that_the_solver_overlooks_is_asked_for_twice() -> None:
    numerals = [f for f in read_figures() if f.figure in LOST]
    report = [replace(f, value=Fraction(LOST[f.figure]), qualifier="") for f in numerals]
    assert len(report) == len(LOST)
    names = ["early_involvement_ways", "funded_to_deliver", "public_income_share", "processes_fair",
             "involvement_hard_to_fund"]  # fmt: skip
    case = survey_case(questionnaires()["third_sector"], names, report, 417)
    assert len(case.readings) == 22
    assert solve_case(case, case.readings) is not None


def test_the_audit_notices_some_misprints_and_never_misses_a_repetition() -> None:
    wrong = [run for run in small() if run.points]
    assert len(wrong) == RUNS * len(POINTS) * len(FLOORS)
    assert {run.noticed for run in wrong if run.kind == KINDS[0]} == {True}
    others = Counter(run.noticed for run in wrong if run.kind != KINDS[0])
    assert others[True] and others[False]
    # A share on its own, of 162 or 417, can be any whole percentage.
    assert {run.noticed for run in wrong if run.kind == KINDS[3]} == {False}


def test_the_audit_sees_what_adding_up_sees() -> None:
    assert not [run for run in small() if run.added and not run.noticed]


def test_the_same_seed_makes_the_same_runs() -> None:
    again, other = tuple(simulate(3, clean=0, seed=5)), tuple(simulate(3, clean=0, seed=6))
    assert again == tuple(simulate(3, clean=0, seed=5)) != other


def test_a_made_up_report_has_the_shape_of_the_source() -> None:
    for shape in shapes():
        report = draw_report(shape, FULL, np.random.default_rng(1))
        source = [f for f in read_figures() if f.address.survey == shape.questionnaire.survey]
        numerals = [f for f in source if f.value is not None and f.address.question]
        assert [(f.figure, f.address, f.unit) for f in report] == [(f.figure, f.address, f.unit) for f in numerals]
        values = {}
        for figure in report:
            assert values.setdefault((figure.address, figure.unit), figure.value) == figure.value
    sizes = {str(f.address): f.value for f in report}
    assert abs(sizes["third_sector.size.large"] - 19) <= 8


def test_a_small_group_is_printed_in_percentages_that_it_can_have() -> None:
    # Whatever the size of the group turns out to be, printed shares of it come from whole numbers.
    shape = shapes()[0]
    for seed in range(5):
        values = {f.figure: f.value for f in draw_report(shape, FULL, np.random.default_rng(seed))}
        sizes = [n for n in range(163) if floor(Fraction(100 * n, 162) + Fraction(1, 2)) == values["2.8-2"]]
        possible = {floor(Fraction(100 * k, n) + Fraction(1, 2)) for n in sizes for k in range(n + 1)}
        assert {values["4.16-1"], values["5.19-1"], values["5.26-4"]} <= possible


@pytest.mark.parametrize("points", POINTS)
def test_a_misprint_is_one_figure_off_by_so_many_points(points: int) -> None:
    report = draw_report(shapes()[1], FULL, np.random.default_rng(2))
    for position, figure in enumerate(report):
        if figure.unit == "percent":
            wrong = misprint(report, position, points, np.random.default_rng(position))
            changed = [(a.value, b.value) for a, b in zip(report, wrong, strict=True) if a != b]
            assert len(changed) == 1
            assert abs(changed[0][0] - changed[0][1]) == points and 0 <= changed[0][1] <= 100


def test_what_gives_a_misprint_away() -> None:
    shape = shapes()[0]
    kinds = {f.figure: kind_of(shape, f) for f in shape.figures}
    assert kinds["4.6-2"] == kinds["box5.5-2"] == "printed twice"
    assert kinds["4.16-1"] == "of a group"
    assert kinds["box7.3-2"] == "beside others of its question"
    assert kinds["box6.27-1"] == "on its own"


@pytest.mark.parametrize(
    "values, expected",
    [
        # Four answers that are all there are: 98 to 102 is what rounding can do.
        ((23, 18, 28, 32), True),
        ((23, 18, 28, 33), True),
        ((23, 18, 28, 34), False),
        ((23, 18, 28, 29), True),
        ((23, 18, 28, 28), False),
    ],
)
def test_adding_up_allows_for_rounding(values: tuple[int, ...], expected: bool) -> None:
    names = ("box7.3-1", "box7.3-2", "box7.3-3", "box7.3-4")
    figures = [f for f in read_figures() if f.figure in names]
    set_to = dict(zip(names, values, strict=True))
    printed = [replace(f, value=Fraction(set_to[f.figure])) for f in figures]
    assert adds_up(questionnaires()["commissioners"], printed, printed[0]) is expected


def test_adding_up_says_nothing_where_several_answers_can_be_given() -> None:
    (figure,) = (f for f in read_figures() if f.figure == "4.7-1")
    both = [f for f in read_figures() if f.where == "4.7"]
    assert sum(f.value for f in both) > 100
    assert adds_up(questionnaires()["commissioners"], both, figure)


def test_the_table_counts_the_runs() -> None:
    rows = {(row["bases"], row["points"], row["figure"]): row for row in tabulate(small())}
    for bases in FLOORS:
        for points in POINTS:
            own = [run for run in small() if (run.bases, run.points) == (bases, points)]
            row = rows[bases, str(points), "all"]
            noticed = sum(run.noticed is True for run in own)
            assert (int(row["runs"]), int(row["noticed"])) == (len(own), noticed)
            assert row["rate"] == f"{100 * noticed / len(own):.1f}"
            kinds = [rows[bases, str(points), kind] for kind in KINDS if (bases, str(points), kind) in rows]
            assert sum(int(kind["runs"]) for kind in kinds) == len(own)


def test_the_kept_table_has_no_false_alarm_and_agrees_with_the_small_run() -> None:
    kept = {(row["bases"], row["points"], row["figure"]): row for row in read_power()}
    for bases in FLOORS:
        clean = kept[bases, "0", "none"]
        assert int(clean["runs"]) >= 400 and (clean["noticed"], clean["added"]) == ("0", "0")
        for points in POINTS:
            row = kept[bases, str(points), "all"]
            assert int(row["runs"]) >= 1000
            assert int(row["undecided"]) <= int(row["runs"]) // 100
            own = [run for run in small() if (run.bases, run.points) == (bases, points)]
            low, high = wilson(sum(run.noticed is True for run in own), RUNS, level=0.9999)
            assert low <= float(row["rate"]) / 100 <= high


def test_the_page_shows_the_kept_table() -> None:
    rows = list(power_table()[1])
    assert len(rows) == len(FLOORS) * len(POINTS) * (1 + len(KINDS))
    assert [row[2:4] for row in false_alarms_table()[1]] == [("0", "0"), ("0", "0")]
