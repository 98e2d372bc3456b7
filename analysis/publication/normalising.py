"""Executed chapters made fit to be kept: what was found stays, what tells of the machine goes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat

from analysis import paths
from analysis.publication.chapters import FOLLOWING, INJECTED, PARAMETERS, tags
from analysis.publication.empty_sections import empty_sections

# The rest of a notebook's and a cell's metadata is about the editor, the clock or the computer.
NOTEBOOK = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
CELL = ("mystnb",)
HIDDEN, REMOVED = "hide-input", "remove-cell"


def normalised(notebook: Any, wave: Mapping[str, str], follows: bool = True) -> str:
    """An executed chapter as the text that is kept in the book, the same after every run.

    `wave` is stated in the notebook's metadata: the page is checked against it. `follows`: whether there is a wave
    before it; otherwise cells about change since that wave are kept off the page, as are headings over nothing.
    """
    kept = nbformat.from_dict({**notebook, "metadata": {**NOTEBOOK, "wave": dict(wave)}})
    kept.nbformat, kept.nbformat_minor = 4, 5
    kept.cells = [_cell(cell, number, follows) for number, cell in enumerate(notebook.cells, start=1)]
    for place in empty_sections(kept.cells, REMOVED):
        given = tags(kept.cells[place])
        kept.cells[place].metadata["tags"] = given if REMOVED in given else [*given, REMOVED]
    return str(nbformat.writes(kept, version=4)).rstrip("\n") + "\n"


def _cell(cell: Any, number: int, follows: bool) -> Any:
    metadata = {key: cell.metadata[key] for key in CELL if key in cell.metadata}
    wanted = _tags(cell, follows)
    if wanted:
        metadata["tags"] = wanted
    kept = {"cell_type": cell.cell_type, "id": _id(cell, number), "metadata": metadata, "source": cell.source}
    if "attachments" in cell:
        kept["attachments"] = cell.attachments
    if cell.cell_type == "code":
        # The count says that the cell has been run: without it nbval compares nothing.
        kept |= {"execution_count": cell.execution_count, "outputs": [_output(one) for one in _joined(cell.outputs)]}
    return nbformat.from_dict(kept)


def _id(cell: Any, number: int) -> str:
    if INJECTED in tags(cell):
        return INJECTED
    return str(cell.get("id") or f"cell-{number:03}")


def _tags(cell: Any, follows: bool) -> list[str]:
    """A cell's tags, with those that keep its code, or all of it, out of the reader's way."""
    given = list(tags(cell))
    if FOLLOWING in given and not follows:
        return given if REMOVED in given else [*given, REMOVED]
    if cell.cell_type != "code":
        return given
    added = REMOVED if PARAMETERS in given or INJECTED in given else HIDDEN
    return given if added in given else [*given, added]


def _joined(outputs: list[Any]) -> list[dict[str, Any]]:
    """Outputs with neighbouring printed text in one piece: where a kernel cuts it is chance."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and output.name == last.get("name"):
            joined[-1] = {**last, "text": last["text"] + output.text}
        else:
            joined.append(dict(output))
    return joined


def _output(output: dict[str, Any]) -> Any:
    kept = without_paths(output)
    if "metadata" in kept:
        kept["metadata"] = {}
    return nbformat.from_dict(kept)


def without_paths(value: Any) -> Any:
    """A value with every path of this machine cut back to what is the same on any other."""
    match value:
        case str():
            return _shortened(value)
        case Mapping():
            return {key: without_paths(one) for key, one in value.items()}
        case list():
            return [without_paths(one) for one in value]
    return value


def _shortened(text: str) -> str:
    for folder, pattern, instead in _folders(paths.DATA.parent, paths.PROJECT, paths.ROOT, os.environ.get("HOME", "")):
        text = pattern.sub(instead, text) if folder in text else text
    return text


@lru_cache
def _folders(data: Path, project: Path, root: Path, home: str) -> list[tuple[str, re.Pattern[str], str]]:
    """The folders of this machine, each with what finds it and what is put in its place; `home`: of the user."""
    own = [(folder, "") for folder in (data, project, root)]
    named = [*own, (Path(sys.prefix), "python/"), (Path(home) if home else Path.home(), "~/")]
    # A path begins after something that is not part of a word: "/root" is not in "grass/roots".
    return [
        (str(folder), re.compile(rf"(?<![\w.]){re.escape(str(folder))}(?=/|\W|$)/?"), instead)
        for folder, instead in named
        if folder != Path(folder.anchor)
    ]
