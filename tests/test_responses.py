"""Responses become codes only if every cell can be used; who was not asked or did not answer is in no base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from support import WAVE, document, findings, garden_survey, written

from analysis import paths
from analysis.inputs import instruments as reading
from analysis.inputs.findings import InputError
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses, read_responses
from analysis.inputs.waves import Wave

HEADER = "response,soil,pond,fish,tools"


@pytest.fixture
def garden_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a wave that asks gardeners."""
    questionnaire = Questionnaire.model_validate(document())
    monkeypatch.setattr(reading, "questionnaires", lambda: {"garden": questionnaire})
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    (tmp_path / "harvest").mkdir()
    return tmp_path / "harvest"


def read(folder: Path, lines: Sequence[str], count: int | None = None, status: str = "collected") -> Responses:
    written(folder, "garden.csv", "".join(line + "\n" for line in lines))
    expected = len(lines) - 1 if count is None else count
    surveys = {"garden": {"file": "garden.csv", "responses": expected}}
    return read_responses(Wave.model_validate({**WAVE, "status": status, "surveys": surveys}), "garden")


def refused(folder: Path, lines: Sequence[str], count: int | None = None, status: str = "collected") -> list[str]:
    with pytest.raises(InputError) as error:
        read(folder, lines, count, status)
    return findings(error)


def test_responses_are_read_as_sets_of_answers(garden_folder: Path) -> None:
    coded = read(garden_folder, [HEADER, "1,sand,yes,orfe,spade;hoe", "2,clay,no,,none", "3,,,,"])
    assert coded.size == 3
    assert {name: list(codes) for name, codes in coded.codes.items()} == {
        "soil": [2, 1, 0],
        "pond": [1, 2, 0],
        "fish": [2, 0, 0],
        "tools": [5, 8, 0],
    }


ANSWERS = "answers of pond: yes, no, unsure"
COLUMNS = "'response' and the questions of garden"

BROKEN: dict[str, tuple[list[str], list[str]]] = {
    "unknown answer": (
        [HEADER, "1,sand,yes,orfe,spade", "2,sand,often,,"],
        [f"row 3, column pond: found 'often'; expected {ANSWERS}"],
    ),
    "unknown answers in several columns": (
        [HEADER, "1,chalk,yes,orfe,fork", "2,sand,often,,"],
        [
            "row 2, column soil: found 'chalk'; expected answers of soil: clay, sand, peat",
            f"row 3, column pond: found 'often'; expected {ANSWERS}",
            "row 2, column tools: found 'fork'; expected answers of tools: spade, rake, hoe, none",
        ],
    ),
    "an answer in capitals": ([HEADER, "1,sand,Yes,,"], [f"row 2, column pond: found 'Yes'; expected {ANSWERS}"]),
    "an answer with a blank": ([HEADER, "1,sand,yes ,,"], [f"row 2, column pond: found 'yes '; expected {ANSWERS}"]),
    "two answers where one was asked for": (
        [HEADER, "1,sand,yes;no,,"],
        [f"row 2, column pond: found 'yes;no'; expected {ANSWERS}"],
    ),
    "two answers left open in a collected wave": (
        [HEADER, "1,sand,yes+no,,"],
        [f"row 2, column pond: found 'yes+no'; expected {ANSWERS}"],
    ),
    "an exclusive answer with another": (
        [HEADER, "1,sand,yes,,spade;none"],
        ["row 2, column tools: found 'spade;none'; expected none alone: it excludes all other answers"],
    ),
    "a response twice": (
        [HEADER, "1,,,,", "2,,,,", "1,,,,"],
        ["row 4, column response: found '1' again; expected one row a response"],
    ),
    "an unknown column": (
        [HEADER + ",weeds", "1,,,,,"],
        [f"row 1, column weeds: found a column that is no question; expected {COLUMNS}"],
    ),
    "a column twice": (
        [HEADER + ",pond", "1,,yes,,,no"],
        [f"row 1, column pond: found a column that stands twice; expected {COLUMNS}"],
    ),
    "no column of responses": (
        ["soil,pond", "sand,yes"],
        [f"row 1, column response: found no such column; expected {COLUMNS}"],
    ),
    "a field too many": ([HEADER, "1,sand,yes,orfe,spade,hoe"], ["row 2: found 6 fields; expected 5 fields"]),
    "a field too few": (
        [HEADER, "1,sand,yes,orfe,spade", "2,sand,yes,orfe"],
        ["row 3: found 4 fields; expected 5 fields"],
    ),
    "a blank line": ([HEADER, "", "1,,,,"], ["row 2: found 0 fields; expected 5 fields"]),
    "an open quotation mark": (
        [HEADER, '1,sand,"yes,,'],
        ["row 2: found unexpected end of data; expected fields separated by commas"],
    ),
    "nothing": ([], ["found nothing; expected a table with one row a response"]),
}


@pytest.mark.parametrize(("lines", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_named_by_row_and_column(
    garden_folder: Path, lines: list[str], expected: list[str]
) -> None:
    joint = [f"garden.csv: {text}" if text.startswith("found") else f"garden.csv, {text}" for text in expected]
    assert refused(garden_folder, lines, count=max(len(lines) - 1, 1)) == joint


@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_responses_than_the_wave_states_is_refused(garden_folder: Path, count: int) -> None:
    found = refused(garden_folder, [HEADER, "1,,,,", "2,,,,"], count)
    assert found == [f"garden.csv: found 2 responses; expected {count} responses, as wave.yml states"]


def test_only_a_reconstructed_wave_leaves_an_answer_open(garden_folder: Path) -> None:
    lines = [HEADER, "1,sand+peat,yes,,", "2,peat,no+unsure,,"]
    coded = read(garden_folder, lines, status="reconstructed")
    assert list(coded.codes["soil"]) == [6, 4]
    assert list(coded.chose("soil", ("sand", "peat"))) == [True, True]
    assert list(coded.chose("soil", ("peat",))) == [False, True], "the first may have sand"
    for status in ("collected", "simulated"):
        assert len(refused(garden_folder, lines, status=status)) == 2
    (found,) = refused(garden_folder, [HEADER, "1,sand+chalk,,,"], status="reconstructed")
    assert found.startswith("garden.csv, row 2, column soil: found 'sand+chalk'")


def test_bytes_that_are_not_utf_8_are_named_with_their_line(garden_folder: Path) -> None:
    (garden_folder / "garden.csv").write_bytes(f"{HEADER}\n1,,,,\n2,caf\xe9,,,\n".encode("latin-1"))
    surveys = {"garden": {"file": "garden.csv", "responses": 2}}
    with pytest.raises(InputError) as error:
        read_responses(Wave.model_validate({**WAVE, "surveys": surveys}), "garden")
    assert findings(error) == ["garden.csv, row 3: found byte 0xe9, which is not UTF-8; expected text encoded as UTF-8"]


# Bases


def test_item_non_response_is_out_of_the_base() -> None:
    survey = garden_survey(pond=["yes", "", "no", "", "yes"])
    share = survey.pond.share("yes")
    assert (share.count, share.base, share.asked) == (2, 3, 5)


def test_who_was_not_asked_is_in_no_base_whatever_is_written_there() -> None:
    pond = ["yes", "yes", "yes", "no", "no", ""]
    fish = ["carp", "orfe", "", "carp", "", "carp"]
    responses = garden_survey(pond=pond, fish=fish).responses
    assert list(responses.asked("fish")) == [True, True, True, False, False, False]
    assert list(responses.answered("fish")) == [True, True, False, False, False, False]
    share = garden_survey(pond=pond, fish=fish).fish.share("carp")
    assert (share.count, share.base, share.asked) == (1, 2, 3)


def test_who_may_have_been_asked_is_not_taken_to_have_been(garden_folder: Path) -> None:
    coded = read(garden_folder, [HEADER, "1,,yes+no,,", "2,,yes,,"], status="reconstructed")
    assert list(coded.asked("fish")) == [False, True]
