"""What the book needs beyond its pages: the files to take away, and no request to any other computer."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from analysis.inputs.waves import find_wave, published
from analysis.publication import downloads
from analysis.publication.assets import lighten, wanted_scripts
from analysis.publication.chapters import in_order
from analysis.publication.comparison_page import StudyComparison
from analysis.publication.contents import executed_chapters
from analysis.publication.crate import write_crate
from analysis.publication.directives import StudyDownloads, StudyTable
from analysis.publication.front import StudyFindings, StudyGlossary, StudyWaves
from analysis.publication.keeping import keep
from analysis.publication.offers import with_offers
from analysis.publication.pages import explain, furnish
from analysis.publication.reuse import pages_to_read, shown_to_others
from analysis.publication.security import protect
from analysis.publication.takeaway import wave_files

if TYPE_CHECKING:
    from docutils.nodes import document
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

UNWANTED = "sphinx_thebe"


def setup(app: Sphinx) -> dict[str, Any]:
    """Take part in the building of the book."""
    app.add_directive("study-table", StudyTable)
    app.add_directive("study-downloads", StudyDownloads)
    app.add_directive("study-findings", StudyFindings)
    app.add_directive("study-waves", StudyWaves)
    app.add_directive("study-glossary", StudyGlossary)
    app.add_directive("study-comparison", StudyComparison)
    app.connect("config-inited", run_no_code_elsewhere)
    app.connect("config-inited", number_no_tables, priority=900)
    app.connect("config-inited", allow_pages_side_by_side)
    app.connect("env-get-outdated", read_what_changed)
    app.connect("env-get-updated", write_what_others_show, priority=900)
    app.connect("env-before-read-docs", make_files)
    app.connect("doctree-read", name_definitions)
    app.connect("html-collect-pages", forget_words)
    app.connect("html-page-context", explain)
    app.connect("html-page-context", offer_files)
    app.connect("html-page-context", mark_simulated)
    app.connect("html-page-context", furnish)
    # After the theme's own, which adds to what a page loads.
    app.connect("html-page-context", load_little, priority=900)
    app.connect("build-finished", write_downloads)
    app.connect("build-finished", lead_to_the_front)
    app.connect("build-finished", leave_out_the_rest, priority=900)
    app.connect("build-finished", complete, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def run_no_code_elsewhere(app: Sphinx, config: object) -> None:
    """Keep off every page what Jupyter Book always adds for running code on someone else's computer."""
    for event in ("env-before-read-docs", "doctree-resolved"):
        heard = app.events.listeners[event]
        app.events.listeners[event] = [one for one in heard if one.handler.__module__ != UNWANTED]


def number_no_tables(app: Sphinx, config: Config) -> None:
    """Let tables have captions alone: numbers would run over the whole book, and change with every table added."""
    # An extension of Jupyter Book sets this, whatever the configuration says.
    config["numfig"] = False


def allow_pages_side_by_side(app: Sphinx, config: Config) -> None:
    """Let pages be read and written side by side: two of Jupyter Book's extensions do not say whether they may be.

    One numbers the sections once all pages are read, the other is for another format; a test compares the site with
    one that is built a page at a time.
    """
    for name in ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"):
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = app.extensions[name].parallel_write_safe = True


def read_what_changed(app: Sphinx, env: BuildEnvironment, *found: object) -> set[str]:
    """Decide by content which pages are read again, where the book before is used again."""
    env.study_showed = shown_to_others(env)  # type: ignore[attr-defined]
    return pages_to_read(env, Path(app.doctreedir))


def write_what_others_show(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write every page again where a page shows others something else of itself than it did before."""
    before = vars(env).pop("study_showed", {})
    return [] if shown_to_others(env) == before else sorted(env.found_docs)


def forget_words(app: Sphinx) -> list[Any]:
    """Leave out of the search the words that no page has any more: where pages are used again they would stay."""
    indexer = getattr(app.builder, "indexer", None)
    for words in (indexer._mapping, indexer._title_mapping) if indexer is not None else ():
        for word in [word for word, found in words.items() if not found]:
            del words[word]
    return []


def make_files(app: Sphinx, env: object, names: object) -> None:
    """Make the files that can be taken away before pages are read in several processes, each of which needs them."""
    if app.builder.format == "html":
        for wave in published():
            if chapters := executed_chapters(wave):
                wave_files(wave, chapters)


def name_definitions(app: Sphinx, doctree: document) -> None:
    """Let every term of a list of definitions be linked to, by its words."""
    taken = set(doctree.ids)
    for term in doctree.findall(nodes.term):
        name = nodes.make_id(term.astext())
        if name and name not in taken and not term["ids"]:
            term["ids"] = [name]
            taken.add(name)


def load_little(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Let a page load the scripts that it needs and no others."""
    context["script_files"] = wanted_scripts(context.get("script_files", ()))


def leave_out_the_rest(app: Sphinx, failure: Exception | None) -> None:
    """Keep out of the book what no page of it uses."""
    if failure is None and app.builder.format == "html":
        own = [str(name) if isinstance(name, str) else str(name[0]) for name in app.config.html_css_files]
        lighten(Path(app.outdir), own)


def complete(app: Sphinx, failure: Exception | None) -> None:
    """Say in every page what it may load, and in a file where the book comes from, once all files are there."""
    if failure is None and app.builder.format == "html":
        protect(Path(app.outdir))
        write_crate(Path(app.outdir))


FRONT = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
</head>
<body><main><h1><a href="{page}">{title}</a></h1></main></body>
</html>
"""


def lead_to_the_front(app: Sphinx, failure: Exception | None) -> None:
    """Let whoever opens the folder of the book find its front page."""
    page, title = f"{app.config.root_doc}.html", app.env.titles[app.config.root_doc].astext()
    if failure is None and app.builder.format == "html" and page != "index.html":
        keep(Path(app.outdir) / "index.html", FRONT.format(title=escape(title), page=page))


def mark_simulated(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Say on each page of an edition with simulated waves that it is one."""
    from analysis.inputs.waves import published
    from analysis.publication.simulated import marked

    if "body" in context:
        context["body"] = marked(context["body"], page, published())


def offer_files(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Let each chart and table of a chapter be taken away."""
    notebook = Path(app.srcdir) / f"{page}.ipynb"
    if "body" in context and notebook.exists():
        files = wave_files(find_wave(notebook.parent.name), in_order(notebook.parent.glob("*.ipynb")))
        own = [file for file in files if file.exhibit is not None and file.exhibit.chapter == notebook.stem]
        context["body"] = with_offers(context["body"], own, f"{'../' * page.count('/')}data")


def write_downloads(app: Sphinx, failure: Exception | None) -> None:
    """Write the files that a reader can take away. Whatever is wrong with them stops the build."""
    if failure is None and app.builder.format == "html":
        write_data(Path(app.srcdir) / "book", Path(app.outdir) / "data")


def write_data(book: Path, folder: Path) -> None:
    """Assemble the files for every published wave from its executed chapters, and the register of figures."""
    from analysis.published.reproduction import published_figures

    for wave in published():
        chapters = in_order((book / wave.id).glob("*.ipynb"))
        if chapters:
            for file in wave_files(wave, chapters):
                keep(folder / file.path, file.content)
    keep(folder / "published-figures.csv", downloads.as_csv(published_figures(), downloads.FIGURES))
