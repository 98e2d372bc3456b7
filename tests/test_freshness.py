"""What has to be made again: whatever follows from something that changed, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import yaml
from made_up_waves import Recipe, write_wave
from support import with_the_baseline_alone

from analysis import paths
from analysis.inputs import waves
from analysis.inputs.waves import Wave, all_waves, find_wave
from analysis.publication import freshness, running
from analysis.publication.contents import executed_chapters
from analysis.publication.dependencies import UNREAD, Dependencies, all_inputs, all_pages
from analysis.publication.edition import Edition, edition
from analysis.publication.freshness import Contents, Runs, Settled
from analysis.publication.kernels import kernel_address
from analysis.publication.reach import Package, imported

BASELINE = find_wave("baseline")
FOLDERS = {"DATA": "data", "QUESTIONNAIRE": "data/questionnaire", "PUBLISHED": "data/published",
           "WAVES": "data/waves", "ACCEPTED": "data/accepted", "CHAPTERS": "analysis/chapters", "BOOK": "book",
           "BUILD": "_build", "SITE": "_build/html"}  # fmt: skip


# What a chapter reads

RECORDING = """import sys
_opened = []
sys.addaudithook(lambda event, args: _opened.append(str(args[0])) if event == "open" else None)"""
TELLING = """import json
_loaded = [module.__file__ for name, module in sys.modules.items() if (name + ".").startswith("analysis.")]
open({told!r}, "w").write(json.dumps([*_opened, *_loaded]))"""
BASELINE_CHAPTERS = [path.stem for path in executed_chapters(BASELINE)]
RUNS = [*((BASELINE.id, chapter) for chapter in BASELINE_CHAPTERS),
        *(("later", chapter) for chapter in ("change", "summary", "03_views"))]  # fmt: skip
# What is read of a wave that follows another only.
OF_CHANGE = {"data/indicators.yml"}


@dataclass(frozen=True)
class Recorded:
    """Runs of the chapters over a wave, where nothing is to be found but the data that they are said to follow from."""

    folder: Path
    declared: dict[str, set[Path]]

    def read_by(self, chapter: str) -> set[str]:
        """The files of the study that a chapter read, by their names in the project."""
        names = json.loads((self.folder / f"{chapter}.json").read_text())
        read = {Path(name) for name in names if "__pycache__" not in name and Path(name).is_file()}
        return {name for name in map(self._name, read) if name}

    def said(self, chapter: str) -> set[str]:
        """The files that a chapter is said to follow from."""
        return {self._name(path) for path in self.declared[chapter]}

    def executed(self, chapter: str) -> nbformat.NotebookNode:
        return nbformat.read(self.folder / "book" / self.folder.name / f"{chapter}.ipynb", as_version=4)

    def _name(self, path: Path) -> str:
        data = (self.folder / "data", self.folder.parent / "data")
        for root, name in (*((folder, "data") for folder in data), (PACKAGE, "analysis")):
            if path.is_relative_to(root):
                return f"{name}/{path.relative_to(root).as_posix()}"
        return ""


PACKAGE = paths.ROOT / "analysis"


def with_records(path: Path, folder: Path) -> Path:
    """A copy of a chapter that tells, in its last cell, which files were opened and which modules loaded."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(RECORDING))
    told = str(folder / f"{path.stem}.json")
    notebook.cells.append(nbformat.v4.new_code_cell(TELLING.format(told=told)))
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "chapters" / path.name)
    return folder / "chapters" / path.name


def record(wave: Wave, chapters: Sequence[str], folder: Path, patch: pytest.MonkeyPatch) -> Recorded:
    copies = [with_records(paths.ROOT / "analysis" / "chapters" / f"{name}.ipynb", folder) for name in chapters]
    dependencies = Dependencies.read()
    declared = {path.stem: set(dependencies.of_chapter(path, wave)) for path in copies}
    for path in set().union(*declared.values()):
        if path.is_relative_to(paths.DATA):
            (folder / "data" / path.relative_to(paths.DATA)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / "data" / path.relative_to(paths.DATA))
    patch.setenv("ANALYSIS_DATA", str(folder / "data"))
    for name in ("chapters", "book", "_build"):
        patch.setattr(paths, {"_build": "BUILD"}.get(name, name.upper()), folder / name)
    running.run_chapters([wave])
    return Recorded(folder, declared)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Recorded]]:
    """All chapters over the baseline, and some over a wave that follows it."""
    # Started before the data are said to lie elsewhere, for the tests after these.
    kernel_address()
    root = tmp_path_factory.mktemp("recorded")
    shutil.copytree(paths.DATA, root / "data")
    write_wave(root / "data" / "waves" / "later", Recipe(), 1, title="Later", follows=BASELINE.id)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "QUESTIONNAIRE", "PUBLISHED", "WAVES", "ACCEPTED"):
            patch.setattr(paths, name, root / FOLDERS[name])
        patch.setattr(running, "write_contents", lambda: False)
        all_waves.cache_clear()
        chapters = {wave: [chapter for of, chapter in RUNS if of == wave] for wave, _ in RUNS}
        yield {wave: record(find_wave(wave), chapters[wave], root / wave, patch) for wave in chapters}
    all_waves.cache_clear()


@pytest.mark.parametrize(("wave", "chapter"), RUNS)
def test_a_chapter_reads_nothing_that_it_is_not_said_to_follow_from(
    recorded: dict[str, Recorded], wave: str, chapter: str
) -> None:
    read = recorded[wave].read_by(chapter)
    assert {"analysis/numbers/estimates.py", f"data/waves/{wave}/wave.yml"} <= read
    assert read - recorded[wave].said(chapter) == set()


@pytest.mark.parametrize("chapter", BASELINE_CHAPTERS)
def test_a_chapter_says_the_same_where_nothing_else_is_to_be_found(recorded: dict[str, Recorded], chapter: str) -> None:
    apart = recorded[BASELINE.id].executed(chapter)
    with_all = nbformat.read(paths.ROOT / "book" / BASELINE.id / f"{chapter}.ipynb", as_version=4)
    assert [(cell.source, cell.get("outputs")) for cell in apart.cells[1:-1]] == [
        (cell.source, cell.get("outputs")) for cell in with_all.cells
    ]


def test_every_file_of_data_that_chapters_are_said_to_follow_from_is_read_by_one(recorded: dict[str, Recorded]) -> None:
    read = {name for wave, chapter in RUNS for name in recorded[wave].read_by(chapter)}
    said = {name for wave, chapter in RUNS for name in recorded[wave].said(chapter) if name.startswith("data/")}
    assert said - read == set(), "list it in dependencies.UNREAD"
    baseline = {name for chapter in BASELINE_CHAPTERS for name in recorded[BASELINE.id].read_by(chapter)}
    assert OF_CHANGE & baseline == set()


def test_the_data_that_no_chapter_reads_are_there() -> None:
    assert [name for name in UNREAD if not (paths.DATA / name).exists()] == []


# What code a chapter reaches


@pytest.mark.parametrize(
    ("source", "package", "names"),
    [
        ("import analysis.inputs.waves as w, json", "", {"analysis.inputs.waves"}),
        ("from analysis.display import say", "", {"analysis.display", "analysis.display.say"}),
        ("def f():\n    from . import records", "analysis.display", {"analysis.display", "analysis.display.records"}),
        (
            "from ..inputs.waves import Wave",
            "analysis.display",
            {"analysis.inputs.waves", "analysis.inputs.waves.Wave"},
        ),
        ("run('-m', 'analysis.publication.forking')", "", {"analysis.publication.forking"}),
        ("import analysis_of_something", "", set()),
        ("%matplotlib inline", "", None),
    ],
)
def test_the_modules_that_a_source_names_are_found(source: str, package: str, names: set[str] | None) -> None:
    assert imported(source, package) == names


def test_what_cannot_be_read_is_said_to_reach_everything() -> None:
    package, everything = Package.read(), set((paths.ROOT / "analysis").rglob("*.py"))
    assert set(package.reached(["%run it"])) == everything > set(package.reached(["import analysis.display"]))


# What changed, and what has to be run again


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the study in which a second wave follows the first."""
    root = tmp_path / "project"
    leavings = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("analysis", "data", "book"):
        shutil.copytree(paths.ROOT / name, root / name, ignore=leavings)
    for name in ("requirements.txt", "_config.yml", "_toc.yml", "Makefile"):
        shutil.copy(paths.ROOT / name, root)
    with_the_baseline_alone(root)
    shutil.copytree(root / "data/waves/baseline-2007", root / "data/waves/later")
    entry = yaml.safe_load((root / "data/waves/later/wave.yml").read_text("utf-8"))
    entry |= {"id": "later", "title": "Later", "role": "", "status": "simulated", "follows": "baseline-2007"}
    (root / "data/waves/later/wave.yml").write_text(yaml.safe_dump(entry), "utf-8")
    for name, folder in FOLDERS.items():
        monkeypatch.setattr(paths, name, root / folder)
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setattr(paths, "PROJECT", root)
    for read_once in (waves.all_waves, edition):
        read_once.cache_clear()
    yield root
    for read_once in (waves.all_waves, edition):
        read_once.cache_clear()


def fingerprints() -> dict[str, str]:
    dependencies, contents = Dependencies.read(), Contents()
    chapters = sorted(paths.CHAPTERS.glob("*.ipynb"))
    waves.all_waves.cache_clear()
    return {
        f"{wave.id}/{chapter.stem}": contents.of(dependencies.of_chapter(chapter, wave))
        for wave in all_waves()
        for chapter in chapters
    }


def add_a_line(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n")


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


Changes = Callable[[str], bool]
ALL: Changes = lambda run: True  # noqa: E731
NONE: Changes = lambda run: False  # noqa: E731
LATER: Changes = lambda run: run.startswith("later/")  # noqa: E731
VIEWS: Changes = lambda run: run.endswith("/03_views")  # noqa: E731


@pytest.mark.parametrize(
    ("name", "change", "affected"),
    [
        ("analysis/chapters/03_views.ipynb", add_a_line, VIEWS),
        ("analysis/chapters/03_views.ipynb", touch, NONE),
        ("data/waves/baseline-2007/commissioners.csv", add_a_line, ALL),
        ("data/waves/baseline-2007/facts.csv", Path.unlink, ALL),
        ("data/waves/later/third_sector.csv", add_a_line, LATER),
        ("data/waves/later/context/99_new.yml", add_a_line, LATER),
        ("data/waves/later/wave.yml", add_a_line, LATER),
        ("data/questionnaire/third_sector.yml", add_a_line, ALL),
        ("data/published/figures.csv", add_a_line, ALL),
        ("data/published/bounds.csv", add_a_line, ALL),
        ("data/published/source.yml", add_a_line, ALL),
        ("data/published/quantities.yml", add_a_line, ALL),
        ("requirements.txt", add_a_line, ALL),
        ("analysis/display/charts.py", add_a_line, ALL),
        ("analysis/numbers/intervals.py", add_a_line, ALL),
        ("analysis/publication/normalising.py", add_a_line, ALL),
        ("analysis/publication/forking.py", add_a_line, ALL),
        ("analysis/publication/checks.py", add_a_line, NONE),
        ("analysis/publication/lint.py", add_a_line, NONE),
        ("analysis/__main__.py", add_a_line, NONE),
        ("analysis/display/new.py", add_a_line, NONE),
        ("data/accepted/baseline-2007/claims.csv", add_a_line, NONE),
        ("data/lint.yml", add_a_line, NONE),
        ("data/published/power.csv", add_a_line, NONE),
        ("data/waves/baseline-2007/coverage/03_views.csv", add_a_line, NONE),
        ("data/waves/.hidden", add_a_line, NONE),
        ("book/index.md", add_a_line, NONE),
        ("tests/test_running.py", add_a_line, NONE),
        ("Makefile", add_a_line, NONE),
    ],
)
def test_a_change_affects_what_follows_from_it_and_nothing_else(
    project: Path, name: str, change: Callable[[Path], None], affected: Changes
) -> None:
    before = fingerprints()
    assert len(before) == 2 * len(list(paths.CHAPTERS.glob("*.ipynb")))
    change(project / name)
    after = fingerprints()
    assert {run for run in before if after[run] != before[run]} == {run for run in before if affected(run)}


def test_whatever_a_run_or_a_build_could_follow_from_is_looked_at_first(project: Path) -> None:
    everything = {*all_inputs(), *all_pages()}
    dependencies, chapters = Dependencies.read(), sorted(paths.CHAPTERS.glob("*.ipynb"))
    runs = [dependencies.of_chapter(chapter, wave) for chapter in chapters for wave in all_waves()]
    assert {path for run in runs for path in run} <= everything
    assert set(dependencies.of_book()) <= everything


def test_changed_data_are_run_anew_and_come_out_as_in_a_clean_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Started before the data are said to lie elsewhere, for the tests after this one.
    kernel_address()
    for path in paths.CHAPTERS.glob("*.ipynb"):
        if path.stem not in ("03_views", "08_conclusions"):
            path.unlink()
    shutil.rmtree(paths.BOOK)
    monkeypatch.setattr(running, "write_contents", lambda: False)
    monkeypatch.setenv("ANALYSIS_DATA", str(paths.DATA))
    wave = find_wave("baseline")
    assert running.run_chapters([wave]) == (2, 0)
    first = {path.name: path.read_bytes() for path in executed_chapters(wave)}

    context = paths.WAVES / wave.id / "context" / "03_views.yml"
    context.write_text(context.read_text("utf-8").replace(" the ", " a certain ", 9), "utf-8")
    assert running.run_chapters([wave]) == (2, 0)
    again = {path.name: path.read_bytes() for path in executed_chapters(wave)}
    assert again != first

    notebook = paths.CHAPTERS / "03_views.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("# ", "## ", 1), "utf-8")
    assert running.run_chapters([wave]) == (1, 1)
    again = {path.name: path.read_bytes() for path in executed_chapters(wave)}
    shutil.rmtree(paths.BOOK)
    shutil.rmtree(paths.BUILD)
    assert running.run_chapters([wave]) == (2, 0)
    assert again == {path.name: path.read_bytes() for path in executed_chapters(wave)}


def test_inputs_that_change_during_a_run_are_not_taken_for_those_of_the_run(project: Path, tmp_path: Path) -> None:
    chapter, target = paths.CHAPTERS / "03_views.ipynb", tmp_path / "03_views.ipynb"
    before = Contents().of(Dependencies.read().of_chapter(chapter, BASELINE))
    settled = Settled.of([])
    add_a_line(chapter)
    target.write_text("executed")
    runs = Runs.read()
    runs.note("baseline-2007/03_views", before, target)
    settled.note("nothing to do")
    after = Contents().of(Dependencies.read().of_chapter(chapter, BASELINE))
    assert not runs.is_current("baseline-2007/03_views", after, target)
    assert Settled.of([]).said == ""


# Nothing changed


def test_nothing_is_said_to_be_settled_once_anything_changed(project: Path) -> None:
    Settled.of(["baseline"]).note("8 unchanged")
    assert Settled.of(["baseline"]).said == "8 unchanged"
    assert Settled.of([]).said == "", "nothing was run over all waves"
    add_a_line(paths.BOOK / "baseline-2007" / "03_views.ipynb")
    assert Settled.of(["baseline"]).said == "", "an executed chapter was edited"
    Settled.of(["baseline"]).note("8 unchanged")
    add_a_line(project / "analysis" / "numbers" / "marks.py")
    assert Settled.of(["baseline"]).said == ""


def test_a_command_with_nothing_to_do_loads_nothing_that_it_would_need_to_do_it(project: Path) -> None:
    # Noted by a process of its own, as a command would: nothing of this one reaches it.
    noting = """
from analysis import paths
from analysis.publication import freshness
freshness.Settled.of([]).note("nothing to run")
freshness.keep(paths.SITE / "index.html", "the book\\n")
freshness.note_site(freshness.site_inputs())
"""
    subprocess.run([sys.executable, "-c", noting], cwd=project, check=True)
    heavy = "{'pandas', 'pydantic', 'papermill', 'nbformat', 'jupyter_client', 'sphinx', 'scipy', 'numpy', 'tqdm'}"
    commands = "from analysis.__main__ import main; main(['run']); main(['build'])"
    code = f"{commands}; import sys; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["nothing to run", "Book: 0 pages, unchanged, _build/html/index.html", "set()"]


# The pages


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("book/index.md", add_a_line),
        ("book/baseline-2007/03_views.ipynb", add_a_line),
        ("book/baseline-2007/03_views.ipynb", Path.unlink),
        ("book/_static/book.css", add_a_line),
        ("book/new.md", add_a_line),
        ("_config.yml", add_a_line),
        ("_toc.yml", add_a_line),
        ("requirements.txt", add_a_line),
        ("data/accepted/revisions.csv", add_a_line),
        ("data/lint.yml", add_a_line),
        ("data/waves/later/wave.yml", add_a_line),
        ("analysis/chapters/03_views.ipynb", add_a_line),
        ("analysis/publication/explanations.py", add_a_line),
        ("analysis/publication/lint.py", add_a_line),
        ("analysis/published/audit.py", add_a_line),
        ("analysis/publication/drafts.py", add_a_line),
        ("_build/html/book/index.html", add_a_line),
        ("_build/html/book/index.html", Path.unlink),
        ("_build/site.json", Path.unlink),
    ],
)
def test_pages_are_built_again_when_what_they_follow_from_changes(
    project: Path, name: str, change: Callable[[Path], None]
) -> None:
    freshness.keep(paths.SITE / "book" / "index.html", "a page\n")
    freshness.note_site(freshness.site_inputs())
    assert freshness.site_is_current()
    change(project / name)
    assert not freshness.site_is_current()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("_build/html/data/report.pdf", add_a_line),
        ("analysis/publication/checks.py", add_a_line),
        ("analysis/publication/running.py", add_a_line),
        ("analysis/__main__.py", add_a_line),
        ("book/index.md", touch),
        ("tests/test_running.py", add_a_line),
    ],
)
def test_pages_are_left_when_nothing_changed_that_they_follow_from(
    project: Path, name: str, change: Callable[[Path], None]
) -> None:
    freshness.keep(paths.SITE / "book" / "index.html", "a page\n")
    freshness.note_site(freshness.site_inputs())
    change(project / name)
    assert freshness.site_is_current()


def test_pages_are_built_again_for_another_edition(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    freshness.keep(paths.SITE / "book" / "index.html", "a page\n")
    freshness.note_site(freshness.site_inputs())
    monkeypatch.setattr(freshness, "edition", lambda: Edition("0123456789ab", "today"))
    assert not freshness.site_is_current()


def test_a_draft_is_never_left_as_a_book(project: Path) -> None:
    freshness.keep(paths.SITE / "book" / "index.html", "a page\n")
    freshness.note_site(freshness.site_inputs())
    freshness.forget_site()
    assert not freshness.site_is_current()
