"""What written pages can ask for: `study-table`, a table of the study's data, and `study-downloads`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import flag

from analysis.inputs.waves import Wave, published
from analysis.publication import listing
from analysis.publication.cells import Linked
from analysis.publication.contents import executed_chapters
from analysis.publication.following import FollowingDirective
from analysis.publication.reference import TABLES, ReferenceTable
from analysis.publication.takeaway import File, wave_files

_ADDRESS = re.compile(r"\b[a-z]+(?:_[a-z]+)?\.[a-z_]+")
# On a narrow screen the rows of these become blocks.
STACKED = (
    "register",
    "questionnaire-commissioners",
    "questionnaire-third-sector",
    "headline-figures",
    "sensitivity-moved",
    "sensitivity-summary",
    "respondents",
    "indicators",
    "confirmatory",
    "composition",
    "processing-rules",
    "processing-counts",
    "simulated-who-answers",
    "simulated-power",
    "planted",
)


class StudyTable(FollowingDirective):
    """Puts the table of this name in its place; its title is the directive's content."""

    required_arguments = 1
    has_content = True

    def made(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"no table {name!r}; there are {', '.join(TABLES)}")
        return [_table(TABLES[name](), " ".join(self.content), name, "../" * self.env.docname.count("/"))]


class StudyDownloads(FollowingDirective):
    """Lists the files that can be taken away: the chief ones, or with the option `every` all of them."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {"every": flag}

    def made(self) -> list[nodes.Node]:
        listed = [(wave, self._files(wave)) for wave in published()]
        up = "../" * self.env.docname.count("/")
        waves = [(wave, files) for wave, files in listed if files]
        if "every" not in self.options:
            return [nodes.raw("", listing.chief_files(waves, up), format="html")]
        parts = [_section(wave.title, wave.id, listing.all_files(wave, files, up)) for wave, files in waves]
        return [*parts, _section("Of all waves", "all-waves", listing.common_files(up))]

    def _files(self, wave: Wave) -> tuple[File, ...]:
        chapters = executed_chapters(wave)
        for chapter in chapters:
            self.follow(chapter)
        return wave_files(wave, chapters) if chapters else ()


def _section(title: str, name: str, html: str) -> nodes.section:
    return nodes.section("", nodes.title("", title), nodes.raw("", html, format="html"), ids=[f"files-{name}"])


def _table(data: ReferenceTable, title: str, name: str, up: str) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in data.columns), cols=len(data.columns))
    group += nodes.thead("", _row(data.columns, up))
    group += nodes.tbody("", *(_row(row, up) for row in data.rows))
    table = nodes.table("", classes=["study-table", name, *(["stacked"] if name in STACKED else [])])
    if title:
        table += nodes.title("", title)
    table += group
    return table


def _row(cells: tuple[str, ...], up: str) -> nodes.row:
    return nodes.row("", *(_entry(cell, up) for cell in cells))


def _entry(cell: str, up: str) -> nodes.entry:
    """A cell of text; an address may be broken anywhere, words may not."""
    if isinstance(cell, Linked):
        # The page is made with its places after this table: the build could not check them.
        return nodes.entry("", nodes.paragraph("", "", nodes.raw("", cell.html(up), format="html")))
    return nodes.entry("", nodes.paragraph("", cell), classes=["address"] if _ADDRESS.search(cell) else [])
