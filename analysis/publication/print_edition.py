"""Pages of the book as one document to print: the same words and drawings, links inside it, nothing to click.

A document that is printed in one piece has one structure for those who hear it read, one list of bookmarks, and
links that lead from any part to any other.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import Tag

from analysis import paths
from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, InputError

# What a page has for a screen alone: code, explanations that open, links to files, a second drawing for small screens.
ON_SCREEN = (
    "script, style, template, [popover], a.headerlink, details.hide, div.cell_input, p.take-away, p.chart-links, "
    ".table-filter, .prev-next-area, .toctree-wrapper, svg.narrow, [data-print=no]"
)
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "headers", "for")


def print_edition(site: Path, pages: Sequence[str], title: str, front: Sequence[str]) -> str:
    """One HTML document of these pages of the built book, in their order, with a title page and contents.

    `pages` are paths inside the site, such as `book/baseline/04_involvement.html`; `front` are the lines of the
    title page. Raises InputError for pages that are missing or have no text.
    """
    trees = {page: _article(site, page) for page in pages}
    numbers = {page: f"part-{number}" for number, page in enumerate(pages, start=1)}
    titles = {page: _title(tree) for page, tree in trees.items()}
    for page, tree in trees.items():
        _clean(tree)
        _rename(tree, numbers[page])
        _relink(tree, page, numbers)
    parts = "".join(f'<section class="print-part" id="{numbers[page]}">{trees[page].decode_contents()}</section>'
                    for page in pages)  # fmt: skip
    entries = "".join(f'<li><a href="#{numbers[page]}">{escape(titles[page])}</a></li>' for page in pages)
    listed = f'<h2 id="contents">Contents</h2><ul>{entries}</ul>'
    contents = f'<nav class="print-contents" aria-labelledby="contents">{listed}</nav>' if len(pages) > 1 else ""
    cover = f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(line)}</p>" for line in front)
    return (
        f'<!DOCTYPE html><html lang="en-GB" data-theme="light" data-mode="light"><head><meta charset="utf-8">'
        f'<title>{escape(title)}</title>{_styles(site, pages[0])}</head><body class="print-edition">'
        f'<main class="bd-content"><article class="bd-article"><section class="print-cover">{cover}</section>'
        f"{contents}{parts}</article></main></body></html>"
    )


def _article(site: Path, page: str) -> Tag:
    path = site / page
    article = BeautifulSoup(read_text(path), "html.parser").find("article")
    if not isinstance(article, Tag):
        raise InputError([Finding(paths.shown(path), "no article", "a page of the book: make book")])
    return article


def _title(tree: Tag) -> str:
    heading = tree.find("h1")
    return " ".join(heading.get_text().replace("#", "").split()) if isinstance(heading, Tag) else ""


def _clean(tree: Tag) -> None:
    for tag in tree.select(ON_SCREEN):
        tag.decompose()
    for button in tree.select("button, span.unbroken"):
        button.unwrap()
    # What could be opened on the screen is open on paper.
    for details in tree.find_all("details"):
        details.name, details.attrs = "div", {"class": "print-opened"}
    for summary in tree.find_all("summary"):
        summary.name = "p"


def _rename(tree: Tag, part: str) -> None:
    """Give every anchor a name of its own in the whole document; drawings keep theirs to themselves."""
    for tag in tree.find_all(id=True):
        if not tag.find_parent("svg") and tag.name != "svg":
            tag["id"] = f"{part}-{tag['id']}"
    for name in REFERRING:
        for tag in tree.select(f"[{name}]"):
            value = tag[name]
            words = value if isinstance(value, list) else str(value).split()
            tag[name] = " ".join(f"{part}-{word}" for word in words)


def _relink(tree: Tag, page: str, numbers: Mapping[str, str]) -> None:
    """Links to pages that are in the document lead there; links to what is not in it are words without a link."""
    for link in tree.find_all("a", href=True):
        target, _, anchor = str(link["href"]).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        place = _inside(page, target) if target else page
        if place in numbers:
            link["href"] = f"#{numbers[place]}{f'-{anchor}' if anchor else ''}"
        else:
            link.unwrap()
    for image in tree.find_all("img", src=True):
        image["src"] = _inside(page, str(image["src"]))


def _inside(page: str, link: str) -> str:
    """A link of a page as a path inside the site."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def _styles(site: Path, page: str) -> str:
    """The styles of the pages, and those of a printed document: no page has use for them, so that none carries them."""
    links = BeautifulSoup(read_text(site / page), "html.parser").select('link[rel="stylesheet"]')
    shared = "".join(f'<link rel="stylesheet" href="{escape(_inside(page, str(link["href"])))}">' for link in links)
    return f"{shared}<style>{read_text(paths.PROJECT / 'book' / '_static' / 'print.css')}</style>"
