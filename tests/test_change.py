"""Change between waves: by hand, record by record, and the properties that any split or standardisation has."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from analysis.numbers.change import (
    Change,
    Counted,
    crude_change,
    is_robust,
    kitagawa,
    merge_small,
    standardised_change,
    total,
)
from analysis.numbers.raking import Margin, rake
from analysis.numbers.weighting import weighted_share

BEFORE = {"trusts": Counted(18, 60), "upper_tier": Counted(25, 50), "other": Counted(32, 52)}
AFTER = {"trusts": Counted(16, 30), "upper_tier": Counted(30, 60), "other": Counted(45, 70)}


def records(groups):
    """The respondents behind counts: their groups and answers."""
    pairs = [(g, int(i < cell.count)) for g, cell in groups.items() for i in range(cell.base)]
    return [g for g, _ in pairs], np.array([y for _, y in pairs])


def test_crude_change_as_newcombe_printed_it():
    # Newcombe (1998), table II, example (a), method 10: 56/70 less 48/80.
    change = crude_change(Counted(48, 80), Counted(56, 70))
    assert change.value == pytest.approx(0.2)
    assert [round(end, 4) for end in change.interval] == [0.0524, 0.3339]
    assert change.error == pytest.approx(sqrt(0.6 * 0.4 / 80 + 0.8 * 0.2 / 70), rel=1e-12)


def test_p_value_is_that_of_the_pooled_share():
    pooled = 104 / 150
    z = 0.2 / sqrt(pooled * (1 - pooled) * (1 / 80 + 1 / 70))
    expected = 2 * NormalDist().cdf(-z)
    assert crude_change(Counted(48, 80), Counted(56, 70)).p_value == pytest.approx(expected, rel=1e-9)


def test_a_fall_is_a_rise_the_other_way_round():
    rise, fall = crude_change(Counted(48, 80), Counted(56, 70)), crude_change(Counted(56, 70), Counted(48, 80))
    assert (fall.value, fall.error, fall.p_value) == pytest.approx((-rise.value, rise.error, rise.p_value))
    assert fall.interval == pytest.approx((-rise.interval[1], -rise.interval[0]))
    assert rise.is_clear and fall.is_clear


def test_no_variation_at_all_is_no_change():
    change = crude_change(Counted(0, 60), Counted(0, 50))
    assert (change.value, change.p_value, change.is_clear) == (0, 1, False)


def test_standardised_change_record_by_record():
    groups, answers = records(BEFORE)
    later = {g: cell.count / cell.base for g, cell in AFTER.items()}
    p1, expected = answers.mean(), np.mean([later[g] for g in groups])
    z = [(y - p1) - (later[g] - expected) for g, y in zip(groups, answers, strict=True)]
    variance = sum(value**2 for value in z) / (162 * 161)
    for g, cell in AFTER.items():
        variance += (groups.count(g) / 162) ** 2 * later[g] * (1 - later[g]) / (cell.base - 1)
    change = standardised_change(BEFORE, AFTER)
    assert change.value == pytest.approx(expected - p1, rel=1e-12)
    assert change.error == pytest.approx(sqrt(variance), rel=1e-12)
    assert change.interval[1] - change.value == pytest.approx(1.959964 * sqrt(variance), rel=1e-6)
    assert change.p_value == pytest.approx(2 * NormalDist().cdf(-change.value / sqrt(variance)), rel=1e-9)


def test_the_error_is_about_the_spread_of_many_simulated_waves():
    dice = np.random.default_rng(7)
    names, parts = ["a", "b", "c"], ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5])
    rates = (np.array([0.2, 0.5, 0.7]), np.array([0.3, 0.5, 0.8]))

    def wave(number, size):
        bases = dice.multinomial(size, parts[number])
        counts = dice.binomial(bases, rates[number])
        return {n: Counted(int(k), int(b)) for n, k, b in zip(names, counts, bases, strict=True)}

    changes = [standardised_change(wave(0, 162), wave(1, 150)) for _ in range(2000)]
    spread = np.std([change.value for change in changes])
    assert np.sqrt(np.mean([change.error**2 for change in changes])) == pytest.approx(spread, rel=0.05)
    assert np.mean([change.value for change in changes]) == pytest.approx(0.07, abs=0.005)


def test_standardising_is_raking_to_the_one_margin():
    groups, answers = records(AFTER)
    margin = Margin("type", groups, {g: cell.base for g, cell in BEFORE.items()})
    raked = weighted_share(answers, rake([margin])).value
    assert standardised_change(BEFORE, AFTER).value == pytest.approx(raked - total(BEFORE).share, rel=1e-9)


def test_who_answered_is_no_change():
    later = {"trusts": Counted(6, 20), "upper_tier": Counted(20, 40), "other": Counted(64, 104)}
    assert crude_change(total(BEFORE), total(later)).value > 0.07
    assert standardised_change(BEFORE, later).value == pytest.approx(0, abs=1e-12)
    split = kitagawa(BEFORE, later)
    assert split.rate == pytest.approx(0, abs=1e-12)
    assert split.composition == pytest.approx(total(later).share - total(BEFORE).share, rel=1e-12)


def test_kitagawa_by_hand_and_its_sum():
    # Halves become a fifth and four fifths; rates of 20% and 60% become 40% and 60%.
    before, after = {"x": Counted(10, 50), "y": Counted(30, 50)}, {"x": Counted(8, 20), "y": Counted(48, 80)}
    split = kitagawa(before, after)
    assert split.rate == pytest.approx(0.35 * 0.2)
    assert split.composition == pytest.approx(0.3 * -0.3 + 0.6 * 0.3)
    assert split.rate + split.composition == pytest.approx(0.56 - 0.40, rel=1e-12)
    whole = kitagawa(BEFORE, AFTER)
    crude = crude_change(total(BEFORE), total(AFTER)).value
    assert whole.rate + whole.composition == pytest.approx(crude, rel=1e-12)


LOCAL = {"district": "local", "upper_tier": "local", "local": "any", "trusts": "any", "other": "any"}


def test_a_small_group_takes_its_siblings_along():
    before = {"trusts": Counted(1, 9), "district": Counted(3, 8), "upper_tier": Counted(4, 9)}
    after = {"trusts": Counted(2, 9), "district": Counted(4, 4), "upper_tier": Counted(1, 9)}
    assert merge_small(before, after, LOCAL) == (
        {"trusts": Counted(1, 9), "local": Counted(7, 17)},
        {"trusts": Counted(2, 9), "local": Counted(5, 13)},
    )


def test_five_respondents_are_enough():
    after = {"district": Counted(5, 5), "upper_tier": Counted(1, 9)}
    assert merge_small(after, after, LOCAL) == (after, after)


def test_merging_goes_on_until_it_suffices_and_takes_in_what_was_merged_before():
    before = {"trusts": Counted(1, 9), "district": Counted(3, 8), "upper_tier": Counted(4, 9), "other": Counted(0, 5)}
    after = {"trusts": Counted(2, 9), "district": Counted(1, 1), "upper_tier": Counted(1, 2), "other": Counted(3, 6)}
    assert merge_small(before, after, LOCAL) == ({"any": Counted(8, 31)}, {"any": Counted(7, 18)})


def test_only_bases_decide_what_is_merged():
    def bases(count):
        after = {"district": Counted(count, 4), "upper_tier": Counted(count, 9), "trusts": Counted(count, 9)}
        return {group: cell.base for group, cell in merge_small(after, after, LOCAL)[1].items()}

    assert bases(0) == bases(4) == {"local": 13, "trusts": 9}


def test_a_group_of_one_wave_is_merged_and_one_of_neither_left_out():
    before = {"upper_tier": Counted(4, 9), "other": Counted(0, 0)}
    after = {"upper_tier": Counted(1, 9), "district": Counted(2, 7), "other": Counted(0, 0)}
    assert merge_small(before, after, LOCAL) == ({"local": Counted(4, 9)}, {"local": Counted(3, 16)})


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Counted(5, 4), "5 of 4"),
        (lambda: crude_change(Counted(0, 0), Counted(1, 2)), "both waves"),
        (lambda: standardised_change(BEFORE, {**AFTER, "other": Counted(1, 4)}), "fewer than 5 respondents in other"),
        (lambda: standardised_change(BEFORE, {"trusts": Counted(1, 9)}), "upper_tier, other"),
        (lambda: standardised_change({}, AFTER), "the baseline"),
        (lambda: kitagawa(BEFORE, {"trusts": Counted(1, 9)}), "respondents in upper_tier, other"),
        (lambda: merge_small({"a": Counted(1, 9)}, {"a": Counted(1, 2)}, {}), "group a has too few"),
        (lambda: merge_small({"a": Counted(1, 9)}, {"a": Counted(1, 2)}, {"a": "b", "b": "a"}), "circle"),
    ],
)
def test_what_cannot_be_compared_is_refused(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()


def change(value, low, high):
    return Change(value, 0.05, 0.5, (low, high))


def test_a_change_of_sign_or_clarity_is_not_robust():
    clear, unclear = change(0.2, 0.1, 0.3), change(0.2, -0.1, 0.3)
    assert is_robust(clear, change(0.3, 0.2, 0.4)) and is_robust(unclear, unclear)
    assert not is_robust(clear, unclear)
    assert not is_robust(unclear, change(-0.01, -0.2, 0.2))
    assert not is_robust(clear, change(-0.2, -0.3, -0.1))
