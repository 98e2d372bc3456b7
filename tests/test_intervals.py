"""Intervals agree with statsmodels, with published examples, and with the formulas taken from the papers."""

from __future__ import annotations

import random
from itertools import product
from math import sqrt

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.numbers.intervals import newcombe, newcombe_paired, normal_quantile, wilson

BASES = (1, 2, 9, 10, 38, 162, 417)
LEVELS = (0.9, 0.95, 0.99, 1 - 0.05 / 7)


def counts(base: int) -> list[int]:
    return sorted({0, 1, base // 3, base // 2, base - 1, base})


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("base", BASES)
def test_wilson_agrees_with_statsmodels(base: int, level: float) -> None:
    for count in range(base + 1):
        expected = proportion_confint(count, base, alpha=1 - level, method="wilson")
        assert wilson(count, base, level) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("base", BASES)
def test_wilson_ends_exactly_at_nought_and_at_one(base: int) -> None:
    low, high = wilson(0, base)
    assert low == 0.0 and 0 < high < 1
    low, high = wilson(base, base)
    assert 0 < low < 1 and high == 1.0


def test_wilson_at_the_edges_by_hand() -> None:
    z = 1.959963984540054
    assert wilson(0, 10)[1] == pytest.approx(z * z / (10 + z * z), abs=1e-15)
    assert wilson(10, 10)[0] == pytest.approx(10 / (10 + z * z), abs=1e-15)


@pytest.mark.parametrize(("count", "base"), [(-1, 10), (11, 10), (0, 0), (1, -1)])
def test_no_interval_for_what_is_no_share(count: int, base: int) -> None:
    with pytest.raises(ValueError, match=f"not {count} of {base}"):
        wilson(count, base)


def test_newcombe_agrees_with_statsmodels() -> None:
    for (base1, base2), level in product([(1, 1), (10, 38), (54, 38), (162, 417)], LEVELS):
        for count1, count2 in product(counts(base1), counts(base2)):
            expected = confint_proportions_2indep(
                count2, base2, count1, base1, method="newcomb", compare="diff", alpha=1 - level
            )
            assert newcombe(count1, base1, count2, base2, level) == pytest.approx(expected, abs=1e-12)


def score_limits(count: float, base: float, z: float) -> tuple[float, float]:
    """Both shares at which the observed one lies z standard errors off: the roots of (p - t)^2 = z^2 t (1 - t) / n."""
    share = count / base
    roots = np.roots([1 + z * z / base, -2 * share - z * z / base, share * share])
    return float(min(roots.real)), float(max(roots.real))


def paired_from_the_paper(e: int, f: int, g: int, h: int, z: float) -> tuple[float, float]:
    """Newcombe's method 10 for paired data in his letters: theta = (f - g) / n, with continuity corrected phi."""
    n = e + f + g + h
    theta = (f - g) / n
    low2, high2 = score_limits(e + f, n, z)
    low3, high3 = score_limits(e + g, n, z)
    dl2, du2 = (e + f) / n - low2, high2 - (e + f) / n
    dl3, du3 = (e + g) / n - low3, high3 - (e + g) / n
    cross, product_of_margins = e * h - f * g, (e + f) * (g + h) * (e + g) * (f + h)
    corrected = cross - n / 2 if cross > n / 2 else 0 if cross >= 0 else cross
    phi = corrected / sqrt(product_of_margins) if product_of_margins else 0
    delta = sqrt(dl2**2 - 2 * phi * dl2 * du3 + du3**2)
    epsilon = sqrt(du2**2 - 2 * phi * du2 * dl3 + dl3**2)
    return theta - delta, theta + epsilon


def test_paired_newcombe_agrees_with_the_paper_for_every_small_table() -> None:
    z = normal_quantile()
    tables = [table for n in (1, 2, 5, 9) for table in product(range(n + 1), repeat=4) if sum(table) == n]
    tables += [(36, 12, 2, 0), (14, 5, 0, 22), (80, 40, 20, 277), (0, 162, 0, 0), (0, 80, 82, 0), (100, 1, 1, 60)]
    assert len(tables) > 280
    for e, f, g, h in tables:
        # Ours is second minus first: the first answer of the paper is our second.
        ours = newcombe_paired(both=e, only1=g, only2=f, neither=h)
        # Roots of a quadratic lose half of their digits where they fall together.
        assert ours == pytest.approx(paired_from_the_paper(e, f, g, h, z), abs=1e-7)


PUBLISHED = {
    # Newcombe (1998), Statistics in Medicine 17, 2635-2650: theta 0.2.
    "Newcombe": ((36, 12, 2, 0), (0.0569, 0.3404), 4),
    # Altman, Machin, Bryant and Gardner (2000), Statistics with Confidence, table 6.2: difference 0.122.
    "Altman": ((14, 5, 0, 22), (0.011, 0.226), 3),
    # Bentur (2009) in Fagerland, Lydersen and Laake (2014): difference -0.286.
    "Fagerland": ((1, 1, 7, 12), (-0.507, -0.026), 3),
}


@pytest.mark.parametrize(("table", "published", "places"), PUBLISHED.values(), ids=PUBLISHED)
def test_paired_newcombe_gives_published_examples(
    table: tuple[int, int, int, int], published: tuple[float, float], places: int
) -> None:
    e, f, g, h = table
    low, high = newcombe_paired(both=e, only1=g, only2=f, neither=h)
    assert (round(low, places), round(high, places)) == published


def test_paired_limits_change_sides_with_the_answers() -> None:
    low, high = newcombe_paired(10, 5, 20, 30)
    assert newcombe_paired(10, 20, 5, 30) == pytest.approx((-high, -low), abs=1e-15)


def test_counts_with_fractions_never_fail_at_the_limits_of_the_overlap() -> None:
    draw = random.Random(1)
    for _ in range(20_000):
        base = draw.randint(1, 420)
        one = draw.choice([0.0, float(base), draw.uniform(0, base)])
        two = draw.choice([0.0, float(base), draw.uniform(0, base), base - one, one])
        for both in (max(0.0, one + two - base), min(one, two)):
            low, high = newcombe_paired(both, one - both, two - both, base - one - two + both)
            assert low <= (two - one) / base + 1e-9 and high >= (two - one) / base - 1e-9


def test_the_quantile_is_two_sided() -> None:
    assert normal_quantile() == pytest.approx(1.959963984540054, abs=1e-12)
    assert normal_quantile(0.99) == pytest.approx(2.5758293035489004, abs=1e-12)
