"""What an export does not say in the questionnaire's words an analyst says once, in a file that stays with the wave."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import yaml
from desk import Desk, desk
from exports import Row, cells, people, rows_by_id, spss_file, surveymonkey

from analysis.inputs.questionnaire import questionnaires

__all__ = ["desk"]

QUESTIONS = questionnaires()["commissioners"].by_id


def coded_rows() -> list[Row]:
    """An export with short names and codes, as a tool writes it that was told nothing."""
    persons = people("commissioners")
    rows = rows_by_id("commissioners", persons)
    for place, question in enumerate(QUESTIONS.values()):
        for row in rows[1:]:
            row[place] = ";".join(str(question.answer_ids.index(one) + 1) for one in str(row[place]).split(";") if one)
        rows[0][place] = f"Q{place + 1}"
    return rows


def coded_mapping() -> dict[str, object]:
    return {
        "columns": {f"Q{place}": name for place, name in enumerate(QUESTIONS, start=1)},
        "answers": {
            name: {str(place): answer for place, answer in enumerate(question.answer_ids, start=1)}
            for name, question in QUESTIONS.items()
        },
    }


def expected() -> list[dict[str, str]]:
    return sorted(cells("commissioners", people("commissioners")), key=lambda row: list(row.values()))


def test_codes_and_short_names_are_read_with_a_mapping_file(desk: Desk) -> None:
    desk.put(coded_rows())
    desk.mapping(coded_mapping())
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()


def test_without_it_every_column_is_asked_for(desk: Desk) -> None:
    desk.put(coded_rows())
    assert desk.run() == 2
    assert set(desk.codes()) == {"E-COLUMN-UNKNOWN", "E-QUESTION-MISSING"}
    assert "--draft-mapping drafts the files" in desk.errors


def test_the_mapping_file_stays_with_the_wave_as_it_was_written(desk: Desk) -> None:
    desk.put(coded_rows())
    text = "# Decided by two of us.\n" + yaml.safe_dump({"survey": "commissioners", **coded_mapping()})
    desk.mapping(text)
    assert desk.run() == 0, desk.errors
    assert (desk.wave / "mapping" / "commissioners.yml").read_text("utf-8") == text


def test_the_mapping_file_that_stands_with_the_wave_is_used_again(desk: Desk) -> None:
    desk.put(coded_rows())
    desk.mapping(coded_mapping())
    assert desk.run() == 0, desk.errors
    desk.arguments = ["--replace"]
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()


def test_words_that_yaml_takes_for_other_things_stay_words(desk: Desk) -> None:
    rows = desk.rows()
    place = rows[0].index("training")
    words = {"provided": "Yes", "planned": "no", "never": "off", "unsure": "007"}
    for row in rows[1:]:
        row[place] = words.get(str(row[place]), "")
    desk.put(rows)
    desk.mapping("survey: commissioners\nanswers:\n  training: {Yes: provided, no: planned, off: never, 007: unsure}\n")
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()


def test_a_text_may_be_declared_no_answer(desk: Desk) -> None:
    rows = desk.rows()
    for row in rows[1:4]:
        row[2] = "Wales"
    desk.put(rows)
    desk.mapping({"answers": {"region": {"Wales": {"no_answer": "outside England"}}}})
    assert desk.run() == 0, desk.errors
    blank = sum(not row[2] for row in desk.rows()[4:])
    assert sum(not row["region"] for row in desk.answers()) == 3 + blank
    assert desk.count("missing_code") == 3


def test_a_repeated_heading_is_told_apart_by_the_letter_of_its_column(desk: Desk) -> None:
    rows = [[*row, row[0]] for row in desk.rows()]
    desk.put(rows)
    desk.mapping({"columns": {"role [column AD]": {"ignore": "exported twice"}}})
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()


def test_a_column_may_be_one_answer_words_or_the_tools_own(desk: Desk) -> None:
    rows = surveymonkey("commissioners", people("commissioners"))
    rows[0] += ["Anything else?", "Caller", "Box 7"]
    rows[1] += ["", "", ""]
    place = next(n for n, text in enumerate(rows[1]) if text.startswith("In conjunction"))
    for number, row in enumerate(rows[2:]):
        row += [f"my own words {number}", f"c{number}", "2" if row[place] else "1"]
        row[place] = ""
    desk.put([[cell for n, cell in enumerate(row) if n != place] for row in rows])
    desk.mapping(
        {
            "columns": {
                "Anything else?": {"words_beside": "role"},
                "Caller": {"use_as": "respondent"},
                "Box 7": "training_provider.local_cvs",
                "Respondent ID": {"ignore": "numbers of the tool"},
            },
            "answers": {"training_provider": {"1": "not ticked", "2": "ticked"}},
        }
    )
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()
    assert desk.count("free_text") >= 24


def test_records_may_be_declared_tests(desk: Desk) -> None:
    rows = desk.rows()
    rows[0].append("Respondent ID")
    for number, row in enumerate(rows[1:], start=101):
        row.append(f"{number}")
    desk.put(rows)
    desk.mapping({"test_records": ["103", "row 9"]})
    assert desk.run() == 0, desk.errors
    assert (len(desk.answers()), desk.count("test_record")) == (22, 2)


# Drafts


def drafted(desk: Desk, *arguments: str) -> dict[str, str]:
    """The texts of the drafts, by the name of the file."""
    before = set(desk.folder.glob("*.yml"))
    assert desk.run("--draft-mapping", *arguments) == 0, desk.errors
    assert not desk.wave.exists()
    return {path.name: path.read_text("utf-8") for path in set(desk.folder.glob("*.yml")) - before}


def spoilt(desk: Desk) -> None:
    """An export with a reworded question, an answer in other words, and a question that was not asked."""
    rows = desk.rows()
    for row in rows[1:]:
        row[0] = "Commissioning manager" if row[0] == "commissioner" else row[0]
    rows[0][0] = "Which of these best describes your job?"
    desk.put([[*row[:2], *row[3:]] for row in rows])


def test_a_draft_shows_what_is_open_with_the_nearest_candidates(desk: Desk) -> None:
    spoilt(desk)
    drafts = drafted(desk)
    assert set(drafts) == {"commissioners-export.mapping.yml", "autumn.instrument.yml"}
    mapping = drafts["commissioners-export.mapping.yml"]
    assert '"Which of these best describes your job?": role  # column A; a near match, to be checked' in mapping
    assert re.search(r'"Commissioning manager": to be decided  # \d+ times; perhaps commissioner \(0\.\d\d\)', mapping)
    assert "region: {why: to be decided}  # 'In which region are you based?'" in drafts["autumn.instrument.yml"]


def test_a_draft_is_refused_until_it_is_decided_and_then_makes_the_wave(desk: Desk) -> None:
    spoilt(desk)
    drafted(desk)
    mapping, instrument = desk.folder / "commissioners-export.mapping.yml", desk.folder / "autumn.instrument.yml"
    desk.arguments = ["--mapping", str(mapping), "--instrument", str(instrument)]
    assert desk.run() == 2
    assert sorted(desk.codes()) == ["E-INSTRUMENT-UNDECIDED", "E-MAPPING-UNDECIDED"]
    mapping.write_text(mapping.read_text("utf-8").replace(": to be decided", ": commissioner"), "utf-8")
    instrument.write_text(instrument.read_text("utf-8").replace("to be decided", "Known from the sample."), "utf-8")
    assert desk.run() == 0, desk.errors
    assert desk.answers() == sorted(
        ({k: v for k, v in row.items() if k != "region"} for row in cells("commissioners", people("commissioners"))),
        key=lambda row: list(row.values()),
    )
    assert yaml.safe_load((desk.wave / "instrument.yml").read_text("utf-8"))["commissioners"]["dropped"] == {
        "region": {"why": "Known from the sample."}
    }


def test_numbered_columns_are_drafted_from_their_labels_together(desk: Desk) -> None:
    import pyreadstat

    persons = people("commissioners")
    path = spss_file(desk.folder / "export.sav", "commissioners", persons)
    frame, about = pyreadstat.read_sav(path)
    labels = {
        name: text.rpartition(": ")[2] if "_" in name else text for name, text in about.column_names_to_labels.items()
    }
    pyreadstat.write_sav(frame, path, column_labels=labels, variable_value_labels=about.variable_value_labels)
    desk.files["commissioners"] = path
    draft = drafted(desk)["export.mapping.yml"]
    columns = yaml.safe_load(draft)["columns"]
    assert columns["q16_2"] == "support_kinds.specialist_support"
    assert "to be decided" not in columns.values()
    desk.arguments = ["--mapping", str(desk.folder / "export.mapping.yml")]
    assert desk.run() == 0, desk.errors
    assert desk.answers() == expected()


def test_a_second_draft_begins_with_what_is_decided(desk: Desk) -> None:
    spoilt(desk)
    desk.mapping({"columns": {"Which of these best describes your job?": "role"}})
    draft = yaml.safe_load(drafted(desk)["commissioners-export.mapping.yml"])
    assert draft["columns"] == {"Which of these best describes your job?": "role"}
    assert draft["answers"] == {"role": {"Commissioning manager": "to be decided"}}


def test_a_draft_shows_no_words_that_few_people_wrote(desk: Desk) -> None:
    rows = desk.rows()
    rows[0].append("Your views")
    for number, row in enumerate(rows[1:]):
        row.append("nothing to add" if number > 19 else f"I am the only one in Rutland, number {number}")
    desk.put(rows)
    draft = drafted(desk)["commissioners-export.mapping.yml"]
    assert "'nothing to add' (4)" in draft and "Rutland" not in draft


def test_good_exports_need_no_draft(desk: Desk) -> None:
    assert drafted(desk) == {}
    assert desk.output == "Nothing needs a mapping file.\n"


def test_drafts_go_where_they_are_asked_for(desk: Desk) -> None:
    spoilt(desk)
    (desk.folder / "drafts").mkdir()
    assert drafted(desk, str(desk.folder / "drafts")) == {}
    assert {path.name for path in (desk.folder / "drafts").iterdir()} == {
        "commissioners-export.mapping.yml", "autumn.instrument.yml"
    }  # fmt: skip


HOSTILE: dict[str, Callable[[], str]] = {
    "a program's object": lambda: "survey: !!python/object/apply:os.getcwd []\n",
    "references that grow": lambda: "survey: commissioners\ncolumns: &a {x: y}\nanswers: *a\n",
    "depth without end": lambda: "survey: " + "[" * 5000,
    "a list as key": lambda: "survey: commissioners\ncolumns: {[a, b]: role}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mapping_file_cannot_do_more_than_say_words(desk: Desk, name: str) -> None:
    desk.mapping(HOSTILE[name]())
    assert desk.run() == 2
    assert set(desk.codes()) <= {"E-MAPPING-YAML", "E-MAPPING-SHAPE", "E-MAPPING-SURVEY"}
