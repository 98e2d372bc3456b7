"""Adding a wave to the study, and telling the analyst what came of it and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.inputs.exports.adding import Addition, Progress, keep_wave, prepare_wave
from analysis.inputs.exports.request import Request
from analysis.inputs.exports.rules import rules
from analysis.paths import shown


def add(request: Request, progress: Progress = lambda line: None) -> list[str]:
    """Add a wave. Returns what to tell the analyst. Raises InputError with everything that is wrong."""
    addition = prepare_wave(request, progress)
    keep_wave(addition)
    return [*_summary(addition), "Next: make book"]


def _summary(addition: Addition) -> Iterator[str]:
    wave = addition.wave
    for survey, one in addition.surveys.items():
        assert one.processed is not None
        yield f"{survey}: {len(one.processed.kept):,} responses"
        for count in one.processed.counts:
            if count.affected:
                yield f"  {count.affected:,} {rules().by_id[count.rule].unit}: {rules().by_id[count.rule].does}"
    after = f", after {wave.follows}" if wave.follows else ""
    yield f"{shown(wave.folder)}: {wave.title}, {wave.status}, fieldwork {wave.fieldwork}{after}"


def draft(request: Request, folder: str) -> list[str]:
    raise NotImplementedError
