"""Adding a wave: from the exports of a survey tool to its folder, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.inputs.exports.coded import coded, column_table, processing_table
from analysis.inputs.exports.declared import MAPPING, instrument_path, mapping_files, read_declared, sources
from analysis.inputs.exports.description import as_yaml, describe
from analysis.inputs.exports.folder import put_in_place
from analysis.inputs.exports.mapping import read_mapping
from analysis.inputs.exports.request import Request, known_waves, request_findings
from analysis.inputs.exports.survey import Prepared, prepare
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.instruments import FILE
from analysis.inputs.waves import Wave, all_waves

Progress = Callable[[str], None]
OTHER, SWAPPED = "E-SURVEY-OTHER", "E-SURVEYS-SWAPPED"


@dataclass(frozen=True)
class Addition:
    """A wave that is ready to be put in place. `files` are the contents of its folder, by name.

    `removed` are files of the wave as it was before, which its new responses replace.
    """

    request: Request
    wave: Wave
    before: Wave | None
    surveys: Mapping[str, Prepared]
    files: Mapping[str, bytes]
    removed: tuple[str, ...]


def prepare_wave(request: Request, progress: Progress = lambda line: None) -> Addition:
    """Prepare a new wave. Raises InputError with everything that is wrong; nothing is written."""
    waves, findings = known_waves()
    findings += request_findings(request, waves)
    surveys, wrong = prepare_surveys(request, progress)
    if any(finding.code == "E-FILES-SAME" for finding in findings):
        wrong = [finding for finding in wrong if finding.code != OTHER]
    refuse([*findings, *wrong])
    texts = {survey: coded(one) for survey, one in surveys.items()}
    wave = describe(request, surveys, texts, waves)
    before = next((one for one in waves if one.id == request.wave), None)
    files = {entry.file: texts[survey].encode() for survey, entry in wave.surveys.items()}
    stale = {entry.file for entry in before.surveys.values()} - set(files) if before else set()
    return Addition(request, wave, before, surveys, files | _described(request, wave, surveys), tuple(sorted(stale)))


def prepare_surveys(
    request: Request, progress: Progress = lambda line: None
) -> tuple[dict[str, Prepared], list[Finding]]:
    """Every survey as far as it can be prepared, and everything that is wrong with the files."""
    made, findings = sources(request)
    instruments, undeclared = read_declared(request)
    vocabularies = {survey: Vocabulary(instrument) for survey, instrument in instruments.items()}
    surveys: dict[str, Prepared] = {}
    for survey, source in made.items():
        surveys[survey] = prepare(source, vocabularies, dated=request.fieldwork is None)
        progress(_told(surveys[survey]))
    wrong = [finding for one in surveys.values() for finding in one.findings]
    return surveys, [*findings, *undeclared, *_one_cause(wrong)]


def _told(one: Prepared) -> str:
    """What was made of one export, in a line."""
    name = one.source.path.name
    if one.export is None:
        return f"{one.source.survey}: {name} cannot be read"
    rows = f"{one.source.survey}: {len(one.export.rows):,} records, {len(one.export.columns)} columns in {name}"
    if one.findings or one.processed is None:
        return f"{rows}; {len(one.findings)} finding{'s' if len(one.findings) > 1 else ''}"
    return f"{rows}; {len(one.processed.kept):,} responses"


def _one_cause(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with one for both files where each is the export of the other survey."""
    other = [finding for finding in findings if finding.code == OTHER]
    if len(other) < 2:
        return list(findings)
    first = replace(other[0], code=SWAPPED, place=" and ".join(dict.fromkeys(one.place for one in other)), sheet="",
                    found="the exports of the two surveys, each given as the other's",
                    expected="each export after its own survey", fix="exchange the two files")  # fmt: skip
    return [first, *(finding for finding in findings if finding.code != OTHER)]


def _described(request: Request, wave: Wave, surveys: Mapping[str, Prepared]) -> dict[str, bytes]:
    """What stands with the responses: what the wave is, what was declared, what processing did."""
    files = {
        "wave.yml": as_yaml(wave).encode(),
        "processing.csv": processing_table(surveys.values()).encode(),
        "columns.csv": column_table(surveys.values()).encode(),
    }
    for path in reversed(mapping_files(request)):
        mapping, _ = read_mapping(path)
        if mapping is not None:
            files[f"{MAPPING}/{mapping.survey}.yml"] = path.read_bytes()
    instrument = instrument_path(request)
    return files | ({FILE: instrument.read_bytes()} if instrument.is_file() else {})


def keep_wave(addition: Addition, more: Mapping[str, bytes] | None = None) -> Path:
    """Put a prepared wave in place, with more files if there are any. The folder appears whole or not at all."""
    home = put_in_place(addition.wave.id, {**addition.files, **(more or {})}, addition.removed)
    all_waves.cache_clear()
    return home
