"""Each claim of the vocabulary, in each state that it can be in, over answers that can be counted on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import yaml
from statsmodels.stats.proportion import confint_proportions_2indep
from support import by_soil, counted, garden_survey, known_to_lie, not_asked, printed, states, unknown

from analysis import paths
from analysis.claims.claims import Claim
from analysis.claims.vocabulary import (
    at_least,
    differs,
    exceeds,
    fits,
    highest,
    lowest,
    majority,
    minority,
    ranked,
    similar,
)
from analysis.numbers.estimates import Estimate, Known
from analysis.numbers.surveys import Series, together

SERIES = "garden.pond.yes@soil"


def soils(*counts: int, base: int = 100) -> Series:
    """Of clay, sand and peat gardens, so many of a hundred have a pond."""
    names = ("clay", "sand", "peat")
    return by_soil(**{name: counted(k, base, name) for name, k in zip(names, counts, strict=False)})


def told_in_words(claim: str) -> dict[str, dict[str, str]]:
    return {"reported": {claim: "4.6"}}


def soils_unknown(**more: Any) -> Series:
    return by_soil(**{name: unknown(name, **more) for name in ("clay", "sand", "peat")})


# One share


SINGLE: list[tuple[Callable[[Estimate], Claim], str, list[tuple[str, Estimate]]]] = [
    (
        majority,
        "majority(garden.pond.yes)",
        [
            ("holds", counted(60, 100)),  # Wilson from 50.2
            ("within noise", counted(59, 100)),  # Wilson from 49.2
            ("within noise", counted(51, 100)),
            ("false", counted(50, 100)),
            ("false", counted(0, 100)),
            ("holds", printed(67)),
            ("within noise", printed(51)),
            ("false", printed(49)),
            ("not computable", printed(50)),
            ("holds", known_to_lie(62, 70)),
            ("false", known_to_lie(45, 50)),
            ("not computable", known_to_lie(49, 52)),
        ],
    ),
    (
        minority,
        "minority(garden.pond.yes)",
        [
            ("holds", counted(40, 100)),
            ("within noise", counted(41, 100)),
            ("within noise", counted(49, 100)),
            ("false", counted(50, 100)),
            ("false", counted(100, 100)),
            ("holds", printed(33)),
            ("within noise", printed(49)),
            ("false", printed(51)),
            ("not computable", printed(50)),
            ("not computable", known_to_lie(49, 52)),
        ],
    ),
    (
        lambda share: at_least(share, 40),
        "at_least(garden.pond.yes, 40)",
        [
            ("holds", counted(40, 100)),
            ("false", counted(39, 100)),
            ("holds", printed(41)),
            ("false", printed(39)),
            ("not computable", printed(40)),
            ("holds", known_to_lie(40, 45)),
            ("false", known_to_lie(30, 40)),
            ("not computable", known_to_lie(39, 41)),
        ],
    ),
    (
        lambda share: fits(share, "Around Half"),
        "fits(garden.pond.yes, around half)",
        [
            ("holds", counted(45, 100)),
            ("holds", counted(55, 100)),
            ("false", counted(44, 100)),
            ("false", counted(56, 100)),
            ("holds", printed(46)),
            ("holds", known_to_lie(46, 55)),
            ("false", known_to_lie(10, 44)),
            ("not computable", known_to_lie(44, 46)),
        ],
    ),
]

SINGLE_CASES = [(claim, name, share, state) for claim, name, cases in SINGLE for state, share in cases]


@pytest.mark.parametrize(
    ("claim", "name", "share", "state"),
    SINGLE_CASES,
    ids=[f"{name.partition('(')[0]} {share.known.least}-{share.known.greatest}" for _, name, share, _ in SINGLE_CASES],
)
def test_a_claim_about_one_share(claim: Callable[[Estimate], Claim], name: str, share: Estimate, state: str) -> None:
    made = claim(share)
    assert (made.name, made.state) == (name, state)
    assert made.terms == (share,)
    assert made.stands == (state in ("holds", "within noise"))


@pytest.mark.parametrize(("claim", "name"), [(claim, name) for claim, name, _ in SINGLE], ids=[n for _, n, _ in SINGLE])
def test_what_no_figure_decides_is_as_reported_or_not_computable(claim: Callable[[Estimate], Claim], name: str) -> None:
    reported = claim(unknown(**told_in_words(name)))
    assert (reported.state, reported.where, reported.margin) == ("as reported", "4.6", None)
    assert reported.stands
    untold = claim(unknown(**told_in_words("majority(garden.pond.no)")))
    assert (untold.state, untold.margin, untold.stands) == ("not computable", None, False)
    assert claim(not_asked()).state == "not computable"
    asked_nobody = replace(not_asked(), reported={name: "4.6"})
    assert claim(asked_nobody).state == "not computable", "a wave that did not ask cannot report either"


def test_figures_are_not_overruled_by_words() -> None:
    words = told_in_words("majority(garden.pond.yes)")["reported"]
    assert majority(replace(printed(49), reported=words)).state == "false"
    assert majority(replace(printed(67), reported=words)).state == "holds"
    assert majority(replace(printed(51), reported=words)).state == "within noise"
    assert majority(replace(printed(50), reported=words)).state == "as reported"


# Two shares


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (counted(80, 100, "clay"), counted(20, 100, "sand"), "holds"),
        (counted(51, 100, "clay"), counted(50, 100, "sand"), "within noise"),
        (counted(50, 100, "clay"), counted(50, 100, "sand"), "false"),
        (counted(20, 100, "clay"), counted(80, 100, "sand"), "false"),
        (printed(80, group="clay"), printed(20, group="sand"), "holds"),
        (printed(51, group="clay"), printed(50, group="sand"), "within noise"),
        (printed(50, group="clay"), printed(50, group="sand"), "not computable"),
        (printed(50, group="clay"), printed(51, group="sand"), "false"),
        (known_to_lie(60, 70, group="clay"), known_to_lie(10, 20, group="sand"), "holds"),
        (known_to_lie(10, 70, group="clay"), known_to_lie(10, 20, group="sand"), "not computable"),
        (counted(9, 9, "clay"), counted(1, 100, "sand"), "not computable"),
        (counted(9, 10, "clay"), counted(1, 100, "sand"), "holds"),
        (counted(90, 100, "clay"), not_asked("sand"), "not computable"),
        (counted(90, 100, "clay"), counted(0, 0, "sand"), "not computable"),
        (unknown("clay", **told_in_words(f"{SERIES}=clay > {SERIES}=sand")), unknown("sand"), "as reported"),
        (unknown("clay", **told_in_words(f"{SERIES}=sand > {SERIES}=clay")), unknown("sand"), "not computable"),
    ],
)
def test_one_share_exceeds_another(first: Estimate, second: Estimate, state: str) -> None:
    claim = exceeds(first, second)
    assert claim.name == "garden.pond.yes@soil=clay > garden.pond.yes@soil=sand"
    assert claim.state == state


# Series

Made = Callable[[Series], Claim]

SEVERAL: list[tuple[str, Made, list[tuple[str, tuple[int, ...]]]]] = [
    (
        f"highest({SERIES}, sand)",
        lambda series: highest(series, "sand"),
        [("holds", (20, 80, 30)), ("within noise", (50, 51, 20)), ("false", (51, 50, 20)), ("false", (50, 50, 20))],
    ),
    (
        f"highest({SERIES}, clay+peat)",
        lambda series: highest(series, "peat", "clay"),
        [("holds", (80, 20, 70)), ("within noise", (80, 50, 51)), ("false", (80, 50, 50))],
    ),
    (
        f"lowest({SERIES}, sand)",
        lambda series: lowest(series, "sand"),
        [("holds", (80, 20, 70)), ("within noise", (51, 50, 80)), ("false", (50, 51, 80)), ("false", (50, 50, 80))],
    ),
    (
        f"ranked({SERIES}, peat, clay)",
        lambda series: ranked(series, "peat", "clay"),
        [("holds", (50, 20, 80)), ("within noise", (50, 49, 80)), ("false", (80, 20, 50)), ("false", (20, 50, 80))],
    ),
    (
        f"similar({SERIES})",
        similar,
        [("holds", (50, 52, 60)), ("holds", (50, 50, 50)), ("false", (50, 61, 50)), ("false", (20, 50, 80))],
    ),
    (
        f"differs({SERIES})",
        differs,
        [("holds", (20, 50, 80)), ("within noise", (50, 51, 50)), ("false", (50, 50, 50))],
    ),
]

SERIES_CASES = [(name, claim, counts, state) for name, claim, cases in SEVERAL for state, counts in cases]


@pytest.mark.parametrize(
    ("name", "claim", "counts", "state"), SERIES_CASES, ids=[f"{case[0]} {case[2]}" for case in SERIES_CASES]
)
def test_a_claim_about_a_series(name: str, claim: Made, counts: tuple[int, ...], state: str) -> None:
    made = claim(soils(*counts))
    assert (made.name, made.state) == (name, state)
    assert {term.address.groups for term in made.terms} == {("clay",), ("sand",), ("peat",)}


@pytest.mark.parametrize(("name", "claim"), [case[:2] for case in SEVERAL], ids=[case[0] for case in SEVERAL])
def test_a_series_that_no_figure_decides(name: str, claim: Made) -> None:
    assert claim(soils_unknown()).state == "not computable"
    reported = claim(soils_unknown(**told_in_words(name)))
    assert (reported.state, reported.where) == ("as reported", "4.6")
    nobody_asked = by_soil(clay=not_asked("clay"), sand=not_asked("sand"), peat=not_asked("peat"))
    assert claim(nobody_asked).state == "not computable"


@pytest.mark.parametrize(("name", "claim"), [case[:2] for case in SEVERAL], ids=[case[0] for case in SEVERAL])
def test_groups_that_nobody_belongs_to_leave_nothing_to_compare(name: str, claim: Made) -> None:
    nobody = [counted(0, 0, group) for group in ("clay", "sand", "peat")]
    assert claim(by_soil(clay=nobody[0], sand=nobody[1], peat=nobody[2])).state == "not computable"
    alone = by_soil(clay=nobody[0], sand=counted(80, 100, "sand"), peat=nobody[2])
    assert claim(alone).state == "not computable", "one group alone is neither highest nor like the others"


def test_a_group_that_nobody_belongs_to_does_not_stop_the_others_from_being_compared() -> None:
    series = by_soil(clay=counted(80, 100, "clay"), sand=counted(20, 100, "sand"), peat=counted(0, 0, "peat"))
    assert states(highest(series, "clay"), lowest(series, "sand"), differs(series)) == ["holds"] * 3
    assert highest(series, "peat").state == "not computable"


def test_a_series_partly_printed_is_decided_where_what_is_printed_suffices() -> None:
    rest = known_to_lie(20, 45, group="peat")
    series = by_soil(clay=printed(80, group="clay"), sand=printed(30, group="sand"), peat=rest)
    assert states(highest(series, "clay"), lowest(series, "sand"), similar(series), differs(series)) == [
        "holds",
        "not computable",
        "false",
        "holds",
    ]


def least_clear(count: int, comparisons: int) -> int:
    """The smallest count of a hundred that lies clearly above another, by statsmodels."""

    def low(more: int) -> float:
        alpha = 0.05 / comparisons
        return float(confint_proportions_2indep(more, 100, count, 100, method="newcomb", alpha=alpha)[0])

    return next(more for more in range(count, 101) if low(more) > 0)


def test_clear_differences_between_many_groups_are_harder_to_reach() -> None:
    alone, one_of_three = least_clear(51, 1), least_clear(51, 3)
    assert alone < one_of_three
    assert exceeds(counted(alone, 100, "sand"), counted(51, 100, "clay")).state == "holds"
    assert highest(soils(51, alone), "sand").state == "holds"
    for count, state in ((alone, "within noise"), (one_of_three - 1, "within noise"), (one_of_three, "holds")):
        others = {name: counted(51, 100, name) for name in ("clay", "sand", "peat")}
        assert highest(by_soil(**others, loam=counted(count, 100, "loam")), "loam").state == state
        low = {name: counted(100 - 51, 100, name) for name in others}
        assert lowest(by_soil(**low, loam=counted(100 - count, 100, "loam")), "loam").state == state


def test_a_ranking_compares_each_step_and_the_last_with_all_others() -> None:
    clear, not_clear = least_clear(51, 2), least_clear(51, 2) - 1
    assert ranked(soils(51, clear, 1), "sand", "clay").state == "holds"
    assert ranked(soils(51, not_clear, 1), "sand", "clay").state == "within noise"
    assert ranked(soils(51, 99, 51), "sand", "clay").state == "false"


def test_shares_that_lie_close_but_differ_clearly_are_not_similar() -> None:
    assert similar(soils(1000, 1150, base=2000)).state == "false"
    assert similar(soils(50, 57)).state == "holds"


def test_a_name_that_is_no_member_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no 'chalk'; there are clay, sand, peat"):
        highest(soils(1, 2, 3), "chalk")


def test_answers_of_a_question_are_compared_as_of_the_same_people() -> None:
    survey = garden_survey(pond=["yes"] * 34 + ["no"] * 16 + ["unsure"] * 10)
    claim = highest(survey.pond.answers(), "yes")
    assert (claim.name, claim.state) == ("highest(garden.pond.*, yes)", "holds")
    close = garden_survey(pond=["yes"] * 26 + ["no"] * 24 + ["unsure"] * 10)
    assert highest(close.pond.answers(), "yes").state == "within noise"


def test_shares_of_several_questions_are_claimed_about_by_their_addresses() -> None:
    survey = garden_survey(pond=["yes"] * 50 + ["no"] * 10, tools=["rake"] * 10 + ["hoe"] * 50)
    series = together("things", ponds=survey.pond.share("yes"), rakes=survey.tools.share("rake"))
    assert highest(series, "ponds").name == "highest(garden.pond.yes, garden.tools.rake, ponds)"
    assert highest(series, "ponds").state == "holds"


# Margins


@pytest.mark.parametrize(
    ("claim", "margin"),
    [
        (majority(counted(60, 100)), 10),
        (majority(counted(40, 100)), -10),
        (minority(counted(40, 100)), 10),
        (minority(counted(70, 100)), -20),
        (at_least(counted(45, 100), 40), 5),
        (at_least(counted(30, 100), 40), -10),
        (fits(counted(47, 100), "around half"), 2),
        (fits(counted(40, 100), "around half"), -5),
        (exceeds(counted(60, 100, "clay"), counted(45, 100, "sand")), 15),
        (exceeds(counted(45, 100, "clay"), counted(60, 100, "sand")), -15),
        (exceeds(printed(60, group="clay"), printed(45, group="sand")), 14),
        (exceeds(printed(45, group="clay"), printed(60, group="sand")), -14),
        (highest(soils(20, 80, 30), "sand"), 50),
        (highest(soils(20, 80, 30), "peat"), -50),
        (lowest(soils(20, 80, 30), "clay"), 10),
        (ranked(soils(20, 80, 30), "sand", "peat"), 10),
        (similar(soils(50, 52, 56)), 4),
        (similar(soils(20, 80, 30)), -50),
        (differs(soils(20, 80, 30)), 60),
    ],
)
def test_the_margin_is_the_distance_to_flipping(claim: Claim, margin: int) -> None:
    assert claim.margin == Fraction(margin)
    assert (margin >= 0) == claim.stands


# Claims made of claims

HOLDS, NOISE, FALSE = majority(counted(90, 100)), majority(counted(51, 100)), majority(counted(10, 100))
REPORTED = majority(unknown(**told_in_words("majority(garden.pond.yes)")))
UNTOLD = majority(unknown())
FROM_BEST = [HOLDS, REPORTED, NOISE, UNTOLD, FALSE]


def test_the_five_claims_are_in_the_five_states() -> None:
    assert states(*FROM_BEST) == ["holds", "as reported", "within noise", "not computable", "false"]


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("j", range(5))
def test_and_is_as_good_as_the_worse_and_or_as_the_better(i: int, j: int) -> None:
    one, other = FROM_BEST[i], FROM_BEST[j]
    assert (one & other).state == FROM_BEST[max(i, j)].state
    assert (one | other).state == FROM_BEST[min(i, j)].state


def test_a_claim_made_of_claims_names_both_and_rests_on_both() -> None:
    sand, clay = exceeds(counted(80, 100, "sand"), counted(20, 100, "clay")), majority(counted(80, 100, "sand"))
    both, either = sand & clay, sand | clay
    assert both.name == f"({SERIES}=sand > {SERIES}=clay & majority({SERIES}=sand))"
    assert either.name == f"({SERIES}=sand > {SERIES}=clay | majority({SERIES}=sand))"
    assert [term.address.groups for term in both.terms] == [("sand",), ("clay",)]
    assert (both.margin, either.margin) == (30, 60)
    assert both.says("more than") and both.says("a majority")


def test_a_claim_is_neither_true_nor_false() -> None:
    for claim in FROM_BEST:
        with pytest.raises(TypeError, match="a claim has five states, not two"):
            bool(claim)
    with pytest.raises(TypeError, match="five states"):
        _ = HOLDS and NOISE


# Words

WORDS: list[tuple[Claim, list[str], list[str]]] = [
    (majority(counted(60, 100)), ["Most", "a majority", "More than half"], ["many", "almost all", "half"]),
    (minority(counted(40, 100)), ["a minority", "fewer than half", "Less than half"], ["most", "few", "rarely"]),
    (highest(soils(1, 2, 3), "peat"), ["the most likely", "highest"], ["almost as likely", "the least likely", "high"]),
    (lowest(soils(1, 2, 3), "clay"), ["the least likely", "lowest"], ["the most likely", "low"]),
    (
        exceeds(counted(60, 100, "clay"), counted(40, 100, "sand")),
        ["more often", "less often", "outweigh", "Fewer"],
        ["most", "as often as", "differ"],
    ),
    (ranked(soils(1, 2, 3), "peat", "sand"), ["followed by", "most common"], ["more", "least"]),
    (similar(soils(50, 51, 50)), ["similar", "much the same"], ["differ", "dissimilar", "varied"]),
    (differs(soils(20, 50, 80)), ["differed", "varied", "differences", "depends"], ["similar", "the same"]),
    (at_least(counted(45, 100), 40), ["at least", "or more"], ["about", "at most"]),
    (fits(counted(50, 100), "half"), ["half"], ["most", "a third"]),
]


@pytest.mark.parametrize(("claim", "meant", "not_meant"), WORDS, ids=[claim.name for claim, _, _ in WORDS])
def test_a_claim_is_said_in_words_that_mean_it(claim: Claim, meant: list[str], not_meant: list[str]) -> None:
    assert [words for words in meant if not claim.says(words)] == []
    assert [words for words in not_meant if claim.says(words)] == []
    assert claim.says("")


# Phrases of quantity


def table_of_phrases() -> list[tuple[str, Fraction, Fraction, bool, bool]]:
    """The table as its file has it, read here without the study's own reader."""
    table = yaml.safe_load((paths.PUBLISHED / "quantities.yml").read_text("utf-8"))
    ends = {words: (Fraction(str(row["low"])), Fraction(str(row["high"]))) for words, row in table.items()}
    return [(words, *ends[words], "low_open" in row, "high_open" in row) for words, row in table.items()]


def exactly(percent: Fraction) -> Estimate:
    """A share that is known to lie at one point and is shown as no whole percentage."""
    return replace(counted(0, 100), count=None, known=Known("bounded", percent, percent))


@pytest.mark.parametrize(("words", "low", "high", "low_open", "high_open"), table_of_phrases())
def test_a_phrase_may_be_said_up_to_the_ends_of_its_range(
    words: str, low: Fraction, high: Fraction, low_open: bool, high_open: bool
) -> None:
    hair = Fraction(1, 10**6)
    cases = {low: not low_open, high: not high_open, low + hair: True, high - hair: True}
    cases |= {low - hair: False, high + hair: False}
    if low == high:
        cases = {low: True, low - hair: False, low + hair: False}
    for percent, inside in cases.items():
        if 0 <= percent <= 100:
            assert fits(exactly(percent), words).state == ("holds" if inside else "false"), (words, percent)


@pytest.mark.parametrize(("words", "low", "high", "low_open", "high_open"), table_of_phrases())
def test_all_of_a_range_must_lie_in_the_range_of_its_words(
    words: str, low: Fraction, high: Fraction, low_open: bool, high_open: bool
) -> None:
    inner = (high - low) / 10
    if low == high:
        return
    assert fits(known_to_lie(low + inner, high - inner), words).state == "holds"
    if low > 0:
        assert fits(known_to_lie(low - inner, high - inner), words).state == "not computable"
    if high < 100:
        assert fits(known_to_lie(low + inner, high + inner), words).state == "not computable"
    if low >= 1:
        assert fits(known_to_lie(0, low - inner / 100), words).state == "false"


def test_words_are_held_against_the_number_that_is_shown() -> None:
    # 49.6% is shown as 50%: half of readers would call "just under half" wrong beside it.
    share = counted(248, 500)
    assert share.percent == 50
    assert states(fits(share, "half"), fits(share, "just under half")) == ["holds", "false"]
    assert fits(counted(247, 500), "just under half").state == "holds"


def test_words_that_no_table_has_are_refused() -> None:
    with pytest.raises(ValueError, match="the table of phrases has no 'oodles'"):
        fits(counted(50, 100), "oodles")
