"""The rehearsal that is shipped: made-up exports of a follow-up, and the truth that was planted in them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
import pytest
from openpyxl import load_workbook
from rehearsal.make_rehearsal import arrived, main
from rehearsal.population import FOLDER, draw, populations

from analysis.inputs.addresses import parse_address
from analysis.numbers.surveys import Survey
from analysis.published.figures import read_figures

POPULATIONS = populations()
FILES = ("truth.csv", "commissioners.sav", "third_sector.xlsx")


def planted() -> dict[str, dict[str, str]]:
    with (FOLDER / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["address"]: row for row in csv.DictReader(file)}


# What is shipped


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal")
    main(folder)
    return folder


def test_the_planted_truth_is_what_the_plan_makes(made_again: Path) -> None:
    assert (made_again / "truth.csv").read_text("utf-8") == (FOLDER / "truth.csv").read_text("utf-8")


def spss(path: Path) -> tuple[Any, ...]:
    frame, about = pyreadstat.read_sav(path, user_missing=True)
    cells = frame.astype(object).where(frame.notna(), None).to_dict("list")
    return cells, about.column_names_to_labels, about.variable_value_labels, about.missing_ranges, about.file_label


def test_the_spss_export_is_what_the_generator_makes_cell_by_cell(made_again: Path) -> None:
    again, shipped = (spss(folder / "commissioners.sav") for folder in (made_again, FOLDER))
    assert len(shipped[0]["Q1"]) > 150
    assert again == shipped


def workbook(path: Path) -> dict[str, list[Any]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path).worksheets}


def test_the_workbook_is_what_the_generator_makes_cell_by_cell(made_again: Path) -> None:
    again, shipped = (workbook(folder / "third_sector.xlsx") for folder in (made_again, FOLDER))
    assert len(shipped["Responses"]) > 390
    assert again == shipped


def test_the_rehearsal_is_small_and_names_no_year() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= set(FILES)
    assert sum(path.stat().st_size for path in files) < 300_000
    for path in files:
        text = str(workbook(path)) if path.suffix == ".xlsx" else path.read_bytes().decode("utf-8", "replace")
        assert not re.search(r"(?<![\d.])(?:19|20)\d\d(?![\d.])", text), path.name


def test_every_rule_of_response_processing_has_something_to_do() -> None:
    for name, population in POPULATIONS.items():
        found, _ = arrived(population)
        assert sum(record.analysed is not None for record in found) == population.responses
        assert {record.rule for record in found if record.analysed is None} == {
            "empty_record", "test_record", "consent_refused", "same_record", "repeated_respondent",
            "too_little_answered",
        }  # fmt: skip
        spoiled = sum(record.analysed not in (None, record.cells) for record in found)
        assert spoiled == (1 if name == "commissioners" else 8)


# What is planted


def test_the_truth_before_is_what_the_report_prints() -> None:
    truth, checked = planted(), set()
    for figure in read_figures():
        row = truth.get(str(figure.address))
        if figure.unit != "percent" or figure.is_relative or row is None:
            continue
        # Two paragraphs print another figure than a box does: 47% beside 46%.
        if (figure.where, figure.value) not in {("5.40", 47), ("6.11", 47)}:
            assert figure.admits(float(row["before"])), f"{figure.where}: {row}"
            checked.add(row["address"])
    assert len(checked) > 95


def test_changes_are_planted_up_and_down_and_in_most_numbers_none() -> None:
    rows = [row for row in planted().values() if "@" not in row["address"]]
    kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in {row["kind"] for row in rows}}
    points = {row["address"]: float(row["same_make_up"]) - float(row["before"]) for row in kinds["changed"]}
    assert min(points.values()) < -9 and max(points.values()) > 13
    assert len(kinds["unchanged"]) > len(kinds["changed"]) > 30
    assert all(row["before"] == row["after"] == row["same_make_up"] for row in kinds["unchanged"])
    by_composition = kinds["composition only"]
    assert len(by_composition) > 15
    assert all(row["before"] == row["same_make_up"] != row["after"] for row in by_composition)
    assert max(abs(float(row["after"]) - float(row["before"])) for row in by_composition) > 6


def test_what_the_instrument_breaks_is_not_to_be_compared() -> None:
    broken = {row["address"].split(".")[1] for row in planted().values() if row["kind"] == "not comparable"}
    assert broken == {"targets", "mapping", "larger_preferred", "local_compact"}
    assert {row["after"] for row in planted().values() if ".mapping." in row["address"]} == {""}
    assert {row["before"] for row in planted().values() if ".local_compact." in row["address"]} == {""}


def test_a_crude_share_is_that_of_its_groups_at_the_make_up_of_the_wave() -> None:
    truth = planted()
    parts = {
        name: float(truth[f"third_sector.size.{name}"]["after"]) for name in ("small", "medium", "large", "unsure")
    }
    funded = {name: float(truth[f"third_sector.funded_to_deliver.yes@size={name}"]["after"]) for name in parts}
    crude = sum(parts[name] * funded[name] for name in parts) / 100
    assert float(truth["third_sector.funded_to_deliver.yes"]["after"]) == pytest.approx(crude, abs=0.006)


@pytest.mark.parametrize("wave", ["before", "after"])
@pytest.mark.parametrize("name", POPULATIONS)
def test_very_many_respondents_answer_as_planted(name: str, wave: str) -> None:
    population = POPULATIONS[name]
    drawn = draw(population, wave, 60_000, np.random.default_rng(11))
    survey, checked = Survey(drawn.questionnaire, drawn), 0
    for address, row in planted().items():
        if address.startswith(f"{name}.") and row[wave]:
            estimate, truth = survey.estimate(parse_address(address)), float(row[wave])
            error = (truth * (100 - truth) / (estimate.base or 1)) ** 0.5
            # Four and a half standard errors, and the rounding of the file.
            assert float(estimate.exact or 0) == pytest.approx(truth, abs=4.5 * error + 0.01), address
            checked += 1
    assert checked > 150
