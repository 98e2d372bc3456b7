"""Change of a survey between two waves: by hand on gardeners, by other libraries where many are judged together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep
from support import document, garden_survey

from analysis.inputs import instruments
from analysis.inputs.addresses import parse_address
from analysis.inputs.instruments import Instrument, SurveyChanges
from analysis.inputs.questionnaire import Questionnaire
from analysis.numbers.changes import WavePair
from analysis.numbers.estimates import Known, Printed
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.surveys import Survey

YES = parse_address("garden.pond.yes")
COMPOSITION = {"profile": ["soil"], "raking": ["soil"]}

# Clay has more ponds than sand, and in the later wave it has more gardeners. By hand: 24 of 60 and 48 of 80.
BEFORE = {"clay": (16, 20), "sand": (8, 40)}
AFTER = {"clay": (42, 50), "sand": (6, 30)}
Ponds = Mapping[str, tuple[int, int]]


def gardeners(ponds: Ponds, **more: Sequence[str]) -> Survey:
    """By soil: how many have a pond, and how many there are."""
    soil = [soil for soil, (_, size) in ponds.items() for _ in range(size)]
    pond = ["yes" if i < count else "no" for count, size in ponds.values() for i in range(size)]
    return asking(garden_survey(soil=soil, pond=pond, **more), document(composition=COMPOSITION))


def asking(survey: Survey, content: dict[str, Any]) -> Survey:
    """The same answers to another questionnaire."""
    asked = Questionnaire.model_validate(content)
    return replace(survey, questionnaire=asked, responses=replace(survey.responses, questionnaire=asked))


def pair(earlier: Survey, later: Survey, then: SurveyChanges | None = None, **now: Any) -> SurveyPair:
    asked = (
        Instrument(earlier.questionnaire, then or SurveyChanges()),
        Instrument(later.questionnaire, SurveyChanges.model_validate(now)),
    )
    return SurveyPair(("then", "now"), earlier, later, asked)


def printed(survey: Survey, **figures: tuple[str, float, float]) -> Survey:
    """The survey as a report would tell it: a label and a range of percent by the answers to the pond question."""
    known = {
        address.replace("__", "@soil="): Known(
            label,  # type: ignore[arg-type]
            Fraction(low),
            Fraction(high),
            (Printed("4.6", (Fraction(low) + Fraction(high)) / 2, "as printed"),) if label == "printed" else (),
        )
        for address, (label, low, high) in figures.items()
    }
    return replace(survey, known={f"garden.pond.{name}": one for name, one in known.items()})


def test_crude_and_adjusted_change_by_hand() -> None:
    shift = pair(gardeners(BEFORE), gardeners(AFTER)).shift(YES)
    assert shift.crude is not None and shift.adjusted is not None
    assert shift.crude.value == pytest.approx(48 / 80 - 24 / 60)
    interval = confint_proportions_2indep(48, 80, 24, 60, method="newcomb", compare="diff")
    assert shift.crude.interval == pytest.approx(interval, rel=1e-9)
    # A third of the earlier gardeners had clay: 1/3 of 84% and 2/3 of 20%, less 40%.
    assert shift.adjusted.value == pytest.approx(0.84 / 3 + 0.2 * 2 / 3 - 0.4)
    assert shift.parts is not None
    rate = (20 / 60 + 50 / 80) / 2 * (0.84 - 0.8) + (40 / 60 + 30 / 80) / 2 * (0.2 - 0.2)
    assert shift.parts.rate == pytest.approx((rate, rate))
    assert shift.parts.rate[0] + shift.parts.composition[0] == pytest.approx(0.2)
    # Raking to the one margin is standardising to it.
    assert shift.raked == pytest.approx(shift.adjusted.value)
    assert shift.label == "pond: yes"


def test_respondents_who_did_not_say_their_group_are_left_out_of_the_adjusted_change() -> None:
    more = {**BEFORE, "": (9, 10)}
    earlier = gardeners(more)
    shift = pair(earlier, gardeners(AFTER)).shift(YES)
    assert shift.crude is not None and shift.adjusted is not None
    assert shift.crude.value == pytest.approx(48 / 80 - 33 / 70)
    assert shift.adjusted.value == pytest.approx(0.84 / 3 + 0.2 * 2 / 3 - 0.4)


def test_who_left_the_question_out_counts_in_no_group() -> None:
    # Ten more on sand did not say whether they have a pond, in each wave.
    earlier, later = gardeners(BEFORE), gardeners(AFTER)
    silent = [silent_on_sand(survey) for survey in (earlier, later)]
    shift, usual = pair(*silent).shift(YES), pair(earlier, later).shift(YES)
    assert shift.adjusted is not None and usual.adjusted is not None
    assert shift.adjusted.value == pytest.approx(usual.adjusted.value)
    assert shift.adjusted.interval == pytest.approx(usual.adjusted.interval)


def test_raking_weighs_all_respondents_and_counts_those_who_answered() -> None:
    # By hand: 20 and 40 before, 50 and 40 after, of whom ten on sand are silent: weights of 0.6 and 1.5.
    shift = pair(gardeners(BEFORE), silent_on_sand(gardeners(AFTER))).shift(YES)
    assert shift.raked == pytest.approx((42 * 0.6 + 6 * 1.5) / (50 * 0.6 + 30 * 1.5) - 0.4)


def silent_on_sand(survey: Survey, more: int = 10) -> Survey:
    """With ten more gardeners on sand who left out the question about ponds."""
    codes = {name: np.append(found, np.full(more, 2 if name == "soil" else 0)) for name, found in
             survey.responses.codes.items()}  # fmt: skip
    return replace(survey, responses=replace(survey.responses, size=survey.responses.size + more, codes=codes))


def test_of_a_printed_share_the_part_of_those_who_told_their_group_is_a_range() -> None:
    # 34 of 70 with a pond, of whom ten did not tell their soil: among the other 60 there are 24 to 34.
    earlier = printed(gardeners({**BEFORE, "": (10, 10)}), yes=("printed", 48.5, 48.6))
    shift = pair(earlier, gardeners(AFTER)).shift(YES)
    assert shift.crude is not None and shift.crude.value is not None
    assert shift.adjusted is not None and shift.adjusted.value is None
    expected = 0.84 / 3 + 0.2 * 2 / 3
    ends = shift.adjusted.least, shift.adjusted.greatest
    assert ends == pytest.approx((expected - 34 / 60, expected - 24 / 60), abs=0.002)


def test_a_change_within_a_group_needs_no_adjusting() -> None:
    # 20 of clay are too few to show a change, 40 of sand are shown, but nothing is said of them.
    survey = pair(gardeners(BEFORE), gardeners(AFTER))
    clay, sand = (survey.shift(YES.among("soil", soil)) for soil in ("clay", "sand"))
    assert (clay.crude, clay.why) == (None, "fewer than 30 answered in one of the waves")
    assert sand.crude is not None and sand.crude.value == pytest.approx(0)
    assert (sand.adjusted, sand.why, sand.said) == (None, "fewer than 50 answered in one of the waves", False)
    assert sand.unadjusted == "one group has no composition"


def test_fifty_answers_in_each_wave_are_enough() -> None:
    enough, short = {"clay": (10, 25), "sand": (10, 25)}, {"clay": (10, 25), "sand": (10, 24)}
    assert pair(gardeners(enough), gardeners(enough)).shift(YES).said
    assert not pair(gardeners(enough), gardeners(short)).shift(YES).said
    assert not pair(gardeners(short), gardeners(enough)).shift(YES).said


def test_a_change_of_who_answered_is_shown_and_not_judged() -> None:
    shift = pair(gardeners(BEFORE), gardeners(AFTER)).shift(parse_address("garden.soil.clay"))
    assert shift.crude is not None and shift.crude.value == pytest.approx(50 / 80 - 20 / 60)
    assert (shift.said, shift.why) == (False, "it says who answered, not what changed")


def test_a_question_asked_otherwise_has_no_change() -> None:
    reworded = {"pond": {"why": "it was unclear", "wording": "A pond?"}}
    content = document(composition=COMPOSITION)
    content["questions"][1]["wording"] = "A pond?"
    later = asking(gardeners(AFTER), content)
    shift = pair(gardeners(BEFORE), later, changed=reworded).shift(YES)
    assert (shift.crude, shift.adjusted) == (None, None)
    assert shift.why == "the question was worded otherwise: it was unclear"
    assert (shift.before.percent, shift.after.percent) == (40, 60)


def test_groups_asked_otherwise_leave_the_crude_change_alone() -> None:
    content = document(composition=COMPOSITION)
    content["questions"][0]["wording"] = "Your soil?"
    later = asking(gardeners(AFTER), content)
    shift = pair(gardeners(BEFORE), later, changed={"soil": {"why": "shorter", "wording": "Your soil?"}}).shift(YES)
    assert shift.crude is not None and (shift.adjusted, shift.raked) == (None, None)
    assert shift.unadjusted == "not adjusted for who answered (soil: the question was worded otherwise: shorter)"
    assert shift.caveat == "no clear change"
    assert replace(shift, clear=True).caveat == "not adjusted for who answered"
    assert replace(shift, clear=True).verdict == "not robust"


def test_an_answer_that_only_the_later_wave_has_cannot_be_compared() -> None:
    content = document(composition=COMPOSITION)
    content["questions"][1]["answers"].append({"id": "drained", "label": "drained"})
    later = asking(gardeners(AFTER), content)
    added = {"pond": {"why": "droughts", "added": [{"id": "drained", "label": "drained"}]}}
    shift = pair(gardeners(BEFORE), later, changed=added).shift(parse_address("garden.pond.drained"))
    assert (shift.crude, shift.why) == (None, "other answers were offered: droughts")


# An earlier wave that was reconstructed


def test_a_printed_percentage_gives_a_value_and_widens_the_interval() -> None:
    earlier = printed(gardeners(BEFORE), yes=("printed", 39.5, 40.5))
    shift = pair(earlier, gardeners(AFTER)).shift(YES)
    assert shift.crude is not None and shift.adjusted is not None and shift.parts is not None
    assert shift.crude.value == pytest.approx(0.2)
    assert (shift.crude.least, shift.crude.greatest) == pytest.approx((0.195, 0.205))
    assert shift.adjusted.value == pytest.approx(0.84 / 3 + 0.2 * 2 / 3 - 0.4)
    # How each soil answered is not printed: all 20 on clay may have ponds, or none of them.
    counted = pair(gardeners(BEFORE), gardeners(AFTER)).shift(YES)
    assert counted.adjusted is not None
    assert shift.adjusted.interval[0] < counted.adjusted.interval[0]
    assert shift.adjusted.interval[1] > counted.adjusted.interval[1]
    step = (50 / 80 - 20 / 60) / 2
    least, greatest = ((clay / 20 + 0.84) * step - ((24 - clay) / 40 + 0.2) * step for clay in (0, 20))
    assert shift.parts.composition == pytest.approx((least, greatest), abs=0.006)


def test_a_printed_group_narrows_the_parts() -> None:
    free = printed(gardeners(BEFORE), yes=("printed", 39.5, 40.5))
    told = printed(gardeners(BEFORE), yes=("printed", 39.5, 40.5), yes__clay=("printed", 79.5, 80.5))
    widths = []
    for earlier in (free, told):
        parts = pair(earlier, gardeners(AFTER)).shift(YES).parts
        assert parts is not None
        widths.append(parts.composition[1] - parts.composition[0])
    assert widths[1] < 0.1 * widths[0]


def test_a_bounded_share_gives_the_bounds_of_the_change_and_no_value() -> None:
    shift = pair(printed(gardeners(BEFORE), yes=("bounded", 30, 45)), gardeners(AFTER)).shift(YES)
    assert shift.crude is not None and shift.adjusted is not None
    assert (shift.crude.value, shift.adjusted.value, shift.raked) == (None, None, None)
    assert (shift.crude.least, shift.crude.greatest) == pytest.approx((0.15, 0.3))
    low = confint_proportions_2indep(48, 80, 27, 60, method="newcomb", compare="diff")[0]
    high = confint_proportions_2indep(48, 80, 18, 60, method="newcomb", compare="diff")[1]
    assert shift.crude.interval == pytest.approx((low, high), rel=1e-9)


def test_what_was_not_printed_has_no_change() -> None:
    shift = pair(printed(gardeners(BEFORE), no=("printed", 59.5, 60.5)), gardeners(AFTER)).shift(YES)
    assert (shift.crude, shift.why) == (None, "it cannot be known from what was printed")


# Many changes, judged together

TOOLS = ("spade", "rake", "hoe")


def wave(yes: int, spades: int, rakes: int, hoes: int, size: int = 100) -> Survey:
    tools = [
        ";".join(tool for tool, count in zip(TOOLS, (spades, rakes, hoes), strict=True) if i < count) or "none"
        for i in range(size)
    ]
    half = size // 2
    ponds = {"clay": (yes // 2, half), "sand": (yes - yes // 2, size - half)}
    return gardeners(ponds, tools=tools)


def judged(earlier: Survey, later: Survey, *confirmatory: str) -> WavePair:
    return WavePair({"garden": pair(earlier, later)}, tuple(parse_address(name) for name in confirmatory))


def test_the_family_is_every_answer_of_every_comparable_question_but_who_answered() -> None:
    changes = judged(wave(40, 50, 50, 50), wave(40, 50, 50, 50)).comparable
    assert [str(one.address) for one in changes if one.said] == [
        *(f"garden.pond.{answer}" for answer in ("yes", "no", "unsure")),
        *(f"garden.tools.{answer}" for answer in (*TOOLS, "none")),
    ]


def test_exploratory_changes_are_adjusted_after_benjamini_and_hochberg() -> None:
    changes = [one for one in judged(wave(40, 50, 52, 61), wave(55, 66, 52, 60)).comparable if one.said]
    raw = [one.crude.p_value for one in changes if one.crude]
    expected = multipletests(raw, alpha=0.1, method="fdr_bh")[1]
    assert [one.p_value for one in changes] == pytest.approx(list(expected), rel=1e-9)
    assert {one.family for one in changes} == {"exploratory"}
    adjusted = multipletests([one.adjusted.p_value for one in changes if one.adjusted], method="fdr_bh")[1]
    assert [one.adjusted_p for one in changes] == pytest.approx(list(adjusted), rel=1e-9)


def test_the_list_fixed_in_advance_is_adjusted_after_holm_and_is_not_in_the_family() -> None:
    pond, spade = "garden.pond.yes", "garden.tools.spade"
    changes = judged(wave(40, 50, 52, 61), wave(56, 66, 52, 60), pond, spade)
    raw = [one.crude.p_value for one in changes.key if one.crude]
    assert [one.p_value for one in changes.key] == pytest.approx(list(multipletests(raw, method="holm")[1]), rel=1e-9)
    assert [one.verdict for one in changes.key] == ["rose", "rose"]
    others = [one for one in changes.comparable if one.family == "exploratory" and one.said]
    assert len(others) == 5
    expected = multipletests([one.crude.p_value for one in others if one.crude], method="fdr_bh")[1]
    assert [one.p_value for one in others] == pytest.approx(list(expected), rel=1e-9)


def test_what_is_not_in_the_family_is_judged_as_one_more_of_it() -> None:
    changes = judged(wave(40, 50, 52, 61), wave(55, 66, 52, 60))
    shift = changes.shift(parse_address("garden.pond.yes+unsure"))
    raw = [one.crude.p_value for one in changes.comparable if one.crude]
    assert shift.crude is not None
    expected = multipletests([*raw, shift.crude.p_value], method="fdr_bh")[1][-1]
    assert shift.p_value == pytest.approx(expected, rel=1e-9)


def test_one_clear_change_among_many_that_are_none() -> None:
    changes = judged(wave(40, 50, 50, 50), wave(62, 50, 50, 51))
    found = {str(one.address): one.verdict for one in changes.comparable if one.said}
    assert found == {
        "garden.pond.yes": "rose",
        "garden.pond.no": "fell",
        "garden.pond.unsure": "no clear change",
        **{f"garden.tools.{tool}": "no clear change" for tool in (*TOOLS, "none")},
    }


def test_a_shift_of_who_answered_is_not_reported_as_change() -> None:
    big = {"clay": (64, 80), "sand": (32, 160)}, {"clay": (160, 200), "sand": (8, 40)}
    shift = judged(gardeners(big[0]), gardeners(big[1])).shift(YES)
    assert shift.crude is not None and shift.crude.value == pytest.approx(0.3)
    assert shift.adjusted is not None and shift.adjusted.value == pytest.approx(0)
    assert (shift.clear, shift.adjusted_clear) == (True, False)
    assert (shift.verdict, shift.caveat) == ("not robust", "not robust to who answered")


def test_a_change_that_only_the_crude_one_shows_clearly_is_not_robust() -> None:
    shift = judged(wave(40, 50, 50, 50), wave(62, 50, 50, 51)).shift(YES)
    assert shift.crude is not None and shift.adjusted is not None
    assert shift.crude.sign == shift.adjusted.sign == 1
    assert replace(shift, adjusted_clear=False).verdict == "not robust"
    assert replace(shift, clear=False).verdict == "not robust"
    assert replace(shift, clear=False, adjusted_clear=False).verdict == "no clear change"


def test_raking_that_turns_a_change_round_makes_it_not_robust() -> None:
    shift = judged(wave(40, 50, 50, 50), wave(62, 50, 50, 51)).shift(YES)
    assert shift.verdict == "rose"
    assert replace(shift, raked=-0.01).verdict == "not robust"
    assert replace(shift, raked=None).verdict == "rose"


def test_an_item_must_be_clear_within_its_question_too(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, later = wave(40, 50, 50, 50), wave(40, 72, 50, 50)
    assert judged(earlier, later).shift(parse_address("garden.tools.spade")).verdict == "rose"
    monkeypatch.setattr("analysis.numbers.changes.WITHIN_QUESTION", 0.0)
    assert judged(earlier, later).shift(parse_address("garden.tools.spade")).verdict == "no clear change"
    # A statistic that was named in advance is one comparison, not one of several.
    assert judged(earlier, later, "garden.tools.spade").shift(parse_address("garden.tools.spade")).verdict == "rose"


def test_an_item_of_a_reconstructed_wave_must_pass_holm_within_its_question() -> None:
    known = {f"garden.tools.{tool}": Known("printed", Fraction(99, 2), Fraction(101, 2)) for tool in TOOLS}
    earlier = replace(wave(40, 50, 50, 50), known=known)
    # p = 0.034 for spades among three items: clear at 10% with nothing else in the family, not within its question.
    changes = judged(earlier, wave(40, 66, 50, 50))
    spade = changes.shift(parse_address("garden.tools.spade"))
    assert spade.crude is not None and 0.05 / 3 < spade.crude.p_value < 0.1 / 3
    assert spade.p_value is not None and spade.p_value <= 0.1
    assert not spade.clear
    # Two of the three that are clear after Benjamini and Hochberg are not so after Holm.
    changes = judged(earlier, wave(40, 67, 67, 50))
    raw = [
        one.crude.p_value for one in changes.comparable if one.said and one.crude and one.address.question == "tools"
    ]
    assert min(multipletests(raw, method="fdr_bh")[1]) < 0.05 < min(multipletests(raw, method="holm")[1])
    assert not changes.shift(parse_address("garden.tools.spade")).clear


def test_questions_asked_otherwise_are_in_no_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruments, "questionnaires", dict)
    survey = pair(wave(40, 50, 50, 50), wave(40, 50, 50, 50), dropped={"tools": {"why": "too long"}})
    found = WavePair({"garden": survey}).comparable
    assert {one.address.question for one in found} == {"pond", "fish"}
