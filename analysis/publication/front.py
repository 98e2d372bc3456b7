"""What the front page and the glossary ask for: the main findings of the newest wave, the waves, the terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.addnodes import pending_xref

from analysis import paths
from analysis.display.plain import plain
from analysis.display.records import MIME
from analysis.display.sentences import data
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.glossary import glossary
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave, published
from analysis.publication import downloads
from analysis.publication.chapters import SUMMARY, read_executed
from analysis.publication.contents import executed_chapters
from analysis.publication.following import FollowingDirective

# How sure a wave of this kind is, in a sentence.
SURENESS = {
    "reconstructed": "The answers to this wave were never published: each number is printed in the source report, or "
    "follows from what it prints.",
    "collected": "Each number is counted from the answers.",
    "simulated": "The answers are made up: no number here says anything about anybody.",
}


def newest() -> tuple[Wave, Path] | None:
    """The last published wave that has a summary, and its executed summary."""
    found = [(wave, path) for wave in published() for path in executed_chapters(wave) if path.stem == SUMMARY]
    return found[-1] if found else None


def main_findings(summary: Path) -> tuple[str, str]:
    """The box of an executed summary, as Markdown, and the name of its cell. Raises InputError if it has none."""
    for cell in read_executed(summary).cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            if shown.get(MIME, {}).get("kind") == "headline":
                return str(shown["text/markdown"]), str(cell.id)
    raise InputError([Finding(paths.shown(summary), "no box of main findings", "a cell that prints one")])


def _answered(summary: Path) -> str:
    """How many answered, by survey, as the summary says it."""
    said = {row["address"]: row["base"] for row in downloads.statistics([summary])}
    counts = [f"{data(name, said[name])} {one.respondents}" for name, one in questionnaires().items() if name in said]
    return f"It is about those who answered: {' and '.join(counts)}." if counts else ""


class StudyFindings(FollowingDirective):
    """Repeats the box of main findings of the newest wave, and says of which wave, how sure, and of whom."""

    def made(self) -> list[nodes.Node]:
        latest = newest()
        if latest is None:
            raise self.error("no wave has a summary: python -m analysis run")
        wave, path = latest
        box, cell = main_findings(path)
        where = f'data-wave="{wave.id}" data-cell="{cell}"'
        status = f"**{plain(wave.title)}: {wave.status}.** {SURENESS[wave.status]} {_answered(path)}"
        lines = [f'<div class="findings" {where}>', "", f'<div class="wave-status wave-{wave.status}">', "", status, "",
                 "</div>", "", *box.splitlines(), "", "</div>"]  # fmt: skip
        holder = nodes.Element()
        self.state.nested_parse(StringList(lines, str(path)), 0, holder)
        return list(holder.children)


class StudyWaves(FollowingDirective):
    """A table of the published waves: status, fieldwork, responses, and the way to the summary of each."""

    def made(self) -> list[nodes.Node]:
        surveys = [one.title for one in questionnaires().values()]
        heads = ("Wave", "Status", "Fieldwork", *surveys)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in heads), cols=len(heads))
        group += nodes.thead("", _row([nodes.Text(head) for head in heads]))
        group += nodes.tbody("", *(_row(self._cells(wave)) for wave in published()))
        return [nodes.table("", group, classes=["study-table", "waves", "stacked"])]

    def _cells(self, wave: Wave) -> list[nodes.Node]:
        counts = [f"{wave.surveys[name].responses} {one.respondents}" for name, one in questionnaires().items()]
        words = [nodes.Text(text) for text in (wave.status, wave.fieldwork, *counts)]
        chapters = executed_chapters(wave)
        if not chapters:
            return [nodes.Text(wave.title), *words]
        return [to_page(self.env.docname, f"/book/{wave.id}/{chapters[0].stem}", wave.title), *words]


class StudyGlossary(FollowingDirective):
    """The glossary: every term with its explanation; each can be linked to."""

    def made(self) -> list[nodes.Node]:
        entries = []
        for term in glossary():
            head = nodes.term("", term.title, ids=[term.name])
            entries.append(nodes.definition_list_item("", head, nodes.definition("", nodes.paragraph("", term.text))))
        return [nodes.definition_list("", *entries, classes=["simple", "glossary"])]


def to_page(here: str, page: str, words: str) -> pending_xref:
    """A link to a page of the book, which the build checks."""
    inner = nodes.inline("", words)
    told: dict[str, Any] = {"refdomain": "std", "reftype": "doc", "reftarget": page, "refexplicit": True}
    return pending_xref("", inner, refdoc=here, refwarn=True, **told)


def _row(cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))
