"""Tables of response processing: the rules between an export and the responses, and how often each applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.inputs.documents import read_table
from analysis.inputs.exports.coded import PROCESSING
from analysis.inputs.exports.rules import Rule, rules
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave, published
from analysis.publication.method_tables import Made

FILE = "processing.csv"
# The first and the last line of a survey: what was read and what is analysed.
ALWAYS = ("read", "kept")


def rule_table() -> Made:
    """Every rule, with what it does, where it ends, and why."""
    return ("Rule", "Effect", "Limit", "Why"), (
        (_sentence(rule.does), f"{rule.unit}, {rule.effect}", _limit(rule), rule.why.strip()) for rule in rules().rules
    )


def _limit(rule: Rule) -> str:
    if rule.minimum:
        return f"minimum {rule.minimum:g}%"
    return f"stops above {rule.limit:g}%" if rule.limit < 100 else "no limit"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def count_table() -> Made:
    """How many records and cells of each wave the rules applied to; of a wave without exports, that there are none."""
    heads = ("Wave", "Survey", "What was done", "Affected", "Of")
    return heads, (row for wave in published() for row in _counts(wave))


def _counts(wave: Wave) -> Iterator[tuple[str, ...]]:
    path = wave.folder / FILE
    if not path.exists():
        nothing = "records reconstructed, no export processed" if wave.reconstructed else "not recorded"
        yield wave.title, "both surveys", _sentence(nothing), "", ""
        return
    for row in read_table(path, PROCESSING):
        if row["affected"] != "0" or row["rule"] in ALWAYS:
            affected, of = (f"{int(row[name]):,}" for name in ("affected", "of"))
            survey = questionnaires()[row["survey"]].title
            yield wave.title, survey, _sentence(row["does"]), f"{affected} {row['unit']}", of


PROCESSING_TABLES: dict[str, Callable[[], Made]] = {"processing-rules": rule_table, "processing-counts": count_table}
