"""One survey of a wave, from its export to responses: read, matched, processed, with all that is wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from analysis.inputs.exports.answers import read_answers
from analysis.inputs.exports.columns import Match, column_findings, entries, match_columns, roles_of
from analysis.inputs.exports.dates import read_days
from analysis.inputs.exports.mapping import SurveyMapping, mapping_findings, unused
from analysis.inputs.exports.processing import Processed, process
from analysis.inputs.exports.reading import read_export
from analysis.inputs.exports.records import read_records
from analysis.inputs.exports.table import Export
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.findings import Finding


@dataclass(frozen=True)
class Source:
    """Where one survey's responses come from: the tool's export, and what the analyst declares about it."""

    survey: str
    path: Path
    sheet: str = ""
    mapping: SurveyMapping | None = None
    mapping_place: str = ""


@dataclass(frozen=True)
class Prepared:
    """One survey as far as it could be prepared. `processed` is None where something is wrong before that.

    `days` are those on which its responses were given, as far as the tool says.
    """

    source: Source
    vocabulary: Vocabulary
    export: Export | None = None
    matches: tuple[Match, ...] = ()
    processed: Processed | None = None
    days: tuple[date, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def prepare(source: Source, vocabularies: Mapping[str, Vocabulary], dated: bool = True) -> Prepared:
    """Prepare one survey. Everything that is wrong is among its findings; nothing is raised for it.

    `dated`: whether the tool's times are to tell when the wave was in the field.
    """
    vocabulary, mapping = vocabularies[source.survey], source.mapping
    declared = mapping_findings(mapping, vocabulary, source.mapping_place) if mapping else []
    export, findings = read_export(source.path, source.survey, vocabularies, source.sheet, mapping)
    if export is None or findings or declared:
        # What rests on a mapping file that is wrong would be wrong because of it.
        matches = tuple(match_columns(export, vocabulary)) if export and not findings else ()
        return Prepared(source, vocabulary, export, matches, findings=(*declared, *findings))
    return _matched(source, vocabulary, export, dated)


def _matched(source: Source, vocabulary: Vocabulary, export: Export, dated: bool) -> Prepared:
    mapping = source.mapping
    matches = tuple(match_columns(export, vocabulary, mapping))
    answers, unread, used = read_answers(export, matches, vocabulary, mapping)
    records, strange = read_records(export, matches, mapping)
    days, undated = read_days(export, roles_of(matches)) if dated else ({}, [])
    findings = [*column_findings(export, matches, vocabulary), *unread, *strange, *undated]
    findings += _unused(source, export, matches, used)
    if findings or not answers.given:
        return Prepared(source, vocabulary, export, matches, findings=tuple(findings))
    processed, stopped = process(export, answers, records, vocabulary)
    given = tuple(one.each[place] for one in days.values() for place in processed.kept)
    dates = tuple(day for day in given if day is not None)
    return Prepared(source, vocabulary, export, matches, processed, dates, tuple(stopped))


def _unused(source: Source, export: Export, matches: Sequence[Match], used: set[tuple[str, str]]) -> Iterator[Finding]:
    """What a mapping file says about columns, texts and records that the export does not have."""
    mapping, place = source.mapping, source.mapping_place
    if mapping is None:
        return
    applied = {id(entry) for entry in entries(export, mapping).values()}
    columns = {name for name, entry in mapping.columns.items() if id(entry) in applied}
    yield from unused(mapping.columns, columns, place, "E-MAPPING-UNUSED-COLUMN", "columns")
    for question, texts in mapping.answers.items():
        needed = {text for name, text in used if name == question}
        yield from unused(texts, needed, place, "E-MAPPING-UNUSED-ANSWER", f"answers.{question}")
    respondents = roles_of(matches).get("respondent")
    known = {f"row {row}" for row in export.rows} | set(respondents.cells if respondents else ())
    yield from unused(dict.fromkeys(mapping.test_records), known, place, "E-MAPPING-UNUSED-TEST", "test_records")
