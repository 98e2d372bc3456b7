"""What several tests share: made-up chapters, a copy of the data, the built book."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import nbformat
import pytest

from analysis import paths
from analysis.inputs.waves import Wave
from analysis.publication.contents import BEGIN, END
from analysis.publication.dependencies import all_inputs, all_pages
from analysis.publication.freshness import Contents

Cells = Sequence[tuple[str, Sequence[str]]]
MakeChapter = Callable[[str, Cells], Path]

PARAMETERS = ('wave = "baseline"', ["parameters"])


# Files whose tests take longest, the longest first: side by side with others they must not be left to the end.
LONG = (
    "test_every_page",
    "test_same_out",
    "test_freshness",
    "test_rehearsal_edition",
    "test_cluster",
    "test_kernels",
    "test_ways_around",
    "test_publication",
    "test_canaries",
    "test_pdf",
    "test_browser",
    "test_nbval",
    "test_chart_pages",
    "test_writing",
    "test_benchmarks",
    "test_sensitivity",
    "test_guards",
    "test_checking",
    "test_first_edition",
    "test_bounds",
    "test_audit",
    "test_security",
    "test_running",
    "test_disclosure",
    "test_reconstruction",
    "test_nbval_notices",
    "test_takeaway",
    "test_drawings",
    "test_refusals",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, the tests of a file stay together: they share what is long to make."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty study of its own: no chapter, no executed chapter, nothing built."""
    root = tmp_path / "study"
    (root / "analysis" / "chapters").mkdir(parents=True)
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n")
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setattr(paths, "PROJECT", root)
    monkeypatch.setattr(paths, "CHAPTERS", root / "analysis" / "chapters")
    monkeypatch.setattr(paths, "BOOK", root / "book")
    monkeypatch.setattr(paths, "BUILD", root / "_build")
    monkeypatch.setattr(paths, "SITE", root / "_build" / "html")
    return root


@pytest.fixture
def make_chapter(study: Path) -> MakeChapter:
    """Write a chapter of the made-up study from the source and the tags of its code cells."""

    def make(name: str, cells: Cells) -> Path:
        code = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source, tags in cells]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {name}"), *code])
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"{name}-{number}"
        path = paths.CHAPTERS / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return make


@pytest.fixture
def wave() -> Wave:
    """A made-up wave."""
    return Wave.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "status": "simulated",
            "about": "No one was asked.",
            "banner": "No one's answers.",
            "fieldwork": "never",
            "surveys": {},
        }
    )


@pytest.fixture
def copied_data(tmp_path: Path) -> dict[str, str]:
    """The environment in which the study reads a copy of its data, which a test may change.

    The copy is the folder named by ANALYSIS_DATA.
    """
    folder = tmp_path / "data"
    shutil.copytree(paths.DATA, folder)
    return {**os.environ, "ANALYSIS_DATA": str(folder)}


@pytest.fixture(scope="session")
def site() -> Path:
    """The book, as it follows from the executed chapters that the study holds: built, unless that was done already."""
    from analysis.publication.book import build_book
    from analysis.publication.freshness import site_is_current

    paths.BUILD.mkdir(exist_ok=True)
    # Tests that run side by side wait for the one that builds it.
    with (paths.BUILD / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site_is_current():
            build_book()
    return paths.SITE


@pytest.fixture(scope="session", autouse=True)
def untouched() -> Iterator[None]:
    """Tests work on copies: none of them changes a file of the study."""
    before = fingerprints()
    yield
    after = fingerprints()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    assert changed == [], "changed while the tests ran"


def fingerprints() -> dict[str, str]:
    contents = Contents()
    return {paths.shown(path): contents.of([path]) for path in (*all_inputs(), *all_pages())}
