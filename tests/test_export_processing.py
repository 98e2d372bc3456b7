"""Between an export and its responses only declared rules apply, each counted; the counts here are made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk, desk
from exports import Row

from analysis.inputs.exports.rules import rules

__all__ = ["desk"]

# A change to the good export of 24 records: by rule, what is done to its rows, how many it must then affect, and how
# many responses are left.
Change = Callable[[list[Row]], list[Row]]
RULES: dict[str, tuple[Change, int, int]] = {}


def rule(name: str, affected: int, left: int = 24) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        RULES[name] = (change, affected, left)
        return change

    return register


def place(rows: list[Row], question: str) -> int:
    return rows[0].index(question)


def with_column(rows: list[Row], heading: str, *cells: object, rest: object = "") -> list[Row]:
    """The rows with one more column: the first cells as given, the others alike."""
    filled = [*cells, *[rest] * (len(rows) - 1 - len(cells))]
    return [[*row, cell] for row, cell in zip(rows, [heading, *filled], strict=True)]


def set_cells(rows: list[Row], question: str, *cells: object) -> list[Row]:
    """The rows with the first answers to a question replaced."""
    at = place(rows, question)
    for row, cell in zip(rows[1:], cells, strict=False):
        row[at] = cell
    return rows


@rule("empty_record", 2, 24)
def _(rows: list[Row]) -> list[Row]:
    return [*rows, [""] * len(rows[0]), ["n/a"] + [""] * (len(rows[0]) - 1), [""] * (len(rows[0]) - 1) + [" - "]]


@rule("test_record", 4, 20)
def _(rows: list[Row]) -> list[Row]:
    rows = with_column(rows, "Distribution Channel", "preview", "anonymous", "test", rest="anonymous")
    rows = with_column(rows, "Last name", "Smith", "TEST", "Test", rest="Jones")
    return with_column(rows, "Email", "a@example.org", "", "", "test@example.org", rest="tester@example.org")


@rule("consent_refused", 3, 21)
def _(rows: list[Row]) -> list[Row]:
    return with_column(rows, "Do you consent to take part?", "No", "", "I do not agree", rest="Yes")


@rule("same_record", 2, 24)
def _(rows: list[Row]) -> list[Row]:
    rows = with_column(rows, "Respondent ID", *range(1, 25))
    return [*rows, rows[3], rows[7]]


@rule("repeated_respondent", 2, 24)
def _(rows: list[Row]) -> list[Row]:
    rows = with_column(rows, "Respondent ID", *range(1, 25))
    shorter, changed = list(rows[3]), list(rows[7])
    shorter[1] = ""
    changed[0] = "governance" if changed[0] != "governance" else "procurement"
    return [*rows, shorter, changed]


@rule("too_little_answered", 2, 22)
def _(rows: list[Row]) -> list[Row]:
    for row in rows[1:3]:
        row[5:] = [""] * (len(row) - 5)
    return rows


@rule("partly_answered", 3)
def _(rows: list[Row]) -> list[Row]:
    rows = answered_in_full(rows)
    for row in rows[1:4]:
        row[0] = ""
    return rows


@rule("same_answers", 2, 26)
def _(rows: list[Row]) -> list[Row]:
    return [*rows, rows[3], rows[7]]


@rule("missing_code", 5)
def _(rows: list[Row]) -> list[Row]:
    return set_cells(rows, "region", "-9", "99", "Prefer not to say", "N/A", "-")


@rule("several_answers", 1)
def _(rows: list[Row]) -> list[Row]:
    return set_cells(rows, "role", "governance, procurement")


@rule("not_asked", 1)
def _(rows: list[Row]) -> list[Row]:
    return set_cells(set_cells(rows, "training", "never"), "training_provider", "in_house")


@rule("free_text", 2)
def _(rows: list[Row]) -> list[Row]:
    return with_column(rows, "role_other", "chair of a panel", "n/a", "I do several jobs")


@rule("dont_know", 4)
def _(rows: list[Row]) -> list[Row]:
    for name, _ in questions_with_dont_know(rows):
        set_cells(rows, name, *["no" if name != "mapping" else "none"] * 24)
    return set_cells(
        set_cells(rows, "aware_principles", "don't know", "Don’t know", "dont_know"), "mapping", "Not sure"
    )


def questions_with_dont_know(rows: list[Row]) -> list[tuple[str, int]]:
    """For the rule about "don't know": leave only questions in which nobody says so."""
    from analysis.inputs.questionnaire import questionnaires

    by_id = questionnaires()["commissioners"].by_id
    at = {name: place(rows, name) for name in rows[0]}
    for name, column in at.items():
        for row in rows[1:]:
            if row[column] in ("dont_know", "unsure"):
                row[column] = by_id[name].answer_ids[0]
    return [("aware_principles", at["aware_principles"]), ("mapping", at["mapping"])]


def answered_in_full(rows: list[Row]) -> list[Row]:
    """The rows with an answer to every question that everybody was asked."""
    from analysis.inputs.questionnaire import questionnaires

    by_id = questionnaires()["commissioners"].by_id
    for row in rows[1:]:
        for column, name in enumerate(rows[0]):
            row[column] = row[column] or ("" if by_id[name].asked_if else by_id[name].answer_ids[0])
    return rows


@pytest.mark.parametrize("name", RULES)
def test_a_rule_does_what_it_says_and_is_counted(desk: Desk, name: str) -> None:
    change, affected, left = RULES[name]
    desk.put(change(desk.rows()))
    assert desk.run() == 0, desk.errors
    assert desk.count(name) == affected
    assert (desk.count("kept"), len(desk.answers())) == (left, left)
    out = sum(desk.count(one.id) for one in rules().rules if one.effect == "left out")
    assert desk.count("read") == desk.count("kept") + out
    assert rules().by_id[name].does in desk.output, "the analyst is not told"


def test_every_rule_is_tried() -> None:
    elsewhere = {"hidden_row", "out_of_range", "exclusive_answer"}
    assert set(rules().by_id) == set(RULES) | elsewhere


def test_the_rules_are_declared_with_a_reason() -> None:
    for one in rules().rules:
        assert len(one.why) > 30 and one.does[0].islower() | (one.does[0] == '"')


def test_a_number_outside_the_codes_is_left_blank(desk: Desk) -> None:
    rows = desk.rows()
    regions = {"london": "1", "north_east": "2", "": ""}
    for number, row in enumerate(rows[1:]):
        row[2] = regions["london" if number % 2 else "north_east"]
    rows[5][2] = "12"
    desk.put(rows)
    desk.mapping({"answers": {"region": {"1": "london", "2": "north_east"}}})
    assert desk.run() == 0, desk.errors
    assert desk.count("out_of_range") == 1
    assert [row["region"] for row in desk.answers()].count("") == 1


def test_an_exclusive_answer_gives_way_to_the_more_particular_one(desk: Desk) -> None:
    rows = set_cells(desk.rows("third_sector"), "collaboration", "never; partnership; consortium")
    desk.put(rows, survey="third_sector")
    assert desk.run() == 0, desk.errors
    assert desk.count("exclusive_answer", "third_sector") == 1
    assert "partnership;consortium" in {row["collaboration"] for row in desk.answers("third_sector")}


def test_of_a_repeated_respondent_the_fuller_record_is_kept_of_equals_the_last(desk: Desk) -> None:
    rows = with_column(answered_in_full(desk.rows()), "Respondent ID", *range(1, 25))
    fuller, shorter = list(rows[3]), list(rows[3])
    shorter[0] = ""
    fuller[1] = "noms"
    early, late = list(rows[9]), list(rows[9])
    early[1], late[1] = "legal_services", "learning_skills"
    body = [row for number, row in enumerate(rows) if number not in (3, 9)]
    desk.put([*body, fuller, shorter, early, late])
    assert desk.run() == 0, desk.errors
    kinds = [row["organisation_type"] for row in desk.answers()]
    before = [row[1] for number, row in enumerate(rows) if number not in (0, 3, 9)]
    assert kinds.count("noms") == before.count("noms") + 1
    assert kinds.count("learning_skills") == before.count("learning_skills") + 1
    assert kinds.count("legal_services") == before.count("legal_services")


def test_a_record_that_was_sent_off_is_kept_however_little_it_says(desk: Desk) -> None:
    rows = with_column(desk.rows(), "Finished", "True", "False", rest="True")
    for row in rows[1:3]:
        row[3:-1] = [""] * (len(row) - 4)
    desk.put(rows)
    assert desk.run() == 0, desk.errors
    assert (desk.count("too_little_answered"), desk.count("kept")) == (1, 23)


def test_a_time_of_sending_marks_a_record_as_sent_off(desk: Desk) -> None:
    rows = with_column(desk.rows(), "submitdate", "2010-05-01 10:00:00", "", rest="2010-05-02 10:00:00")
    for row in rows[1:3]:
        row[3:-1] = [""] * (len(row) - 4)
    desk.put(rows)
    assert desk.run() == 0, desk.errors
    assert (desk.count("too_little_answered"), desk.count("kept")) == (1, 23)


def test_the_half_of_a_questionnaire_is_counted_in_questions_that_everybody_was_asked(desk: Desk) -> None:
    rows = answered_in_full(desk.rows())
    asked = [n for n, name in enumerate(rows[0]) if name not in ("support_kinds", "training_provider")]
    half = len(asked) // 2 + len(asked) % 2
    for column in asked[half:]:
        rows[1][column] = ""
    for column in asked[half - 1 :]:
        rows[2][column] = ""
    desk.put(rows)
    assert desk.run() == 0, desk.errors
    assert desk.count("too_little_answered") == 1


def test_a_code_for_missing_is_an_answer_where_the_questionnaire_offers_it(desk: Desk) -> None:
    rows = set_cells(desk.rows(), "region", *["99"] * 24)
    desk.put(rows)
    desk.mapping({"answers": {"region": {"99": "london"}}})
    assert desk.run() == 0, desk.errors
    assert {row["region"] for row in desk.answers()} == {"london"}
    assert desk.count("missing_code") == 0


def test_words_in_place_of_an_answer_count_as_other_unless_one_was_chosen(desk: Desk) -> None:
    rows = set_cells(desk.rows(), "role", "", "governance", "")
    desk.put(with_column(rows, "role [other]", "chair", "clerk", "n/a"))
    assert desk.run() == 0, desk.errors
    roles = [row["role"] for row in desk.answers()]
    before = [row[0] for row in desk.rows()[4:]]
    assert roles.count("other") == before.count("other") + 1
    assert roles.count("governance") == before.count("governance") + 1
    assert roles.count("") == before.count("") + 1


def test_routing_follows_from_question_to_question(desk: Desk) -> None:
    """Where a wave asks a routed question of those who gave an answer to another routed question."""
    instrument = desk.folder / "instrument.yml"
    instrument.write_text(
        "commissioners:\n  new:\n    - why: Asked for more.\n      question:\n        id: local_helped\n"
        "        wording: Did the local council help?\n        topic: help of the council\n        kind: single\n"
        "        asked_if: {question: training_provider, answers: [local_cvs]}\n"
        "        answers: [{id: helped, label: it did}, {id: not_helped, label: it did not}]\n"
    )
    rows = with_column(desk.rows(), "local_helped", "helped")
    set_cells(set_cells(rows, "training", "never"), "training_provider", "local_cvs")
    desk.put(rows)
    assert desk.run("--instrument", str(instrument)) == 0, desk.errors
    assert desk.count("not_asked") == 2
    assert {row["local_helped"] for row in desk.answers()} == {""}
