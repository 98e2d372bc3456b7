"""The fewest responses that move a printed digit of a headline are enough for the check with nbval to fail."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from test_nbval import CHECKED, EXECUTED, compare, headlines

from analysis.display.records import MIME
from analysis.inputs.waves import find_wave
from analysis.paths import DATA

WAVE = find_wave("baseline")
CHAPTER = next(path for path in EXECUTED if path.stem.endswith("views"))


@dataclass(frozen=True)
class Change:
    """So many responses to a survey's question changed from one cell to another move a whole percentage."""

    survey: str
    question: str
    answer: str
    before: str
    after: str
    responses: int
    printed: int
    moved: int

    def write(self, folder: Path, responses: int) -> None:
        """Change so many responses in a copy of the data."""
        path = folder / "waves" / WAVE.id / WAVE.surveys[self.survey].file
        header, *rows = read(path)
        place = header.index(self.question)
        for row in [row for row in rows if row[place] == self.before][:responses]:
            row[place] = self.after
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rounded(count: int, base: int) -> int:
    """A whole percentage, half a point rounded up, without floating point."""
    return (200 * count + base) // (2 * base)


def fewest() -> Change:
    """The smallest change that moves a percentage in the chapter's headline: one answer fewer, or one more."""
    changes = []
    for cell in headlines(CHAPTER):
        for row in cell.outputs[0].data[MIME]["estimates"]:
            if row["percent"] and not row["group"] and "+" not in row["answers"]:
                changes += moving(row["survey"], row["question"], row["answers"], int(row["percent"]))
    return min(changes, key=lambda change: change.responses)


def moving(survey: str, question: str, answer: str, printed: int) -> list[Change]:
    header, *rows = read(DATA / "waves" / WAVE.id / WAVE.surveys[survey].file)
    cells = [row[header.index(question)] for row in rows if row[header.index(question)]]
    count, base = cells.count(answer), len(cells)
    assert rounded(count, base) == printed
    other = next(cell for cell in cells if cell != answer)
    changes = []
    for before, after, step in ((answer, other, -1), (other, answer, 1)):
        needed = next(n for n in range(1, base) if rounded(count + step * n, base) != printed)
        moved = rounded(count + step * needed, base)
        changes.append(Change(survey, question, answer, before, after, needed, printed, moved))
    return changes


def first_headline() -> int:
    """The number that nbval gives to the cell: the place among the code cells."""
    code = [cell for cell in nbformat.read(CHAPTER, as_version=4).cells if cell.cell_type == "code"]
    return next(number for number, cell in enumerate(code) if CHECKED in cell.metadata.get("tags", []))


def test_an_unchanged_copy_of_the_data_passes(copied_data: dict[str, str]) -> None:
    done = compare([CHAPTER], copied_data)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_fewest_responses_that_move_a_digit_are_noticed_in_the_headline(copied_data: dict[str, str]) -> None:
    change = fewest()
    assert 1 <= change.responses <= 5
    assert abs(change.moved - change.printed) == 1
    change.write(Path(copied_data["ANALYSIS_DATA"]), change.responses)
    done = compare([CHAPTER], copied_data)
    assert done.returncode == 1, done.stdout[-3000:]
    assert failed_cells(done.stdout) == [first_headline()]


def test_no_fewer_responses_would_have_moved_the_digit(copied_data: dict[str, str]) -> None:
    change = fewest()
    folder = Path(copied_data["ANALYSIS_DATA"])
    change.write(folder, change.responses - 1)
    assert said(change, copied_data) == change.printed
    change.write(folder, 1)
    assert said(change, copied_data) == change.moved


def said(change: Change, environment: dict[str, str]) -> int:
    """The whole percentage that a chapter would print over a copy of the data."""
    lines = [
        "from analysis.display.opening import _opened",
        f"survey = _opened({WAVE.id!r}).{change.survey}",
        f"print(survey.{change.question}.share({change.answer!r}).percent)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def failed_cells(report: str) -> list[int]:
    return [int(number) for number in re.findall(r"^FAILED .*?::Cell (\d+)", report, re.MULTILINE)]
