"""The same study comes out the same, to the last byte: in any folder, time zone, language, umask, and order of sets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

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
    for name in ("_static", "_templates"):
        shutil.copytree(paths.BOOK / name, root / "book" / name)
    (root / "book" / "methods").mkdir()
    for name in PAGES:
        (root / "book" / "methods" / f"{name}.md").write_text(f"# {name.title()}\n\nA page.\n", "utf-8")
    shutil.copy(paths.BOOK / "methods" / "glossary.md", root / "book" / "methods")
    (root / "book" / "index.md").write_text("# The book\n\n```{study-downloads}\n```\n", "utf-8")
    files = "".join(f"      - file: book/methods/{name}\n" for name in PAGES)
    contents = f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n  - chapters:\n{files}"
    (root / "_toc.yml").write_text(contents, "utf-8")
    for name in ("_config.yml", "requirements.txt", "CITATION.cff"):
        shutil.copy(paths.ROOT / name, root)
    return root


def book_of(root: Path, umask: int, environment: dict[str, str]) -> dict[str, str]:
    """Run the chapter, build the pages; all that comes out, by name, as checksums."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANALYSIS_", "LC_", "LANG"))}
    for command in (["run"], ["build"]):
        done = subprocess.run([sys.executable, "-m", "analysis", *command], cwd=root, umask=umask, capture_output=True,
                              text=True, env=own | environment | {"PYTHONPATH": str(root)}, check=False,
                              timeout=900)  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    kept = [root / "_toc.yml", *(root / "book").rglob("*"), *(root / "_build" / "html").rglob("*")]
    files = [path for path in kept if path.is_file()]
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    base = tmp_path_factory.mktemp("same")
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
