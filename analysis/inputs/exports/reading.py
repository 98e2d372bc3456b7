"""From a file to the table of one survey: the right sheet, the right heading, and the survey it is meant to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.inputs.exports.columns import match_columns
from analysis.inputs.exports.delimited import read_delimited
from analysis.inputs.exports.files import KINDS, kind_of
from analysis.inputs.exports.grid import Grid
from analysis.inputs.exports.headings import to_export
from analysis.inputs.exports.mapping import SurveyMapping
from analysis.inputs.exports.statistical import read_statistical
from analysis.inputs.exports.table import Export
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import key, listed, quoted
from analysis.inputs.exports.workbook import read_workbook
from analysis.inputs.findings import Finding
from analysis.paths import shown

# So many questions of another survey are no coincidence: some questions are asked in both.
ANOTHER = 3


def read_export(
    path: Path,
    survey: str,
    vocabularies: Mapping[str, Vocabulary],
    sheet: str = "",
    mapping: SurveyMapping | None = None,
) -> tuple[Export | None, list[Finding]]:
    """Read the export of one survey. Returns it, or everything that keeps it from being one."""
    kind, findings = kind_of(path)
    if sheet and kind not in ("", "Excel workbook"):
        found, expected = f"a sheet, {quoted(sheet)}, asked of a {kind}", "a workbook, or no --sheet for this survey"
        findings.append(Finding(shown(path), found, expected, code="E-SHEET-USELESS"))
    if findings:
        return None, findings
    if kind in ("SPSS file", "Stata file"):
        export, findings = read_statistical(path, kind)
    else:
        export, findings = _tabular(path, kind, survey, vocabularies, sheet, mapping)
    if export is not None and not findings and mapping is None:
        findings = list(_of_another_survey(export, survey, vocabularies))
    return export, findings


def _tabular(
    path: Path,
    kind: str,
    survey: str,
    vocabularies: Mapping[str, Vocabulary],
    sheet: str,
    mapping: SurveyMapping | None,
) -> tuple[Export | None, list[Finding]]:
    declared = {key(name) for name in mapping.columns} if mapping else set()

    def recognise(cells: Sequence[str]) -> tuple[int, int]:
        scores = [vocabulary.recognise(cells) for vocabulary in vocabularies.values()]
        named = sum(1 for cell in cells if cell and key(cell) in declared)
        return max(questions for questions, _ in scores) + named, scores[0][1]

    if kind != KINDS[".xlsx"]:
        grid, findings = read_delimited(path, recognise)
        return to_export(grid, recognise) if grid is not None and not findings else (None, findings)
    grids, findings = read_workbook(path, sheet)
    if findings:
        return None, findings
    return _sheet(path, [(grid, to_export(grid, recognise)) for grid in grids], vocabularies[survey], mapping)


def _sheet(
    path: Path,
    sheets: Sequence[tuple[Grid, tuple[Export | None, list[Finding]]]],
    vocabulary: Vocabulary,
    mapping: SurveyMapping | None,
) -> tuple[Export | None, list[Finding]]:
    """Of a workbook's sheets, the one that has most of the survey's questions."""
    scores = [questions_in(export, vocabulary, mapping) if export else 0 for _, (export, _) in sheets]
    best = [read for score, (_, read) in zip(scores, sheets, strict=True) if score == max(scores)]
    if len(best) == 1:
        return best[0]
    names = listed([quoted(grid.sheet) for grid, _ in sheets])
    found = f"{len(best)} sheets that could be the one: {names}"
    expected, fix = "one sheet that names the survey's questions", "say which with --sheet"
    return None, [Finding(shown(path), found, expected, code="E-SHEET-AMBIGUOUS", fix=fix)]


def questions_in(export: Export, vocabulary: Vocabulary, mapping: SurveyMapping | None = None) -> int:
    """How many of a survey's questions an export has."""
    return len({match.question for match in match_columns(export, vocabulary, mapping) if match.question})


def _of_another_survey(export: Export, survey: str, vocabularies: Mapping[str, Vocabulary]) -> list[Finding]:
    counts = {name: questions_in(export, vocabulary) for name, vocabulary in vocabularies.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] <= counts[survey] or counts[best] < ANOTHER:
        return []
    found = f"{counts[best]} questions of {best}, and {counts[survey]} of {survey}"
    fix = "exchange the two files, or give this one to the other survey"
    return [export.wrong("E-SURVEY-OTHER", found, f"the export of the survey {survey}", fix=fix)]
