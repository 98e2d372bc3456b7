"""What the book needs beyond its pages: the files to take away, and no request to any other computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.publication import downloads

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Scripts for running code on someone else's computer, which this book does not offer.
UNWANTED = ("thebe", "THEBE_JS_URL")


def setup(app: Sphinx) -> dict[str, Any]:
    """Take part in the building of the book."""
    app.connect("html-page-context", leave_out_scripts, priority=900)
    app.connect("build-finished", write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def leave_out_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Keep scripts that would load others from elsewhere off every page."""
    scripts = context.get("script_files", [])
    context["script_files"] = [script for script in scripts if not _unwanted(script)]


def _unwanted(script: Any) -> bool:
    text = f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', '')}"
    return any(name in text for name in UNWANTED)


def write_downloads(app: Sphinx, failure: Exception | None) -> None:
    """Write the files that a reader can take away. Whatever is wrong with them stops the build."""
    if failure is None and app.builder.format == "html":
        write_data(Path(app.srcdir) / "book", Path(app.outdir) / "data")


def write_data(book: Path, folder: Path) -> None:
    """Assemble the files for every published wave from its executed chapters, and the register of figures."""
    from analysis.inputs.waves import all_waves
    from analysis.published.reproduction import published_figures

    for wave in all_waves():
        chapters = sorted((book / wave.id).glob("*.ipynb"))
        if wave.publish and chapters:
            _write(folder / wave.id / "statistics.csv", downloads.statistics(chapters), downloads.STATISTICS)
            _write(folder / wave.id / "claims.csv", downloads.claims(chapters), downloads.CLAIMS)
    _write(folder / "published-figures.csv", published_figures(), downloads.FIGURES)


def _write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(downloads.as_csv(rows, columns), "utf-8")
