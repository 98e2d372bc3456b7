"""Sections of a chapter in which a wave has nothing to show: kept in the notebook, and off its page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from analysis.publication.chapters import tags

_HEADING = re.compile(r"(#{2,6}) .+")


def empty_sections(cells: Sequence[Any], removed: str) -> set[int]:
    """The places, counted from 0, of the cells of sections whose heading would stand over nothing.

    A section begins with a cell that holds a heading alone, and ends before the next heading of its rank or above.
    It shows something if any of its cells has text besides headings or has an output; cells tagged `removed` do not.
    """
    found: set[int] = set()
    for place, cell in enumerate(cells):
        if _is_heading(cell):
            section = list(_section(cells, place))
            if not any(_shows(cells[one], removed) for one in section):
                found |= {place, *section}
    return found


def _is_heading(cell: Any) -> bool:
    return cell.cell_type == "markdown" and bool(_HEADING.fullmatch(cell.source.strip()))


def _section(cells: Sequence[Any], place: int) -> Iterator[int]:
    """The places of the cells under a heading."""
    rank = _rank(cells[place])
    for one in range(place + 1, len(cells)):
        if 0 < _rank(cells[one]) <= rank:
            return
        yield one


def _rank(cell: Any) -> int:
    """The rank of the heading that a cell begins with; 0 where it begins with none."""
    first = cell.source.lstrip().partition(" ")[0]
    return len(first) if cell.cell_type == "markdown" and set(first) == {"#"} else 0


def _shows(cell: Any, removed: str) -> bool:
    if removed in tags(cell):
        return False
    return bool(cell.outputs) if cell.cell_type == "code" else bool(cell.source.strip()) and not _is_heading(cell)
