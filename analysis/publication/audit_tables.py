"""The tables of the page on the audit of the source report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256

from analysis import paths
from analysis.inputs.questionnaire import questionnaires
from analysis.publication.dependencies import AUDITED
from analysis.publication.made import made
from analysis.publication.method_tables import Made
from analysis.published.audit import Audit, AuditFinding, QuestionState
from analysis.published.doubts import whole_audit
from analysis.published.power import KINDS, read_power


@lru_cache
def _audited() -> dict[str, list[tuple[str, ...]]]:
    """The rows of the tables that follow from the audit, by table; it takes long, and is made once."""
    given = [*sorted(paths.PUBLISHED.iterdir()), *sorted(paths.QUESTIONNAIRE.iterdir())]
    code = [path for name in AUDITED for path in sorted((paths.ROOT / "analysis" / name).rglob("*.py"))]
    source = "".join(sha256(path.read_bytes()).hexdigest() for path in (*given, *code))
    rows = json.loads(made(source, [], ["scipy"], lambda: json.dumps(_rows(whole_audit())).encode("utf-8")))
    return {name: [tuple(row) for row in table] for name, table in rows.items()}


def _rows(audit: Audit) -> dict[str, list[tuple[str, ...]]]:
    return {
        "findings": [_finding(f) for f in audit.findings if f.severity not in ("doubtful", "note")],
        "doubts": [_finding(f) for f in audit.findings if f.severity in ("doubtful", "note")],
        "states": [_state(state) for state in audit.states],
    }


def findings_table() -> Made:
    """What cannot be right as printed, gravest first."""
    columns = ("Finding, and where", "Arithmetic", "What would reconcile it, and the consequence here")
    return columns, _audited()["findings"]


def doubts_table() -> Made:
    """What is possible, and says less than it seems to."""
    columns = ("Finding, and where", "What is said, and the arithmetic", "How it may be read, and the consequence here")
    return columns, _audited()["doubts"]


def _finding(finding: AuditFinding) -> tuple[str, ...]:
    places = ", ".join(finding.where) or "throughout"
    reconciled = f"{_sentence(finding.reconciliation)} Consequence: {finding.consequence[0].lower()}"
    return (
        _sentence(f"{finding.severity}: {places}").rstrip("."),
        _sentence(finding.arithmetic),
        reconciled + finding.consequence[1:],
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "."


def states_table() -> Made:
    """Every question about which a figure is printed, and whether its figures can all hold."""
    return ("Survey", "Question", "Printed figures", "State"), _audited()["states"]


def _state(state: QuestionState) -> tuple[str, ...]:
    questionnaire = questionnaires()[state.survey]
    topic = "figures by group, all questions together"
    if state.question:
        topic = questionnaire.by_id[state.question].topic
    return (questionnaire.title, topic, str(state.figures), state.state)


def power_table() -> Made:
    """How often one misprint is noticed, by its size and by what stands beside it."""
    columns = ("Item bases", "Points off", "Misprinted figure", "Reports", "Noticed by the audit", "By adding to 100")
    rows = [row for row in read_power() if row["points"] != "0"]
    return columns, [_power(row) for row in rows if row["figure"] in ("all", *KINDS)]


def false_alarms_table() -> Made:
    """The same checks on reports without a misprint."""
    columns = ("Item bases", "Reports", "False alarms of the audit", "Of adding to 100", "Undecided")
    return columns, [
        (row["bases"], row["runs"], row["noticed"], row["added"], row["undecided"])
        for row in read_power()
        if row["points"] == "0"
    ]


def _power(row: dict[str, str]) -> tuple[str, ...]:
    audit = f"{row['rate']}% ({row['low']} to {row['high']})"
    added = f"{row['added_rate']}% ({row['added_low']} to {row['added_high']})"
    kind = "any figure" if row["figure"] == "all" else row["figure"]
    return (row["bases"], row["points"], kind, row["runs"], audit, added)


AUDIT_TABLES: dict[str, Callable[[], tuple[tuple[str, ...], Iterable[tuple[str, ...]]]]] = {
    "audit-findings": findings_table,
    "audit-doubts": doubts_table,
    "audit-states": states_table,
    "audit-power": power_table,
    "audit-false-alarms": false_alarms_table,
}
