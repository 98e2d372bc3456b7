"""Adding a wave to the study, and telling the analyst what came of it and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.inputs.exports.adding import Addition, Progress, keep_wave, prepare_surveys, prepare_wave
from analysis.inputs.exports.coded import as_responses
from analysis.inputs.exports.drafts import draft_instrument, draft_mapping
from analysis.inputs.exports.mapping import UNDECIDED
from analysis.inputs.exports.request import Request
from analysis.inputs.exports.rules import counted, rules
from analysis.inputs.findings import Finding, refuse
from analysis.paths import shown
from analysis.publication.keeping import keep
from analysis.published.report import described
from analysis.published.source import BACKTEST

# What a mapping file or a declaration of what was not asked would put right.
DRAFTABLE = (
    "E-COLUMN-UNKNOWN", "E-HEADER-BLANK", "E-QUESTION-MISSING", "E-ANSWER-UNKNOWN", "E-CODE-UNLABELLED", "E-CODE-TEXT",
    "E-TICK-UNKNOWN", "E-COLUMN-PROSE",
)  # fmt: skip


def add(request: Request, progress: Progress = lambda line: None) -> list[str]:
    """Add a wave. Returns what to tell the analyst. Raises InputError with everything that is wrong."""
    addition = prepare_wave(request, progress)
    told, more = _backtest(addition)
    keep_wave(addition, more)
    return [*_summary(addition), *told, "Next: make book"]


def _backtest(addition: Addition) -> tuple[list[str], dict[str, bytes]]:
    """Of responses to the surveys that the source report is about: what it prints, held against them."""
    if addition.wave.id != described():
        return [], {}
    from analysis.inputs.disclosure import thresholds
    from analysis.numbers.disclosure import Protection
    from analysis.published import backtest
    from analysis.published.figures import read_figures

    responses = {survey: as_responses(one) for survey, one in addition.surveys.items()}
    protection = {survey: Protection(one, thresholds(addition.wave)) for survey, one in responses.items()}
    compared = backtest.compare(
        read_figures(), responses, lambda address: protection[address.survey].withholds(address)
    )
    return list(backtest.summary(compared)), {BACKTEST: backtest.as_csv(compared).encode()}


def _summary(addition: Addition) -> Iterator[str]:
    wave = addition.wave
    for survey, one in addition.surveys.items():
        assert one.processed is not None
        yield f"{survey}: {len(one.processed.kept):,} responses"
        for count in one.processed.counts:
            if count.affected:
                rule = rules().by_id[count.rule]
                yield f"  {counted(count.affected, rule.unit)}: {rule.does}"
    after = f", after {wave.follows}" if wave.follows else ""
    yield f"{shown(wave.folder)}: {wave.title}, {wave.status}, fieldwork {wave.fieldwork}{after}"


def offer(findings: Iterable[Finding]) -> str:
    """What to tell an analyst whose exports need a mapping file; empty if that would not help."""
    if any(finding.code in DRAFTABLE for finding in findings):
        return (
            "The same command with --draft-mapping drafts the files in which to say what these columns and texts mean."
        )
    return ""


def draft(request: Request, folder: str = "") -> list[str]:
    """Draft what the exports need declared, in a folder or beside them. Returns what to tell the analyst.

    Raises InputError where an export cannot be read, and rather than write over an earlier draft.
    """
    surveys, findings = prepare_surveys(request)
    unread = [finding for one in surveys.values() if one.export is None for finding in one.findings]
    refuse(unread or [finding for finding in findings if finding.code.startswith(("E-MAPPING-YAML", "E-INSTRUMENT"))])
    drafts = {survey: draft_mapping(one) for survey, one in surveys.items()}
    files = {
        _beside(surveys[survey].source.path, folder, f"{surveys[survey].source.path.stem}.mapping.yml"): one.text
        for survey, one in drafts.items()
        if one.text
    }
    vocabularies = {survey: one.vocabulary for survey, one in surveys.items()}
    instrument = draft_instrument({survey: one.missing for survey, one in drafts.items()}, vocabularies)
    if instrument:
        first = next(iter(surveys.values())).source.path
        files[_beside(first, folder, f"{Path(request.wave).name}.instrument.yml")] = instrument
    refuse(_written_before(files))
    for path, text in files.items():
        keep(path, text)
    return [*(_told(path, text) for path, text in files.items())] or ["Nothing needs a mapping file."]


def _beside(export: Path, folder: str, name: str) -> Path:
    return (Path(folder) if folder else export.parent) / name


def _written_before(files: Iterable[Path]) -> Iterator[Finding]:
    for path in files:
        if path.exists():
            fix = "give it with --mapping or --instrument, or move it away"
            yield Finding(shown(path), "an earlier draft", "no file of this name", code="E-DRAFT-EXISTS", fix=fix)


def _told(path: Path, text: str) -> str:
    entries = text.count(f": {UNDECIDED}")
    option = "--instrument" if path.name.endswith(".instrument.yml") else "--mapping"
    return f"{path}: {entries} to be decided; then give it with {option}"
