"""A wave is added whole or not at all, holds nothing that tells who answered, and says where it came from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from desk import SURVEYS, Desk, desk
from exports import Person, people, rows_by_id, spss_file, surveymonkey

from analysis import paths
from analysis.inputs.exports import folder
from analysis.inputs.exports.adding import keep_wave, prepare_wave
from analysis.inputs.exports.dates import months
from analysis.inputs.exports.request import Request
from analysis.inputs.findings import InputError
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import all_waves, find_wave
from analysis.publication.processing_tables import count_table
from analysis.published import backtest, source
from analysis.published.figures import read_figures
from analysis.published.reproduction import published_figures

__all__ = ["desk"]


def request(desk: Desk, **more: object) -> Request:
    return Request("autumn", dict(desk.files), **more)  # type: ignore[arg-type]


def test_a_new_wave_can_be_read_like_any_other(desk: Desk) -> None:
    assert desk.run("--title", "Autumn survey", "--fieldwork", "September") == 0, desk.errors
    wave = find_wave("autumn")
    assert (wave.title, wave.status, wave.fieldwork, wave.follows) == (
        "Autumn survey",
        "collected",
        "September",
        "spring",
    )
    assert (wave.publish, wave.role, wave.has_responses) == (True, "", True)
    for survey in SURVEYS:
        responses = read_responses(wave, survey)
        assert responses.size == wave.surveys[survey].responses == 24
        content = wave.responses_path(survey).read_bytes()
        assert wave.surveys[survey].sha256 == sha256(content).hexdigest()
    assert desk.output.endswith("Next: make book\n")


def test_responses_that_were_changed_afterwards_are_refused(desk: Desk) -> None:
    assert desk.run() == 0, desk.errors
    wave = find_wave("autumn")
    path = wave.responses_path("commissioners")
    path.write_text(path.read_text("utf-8").replace("london", "north_east"), "utf-8")
    with pytest.raises(InputError, match="the checksum"):
        read_responses(wave, "commissioners")


def test_a_simulated_wave_says_so_and_is_not_published(desk: Desk) -> None:
    assert desk.run("--status", "simulated") == 0, desk.errors
    wave = find_wave("autumn")
    assert (wave.status, wave.publish) == ("simulated", False)
    assert "simulated" in wave.banner


def test_what_is_not_said_is_told_by_the_id_and_the_exports(desk: Desk) -> None:
    rows = surveymonkey("commissioners", people("commissioners"))
    for number, row in enumerate(rows[2:]):
        row[2], row[3] = f"{9 + number % 3:02}/{number + 1:02}/2010", f"12/{number + 1:02}/2010"
    desk.put(rows)
    assert desk.run(wave="second-autumn") == 0, desk.errors
    wave = find_wave("second-autumn")
    assert (wave.title, wave.fieldwork) == ("Second autumn", "September to December 2010")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([], ""), ([(2010, 3, 1)], "March 2010"), ([(2010, 5, 31), (2010, 3, 1)], "March to May 2010"),
        ([(2011, 2, 1), (2010, 12, 31)], "December 2010 to February 2011"),
    ],
)  # fmt: skip
def test_the_fieldwork_is_told_in_months(days: list[tuple[int, int, int]], told: str) -> None:
    from datetime import date

    assert months([date(*day) for day in days]) == told


def test_nothing_that_is_kept_tells_who_answered_or_when(desk: Desk) -> None:
    rows = surveymonkey("commissioners", people("commissioners"))
    for number, row in enumerate(rows[2:]):
        row[0], row[4], row[5] = f"7770{number:03}", "10.99.88.77", f"person{number}@example.org"
    desk.put(rows)
    assert desk.run() == 0, desk.errors
    files = [path for path in desk.wave.rglob("*") if path.is_file()]
    assert {path.relative_to(desk.wave).as_posix() for path in files} == {
        "wave.yml", "processing.csv", "columns.csv", "responses/commissioners.csv", "responses/third_sector.csv"
    }  # fmt: skip
    text = "".join(path.read_text("utf-8") for path in files)
    for secret in ("7770", "10.99", "@example", "03/", "we simply talk"):
        assert secret not in text


def test_the_order_of_the_export_is_not_the_order_of_the_responses(desk: Desk) -> None:
    assert desk.run() == 0, desk.errors
    first = (desk.wave / "responses" / "commissioners.csv").read_bytes()
    rows = desk.rows()
    desk.put([rows[0], *reversed(rows[1:])])
    assert desk.run("--replace") == 0, desk.errors
    assert (desk.wave / "responses" / "commissioners.csv").read_bytes() == first


def test_what_became_of_each_column_is_kept(desk: Desk) -> None:
    desk.files["commissioners"] = spss_file(desk.folder / "export.sav", "commissioners", people("commissioners"))
    assert desk.run() == 0, desk.errors
    rows = [row for row in desk.kept("columns.csv") if row["survey"] == "commissioners"]
    assert rows[0] == {"survey": "commissioners", "column": "serial", "label": "Respondent serial",
                       "becomes": "respondent", "recognised_by": "its name"}  # fmt: skip
    assert rows[1]["becomes"] == "role" and rows[5]["becomes"] == "early_involvement_ways.service_consultations"


def test_what_a_wave_brings_already_stays(desk: Desk) -> None:
    (desk.wave / "context").mkdir(parents=True)
    (desk.wave / "context" / "01_introduction.yml").write_text("{}\n")
    assert desk.run() == 0, desk.errors
    assert (desk.wave / "context" / "01_introduction.yml").read_text() == "{}\n"


def test_the_book_prints_what_processing_did(desk: Desk) -> None:
    rows = desk.rows()
    desk.put([*rows, [""] * len(rows[0]), ["", "often", *[""] * (len(rows[0]) - 2)]])
    assert desk.run() == 2, "a word that is no kind of organisation"
    desk.put([*rows, [""] * (len(rows[0]) - 1) + ["n/a"], *rows[1:4]])
    assert desk.run() == 0, desk.errors
    heads, told = count_table()
    autumn = [row for row in told if row[0] == "Autumn" and row[1] == "Survey of commissioners"]
    assert heads[-2:] == ("Affected", "Of")
    assert autumn[0][2:] == ("Records in the export", "28 records", "28")
    assert ("A record that answers no question is left out", "1 record", "28") in [row[2:] for row in autumn]
    assert autumn[-1][2:] == ("Responses that are analysed", "27 records", "28")
    assert not [row for row in autumn if row[3].startswith("0 ")]
    unprocessed = [row for row in count_table()[1] if row[0] == "Spring"]
    assert unprocessed == [("Spring", "both surveys", "Not recorded", "", "")]


# Whole or not at all


def drafts(desk: Desk) -> list[Path]:
    return list((desk.folder / "data").glob(f"{folder.DRAFT}*"))


@pytest.mark.parametrize("replacing", [False, True])
def test_a_failure_while_writing_leaves_the_study_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, replacing: bool
) -> None:
    if replacing:
        assert desk.run() == 0, desk.errors
    before = {path: path.read_bytes() for path in desk.waves.rglob("*") if path.is_file()}
    addition = prepare_wave(request(desk, replace=replacing, title="Another"))
    renamed: list[object] = []
    rename = os.rename

    def failing(*arguments: str) -> None:
        renamed.append(arguments)
        # Of a new wave the only renaming fails, of one that is replaced the second: the old one is put aside by then.
        if len(renamed) == (2 if replacing else 1):
            raise OSError("no space left")
        rename(*arguments)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OSError, match="no space left"):
        keep_wave(addition)
    assert {path: path.read_bytes() for path in desk.waves.rglob("*") if path.is_file()} == before
    assert drafts(desk) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from analysis.inputs.exports import folder
from analysis.__main__ import main

def killed(*_): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "writing":
    folder._exchange = killed
else:
    rename, times = os.rename, []
    def rename_once(*names):
        if times: killed()
        times.append(names)
        rename(*names)
    folder.os.rename = rename_once
main(sys.argv[2:])
"""


@pytest.mark.parametrize("moment", ["writing", "exchanging"])
def test_a_killed_command_leaves_no_half_of_a_wave(desk: Desk, moment: str) -> None:
    if moment == "exchanging":
        assert desk.run() == 0, desk.errors
    before = {path: path.read_bytes() for path in desk.waves.rglob("*") if path.is_file()}
    options = [f"--{survey.replace('_', '-')}={path}" for survey, path in desk.files.items()]
    options += ["--replace", "--title", "Another"] if moment == "exchanging" else []
    command = [sys.executable, "-c", KILLED, moment, "add-wave", "autumn", *options]
    ended = subprocess.run(
        command, env={**os.environ, "ANALYSIS_PROJECT": str(desk.folder)}, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(drafts(desk)) == 1, "it was not killed while it worked"
    all_waves.cache_clear()
    assert {wave.id for wave in all_waves()} == {"spring"}, "half a wave is there"
    # The next command clears away, and brings back what was put aside.
    folder.clear_away()
    assert {path: path.read_bytes() for path in desk.waves.rglob("*") if path.is_file()} == before
    assert drafts(desk) == []


def test_a_wave_is_as_open_to_read_as_the_rest_of_the_study(desk: Desk) -> None:
    assert desk.run() == 0, desk.errors
    assert desk.wave.stat().st_mode & 0o777 == 0o755


# Replacing a reconstruction


@pytest.fixture
def baseline(desk: Desk) -> Desk:
    """A desk in a study whose first wave is the one that the source report is about, reconstructed."""
    home = desk.waves / "baseline-2007"
    home.mkdir()
    own = paths.ROOT / "data" / "waves" / "baseline-2007"
    for name in ("facts.csv", "commissioners.csv", "third_sector.csv", "wave.yml"):
        (home / name).write_bytes((own / name).read_bytes())
    (desk.waves / "spring" / "wave.yml").unlink()
    all_waves.cache_clear()
    return desk


def answering(survey: str, question: str, counts: dict[str, int], size: int) -> list[Person]:
    """Made-up respondents of whom so many give each answer to a question."""
    persons = people(survey, size)
    answers = [answer for answer, count in counts.items() for _ in range(count)]
    for person, answer in zip(persons, answers, strict=True):
        person[question] = (answer,) if answer else ()
    return persons


def test_collected_responses_take_the_place_of_a_reconstruction(baseline: Desk) -> None:
    assert baseline.run("--replace", wave="baseline-2007") == 0, baseline.errors
    wave = find_wave("baseline")
    assert (wave.id, wave.status, wave.title, wave.follows) == ("baseline-2007", "collected", "Baseline 2007", "")
    assert wave.fieldwork == "August to December 2007" and "reconstruction" not in wave.banner
    names = {path.relative_to(wave.folder).as_posix() for path in wave.folder.rglob("*.csv")}
    assert names == {"facts.csv", "processing.csv", "columns.csv", "backtest.csv", "responses/commissioners.csv",
                     "responses/third_sector.csv"}  # fmt: skip


def test_the_printed_figures_become_a_back_test(baseline: Desk) -> None:
    # 67 of 160 are 41.9%, printed 42%; 40 of 160 are 25%, printed 21%; two did not say.
    persons = answering(
        "commissioners", "role",
        {"commissioner": 67, "procurement": 40, "third_sector_policy": 35, "governance": 18, "": 2}, 162,
    )  # fmt: skip
    baseline.put(rows_by_id("commissioners", persons))
    assert baseline.run("--replace", wave="baseline-2007") == 0, baseline.errors
    rows = source.read_backtest(find_wave("baseline"))
    row = rows["2.7-1"]
    assert (row["address"], row["printed"], row["computed"], row["count"], row["base"], row["within"]) == (
        "commissioners.role.commissioner", "42%", "41.9", "67", "160", "yes"
    )  # fmt: skip
    row = rows["2.7-2"]
    assert (row["printed"], row["computed"], row["difference"], row["within"]) == ("21%", "25", "4", "no")
    assert (rows["2.6-1"]["within"], rows["2.10-1"]["within"], rows["2.10-1"]["difference"]) == ("yes", "no", "-393")
    assert set(rows) == {figure.figure for figure in read_figures() if not figure.is_study}
    within = sum(row["within"] == "yes" for row in rows.values())
    told = [row for row in rows.values() if row["within"] != source.WITHHELD]
    assert f"Back test: {within} of {len(told)} figures printed in the source report" in baseline.output
    # Of 24 organisations, 8 of each size: nothing may be told of the sizes, or of what fewer than 20 could have said.
    small = [row for row in rows.values() if "@size=" in row["address"]]
    assert small and {(row["within"], row["computed"], row["count"]) for row in small} == {("withheld", "", "")}
    assert "2.10: responses from third sector organisations: printed 417, computed 24" in baseline.output


def test_a_figure_about_what_was_not_asked_is_no_difference(baseline: Desk) -> None:
    rows = baseline.rows()
    baseline.put([row[1:] for row in rows])
    declared = baseline.folder / "instrument.yml"
    declared.write_text("commissioners: {dropped: {role: {why: Lost.}}}")
    assert baseline.run("--replace", "--instrument", str(declared), wave="baseline-2007") == 0, baseline.errors
    row = source.read_backtest(find_wave("baseline"))["2.7-1"]
    assert (row["computed"], row["difference"], row["within"]) == ("", "", backtest.NOT_ASKED)


@pytest.mark.parametrize("at_hand", [True, False], ids=["with the responses", "in a copy without them"])
def test_the_register_tells_what_collected_responses_reproduce(baseline: Desk, at_hand: bool) -> None:
    assert baseline.run("--replace", wave="baseline-2007") == 0, baseline.errors
    wave = find_wave("baseline")
    kept = source.read_backtest(wave)
    if not at_hand:
        for survey in SURVEYS:
            wave.responses_path(survey).unlink()
    rows = {row["figure"]: row for row in published_figures()}
    assert {name: row["reproduced"] for name, row in rows.items() if name in kept} == {
        name: "yes" if row["within"] == "yes" else "no" for name, row in kept.items()
    }
    assert all(row["note"] for row in rows.values() if row["reproduced"] == "no")


def test_what_follows_from_printed_figures_does_not_change_with_the_responses(baseline: Desk) -> None:
    before = source.source_sizes()
    assert before == {"commissioners": 162, "third_sector": 417}
    assert baseline.run("--replace", wave="baseline-2007") == 0, baseline.errors
    assert source.source_sizes() == before
