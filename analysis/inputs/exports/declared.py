"""What is declared about the exports of a wave: the mapping of each survey, the sheets, what was asked otherwise.

A file that stands with the wave already counts where none is given.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.inputs.exports.mapping import UNDECIDED, SurveyMapping, read_mapping
from analysis.inputs.exports.request import ID, Request, sheet_of
from analysis.inputs.exports.survey import Source
from analysis.inputs.exports.wording import listed, quoted
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.instruments import FILE, Instrument, SurveyChanges, read_instruments
from analysis.inputs.questionnaire import questionnaires
from analysis.paths import shown

MAPPING = "mapping"


def sources(request: Request) -> tuple[dict[str, Source], list[Finding]]:
    """By survey, where its responses come from, with the mapping file that was given or stands with the wave."""
    mappings, findings = _mappings(request)
    sheets = dict(sheet_of(text, request.files) for text in request.sheets)
    books = {survey for survey, path in request.files.items() if path.suffix.lower() == ".xlsx"}
    # A name without a survey is meant for whichever file is a workbook.
    named = {survey: sheets.get("", "") for survey in books or request.files} | sheets
    made = {
        survey: Source(survey, path, named.get(survey, ""), *mappings.get(survey, (None, "")))
        for survey, path in request.files.items()
    }
    return made, findings


def mapping_files(request: Request) -> list[Path]:
    """The mapping files given, and for surveys without one those that stand with the wave."""
    kept = request.folder / MAPPING
    return [*request.mappings, *(sorted(kept.glob("*.yml")) if ID.fullmatch(request.wave) else [])]


def _mappings(request: Request) -> tuple[dict[str, tuple[SurveyMapping, str]], list[Finding]]:
    found: dict[str, tuple[SurveyMapping, str]] = {}
    findings: list[Finding] = []
    for path in mapping_files(request):
        mapping, wrong_here = read_mapping(path)
        findings += wrong_here
        if mapping is None:
            continue
        if mapping.survey not in request.files:
            expected = f"one of {listed(request.files)}"
            text = f"the survey {quoted(mapping.survey)}"
            findings.append(Finding(shown(path), text, expected, column="survey", code="E-MAPPING-SURVEY"))
        elif mapping.survey not in found:
            found[mapping.survey] = (mapping, shown(path))
        elif path in request.mappings:
            text = f"a second mapping file for {mapping.survey}"
            findings.append(Finding(shown(path), text, "one for each survey", code="E-MAPPING-TWICE"))
    return found, findings


def instrument_path(request: Request) -> Path:
    """The file that declares what the wave asked otherwise: the one given, or the one that stands with the wave."""
    return request.instrument or request.folder / FILE


def read_declared(request: Request) -> tuple[dict[str, Instrument], list[Finding]]:
    """The instruments of the wave, as declared; those of the questionnaires, where the declaration is wrong."""
    path = instrument_path(request)
    if request.instrument and not path.is_file():
        finding = Finding(shown(path), "no such file", "what the wave asked otherwise", code="E-INSTRUMENT-MISSING")
        return _undeclared(), [finding]
    try:
        declared = read_instruments(path) if ID.fullmatch(request.wave) or request.instrument else _undeclared()
    except InputError as error:
        return _undeclared(), [replace(one, code="E-INSTRUMENT") for one in error.findings]
    open_questions = [
        Finding(shown(path), "a reason that nobody has given yet", "why the wave asked it otherwise",
                column=f"{survey}.{name}", code="E-INSTRUMENT-UNDECIDED", fix="give the reason, or remove the entry")
        for survey, instrument in declared.items()
        for name in (*instrument.changes.dropped, *instrument.changes.changed)
        if instrument.why(name).casefold().startswith(UNDECIDED)
    ]  # fmt: skip
    return declared, open_questions


def _undeclared() -> dict[str, Instrument]:
    return {survey: Instrument(questionnaire, SurveyChanges()) for survey, questionnaire in questionnaires().items()}
