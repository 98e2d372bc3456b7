"""How often the printed intervals hold the truth: added up another way, drawn at random, and held against the file."""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from io import StringIO
from math import comb, exp, lgamma, sqrt
from xml.etree import ElementTree

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis import paths
from analysis.numbers import alternatives
from analysis.numbers.coverage import (
    CASCADES,
    INDEPENDENT,
    SHARES,
    Design,
    count_probabilities,
    coverage,
    coverages,
    difference_coverage,
    half_width,
)
from analysis.numbers.intervals import newcombe, wilson
from analysis.publication import certainty
from analysis.publication.downloads import as_csv

# The probability of counts


@pytest.mark.parametrize("share", [Fraction(2, 100), Fraction(1, 2), Fraction(98, 100)])
def test_independent_counts_are_binomial(share: Fraction) -> None:
    exact = [comb(38, k) * share**k * (1 - share) ** (38 - k) for k in range(39)]
    assert count_probabilities(38, float(share)) == pytest.approx([float(one) for one in exact], abs=1e-12)


def beta_binomial(size: int, share: float, correlation: float) -> list[float]:
    """From gamma functions, without a library of distributions."""
    a, b = share * (1 - correlation) / correlation, (1 - share) * (1 - correlation) / correlation

    def log_beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return [comb(size, k) * exp(log_beta(k + a, size - k + b) - log_beta(a, b)) for k in range(size + 1)]


def test_a_cascade_adds_up_clusters_and_what_is_left_over() -> None:
    design = Design(5, 0.1)
    summed = np.ones(1)
    for size in (5, 5, 5, 2):
        summed = np.convolve(summed, beta_binomial(size, 0.3, 0.1))
    assert count_probabilities(17, 0.3, design) == pytest.approx(summed, abs=1e-12)


@pytest.mark.parametrize("design", CASCADES, ids=lambda design: design.words)
def test_clusters_leave_the_mean_and_raise_the_variance_by_the_design_effect(design: Design) -> None:
    base, share = 160, 0.3
    counts, probabilities = np.arange(base + 1), count_probabilities(base, share, design)
    mean = float(counts @ probabilities)
    variance = float((counts - mean) ** 2 @ probabilities)
    assert probabilities.sum() == pytest.approx(1, abs=1e-10)
    assert mean == pytest.approx(base * share)
    assert variance == pytest.approx(base * share * (1 - share) * design.effect)


# The coverage of a share


def test_coverage_of_a_share_is_the_sum_over_the_counts_whose_interval_holds_it() -> None:
    base, found = 54, dict(zip(SHARES, coverages(54), strict=True))
    for share in (0.02, 0.37, 0.5, 0.98):
        held = [k for k in range(base + 1) if wilson(k, base)[0] <= share <= wilson(k, base)[1]]
        assert found[share] == pytest.approx(sum(comb(base, k) * share**k * (1 - share) ** (base - k) for k in held))


@pytest.mark.parametrize(("design", "share"), [(INDEPENDENT, 0.25), (Design(10, 0.1), 0.25), (Design(5, 0.05), 0.5)])
def test_coverage_agrees_with_respondents_drawn_one_by_one(design: Design, share: float) -> None:
    base, draws, random = 40, 20_000, np.random.default_rng(20)
    if design.cluster == 1:
        answers = random.random((draws, base)) < share
    else:
        scale = (1 - design.correlation) / design.correlation
        shares = random.beta(share * scale, (1 - share) * scale, (draws, base // design.cluster))
        answers = random.random((draws, base)) < np.repeat(shares, design.cluster, axis=1)
    ends = np.array([wilson(k, base) for k in range(base + 1)])[answers.sum(axis=1)]
    held = np.mean((ends[:, 0] <= share) & (share <= ends[:, 1]))
    exact = dict(zip(SHARES, coverages(base, design), strict=True))[share]
    # Four standard errors of the draws.
    assert held == pytest.approx(exact, abs=4 * sqrt(exact * (1 - exact) / draws))


def test_clusters_cost_coverage_the_more_the_larger_and_the_more_alike_they_are() -> None:
    means = {(d.cluster, d.correlation): coverage(162, d).mean for d in (INDEPENDENT, *CASCADES)}
    assert means[1, 0.0] > means[5, 0.02] > means[5, 0.05] > means[5, 0.1] > means[10, 0.1]
    assert means[10, 0.02] > means[10, 0.05] > means[10, 0.1]
    assert coverage(417, Design(10, 0.1)).mean == pytest.approx(means[10, 0.1], abs=0.01), "a larger base does not help"


def test_widening_by_the_design_effect_gives_the_coverage_back() -> None:
    design = Design(10, 0.05)
    widened = [
        wilson(count / design.effect, 162 / design.effect) for count in range(163)
    ]  # the interval of as many independent respondents as the cascade is worth
    held = sum(
        p for p, (low, high) in zip(count_probabilities(162, 0.4, design), widened, strict=True) if low <= 0.4 <= high
    )
    assert held == pytest.approx(0.95, abs=0.01)


# The coverage of a difference


@pytest.mark.parametrize("design", [INDEPENDENT, Design(5, 0.1)], ids=lambda design: design.words)
def test_coverage_of_a_difference_is_the_sum_over_pairs_of_counts(design: Design) -> None:
    base1, base2, shares = 12, 9, (0.02, 0.18, 0.34, 0.5, 0.66, 0.82, 0.98)
    values = []
    for p1 in shares:
        first, second = (count_probabilities(base, p1, design) for base in (base1, base2))
        held = 0.0
        for k1 in range(base1 + 1):
            for k2 in range(base2 + 1):
                low, high = newcombe(k1, base1, k2, base2)
                held += first[k1] * second[k2] * (low <= 1e-12 and high >= -1e-12)
        values.append(held)
    found = difference_coverage(base1, base2, design, equal=True)
    assert (found.mean, found.least, found.greatest) == pytest.approx((np.mean(values), min(values), max(values)))


def test_the_change_that_could_be_seen_at_all() -> None:
    found = {pair: round(half_width(*pair)) for pair in ((162, 150), (417, 390), (100, 90), (50, 50))}
    assert found == {(162, 150): 11, (417, 390): 7, (100, 90): 14, (50, 50): 19}


# Other intervals


@pytest.mark.parametrize(
    ("method", "name"),
    [("Wald", "normal"), ("Clopper-Pearson", "beta"), ("Agresti-Coull", "agresti_coull"), ("Wilson", "wilson")],
)
@pytest.mark.parametrize(("count", "base"), [(0, 28), (1, 28), (79, 162), (200, 417), (416, 417), (417, 417)])
def test_other_intervals_agree_with_statsmodels(method: str, name: str, count: int, base: int) -> None:
    low, high = proportion_confint(count, base, method=name)
    found = alternatives.METHODS[method](count, base, 0.95)
    assert found == pytest.approx((max(low, 0.0), min(high, 1.0)), abs=1e-9)


@pytest.mark.parametrize(("count", "base"), [(1, 28), (79, 162), (416, 417)])
def test_the_interval_of_jeffreys_agrees_with_statsmodels(count: int, base: int) -> None:
    expected = proportion_confint(count, base, method="jeffreys")
    assert alternatives.jeffreys(count, base) == pytest.approx(expected, abs=1e-9)


def test_the_interval_of_jeffreys_is_closed_at_the_ends() -> None:
    assert alternatives.jeffreys(0, 28)[0] == 0
    assert alternatives.jeffreys(28, 28)[1] == 1


# What the book shows


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_the_file_and_the_chart_are_what_the_functions_make() -> None:
    assert certainty.coverage_path().read_text("utf-8") == as_csv(certainty.coverage_rows(), certainty.COLUMNS)
    assert certainty.drawing_path().read_text("utf-8") == certainty.drawing()


def test_every_base_of_the_book_is_covered_or_within_a_twentieth_of_one_that_is() -> None:
    listed = [int(row["base"]) for row in certainty.read_coverage() if row["interval"] == "Wilson"]
    bases = certainty.printed_bases()
    assert {162, 417, 38, 54, 79, 119, 188, 28} <= set(bases)
    assert [base for base in bases if not any(base <= one < 1.05 * base for one in listed)] == []


def test_what_the_page_says_of_the_coverage_is_in_the_file() -> None:
    rows = certainty.read_coverage()
    independent = [row for row in rows if row["interval"] == "Wilson" and row["cluster"] == "1"]
    assert all(round(100 * float(row["mean"])) in (95, 96) and float(row["least"]) > 0.9 for row in independent)
    marked = [row for row in rows if (row["interval"], row["cluster"], row["correlation"]) == ("Wilson", "10", "0.1")]
    assert all(0.84 < float(row["mean"]) < 0.88 for row in marked), "about 85 times in 100"
    equal = [row for row in rows if row["shares"] == "no difference" and row["cluster"] == "1"]
    assert all(float(row["mean"]) > 0.95 for row in equal), "on the side of caution"
    least = {row["interval"]: float(row["least"]) for row in rows if row["cluster"] == "1" and row["base"] == "38"}
    assert least["Clopper-Pearson"] >= 0.95 > least["Wilson"] > 0.9 > least["Wald"]


def test_the_chart_says_in_text_and_in_words_what_it_shows() -> None:
    text = certainty.drawing_path().read_text("utf-8")
    root = ElementTree.fromstring(text)
    alt = root.get("aria-label") or ""
    shown = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.get("role") == "img"
    for design in certainty.DRAWN:
        mean = 100 * coverage(certainty.drawn_base(), design).mean
        assert f"{design.words}: {mean:.0f}%" in shown
        assert f"{design.words} {mean:.1f}% on average" in alt
    assert not re.search(r"<(?:image|script)|https?://(?!www\.w3\.org|purl\.org|creativecommons\.org)", text)
    assert (paths.BOOK / "methods" / "uncertainty.md").read_text("utf-8").count("coverage.svg") == 1
