"""The answers to each question, record by record, from all columns that belong to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.inputs.exports.cells import Reader, Said
from analysis.inputs.exports.columns import Match
from analysis.inputs.exports.mapping import AnswerEntry, SurveyMapping
from analysis.inputs.exports.table import Column, Export
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import listed, nearest, quoted
from analysis.inputs.findings import Finding

# More different texts than this in one column are no answers that were offered.
MOST_TEXTS = 25


@dataclass(frozen=True)
class Event:
    """A processing rule that applied to one cell: of which question, in which record."""

    rule: str
    question: str
    record: int


@dataclass(frozen=True)
class Answers:
    """What the records of an export answer. `given[question][record]` are the answers, in no particular order.

    `events` are the rules that applied to cells, `filled` how many cells of each record say anything at all.
    """

    given: dict[str, list[tuple[str, ...]]]
    events: tuple[Event, ...]
    filled: tuple[int, ...]


def read_answers(
    export: Export, matches: Sequence[Match], vocabulary: Vocabulary, mapping: SurveyMapping | None
) -> tuple[Answers, list[Finding], set[tuple[str, str]]]:
    """The answers of an export; every text that is none; the entries of the mapping file that were needed."""
    given: dict[str, list[tuple[str, ...]]] = {}
    events: list[Event] = []
    findings: list[Finding] = []
    used: set[tuple[str, str]] = set()
    filled = [0] * len(export.rows)
    for question in vocabulary.asked:
        own = [match for match in matches if match.question == question]
        declared = mapping.answers.get(question, {}) if mapping else {}
        columns = [(match, _read(match, vocabulary, declared, question, used)) for match in own]
        for match, said in columns:
            findings += _wrong(export, match, said, vocabulary)
            events += [Event(one.rule, question, record) for record, one in enumerate(said) if one.rule]
            for record, cell in enumerate(match.column.cells):
                filled[record] += bool(cell)
        if any(match.kind in ("question", "answer") for match in own):
            single = vocabulary.asked[question].kind == "single"
            given[question], doubled = _joined(columns, len(export.rows), single)
            events += [Event("several_answers", question, record) for record in doubled]
    return Answers(given, tuple(events), tuple(filled)), findings, used


def _read(
    match: Match, vocabulary: Vocabulary, declared: dict[str, AnswerEntry], question: str, used: set[tuple[str, str]]
) -> list[Said]:
    needed: set[str] = set()
    said = Reader(match, vocabulary, declared, needed).read()
    # A code that the file labels is in the export, whether or not anybody chose it.
    labelled = {*match.column.texts, *match.column.texts.values()}
    used |= {(question, text) for text in declared if text in needed or text in labelled}
    return said


def _joined(
    columns: Sequence[tuple[Match, list[Said]]], size: int, single: bool
) -> tuple[list[tuple[str, ...]], list[int]]:
    """The answers of several columns together; and where a question that takes one answer was given more.

    What somebody wrote beside a question that takes one answer is that answer only where no other was chosen.
    """
    choices = [said for match, said in columns if not _is_beside(match)]
    beside = [said for match, said in columns if _is_beside(match)]
    if len(choices) == 1 and not beside:
        return [one.answers for one in choices[0]], []
    joined: list[tuple[str, ...]] = []
    doubled = []
    for record in range(size):
        chosen = dict.fromkeys(answer for said in choices for answer in said[record].answers)
        written = [answer for said in beside for answer in said[record].answers]
        unsaid = any(said[record].rule == "several_answers" or said[record].wrong for said in choices)
        if not single or not (chosen or unsaid):
            chosen |= dict.fromkeys(written)
        if single and len(chosen) > 1:
            doubled.append(record)
            chosen = {}
        joined.append(tuple(chosen))
    return joined, doubled


def _is_beside(match: Match) -> bool:
    return match.kind == "words" or match.answer == "other"


def _wrong(export: Export, match: Match, said: Sequence[Said], vocabulary: Vocabulary) -> Iterator[Finding]:
    """What no one can read in a column: one finding for each text, however often it stands there."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for record, one in enumerate(said):
        if one.wrong:
            text = "" if one.wrong == "E-CODE-UNLABELLED" else match.column.cells[record]
            rows[one.wrong, text].append(record)
    unknown = [text for code, text in rows if code == "E-ANSWER-UNKNOWN"]
    if len(unknown) > MOST_TEXTS:
        every = [record for (code, _), records in rows.items() if code == "E-ANSWER-UNKNOWN" for record in records]
        yield _prose(export, match, unknown, sorted(every))
        rows = defaultdict(list, {key: some for key, some in rows.items() if key[0] != "E-ANSWER-UNKNOWN"})
    for (code, text), records in rows.items():
        yield _unread(export, match, code, text, records, vocabulary)


def _prose(export: Export, match: Match, unknown: Sequence[str], records: Sequence[int]) -> Finding:
    found = f"{len(unknown)} different texts that are no answers, such as {quoted(unknown[0])}"
    fix = "if people wrote these themselves, ignore the column; otherwise map it to the question it belongs to"
    return export.wrong("E-COLUMN-PROSE", found, f"answers to {match.question}", records, match.column, fix)


def _unread(
    export: Export, match: Match, code: str, text: str, records: Sequence[int], vocabulary: Vocabulary
) -> Finding:
    column, question = match.column, match.question
    labels = {vocabulary.asked[question].label(name): name for name in vocabulary.offered(question)}
    answers = f"one of the answers of {question}: {listed([quoted(label) for label in labels])}"
    fix = "say in a mapping file which answer it is (--draft-mapping writes one)"
    label = column.texts.get(text, "")
    spoken = f"{quoted(text)}, labelled {quoted(label)}" if label else quoted(text)
    if code == "E-CODE-UNLABELLED":
        codes = sorted({one for one in column.cells if one}, key=lambda one: (len(one), one))
        return export.wrong(code, f"codes without labels: {listed(codes)}", answers, records, column, fix)
    if code == "E-CELL-DATE":
        fix = "a spreadsheet took an answer such as 10-50 for a date: export again, with that column as text"
    elif code == "E-CELL-ERROR":
        answers, fix = "a value", "correct the formula in the workbook, or export again"
    elif code == "E-TICK-UNKNOWN":
        answers = f"yes or no, 1 or 0, or {quoted(vocabulary.asked[question].label(match.answer))}"
        fix = f"say in a mapping file, under answers, whether it means {match.answer}"
    else:
        near = _near(label or text, list(labels))
        fix = f"perhaps {quoted(near)} ({labels[near]}): say so in a mapping file" if near else fix
    return export.wrong(code, f"{spoken}{times(records)}", answers, records, column, fix)


def _near(text: str, labels: Sequence[str]) -> str:
    broken = _mended(text)
    ranked = nearest(broken, labels, 1)
    return ranked[0][0] if ranked else ""


def _mended(text: str) -> str:
    """A text as it was before it was read in the wrong encoding, where it plainly was: donâ€™t know."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def times(records: Sequence[int]) -> str:
    """How often something stands in the file, where it is more than once."""
    return f" ({len(records):,} times)" if len(records) > 1 else ""


def unread_texts(column: Column, said: Sequence[Said]) -> list[str]:
    """The different texts of a column that no one can read, in the order of the records."""
    return list(dict.fromkeys(cell for cell, one in zip(column.cells, said, strict=True) if one.wrong))
