"""What the source report says less firmly than it seems to: declared as data, each entry computed.

An entry names the places, what is said there and a check. The check computes the arithmetic from the register, or
finds that there is nothing to report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.narrative import read_facts
from analysis.published.audit import Audit, AuditFinding, Progress, audit, in_order
from analysis.published.doubtful import CHECKS, NEEDED, Check, Source, concerned
from analysis.published.figures import Figure, read_figures
from analysis.published.joint import SECONDS
from analysis.published.report import source_wave
from analysis.published.source import source_sizes
from analysis.published.statements import read_statements


class Doubt(BaseModel):
    """One entry of soft_findings.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    severity: Literal["doubtful", "note"]
    where: tuple[str, ...]
    says: str
    check: Check
    reconciliation: str
    consequence: str


class _Doubts(RootModel[tuple[Doubt, ...]]):
    pass


def doubts_path() -> Path:
    return paths.PUBLISHED / "soft_findings.yml"


def read_doubts(path: Path | None = None) -> tuple[Doubt, ...]:
    """The declared entries. Raises InputError for keys that a check needs and does not have, and for repeated ids."""
    place = path or doubts_path()
    doubts = read_model(_Doubts, read_yaml(place), place).root
    refuse(
        Finding(paths.shown(place), "nothing", f"a value: {doubt.check.kind} needs it", doubt.id, key)
        for doubt in doubts
        for key in NEEDED.get(doubt.check.kind, ())
        if not getattr(doubt.check, key)
    )
    ids = [doubt.id for doubt in doubts]
    refuse(
        Finding(paths.shown(place), f"{name!r} a second time", "ids that are unique")
        for name in dict.fromkeys(ids)
        if ids.count(name) > 1
    )
    return doubts


def soft_findings(figures: Sequence[Figure], doubts: Sequence[Doubt] | None = None) -> Iterator[AuditFinding]:
    """The entries whose check holds for these figures, with what it computed."""
    source = Source(figures, read_statements(), read_facts(source_wave()), source_sizes(figures))
    for doubt in read_doubts() if doubts is None else doubts:
        computed = CHECKS[doubt.check.kind](source, doubt.check)
        if computed:
            yield AuditFinding(
                id=doubt.id, severity=doubt.severity, where=doubt.where, figures=concerned(source, doubt.check),
                arithmetic=f"{doubt.says.strip()} {computed}", reconciliation=doubt.reconciliation.strip(),
                consequence=doubt.consequence,
            )  # fmt: skip


def whole_audit(
    figures: Sequence[Figure] | None = None, seconds: float = SECONDS, progress: Progress = lambda line: None
) -> Audit:
    """The audit of the printed figures, and what is doubtful without being impossible."""
    printed = read_figures() if figures is None else figures
    hard = audit(printed, seconds, progress)
    return Audit(in_order([*hard.findings, *soft_findings(printed)]), hard.states)
