"""Two estimates differ clearly when every interval of their difference that is possible leaves out zero."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from support import counted, garden_survey, known_to_lie, not_asked, unknown

from analysis.numbers.contrasts import difference, is_clear
from analysis.numbers.estimates import Estimate, Known
from analysis.numbers.intervals import newcombe_paired
from analysis.numbers.surveys import Survey


def independent(count1: int, base1: int, count2: int, base2: int, alpha: float = 0.05) -> tuple[float, float]:
    low, high = confint_proportions_2indep(count2, base2, count1, base1, method="newcomb", compare="diff", alpha=alpha)
    return float(low), float(high)


@pytest.mark.parametrize("comparisons", [1, 2, 7])
def test_separate_groups_are_compared_as_such_at_the_level_of_the_number_of_comparisons(comparisons: int) -> None:
    (interval,) = difference(counted(10, 40, "clay"), counted(25, 50, "sand"), comparisons)
    assert interval == pytest.approx(independent(10, 40, 25, 50, 0.05 / comparisons), abs=1e-12)


def smallest_clear(comparisons: int) -> int:
    """The smallest count out of 100 that lies clearly above 40 of 100, by statsmodels."""
    return next(k for k in range(40, 101) if independent(40, 100, k, 100, 0.05 / comparisons)[0] > 0)


def test_clear_begins_where_the_interval_leaves_zero() -> None:
    one, many = smallest_clear(1), smallest_clear(10)
    assert 50 < one < many < 70
    low = counted(40, 100, "clay")
    for comparisons, least in ((1, one), (10, many)):
        assert is_clear(low, counted(least, 100, "sand"), comparisons)
        assert is_clear(counted(least, 100, "sand"), low, comparisons), "whichever stands first"
        assert not is_clear(low, counted(least - 1, 100, "sand"), comparisons)
    assert not is_clear(low, counted(40, 100, "sand"))


def test_two_answers_that_exclude_each_other_have_no_overlap() -> None:
    survey = garden_survey(pond=["yes"] * 30 + ["no"] * 20 + ["unsure"] * 10)
    (interval,) = difference(survey.pond.share("no"), survey.pond.share("yes"))
    assert interval == pytest.approx(newcombe_paired(0, 20, 30, 10), abs=1e-12)


def reconstructed(survey: Survey) -> Survey:
    """The same answers as records that were made from print: they hold no association between questions."""
    printed = {name: Known("printed") for name in ("garden.pond.yes", "garden.tools.rake", "garden.tools.spade")}
    return replace(survey, known=printed)


def test_collected_answers_of_the_same_people_are_compared_with_the_overlap_they_have() -> None:
    # 25 gave both answers, 5 only the first, 15 only the second, 15 neither; the last six did not answer both.
    pond = ["yes"] * 25 + ["yes"] * 5 + ["no"] * 15 + ["no"] * 15 + ["yes"] * 3 + [""] * 3
    tools = ["rake"] * 25 + ["spade"] * 5 + ["rake;hoe"] * 15 + ["none"] * 15 + [""] * 3 + ["rake"] * 3
    survey = garden_survey(pond=pond, tools=tools)
    (interval,) = difference(survey.pond.share("yes"), survey.tools.share("rake"))
    assert interval == pytest.approx(newcombe_paired(25, 5, 15, 15), abs=1e-12)


def test_an_overlap_is_counted_inside_the_group() -> None:
    survey = garden_survey(
        soil=["clay"] * 40 + ["sand"] * 20,
        pond=["yes"] * 30 + ["no"] * 30,
        tools=["rake"] * 20 + ["spade"] * 40,
    )
    clay, rake = survey.pond.share("yes").by("soil").clay, survey.tools.share("rake").by("soil").clay
    (interval,) = difference(clay, rake)
    assert interval == pytest.approx(newcombe_paired(20, 10, 0, 10), abs=1e-12)


def test_nobody_who_answered_both_questions_is_no_comparison() -> None:
    survey = garden_survey(pond=["yes"] * 30 + [""] * 30, tools=[""] * 30 + ["rake"] * 30)
    assert difference(survey.pond.share("yes"), survey.tools.share("rake")) == []


def test_reconstructed_answers_are_compared_at_both_limits_of_their_overlap() -> None:
    survey = reconstructed(garden_survey(pond=["yes"] * 30 + ["no"] * 30, tools=["rake"] * 40 + ["spade"] * 20))
    intervals = difference(survey.pond.share("yes"), survey.tools.share("rake"))
    # 30 and 40 of 60: at least 10 gave both, at most 30.
    assert intervals == [
        pytest.approx(newcombe_paired(10, 20, 30, 0), abs=1e-12),
        pytest.approx(newcombe_paired(30, 0, 10, 20), abs=1e-12),
    ]
    assert not is_clear(survey.pond.share("yes"), survey.tools.share("rake"))


def test_ticks_of_one_question_may_overlap() -> None:
    survey = garden_survey(tools=["rake;spade"] * 10 + ["rake"] * 30 + ["spade"] * 20)
    (interval,) = difference(survey.tools.share("rake"), survey.tools.share("spade"))
    assert interval == pytest.approx(newcombe_paired(10, 30, 20, 0), abs=1e-12)
    told = reconstructed(survey)
    assert len(difference(told.tools.share("rake"), told.tools.share("spade"))) == 2


def test_groups_of_the_same_breakdown_are_separate_people() -> None:
    survey = garden_survey(soil=["clay"] * 40 + ["sand"] * 50, pond=["yes"] * 10 + ["no"] * 30 + ["yes", "no"] * 25)
    by = survey.pond.share("yes").by("soil")
    (interval,) = difference(by.clay, by.sand)
    assert interval == pytest.approx(independent(10, 40, 25, 50), abs=1e-12)


def test_the_smaller_base_is_the_base_of_both() -> None:
    pond = ["yes"] * 20 + ["no"] * 20 + [""] * 40
    tools = ["rake"] * 20 + ["spade"] * 60
    survey = reconstructed(garden_survey(pond=pond, tools=tools))
    intervals = difference(survey.pond.share("yes"), survey.tools.share("rake"))
    # 20 of 40, and 20 of 80 taken as 10 of 40: nobody or 10 gave both.
    assert intervals == [
        pytest.approx(newcombe_paired(0, 20, 10, 10), abs=1e-12),
        pytest.approx(newcombe_paired(10, 10, 0, 20), abs=1e-12),
    ]


def test_a_range_is_taken_at_both_ends() -> None:
    intervals = difference(known_to_lie(10, 20, group="clay"), counted(60, 100, "sand"))
    assert intervals == [
        pytest.approx(independent(10, 100, 60, 100), abs=1e-12),
        pytest.approx(independent(20, 100, 60, 100), abs=1e-12),
    ]
    assert is_clear(known_to_lie(10, 20, group="clay"), counted(60, 100, "sand"))
    assert not is_clear(known_to_lie(10, 55, group="clay"), counted(60, 100, "sand"))
    assert not is_clear(known_to_lie(10, 90, group="clay"), counted(50, 100, "sand")), "clear, but on both sides"


@pytest.mark.parametrize("other", [not_asked("sand"), counted(0, 0, "sand")])
def test_without_a_base_nothing_is_clear(other: Estimate) -> None:
    assert difference(counted(50, 100, "clay"), other) == []
    assert not is_clear(counted(50, 100, "clay"), other)
    assert not is_clear(other, counted(50, 100, "clay"))


def test_what_may_be_anything_is_not_clear() -> None:
    assert not is_clear(unknown("clay"), counted(99, 100, "sand"))


def test_ends_of_ranges_that_seem_to_exceed_the_base_are_compared_all_the_same() -> None:
    survey = garden_survey(pond=["yes"] * 51 + ["no"] * 49)
    known = Known("bounded", Fraction(101, 2), Fraction(103, 2))
    yes, no = (replace(survey.pond.share(name), known=known, count=None) for name in ("yes", "no"))
    assert len(difference(yes, no)) == 4
    assert not is_clear(yes, no)
