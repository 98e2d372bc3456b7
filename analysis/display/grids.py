"""Tables of plain rows: on a narrow screen a row becomes a block, whose cells say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape, unescape
from re import sub

from analysis.display.records import publish
from analysis.numbers.shifts import Shift


class Html(str):
    """A cell that is HTML already."""


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str, shifts: Sequence[Shift] = ()) -> None:
    """Print rows under these heads; the first cell of a row names it, a row of one cell heads those below it.

    `shifts`: the changes that cells speak of.
    """
    lines = [[one if isinstance(one, Html) else escape(one, quote=False) for one in row] for row in rows]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(_row(heads, line) for line in lines)
    html = (
        f'<table class="change-table"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    plain = "\n".join([caption, *(", ".join(filter(None, map(_plain, line))) for line in lines)])
    known = [shift.after for shift in shifts if shift.after.identified]
    publish("table", {"text/html": html, "text/plain": plain}, [], known, shifts)


def _row(heads: Sequence[str], line: Sequence[str]) -> str:
    name, *cells = line
    if not cells:
        return f'<tr><th scope="rowgroup" colspan="{len(heads)}">{name}</th></tr>'
    body = "".join(f'<td data-head="{escape(head)}">{cell}</td>' for head, cell in zip(heads[1:], cells, strict=True))
    return f'<tr><th scope="row">{name}</th>{body}</tr>'


def _plain(cell: str) -> str:
    return unescape(sub(r"<[^>]+>", " ", cell)).strip()
