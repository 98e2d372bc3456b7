"""What the book needs beyond its pages: the files to take away, and no request to any other computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.publication import downloads
from analysis.publication.directives import StudyDownloads, StudyTable
from analysis.publication.explanations import read_explanations

if TYPE_CHECKING:
    from sphinx.application import Sphinx

UNWANTED = "sphinx_thebe"


def setup(app: Sphinx) -> dict[str, Any]:
    """Take part in the building of the book."""
    app.add_directive("study-table", StudyTable)
    app.add_directive("study-downloads", StudyDownloads)
    app.connect("config-inited", run_no_code_elsewhere)
    app.connect("html-page-context", explain_numbers)
    app.connect("html-page-context", mark_simulated)
    app.connect("build-finished", write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def run_no_code_elsewhere(app: Sphinx, config: object) -> None:
    """Keep off every page what Jupyter Book always adds for running code on someone else's computer."""
    for event in ("env-before-read-docs", "doctree-resolved"):
        heard = app.events.listeners[event]
        app.events.listeners[event] = [one for one in heard if one.handler.__module__ != UNWANTED]


def explain_numbers(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Let each number of a chapter open to what it is."""
    notebook = Path(app.srcdir) / f"{page}.ipynb"
    if "body" in context and notebook.exists():
        context["body"] = read_explanations(notebook).page(context["body"])


def mark_simulated(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Say on each page of an edition with simulated waves that it is one."""
    from analysis.inputs.waves import published
    from analysis.publication.simulated import marked

    if "body" in context:
        context["body"] = marked(context["body"], page, published())


def write_downloads(app: Sphinx, failure: Exception | None) -> None:
    """Write the files that a reader can take away. Whatever is wrong with them stops the build."""
    if failure is None and app.builder.format == "html":
        write_data(Path(app.srcdir) / "book", Path(app.outdir) / "data")


def write_data(book: Path, folder: Path) -> None:
    """Assemble the files for every published wave from its executed chapters, and the register of figures."""
    from analysis.inputs.waves import published
    from analysis.published.reproduction import published_figures

    for wave in published():
        chapters = sorted((book / wave.id).glob("*.ipynb"))
        if chapters:
            _write(folder / wave.id / "statistics.csv", downloads.statistics(chapters), downloads.STATISTICS)
            _write(folder / wave.id / "claims.csv", downloads.claims(chapters), downloads.CLAIMS)
        if chapters and wave.follows:
            _write(folder / wave.id / "changes.csv", downloads.changes(chapters), downloads.CHANGES)
    _write(folder / "published-figures.csv", published_figures(), downloads.FIGURES)


def _write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(downloads.as_csv(rows, columns), "utf-8")
