"""From tables to respondent records: no one's answers, but a set of answers that agrees with every table."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import ID

SEED = "reconstruction-1"


@dataclass(frozen=True)
class Row:
    """One line of the committed tables: how many respondents of a group gave a pattern ('' is no answer)."""

    survey: str
    question: str
    group: str
    pattern: str
    count: int


def shuffled(members: Iterable[int], *names: str) -> list[int]:
    """A permutation that depends on the seed and the names alone: not on a library's generator, nor on order."""

    def key(member: int) -> bytes:
        return hashlib.sha256("|".join((SEED, *names, str(member))).encode()).digest()

    return sorted(members, key=key)


def expand(questionnaire: Questionnaire, size: int, rows: Sequence[Row]) -> list[dict[str, str]]:
    """One record a respondent. Between questions the records are independent by construction, except that
    groups and routing are respected."""
    records: list[dict[str, str]] = [{} for _ in range(size)]
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row.question, []).append(row)
    for name in _in_dependence(questionnaire, tables):
        _assign(questionnaire, records, name, tables[name])
    return [{ID: str(i + 1), **_ordered(questionnaire, record, tables)} for i, record in enumerate(records)]


def _in_dependence(questionnaire: Questionnaire, tables: Mapping[str, list[Row]]) -> list[str]:
    """Breakdowns first, then questions asked of everybody, then those that depend on an earlier answer."""
    routed = [q.id for q in questionnaire.questions if q.asked_if]
    first = list(questionnaire.breakdowns)
    rest = [q.id for q in questionnaire.questions if q.id not in first and q.id not in routed]
    return [name for name in (*first, *rest, *routed) if name in tables]


def _assign(questionnaire: Questionnaire, records: list[dict[str, str]], question: str, rows: Sequence[Row]) -> None:
    named = {row.group for row in rows if row.group}
    for group in dict.fromkeys(row.group for row in rows):
        members = [
            i for i in _asked(questionnaire, records, question) if _belongs(questionnaire, records[i], group, named)
        ]
        patterns = [row.pattern for row in rows if row.group == group for _ in range(row.count)]
        if len(members) != len(patterns):
            raise ValueError(f"{question}, group {group!r}: {len(patterns)} answers for {len(members)} records")
        for member, pattern in zip(shuffled(members, questionnaire.survey, question, group), patterns, strict=True):
            records[member][question] = pattern


def _asked(questionnaire: Questionnaire, records: Sequence[Mapping[str, str]], question: str) -> list[int]:
    routing = questionnaire.by_id[question].asked_if
    if routing is None:
        return list(range(len(records)))
    return [i for i, record in enumerate(records) if set(record[routing.question].split("+")) <= set(routing.answers)]


def _belongs(questionnaire: Questionnaire, record: Mapping[str, str], group: str, named: set[str]) -> bool:
    own = {record.get(breakdown, "") for breakdown in questionnaire.breakdowns}
    return group in own if group else not own & named


def _ordered(questionnaire: Questionnaire, record: Mapping[str, str], tables: Mapping[str, object]) -> dict[str, str]:
    return {q.id: record.get(q.id, "") for q in questionnaire.questions if q.id in tables}


def as_csv(records: Sequence[Mapping[str, str]]) -> str:
    """Records as the text of a CSV file, the same on every machine."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()
