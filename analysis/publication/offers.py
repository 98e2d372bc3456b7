"""Under each chart and table of a page: where its data and its drawing can be taken from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from analysis.publication.exhibits import Exhibit
from analysis.publication.takeaway import File

END = {"chart": "</figure>", "scorecard": "</figure>", "table": "</table>"}
# Where a chart has a line of links already, those to its files stand in it.
OWN_LINKS, LINKS_END = '<p class="chart-links">', "</p>"


def with_offers(body: str, files: Iterable[File], data: str) -> str:
    """The body of a chapter's page with links to the files of its charts and tables, and an anchor for each of them.

    `data` is the address of the folder of files, seen from the page. Raises ValueError for a page that does not
    show what its notebook holds.
    """
    at = 0
    for exhibit, offered in by_exhibit(files):
        start = body.find(exhibit.opening, at)
        end = body.find(END[exhibit.kind], start)
        if min(start, end) < 0:
            raise ValueError(f"the page does not show {exhibit.name}")
        # The link to a table's data cannot stand inside the table.
        end += len(END["table"]) if exhibit.kind == "table" else 0
        shown = _named(exhibit) + _linked(body[start + len(exhibit.opening) : end], _links(offered, data))
        body, at = body[:start] + shown + body[end:], start + len(shown)
    return body


def _linked(inside: str, links: str) -> str:
    before, own, after = inside.partition(OWN_LINKS)
    if not own:
        return f'{inside}<p class="take-away">{links}</p>'
    first, end, rest = after.partition(LINKS_END)
    return f'{before}{own}{first} <span class="take-away">{links}</span>{end}{rest}'


def by_exhibit(files: Iterable[File]) -> list[tuple[Exhibit, list[File]]]:
    """The files of charts and tables by what they are of, in the order of the chapters."""
    found: dict[str, tuple[Exhibit, list[File]]] = {}
    for file in files:
        if file.exhibit is not None:
            found.setdefault(file.exhibit.name, (file.exhibit, []))[1].append(file)
    return list(found.values())


def link(file: File, data: str) -> str:
    """A link to a file of a chart or table, which says of what it is to those who hear it alone."""
    # Saved under its own name it would not say which wave it is of.
    wave, saved = file.path.partition("/")[0], file.name
    title = escape(f"{file.format}: {file.holds}", quote=True)
    return f'<a href="{data}/{escape(file.path)}" download="{wave}-{saved}" aria-label="{title}">{file.format}</a>'


def _named(exhibit: Exhibit) -> str:
    if f'id="{exhibit.anchor}"' in exhibit.opening:
        return exhibit.opening
    return f'{exhibit.opening[:-1]} id="{exhibit.anchor}">'


def _links(files: Sequence[File], data: str) -> str:
    return f"Download: {', '.join(link(file, data) for file in files)}"
