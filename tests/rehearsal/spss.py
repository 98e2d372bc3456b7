"""The commissioners' export: an SPSS file with the tool's own names, codes with labels, and codes for no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyreadstat
from numpy.random import Generator
from rehearsal.population import Population
from rehearsal.records import Record

from analysis.inputs.questionnaire import Question

UNANSWERED, NOT_SHOWN = -99.0, -77.0
MISSING = {UNANSWERED: "Seen but not answered", NOT_SHOWN: "Not displayed"}
YES_NO = {1.0: "Yes, I agree", 2.0: "No, I do not agree"}
# As the tool has them, where it does not have the questionnaire's words.
AGREEMENT = {"agree": "Agree", "disagree": "Disagree", "unsure": "Neither agree nor disagree, or unsure"}
LABELS: Mapping[str, Mapping[str, str]] = {
    "organisation_type": {"upper_tier": "County, unitary, metropolitan or London borough council (upper tier)"},
    "capacity_support": {"none": "Not provided, and no plans to provide it"},
    "contract_length": {"over_three_years": "Over 3 years", "three_years": "3 years", "two_years": "2 years",
                        "one_year": "1 year", "other": "Other length / don't know"},
    "training": {"never": "Never provided by my organisation"},
}  # fmt: skip
HEADINGS: Mapping[str, str] = {
    "contract_length": "Average contract length",
    "consortia_support": "Consortia: has your organisation supported third sector organisations in building them?",
}
# What people write next to "other".
WRITTEN = ("see above", "it depends", "several of these", "as agreed with the board", "a bit of everything")
# The header of the file has the day and the time of its making here; a file that is made again is to be the same.
STAMP, NO_STAMP = slice(92, 109), b"01 Jan 0000:00:00"


# A code that stands for nothing.
SLIP = ("well_meaning_amateurish", "7")


def spoiled(records: Sequence[Record]) -> list[Record]:
    """The records with one code that cannot be, and what the rules leave of it."""
    found = list(records)
    fits = (i for i, r in enumerate(found) if r.analysed and SLIP[0] in r.analysed and not r.rule and not r.unfinished)
    i = list(fits)[40]
    left = {name: cell for name, cell in found[i].cells.items() if name != SLIP[0]}
    found[i] = replace(found[i], analysed=left, raw=dict([SLIP]))
    return found


@dataclass
class Variables:
    """The variables of a file, in their order: values, labels, labels of values, codes for no answer."""

    values: dict[str, list[object]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[float, str]] = field(default_factory=dict)
    missing: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, label: str, values: list[object], texts: Mapping[float, str] | None = None,
            missing: bool = False) -> None:  # fmt: skip
        self.values[name], self.labels[name] = values, label
        if texts:
            self.texts[name] = {**texts, **(MISSING if missing else {})}
        if missing:
            self.missing[name] = sorted(MISSING)


def variables(population: Population, records: Sequence[Record], random: Generator) -> Variables:
    """The whole content of the file."""
    found = Variables()
    _tool_variables(found, records, random)
    asked = population.asked("after")
    for number, name in enumerate(asked, start=1):
        question = population.questionnaire("after").by_id[name]
        if question.kind == "multiple":
            _multiple(found, f"Q{number}", question, records)
        else:
            _single(found, f"Q{number}", question, records, random)
    remarks = _written([bool(record.cells) for record in records], 0.1, random)
    found.add(f"Q{len(asked) + 1}", "Is there anything else that you would like to say?", remarks)
    return found


def _tool_variables(found: Variables, records: Sequence[Record], random: Generator) -> None:
    tests = [record.rule == "test_record" for record in records]
    seconds = {r.identifier: float(random.integers(300, 2400)) for r in records}
    found.add("ResponseId", "Response ID", [f"R_{r.identifier * 7919 + 10**9:015d}" for r in records])
    found.add("Status", "Response Type", [float(test) for test in tests], {0.0: "IP Address", 1.0: "Survey Preview"})
    # Addresses that are set aside for examples.
    found.add("IPAddress", "IP Address", [f"192.0.2.{r.identifier % 250 + 1}" for r in records])
    found.add("Progress", "Progress", [100.0 if not r.unfinished else float(3 * len(r.cells)) for r in records])
    found.add("Duration__in_seconds_", "Duration (in seconds)", [seconds[r.identifier] for r in records])
    finished: list[object] = [float(not record.unfinished) for record in records]
    found.add("Finished", "Finished", finished, {0.0: "False", 1.0: "True"})
    found.add("DistributionChannel", "Distribution Channel", ["preview" if test else "anonymous" for test in tests])
    found.add("UserLanguage", "User Language", ["EN" for _ in records])
    consent: list[object] = [2.0 if r.rule == "consent_refused" else 1.0 if r.cells else None for r in records]
    found.add("Consent", "Do you agree to take part in this survey?", consent, YES_NO)


def _single(found: Variables, name: str, question: Question, records: Sequence[Record], random: Generator) -> None:
    codes = {answer: float(i) for i, answer in enumerate(question.answer_ids, start=1)}
    if "dont_know" in codes:
        codes["dont_know"] = 98.0
    given: list[object] = [_code(record, question, codes) for record in records]
    found.add(name, heading(question), given, {code: label(question, answer) for answer, code in codes.items()}, True)
    if "other" in codes:
        words = f"{heading(question)} - {label(question, 'other')} - Text"
        written = _written([record.cells.get(question.id) == ("other",) for record in records], 0.5, random)
        found.add(f"{name}_{codes['other']:.0f}_TEXT", words, written)


def _written(may: Sequence[bool], part: float, random: Generator) -> list[object]:
    """Words that this part of those who may write them do write."""
    chosen = random.choice(WRITTEN, len(may))
    writes = random.random(len(may)) < part
    return [str(words) if one and does else "" for one, does, words in zip(may, writes, chosen, strict=True)]


def _code(record: Record, question: Question, codes: Mapping[str, float]) -> float | None:
    if not record.cells:
        return None
    if question.id in record.raw:
        return float(record.raw[question.id])
    if question.id in record.cells:
        return codes[record.cells[question.id][0]]
    return NOT_SHOWN if _led_past(record, question) else None if record.unfinished else UNANSWERED


def _led_past(record: Record, question: Question) -> bool:
    routing = question.asked_if
    return routing is not None and not set(record.cells.get(routing.question, ())) & set(routing.answers)


def _multiple(found: Variables, name: str, question: Question, records: Sequence[Record]) -> None:
    """One variable an answer: 1 where it is ticked, nothing where it is not."""
    for number, answer in enumerate(question.answer_ids, start=1):
        words = label(question, answer)
        ticks: list[object] = [1.0 if answer in record.cells.get(question.id, ()) else None for record in records]
        found.add(f"{name}_{number}", f"{heading(question)} - {words}", ticks, {1.0: words})


def heading(question: Question) -> str:
    return HEADINGS.get(question.id, " ".join(question.wording.split()))


def label(question: Question, answer: str) -> str:
    if question.answer_ids == tuple(AGREEMENT):
        return AGREEMENT[answer]
    own = next(item.label for item in question.answers if item.id == answer)
    text = LABELS.get(question.id, {}).get(answer, own)
    return text[:1].upper() + text[1:]


def write(found: Variables, path: Path) -> None:
    """Write the file; made again from the same variables it is the same to the byte."""
    frame = pd.DataFrame(found.values)
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label="Rehearsal: made up, no one's answers",
        column_labels=found.labels,
        variable_value_labels=found.texts,
        missing_ranges=found.missing,
        row_compress=True,
    )
    content = bytearray(path.read_bytes())
    content[STAMP] = NO_STAMP
    path.write_bytes(bytes(content))
