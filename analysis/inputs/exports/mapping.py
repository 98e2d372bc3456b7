"""What an analyst declares about an export that does not use the questionnaire's own words: the mapping file.

It stands with the wave, one for each survey. Every entry is text: `Yes` is a word here and `1` a code, whatever YAML
makes of them elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from analysis.inputs.documents import read_model, read_text
from analysis.inputs.exports.rules import Role, rules
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import listed, nearest, quoted
from analysis.inputs.findings import Finding, InputError
from analysis.paths import shown

UNUSED = {
    "E-MAPPING-UNUSED-COLUMN": "a column of the export",
    "E-MAPPING-UNUSED-ANSWER": "a text or code of the question's columns",
    "E-MAPPING-UNUSED-TEST": "a respondent's identifier, or row and a number",
}
UNDECIDED = "to be decided"
NO_REASON = "a reason"
# What a cell of a column that stands for one answer can mean.
TICKED, NOT_TICKED = "ticked", "not ticked"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnEntry(_Strict):
    """What a column is: one of these. `means` is a question, or one of its answers (`question.answer`).

    `ignore` is why the column is not used; `use_as` what a column of the tool says about the record; `words_beside`
    the question, or answer, that the words belong to which respondents wrote.
    """

    means: str = ""
    ignore: str = ""
    use_as: str = ""
    words_beside: str = ""

    @model_validator(mode="before")
    @classmethod
    def _is_one_thing(cls, value: Any) -> Any:
        return _one_thing(value, ("ignore", "use_as", "words_beside"), "ignore")


class AnswerEntry(_Strict):
    """What a text is: `means` is an answer, `no_answer` the reason why it is none."""

    means: str = ""
    no_answer: str = ""

    @model_validator(mode="before")
    @classmethod
    def _is_one_thing(cls, value: Any) -> Any:
        return _one_thing(value, ("no_answer",), "no_answer")


class SurveyMapping(_Strict):
    """One mapping file: what each column is, which answer each text or code is, which records are tests."""

    survey: str
    columns: dict[str, ColumnEntry] = {}
    answers: dict[str, dict[str, AnswerEntry]] = {}
    test_records: tuple[str, ...] = ()


def _one_thing(value: Any, forms: tuple[str, ...], reasoned: str) -> Any:
    if isinstance(value, str):
        return {"means": value}
    if not (isinstance(value, dict) and len(value) == 1 and set(value) <= set(forms)):
        raise ValueError(f"an id, or one of {', '.join(f'{form}:' for form in forms)}")
    if "use_as" in value and value["use_as"] not in get_args(Role):
        raise ValueError(f"use_as: one of {', '.join(get_args(Role))}")
    if reasoned in value and not str(value[reasoned]).strip():
        raise ValueError(f"{NO_REASON} after {reasoned}:")
    return value


def read_mapping(path: Path) -> tuple[SurveyMapping | None, list[Finding]]:
    """Read one mapping file, or say everything that keeps it from being one."""
    if not path.is_file():
        fix = "write the name of the file that --draft-mapping made"
        return None, [Finding(shown(path), "no such file", "a mapping file", code="E-MAPPING-MISSING", fix=fix)]
    most = rules().sizes.mapping_bytes
    if path.stat().st_size > most:
        found = f"{path.stat().st_size:,} bytes"
        return None, [Finding(shown(path), found, f"at most {most:,} bytes", code="E-MAPPING-LARGE")]
    try:
        document = _document(path)
    except InputError as error:
        return None, [replace(one, code="E-MAPPING-YAML") for one in error.findings]
    try:
        return read_model(SurveyMapping, document, path), []
    except InputError as error:
        return None, [_shape(one) for one in error.findings]


def _shape(finding: Finding) -> Finding:
    if finding.expected.startswith(NO_REASON):
        return replace(finding, code="E-MAPPING-REASON", fix="say why, so that a reader can judge it")
    return replace(finding, code="E-MAPPING-SHAPE")


class _PlainLoader(yaml.BaseLoader):
    """YAML in which everything is text, no key stands twice, and nothing refers to another part of the file."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        parser: Any = self
        if parser.check_event(yaml.AliasEvent):
            mark = parser.peek_event().start_mark
            raise yaml.constructor.ConstructorError(None, None, "a reference to another entry", mark)
        return super().compose_node(parent, index)


def _unique_mapping(loader: _PlainLoader, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key that is no text", key_node.start_mark)
        if key_node.value in seen:
            found = f"the key {key_node.value!r} a second time"
            raise yaml.constructor.ConstructorError(None, None, found, key_node.start_mark)
        seen[key_node.value] = loader.construct_object(value_node, deep=True)
    return seen


_PlainLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def _document(path: Path) -> Any:
    try:
        return yaml.load(read_text(path), Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = str(error.problem_mark.line + 1) if error.problem_mark else ""
        raise InputError([Finding(shown(path), error.problem or "unreadable YAML", "valid YAML", line)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError([Finding(shown(path), str(error) or type(error).__name__, "valid YAML")]) from None


def mapping_findings(mapping: SurveyMapping, vocabulary: Vocabulary, place: str) -> list[Finding]:
    """What a mapping file says that the survey's instrument does not bear out."""
    return [*_column_findings(mapping, vocabulary, place), *_answer_findings(mapping, vocabulary, place)]


def _column_findings(mapping: SurveyMapping, vocabulary: Vocabulary, place: str) -> Iterator[Finding]:
    for heading, entry in mapping.columns.items():
        named = entry.words_beside or entry.means
        if not (entry.ignore or entry.use_as):
            yield from _name_findings(named, vocabulary, place, f"columns.{heading}")


def _name_findings(named: str, vocabulary: Vocabulary, place: str, column: str) -> Iterator[Finding]:
    question, _, answer = named.partition(".")
    if _is_open(named):
        yield _undecided(place, column)
    elif question not in vocabulary.asked:
        yield _no_question(question, vocabulary, place, column)
    elif answer and answer not in vocabulary.offered(question):
        yield _no_answer(question, answer, vocabulary, place, column)


def _answer_findings(mapping: SurveyMapping, vocabulary: Vocabulary, place: str) -> Iterator[Finding]:
    for question, texts in mapping.answers.items():
        if question not in vocabulary.asked:
            yield _no_question(question, vocabulary, place, f"answers.{question}")
            continue
        for text, entry in texts.items():
            column = f"answers.{question}.{text}"
            if entry.no_answer or entry.means in (TICKED, NOT_TICKED):
                continue
            if _is_open(entry.means):
                yield _undecided(place, column)
            elif entry.means not in vocabulary.offered(question):
                yield _no_answer(question, entry.means, vocabulary, place, column)


def _is_open(text: str) -> bool:
    return not text.strip() or text.strip().casefold().startswith(UNDECIDED)


def _undecided(place: str, column: str) -> Finding:
    found, expected = "an entry that nobody has decided yet", "what the column or text stands for"
    fix = "choose one of the candidates beside it, or write ignore: or no_answer: with the reason"
    return Finding(place, found, expected, column=column, code="E-MAPPING-UNDECIDED", fix=fix)


def _no_question(question: str, vocabulary: Vocabulary, place: str, column: str) -> Finding:
    near = nearest(question, list(vocabulary.asked), 1)
    found, survey = f"no question {quoted(question)}", vocabulary.instrument.questionnaire.survey
    expected = f"a question that the wave asked in {survey}: {listed(list(vocabulary.asked))}"
    fix = f"perhaps {near[0][0]}" if near else ""
    return Finding(place, found, expected, column=column, code="E-MAPPING-QUESTION", fix=fix)


def _no_answer(question: str, answer: str, vocabulary: Vocabulary, place: str, column: str) -> Finding:
    offered = vocabulary.offered(question)
    near = nearest(answer, list(offered), 1)
    found, expected = f"no answer {quoted(answer)} of {question}", f"one of {listed(offered)}"
    fix = f"perhaps {near[0][0]}" if near else ""
    return Finding(place, found, expected, column=column, code="E-MAPPING-ANSWER", fix=fix)


def unused(declared: Mapping[str, Any], used: set[str], place: str, code: str, column: str) -> Iterator[Finding]:
    """Entries of a mapping file that nothing in the export answers to."""
    for name in declared:
        if name not in used:
            found, expected = f"an entry for {quoted(name)}, which the export does not have", UNUSED[code]
            fix = "remove the entry, or spell it as the export does"
            yield Finding(place, found, expected, column=column, code=code, fix=fix)
