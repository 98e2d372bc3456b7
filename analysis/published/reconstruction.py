"""The reconstruction of the baseline records from the figures that the report prints."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.questionnaire import Questionnaire, questionnaires
from analysis.inputs.waves import Wave, all_waves
from analysis.published.figures import Figure, read_figures
from analysis.published.groups import group_sizes
from analysis.published.records import Row, as_csv, expand
from analysis.published.systems import ALL, System, question_system
from analysis.published.tables import Table, solve

COLUMNS = ("survey", "question", "group", "pattern", "count")


def tables_path() -> Path:
    return paths.PUBLISHED / "reconstruction.csv"


def solve_survey(questionnaire: Questionnaire, size: int, figures: Sequence[Figure]) -> list[Table]:
    """Solve every question of a survey about which a figure is printed."""
    systems = {q.id: question_system(questionnaire, q, figures) for q in questionnaire.questions}
    printed = {name: system for name, system in systems.items() if system.conditions}
    sizes = group_sizes(questionnaire, printed, size)
    solved: dict[str, Table] = {}
    for name in sorted(printed, key=lambda name: questionnaire.by_id[name].asked_if is not None):
        system = printed[name]
        if name in questionnaire.breakdowns:
            solved[name] = _sized(system, sizes, size)
        else:
            solved[name] = solve(system, _asked(questionnaire, system, sizes, size, solved))
    return [solved[q.id] for q in questionnaire.questions if q.id in solved]


def _sized(system: System, sizes: Mapping[str, int], size: int) -> Table:
    """The table of a breakdown question itself: the sizes of its groups, chosen with all questions in view."""
    counts = tuple(sizes[str(cell.pattern)] for cell in system.cells)
    return Table(system, counts, {ALL: size}, {ALL: sum(counts)}, ())


def _asked(
    questionnaire: Questionnaire, system: System, sizes: Mapping[str, int], size: int, solved: Mapping[str, Table]
) -> dict[str, int]:
    """How many of each group were asked; of a routed question, those whose earlier answer is certain."""
    routing = system.question.asked_if
    if routing is not None:
        parent = solved[routing.question]
        cells = zip(parent.system.cells, parent.counts, strict=True)
        return {ALL: sum(count for cell, count in cells if cell.pattern.gives(routing.answers, multiple=False))}
    asked = {group: sizes[group] for group in system.groups if group != ALL}
    return {**asked, ALL: size - sum(asked.values())}


def solve_all(wave: Wave) -> list[Table]:
    figures = read_figures()
    return [
        table
        for survey, entry in wave.surveys.items()
        for table in solve_survey(questionnaires()[survey], entry.responses, figures)
    ]


def rows_of(table: Table) -> list[Row]:
    """The lines of a table, item non-response last in each group."""
    system = table.system
    rows = []
    for group in system.groups:
        members = [(system.cells[i], table.counts[i]) for i in system.in_group(group)]
        counts = {str(cell.pattern): count for cell, count in members if count}
        missing = table.asked[group] - table.bases[group]
        if missing:
            counts[""] = missing
        rows += [Row(system.survey, system.question.id, group, name, count) for name, count in counts.items()]
    return rows


def read_tables() -> list[Row]:
    """The committed tables. Raises InputError for counts that are none, surveys and questions that are none."""
    path = tables_path()
    rows = read_table(path, COLUMNS)
    refuse(
        Finding(paths.shown(path), repr(row[column]), expected, str(number), column)
        for number, row in enumerate(rows, start=2)
        for column, expected in _wrong(row)
    )
    return [Row(row["survey"], row["question"], row["group"], row["pattern"], int(row["count"])) for row in rows]


def _wrong(row: Mapping[str, str]) -> list[tuple[str, str]]:
    questionnaire = questionnaires().get(row["survey"])
    if questionnaire is None:
        return [("survey", f"one of {', '.join(questionnaires())}")]
    wrong = [] if row["question"] in questionnaire.by_id else [("question", f"a question of {row['survey']}")]
    return wrong + ([] if row["count"].isdigit() else [("count", "a whole number")])


def tables_as_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((r.survey, r.question, r.group, r.pattern, r.count) for r in rows)
    return out.getvalue()


def expanded(wave: Wave, rows: Sequence[Row]) -> dict[Path, str]:
    """The files of records that the tables stand for, by path."""
    return {
        wave.folder / entry.file: as_csv(
            expand(questionnaires()[survey], entry.responses, [row for row in rows if row.survey == survey])
        )
        for survey, entry in wave.surveys.items()
    }


def reconstruct() -> list[Path]:
    """Solve the printed figures anew and write the tables and the records of every reconstructed wave."""
    files: dict[Path, str] = {}
    for wave in all_waves():
        if wave.reconstructed:
            rows = [row for table in solve_all(wave) for row in rows_of(table)]
            files |= {tables_path(): tables_as_csv(rows)} | expanded(wave, rows)
    # Everything is computed before anything is written: a failure leaves the files as they were.
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="")
    return list(files)
