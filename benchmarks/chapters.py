"""The clean time of an edition against plain papermill and plain Jupyter Book; little changed; one core and two."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from analysis.publication.kernels import FORKED, HELD
from benchmarks.bookdown import bookdown_row
from benchmarks.copies import PYTHON, copy_of_the_study, cores, study
from benchmarks.measured import FOLDER, Row, compared, done, seconds
from benchmarks.pages import page_rows

PART = "chapters"
WAVE = "baseline-2007"
# Chapters about change are not run for a wave that follows none.
LEFT_OUT = "change"
EDITED = "03_views"
# What is loaded before the first cell of a chapter runs, and before the first page is read: nothing that is edited is
# shown sooner than that.
LOADED = {"loading what chapters import": HELD, "loading what builds pages": ("analysis.publication.sphinx_extension",
          "jupyter_book.cli.main", "myst_nb.sphinx_ext", "sphinx.builders.html", "sphinx_book_theme")}  # fmt: skip


def plain(folder: Path, **settings: str) -> tuple[float, float]:
    """How long plain papermill takes over the chapters, one after another, and the sum of the cells' own time."""
    target = folder / "plain"
    target.mkdir(exist_ok=True)
    (folder / "analysis" / "chapters" / f"{LEFT_OUT}.ipynb").unlink(missing_ok=True)
    line = [sys.executable, str(FOLDER / "plain.py"), str(folder / "analysis" / "chapters"), WAVE, str(target)]
    taken = seconds(lambda: done(line, folder, PYTHONPATH=str(folder), ANALYSIS_PROJECT=str(folder), **settings))
    return taken, float((target / "seconds").read_text())


def edit(folder: Path) -> None:
    """Change a sentence of one chapter."""
    path = folder / "analysis" / "chapters" / f"{EDITED}.ipynb"
    notebook = json.loads(path.read_text())
    cell = next(one for one in notebook["cells"] if one["cell_type"] == "markdown" and len("".join(one["source"])) > 60)
    cell["source"] = [*cell["source"], " It was so."]
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def rows(chapters: str = "*", book: bool = True) -> list[Row]:
    """Everything about running chapters, and about the book that is built of them if `book`."""
    with copy_of_the_study(chapters) as folder:
        serial, _ = plain(folder)
        setting = f"{len(list((folder / 'analysis' / 'chapters').glob('*.ipynb')))} chapters, 1 wave"
        _, own = plain(folder, **FORKED)
        clean = seconds(lambda: study(folder, "run", WAVE, "--force"))
        found = [
            compared(PART, "plain papermill, one after another", setting, serial, "run", clean),
            compared(PART, "run", setting, clean, f"cells' own time over {len(cores())} cores", own / len(cores())),
        ]
        return found + (_book(folder, setting, clean) if book else [])


def _book(folder: Path, setting: str, running: float) -> list[Row]:
    one_core = seconds(lambda: study(folder, "run", WAVE, "--force", before=("taskset", "-c", str(cores()[0]))))
    build = seconds(lambda: study(folder, "build", "--force"))
    clean = running + build
    nothing = seconds(lambda: (study(folder, "run", WAVE), study(folder, "build")))
    edit(folder)
    one = seconds(lambda: (study(folder, "run", WAVE), study(folder, "build")))
    loading = {what: seconds(lambda names=names: load(folder, names)) for what, names in LOADED.items()}  # type: ignore[misc]
    ours = folder / "_build" / "html"
    pages = page_rows(ours, "ours")
    theirs = seconds(lambda: jupyter_book(folder))
    pages += page_rows(folder / "plain-book" / "_build" / "html", "plain Jupyter Book", ours)
    return [
        compared(PART, "plain jupyter-book build that runs the chapters", setting, theirs, "run and build", clean),
        compared("cores", "run on 1 core", setting, one_core, f"run on {len(cores())} cores", running),
        compared(PART, "build", setting, build, "run and build", clean),
        compared(PART, "run and build, nothing changed", setting, nothing, "run and build", clean),
        compared(PART, "run and build, one chapter edited", setting, one, "run and build", clean),
        *(compared(PART, what, setting, taken, "run and build", clean) for what, taken in loading.items()),
        bookdown_row(folder, sorted((folder / "book" / WAVE).glob("*.ipynb")), setting, clean),
        *pages,
    ]


def load(folder: Path, names: Iterable[str]) -> None:
    """Start Python and load these modules."""
    done([sys.executable, "-c", f"import {', '.join(names)}"], folder, PYTHONPATH=str(folder))


def jupyter_book(folder: Path) -> None:
    """Build the same pages by plain Jupyter Book with its own theme and no extension, which runs every chapter."""
    target = folder / "plain-book"
    target.mkdir()
    names = sorted(path.stem for path in (folder / "analysis" / "chapters").glob("*.ipynb"))
    for name in names:
        source = folder / "analysis" / "chapters" / f"{name}.ipynb"
        (target / source.name).write_text(source.read_text())
    listed = "\n".join(f"  - file: {name}" for name in names[1:])
    (target / "_toc.yml").write_text(f"format: jb-book\nroot: {names[0]}\nchapters:\n{listed}\n")
    (target / "_config.yml").write_text('title: Plain\nexecute:\n  execute_notebooks: "force"\n  timeout: 600\n')
    settings = {"PYTHONPATH": str(folder), "ANALYSIS_PROJECT": str(folder)}
    done([*PYTHON[:1], "-c", "from jupyter_book.cli.main import main; main()", "build", "."], target, **settings)
