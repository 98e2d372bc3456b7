"""What written pages can ask for: `study-table`, a table of the study's data, and `study-downloads`."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from analysis.inputs.waves import Wave, published
from analysis.publication.reference import TABLES, ReferenceTable

WAVE_FILES = {
    "statistics.csv": "every number that the chapters state, with its base, its interval, how it is known, and where "
    "the source report prints it",
    "claims.csv": "every claim that a sentence of the chapters makes, and whether the wave bears it out",
}
FOLLOWING_FILES = {
    "changes.csv": "every change since the wave before, crude and adjusted for who answered, in percentage points, "
    "with its indicative interval, and whether it is clear",
}
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
)
REGISTER = (
    "every figure that the report of the baseline prints, place by place, and whether the reconstructed records "
    "reproduce it"
)


class StudyTable(SphinxDirective):
    """Puts the table of this name in its place; its title is the directive's content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"no table {name!r}; there are {', '.join(TABLES)}")
        return [_table(TABLES[name](), " ".join(self.content), name)]


class StudyDownloads(SphinxDirective):
    """Lists the files that can be taken away: those of every published wave, and the register of figures."""

    def run(self) -> list[nodes.Node]:
        up = "../" * (self.env.docname.count("/"))
        files = [
            (f"data/{wave.id}/{name}", f"{name}, {wave.title}", about)
            for wave in published()
            for name, about in _files_of(wave).items()
        ]
        files.append(("data/published-figures.csv", "published-figures.csv", REGISTER))
        return [nodes.bullet_list("", *(_file(up + path, name, about) for path, name, about in files))]


def _files_of(wave: Wave) -> dict[str, str]:
    return WAVE_FILES | (FOLLOWING_FILES if wave.follows else {})


def _file(target: str, name: str, about: str) -> nodes.list_item:
    # A link made by Sphinx would have to lead to a page; these lead to files that are written beside the pages.
    link = nodes.raw("", f'<a href="{escape(target)}">{escape(name)}</a>', format="html")
    return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(f": {about}")))


def _table(data: ReferenceTable, title: str, name: str) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in data.columns), cols=len(data.columns))
    group += nodes.thead("", _row(data.columns))
    group += nodes.tbody("", *(_row(row) for row in data.rows))
    table = nodes.table("", classes=["study-table", name, *(["stacked"] if name in STACKED else [])])
    if title:
        table += nodes.title("", title)
    table += group
    return table


def _row(cells: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))
