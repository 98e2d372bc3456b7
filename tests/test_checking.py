"""The page that tells how to check the book tells the truth: its commands print what it says they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from analysis import paths
from analysis.publication.reference import TABLES
from analysis.published.reproduction import published_figures

PAGE = paths.BOOK / "methods" / "checking.md"
# What the register says of quantities that are printed in words.
WORDS = {"agrees", "differs", "in words"}
# These are run by tests of their own, which look at more than what they print.
ELSEWHERE = {
    "bounds": "test_bounds.py",
    "coverage": "test_coverage_simulation.py",
    "sensitivity": "test_sensitivity.py",
}


def blocks(text: str) -> list[str]:
    return re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def script(block: str) -> str:
    """The commands of a block: lines after a dollar, continued by lines after a greater-than sign."""
    return "\n".join(line[2:] for line in block.splitlines() if line.startswith(("$ ", "> ")))


def promised(block: str) -> list[str]:
    return [line for line in block.splitlines() if not line.startswith(("$ ", "> "))]


def steps(block: str) -> set[str]:
    return set(re.findall(r"python -m analysis (\w+)", block))


BLOCKS = blocks(PAGE.read_text("utf-8"))
QUICK = [block for block in BLOCKS if not steps(block) & ELSEWHERE.keys()]


def printed(commands: str, folder: Path) -> list[str]:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    run = ["bash", "-c", commands]
    return subprocess.run(
        run, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False
    ).stdout.splitlines()


def test_the_page_has_commands_and_says_what_each_prints() -> None:
    assert len(BLOCKS) >= 8
    assert [block for block in BLOCKS if not script(block) or not promised(block)] == []
    assert {step for block in BLOCKS for step in steps(block)} >= {"reconstruct", "bounds", "coverage", "check"}


@pytest.mark.parametrize("block", QUICK, ids=lambda block: script(block).splitlines()[-1][:60])
def test_the_commands_print_what_the_page_says(block: str, tmp_path: Path, site: Path) -> None:
    assert printed(script(block), tmp_path) == promised(block)


def test_a_command_that_prints_something_else_is_noticed(tmp_path: Path) -> None:
    block = '$ python -c "\n> print(49)"\n50\n'
    assert printed(script(block), tmp_path) == ["49"] != promised(block)


@pytest.mark.parametrize("step", ELSEWHERE)
def test_a_slow_command_is_run_by_a_test_of_its_own(step: str) -> None:
    assert any(step in steps(block) for block in BLOCKS)
    own = (paths.ROOT / "tests" / ELSEWHERE[step]).read_text("utf-8")
    made = {"bounds": "solve_bounds()", "coverage": "coverage_rows()", "sensitivity": "sensitivity_rows(MADE_ANEW)"}
    assert made[step] in own


def test_the_page_names_its_files_and_commands_as_they_are() -> None:
    named = re.findall(r"(?<![\w/$\"])(data/[\w/.-]+\.csv)", PAGE.read_text("utf-8"))
    assert named
    assert [name for name in named if not (paths.ROOT / name).exists() and "_build" not in name] == []


# The reference pages


def table(name: str) -> list[dict[str, str]]:
    made = TABLES[name]()
    return [dict(zip(made.columns, row, strict=True)) for row in made.rows]


def test_the_register_page_lists_every_printed_figure_and_what_the_book_holds_in_its_place() -> None:
    shown, rows = table("register"), published_figures()
    assert [(row["Place"], row["Address"]) for row in shown] == [(row["where"], row["address"]) for row in rows]
    differing = [
        row["Address"] for row in shown if row["Printed"] != row["In this book"] and row["In this book"] not in WORDS
    ]
    assert differing == [row["address"] for row in rows if row["reproduced"] == "no"]
    assert differing, "the report contradicts itself somewhere"
    early = next(row for row in shown if row["Address"] == "commissioners.early_involvement.always+often")
    assert (early["Printed"], early["In this book"], early["Known"]) == ("49%", "49%", "printed")


def test_no_number_is_shown_where_the_report_prints_words() -> None:
    rows = [row for row in table("register") if not re.search(r"\d", row["Printed"])]
    assert len(rows) > 10
    assert {row["In this book"] for row in rows} <= WORDS


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
def test_the_questionnaire_pages_mark_what_is_inferred_and_tell_who_was_asked(survey: str) -> None:
    document = yaml.safe_load((paths.QUESTIONNAIRE / f"{survey}.yml").read_text("utf-8"))
    shown = {row["Question"]: row for row in table(f"questionnaire-{survey.replace('_', '-')}")}
    assert list(shown) == [question["id"] for question in document["questions"]]
    for question in document["questions"]:
        answers = question.get("answers") or document["scales"][question["scale"]]
        row = shown[question["id"]]
        assert row["Wording"] == question["wording"].strip()
        assert row["Answers"].count(" *") == sum(answer.get("inferred", False) for answer in answers)
        assert row["Asked of"].startswith("those who" if "asked_if" in question else "all ")
