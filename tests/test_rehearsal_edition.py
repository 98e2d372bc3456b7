"""The rehearsal goes through the commands of a real wave, in an edition of its own, and leaves no trace elsewhere."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from rehearsal.make_rehearsal import arrived
from rehearsal.population import FOLDER, populations
from support import counted, findings, printed

from analysis import paths
from analysis.display.watermark import watermarked
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, find_wave, published
from analysis.publication import follow_up
from analysis.publication.simulated import marked

POPULATIONS = populations()
BASELINE = find_wave("baseline")
# Below this many standard errors lies every share of the one wave that is shipped.
FURTHEST = 4.5


def listing() -> dict[str, tuple[int, int]]:
    """Every file of the waves and of the book, with its size and the time of its last change."""
    files = [path for folder in (paths.WAVES, paths.BOOK) for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An edition to which the exports have been added, by the command."""
    folder, before = tmp_path_factory.mktemp("rehearsal") / "edition", listing()
    follow_up.copy_study(folder)
    in_edition(folder, "-m", "analysis", *follow_up.adding())
    yield folder
    assert listing() == before, "neither waves nor pages of the study are touched"


def in_edition(folder: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    environment = follow_up.environment(folder)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def responses(edition: Path, survey: str) -> list[dict[str, str]]:
    folder = edition / "data" / "waves" / "rehearsal"
    entry = yaml.safe_load((folder / "wave.yml").read_text("utf-8"))["surveys"][survey]
    return table(folder / entry["file"])


@pytest.mark.parametrize("survey", POPULATIONS)
def test_the_wave_holds_what_was_drawn_and_nothing_else(edition: Path, survey: str) -> None:
    population = POPULATIONS[survey]
    names = population.asked("after")
    analysed = [record.analysed for record in arrived(population)[0] if record.analysed is not None]
    drawn = Counter(tuple(frozenset(one.get(name, ())) for name in names) for one in analysed)
    rows = responses(edition, survey)
    assert set(rows[0]) == {"response", *names}
    added = Counter(tuple(frozenset(filter(None, row[name].split(";"))) for name in names) for row in rows)
    assert sum(added.values()) == population.responses
    assert added == drawn


@pytest.mark.parametrize("survey", POPULATIONS)
def test_everything_that_was_left_out_is_counted_by_its_rule(edition: Path, survey: str) -> None:
    rows = table(edition / "data" / "waves" / "rehearsal" / "processing.csv")
    told = {row["rule"]: int(row["affected"]) for row in rows if row["survey"] == survey}
    records = arrived(POPULATIONS[survey])[0]
    left_out = Counter(record.rule for record in records if record.analysed is None)
    assert {rule: told[rule] for rule in left_out} == left_out
    assert (told["read"], told["kept"]) == (len(records), POPULATIONS[survey].responses)
    assert told["partly_answered"] == sum(r.unfinished for r in records if r.analysed is not None)
    spoiled = {"commissioners": (1, 0, 0, 0), "third_sector": (0, 1, 2, 3)}[survey]
    assert tuple(told[rule] for rule in ("out_of_range", "several_answers", "exclusive_answer", "not_asked")) == spoiled


def test_the_wave_says_that_it_is_simulated_and_is_not_to_be_published(edition: Path) -> None:
    wave = yaml.safe_load((edition / "data" / "waves" / "rehearsal" / "wave.yml").read_text("utf-8"))
    assert (wave["status"], wave["publish"], wave["follows"]) == ("simulated", False, "baseline-2007")
    assert "simulated" in wave["banner"]


def test_the_shares_of_the_wave_are_about_what_was_planted(edition: Path) -> None:
    truth = {row["address"]: row for row in table(FOLDER / "truth.csv")}
    script = (
        "import json, sys; from analysis.display.opening import open_surveys; "
        "from analysis.inputs.addresses import parse_address as parse; from analysis.inputs.waves import find_wave; "
        "surveys = open_surveys(find_wave('rehearsal')); "
        "found = [surveys[parse(a).survey].estimate(parse(a)) for a in json.load(sys.stdin)]; "
        "print(json.dumps([[e.count, e.base, e.known.label] for e in found]))"
    )
    asked = [address for address, row in truth.items() if row["after"]]
    done = subprocess.run([sys.executable, "-c", script], input=json.dumps(asked), cwd=edition, capture_output=True,
                          env=follow_up.environment(edition), text=True, check=True)  # fmt: skip
    away, withheld = [], 0
    for address, (count, base, label) in zip(asked, json.loads(done.stdout), strict=True):
        if base is None:
            withheld += 1
            continue
        assert label == "simulated"
        share = float(truth[address]["after"]) / 100
        away.append(abs(count / base - share) / (share * (1 - share) / base) ** 0.5)
    assert len(away) > 320 and withheld < len(asked) / 4, "shares within small groups are withheld"
    assert max(away) < FURTHEST
    assert 0.9 < sum(one < 1.96 for one in away) / len(away) < 0.99, "about 95 in 100"


def test_every_chapter_finds_words_for_the_wave(edition: Path) -> None:
    script = (
        "import json; from analysis.inputs.waves import find_wave; "
        "from analysis.publication.rehearsal import rehearse; "
        "print(json.dumps([[s.chapter, dict(s.claims)] for s in rehearse(find_wave('rehearsal'))]))"
    )
    said = json.loads(in_edition(edition, "-c", script))
    assert len({chapter for chapter, _ in said}) >= 8
    states = Counter(state for _, claims in said for state in claims.values())
    assert states["holds"] > 20
    assert states["false"] == 0, "what this wave contradicts has another sentence in its place"


@pytest.fixture(scope="module")
def book(edition: Path) -> Path:
    """The pages of the edition: every chapter run for the wave, the book of both waves built, and nothing wrong."""
    shutil.copytree(FOLDER / "wave", edition / "data" / "waves" / "rehearsal", dirs_exist_ok=True)
    (edition / "_build").mkdir()
    # Pictures are drawn once on a computer.
    (paths.BUILD / "made").mkdir(parents=True, exist_ok=True)
    (edition / "_build" / "made").symlink_to(paths.BUILD / "made")
    for arguments in follow_up.STEPS.values():
        in_edition(edition, "-m", "analysis", *arguments)
    return edition / "_build" / "html"


def test_a_book_of_two_waves_is_built_whole_and_nothing_is_wrong_with_it(edition: Path, book: Path) -> None:
    chapters = {path.stem for path in paths.CHAPTERS.glob("*.ipynb")}
    assert {path.stem for path in (book / "book" / "rehearsal").glob("*.html")} == chapters
    assert {path.stem for path in (book / "book" / BASELINE.id).glob("*.html")} == chapters - {"change"}
    assert {f"file: book/rehearsal/{name}" for name in chapters} <= {
        line.strip(" -") for line in (edition / "_toc.yml").read_text("utf-8").splitlines()
    }
    # Only where there is a wave before: what changed, and the files of it.
    assert len(table(book / "data" / "rehearsal" / "changes.csv")) > 100
    assert not (book / "data" / BASELINE.id / "changes.csv").exists()
    # A page of one wave leads to the same page of the other.
    assert 'href="../rehearsal/03_views.html"' in (book / "book" / BASELINE.id / "03_views.html").read_text("utf-8")


def test_wrong_numbers_are_found_in_a_book_of_two_waves(edition: Path, book: Path) -> None:
    pages = [book / "book" / "rehearsal" / f"{name}.html" for name in ("change", "05_eight_principles")]
    before = {page: page.read_text("utf-8") for page in pages}
    for page, text in before.items():
        shown = re.search(r'class="explained number"[^>]*>(\d+)%</button>', text)
        assert shown is not None
        page.write_text(text[: shown.start(1)] + str((int(shown[1]) + 37) % 100) + text[shown.end(1) :], "utf-8")
    try:
        done = subprocess.run([sys.executable, "-m", "analysis", "check"], cwd=edition, capture_output=True, text=True,
                              env=follow_up.environment(edition), check=False)  # fmt: skip
    finally:
        for page, text in before.items():
            page.write_text(text, "utf-8")
    assert done.returncode == 2
    for page in pages:
        assert any(f"rehearsal/{page.name}" in line and "%" in line for line in done.stderr.splitlines()), done.stderr


def test_the_drawings_of_the_wave_are_marked(edition: Path, book: Path) -> None:
    cells = json.loads((edition / "book" / "rehearsal" / "06_barriers.ipynb").read_text("utf-8"))["cells"]
    shown = ["".join(o["data"].get("text/html", "")) for c in cells for o in c.get("outputs", []) if "data" in o]
    drawings = [html for html in shown if "<svg" in html]
    assert drawings and all(html.count(">simulated</text>") == html.count("<svg") for html in drawings)


def test_a_step_that_fails_ends_the_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_up, "edition", lambda: tmp_path / "edition")
    monkeypatch.setattr(follow_up, "adding", lambda: ["add-wave"])
    told: list[str] = []
    with pytest.raises(InputError) as error:
        follow_up.rehearse(told.append)
    assert told == ["Exports: python -m analysis add-wave"]
    assert findings(error)[0].endswith("found Exports: exit status 2; expected each step of the rehearsal to succeed")


def test_an_edition_is_copied_anew_but_for_the_chapters_of_the_rehearsal(tmp_path: Path) -> None:
    stale = tmp_path / "book" / "stale"
    run = tmp_path / "book" / "rehearsal" / "01_introduction.ipynb"
    for path in (stale / "page.md", run, tmp_path / "data" / "old.csv"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    follow_up.copy_study(tmp_path)
    assert run.exists() and not stale.exists() and not (tmp_path / "data" / "old.csv").exists()
    assert (tmp_path / "data" / "waves" / "baseline-2007" / "wave.yml").exists()
    assert not (tmp_path / "data" / "rehearsal").exists()
    assert (tmp_path / "exports" / "commissioners.sav").read_bytes() == (FOLDER / "commissioners.sav").read_bytes()


# No trace in what is published


def test_the_published_edition_has_no_trace_of_it(site: Path) -> None:
    assert all(wave.status != "simulated" for wave in published())
    pages = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    assert not [name for name in pages if name.startswith("book/rehearsal")]
    assert [name for name, text in pages.items() if "wave-simulated" in text or ">simulated</text>" in text] == []
    shown = sorted(wave.id for wave in published())
    assert sorted(path.name for path in (site / "data").iterdir() if path.is_dir()) == shown
    assert "rehearsal" not in (paths.PROJECT / "_toc.yml").read_text("utf-8")


# What says so


def wave(name: str, status: str) -> Wave:
    return BASELINE.model_copy(update={"id": name, "title": name.title(), "status": status})


WAVES = (wave("first", "reconstructed"), wave("trial", "simulated"))


def test_every_page_of_an_edition_with_a_simulated_wave_says_so() -> None:
    page = marked("<h1>Quality</h1>", "book/methods/quality", WAVES)
    assert page.endswith("<h1>Quality</h1>")
    assert "shows Trial, which is simulated" in page and "wave-simulated" in page
    other = marked("<h1>Views</h1>", "book/first/03_views", WAVES)
    assert "shows Trial, which is simulated" in other
    assert "wave-simulated" not in other, "the numbers of another wave are not made up"


def test_a_chapter_of_the_wave_has_its_own_banner_and_other_editions_have_none() -> None:
    assert marked("<h1>Views</h1>", "book/trial/03_views", WAVES) == "<h1>Views</h1>"
    assert marked("<h1>Quality</h1>", "book/methods/quality", WAVES[:1]) == "<h1>Quality</h1>"


DRAWING = '<svg class="wide" viewBox="0 0 680 300" width="680"><g><text x="1" y="2">49%</text></g></svg>'


def words(html: str) -> list[Mapping[str, Any]]:
    marks = ElementTree.fromstring(f"<figure>{html}</figure>").iterfind(".//g[@class='watermark']/text")
    return [{"word": one.text, **one.attrib} for one in marks]


def test_each_drawing_of_made_up_answers_carries_the_word() -> None:
    both = DRAWING + DRAWING.replace("0 0 680 300", "0 0 288 420")
    wide, narrow = words(watermarked(both, [printed(49), counted(5, 9, label="simulated")]))
    assert (wide["word"], wide["x"], narrow["word"], narrow["x"]) == ("simulated", "340", "simulated", "144")


def test_drawings_of_other_waves_and_tables_stay_as_they_are() -> None:
    assert watermarked(DRAWING, [printed(49), counted(5, 9)]) == DRAWING
    assert watermarked("<table></table>", [counted(5, 9, label="simulated")]) == "<table></table>"
