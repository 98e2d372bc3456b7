"""A printed document is what the pages are: the same words in their order, with what those need who hear it read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import normalize

from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from analysis.inputs.findings import Finding

HEADINGS = "h1, h2, h3, h4"
BLOCKS = f"{HEADINGS}, p, li, dt, dd, th, td, caption, figcaption"


def printed_findings(printed: bytes, place: str, document: str, footer: str) -> Iterator[Finding]:
    """What is wrong with a PDF that was printed from this document, with this line at the foot of each page."""
    reader = PdfReader(io.BytesIO(printed))
    root: Any = reader.trailer["/Root"]
    for name, found in {
        "tags": bool(root.get("/MarkInfo", {}).get("/Marked")) and "/StructTreeRoot" in root,
        "a language": root.get("/Lang") == "en-GB",
        "a title": bool(reader.metadata and reader.metadata.title),
        "bookmarks": bool(reader.outline),
        "links that lead somewhere": not list(_broken_links(reader)),
    }.items():
        if not found:
            yield Finding(place, f"a document without {name}", "one that everybody can read: make pdf")
    for block in missing_words(document, printed_words(reader, footer)):
        yield Finding(place, f"nowhere in its place: {block[:80]!r}", "the words of the pages, in their order")


def bookmarked(printed: bytes, titles: Sequence[str]) -> bytes:
    """A PDF whose bookmarks read as the titles do.

    A browser leaves out the space where a title goes to a new line, and says a title twice that goes to a new page.
    """
    writer = PdfWriter(io.BytesIO(printed), incremental=True)
    spaced = {_plain(title) * times: title for title in titles for times in (1, 2)}
    for mark in _bookmarks(writer.root_object.get("/Outlines")):
        mark[NameObject("/Title")] = TextStringObject(spaced.get(_plain(mark["/Title"]), mark["/Title"]))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _bookmarks(parent: Any) -> Iterator[Any]:
    mark = parent.get_object().get("/First") if parent is not None else None
    while mark is not None:
        mark = mark.get_object()
        yield mark
        yield from _bookmarks(mark)
        mark = mark.get("/Next")


def headings(document: str) -> list[str]:
    """The titles of a document, in its order."""
    found = BeautifulSoup(document, "html.parser").select(HEADINGS)
    return [" ".join(heading.get_text().split()) for heading in found]


def missing_words(document: str, printed: str) -> Iterator[str]:
    """Each heading, paragraph, point and cell of a document that does not follow the one before it in print."""
    at = 0
    for block in blocks(document):
        found = printed.find(_plain(block), at)
        if found < 0:
            yield block
        else:
            at = found


def blocks(document: str) -> list[str]:
    """The text of each heading, paragraph, point and cell of a document, in order; of nested ones the inner."""
    tree = BeautifulSoup(document, "html.parser")
    for drawing in tree.find_all("svg"):
        drawing.decompose()
    found = (tag.get_text() for tag in tree.select(BLOCKS) if not tag.select_one(BLOCKS))
    return [text for text in found if text.strip()]


def printed_words(reader: PdfReader, footer: str) -> str:
    """The words of all pages of a PDF without spaces, and without the line at the foot of each page."""
    return "".join(_without(_plain(page.extract_text()), _plain(footer)) for page in reader.pages)


def _without(page: str, footer: str) -> str:
    return re.sub(rf"{re.escape(footer)}\d+/\d+", "", page)


def _plain(text: str) -> str:
    """Text without spaces, and with the letters that a font draws as one taken apart."""
    return "".join(normalize("NFKC", text).replace("\xad", "").split())


def _broken_links(reader: PdfReader) -> Iterator[str]:
    names: Sequence[str] = list(reader.named_destinations)
    for page in reader.pages:
        for note in page.get("/Annots", []) or []:
            target = _target(note.get_object())
            if target is not None and target not in names and target.lstrip("/") not in names:
                yield target


def _target(note: Any) -> str | None:
    """The name of the place that a link inside the document leads to."""
    place = note.get("/Dest", note.get("/A", {}).get("/D"))
    return str(place) if isinstance(place, str) else None
