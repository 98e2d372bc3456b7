"""The checklist between two waves in writing: as lines for the author's screen, and as rows of a CSV file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analysis.inputs.waves import Wave
from analysis.publication.comparison import Comparison, Entry
from analysis.publication.turns import BROUGHT, CONCERNS, Turn

COLUMNS = (
    "chapter", "concern", "cell_before", "cell_after", "subject", "before", "after", "difference", "margin_before",
    "margin_after", "sentence_before", "sentence_after", "note",
)  # fmt: skip
NO_TURN = Turn("", "", "", "")


def counts(comparison: Comparison) -> dict[str, int]:
    """How many entries there are of each concern, the most urgent first."""
    found = Counter(entry.concern for entry in comparison.entries)
    return {concern: found[concern] for concern in CONCERNS if found[concern]}


def described(wave: Wave) -> str:
    return f"{wave.title} ({wave.status})"


def lines(comparison: Comparison) -> Iterator[str]:
    """The checklist as text, chapter by chapter."""
    before, after = comparison.before, comparison.after
    yield f"{described(after)} against {described(before)}: {len(comparison.entries)} places to check"
    yield from (f"  {count:>4}  {CONCERNS[concern]}" for concern, count in counts(comparison).items())
    for title, entries in comparison.chapters.items():
        yield from ("", title)
        for entry in entries:
            yield from _entry_lines(entry, comparison)


def _entry_lines(entry: Entry, comparison: Comparison) -> Iterator[str]:
    yield f"  {CONCERNS[entry.concern]}: {_notebook(entry, comparison)}"
    if entry.before == entry.after and entry.before:
        yield f"      in both: {entry.after}"
    else:
        yield from (f"      {when}: {said}" for when, said in (("before", entry.before), ("now", entry.after)) if said)
    yield from (f"      {turn.subject}: {turned(turn)}" for turn in entry.turns)
    yield from (f"      {note}" for note in entry.notes)


def _notebook(entry: Entry, comparison: Comparison) -> str:
    """Where to look: the cell of the later wave's notebook, or of the earlier one's where it has none."""
    earlier, later = entry.cells
    wave, cell = (comparison.before, earlier) if earlier and not later else (comparison.after, later)
    path = f"book/{wave.id}/{entry.chapter}.ipynb"
    return f"{path}, cell {cell}" if cell else path


def turned(turn: Turn) -> str:
    """What a claim or a figure was and is."""
    unit = "point" if turn.difference in ("+1", "-1") else "points"
    points = f" ({turn.difference} {unit})" if turn.difference else ""
    earlier, later = (f" (margin {margin})" if margin else "" for margin in turn.margins)
    return f"{turn.before}{earlier}, now {turn.after}{later}{points}"


def rows(comparison: Comparison) -> Iterator[dict[str, str]]:
    """The checklist as rows: one for each thing that turned, or for the sentence where nothing else did."""
    for entries in comparison.chapters.values():
        for entry in entries:
            for turn in entry.turns or (NO_TURN,):
                cells = (turn.subject, turn.subject) if entry.concern == BROUGHT else entry.cells
                values = (
                    entry.chapter, turn.concern or entry.concern, *cells, turn.subject, turn.before, turn.after,
                    turn.difference, *turn.margins, entry.before, entry.after, "; ".join(entry.notes),
                )  # fmt: skip
                yield dict(zip(COLUMNS, values, strict=True))
