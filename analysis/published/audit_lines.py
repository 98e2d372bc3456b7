"""The audit in lines to read and in rows to keep."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from analysis.published.audit import Audit, AuditFinding

COLUMNS = ("id", "severity", "where", "figures", "arithmetic", "reconciliation", "consequence", "minimal")


def lines(audit: Audit) -> Iterator[str]:
    """Every finding with its arithmetic, then how many questions are in which state."""
    for number, finding in enumerate(audit.findings, start=1):
        places = ", ".join(finding.where) or "the whole report"
        yield f"{number}. {finding.severity.capitalize()} ({places})"
        yield f"   {finding.arithmetic}"
        yield f"   Reconciled by: {finding.reconciliation}"
        yield f"   Consequence: {finding.consequence}"
    questions = Counter(state.state for state in audit.states if state.question)
    yield f"Questions: {', '.join(f'{count} {state}' for state, count in questions.items())}"
    joint = Counter(state.state for state in audit.states if not state.question)
    yield f"Groups of a survey, over all questions: {', '.join(f'{count} {state}' for state, count in joint.items())}"


def write_findings(audit: Audit, path: Path) -> Path:
    """The findings as CSV, one row each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(finding) for finding in audit.findings)
    return path


def _row(finding: AuditFinding) -> dict[str, str]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "where": "; ".join(finding.where),
        "figures": "; ".join(finding.figures),
        "arithmetic": finding.arithmetic,
        "reconciliation": finding.reconciliation,
        "consequence": finding.consequence,
        "minimal": "yes" if finding.minimal else "not shown",
    }
