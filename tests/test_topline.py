"""The topline shows every answer to every question, its base and who did not answer, and nothing that is unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml

from analysis import paths
from analysis.display.opening import open_surveys
from analysis.display.records import MIME
from analysis.display.topline import item_html, item_rows, items
from analysis.inputs.responses import Responses
from analysis.inputs.waves import find_wave
from analysis.numbers.estimates import Known, Printed
from analysis.numbers.surveys import Survey
from tests.support import garden, garden_survey

BASELINE = find_wave("baseline")

# Forty-five gardeners: 30 with a pond, 10 without, 5 who did not say. Of the 30 with a pond 12 keep carp, 8 orfe,
# 10 did not say. Nine told their tools: 4 a spade alone, 5 a spade and a rake.
POND = ["yes"] * 30 + ["no"] * 10 + [""] * 5
FISH = ["carp"] * 12 + ["orfe"] * 8 + [""] * 25
TOOLS = ["spade"] * 4 + ["spade;rake"] * 5 + [""] * 36


def by_answer(survey: Survey) -> dict[tuple[str, str], dict[str, str]]:
    rows = [row for item in items(survey) for row in item_rows(item)]
    return {(row["question"], row["answer"]): row for row in rows}


def columns(row: Mapping[str, str], *names: str) -> list[str]:
    return [row[name] for name in names]


def test_every_answer_has_its_base_and_those_who_did_not_answer() -> None:
    rows = by_answer(garden_survey(pond=POND, fish=FISH, tools=TOOLS))
    pond = rows["pond", "yes"]
    assert columns(pond, "shown", "count", "base", "asked", "missing") == ["75% [u]", "30", "40", "45", "5"]
    assert Fraction(pond["percent"]) == 75
    # Nobody was unsure: an answer that no one gave is an answer all the same.
    assert columns(rows["pond", "unsure"], "shown", "count", "base") == ["0% [u]", "0", "40"]


def test_those_who_were_not_asked_are_no_item_non_response() -> None:
    fish = by_answer(garden_survey(pond=POND, fish=FISH))["fish", "carp"]
    # On a base below thirty counts take the place of percentages.
    assert columns(fish, "shown", "base", "asked", "missing") == ["12 of 20", "20", "30", "10"]
    assert fish["asked_of"] == "those who answered “yes” to: What about pond?"


def test_a_share_of_very_few_is_withheld() -> None:
    spade = by_answer(garden_survey(tools=TOOLS))["tools", "spade"]
    assert columns(spade, "shown", "percent", "count", "low", "high") == ["[c]", "", "", "", ""]
    assert columns(spade, "base", "missing") == ["9", "36"]


def test_a_question_that_the_wave_did_not_ask_is_listed_as_such() -> None:
    listed = items(garden_survey(pond=POND))
    assert [item.question.id for item in listed] == ["soil", "pond", "fish", "tools"]
    soil = listed[0]
    assert (soil.base, soil.asked, soil.missing) == (None, None, None)
    assert "This wave did not ask the question." in item_html(soil)
    assert {line.estimate.known.label for line in soil.lines} == {"not computable"}


def test_nobody_answered_is_not_the_same_as_not_asked() -> None:
    pond = items(garden_survey(pond=[""] * 4))[1]
    assert (pond.base, pond.asked, pond.missing) == (0, 4, 4)
    assert "Base: 0 of the 4 asked. Did not answer: 4." in item_html(pond)


def reconstructed(**known: Known) -> Survey:
    """A reconstructed garden: of 100 gardeners 40 surely had a pond, of the rest nobody knows which answer."""
    pond = np.array([1] * 40 + [0b110] * 60, dtype=np.int64)
    printed = Known("printed", Fraction(79, 2), Fraction(81, 2), (Printed("4.6", Fraction(40), "40%"),))
    told = {name.replace("__", "+").replace("pond_", "garden.pond."): one for name, one in known.items()}
    responses = Responses(garden(), 100, {"pond": pond})
    return Survey(garden(), responses, "printed", {"garden.pond.yes": printed, **told})


def test_of_a_reconstructed_wave_only_what_is_known_is_shown() -> None:
    rows = by_answer(reconstructed(pond_no__unsure=Known("implied", Fraction(119, 2), Fraction(121, 2))))
    yes, no = rows["pond", "yes"], rows["pond", "no"]
    assert columns(yes, "shown", "percent", "known", "where") == ["40%", "40", "printed", "4.6"]
    assert columns(yes, "count", "missing") == ["", ""]
    assert columns(no, "shown", "percent", "count", "base", "low", "least", "known") == [
        "not known", "", "", "", "", "", "not identified",
    ]  # fmt: skip
    together = rows["pond", "no+unsure"]
    assert columns(together, "label", "shown", "note") == ["no or unsure", "60%", "not told apart in the source report"]


def test_answers_that_the_report_prints_together_are_a_line_of_their_own() -> None:
    printed = Known("printed", Fraction(139, 2), Fraction(141, 2), (Printed("4.7", Fraction(70), "70%"),))
    rows = by_answer(reconstructed(pond_yes__no=printed))
    assert columns(rows["pond", "yes+no"], "label", "where", "note") == ["yes or no", "4.7", ""]
    assert ("pond", "no+unsure") not in rows, "what is not known together is not listed together"


def test_a_range_is_a_range() -> None:
    rows = by_answer(reconstructed(pond_unsure=Known("bounded", Fraction(101, 10), Fraction(119, 10))))
    assert columns(rows["pond", "unsure"], "shown", "percent") == ["10% to 12%", ""]


def test_an_answer_that_a_wave_did_not_offer_says_so() -> None:
    whole = garden_survey(pond=POND)
    survey = Survey(whole.questionnaire, whole.responses, removed={"pond": ("yes",)})
    rows = by_answer(survey)
    assert columns(rows["pond", "yes"], "shown", "note") == ["not known", "not offered in this wave"]
    assert rows["pond", "no"]["base"] == "40"
    assert items(survey)[1].base == 40


# The study's own


def answers(survey: str) -> Iterator[tuple[str, str]]:
    """Every question and answer of an instrument, straight from its file."""
    document = yaml.safe_load((paths.QUESTIONNAIRE / f"{survey}.yml").read_text("utf-8"))
    for question in document["questions"]:
        given = question.get("answers") or document["scales"][question["scale"]]
        yield from ((question["id"], answer["id"]) for answer in given)


def executed() -> dict[str, dict[tuple[str, str], dict[str, str]]]:
    notebook = json.loads((paths.BOOK / BASELINE.id / "topline.ipynb").read_text("utf-8"))
    found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for row in output["data"].get(MIME, {}).get("rows", []):
                found.setdefault(row["survey"], {})[row["question"], row["answer"]] = row
    return found


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
def test_no_question_and_no_answer_of_the_instruments_is_missing(survey: str) -> None:
    listed = [key for key in executed()[survey] if "+" not in key[1]]
    assert listed == list(answers(survey))
    assert len(listed) > 90


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
def test_the_executed_topline_is_what_the_wave_tells_now(survey: str) -> None:
    assert executed()[survey] == by_answer(open_surveys(BASELINE)[survey])


def test_what_the_report_does_not_tell_of_the_baseline_is_not_told() -> None:
    rows = executed()
    # The report prints 51% for always or often together, and neither of them alone.
    users = {answer: row for (asked, answer), row in rows["commissioners"].items() if asked == "feedback_from_users"}
    assert users["always+often"]["shown"] == "51%"
    assert users["always"]["shown"] == users["often"]["shown"] == "not known"
    # No figure by region is printed; no item non-response is.
    assert {row["base"] for (q, _), row in rows["commissioners"].items() if q == "region"} == {""}
    assert {row["missing"] for found in rows.values() for row in found.values()} == {""}


def test_the_page_shows_the_rows_of_the_file(site: Path) -> None:
    page = (site / "book" / BASELINE.id / "topline.html").read_text("utf-8")
    for survey, found in executed().items():
        for question in {question for question, _ in found}:
            table = page[page.index(f'id="topline-{survey}-{question}"') :]
            table = table[: table.index("</table>")]
            shown = [row["shown"] for (asked, _), row in found.items() if asked == question]
            cells = [cell.partition("</td>")[0] for cell in table.split("</th><td>")[1:]]
            assert cells == shown
