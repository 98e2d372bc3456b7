"""The scorecard holds two shares against each other only where both sides were asked, and says how sure that is."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from support import counted, known_to_lie, unknown
from test_sentences import outputs  # noqa: F401

from analysis.display import either, majority, principle, scorecard
from analysis.display.records import MIME
from analysis.display.scorecard import NOT_ALIKE, NOT_ASKED, ONE_SIDE, UNTOLD, apart
from analysis.inputs.addresses import Address
from analysis.inputs.waves import find_wave
from analysis.numbers.estimates import Estimate
from analysis.paths import BOOK

WAVE = find_wave("baseline")


def of(survey: str, share: Estimate) -> Estimate:
    return replace(share, address=Address(survey, "pond", ("yes",)))


def commissioners(count: int, base: int = 162) -> Estimate:
    return of("commissioners", counted(count, base))


def organisations(count: int, base: int = 417) -> Estimate:
    return of("third_sector", counted(count, base))


def told(first: Estimate, second: Estimate) -> str:
    return apart(principle("A principle", ["One."], ["Two."], (first, second))).text


@pytest.mark.parametrize(
    ("first", "second", "who"),
    [
        ((65, 162), (88, 417), "commissioners"),
        ((30, 162), (200, 417), "third sector organisations"),
    ],
)
def test_the_distance_and_its_interval_are_those_of_two_separate_shares(
    first: tuple[int, int], second: tuple[int, int], who: str
) -> None:
    higher, lower = sorted((first, second), key=lambda pair: -pair[0] / pair[1])
    low, high = confint_proportions_2indep(*higher, *lower, method="newcomb")
    percents = [round(100 * count / base) for count, base in (higher, lower)]
    expected = f"{percents[0] - percents[1]} points more among {who}, interval {100 * low:.0f} to {100 * high:.0f}"
    assert told(commissioners(*first), organisations(*second)) == f"{expected}: a clear difference."


def test_a_difference_that_is_not_clear_is_said_to_be_so() -> None:
    text = told(commissioners(80), organisations(190))
    assert "3 points more among commissioners" in text or "4 points more" in text
    assert text.endswith("(no clear difference).") and "a clear difference" not in text


def test_equal_shares_are_equal() -> None:
    assert told(commissioners(81, 162), organisations(200, 400)) == "The same share on both sides."


@pytest.mark.parametrize(
    "share", [known_to_lie(20, 30), unknown(), counted(4, 8)], ids=["a range", "not identified", "too few"]
)
def test_what_is_not_known_exactly_enough_cannot_be_told(share: Estimate) -> None:
    assert told(of("commissioners", share), organisations(100)) == UNTOLD
    assert told(commissioners(100), of("third_sector", share)) == UNTOLD


def test_only_pairs_that_the_chapter_names_are_compared() -> None:
    assert apart(principle("A principle", ["One."], ["Two."])).text == NOT_ALIKE
    assert apart(principle("A principle", ["One."])).text == ONE_SIDE


@pytest.fixture
def card(outputs: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: F811
    often, seldom = commissioners(65), organisations(88)
    scorecard(
        principle(
            "First thing",
            [f"{often} asked.", f"{commissioners(40):n} wrote."],
            [f"{seldom} were asked."],
            (often, seldom),
        ),
        principle("Second thing", [either(f"{majority(often):Most} do.", f"{often} do.")]),
        title="A card",
        name="things",
    )
    return outputs[0]


def rows(card: dict[str, Any]) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(card["text/html"]).iterfind("table/tbody/tr"))


def test_each_principle_is_a_row_with_both_sides_and_their_distance(card: dict[str, Any]) -> None:
    first, second = rows(card)
    assert "".join(first[0].itertext()) == "1 First thing"
    assert [cell.find("span").text for cell in first[1:]] == [  # type: ignore[union-attr]
        "Commissioners",
        "Third sector organisations",
        "How far apart",
    ]
    said = ["".join(p.itertext()) for cell in first[1:] for p in cell.iter("p")]
    assert said[:3] == ["40% asked.", "40 of 162 wrote.", "21% were asked."]
    assert said[3].startswith("19 points more among commissioners")
    assert ["".join(p.itertext()) for cell in second[1:] for p in cell.iter("p")] == ["40% do.", NOT_ASKED, ONE_SIDE]


def test_each_number_is_drawn_in_the_hue_of_its_survey(card: dict[str, Any]) -> None:
    first, _ = rows(card)
    classes = [
        [group.get("class") for svg in cell.iter("svg") for group in svg if group.find("circle") is not None]
        for cell in first[1:]
    ]
    assert classes == [["dot commissioners"] * 2, ["dot third-sector"], ["dot commissioners", "dot third-sector"]]
    assert all(svg.get("aria-hidden") == "true" for svg in ElementTree.fromstring(card["text/html"]).iter("svg"))


def test_what_it_says_and_what_it_compares_is_recorded(card: dict[str, Any]) -> None:
    record = card[MIME]
    assert {row["address"] for row in record["estimates"]} >= {"commissioners.pond.yes", "third_sector.pond.yes"}
    assert [row["claim"] for row in record["claims"]] == ["commissioners.pond.yes > third_sector.pond.yes"]
    assert "First thing" in card["text/plain"] and "19 points more" in card["text/plain"]


def test_it_is_a_table_by_its_roles_whatever_its_cells_look_like(card: dict[str, Any]) -> None:
    table = ElementTree.fromstring(card["text/html"]).find("table")
    assert table is not None and table.get("role") == "table"
    assert table.get("aria-labelledby") == ElementTree.fromstring(card["text/html"]).find("figcaption").get("id")  # type: ignore[union-attr]
    roles = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    assert all(one.get("role") == roles[one.tag] for one in table.iter() if one.tag in roles)
    assert {one.get("role") for one in table.iter("th")} == {"columnheader", "rowheader"}


def test_the_chapter_on_the_principles_has_all_eight() -> None:
    """The figures that the report prints of both sides, and their differences, reckoned by hand."""
    path = next(path for path in (BOOK / WAVE.id).glob("*.ipynb") if "principles" in path.stem)
    cells = json.loads(path.read_text("utf-8"))["cells"]
    found = [output["data"] for cell in cells for output in cell.get("outputs", []) if MIME in output["data"]]
    (data,) = [one for one in found if one[MIME]["kind"] == "scorecard"]
    table = rows({"text/html": "".join(data["text/html"])})
    apart_by = ["".join(row[3].find("p").itertext()) for row in table]  # type: ignore[union-attr]
    assert len(table) == 8
    # Regular support 38% and 4%, consortia 41% and 15%, feedback 40% and 21%.
    points = {place: text.split(" ")[0] for place, text in enumerate(apart_by, start=1) if "points" in text}
    assert points == {5: "34", 6: "26", 8: "19"}
    assert all("clear difference" in apart_by[place - 1] for place in points)
    assert all(text.startswith("Cannot be told") for text in apart_by if "points" not in text)


def test_an_exact_share_is_compared_as_it_was_counted() -> None:
    # 1 of 3 and 1 of 4 hundred: whole percentages 33 and 25 differ by 8, the shares by 8 and a third.
    assert commissioners(100, 300).exact == Fraction(100, 3)
    assert told(commissioners(100, 300), organisations(100, 400)).startswith("8 points more among commissioners")
