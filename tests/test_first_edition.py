"""Today's code still makes the first accepted edition from the data of that time: no number and no claim differs.

Its data and its accepted numbers are kept in `first_edition/`, as they were. What has been added to the chapters since
is not compared; what was accepted then has to be there, with the same value.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import paths
from analysis.publication import downloads
from analysis.publication.chapters import in_order
from analysis.publication.contents import BEGIN, END
from analysis.publication.page_reading import read_page

FIRST = Path(__file__).parent / "first_edition" / "data"
WAVE = "baseline-2007"
# Pages that chapters lead to, which are about the study of today.
LINKED_TO = ("methods/uncertainty", "methods/claims", "methods/labels", "methods/questionnaires", "take_away")
NUMBERS = ("base", "count", "percent", "low", "high", "least", "greatest")


def rows(name: str) -> list[dict[str, str]]:
    with (FIRST / "accepted" / WAVE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chapters of today, run over the data of the first edition, and their pages."""
    project = tmp_path_factory.mktemp("first")
    shutil.copytree(FIRST, project / "data")
    for name in ("_static", "_templates"):
        shutil.copytree(paths.BOOK / name, project / "book" / name)
    (project / "book" / "methods").mkdir()
    for name in ("index", *LINKED_TO):
        (project / "book" / f"{name}.md").write_text("# A page of the first edition\n", "utf-8")
    others = "".join(f"      - file: book/{name}\n" for name in LINKED_TO)
    contents = f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n  - chapters:\n{others}"
    (project / "_toc.yml").write_text(contents, "utf-8")
    shutil.copy(paths.ROOT / "_config.yml", project)
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANALYSIS_")}
    for command in ("run", "build"):
        done = subprocess.run([sys.executable, "-m", "analysis", command], cwd=paths.ROOT, capture_output=True,
                              text=True, env=own | {"ANALYSIS_PROJECT": str(project)}, check=False,
                              timeout=900)  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    return project


@pytest.fixture(scope="module")
def executed(project: Path) -> list[Path]:
    return in_order((project / "book" / WAVE).glob("*.ipynb"))


def test_the_pages_of_the_first_edition_show_its_numbers(project: Path, executed: list[Path]) -> None:
    site = project / "_build" / "html"
    for path in executed:
        assert (site / "book" / WAVE / f"{path.stem}.html").exists()
    with (site / "data" / WAVE / "statistics.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == downloads.statistics(executed)
    pages = {path.stem: read_page(site / "book" / WAVE / f"{path.stem}.html") for path in executed}
    shown = {(name, number.address): number.shown for name, page in pages.items() for number in page.numbers}
    headlines = [row for row in rows("statistics.csv") if (row["chapter"], row["address"]) in shown and row["percent"]]
    assert len(headlines) > 50
    for row in headlines:
        assert shown[row["chapter"], row["address"]].startswith((row["percent"], row["count"] or "-")), row


def test_every_number_of_the_first_edition_is_made_again(executed: list[Path]) -> None:
    accepted = rows("statistics.csv")
    assert len(accepted) == 297
    now = {(row["chapter"], row["address"]): row for row in downloads.statistics(executed)}
    assert [row["address"] for row in accepted if differs(row, now.get((row["chapter"], row["address"]), {}))] == []


def differs(before: dict[str, str], now: dict[str, str]) -> bool:
    if any(before[name] != now.get(name) for name in ("known", "printed", "where")):
        return True
    return any(not same(before[name], now.get(name, "")) for name in NUMBERS)


def same(before: str, now: str) -> bool:
    """Equal to the places that are kept: another machine may differ in the last ones."""
    return before == now or bool(before and now and abs(float(before) - float(now)) < 0.011)


@pytest.mark.parametrize(("before", "now"), [("49", "50"), ("49", ""), ("", "0"), ("41.19", "41.21")])
def test_a_number_that_moved_is_noticed(before: str, now: str) -> None:
    assert not same(before, now)
    row = dict.fromkeys((*NUMBERS, "known", "printed", "where"), "1")
    assert not differs(row, row)
    assert differs(row | {"percent": before}, row | {"percent": now}) and differs(row, row | {"known": "implied"})
    assert differs(row, {})


def test_every_claim_of_the_first_edition_stands_as_it_did(executed: list[Path]) -> None:
    accepted = rows("claims.csv")
    assert len(accepted) == 127
    now = {(row["chapter"], row["claim"]): row["state"] for row in downloads.claims(executed)}
    assert [row["claim"] for row in accepted if now.get((row["chapter"], row["claim"])) != row["state"]] == []
