"""The page that holds each wave against the one before it: a checklist whose lines lead to the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from docutils import nodes

from analysis.inputs.waves import Wave, earlier_waves, published
from analysis.publication.comparison import NOTHING, Comparison, Entry, compare
from analysis.publication.comparison_lines import counts, described, turned
from analysis.publication.contents import executed_chapters
from analysis.publication.following import FollowingDirective
from analysis.publication.turns import BROUGHT, CONCERNS

ONE_WAVE = "This edition has one wave, so there is nothing to compare it with."
ALIKE = "Every sentence is said as it was, and no headline figure moved."


def compared() -> list[tuple[Wave, Wave]]:
    """The published waves that have been run, each after the nearest such wave that it follows."""
    shown = [wave for wave in published() if executed_chapters(wave)]
    found = []
    for wave in shown:
        earlier = next((one for one in earlier_waves(wave) if one in shown), None)
        found += [(earlier, wave)] if earlier else []
    return found


class StudyComparison(FollowingDirective):
    """Puts the checklists between the waves of this edition in its place, a section each."""

    def made(self) -> list[nodes.Node]:
        up = "../" * self.env.docname.count("/")
        found = compared()
        if not found:
            return [nodes.paragraph("", ONE_WAVE)]
        return [self._section(compare(before, after), up) for before, after in found]

    def _section(self, comparison: Comparison, up: str) -> nodes.section:
        before, after = comparison.before, comparison.after
        section = self._titled(f"{after.title} against {before.title}", f"{after.id}-against-{before.id}")
        section += nodes.paragraph("", f"Before: {described(before)}. Now: {described(after)}.")
        if not comparison.entries:
            return section + nodes.paragraph("", ALIKE)
        section += _summary(comparison)
        for title, entries in comparison.chapters.items():
            part = self._titled(title, f"{after.id}-{entries[0].chapter}")
            part += _checklist(entries, comparison, up)
            section += part
        return section

    def _titled(self, title: str, name: str) -> nodes.section:
        section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(name)], names=[name])
        self.state.document.note_explicit_target(section, section)
        return section


def _summary(comparison: Comparison) -> nodes.table:
    found = counts(comparison)
    rows = [(nodes.paragraph("", CONCERNS[one]), nodes.paragraph("", str(count))) for one, count in found.items()]
    return _table(("What to check", "Places"), rows, "comparison-summary")


def _checklist(entries: Sequence[Entry], comparison: Comparison, up: str) -> nodes.table:
    heads = ("What to check", comparison.before.title, comparison.after.title)
    rows = [
        (_concern(entry), _before(entry, f"{up}book/{comparison.before.id}/{entry.chapter}.html"),
         _after(entry, f"{up}book/{comparison.after.id}/{entry.chapter}.html"))
        for entry in entries
    ]  # fmt: skip
    return _table(heads, rows, "comparison stacked")


def _concern(entry: Entry) -> nodes.container:
    parts: list[nodes.Node] = [nodes.paragraph("", "", nodes.strong("", CONCERNS[entry.concern]))]
    for turn in entry.turns if entry.concern != BROUGHT else ():
        words = turned(turn)
        parts.append(nodes.paragraph("", f"{words[:1].upper()}{words[1:]}: ", nodes.literal("", turn.subject)))
    parts += [nodes.paragraph("", "", nodes.emphasis("", note)) for note in entry.notes]
    return nodes.container("", *parts)


def _before(entry: Entry, page: str) -> nodes.container:
    brought = [(turn.before, turn.subject) for turn in entry.turns]
    return _said(brought if entry.concern == BROUGHT else [(entry.before, entry.cells[0])], page)


def _after(entry: Entry, page: str) -> nodes.container:
    brought = [(turn.after, turn.subject) for turn in entry.turns]
    return _said(brought if entry.concern == BROUGHT else [(entry.after, entry.cells[1])], page)


def _said(passages: Iterable[tuple[str, str]], page: str) -> nodes.container:
    """What a wave says, each passage with the way to its cell."""
    return nodes.container("", *(_passage(text, cell, page) for text, cell in passages if text))


def _passage(text: str, cell: str, page: str) -> nodes.paragraph:
    shown = nodes.paragraph("", f"{text} ")
    # A cell that shows nothing may be off its page.
    if cell and text != NOTHING:
        # The cells of a page are named when it is written: no link of Sphinx can lead to them.
        shown += nodes.raw("", f'<a href="{escape(page)}#cell-{escape(cell)}">cell {escape(cell)}</a>', format="html")
    return shown


def _table(heads: Sequence[str], rows: Iterable[Sequence[nodes.Node]], classes: str) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in heads), cols=len(heads))
    head = (nodes.entry("", nodes.paragraph("", name)) for name in heads)
    group += nodes.thead("", nodes.row("", *head))
    group += nodes.tbody("", *(nodes.row("", *(nodes.entry("", cell) for cell in row)) for row in rows))
    return nodes.table("", group, classes=["study-table", *classes.split()])
