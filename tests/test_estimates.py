"""An estimate is counted right, rounded half up, and printed only as far as it is known."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
import yaml
from statsmodels.stats.proportion import proportion_confint
from support import YES, by_soil, counted, garden_survey, known_to_lie, not_asked, printed, unknown

from analysis import paths
from analysis.display.opening import open_wave
from analysis.display.sentences import number
from analysis.inputs.addresses import Address
from analysis.numbers.estimates import Estimate, Known, Printed, half_up
from analysis.numbers.surveys import Survey, together

# Rounding


def test_percentages_are_rounded_half_up_for_every_count_and_base() -> None:
    for base in range(1, 451):
        for count in range(base + 1):
            # Counts times a hundred: halves of whole numbers are exact in Decimal, thirds are not near a half.
            doubled = Decimal(200 * count) / Decimal(base)
            expected = int((doubled / 2).quantize(Decimal(1), ROUND_HALF_UP))
            assert half_up(count, base) == expected == int(Fraction(100 * count, base) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("least", "greatest", "whole"),
    [
        ("13", "13", 13),
        ("13.5", "13.5", 14),
        ("12.5", "13.5", 13),
        ("12.6", "13.4", 13),
        ("12.4", "13.4", None),
        ("12.6", "13.6", None),
        ("99.5", "100", 100),
        ("0", "0.5", 0),
        ("0", "0.6", None),
    ],
)
def test_a_range_has_a_whole_percentage_where_all_of_it_rounds_to_one(
    least: str, greatest: str, whole: int | None
) -> None:
    assert Known("implied", Fraction(least), Fraction(greatest)).whole == whole


# Counting

SOIL = ["clay"] * 4 + ["sand"] * 3 + ["peat"] * 2 + [""]
POND = ["yes", "yes", "no", "", "yes", "unsure", "", "no", "no", "yes"]
TOOLS = ["spade;rake", "spade", "none", "", "rake;hoe", "spade;rake;hoe", "hoe", "", "none", "rake"]


def gardens() -> Survey:
    return garden_survey(soil=SOIL, pond=POND, tools=TOOLS)


def test_a_share_of_a_single_response_question() -> None:
    share = gardens().pond.share("yes")
    assert (share.count, share.base, share.asked, share.percent) == (4, 8, 10, 50)
    assert share.exact == 50 and share.known == Known("collected", Fraction(50), Fraction(50))


def test_a_sum_of_answers_counts_each_respondent_once() -> None:
    survey = gardens()
    assert (survey.pond.share("yes", "unsure").count, survey.pond.share("yes", "unsure").base) == (5, 8)
    assert (survey.tools.share("spade", "rake").count, survey.tools.share("spade", "rake").base) == (5, 8)
    assert survey.tools.share("spade", "rake", "hoe", "none").percent == 100


def test_shares_of_a_multiple_response_question_have_the_respondents_as_base() -> None:
    assert [(one.count, one.base) for one in gardens().tools.answers()] == [(3, 8), (4, 8), (3, 8), (2, 8)]
    assert not gardens().tools.share("rake").exclusive_answers
    assert gardens().pond.share("yes").exclusive_answers


def test_a_breakdown_counts_within_each_group() -> None:
    by = gardens().pond.share("yes").by("soil")
    assert {name: (one.count, one.base) for name, one in by.members.items()} == {
        "clay": (2, 3),
        "sand": (1, 2),
        "peat": (0, 2),
    }
    assert by.name == "garden.pond.yes@soil"
    assert str(by.clay.address) == "garden.pond.yes@soil=clay"
    assert by.overall is not None and by.overall.base == 8


def test_groups_taken_together_are_counted_together() -> None:
    both = gardens().estimate(Address("garden", "pond", ("yes",), "soil", ("sand", "clay")))
    assert (both.count, both.base) == (3, 5)
    assert str(both.address) == "garden.pond.yes@soil=clay+sand"


def test_the_number_of_responses_is_everybody() -> None:
    total = gardens().total
    assert (str(total.address), total.base, number(total)) == ("garden", 10, "10")


def test_answers_come_in_the_questionnaires_order() -> None:
    series = gardens().tools.answers("hoe", "spade")
    assert list(series.members) == ["spade", "hoe"]
    assert series.name == "garden.tools.*"
    assert str(gardens().pond.share("unsure", "yes").address) == "garden.pond.yes+unsure"


def test_what_the_wave_did_not_ask_is_not_computable() -> None:
    survey = garden_survey(pond=["yes", "no"])
    for share in (survey.tools.share("rake"), survey.pond.share("yes").by("soil").clay):
        assert share.known.label == "not computable"
        assert (share.percent, share.count or 0, share.interval) == (None, 0, None)
    assert number(survey.tools.share("rake")) == "a share that this wave did not ask for"
    assert number(survey.pond.share("yes").by("soil").clay) == "a share that is not known"


def test_a_group_without_respondents_is_not_computable() -> None:
    by = garden_survey(soil=["clay"], pond=["yes"]).pond.share("yes").by("soil")
    assert (by.clay.known.label, by.peat.known.label, by.peat.base) == ("collected", "not computable", 0)


def test_a_question_whose_filter_was_not_asked_was_asked_of_everybody() -> None:
    share = garden_survey(fish=["carp", "orfe", ""]).fish.share("carp")
    assert (share.count, share.base) == (1, 2)


@pytest.mark.parametrize("names", [(), ("often",), ("yes", "yes")])
def test_answers_that_are_none_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"names none|no answer of pond|each answer once"):
        gardens().pond.share(*names)


def test_questions_and_groups_that_do_not_exist_are_refused() -> None:
    with pytest.raises(AttributeError, match="the survey of garden has no question 'lake'"):
        _ = gardens().lake
    with pytest.raises(AttributeError, match="has no 'chalk'; there are clay, sand, peat"):
        _ = gardens().pond.share("yes").by("soil").chalk
    with pytest.raises(ValueError, match="no breakdown of garden 'tools'"):
        gardens().estimate(Address("garden", "pond", ("yes",), "tools", ("rake",)))


def test_shares_of_several_questions_stand_together_under_their_words() -> None:
    survey = gardens()
    series = together("what they have", a_pond=survey.pond.share("yes"), a_rake=survey.tools.share("rake"))
    assert series.labels == {"a_pond": "a pond", "a_rake": "a rake"}
    assert series.name == "garden.pond.yes, garden.tools.rake"


def test_the_interval_is_wilsons_in_percent() -> None:
    low, high = proportion_confint(30, 120, method="wilson")
    assert counted(30, 120).interval == pytest.approx((100 * low, 100 * high), abs=1e-10)
    assert unknown().interval is None and known_to_lie(20, 30).interval is None


# How a number is known


def test_a_reconstructed_wave_tells_only_what_is_printed() -> None:
    survey = gardens()
    known = {"garden.pond.yes": printed(50).known, "garden.pond.no": Known("bounded", Fraction(10), Fraction(30))}
    told = Survey(survey.questionnaire, survey.responses, "collected", known)
    yes, no, unsure = (told.pond.share(name) for name in ("yes", "no", "unsure"))
    assert (yes.percent, yes.count, yes.known.label) == (50, 4, "printed")
    assert (no.percent, no.count, no.known.label, no.least, no.greatest) == (None, None, "bounded", 10, 30)
    assert (unsure.percent, unsure.count, unsure.identified) == (None, None, False)


def test_a_number_printed_in_words_has_no_percentage() -> None:
    words = (Printed("4.6", None, "nearly 60%"),)
    share = replace(printed(58), known=Known("printed", Fraction(55), Fraction(60), words))
    assert share.percent is None
    assert number(share) == "nearly 60%"


def test_a_number_printed_as_a_count_is_a_count() -> None:
    known = Known("printed", Fraction(0), Fraction(100), (Printed("7.7", Fraction(9), "9", "count"),))
    share = Estimate(YES, 28, 9, known, "yes", "gardeners", 37)
    assert share.counted_in_print and share.percent is None
    assert number(share) == "9 of 28"


def test_the_counts_behind_a_range_are_its_ends() -> None:
    assert counted(3, 10).counts == (3,)
    assert known_to_lie(20, 30, base=50).counts == (10, 15)
    assert known_to_lie(20, 20, base=50).counts == (10,)
    assert not_asked().counts == ()


# Small bases, in sentences

BASES = [
    (counted(4, 9), "[c]"),
    (counted(0, 1), "[c]"),
    (counted(4, 10), "4 of 10"),
    (counted(28, 29), "28 of 29"),
    (counted(15, 30), "50% [u]"),
    (counted(49, 49), "100% [u]"),
    (counted(25, 50), "50%"),
    (counted(1, 200), "1%"),
    (printed(77, base=35), "77% [u]"),
    (printed(76, base=50), "76%"),
    (printed(50, base=28), "14 of 28"),
    (known_to_lie(40, 45), "between 40% and 45%"),
    (known_to_lie(Fraction("40.2"), Fraction("44.7")), "between 40% and 45%"),
    (known_to_lie(Fraction("22.5"), Fraction("23.5"), label="implied"), "23%"),
    (known_to_lie(Fraction("22.6"), Fraction("23.6"), label="implied"), "between 22% and 24%"),
    (unknown(), "a share that is not known"),
    (not_asked(), "a share that this wave did not ask for"),
    (counted(0, 0), "a share that is not known"),
]


@pytest.mark.parametrize(("share", "text"), BASES, ids=[f"{share.known.label} {text}" for share, text in BASES])
def test_a_number_is_printed_by_the_size_of_its_base(share: Estimate, text: str) -> None:
    assert number(share) == text


# The baseline


def test_a_printed_percentage_is_shown_as_it_is_printed() -> None:
    """Every whole percentage of the register, read here on its own, is what the wave shows, or one of two printed."""
    study = open_wave("baseline")
    values: dict[str, set[int]] = {}
    with (paths.PUBLISHED / "figures.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["unit"] == "percent" and row["value"] and not row["address"].startswith("study."):
                values.setdefault(row["address"], set()).add(int(row["value"]))
    assert len(values) > 80
    for address, whole in values.items():
        survey = getattr(study, address.partition(".")[0])
        share = survey.estimate(_parsed(address))
        assert share.percent in whole and share.known.label == "printed", address


def _parsed(text: str) -> Address:
    answers, _, group = text.partition("@")
    survey, question, names = answers.split(".")
    breakdown, _, groups = group.partition("=")
    among = tuple(groups.split("+")) if groups else ()
    return Address(survey, question, tuple(names.split("+")), breakdown, among)


def test_no_number_of_the_baseline_is_collected_and_no_unprinted_count_is_told() -> None:
    study = open_wave("baseline")
    labels = set()
    for survey in (study.commissioners, study.third_sector):
        for asked in survey.questionnaire.questions:
            question = getattr(survey, asked.id)
            shares = list(question.answers())
            shares += [one for share in shares for name in survey.questionnaire.breakdowns for one in share.by(name)]
            for share in shares:
                labels.add(share.known.label)
                assert share.known.label == "printed" or share.count is None, share.address
    assert labels == {"printed", "bounded", "not identified"}


def test_the_numbers_of_responses_are_those_of_wave_yml() -> None:
    stated = yaml.safe_load((paths.WAVES / "baseline-2007" / "wave.yml").read_text("utf-8"))["surveys"]
    study = open_wave("baseline")
    assert [study.commissioners.total.base, study.third_sector.total.base] == [162, 417]
    assert [stated[name]["responses"] for name in ("commissioners", "third_sector")] == [162, 417]


def test_a_series_is_walked_in_its_order() -> None:
    series = by_soil(clay=counted(1, 20, "clay"), sand=counted(2, 20, "sand"))
    assert [one.count for one in series] == [1, 2]
    assert np.isclose(float(series.sand.exact or 0), 10)
