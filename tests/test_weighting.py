"""Weighted shares and raking: against arithmetic done by hand, and what they refuse."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from analysis.numbers.raking import Margin, RakingError, rake
from analysis.numbers.weighting import Sample, kish_deff, korn_graubard, logit_interval, weighted_share

EQUAL = Sample(np.full(20, 2.5))
NINE = np.array([1] * 9 + [0] * 11)


def test_equal_weights_give_the_plain_share_and_its_error():
    share = weighted_share(NINE, EQUAL)
    assert share.value == pytest.approx(9 / 20)
    assert share.error == pytest.approx(sqrt(0.45 * 0.55 / 19), rel=1e-12)
    assert (share.degrees, share.base, share.effective_base) == (19, 20, pytest.approx(20))


def test_unequal_weights_by_hand():
    # Weights 1, 2, 3; yes, no, yes: share 4/6; scores 1/18, -4/18, 3/18; their squares add up to 26/324.
    share = weighted_share([1, 0, 1], Sample(np.array([1.0, 2.0, 3.0])))
    assert share.value == pytest.approx(2 / 3)
    assert share.error == pytest.approx(sqrt(3 / 2 * 26 / 324), rel=1e-12)


def test_a_group_keeps_the_full_sample_size():
    # 5 of the first 8 of 20: the squares of a group of 8, but 20/19, not 8/7.
    members = np.arange(20) < 8
    answers = np.where(members, [1] * 5 + [0] * 15, np.nan)
    share = weighted_share(answers, EQUAL, members)
    assert share.value == pytest.approx(5 / 8)
    assert share.error == pytest.approx(sqrt(20 / 19 * (5 / 8) * (3 / 8) / 8), rel=1e-12)
    assert (share.degrees, share.base) == (7, 8)


def test_clusters_that_answer_as_one_are_worth_their_number():
    clusters = np.repeat(np.arange(5), 4)
    answers = np.repeat([1, 1, 0, 0, 0], 4)
    share = weighted_share(answers, replace(EQUAL, clusters=clusters))
    assert share.error == pytest.approx(sqrt(0.4 * 0.6 / 4), rel=1e-12)
    assert share.degrees == 4


def test_strata_that_differ_only_from_each_other_leave_no_variance():
    strata = np.repeat([0, 1], 10)
    share = weighted_share(strata, replace(EQUAL, strata=strata))
    assert share.error == pytest.approx(0, abs=1e-15)
    assert share.degrees == 18


def test_a_sample_of_everybody_leaves_no_variance():
    half = weighted_share(NINE, replace(EQUAL, sampled=np.full(20, 0.75)))
    assert half.error == pytest.approx(weighted_share(NINE, EQUAL).error / 2, rel=1e-12)
    assert weighted_share(NINE, replace(EQUAL, sampled=np.ones(20))).error == 0


def test_logit_interval_is_symmetric_in_log_odds():
    share = weighted_share(NINE, EQUAL)
    low, high = logit_interval(share)
    odds = [log(p / (1 - p)) for p in (low, share.value, high)]
    half = stats.t.ppf(0.975, 19) * share.error / (0.45 * 0.55)
    assert odds[2] - odds[1] == pytest.approx(half, rel=1e-9)
    assert odds[1] - odds[0] == pytest.approx(half, rel=1e-9)
    assert share.interval == (low, high)


def test_nobody_and_everybody_have_an_interval_that_ends_there():
    nobody, everybody = weighted_share(0 * NINE, EQUAL), weighted_share(0 * NINE + 1, EQUAL)
    assert nobody.interval == (0, pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-12))
    assert everybody.interval == (pytest.approx(0.025 ** (1 / 20), rel=1e-12), 1)


def test_korn_graubard_of_a_clustered_share_is_that_of_the_base_it_is_worth():
    clusters = np.repeat(np.arange(10), 2)
    answers = np.array([1] * 4 + [0] * 16)
    share = weighted_share(answers, replace(EQUAL, clusters=clusters))
    # Two of ten clusters: worth 9 respondents, fewer for nine degrees of freedom in place of nineteen.
    worth = 9 * (stats.t.ppf(0.975, 19) / stats.t.ppf(0.975, 9)) ** 2
    low, high = korn_graubard(share)
    assert low == pytest.approx(stats.beta.ppf(0.025, worth * 0.2, worth * 0.8 + 1), rel=1e-9)
    assert high == pytest.approx(stats.beta.ppf(0.975, worth * 0.2 + 1, worth * 0.8), rel=1e-9)


def test_few_on_one_side_take_the_interval_for_the_ends():
    four, five = (weighted_share(np.arange(100) < count, Sample(np.ones(100))) for count in (4, 5))
    assert four.interval == korn_graubard(four) != logit_interval(four)
    assert five.interval == logit_interval(five) != korn_graubard(five)


def test_kish_by_hand():
    assert kish_deff([1, 1, 1, 1]) == 1
    assert kish_deff([1, 2, 3]) == pytest.approx(3 * 14 / 36)
    assert kish_deff([1, 2], [3, 2]) == pytest.approx(5 * (3 * 1 + 2 * 4) / 49), "three count 1, two count 2"
    assert weighted_share([1, 0, 1], Sample(np.array([1.0, 2.0, 3.0]))).effective_base == pytest.approx(36 / 14)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: weighted_share(NINE, EQUAL, np.zeros(20, dtype=bool)), "respondents with weight"),
        (lambda: weighted_share([1, 0], EQUAL), "a value for each of 20"),
        (lambda: Sample(np.array([1.0, -1.0])), "0 or more"),
        (lambda: Sample(np.array([1.0, np.nan])), "0 or more"),
        (lambda: Sample(np.ones(3), strata=np.zeros(2, dtype=int)), "one entry for each of 3"),
        (lambda: weighted_share(NINE, replace(EQUAL, strata=np.arange(20) // 19)), "stratum 1 has one cluster"),
        (lambda: logit_interval(weighted_share(0 * NINE, EQUAL)), "between 0 and 1"),
        (lambda: kish_deff([]), "weights above 0"),
    ],
)
def test_what_cannot_be_weighted_is_refused(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()


FORMS = ["charity"] * 6 + ["other"] * 4
SIZES = ["small", "large"] * 5


def test_raking_to_one_margin_is_the_ratio_of_target_and_count():
    raked = rake([Margin("form", FORMS, {"charity": 0.3, "other": 0.7})])
    assert raked.weights == pytest.approx([0.3 / 6] * 6 + [0.7 / 4] * 4, rel=1e-12)
    assert kish_deff(raked.weights) == pytest.approx(10 * (0.09 / 6 + 0.49 / 4), rel=1e-12)


def test_raking_to_one_margin_has_the_error_of_strata():
    answers = np.array([1, 1, 0, 0, 0, 0, 1, 1, 1, 0])
    share = weighted_share(answers, rake([Margin("form", FORMS, {"charity": 0.3, "other": 0.7})]))
    assert share.value == pytest.approx(0.3 / 3 + 0.7 * 0.75)
    variance = 10 / 9 * (0.09 * (1 / 3) * (2 / 3) / 6 + 0.49 * 0.75 * 0.25 / 4)
    assert share.error == pytest.approx(sqrt(variance), rel=1e-12)


def test_raking_meets_every_margin_and_keeps_odds_ratios():
    weights = np.linspace(1, 2, 10)
    forms, sizes = {"charity": 70.0, "other": 30.0}, {"small": 55.0, "large": 45.0}
    raked = rake([Margin("form", FORMS, forms), Margin("size", SIZES, sizes)], weights).weights
    for groups, targets in ((FORMS, forms), (SIZES, sizes)):
        for group, target in targets.items():
            assert sum(w for w, g in zip(raked, groups, strict=True) if g == group) == pytest.approx(target, rel=1e-9)
    factor = raked / weights
    assert factor[0] * factor[7] == pytest.approx(factor[1] * factor[6], rel=1e-9)


# Whoever is a charity is small and nobody else is: 50 charities cannot be 30 small organisations.
TIED = [
    Margin("form", ["charity"] * 3 + ["other"] * 2, {"charity": 50, "other": 50}),
    Margin("size", ["small"] * 3 + ["large"] * 2, {"small": 30, "large": 70}),
]


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (TIED, r"does not converge in 500 rounds: margin form is off by 0\.2"),
        ([Margin("form", FORMS, {"charity": 1, "other": 1, "mutual": 1})], "margin form: no respondent in 'mutual'"),
        ([Margin("form", FORMS, {"charity": 1})], "margin form: respondents in 'other', which has no target"),
        ([Margin("form", FORMS, {"charity": 1, "other": 0})], "margin form: target 0 for 'other'"),
        ([Margin("form", FORMS, {"charity": 1, "other": float("nan")})], "margin form: target nan for 'other'"),
        (
            [Margin("form", FORMS, {"charity": 1, "other": 1}), Margin("size", SIZES, {"small": 1, "large": 2})],
            "margin size: its targets add up to 3.0, those of form to 2.0",
        ),
        ([TIED[0], Margin("size", SIZES, {"small": 1, "large": 1})], "margin size: 10 groups for 5 respondents"),
        ([], "needs a margin"),
    ],
)
def test_raking_that_cannot_be_fails_loudly(margins, message):
    with pytest.raises(RakingError, match=message):
        rake(margins)


def test_raking_names_every_margin_in_the_way_at_once():
    margins = [Margin("form", FORMS, {"charity": 1}), Margin("size", SIZES, {"small": 1, "large": 1, "huge": 1})]
    with pytest.raises(RakingError, match=r"margin form.*margin size"):
        rake(margins)


def test_a_group_whose_respondents_have_no_weight_is_refused():
    with pytest.raises(RakingError, match="margin form: a group has no weight"):
        rake([Margin("form", FORMS, {"charity": 1, "other": 1})], [1] * 6 + [0] * 4)
