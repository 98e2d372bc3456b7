"""What each column of an export is: a question, one of its answers, words, a column of the tool's own, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.inputs.exports.mapping import ColumnEntry, SurveyMapping
from analysis.inputs.exports.rules import Role, rules
from analysis.inputs.exports.table import Column, Export
from analysis.inputs.exports.vocabulary import Named, Vocabulary
from analysis.inputs.exports.wording import key, likeness, quoted, word
from analysis.inputs.findings import Finding
from analysis.inputs.instruments import Instrument, SurveyChanges

Kind = Literal["question", "answer", "words", "tool", "not used", "unknown"]
LIKELY = 0.75


@dataclass(frozen=True)
class Match:
    """A column and what it stands for. `how` says what it was recognised by, or why it is not used."""

    column: Column
    kind: Kind
    question: str = ""
    answer: str = ""
    role: Role | Literal[""] = ""
    how: str = ""

    @property
    def becomes(self) -> str:
        """What the column becomes, in a word: the question, `question.answer`, or what else it is."""
        named = f"{self.question}.{self.answer}" if self.answer else self.question
        return {"question": named, "answer": named, "words": f"words beside {named}", "tool": self.role}.get(
            self.kind, self.kind
        )


def match_columns(export: Export, vocabulary: Vocabulary, mapping: SurveyMapping | None = None) -> list[Match]:
    """What each column is, by the mapping file if it names the column, else by its own words."""
    declared = entries(export, mapping)
    return [
        _declared(column, declared[column.heading]) if column.heading in declared else _recognised(column, vocabulary)
        for column in export.columns
    ]


def entries(export: Export, mapping: SurveyMapping | None) -> dict[str, ColumnEntry]:
    """The entries of a mapping file by the heading that they are about, as the export spells it."""
    if mapping is None:
        return {}
    spelled = {key(column.heading): column.heading for column in export.columns}
    exact = {column.heading for column in export.columns}
    found = {spelled.get(key(name), ""): entry for name, entry in mapping.columns.items() if name not in exact}
    found |= {name: entry for name, entry in mapping.columns.items() if name in exact}
    return {name: entry for name, entry in found.items() if name}


def _declared(column: Column, entry: ColumnEntry) -> Match:
    if entry.ignore:
        return Match(column, "not used", how=entry.ignore)
    if entry.use_as:
        return Match(column, "tool", role=_role(entry.use_as), how="mapping")
    question, _, answer = (entry.words_beside or entry.means).partition(".")
    kind: Kind = "words" if entry.words_beside else "answer" if answer else "question"
    return Match(column, kind, question, answer, how="mapping")


def _role(name: str) -> Role:
    return next(role for role in rules().tool_columns if role == name)


def _recognised(column: Column, vocabulary: Vocabulary) -> Match:
    named = vocabulary.named(column.name, column.option, column.label)
    if named is not None:
        return _named(column, named)
    roles = rules().roles(column.name) or (() if column.option else rules().roles(column.label))
    if roles:
        return Match(column, "tool", role=_fitting(column, roles), how="its name")
    if column.is_blank:
        return Match(column, "not used", how="nothing in it")
    return Match(column, "unknown")


def _named(column: Column, named: Named) -> Match:
    kind: Kind = "words" if named.is_text else "answer" if named.answer else "question"
    return Match(column, kind, named.question, named.answer, how="its words")


def _fitting(column: Column, roles: Sequence[Role]) -> Role:
    """Of the uses that a name allows, the one whose words the column's cells are."""
    words = rules().words
    spoken = {"finished": words.finished | words.unfinished | words.test, "origin": words.test | words.ordinary}
    cells = {word(column.texts.get(cell, cell)) for cell in set(column.cells) if cell}
    return next((role for role in roles if cells <= spoken.get(role, cells)), roles[0])


def column_findings(export: Export, matches: Sequence[Match], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Columns that cannot be what they seem: unknown, doubled, blank; and questions without a column."""
    unknown = [match.column for match in matches if match.kind == "unknown"]
    yield from (_unknown(export, column, vocabulary) for column in unknown)
    likely = {name for column in unknown for name, alike in candidates(column, vocabulary, 1) if alike >= LIKELY}
    by_question: dict[str, list[Match]] = {name: [] for name in vocabulary.asked}
    for match in matches:
        if match.question in by_question:
            by_question[match.question].append(match)
    for question, own in by_question.items():
        holding = [match for match in own if match.kind != "words"]
        if not holding and question in likely:
            # The column that is probably meant is reported as unknown.
            continue
        if not holding:
            yield _missing(export, question, vocabulary)
        elif all(match.column.is_blank for match in own):
            found = "no answer in any row" + ("" if len(own) == 1 else f" ({len(own)} columns)")
            expected, fix = (
                f"answers to {question}",
                "if the wave did not ask it, ignore the column and declare it dropped",
            )
            yield export.wrong("E-COLUMN-BLANK", found, expected, column=holding[0].column, fix=fix)
        yield from _doubled(export, question, holding, vocabulary)


def _unknown(export: Export, column: Column, vocabulary: Vocabulary) -> Finding:
    survey = vocabulary.instrument.questionnaire.survey
    expected = f"a question of {survey}, one of its answers, or a column that tools add"
    if not column.name and not column.option:
        fix = f"name it in the mapping file as {quoted(column.heading)}"
        return export.wrong("E-HEADER-BLANK", "a column without a heading", expected, column=column, fix=fix)
    dropped = _dropped(column, vocabulary)
    if dropped:
        found, fix = (
            f"answers to {dropped}, which was declared dropped",
            "remove it from instrument.yml, or ignore the column",
        )
        return export.wrong("E-COLUMN-DROPPED", found, "only questions that the wave asked", column=column, fix=fix)
    twin = vocabulary.named(column.name) if column.heading != column.name else None
    fix = "; ".join(f"perhaps {name}" for name, alike in candidates(column, vocabulary, 1) if alike >= LIKELY)
    found = f"a column that is not known{f', like {twin.question}' if twin else ''}"
    fix = fix or "say in a mapping file what it is (--draft-mapping writes one)"
    return export.wrong("E-COLUMN-UNKNOWN", found, expected, column=column, fix=fix)


def _dropped(column: Column, vocabulary: Vocabulary) -> str:
    changes = vocabulary.instrument.changes
    if not changes.dropped:
        return ""
    whole = Vocabulary(Instrument(vocabulary.instrument.questionnaire, SurveyChanges()))
    named = whole.named(column.name, column.option, column.label)
    return named.question if named and named.question in changes.dropped else ""


def candidates(column: Column, vocabulary: Vocabulary, count: int = 3) -> list[tuple[str, float]]:
    """The questions whose words are most like those of a column, with how alike they are."""
    words = rules().words.response_columns | rules().words.text_columns
    texts = [key(text) for text in (column.name, column.label, column.option) if len(text) > 2]
    texts = [text for text in texts if text not in words]
    alike = {
        question.id: max(
            (likeness(text, key(known)) for text in texts for known in (question.id, question.wording, question.topic)),
            default=0,
        )
        for question in vocabulary.asked.values()
    }
    return sorted(alike.items(), key=lambda item: -item[1])[:count]


def _missing(export: Export, question: str, vocabulary: Vocabulary) -> Finding:
    wording = vocabulary.asked[question].wording
    fix = "map a column to it, or declare it dropped (--instrument; --draft-mapping drafts that too)"
    found = f"no column for the question {question} ({quoted(wording)})"
    return export.wrong("E-QUESTION-MISSING", found, "a column for every question that the wave asked", fix=fix)


def _doubled(export: Export, question: str, own: Sequence[Match], vocabulary: Vocabulary) -> Iterator[Finding]:
    whole = [match for match in own if match.kind == "question"]
    parts = [match for match in own if match.kind == "answer"]
    several = vocabulary.asked[question].kind == "multiple"
    twice = [match for match in parts if [one.answer for one in parts].count(match.answer) > 1]
    # In place of "other" some tools export what was written, in a column of its own.
    beside = [match for match in parts if match.answer != "other"]
    wrong = (whole if len(whole) > 1 and not several else []) + (whole + beside if whole and beside else []) + twice
    if wrong:
        names = ", ".join(dict.fromkeys(match.column.shown for match in wrong))
        expected = "one column for a question, or one for each of its answers"
        fix = "keep one of them and ignore the others in the mapping file"
        alike = len({key(f"{match.column.name} {match.column.option}") for match in wrong}) == 1
        code = "E-HEADER-TWICE" if alike else "E-COLUMN-TWICE"
        yield export.wrong(code, f"several columns for {question}: {names}", expected, fix=fix)


def roles_of(matches: Iterable[Match]) -> Mapping[str, Column]:
    """The tool's columns by what they are used for; the first, where several could be."""
    found: dict[str, Column] = {}
    for match in matches:
        if match.kind == "tool":
            found.setdefault(match.role, match.column)
    return found
