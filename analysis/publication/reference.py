"""The tables of the methods pages: made from the study's data whenever the book is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analysis.inputs.phrases import phrases
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave, published
from analysis.publication import downloads
from analysis.publication.audit_tables import AUDIT_TABLES
from analysis.publication.cells import Linked
from analysis.publication.change_tables import CHANGE_TABLES
from analysis.publication.chapters import called
from analysis.publication.contents import executed_chapters
from analysis.publication.disclosure_tables import DISCLOSURE_TABLES
from analysis.publication.explanations import CLAIM, anchor
from analysis.publication.method_tables import METHOD_TABLES, Made
from analysis.publication.processing_tables import PROCESSING_TABLES
from analysis.publication.simulation_tables import SIMULATION_TABLES
from analysis.publication.source_tables import SOURCE_TABLES
from analysis.publication.telling import told

NOT_SAID = "not said"
OF_CHANGE = ("rose(", "fell(", "unchanged(")


@dataclass(frozen=True)
class ReferenceTable:
    """A table of a methods page: the heads of its columns, and its rows, all text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def phrase_table() -> ReferenceTable:
    """The range of percentages that each phrase may be said of."""
    rows = (
        (
            words,
            f"{'above' if p.low_open else 'from'} {p.low:g}",
            f"{'below' if p.high_open else 'to'} {p.high:g}",
            p.note,
        )
        for words, p in phrases().items()
    )
    return ReferenceTable(("Phrase", "Lower end (%)", "Upper end (%)", "Note"), tuple(rows))


def claims_table() -> ReferenceTable:
    """Every claim that the chapters make, with its state and margin in each wave."""
    waves = [wave for wave in published() if executed_chapters(wave)]
    rows: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
    for wave in waves:
        for row in downloads.claims(executed_chapters(wave)):
            rows.setdefault((row["chapter"], row["claim"]), {}).setdefault(wave.id, row)
        # A claim that this wave does not say, but another does, was weighed here as well.
        for key, passed in _passed_over(wave).items():
            rows.setdefault(key, {}).setdefault(wave.id, passed)
    said = {key: states for key, states in rows.items() if any("sentence" in row for row in states.values())}
    ordered = sorted(said.items(), key=lambda row: row[0][0])
    listed = [_claim_row(chapter, claim, states, waves) for (chapter, claim), states in ordered]
    return ReferenceTable(("Chapter", "Sentence", "Claim", *(wave.title for wave in waves)), tuple(_said_once(listed)))


def _claim_row(chapter: str, claim: str, states: Mapping[str, Mapping[str, str]], waves: list[Wave]) -> tuple[str, ...]:
    sentence = next(row["sentence"] for row in states.values() if "sentence" in row)
    # Claims of change stand in lists and tables of many, and have no place of their own.
    place = "" if claim.startswith(OF_CHANGE) else anchor(f"{CLAIM}{claim}")
    cells = ((_state(states.get(wave.id)), f"book/{wave.id}/{chapter}") for wave in waves)
    told = (state if state.startswith(NOT_SAID) else Linked(state, page, place) for state, page in cells)
    return (called(chapter), sentence, claim, *told)


def _said_once(rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """A sentence that makes several claims is written beside the first of them only."""
    last = ""
    for chapter, sentence, *rest in rows:
        yield (chapter, "" if sentence == last else sentence, *rest)
        last = sentence


def _state(row: Mapping[str, str] | None) -> str:
    if row is None:
        return NOT_SAID
    state = f"{row['state']}, margin {row['margin']} points" if row["margin"] else row["state"]
    return state if "sentence" in row else f"{NOT_SAID}: {state}"


def _passed_over(wave: Wave) -> dict[tuple[str, str], Mapping[str, str]]:
    """The claims of every alternative of a wave's chapters, without the sentence that says them."""
    return {
        (chapter.name, name): {"state": claim.state, "margin": claim.margin}
        for chapter in told(wave).values()
        for offered in chapter.offered
        for name, claim in offered.claims.items()
    }


def statements_table() -> ReferenceTable:
    """What the source report asserts about the surveys without a figure that a claim could rest on."""
    from analysis.published.statements import read_statements

    rows = ((s.where, s.words, s.note) for s in read_statements() if not s.claim)
    return ReferenceTable(("Where", "What is stated", "Why no claim carries it"), tuple(rows))


def contradictions_table() -> ReferenceTable:
    """The printed figures that the records do not reproduce, with the arithmetic."""
    from analysis.published.reproduction import published_figures

    rows = (
        (row["where"], row["address"], f"{row['value']}{'%' if row['unit'] == 'percent' else ''}", row["note"])
        for row in published_figures()
        if row["reproduced"] == "no"
    )
    return ReferenceTable(("Where", "Address", "Printed", "Arithmetic"), tuple(rows))


def bases_table() -> ReferenceTable:
    """The item bases of the reconstruction that are smaller than the number asked."""
    from analysis.published.reconstruction import read_tables

    asked: dict[tuple[str, str, str], int] = {}
    missing: dict[tuple[str, str, str], int] = {}
    for row in read_tables():
        key = (row.survey, row.question, row.group)
        asked[key] = asked.get(key, 0) + row.count
        missing[key] = missing.get(key, 0) + (row.count if row.pattern == "" else 0)
    rows = (
        (questionnaires()[survey].title, questionnaires()[survey].by_id[question].topic,
         _group(survey, group), str(asked[key]), str(asked[key] - missing[key]))
        for key in asked
        for survey, question, group in [key]
        if missing[key]
    )  # fmt: skip
    return ReferenceTable(("Survey", "Question", "Group", "Asked", "Item base"), tuple(rows))


def _group(survey: str, group: str) -> str:
    if not group:
        return "all, or all other groups"
    owners = (questionnaires()[survey].by_id[name] for name in questionnaires()[survey].breakdowns)
    return next(question.label(group) for question in owners if group in question.answer_ids)


def coverage_table() -> ReferenceTable:
    """How many words of quantity each chapter uses, and how many of them are bound to a number or a claim."""
    from analysis.publication.lint import lint_chapters

    rows = (
        (called(row.chapter), str(row.words), str(row.bound), str(row.excepted), str(row.findings))
        for row in lint_chapters().coverage
    )
    return ReferenceTable(("Chapter", "Words of quantity", "Bound", "Excepted", "Unchecked"), tuple(rows))


def revisions_table() -> ReferenceTable:
    """The decisions to accept numbers that differ from those accepted before."""
    from analysis.publication.acceptance import REVISIONS, revisions

    columns = ("Date", "Wave", "Rows that moved", "Printed digits", "States of claims", "Reason")
    return ReferenceTable(columns, tuple(tuple(row[name] for name in REVISIONS) for row in revisions()))


def _table(make: Callable[[], Made]) -> Callable[[], ReferenceTable]:
    def table() -> ReferenceTable:
        columns, rows = make()
        return ReferenceTable(columns, tuple(rows))

    return table


MADE = METHOD_TABLES | SOURCE_TABLES | AUDIT_TABLES | CHANGE_TABLES | PROCESSING_TABLES | SIMULATION_TABLES
MADE |= DISCLOSURE_TABLES
TABLES: dict[str, Callable[[], ReferenceTable]] = {
    "phrases": phrase_table,
    "claims": claims_table,
    "statements": statements_table,
    "contradictions": contradictions_table,
    "bases": bases_table,
    "coverage": coverage_table,
    "revisions": revisions_table,
    **{name: _table(make) for name, make in MADE.items()},
}
