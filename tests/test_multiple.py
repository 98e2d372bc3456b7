"""Questions with several responses: shuffled waves against every shuffle there is, and the level that is promised."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.numbers.multiple import shuffled

BEFORE = np.array([[1, 0], [1, 0], [0, 0], [1, 1], [0, 0]], dtype=bool)
AFTER = np.array([[1, 1], [1, 1], [0, 1], [1, 1], [0, 1]], dtype=bool)


def every_shuffle():
    """Score statistics, squared, of both items under all ways to call five of the ten respondents the later wave."""
    ticks = np.concatenate([BEFORE, AFTER]).astype(float)
    share = ticks.mean(axis=0)
    error = share * (1 - share) * (1 / 5 + 1 / 5)
    for later in combinations(range(10), 5):
        chosen = np.isin(np.arange(10), later)
        yield (ticks[chosen].mean(axis=0) - ticks[~chosen].mean(axis=0)) ** 2 / error


def test_p_values_are_about_those_of_all_shuffles():
    scores = np.array(list(every_shuffle()))
    # The last one calls those the later wave that are it.
    observed = scores[-1]
    assert len(scores) == 252
    found = shuffled(BEFORE, AFTER, shuffles=20000)
    exact = [(scores.max(axis=1) >= one - 1e-9).mean() for one in observed]
    assert found.items == pytest.approx(exact, abs=0.01)
    assert found.omnibus == pytest.approx((scores.sum(axis=1) >= observed.sum() - 1e-9).mean(), abs=0.01)
    assert found.items[1] < 0.15 < found.items[0]


def test_the_same_waves_give_the_same_p_values():
    assert shuffled(BEFORE, AFTER) == shuffled(BEFORE, AFTER)


def test_an_item_nobody_ticked_did_not_change():
    nobody = np.zeros((5, 1), dtype=bool)
    found = shuffled(np.hstack([BEFORE, nobody]), np.hstack([AFTER, nobody]))
    assert found.items[2] == 1.0


def test_dependent_items_are_rarely_found_where_nothing_changed():
    dice = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        taste = dice.normal(size=(120, 1))
        ticks = taste + dice.normal(size=(120, 6)) > 0.3
        found += min(shuffled(ticks[:60], ticks[60:], shuffles=199).items) <= 0.05
    # 5% of 200 is 10; beyond 19 lies less than one case in two hundred.
    assert 1 <= found <= 19


def test_a_wave_without_respondents_is_refused():
    with pytest.raises(ValueError, match="with respondents"):
        shuffled(BEFORE[:0], AFTER)
