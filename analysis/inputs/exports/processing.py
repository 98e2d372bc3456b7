"""From the records of an export to the responses that are analysed: the declared rules, applied and counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.exports.answers import Answers, Event
from analysis.inputs.exports.records import Record, left_out
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.table import Export
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.findings import Finding
from analysis.inputs.questionnaire import Question


@dataclass(frozen=True)
class Count:
    """How many records or cells a rule affected, and of how many."""

    rule: str
    affected: int
    of: int


@dataclass(frozen=True)
class Processed:
    """Responses after processing: by question, the answers of each in the questionnaire's order.

    `kept` are the places of the records that became responses.
    """

    kept: tuple[int, ...]
    given: dict[str, list[tuple[str, ...]]]
    counts: tuple[Count, ...]


def process(
    export: Export, answers: Answers, records: Sequence[Record], vocabulary: Vocabulary
) -> tuple[Processed, list[Finding]]:
    """Apply every rule, in the order in which they are declared. Findings where a rule applies too often."""
    out, kept_under, findings = left_out(export, answers, records, vocabulary)
    kept = [record.place for record in records if record.place not in out]
    given = {name: [cells[place] for place in kept] for name, cells in answers.given.items()}
    place = {record: here for here, record in enumerate(kept)}
    events = [Event(one.rule, one.question, place[one.record]) for one in answers.events if one.record in place]
    events += [*_exclusive(given, vocabulary), *_not_asked(given, vocabulary)]
    rows = [export.rows[record] for record in kept]
    findings += _beyond_limits(export, events, given, rows, vocabulary)
    if len(kept) < rules().fewest_responses:
        found = f"{len(kept)} of {len(records)} records left after processing"
        expected = f"at least {rules().fewest_responses}: of fewer nothing can be shown"
        fix = "look in the mapping and in data/processing.yml for what leaves the others out"
        findings.append(export.wrong("E-RESPONSES-FEW", found, expected, fix=fix))
    by_record = Counter(out.values()) + Counter(kept_under)
    by_cell = Counter(event.rule for event in events)
    filled = sum(answers.filled[record] for record in kept)
    counts = tuple(
        Count(rule.id, by_record[rule.id], len(records)) if rule.unit == "records" else
        Count(rule.id, by_cell[rule.id], filled)
        for rule in rules().rules
    )  # fmt: skip
    ordered = {name: _in_order(vocabulary.asked[name], cells) for name, cells in given.items()}
    return Processed(tuple(kept), ordered, counts), findings


def _in_order(question: Question, cells: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Answers in the questionnaire's order, each combination put in order once."""
    known = {cell: question.in_order(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


Given = Mapping[str, list[tuple[str, ...]]]


def _exclusive(given: Given, vocabulary: Vocabulary) -> Iterator[Event]:
    """Drop an answer that rules out the others where others were given with it."""
    for name, cells in given.items():
        exclusive = set(vocabulary.asked[name].exclusive)
        for place, cell in enumerate(cells) if exclusive else ():
            if len(cell) > 1 and exclusive & set(cell):
                # Two exclusive answers, and nothing else, contradict each other: nothing is left.
                cells[place] = tuple(answer for answer in cell if answer not in exclusive)
                yield Event("exclusive_answer", name, place)


def _not_asked(given: Given, vocabulary: Vocabulary) -> Iterator[Event]:
    """Blank the answers to questions that an earlier answer leads past, the earliest question first."""
    for name in sorted(given, key=lambda name: _depth(name, vocabulary)):
        routing = vocabulary.asked[name].asked_if
        if routing is None or routing.question not in given:
            continue
        wanted = set(routing.answers)
        for place, cell in enumerate(given[name]):
            if cell and not wanted & set(given[routing.question][place]):
                given[name][place] = ()
                yield Event("not_asked", name, place)


def _depth(name: str, vocabulary: Vocabulary) -> int:
    routing = vocabulary.asked[name].asked_if
    return (
        0 if routing is None or routing.question not in vocabulary.asked else 1 + _depth(routing.question, vocabulary)
    )


def _beyond_limits(
    export: Export, events: Sequence[Event], given: Given, rows: Sequence[int], vocabulary: Vocabulary
) -> Iterator[Finding]:
    """Rules that apply to more of a question's answers than they may."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        places[event.rule, event.question].append(event.record)
    row_places = {row: place for place, row in enumerate(export.rows)}
    for (name, question), affected in places.items():
        rule, code = rules().by_id[name], _CODES.get(name)
        if code is None:
            continue
        of = _base(name, question, affected, given, vocabulary.asked[question])
        if len(affected) > max(rule.limit / 100 * of, 1):
            found = f"{len(affected):,} of {of:,} cases of this at {question}: {rule.does}"
            expected = f"at most {rule.limit:g}%"
            yield export.wrong(code, found, expected, [row_places[rows[place]] for place in affected], fix=_FIXES[code])


def _base(name: str, question: str, affected: Sequence[int], given: Given, asked: Question) -> int:
    """Of how many answers to a question a rule may affect so many."""
    answered = sum(1 for cell in given[question] if cell)
    if name == "not_asked" and asked.asked_if is not None:
        wanted = set(asked.asked_if.answers)
        return sum(1 for cell in given[asked.asked_if.question] if not wanted & set(cell))
    return answered + len(affected) if name != "exclusive_answer" else answered


_CODES = {
    "out_of_range": "E-CODE-RANGE",
    "several_answers": "E-ANSWERS-SEVERAL",
    "exclusive_answer": "E-ANSWERS-EXCLUSIVE",
    "not_asked": "E-ROUTING",
}
_FIXES = {
    "E-CODE-RANGE": "say in a mapping file which answers the codes are",
    "E-ANSWERS-SEVERAL": "look whether the wave let respondents choose several, or two columns were joined",
    "E-ANSWERS-EXCLUSIVE": "look whether the answers of two questions were mixed up",
    "E-ROUTING": "look whether columns were shifted, or the wave asked this question of everybody",
}
