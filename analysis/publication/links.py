"""Where the pages of the book lead: every page, file and place that a link names has to be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analysis import paths
from analysis.inputs.findings import Finding
from analysis.publication.page_reading import ReadPage

# What leads out of the book is not followed: that would ask another computer.
OUTSIDE = {"http", "https", "mailto", "doi", "data"}


def link_findings(pages: Mapping[Path, ReadPage]) -> Iterator[Finding]:
    """Every link and every button of these pages that leads to nothing, with its page."""
    for path, page in pages.items():
        for address in dict.fromkeys(page.links):
            found, expected = _wrong(path, address, pages)
            if found:
                yield Finding(paths.shown(path), f"a link to {address!r}, {found}", expected)
        for name in dict.fromkeys(page.opens):
            if name not in page.names:
                yield Finding(paths.shown(path), f"a button that opens {name!r}", "a place of this page")


def _wrong(path: Path, address: str, pages: Mapping[Path, ReadPage]) -> tuple[str, str]:
    """What is wrong with an address on a page, and what was expected; nothing if nothing is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "which is no address", "an address"
    if parts.scheme in OUTSIDE or parts.netloc:
        return "", ""
    if parts.scheme:
        return f"of the kind {parts.scheme}", "a link to a page, a file or another site"
    if parts.path.startswith("/"):
        return "which is a place of one server only", "a link relative to its page"
    target = _target(path, parts.path)
    if not target.is_relative_to(paths.SITE):
        return "which leaves the book", "a file of the book"
    if not target.is_file():
        return "which does not exist", "a page or a file of the book"
    name = unquote(parts.fragment)
    if name and target in pages and name not in pages[target].names:
        return "a place which does not exist", f"one of the places of {paths.shown(target)}"
    return "", ""


def _target(path: Path, address: str) -> Path:
    """The file that a relative address leads to. Links inside the book's folder are not followed on the disk."""
    if not address:
        return path
    steps: list[str] = []
    for step in [*path.parent.parts, *unquote(address).split("/")]:
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    target = Path(*steps)
    return target / "index.html" if target.is_dir() else target
