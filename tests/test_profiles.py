"""Who answered: groups that both waves can tell apart, merged by a hierarchy that was fixed before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import document, garden_survey, question

from analysis.inputs.composition import Composition, obstacles
from analysis.inputs.patterns import Patterns
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses
from analysis.numbers.profiles import Profile, profile_of
from analysis.numbers.rakes import raked_to
from analysis.numbers.surveys import Survey

SOILS = ("clay", "sand", "peat", "chalk", "loam")
WIDER = {"soil": [{"id": "heavy", "of": ["clay", "loam"]}, {"id": "light", "of": ["sand", "chalk"]}]}


def survey(*patterns: str) -> Survey:
    """Gardeners whose soil is one of those named, joined by '+' where it is not known which; '' is no answer."""
    content = document(question("soil", *SOILS), question("pond", "yes", "no"), composition={"wider": WIDER})
    questionnaire = Questionnaire.model_validate(content)
    codes = np.array([sum(1 << SOILS.index(one) for one in cell.split("+")) if cell else 0 for cell in patterns])
    return Survey(questionnaire, Responses(questionnaire, len(codes), {"soil": codes}))


def soils(survey: Survey) -> Patterns:
    return survey.responses.patterns("soil")


def places(profile: Profile, before: Survey, after: Survey) -> tuple[list[str], list[str]]:
    """The group of each respondent of two waves."""
    names = [*profile.groups, "none"]
    codes = [one.responses.codes["soil"].tolist() for one in (before, after)]
    return [names[profile.before.get(code, -1)] for code in codes[0]], [
        names[profile.after.get(code, -1)] for code in codes[1]
    ]


def test_what_one_wave_leaves_together_stays_together_in_the_other() -> None:
    before, after = survey("clay", "sand+peat", "", "loam"), survey("sand", "peat", "clay", "")
    profile = profile_of("soil", before, after)
    assert profile.groups == ("clay", "sand+peat", "chalk", "loam")
    assert places(profile, before, after) == (
        ["clay", "sand+peat", "none", "loam"],
        ["sand+peat", "sand+peat", "clay", "none"],
    )
    assert profile.sizes(soils(after), profile.after).tolist() == [1, 2, 0, 0]


def test_groups_left_together_in_turn_are_one_group() -> None:
    before, after = survey("clay+sand", "sand+peat"), survey("chalk", "clay")
    profile = profile_of("soil", before, after)
    assert profile.groups == ("clay+sand+peat", "chalk", "loam")
    assert places(profile, before, after)[1] == ["chalk", "clay+sand+peat"]


def test_each_group_has_its_wider_one_and_several_together_the_narrowest_that_has_them_all() -> None:
    apart = profile_of("soil", survey("clay"), survey("sand"))
    assert apart.parents == {"clay": "heavy", "loam": "heavy", "sand": "light", "chalk": "light",
                             "peat": "everybody", "heavy": "everybody", "light": "everybody"}  # fmt: skip
    within = profile_of("soil", survey("clay+loam"), survey("sand"))
    assert within.parents["clay+loam"] == "heavy"
    across = profile_of("soil", survey("clay+sand"), survey("sand"))
    assert across.parents["clay+sand"] == "everybody"


def everybody(before: Survey, after: Survey) -> dict[str, str]:
    return profile_of("soil", before, after).merging(soils(before), soils(after))


def test_a_group_too_small_in_the_later_wave_takes_its_siblings_along() -> None:
    before = survey(*["clay"] * 9, *["loam"] * 9, *["peat"] * 9)
    after = survey(*["clay"] * 4, *["loam"] * 9, *["peat"] * 9)
    assert everybody(before, after) == {"clay": "heavy", "loam": "heavy", "peat": "peat"}


def test_respondents_who_are_not_counted_decide_nothing() -> None:
    wave = survey(*["clay"] * 9, *["loam"] * 9)
    few = survey(*["clay"] * 4, *["loam"] * 9)
    assert everybody(wave, wave) == {"clay": "clay", "loam": "loam"}
    assert profile_of("soil", wave, wave).merging(soils(wave), soils(few)) == {"clay": "heavy", "loam": "heavy"}


def test_raked_weights_meet_every_margin_and_leave_out_who_did_not_say() -> None:
    before = garden_survey(soil=["clay"] * 12 + ["sand"] * 8, pond=["yes", "no"] * 10)
    after = garden_survey(soil=["clay"] * 9 + ["sand"] * 20 + [""], pond=(["yes"] * 2 + ["no"]) * 10)
    raked = raked_to([profile_of(name, before, after) for name in ("soil", "pond")], before, after)
    assert raked.obstacle == "" and raked.questions == ("soil", "pond")
    patterns = after.responses.patterns("soil", "pond")
    each = raked.weights(patterns)
    weights = each * patterns.counts
    assert each[patterns.codes["soil"] == 0].tolist() == [0]
    assert weights.sum() == pytest.approx(29)
    assert weights[patterns.chose("soil", ("clay",))].sum() / 29 == pytest.approx(0.6)
    assert weights[patterns.chose("pond", ("yes",))].sum() / 29 == pytest.approx(0.5)
    assert raked.deff > 1.1
    assert raked.margins == (("soil", ("clay", "sand", "peat")), ("pond", ("yes", "no", "unsure")))


def test_what_stands_in_the_way_of_raking_is_told() -> None:
    # Those on clay have ponds, those on sand have none: no weights give half of each three quarters of the ponds.
    before = garden_survey(soil=["clay", "sand"] * 10, pond=["yes", "yes", "yes", "no"] * 5)
    after = garden_survey(soil=["clay", "sand"] * 10, pond=["yes", "no"] * 10)
    raked = raked_to([profile_of(name, before, after) for name in ("soil", "pond")], before, after)
    assert raked.obstacle.startswith("raking does not converge in 500 rounds: margin soil is off by")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a question that is not asked": ({"profile": ["rain"]}, "composition: no question 'rain'"),
    "margins of several responses": ({"raking": ["tools"]}, "'tools' is not answered once by each respondent"),
    "a group that is no answer": (
        {"wider": {"soil": [{"id": "wet", "of": ["clay", "moor"]}]}},
        "soil has no group 'moor' before 'wet'",
    ),
    "a group within itself": (
        {"wider": {"soil": [{"id": "wet", "of": ["clay", "wet"]}]}},
        "soil has no group 'wet' before 'wet'",
    ),
    "a group in two": (
        {"wider": {"soil": [{"id": "wet", "of": ["clay", "peat"]}, {"id": "dry", "of": ["sand", "peat"]}]}},
        "soil puts 'peat' into two wider groups",
    ),
    "a name that is taken": (
        {"wider": {"soil": [{"id": "sand", "of": ["clay", "peat"]}]}},
        "soil has two groups 'sand'",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_a_composition_that_does_not_fit_its_questions_is_refused(content: dict[str, Any], message: str) -> None:
    questions = Questionnaire.model_validate(document()).by_id
    (found,) = obstacles(Composition.model_validate(content), questions)
    assert message in found
    with pytest.raises(ValueError, match="composition"):
        Questionnaire.model_validate(document(composition=content))
