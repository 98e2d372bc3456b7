"""How time grows with responses, questions and waves, and what memory ten million responses take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import yaml

from analysis.inputs.instruments import instruments
from analysis.inputs.questionnaire import Question
from analysis.inputs.responses import code_type
from analysis.inputs.waves import find_wave
from benchmarks.copies import copy_of_the_study, study
from benchmarks.measured import Row, compared, peak_memory, quickest, seconds
from benchmarks.tabulating import ours, responses

PART = "growth"
LARGE = "large"
# So many responses a file: a survey too large for memory comes in several.
IN_A_FILE = 1_000_000


def by_responses(sizes: Iterable[int], questions: int, standard: int) -> list[Row]:
    times = {size: _tabulated(size, questions) for size in sorted({*sizes, standard})}
    return [
        compared(
            PART, "responses", f"{size}", times[size], f"{standard} responses, {questions} questions", times[standard]
        )
        for size in sizes
    ]


def by_questions(numbers: Iterable[int], size: int, standard: int) -> list[Row]:
    times = {number: _tabulated(size, number) for number in sorted({*numbers, standard})}
    return [
        compared(
            PART, "questions", f"{number}", times[number], f"{standard} questions, {size} responses", times[standard]
        )
        for number in numbers
    ]


def _tabulated(size: int, questions: int) -> float:
    given = responses(size, questions)
    return quickest(lambda: lambda: ours(given), 1 if size > 1_000_000 else 3)


def by_waves(numbers: Iterable[int], chapter: str) -> list[Row]:
    """One chapter run over so many waves: made-up ones of fifty responses a survey, besides the baseline."""
    with copy_of_the_study(chapter) as folder:
        times, there = {}, 0
        for number in sorted(numbers):
            for place in range(there, number - 1):
                made_up_wave(folder, f"wave-{place:02}", 50)
            there = max(there, number - 1)
            times[number] = seconds(lambda: study(folder, "run", "--force"))
    first = times[min(times)]
    return [compared(PART, "waves", f"{number}", taken, "1 wave", first) for number, taken in times.items()]


def by_memory(sizes: dict[str, int], chapters: str = "*") -> list[Row]:
    """The greatest memory, and the time, of all chapters over a wave of so many responses, by survey, in files."""
    with copy_of_the_study(chapters) as folder:
        number = len([*(folder / "analysis" / "chapters").glob("*.ipynb")])
        with peak_memory() as before:
            small = seconds(lambda: study(folder, "run", "baseline", "--force"))
        made_up_wave(folder, LARGE, 0, sizes)
        with peak_memory() as peak:
            taken = seconds(lambda: study(folder, "run", LARGE, "--force"))
    which = "all chapters" if chapters == "*" else f"{number} of the chapters: {chapters}"
    setting, note = ", ".join(f"{size} {name}" for name, size in sizes.items()), f"{which}; Parquet, engine: duckdb"
    baseline = "the baseline wave"
    return [
        compared(
            "memory", "all processes together", setting, peak["together"], baseline, before["together"], "MB", note
        ),
        compared("memory", "largest process", setting, peak["largest"], baseline, before["largest"], "MB", note),
        compared("memory", "run", setting, taken, baseline, small, note=note),
    ]


def made_up_wave(folder: Path, name: str, size: int, sizes: dict[str, int] | None = None) -> None:
    """A simulated wave of answers at random: as text or, with `sizes`, as codes in files, counted where they lie."""
    home = folder / "data" / "waves" / name
    (home / "responses").mkdir(parents=True)
    baseline, surveys = find_wave("baseline"), {}
    for survey, asked in instruments(baseline).items():
        target = home / "responses" / survey
        if sizes:
            _parquet(target, asked.questionnaire.questions, sizes[survey])
            entry = {"file": f"responses/{survey}-*.parquet", "responses": sizes[survey], "engine": "duckdb"}
        else:
            _text(target.with_suffix(".csv"), asked.questionnaire.questions, size)
            entry = {"file": f"responses/{survey}.csv", "responses": size}
        surveys[survey] = entry
    wave = {"id": name, "title": name.capitalize(), "status": "simulated", "follows": baseline.id,
            "about": "Made up.", "banner": "No one's answers.", "fieldwork": "none"}  # fmt: skip
    (home / "wave.yml").write_text(yaml.safe_dump({**wave, "surveys": surveys}))


def _codes(question: Question, size: int, rng: np.random.Generator) -> np.ndarray:
    """Answers at random, one in ten of them none."""
    number, kind = len(question.answers), code_type(question)
    if question.kind == "multiple":
        allowed = sum(1 << place for place, one in enumerate(question.answer_ids) if one not in question.exclusive)
        codes = rng.integers(0, 1 << number, size, dtype=np.uint64) & rng.integers(
            0, 1 << number, size, dtype=np.uint64
        )
        return (codes & np.uint64(allowed)).astype(kind)
    codes = (np.uint64(1) << rng.integers(0, number, size, dtype=np.uint64)).astype(kind)
    codes[rng.random(size) < 0.1] = 0
    return codes


def _text(path: Path, questions: Iterable[Question], size: int) -> None:
    rng, asked = np.random.default_rng(3), list(questions)
    columns = [[_cell(one, int(code)) for code in _codes(one, size, rng)] for one in asked]
    lines = [",".join(["response", *(one.id for one in asked)])]
    lines += [",".join([str(number), *cells]) for number, cells in enumerate(zip(*columns, strict=True), start=1)]
    path.write_text("\n".join(lines) + "\n")


def _cell(question: Question, code: int) -> str:
    return ";".join(one for place, one in enumerate(question.answer_ids) if code >> place & 1)


def _parquet(target: Path, questions: Iterable[Question], size: int) -> None:
    import duckdb
    import pandas as pd

    rng, asked = np.random.default_rng(4), list(questions)
    for number, start in enumerate(range(0, size, IN_A_FILE)):
        table = pd.DataFrame({one.id: _codes(one, min(IN_A_FILE, size - start), rng) for one in asked})
        path = target.with_name(f"{target.name}-{number:03}.parquet")
        connection = duckdb.connect()
        connection.register("part", table)
        connection.execute(f"COPY (FROM part) TO '{path}' (FORMAT parquet)")
