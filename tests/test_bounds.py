"""The bounds of unprinted numbers: valid against tables drawn at random, certified, and as committed."""

import random
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis import paths
from analysis.inputs.questionnaire import questionnaires, resolve
from analysis.published.bounds import _relaxation, bounds_as_csv, read_bounds, solve_bounds
from analysis.published.figures import read_figures
from analysis.published.knowledge import known_numbers
from analysis.published.reconstruction import solve_survey

BOUNDS = read_bounds()


def counts_printed_as(percent: int, base: int) -> range:
    """The counts of a base that are printed as a whole percentage, half a point rounded up."""
    fitting = [count for count in range(base + 1) if (200 * count + base) // (2 * base) == percent]
    return range(fitting[0], fitting[-1] + 1) if fitting else range(0)


def test_committed_bounds_are_those_that_are_solved_anew():
    assert bounds_as_csv(solve_bounds()) == (paths.PUBLISHED / "bounds.csv").read_text(encoding="utf-8")


def test_at_least_sometimes_over_every_table_there_is():
    # All tables of the question, by hand: 21% always, 28% often, 49% the two together, 38% sometimes.
    shares = [
        Fraction(100 * (always + often + sometimes), base)
        for base in range(146, 163)
        for always in counts_printed_as(21, base)
        for often in counts_printed_as(28, base)
        if always + often in counts_printed_as(49, base)
        for sometimes in counts_printed_as(38, base)
    ]
    least, greatest = BOUNDS["commissioners.early_involvement.always+often+sometimes"]
    assert least <= min(shares) and max(shares) <= greatest
    # The bounds are outer ones, but not idle: tables come to within half a point of each.
    assert min(shares) - least < Fraction(1, 2) and greatest - max(shares) < Fraction(1, 2)


def drawn_medium_shares(small: int, large: int, overall: int, draws: int) -> list[Fraction]:
    """Shares of medium-sized organisations in tables drawn at random, by hand from the printed figures."""
    dice, shares = random.Random(1), []
    while len(shares) < draws:
        sizes = [dice.randint(186, 189), dice.randint(140, 143), dice.randint(78, 81)]
        sizes.append(417 - sum(sizes))
        bases = [dice.randint(-(-9 * size // 10), size) for size in sizes]
        choices = [counts_printed_as(small, bases[0]), range(bases[1] + 1), counts_printed_as(large, bases[2]),
                   range(bases[3] + 1)]  # fmt: skip
        if not all(choices):
            continue
        counts = [dice.choice(choice) for choice in choices]
        total = dice.choice(counts_printed_as(overall, sum(bases)))
        counts[1] = total - counts[0] - counts[2] - counts[3]
        if 0 <= counts[1] <= bases[1]:
            shares.append(Fraction(100 * counts[1], bases[1]))
    return shares


@pytest.mark.parametrize(
    ("address", "small", "large", "overall"),
    [
        ("third_sector.early_involvement_ways.service_consultations@size=medium", 26, 59, 38),
        ("third_sector.funded_to_deliver.yes@size=medium", 30, 69, 46),
        ("third_sector.public_income_share.under_10@size=medium", 21, 10, 16),
        ("third_sector.processes_fair.disagree@size=medium", 38, 47, 41),
    ],
)
def test_no_table_drawn_at_random_lies_outside_the_bounds(address, small, large, overall):
    shares = drawn_medium_shares(small, large, overall, draws=3000)
    least, greatest = BOUNDS[address]
    assert least <= min(shares) and max(shares) <= greatest


@cache
def tables(survey: str):
    return solve_survey(questionnaires()[survey], {"commissioners": 162, "third_sector": 417}[survey], read_figures())


def relaxation_of(survey: str, question: str):
    questionnaire, figures = questionnaires()[survey], read_figures()
    table = next(table for table in tables(survey) if table.system.question.id == question)
    return _relaxation(questionnaire, questionnaire.by_id[question], table, figures)


@pytest.mark.parametrize(
    "text",
    [
        "commissioners.early_involvement.always+often+sometimes",
        "commissioners.mapping.earlier",
        "commissioners.provider_awareness.considerable@organisation_type=upper_tier",
        "third_sector.funded_to_deliver.yes@size=medium",
        "third_sector.processes_fair.unsure",
    ],
)
def test_bounds_carry_a_certificate(text):
    # Weak duality: weights on the conditions, none negative, that leave no share beyond the bound. Checked here
    # by arithmetic alone, whatever the solver said.
    address = resolve(text)
    relaxation = relaxation_of(address.survey, address.question)
    matrix, _ = relaxation._rows
    whole = [i for i, cell in enumerate(relaxation.cells) if not address.groups or cell.group in address.groups]
    possible = [i for i in whole if relaxation._possibly(relaxation.cells[i].pattern, address)]
    share, total = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    share[possible], total[whole] = 1, 1
    solved = linprog(-share, A_ub=matrix, b_ub=np.zeros(len(matrix)), A_eq=[total], b_eq=[1], method="highs")
    weights, bound = np.maximum(-solved.ineqlin.marginals, 0), -solved.eqlin.marginals[0]
    # share <= bound * total + weights * (conditions, each at most 0): so no table has a greater share.
    assert (bound * total + weights @ matrix - share >= -1e-9).all()
    assert 100 * bound <= float(BOUNDS[text][1]) + 1e-6


def test_printed_numerals_lie_inside_the_bounds_of_their_own_address():
    outside = []
    for figure in read_figures():
        if figure.is_study or figure.is_relative or figure.unit != "percent" or figure.value is None:
            continue
        least, greatest = BOUNDS[str(figure.address)]
        if not least - Fraction(1, 2) <= figure.value <= greatest + Fraction(1, 2):
            outside.append(figure.figure)
    assert outside == []


def test_labels_follow_the_width_of_the_range():
    known = known_numbers()
    assert known["commissioners.early_involvement.always+often"].label == "printed"
    # 87% agreed, so between 12.5% and 13.5% did not: a point wide.
    assert known["commissioners.understands_hard_to_reach.disagree+unsure"].label == "implied"
    assert known["commissioners.understands_hard_to_reach.disagree+unsure"].whole == 13
    assert known["commissioners.early_involvement.always+often+sometimes"].label == "bounded"
    assert known["commissioners.early_involvement.always@organisation_type=upper_tier"].label == "not identified"


def test_vague_words_prove_nothing():
    # "The majority" is printed of this answer and nothing else: its share must stay open.
    known = known_numbers()["third_sector.wants_more_involvement.yes"]
    assert (known.label, known.least, known.greatest) == ("not identified", 0, 100)
    assert known.printed[0].where == "8.2"
