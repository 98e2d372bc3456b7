"""Adjusted p-values: the example printed by Benjamini and Hochberg, and small ones by hand."""

import pytest

from analysis.numbers.comparisons import benjamini_hochberg, clear_confirmatory, clear_exploratory, holm

# Benjamini and Hochberg (1995), the trial of two treatments of infarction: at 5%, control of any error at all
# finds three, theirs four.
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
             0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip


def test_the_published_example():
    assert sum(p <= 0.05 for p in holm(PUBLISHED)) == 3
    assert sum(p <= 0.05 for p in benjamini_hochberg(PUBLISHED)) == 4


def test_by_hand_in_the_order_given():
    # Sorted 0.01, 0.02, 0.03, 0.5. Holm: times 4, 3, 2, 1, never falling. BH: times 4, 2, 4/3, 1, never rising.
    assert holm([0.03, 0.5, 0.01, 0.02]) == pytest.approx([0.06, 0.5, 0.04, 0.06])
    assert benjamini_hochberg([0.03, 0.5, 0.01, 0.02]) == pytest.approx([0.04, 0.5, 0.04, 0.04])


def test_nothing_exceeds_one_and_one_comparison_stays_as_it_is():
    assert holm([0.6, 0.9]) == [1, 1]
    assert benjamini_hochberg([0.9, 0.95]) == pytest.approx([0.95, 0.95])
    assert holm([0.03]) == benjamini_hochberg([0.03]) == [0.03]
    assert holm([]) == benjamini_hochberg([]) == []


def test_what_was_fixed_in_advance_is_judged_more_strictly():
    p_values = [0.01, 0.02, 0.03, 0.5]
    assert clear_confirmatory(p_values) == [True, False, False, False]
    assert clear_exploratory(p_values) == [True, True, True, False]


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(adjust, wrong):
    with pytest.raises(ValueError, match="from 0 to 1"):
        adjust([0.5, wrong])
