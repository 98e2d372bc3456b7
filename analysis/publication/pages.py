"""What becomes of a page before it is written: its numbers and terms explain themselves, and it says what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.inputs.glossary import glossary
from analysis.publication.chapters import SUMMARY
from analysis.publication.explanations import read_explanations
from analysis.publication.furniture import about, turns
from analysis.publication.terms import Terms

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LABELS, GLOSSARY, ACCESSIBILITY = "book/methods/labels", "book/methods/glossary", "book/methods/accessibility"
# What a cell says may link to a chapter: as a notebook, which is what stands beside it in the project.
_NOTEBOOK = re.compile(r'(<a [^>]*href="[\w./-]+)\.ipynb(?=[#"])')
# A box of findings, repeated from a cell of the summary of a wave.
_REPEATED = re.compile(r'<div class="findings" data-wave="([^"]+)" data-cell="([^"]+)">')


def explain(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Let each number, claim and term of a page open to what it is."""
    if "body" not in context or page not in app.env.all_docs:
        return
    body, labels = str(context["body"]), _address(app, page, LABELS)
    notebook = Path(app.srcdir) / f"{page}.ipynb"
    if notebook.exists():
        body = _NOTEBOOK.sub(r"\1.html", read_explanations(notebook, labels).page(body))
    elif found := _REPEATED.search(body):
        body, notebook = _repeated(app, page, body, *found.groups())
    speaks = labels if notebook.exists() else ""
    terms = glossary() if page != GLOSSARY and GLOSSARY in app.env.all_docs else ()
    context["body"] = Terms(terms, _address(app, page, GLOSSARY), speaks).page(body)


def _address(app: Sphinx, page: str, target: str) -> str:
    """A page of the book as another links to it; nothing if the book does not have it."""
    if target not in app.env.all_docs:
        return ""
    # A page is nowhere from itself, and can be linked to all the same.
    return str(app.builder.get_relative_uri(page, target)) or f"{target.rpartition('/')[2]}.html"


def _repeated(app: Sphinx, page: str, body: str, wave: str, cell: str) -> tuple[str, Path]:
    summary = f"book/{wave}/{SUMMARY}"
    notebook = Path(app.srcdir) / f"{summary}.ipynb"
    where = f"{_address(app, page, summary)}#cell-{cell}"
    return read_explanations(notebook, _address(app, page, LABELS)).elsewhere(body, where), notebook


def furnish(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Give the page's template what stands above and below its text."""
    title = re.sub(r"<[^>]+>", "", str(context.get("title", "")))
    context["about"] = about(page, title, str(context.get("corrections", "")))
    context["turns"] = [
        {"title": turn.title, "address": _address(app, page, turn.page), "here": turn.here, "missing": turn.missing}
        for turn in turns(page, app.env.all_docs)
    ]
    context["labels"], context["accessibility"] = _address(app, page, LABELS), _address(app, page, ACCESSIBILITY)
