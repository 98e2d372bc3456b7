"""The benchmarks measure what they say: small versions of them run here, and what is compared is the same work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from support import forgetting

from analysis import paths
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import Wave, find_wave
from benchmarks import bookdown, chapters, growth, page, tabulating
from benchmarks.__main__ import PARTS, main
from benchmarks.measured import FOLDER, Row, compared, read_rows, write_rows
from benchmarks.pages import weight

__all__ = ["forgetting"]


def test_pandas_and_the_study_make_the_same_tables() -> None:
    given = tabulating.responses(500, 4)
    ours, theirs = tabulating.ours(given), tabulating.by_pandas(tabulating.frame(given))
    assert len(ours) == len(theirs) == 3 * 4 - 2
    for one, other in zip(ours, theirs, strict=True):
        for mine, its in zip(one, other, strict=True):
            np.testing.assert_allclose(mine, its, atol=1e-12)


def test_nothing_that_was_counted_before_is_taken_over() -> None:
    given = tabulating.responses(50, 3)
    list(tabulating.ours(given))
    assert not given._patterns and not tabulating.again(given)._patterns


SMALL = {
    "chapters": lambda: chapters.rows("01_introduction", book=False),
    "tabulation": lambda: tabulating.tables(500, 4, times=1, for_r=1),
    "growth": lambda: [
        *growth.by_responses([100, 1_000], questions=3, standard=1_000),
        *growth.by_questions([3, 6], size=100, standard=3),
    ],
    "memory": lambda: [
        compared("memory", "largest process", "300 commissioners", 150.0, "the baseline wave", 140.0, "MB")
    ],
}


def test_every_part_is_measured_and_shown(tmp_path: Path) -> None:
    assert SMALL.keys() == PARTS.keys()
    main([], SMALL, tmp_path)
    rows = read_rows(tmp_path / "results.csv")
    assert {row.part for row in rows} == {"chapters", "tabulation", "growth", "memory"}
    assert all(row.value > 0 and row.ratio > 0 for row in rows if not row.note.startswith("not measured"))
    shown = (tmp_path / "README.md").read_text()
    assert all(row.what in shown for row in rows)
    charts = {path.name for path in tmp_path.glob("*.svg")}
    assert {"chapters.svg", "growth-responses.svg", "growth-questions.svg", "memory.svg"} <= charts
    main(["tabulation"], SMALL, tmp_path)
    again = read_rows(tmp_path / "results.csv")
    assert len(again) == len(rows) and [r for r in again if r.part == "growth"] == [
        r for r in rows if r.part == "growth"
    ]


@pytest.mark.parametrize("sizes", [None, {"commissioners": 300, "third_sector": 200}])
def test_a_made_up_wave_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetting: None, sizes: dict[str, int] | None
) -> None:
    monkeypatch.setattr(growth, "IN_A_FILE", 150)
    growth.made_up_wave(tmp_path, "large", 20, sizes)
    assert len([*(tmp_path / "data/waves/large/responses").glob("*.parquet")]) == (4 if sizes else 0)
    wave = Wave.model_validate(yaml.safe_load((tmp_path / "data/waves/large/wave.yml").read_text()))
    monkeypatch.setattr(paths, "WAVES", tmp_path / "data" / "waves")
    for survey in wave.surveys:
        found = read_responses(wave, survey)
        assert found.size == (sizes[survey] if sizes else 20)
        assert {one.id for one in found.questionnaire.questions} == set(found.codes)


def test_a_ratio_is_held_against_its_target() -> None:
    fast = compared("chapters", "run and build, nothing changed", "", 1.0, "run and build", 20.0)
    slow = compared("chapters", "run and build, nothing changed", "", 3.0, "run and build", 20.0)
    loop = compared("chapters", "plain papermill, one after another", "", 30.0, "run", 10.0)
    own = compared("chapters", "run", "", 3.0, "cells' own time over 2 cores", 4.0)
    assert [page.target(row) for row in (fast, slow, loop, own)] == [
        "below 0.1: met", "below 0.1: missed", "at least 4: missed", "at most 1.5: met",
    ]  # fmt: skip


def test_a_page_weighs_what_it_loads_once(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a" * 100)
    (tmp_path / "picture.svg").write_text("b" * 1000)
    text = (
        '<link rel="stylesheet" href="style.css?digest=1"><link rel="next" href="other.html"><img src="picture.svg">'
        '<img src="picture.svg"><script src="https://example.org/x.js"></script><script src="missing.js"></script>'
    )
    (tmp_path / "other.html").write_text("c" * 10_000)
    (tmp_path / "index.html").write_text(text)
    assert weight(tmp_path / "index.html") == len(text) + 1100


def test_what_is_committed_has_every_part_and_names_no_computer(tmp_path: Path) -> None:
    rows = read_rows(FOLDER / "results.csv")
    assert {row.part for row in rows} == set(page.TITLES)
    write_rows(tmp_path / "results.csv", rows)
    assert (tmp_path / "results.csv").read_text() == (FOLDER / "results.csv").read_text()
    (tmp_path / "machine.csv").write_text((FOLDER / "machine.csv").read_text())
    page.write(tmp_path)
    assert (tmp_path / "README.md").read_text() == (FOLDER / "README.md").read_text()
    for path in FOLDER.iterdir():
        if path.is_file():
            assert str(paths.ROOT) not in path.read_text(), path.name
    assert Row.__doc__


def test_the_book_of_r_asks_for_every_table_of_the_chapters_and_has_the_same_answers(tmp_path: Path) -> None:
    executed = sorted((paths.BOOK / "baseline-2007").glob("0[35]*.ipynb"))
    number = bookdown.write_book(tmp_path / "book", executed)
    pages = [(tmp_path / "book" / f"{place:02}-{path.stem}.Rmd").read_text() for place, path in enumerate(executed, 1)]
    assert sum(page.count("tabled(") for page in pages) == number > 10
    assert 'tabled(commissioners, "contract_length", "organisation_type")' in pages[1]
    kept = pd.read_csv(tmp_path / "book" / "commissioners.csv")
    read = read_responses(find_wave("baseline"), "commissioners")
    assert len(kept) == read.size
    assert kept["aware_principles"].value_counts()["yes"] == read.patterns("aware_principles").count(
        read.patterns("aware_principles").chose("aware_principles", ("yes",))
    )
    ticked = kept["early_involvement_ways__lsp"]
    assert ticked.sum() == read.chose("early_involvement_ways", ("lsp",)).sum()
    assert ticked.notna().sum() == read.answered("early_involvement_ways").sum()
