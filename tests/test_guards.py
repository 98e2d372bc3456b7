"""Guards fire: whatever the chapters claim is taken back once the responses, or the printed figures, say otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, combinations
from pathlib import Path

import pytest
from conftest import MakeChapter
from guards import (
    Surveys,
    chapters,
    claim_of,
    claims_of,
    collected,
    with_answer,
    with_figures,
    with_groups_merged,
    with_groups_swapped,
    without,
    without_statements,
)

from analysis.claims.claims import STANDING, Claim, State
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
from analysis.display.opening import open_wave
from analysis.display.sentences import Sentence
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.waves import find_wave

# Which group is which makes no difference to whether groups differ.
SAME_FOR_ANY_ORDER = ("similar(", "differs(")
# What a state comes to, where it comes to anything.
ENDS: dict[State, bool] = {"false": False} | dict.fromkeys(STANDING, True)


@lru_cache
def baseline() -> Surveys:
    study = open_wave(find_wave("baseline").id)
    return {"commissioners": study.commissioners, "third_sector": study.third_sector}


@lru_cache
def responses() -> Surveys:
    """The wave's copy in which every respondent is taken at their word."""
    return {name: collected(survey) for name, survey in baseline().items()}


@lru_cache
def claims() -> dict[str, tuple[Path, Claim]]:
    """By the name of each claim of the chapters: a chapter that makes it, and the claim over the copy."""
    return {name: (path, claim) for path in chapters() for name, claim in claims_of(path, responses()).items()}


def again(name: str, surveys: Surveys) -> Claim:
    """The same claim, from the chapter that makes it, over other surveys."""
    return claim_of(claims()[name][0], name, surveys)


def questions(claim: Claim) -> set[tuple[str, str]]:
    return {(term.address.survey, term.address.question) for term in claim.terms}


def groupings(claim: Claim) -> set[tuple[str, str]]:
    return {(term.address.survey, term.address.breakdown) for term in claim.terms if term.address.breakdown}


def shifted(surveys: Surveys, addresses: Iterable[Address], given: bool) -> Surveys:
    """Other surveys, in which all whom these addresses are about gave their answers, or none did."""
    surveys = dict(surveys)
    for address in addresses:
        surveys[address.survey] = with_answer(surveys[address.survey], address, given)
    return surveys


def shifts(claim: Claim) -> Iterator[Surveys]:
    """Answers shifted to one term of a claim, or to some, and away from them: as they are, or from one end."""
    terms = [term.address for term in claim.terms]
    groups = [[term for term in terms if term.groups == groups] for groups in dict.fromkeys(t.groups for t in terms)]
    some = [*([term] for term in terms), *groups, *(united(one, other) for one, other in combinations(terms, 2))]
    ends = [shifted(responses(), terms, given) for given in (True, False)]
    for surveys in [responses(), *ends]:
        for addresses in some:
            yield from (shifted(surveys, addresses, given) for given in (True, False))


def united(one: Address, other: Address) -> list[Address]:
    """Two addresses as one, if they are answers of the same people to the same question."""
    if replace(one, answers=()) == replace(other, answers=()):
        return [replace(one, answers=one.answers + other.answers)]
    return [one, other]


def swaps(claim: Claim, surveys: Surveys) -> Iterator[Surveys]:
    for survey, breakdown in sorted(groupings(claim)):
        groups = sorted({term.address.groups[0] for term in claim.terms if term.address.breakdown == breakdown})
        for one, other in combinations(groups, 2):
            yield {**surveys, survey: with_groups_swapped(surveys[survey], breakdown, one, other)}


def compares_groups(claim: Claim) -> bool:
    groups = {(term.address.breakdown, term.address.groups) for term in claim.terms if term.address.breakdown}
    return len(groups) > 1 and not any(kind in claim.name for kind in SAME_FOR_ANY_ORDER)


def test_the_chapters_make_claims_in_every_chapter_about_the_surveys() -> None:
    made = {path.name[:2] for path, _ in claims().values()}
    # The Summary combines claims of its own from those that the chapters make.
    assert made - {"su"} == {f"0{number}" for number in range(2, 9)}
    assert len(claims()) > 90


def test_a_claim_heard_by_itself_is_the_one_that_the_whole_chapter_makes() -> None:
    for surveys in (responses(), printing({}), {name: without(one, "size") for name, one in responses().items()}):
        whole = {path: claims_of(path, surveys) for path in chapters()}
        assert [
            name
            for name, (path, _) in claims().items()
            for alone, made in [(claim_of(path, name, surveys), whole[path][name])]
            if (alone.name, alone.state, alone.terms) != (made.name, made.state, made.terms)
        ] == []


def test_every_claim_falls_and_stands_with_the_responses() -> None:
    wanting = [name for name, (path, claim) in claims().items() if len(turning(path, claim)) < 2]
    assert wanting == [], "no shift of answers makes these claims false, or none makes them stand"


@lru_cache
def turning(chapter: Path, claim: Claim) -> dict[bool, Surveys]:
    """Responses that make a claim of a chapter stand (True), and responses that make it false (False)."""
    found: dict[bool | None, Surveys] = {}
    for surveys in chain([responses()], shifts(claim)):
        found.setdefault(ENDS.get(claim_of(chapter, claim.name, surveys).state), surveys)
        if {True, False} <= found.keys():
            break
    return {end: surveys for end, surveys in found.items() if end is not None}


def test_every_claim_that_compares_groups_falls_when_two_of_them_are_swapped() -> None:
    compared = {name: claim for name, (_, claim) in claims().items() if compares_groups(claim)}
    assert len(compared) > 20
    standing = {name: turning(*claims()[name])[True] for name in compared}
    unmoved = [
        name
        for name, surveys in standing.items()
        if all(again(name, swapped).stands for swapped in swaps(compared[name], surveys))
    ]
    assert unmoved == []


def test_a_claim_that_nothing_changes_is_found(study: Path, make_chapter: MakeChapter) -> None:
    opening = (
        'from analysis.display import at_least, open_wave, say\nsmall = open_wave("").third_sector.size.share("small")'
    )
    said = 'say(f"{at_least(small, 0):At least} so many; {at_least(small, 60):at least} as many.")'
    chapter = make_chapter("always", [(opening, []), (said, [])])
    guarded = {name: len(turning(chapter, claim)) for name, claim in claims_of(chapter, responses()).items()}
    assert guarded == {"at_least(third_sector.size.small, 0)": 1, "at_least(third_sector.size.small, 60)": 2}


def test_no_claim_can_be_told_once_its_questions_are_dropped() -> None:
    told = []
    for name, (_, claim) in claims().items():
        for survey, question in sorted(questions(claim) | groupings(claim)):
            state = again(name, {**responses(), survey: without(responses()[survey], question)}).state
            # One half of a claim made of two can still be false, which is worse.
            expected = {"not computable", "false"} if " & " in name and claim.state == "false" else {"not computable"}
            told += [] if state in expected else [f"{name} without {question}: {state}"]
    assert told == []


# The reconstructed wave: what its claims rest on are the printed figures, and what the report says in words.


def registers(claim: Claim) -> Iterator[Surveys]:
    """Registers in which the report prints high figures for some terms of a claim and low ones for the others."""
    terms = [term.address for term in claim.terms]
    of_each = zip(*((t.survey, t.groups, t.answers) for t in terms), strict=True)
    surveys, groups, answers = (dict.fromkeys(values) for values in of_each)
    some = [
        *([term] for term in terms),
        terms,
        *([term for term in terms if term.survey == survey] for survey in surveys),
        *([term for term in terms if term.groups == group] for group in groups),
        *([t for t in terms if (t.groups == group) == (t.answers == one)] for group in groups for one in answers),
        *map(list, combinations(terms, 2)),
    ]
    for high in some:
        for percent in (0, 100):
            yield printing({str(term): percent if term in high else 100 - percent for term in terms})
    # In falling order within each question, for claims about an order; alike, for quantities in words.
    places = Counter[str]()
    falling: dict[str, int | None] = {}
    for term in terms:
        falling[str(term)] = 90 - 5 * places[term.question + term.survey]
        places[term.question + term.survey] += 1
    yield printing(falling)
    yield from (printing(dict.fromkeys(map(str, terms), percent)) for percent in range(5, 100, 5))


def printing(figures: dict[str, int | None]) -> Surveys:
    """The wave with other printed figures, and with no statement in words that would stand in for them."""
    return {name: without_statements(with_figures(survey, figures)) for name, survey in baseline().items()}


def test_every_claim_about_the_reconstructed_wave_falls_and_stands_with_the_printed_figures() -> None:
    wanting = []
    for name in claims():
        ends: set[bool | None] = set()
        # Two printed percentages that are equal may still stand for shares that differ.
        fallen = {False, None} if "differs(" in name else {False}
        for surveys in registers(again(name, baseline())):
            ends.add(ENDS.get(again(name, surveys).state))
            if True in ends and ends & fallen:
                break
        wanting += [] if True in ends and ends & fallen else [name]
    assert wanting == []


def test_no_claim_about_the_reconstructed_wave_survives_the_loss_of_its_figures_and_its_statement() -> None:
    told, not_reported = [], []
    for name in claims():
        claim = again(name, baseline())
        unprinted = printing({str(term.address): None for term in claim.terms})
        told += [] if again(name, unprinted).state == "not computable" else [name]
        if claim.state == "as reported":
            unsaid = {survey: without_statements(one) for survey, one in baseline().items()}
            not_reported += [] if again(name, unsaid).state == "not computable" else [name]
    assert told == [], "claims that hold without any figure"
    assert not_reported == [], "claims that are reported without the report's statement"


# Words say what the claim means.

SHARE = responses()["third_sector"].estimate(parse_address("third_sector.size.small"))
LARGER = responses()["third_sector"].estimate(parse_address("third_sector.role.employee"))
SIZES = responses()["third_sector"].role.share("employee").by("size")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("claim", "right", "wrong"),
    [
        (exceeds(LARGER, SHARE), ["More", "less", "outweighed"], ["most", "Most", "a majority", "similar"]),
        (at_least(SHARE, 10), ["at least a tenth", "over a tenth"], ["most", "more than half", "overall"]),
        (majority(SHARE), ["Most", "the majority", "more than half"], ["almost all", "utmost", "more", "a few"]),
        (minority(SHARE), ["a minority", "only"], ["few", "most", "commonly", "half"]),
        (highest(SIZES, "small"), ["Most", "highest"], ["almost", "least", "more"]),
        (lowest(SIZES, "small"), ["least", "fewest"], ["most", "less", "pleasant"]),
        (similar(SIZES), ["similar", "alike"], ["differed", "dissimilar", "most"]),
        (differs(SIZES), ["differed", "varied", "varies", "depended"], ["similar", "indifferent", "most"]),
        (ranked(SIZES, "small", "large"), ["first", "followed"], ["almost", "least"]),
        (fits(SHARE, "a third"), ["a third", "A third of them"], ["a quarter"]),
    ],
    ids=lambda value: value.name.split("(")[0] if isinstance(value, Claim) else None,
)
def test_a_word_that_does_not_mean_the_claim_is_refused(claim: Claim, right: list[str], wrong: list[str]) -> None:
    for word in right:
        assert Sentence(f"{claim:{word}} of them").claims == [claim]
    for word in wrong:
        with pytest.raises(ValueError, match="does not say what"):
            _ = Sentence(f"{claim:{word}} of them").claims


# What cannot be compared is not told.


def test_a_lead_over_nobody_is_no_lead() -> None:
    survey = responses()["third_sector"]
    for group in ("medium", "large", "unsure"):
        survey = with_groups_merged(survey, "size", group, "small")
    series = survey.role.share("employee").by("size")  # type: ignore[attr-defined]
    assert series.small.base and not series.large.base
    for claim in (highest(series, "small"), lowest(series, "small"), similar(series), differs(series)):
        assert claim.state == "not computable"


def test_a_group_too_small_to_be_published_neither_leads_nor_stands_in_the_way() -> None:
    survey = responses()["third_sector"]
    survey = with_answer(survey, parse_address("third_sector.funded_to_deliver.yes"), given=False)
    for group in ("large", "unsure"):
        survey = with_answer(survey, parse_address(f"third_sector.funded_to_deliver.yes@size={group}"), given=True)
    series = survey.funded_to_deliver.share("yes").by("size")  # type: ignore[attr-defined]
    assert series.unsure.base == 8 and series.unsure.percent == 100
    assert highest(series, "large").state == "holds"
    assert highest(series, "unsure").state == "not computable"
    assert exceeds(series.unsure, series.small).state == "not computable"


def test_a_question_counts_without_the_question_that_would_have_routed_to_it() -> None:
    survey = responses()["commissioners"]
    gate = survey.questionnaire.by_id["support_kinds"].asked_if
    assert gate is not None
    address = parse_address("commissioners.support_kinds.targeted_support")
    assert (without(survey, gate.question).estimate(address).base or 0) >= (survey.estimate(address).base or 0) > 0
