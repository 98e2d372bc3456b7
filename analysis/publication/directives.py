"""`study-table`: a table of the study's data on a written page."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from analysis.publication.reference import TABLES, ReferenceTable


class StudyTable(SphinxDirective):
    """Puts the table of this name in its place; its title is the directive's content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"no table {name!r}; there are {', '.join(TABLES)}")
        return [_table(TABLES[name](), " ".join(self.content), name)]


def _table(data: ReferenceTable, title: str, name: str) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in data.columns), cols=len(data.columns))
    group += nodes.thead("", _row(data.columns))
    group += nodes.tbody("", *(_row(row) for row in data.rows))
    table = nodes.table("", classes=["study-table", name])
    if title:
        table += nodes.title("", title)
    table += group
    return table


def _row(cells: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))
