"""The tables of the chapters as a book of R's bookdown, its package survey computing them: no charts, no sentences."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.inputs.responses import Responses, read_responses
from analysis.inputs.waves import find_wave
from analysis.publication import downloads
from benchmarks.measured import FOLDER, Row, compared, seconds

SCRIPT = FOLDER / "bookdown.R"
WHAT = "R bookdown with survey, the tables alone"
RENDER = 'bookdown::render_book("index.Rmd", "bookdown::html_book", quiet = TRUE)'
VERSIONS = (
    'cat(paste("R", getRversion(), "with survey", packageVersion("survey"), "bookdown", packageVersion("bookdown")))'
)
# A table: the survey, its question, the breakdown if it has one.
Asked = tuple[str, str, str]


def bookdown_row(folder: Path, executed: Sequence[Path], setting: str, ours: float) -> Row:
    """How long bookdown takes for the tables of these executed chapters, against our time for the whole book."""
    told = _versions()
    if told is None:
        return Row(
            "chapters", WHAT, setting, "run and build", 0.0, 0.0, note="not measured: R, its packages or pandoc missing"
        )
    target = folder / "bookdown"
    number = write_book(target, executed)
    taken = seconds(lambda: _rendered(target))
    return compared("chapters", WHAT, setting, taken, "run and build", ours, note=f"{number} tables; {told}")


def _versions() -> str | None:
    if shutil.which("Rscript") is None or shutil.which("pandoc") is None:
        return None
    ended = subprocess.run(["Rscript", "-e", VERSIONS], capture_output=True, text=True, check=False)
    return ended.stdout.strip() if ended.returncode == 0 else None


def _rendered(target: Path) -> None:
    ended = subprocess.run(["Rscript", "-e", RENDER], cwd=target, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"bookdown: {ended.stderr[-4000:]}")


def write_book(target: Path, executed: Sequence[Path]) -> int:
    """Write the pages and the data of the book; returns how many tables it has."""
    target.mkdir(parents=True)
    wave = find_wave("baseline")
    for survey in wave.surveys:
        table(read_responses(wave, survey)).to_csv(target / f"{survey}.csv", index=False)
    shutil.copy(SCRIPT, target)
    opening = "".join(f'{survey} <- opened("{survey}.csv")\n' for survey in wave.surveys)
    (target / "index.Rmd").write_text(f'---\ntitle: "Tables"\nsite: bookdown::bookdown_site\n---\n\n# Tables\n\n'
                                      f'```{{r, include=FALSE}}\nsource("{SCRIPT.name}")\n{opening}```\n')  # fmt: skip
    number = 0
    for place, path in enumerate(executed, start=1):
        asked = list(dict.fromkeys(_asked(path)))
        chunks = "".join(
            f'```{{r, echo=FALSE}}\ntabled({one}, "{question}", "{by}")\n```\n\n' for one, question, by in asked
        )
        (target / f"{place:02}-{path.stem}.Rmd").write_text(f"# {path.stem}\n\n{chunks}")
        number += len(asked)
    return number


def _asked(executed: Path) -> Iterator[Asked]:
    for row in downloads.statistics([executed]):
        if row["question"]:
            yield row["survey"], row["question"], row["group_by"]


def table(responses: Responses) -> pd.DataFrame:
    """The responses as R reads them: answers as words, and for several answers a column of 0 and 1 each."""
    found: dict[str, np.ndarray] = {}
    for name, codes in responses.codes.items():
        question = responses.questionnaire.by_id[name]
        ids = question.answer_ids
        if question.kind == "multiple":
            inside = responses.answered(name)
            for place, answer in enumerate(ids):
                found[f"{name}__{answer}"] = np.where(inside, (codes >> place & 1).astype(object), "")
        else:
            words = {
                code: "+".join(one for place, one in enumerate(ids) if code >> place & 1)
                for code in set(codes.tolist())
            }
            found[name] = np.array([words[code] for code in codes.tolist()], dtype=object)
    return pd.DataFrame(found)
