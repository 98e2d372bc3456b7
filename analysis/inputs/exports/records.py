"""Which records of an export are responses: not tests, not repetitions, not abandoned at the first page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.exports.answers import Answers, times
from analysis.inputs.exports.columns import Match, roles_of
from analysis.inputs.exports.mapping import SurveyMapping
from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.table import Column, Export
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import quoted, word
from analysis.inputs.findings import Finding


@dataclass(frozen=True)
class Record:
    """What an export says of one record besides its answers. `content` is all of its row."""

    place: int
    content: tuple[str, ...]
    respondent: str = ""
    is_dated: bool = False
    is_test: bool = False
    has_consent: bool = True
    is_finished: bool = False


def read_records(
    export: Export, matches: Sequence[Match], mapping: SurveyMapping | None
) -> tuple[list[Record], list[Finding]]:
    """The records of an export, with what the tool's own columns say of them."""
    columns = roles_of(matches)
    findings = [*_unreadable(export, columns), *_constant(export, columns)]
    tests = set(mapping.test_records) if mapping else set()
    contacts = [match.column for match in matches if match.role == "contact"]
    contents = list(zip(*(column.cells for column in export.columns), strict=True))
    records = [_record(export, place, content, columns, contacts, tests) for place, content in enumerate(contents)]
    return records, findings


def _record(
    export: Export,
    place: int,
    content: tuple[str, ...],
    columns: Mapping[str, Column],
    contacts: Sequence[Column],
    tests: set[str],
) -> Record:
    words = rules().words
    respondent = columns["respondent"].cells[place] if "respondent" in columns else ""
    said = {_said(columns, "origin", place), _said(columns, "finished", place)}
    # The name before the @ of an address counts like any other name.
    said |= {word(column.cells[place].partition("@")[0]) for column in contacts}
    declared = bool({respondent, f"row {export.rows[place]}"} & tests)
    return Record(
        place,
        content,
        respondent,
        is_dated=any(name in columns and columns[name].cells[place] for name in ("started", "ended", "submitted")),
        is_test=declared or bool(said & words.test),
        has_consent="consent" not in columns or _said(columns, "consent", place) in words.consent,
        is_finished=_is_finished(columns, place),
    )


def _said(columns: Mapping[str, Column], role: str, place: int) -> str:
    if role not in columns:
        return ""
    cell = columns[role].cells[place]
    return word(columns[role].texts.get(cell, cell))


def _is_finished(columns: Mapping[str, Column], place: int) -> bool:
    """Whether the tool marks a record as sent off: by a status, or by a time of sending."""
    if "finished" in columns:
        return _said(columns, "finished", place) in rules().words.finished
    return bool(_said(columns, "submitted", place))


def _unreadable(export: Export, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """Words of the tool's own columns that could mean anything."""
    words = rules().words
    known = {
        "finished": words.finished | words.unfinished | words.test | words.missing,
        "origin": words.test | words.ordinary,
        "consent": words.consent | words.no_consent | words.missing,
    }
    for role, texts in known.items():
        column = columns.get(role)
        strange: dict[str, list[int]] = defaultdict(list)
        for place, cell in enumerate(column.cells if column else ()):
            if cell and _said(columns, role, place) not in texts:
                strange[cell].append(place)
        for cell, places in strange.items():
            found, expected = f"{quoted(cell)}{times(places)}", f"a word that says what is known as {role!r}"
            fix = "ignore the column in the mapping file, or add the word to data/processing.yml"
            yield export.wrong("E-STATUS-UNKNOWN", found, expected, places, column, fix)


def _constant(export: Export, columns: Mapping[str, Column]) -> Iterator[Finding]:
    column = columns.get("respondent")
    cells = [cell for cell in column.cells if cell] if column else []
    if column and len(cells) > 1 and len(set(cells)) == 1:
        found, expected = f"the same identifier, {quoted(cells[0])}, in all rows", "an identifier for each respondent"
        fix = "ignore the column in the mapping file, if it identifies something else"
        yield export.wrong("E-ID-CONSTANT", found, expected, column=column, fix=fix)


def left_out(
    export: Export, answers: Answers, records: Sequence[Record], vocabulary: Vocabulary
) -> tuple[dict[int, str], list[str], list[Finding]]:
    """By record, the first rule that leaves it out; the rules under which others are kept; what is wrong."""
    answered = _answered(answers, len(records))
    out = {record.place: "empty_record" for record in records if not answered[record.place]}
    _add(out, "test_record", (record.place for record in records if record.is_test))
    _add(out, "consent_refused", (record.place for record in records if not record.has_consent))
    _add(out, "same_record", _same(records, out))
    repeated = _repeated(records, answered, out)
    findings = _too_often(export, repeated, len(records) - len(out))
    _add(out, "repeated_respondent", repeated)
    partial = [record.place for record in records if record.place not in out and not record.is_finished]
    shares = _shares(answers, vocabulary, partial)
    least = rules().by_id["too_little_answered"].minimum
    _add(out, "too_little_answered", (place for place, share in shares.items() if share < least))
    kept = ["partly_answered" for place, share in shares.items() if least <= share < 100]
    kept += ["hidden_row"] * len(export.hidden - set(out))
    kept += ["same_answers"] * _alike(answers, [record.place for record in records if record.place not in out])
    return out, kept, findings


def _add(out: dict[int, str], rule: str, places: Iterator[int] | Sequence[int]) -> None:
    for place in places:
        out.setdefault(place, rule)


def _answered(answers: Answers, size: int) -> list[int]:
    """How many questions each record answers."""
    counts = [0] * size
    for cells in answers.given.values():
        for place, cell in enumerate(cells):
            counts[place] += bool(cell)
    return counts


def _same(records: Sequence[Record], out: Mapping[int, str]) -> list[int]:
    """Records that repeat another in every cell, where an identifier or a time shows that it is the same one."""
    seen: set[tuple[str, ...]] = set()
    same = []
    for record in records:
        if record.place not in out and (record.respondent or record.is_dated):
            if record.content in seen:
                same.append(record.place)
            seen.add(record.content)
    return same


def _repeated(records: Sequence[Record], answered: Sequence[int], out: Mapping[int, str]) -> list[int]:
    """Of the records of one respondent, all but the one that answers most; of equals the last is kept."""
    by_respondent: dict[str, list[int]] = defaultdict(list)
    identifiers = {record.respondent for record in records}
    for record in records:
        if record.respondent and record.place not in out and len(identifiers) > 1:
            by_respondent[record.respondent].append(record.place)
    repeated = []
    for places in by_respondent.values():
        best = max(places, key=lambda place: (answered[place], place))
        repeated += [place for place in places if place != best]
    return sorted(repeated)


def _too_often(export: Export, repeated: Sequence[int], size: int) -> list[Finding]:
    limit = rules().by_id["repeated_respondent"].limit
    if len(repeated) <= max(limit / 100 * size, 1):
        return []
    found = f"{len(repeated):,} of {size:,} records repeat the identifier of another"
    fix = "ignore the column of identifiers in the mapping file, if it does not identify respondents"
    return [export.wrong("E-ID-REPEATED", found, f"at most {limit:g}%", repeated, fix=fix)]


def _shares(answers: Answers, vocabulary: Vocabulary, places: Sequence[int]) -> dict[int, float]:
    """Of the questions that everybody was asked, the percentage that each of these records answers."""
    asked = [name for name in answers.given if vocabulary.asked[name].asked_if is None]
    return {place: 100 * sum(bool(answers.given[name][place]) for name in asked) / len(asked) for place in places}


def _alike(answers: Answers, kept: Sequence[int]) -> int:
    """How many records give the same answers as an earlier one."""
    contents = Counter(tuple(frozenset(cells[place]) for cells in answers.given.values()) for place in kept)
    return sum(count - 1 for count in contents.values())
