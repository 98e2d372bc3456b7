"""Change from a wave known as ranges: against every table of whole counts that what is known leaves open."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from analysis.numbers.change import Counted, kitagawa, standardised_change, total
from analysis.numbers.ranges import Between, crude_move, kitagawa_parts, least_sum, standardised_move

AFTER = {"trusts": Counted(9, 22), "upper_tier": Counted(16, 30), "other": Counted(31, 41)}
# Of the trusts alone something is known; the whole is known to within two answers.
BEFORE = {"trusts": Between(3, 5, 9), "upper_tier": Between(0, 7, 7), "other": Between(0, 12, 12)}
WHOLE = Between(10, 12, 28)


def tables():
    """Every table of whole counts that agrees with what is known of the earlier wave."""
    spans = [range(int(cell.least), int(cell.greatest) + 1) for cell in BEFORE.values()]
    for counts in product(*spans):
        if WHOLE.least <= sum(counts) <= WHOLE.greatest:
            yield {g: Counted(k, cell.base) for k, (g, cell) in zip(counts, BEFORE.items(), strict=True)}


def test_the_interval_is_the_outermost_of_all_tables():
    move = standardised_move(BEFORE, WHOLE, AFTER, shown=11 / 28)
    changes = [standardised_change(table, AFTER) for table in tables()]
    assert len(changes) > 50
    assert move.least == pytest.approx(min(change.value for change in changes), rel=1e-12)
    assert move.greatest == pytest.approx(max(change.value for change in changes), rel=1e-12)
    assert move.interval[0] == pytest.approx(min(change.interval[0] for change in changes), rel=1e-12)
    assert move.interval[1] == pytest.approx(max(change.interval[1] for change in changes), rel=1e-12)
    assert move.p_value == pytest.approx(max(change.p_value for change in changes), rel=1e-9)
    expected = sum(BEFORE[g].base / 28 * AFTER[g].share for g in BEFORE) - 11 / 28
    assert move.value == pytest.approx(expected, rel=1e-12)


def test_the_variance_alone_can_differ_by_a_tenth_so_that_its_worst_case_matters():
    errors = [standardised_change(table, AFTER).error for table in tables() if total(table).count == 11]
    assert max(errors) > 1.1 * min(errors)
    one = standardised_move(BEFORE, Between(11, 11, 28), AFTER, shown=None)
    assert (one.interval[1] - one.interval[0]) / 2 / 1.959964 == pytest.approx(max(errors), rel=1e-6)


def test_the_parts_are_the_outermost_of_all_tables():
    parts = kitagawa_parts(BEFORE, WHOLE, AFTER)
    splits = [kitagawa(table, AFTER) for table in tables()]
    assert parts.rate == pytest.approx((min(s.rate for s in splits), max(s.rate for s in splits)), rel=1e-12)
    found = min(s.composition for s in splits), max(s.composition for s in splits)
    assert parts.composition == pytest.approx(found, rel=1e-12)
    assert found[0] < found[1]


def test_a_group_that_is_known_narrows_what_the_others_can_be():
    free = {**BEFORE, "trusts": Between(0, 9, 9)}
    loose, tight = (kitagawa_parts(cells, WHOLE, AFTER).composition for cells in (free, BEFORE))
    assert loose[0] < tight[0] <= tight[1] < loose[1]


def test_what_was_counted_gives_the_ordinary_change():
    counted = {"trusts": Counted(4, 9), "upper_tier": Counted(5, 7), "other": Counted(2, 12)}
    cells = {g: Between(cell.count, cell.count, cell.base) for g, cell in counted.items()}
    move, ordinary = standardised_move(cells, Between(11, 11, 28), AFTER, 11 / 28), standardised_change(counted, AFTER)
    assert (move.value, move.least, move.greatest, *move.interval, move.p_value) == pytest.approx(
        (ordinary.value, ordinary.value, ordinary.value, *ordinary.interval, ordinary.p_value), rel=1e-12
    )
    split, parts = kitagawa(counted, AFTER), kitagawa_parts(cells, Between(11, 11, 28), AFTER)
    assert [*parts.rate, *parts.composition] == pytest.approx(
        [split.rate, split.rate, split.composition, split.composition], rel=1e-12
    )


def test_where_everybody_gave_the_answer_the_adjusted_change_is_nothing_at_all():
    for bases in product(range(5, 60, 7), repeat=3):
        cells = {name: Between(base, base, base) for name, base in zip("abc", bases, strict=True)}
        whole = Between(sum(bases), sum(bases), sum(bases))
        after = {name: Counted(base, base) for name, base in zip("abc", (19, 23, 31), strict=True)}
        move = standardised_move(cells, whole, after, 1.0)
        assert move.interval == pytest.approx((0, 0), abs=1e-6)


def test_a_printed_percentage_reaches_from_half_a_point_below_to_half_a_point_above():
    # 49% of 162 printed: 48.5% to 49.5%. Later 90 of 150. The intervals are those of another library at both ends.
    before = Between(0.485 * 162, 0.495 * 162, 162)
    move = crude_move(before, Counted(90, 150), 0.49)
    assert move.value == pytest.approx(0.11)
    assert (move.least, move.greatest) == pytest.approx((0.105, 0.115))
    ends = [
        confint_proportions_2indep(90, 150, share * 162, 162, method="newcomb", compare="diff")
        for share in (0.485, 0.495)
    ]
    assert move.interval == pytest.approx((min(low for low, _ in ends), max(high for _, high in ends)), rel=1e-9)
    p_values = [proportions_ztest([90, share * 162], [150, 162])[1] for share in (0.485, 0.495)]
    assert move.p_value == pytest.approx(max(p_values), rel=1e-9)
    assert max(p_values) > 0.05 > min(p_values)


@pytest.mark.parametrize("count", [0, 1, 40, 80, 150])
@pytest.mark.parametrize("low", [0.0, 0.01, 0.3, 0.9])
def test_the_ends_of_a_range_are_the_outermost(count, low):
    shares = np.linspace(low, low + 0.1, 60)
    move = crude_move(Between(low * 90, (low + 0.1) * 90, 90), Counted(count, 150), None)
    each = [crude_move(Between(s * 90, s * 90, 90), Counted(count, 150), None) for s in shares]
    assert move.interval[0] <= min(one.interval[0] for one in each) + 1e-12
    assert move.interval[1] >= max(one.interval[1] for one in each) - 1e-12
    assert move.p_value >= max(one.p_value for one in each) - 1e-12


def test_a_range_around_the_later_share_tells_no_direction():
    move = crude_move(Between(40, 60, 100), Counted(50, 100), None)
    assert (move.value, move.sign, move.p_value) == (None, 0, 1.0)
    up, down = (crude_move(Between(40, 60, 100), Counted(count, 100), None).sign for count in (61, 39))
    assert (up, down) == (1, -1)


def test_the_least_weighted_sum_by_trying_all():
    dice = np.random.default_rng(3)
    for _ in range(20):
        cells = [Between(int(low), int(low + more), 20) for low, more in dice.integers(0, 6, (3, 2))]
        weights = dice.normal(size=3).round(2)
        spans = [range(int(cell.least), int(cell.greatest) + 1) for cell in cells]
        best: dict[int, float] = {}
        for counts in product(*spans):
            value = float(np.dot(counts, weights))
            best[sum(counts)] = min(best.get(sum(counts), np.inf), value)
        found = least_sum(cells, weights, np.array(sorted(best), dtype=float))
        assert found == pytest.approx([best[count] for count in sorted(best)], abs=1e-12)


def test_groups_too_small_are_refused_by_name():
    with pytest.raises(ValueError, match="fewer than 5 respondents in other"):
        standardised_move(BEFORE, WHOLE, {**AFTER, "other": Counted(1, 4)}, None)
    with pytest.raises(ValueError, match="only one wave has respondents in other"):
        kitagawa_parts(BEFORE, WHOLE, {"trusts": Counted(1, 9), "upper_tier": Counted(1, 9)})
