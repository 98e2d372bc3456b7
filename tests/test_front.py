"""The front page says what the summary of the newest wave says, by what it recorded, and lists the waves."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest

from analysis.display.records import MIME
from analysis.inputs.findings import InputError
from analysis.inputs.waves import find_wave, published
from analysis.publication import front
from analysis.publication.cells import Linked
from analysis.publication.chapters import SUMMARY
from analysis.publication.contents import executed_chapters
from analysis.publication.front import main_findings, newest

BASELINE = find_wave("baseline")


def summary(folder: Path, *kinds: str) -> Path:
    """An executed summary whose cells print things of these kinds."""
    cells = []
    for kind in kinds:
        data = {"text/markdown": f"a {kind}", MIME: {"kind": kind, "estimates": [], "claims": []}}
        cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data)])
        cell["id"] = f"cell-of-{kind}"
        cells.append(cell)
    path = folder / f"{SUMMARY}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_the_findings_are_the_first_box_of_the_summary(tmp_path: Path) -> None:
    assert main_findings(summary(tmp_path, "say", "headline", "chart")) == ("a headline", "cell-of-headline")


def test_a_summary_without_a_box_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no box of main findings"):
        main_findings(summary(tmp_path, "say"))


def test_the_newest_wave_is_the_last_one_with_a_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    later, last = (BASELINE.model_copy(update={"id": name}) for name in ("later", "last"))
    runs = {BASELINE.id: [Path("summary.ipynb")], "later": [Path("summary.ipynb"), Path("01.ipynb")], "last": []}
    monkeypatch.setattr(front, "published", lambda: (BASELINE, later, last))
    monkeypatch.setattr(front, "executed_chapters", lambda wave: runs[wave.id])
    found = newest()
    assert found and found[0].id == "later"
    runs.update({BASELINE.id: [], "later": []})
    assert newest() is None


def test_every_number_of_the_front_page_is_one_that_the_summary_recorded(site: Path) -> None:
    page = (site / "book" / "index.html").read_text("utf-8")
    box = page[page.index('class="front"') : page.index('class="sureness"')]
    told = {unescape(one) for one in re.findall(r"<strong>Address:</strong> ([^<]+?) </span>", box)}
    path = next(path for path in executed_chapters(published()[-1]) if path.stem == SUMMARY)
    recorded = {row["address"] for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])
                for row in output.get("data", {}).get(MIME, {}).get("estimates", [])}  # fmt: skip
    assert len(told) > 8
    assert told <= recorded
    # Outside the numbers that explain themselves, the box holds no digit but those of the names of waves.
    explained = r"(?s)<span popover.*?</span></span>|<button.*?</button>|<[^>]*>|Baseline 2007"
    plain = re.sub(explained, "", box)
    assert re.findall(r"\d", plain) == []


def test_the_table_of_waves_has_a_row_a_wave_and_leads_to_it(site: Path) -> None:
    page = (site / "book" / "index.html").read_text("utf-8")
    table = page[page.index('<table class="study-table waves') :].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in table.split("<tr")[2:]]
    assert len(rows) == len(published())
    for row, wave in zip(rows, published(), strict=True):
        words = " ".join(row)
        counts = [str(survey.responses) for survey in wave.surveys.values()]
        assert all(part in words for part in (wave.title, wave.status, wave.fieldwork, *counts))
    assert f'href="{BASELINE.id}/summary.html"' in table


def test_a_cell_can_lead_to_a_place_in_a_chapter() -> None:
    cell = Linked("holds <b>", "book/made-up/04_a", "claim-1 a")
    assert cell == "holds <b>"
    assert cell.html("../") == '<a href="../book/made-up/04_a.html#claim-1%20a">holds &lt;b&gt;</a>'
