"""The same study comes out the same, to the last byte: in any folder, time zone, language, umask, and order of sets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from support import with_the_baseline_alone

from analysis import paths
from analysis.publication.contents import BEGIN, END

CHAPTER = "03_views"
PAGES = ("quality", "labels", "glossary", "accessibility")
# Two computers that have as little in common as one computer can play.
ELSEWHERE: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("one", 0o022, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1"}),
    ("another folder/ü", 0o077, {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8",
                                 "PYTHONHASHSEED": "4242", "COLUMNS": "40", "USER": "someone"}),
)  # fmt: skip


def copy_of_the_study(root: Path) -> Path:
    """The study with one chapter and a few pages: small, and with all that makes a page."""
    chapters = shutil.ignore_patterns("*.ipynb", "__pycache__")
    shutil.copytree(paths.ROOT / "analysis", root / "analysis", ignore=chapters)
    shutil.copy(paths.CHAPTERS / f"{CHAPTER}.ipynb", root / "analysis" / "chapters")
    shutil.copytree(paths.DATA, root / "data", ignore=shutil.ignore_patterns("rehearsal", "accepted"))
    with_the_baseline_alone(root)
    for name in ("_static", "_templates"):
        shutil.copytree(paths.BOOK / name, root / "book" / name)
    (root / "book" / "methods").mkdir()
    for name in PAGES:
        (root / "book" / "methods" / f"{name}.md").write_text(f"# {name.title()}\n\nA page.\n", "utf-8")
    shutil.copy(paths.BOOK / "methods" / "glossary.md", root / "book" / "methods")
    with (root / "book" / "methods" / "quality.md").open("a", encoding="utf-8") as page:
        page.write("\n```{study-table} claims\nClaims\n```\n")
    (root / "book" / "index.md").write_text("# The book\n\n```{study-downloads}\n```\n", "utf-8")
    files = "".join(f"      - file: book/methods/{name}\n" for name in PAGES)
    contents = f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n  - chapters:\n{files}"
    (root / "_toc.yml").write_text(contents, "utf-8")
    for name in ("_config.yml", "requirements.txt", "CITATION.cff"):
        shutil.copy(paths.ROOT / name, root)
    return root


def book_of(
    root: Path, umask: int, environment: dict[str, str], commands: Sequence[Sequence[str]] = (["run"], ["build"])
) -> dict[str, str]:
    """Run the chapter, build the pages; all that comes out, by name, as checksums."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANALYSIS_", "LC_", "LANG"))}
    for command in commands:
        done = subprocess.run([sys.executable, "-m", "analysis", *command], cwd=root, umask=umask, capture_output=True,
                              text=True, env=own | environment | {"PYTHONPATH": str(root)}, check=False,
                              timeout=900)  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    kept = [root / "_toc.yml", *(root / "book").rglob("*"), *(root / "_build" / "html").rglob("*")]
    files = [path for path in kept if path.is_file()]
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same")


@pytest.fixture(scope="module")
def books(base: Path) -> list[dict[str, str]]:
    return [book_of(copy_of_the_study(base / name), umask, more) for name, umask, more in ELSEWHERE]


def test_two_clean_builds_are_identical_to_the_last_byte(books: list[dict[str, str]]) -> None:
    first, second = books
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_all_kinds_of_files_were_compared(books: list[dict[str, str]]) -> None:
    names = set(books[0])
    wave = "baseline-2007"
    assert {f"book/{wave}/{CHAPTER}.ipynb", f"_build/html/book/{wave}/{CHAPTER}.html",
            f"_build/html/data/{wave}/statistics.csv", f"_build/html/data/{wave}/tables.xlsx",
            f"_build/html/data/{wave}/tables.ods", "_build/html/ro-crate-metadata.json",
            "_build/html/searchindex.js"} <= names  # fmt: skip
    # Sphinx's own note differs where the packages lie elsewhere, and is no part of the book.
    assert "_build/html/.buildinfo" not in names
    assert {Path(name).suffix for name in names} >= {".ipynb", ".html", ".csv", ".svg", ".png", ".xlsx", ".ods", ".css"}


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def when_read(root: Path) -> dict[str, int]:
    """When each page was read, by its name."""
    folder = root / "_build" / "doctrees"
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*.doctree")
    }


# The words of a page are its own affair, and a word that no page has any more is not found. A chapter is shown by its
# own page, by tables of what chapters say, and where files stand with their sizes.
OWN_WORDS = (("book/methods/labels.md", "A page.", "A leaf."),
             (f"analysis/chapters/{CHAPTER}.ipynb", "## The policy setting", "## Policies"))  # fmt: skip
# A title stands in the contents on every page.
TITLE = (("book/methods/labels.md", "# Labels", "# Names of labels"),)


@pytest.mark.parametrize(
    ("edits", "read"),
    [
        (OWN_WORDS, {"book/methods/labels", f"book/baseline-2007/{CHAPTER}", "book/index", "book/methods/quality"}),
        (TITLE, {"book/methods/labels"}),
    ],
)
def test_pages_that_are_used_again_are_those_that_would_be_made(
    books: list[dict[str, str]], base: Path, edits: Sequence[tuple[str, str, str]], read: set[str]
) -> None:
    name, umask, environment = ELSEWHERE[0]
    root = base / name
    earlier = when_read(root)
    for edited, before, after in edits:
        replaced(root / edited, before, after)
    used_again = book_of(root, umask, environment)
    assert {page for page, moment in when_read(root).items() if moment != earlier[page]} == read
    assert used_again == book_of(root, umask, environment, [["build", "--force"]])
