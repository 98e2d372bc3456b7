"""A questionnaire with an error is refused with its file, its key, what was found and what was expected."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from support import answers, document, findings, garden, question, written

from analysis import paths
from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.findings import InputError
from analysis.inputs.questionnaire import Questionnaire, questionnaires, read_questionnaire, resolve


def refused(folder: Path, content: object) -> list[str]:
    with pytest.raises(InputError) as error:
        read_questionnaire(written(folder, "garden.yml", content))
    return findings(error)


def test_a_questionnaire_is_read_as_it_stands(tmp_path: Path) -> None:
    read = read_questionnaire(written(tmp_path, "garden.yml", document()))
    assert [asked.id for asked in read.questions] == ["soil", "pond", "fish", "tools"]
    assert read.by_id["pond"].answer_ids == ("yes", "no", "unsure")
    assert read.by_id["fish"].asked_if is not None and read.by_id["fish"].asked_if.answers == ("yes",)
    assert read.by_id["tools"].exclusive == ("none",)


def test_a_scale_gives_its_answers_to_each_question_that_names_it(tmp_path: Path) -> None:
    content = document(
        question("soil", "clay", "sand"),
        question("rain", scale="often_never"),
        scales={"often_never": answers("often", "never")},
    )
    read = read_questionnaire(written(tmp_path, "garden.yml", content))
    assert read.by_id["rain"].answer_ids == ("often", "never")


SOIL, POND = question("soil", "clay", "sand"), question("pond", "yes", "no")
ONLY = "only the keys of this kind of file"

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": (
        document(SOIL, colour="green"),
        f"garden.yml, column colour: found an unknown key; expected {ONLY}",
    ),
    "unknown key of a question": (
        document(SOIL, question("pond", "yes", "no", colour="green")),
        f"garden.yml, column questions.1.colour: found an unknown key; expected {ONLY}",
    ),
    "unknown key of an answer": (
        document({**SOIL, "answers": [*answers("clay"), {"id": "sand", "label": "sand", "colour": "red"}]}),
        f"garden.yml, column questions.0.answers.1.colour: found an unknown key; expected {ONLY}",
    ),
    "missing key": (
        document({key: value for key, value in SOIL.items() if key != "wording"}),
        "garden.yml, column questions.0.wording: found nothing; expected a value: the key is required",
    ),
    "id that is no name": (
        document(SOIL, question("Pond!", "yes", "no")),
        "garden.yml, column questions.1.id: found 'Pond!'; expected String should match pattern",
    ),
    "yes without quotation marks": (
        document(SOIL, {**POND, "answers": [{"id": True, "label": "yes"}, {"id": "no", "label": "no"}]}),
        "garden.yml, column questions.1.answers.0.id: found True; expected Input should be a valid string",
    ),
    "one answer alone": (
        document(SOIL, {**POND, "answers": answers("yes")}),
        "garden.yml, column questions.1.answers: found",
    ),
    "kind of question that does not exist": (
        document(SOIL, question("pond", "yes", "no", kind="open")),
        "garden.yml, column questions.1.kind: found 'open'; expected Input should be 'single' or 'multiple'",
    ),
    "duplicate question": (document(SOIL, POND, deepcopy(POND)), "expected each question once; 'pond' stands twice"),
    "duplicate answer": (
        document(SOIL, question("pond", "yes", "no", "yes")),
        "garden.yml, column questions.1: found a value that breaks a rule; "
        "expected each answer once; 'yes' stands twice",
    ),
    "exclusive answer of no question": (
        document(SOIL, question("tools", "spade", "rake", kind="multiple", exclusive=["none"])),
        "garden.yml, column questions.1: found a value that breaks a rule; "
        "expected no exclusive answer 'none'; there are spade, rake",
    ),
    "exclusive answer of a single response question": (
        document(SOIL, question("pond", "yes", "no", exclusive=["no"])),
        "garden.yml, column questions.1: found a value that breaks a rule; "
        "expected a single response question has no exclusive answers",
    ),
    "routing on a question that does not exist": (
        document(SOIL, question("fish", "carp", "orfe", asked_if={"question": "lake", "answers": ["yes"]})),
        "expected no routing question of fish 'lake'; there are soil, fish",
    ),
    "routing on an answer that the question does not own": (
        document(SOIL, POND, question("fish", "carp", "orfe", asked_if={"question": "pond", "answers": ["perhaps"]})),
        "expected no answer of pond 'perhaps'; there are yes, no",
    ),
    "routing without an answer": (
        document(SOIL, POND, question("fish", "carp", "orfe", asked_if={"question": "pond", "answers": []})),
        "garden.yml, column questions.2.asked_if.answers: found []",
    ),
    "breakdown by no question": (
        document(SOIL, breakdowns=["climate"]),
        "expected no breakdown 'climate'; there are soil",
    ),
    "unknown scale": (
        document(SOIL, question("rain", scale="wetness"), scales={"often_never": answers("often", "never")}),
        "expected question rain: no scale 'wetness'; there are often_never",
    ),
    "scale and answers at once": (
        document(SOIL, question("rain", "a", "b", scale="often_never"), scales={"often_never": answers("often", "x")}),
        "expected question rain: a scale or answers of its own, not both",
    ),
    "name of another file": (
        document(SOIL, survey="orchard"),
        "garden.yml, column survey: found survey 'orchard'; expected 'garden', the name of the file",
    ),
    "no questions": (
        document(SOIL, questions=None),
        "garden.yml, column questions: found None; expected Input should be a valid tuple",
    ),
    "scales that are no table": (document(SOIL, scales=None), "expected scales: a list of answers by the scale's name"),
    "scale that is no name": (
        document(SOIL, question("rain", scale=["wet"]), scales={"wet": answers("a", "b")}),
        "expected question rain: no scale ['wet']; there are wet",
    ),
}


@pytest.mark.parametrize(("content", "finding"), BROKEN.values(), ids=BROKEN)
def test_an_error_is_named_by_file_and_key(tmp_path: Path, content: dict[str, Any], finding: str) -> None:
    found = refused(tmp_path, content)
    assert any(finding in text for text in found), found
    assert all(text.startswith("garden.yml") for text in found)


@pytest.mark.parametrize("content", ["", "- soil\n", "42\n"])
def test_a_file_that_is_no_questionnaire_is_refused(tmp_path: Path, content: str) -> None:
    (found,) = refused(tmp_path, content)
    assert found.startswith("garden.yml: found ")


def test_all_errors_of_a_questionnaire_are_named_at_once(tmp_path: Path) -> None:
    content = document(question("soil", "clay", "sand", colour="brown"), question("pond", "yes", "no", kind="open"))
    assert len(refused(tmp_path, content)) == 2


# Addresses


def test_an_address_is_put_into_the_questionnaires_order() -> None:
    given = Address("garden", "tools", ("hoe", "spade"), "soil", ("peat", "clay"))
    assert str(garden().canonical(given)) == "garden.tools.spade+hoe@soil=clay+peat"
    assert garden().canonical(Address("garden")) == Address("garden")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("orchard.pond.yes", "no survey of this questionnaire 'orchard'; there are garden"),
        ("garden.lake.yes", "no question of garden 'lake'; there are soil, pond, fish, tools"),
        ("garden.pond.often", "no answer of pond 'often'; there are yes, no, unsure"),
        ("garden.pond.yes+yes", "each answer once; 'yes' stands twice"),
        ("garden.pond.yes@tools=rake", "no breakdown of garden 'tools'; there are soil"),
        ("garden.pond.yes@soil=chalk", "no answer of soil 'chalk'; there are clay, sand, peat"),
    ],
)
def test_an_address_of_nothing_says_what_exists(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("+", r"\+")):
        garden().canonical(parse_address(text))


@pytest.mark.parametrize("text", ["", "Garden", "garden.", "garden.pond.", "garden.pond.yes@soil", "garden.pond.yes+"])
def test_text_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not survey\.question\.answer"):
        parse_address(text)


@pytest.mark.parametrize("text", ["garden", "garden.pond", "garden.tools.spade+hoe@soil=clay", "garden.pond@soil=clay"])
def test_an_address_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse_address(text)) == text


def test_answers_are_worded_with_or() -> None:
    asked = garden().by_id["tools"]
    assert [asked.label(key) for key in ("spade", "spade+hoe", "spade+rake+hoe")] == [
        "spade",
        "spade or hoe",
        "spade, rake or hoe",
    ]


# The study's own questionnaires


def test_both_instruments_load() -> None:
    read = questionnaires()
    assert list(read) == ["commissioners", "third_sector"]
    assert {name: (len(one.questions), one.breakdowns) for name, one in read.items()} == {
        "commissioners": (29, ("organisation_type",)),
        "third_sector": (30, ("size",)),
    }


def asked_everywhere() -> list[tuple[str, Questionnaire]]:
    return list(questionnaires().items())


def test_every_paragraph_that_uses_a_question_exists() -> None:
    with (paths.PUBLISHED / "paragraphs.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["where"] for row in csv.DictReader(stream)}
    used = [
        (one.id, where) for _, survey in asked_everywhere() for one in survey.questions for w in [one.used_in]
        for places in w.values() for where in places
    ]  # fmt: skip
    assert len(used) > 90
    assert [(name, where) for name, where in used if where not in known] == []


def test_every_question_is_used_by_a_chapter_that_exists() -> None:
    chapters = {path.stem.partition("_")[2] for path in paths.CHAPTERS.glob("*.ipynb")}
    for _, survey in asked_everywhere():
        for one in survey.questions:
            assert one.used_in and set(one.used_in) <= chapters, one.id


def test_an_address_of_the_study_is_resolved_in_its_survey() -> None:
    text = "commissioners.early_involvement.often+always@organisation_type=pct"
    assert str(resolve(text)) == "commissioners.early_involvement.always+often@organisation_type=pct"
    with pytest.raises(ValueError, match="no survey 'visitors'; there are commissioners, third_sector"):
        resolve("visitors.pond.yes")
