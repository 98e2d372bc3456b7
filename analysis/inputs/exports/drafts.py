"""Drafts for the analyst: of the mapping file of an export, and of what the wave did not ask.

A draft asks; it decides nothing about answers. Every entry that is open says so in a word that the reader of mapping
files refuses, with the candidates beside it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.inputs.exports.answers import MOST_TEXTS, unread_texts
from analysis.inputs.exports.cells import Reader
from analysis.inputs.exports.columns import Match, candidates, match_columns
from analysis.inputs.exports.mapping import NOT_TICKED, TICKED, UNDECIDED, ColumnEntry, SurveyMapping
from analysis.inputs.exports.survey import Prepared
from analysis.inputs.exports.table import Column
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.exports.wording import listed, nearest, quoted

# A column is guessed where one question is this much like it, and no other nearly as much.
SURE, AHEAD = 0.85, 0.1
_NUMBER = re.compile(r"[\W_]*(?:SQ|a|o)?\d+\W*$", re.IGNORECASE)
# A text that fewer respondents gave may be somebody's own words, and is not shown.
SHOWN_FROM = 3
_ABOUT = """\
# A draft: what {file} does not write in the questionnaire's own words.
# Replace every "{undecided}". A column is a question (role), one answer of a multiple response question
# (early_involvement_ways.lsp), {{words_beside: question.answer}} for what respondents wrote themselves,
# {{use_as: respondent}} for one of the tool's own, or {{ignore: the reason}}. A text is an answer's id, or
# {{no_answer: the reason}}; in a column that stands for one answer it is "{ticked}" or "{not_ticked}".
"""


@dataclass(frozen=True)
class Draft:
    """What one export leaves open: the text of a mapping file, if one is needed, and the questions it does not have."""

    text: str
    open_entries: int
    missing: tuple[str, ...]


def draft_mapping(prepared: Prepared) -> Draft:
    """Draft the mapping file of one export, beginning with what a mapping file already says."""
    export, vocabulary = prepared.export, prepared.vocabulary
    assert export is not None
    given = prepared.source.mapping or SurveyMapping(survey=prepared.source.survey)
    matches = match_columns(export, vocabulary, given)
    unknown = [match.column for match in matches if match.kind == "unknown"]
    guessed = _guesses(unknown, matches, vocabulary)
    columns = {**given.columns, **{name: ColumnEntry.model_validate(question) for name, question in guessed.items()}}
    tentative = match_columns(export, vocabulary, given.model_copy(update={"columns": columns}))
    named = {match.question for match in tentative}
    missing = tuple(question for question in vocabulary.asked if question not in named)
    texts = [line for question in vocabulary.asked for line in _answers(question, tentative, vocabulary, given)]
    if not (unknown or texts):
        return Draft("", 0, missing)
    kept = [f"  {_yaml(name)}: {_entry(entry)}" for name, entry in given.columns.items()]
    kept += [_column(column, guessed.get(column.heading, ""), vocabulary) for column in unknown]
    about = _ABOUT.format(file=prepared.source.path.name, undecided=UNDECIDED, ticked=TICKED, not_ticked=NOT_TICKED)
    parts = [f"{about}survey: {prepared.source.survey}"]
    parts += ["columns:", *kept] if kept else []
    parts += ["answers:", *texts] if texts else []
    parts += [f"test_records: {json.dumps(list(given.test_records), ensure_ascii=False)}"] if given.test_records else []
    text = "\n".join(parts) + "\n"
    return Draft(text, text.count(f": {UNDECIDED}"), missing)


def _guesses(unknown: Sequence[Column], matches: Sequence[Match], vocabulary: Vocabulary) -> dict[str, str]:
    """Columns that are so much like one question, and like no other, that it is written down to be checked."""
    taken = {match.question for match in matches}
    guessed = _options(unknown, vocabulary, taken)
    for column in unknown:
        if column.heading in guessed:
            continue
        ranked = candidates(column, vocabulary)
        (question, alike), others = ranked[0], ranked[1:]
        ahead = not others or alike - others[0][1] >= AHEAD
        if alike >= SURE and ahead and question not in taken:
            guessed[column.heading] = question
            taken.add(question)
    return guessed


def _options(unknown: Sequence[Column], vocabulary: Vocabulary, taken: set[str]) -> dict[str, str]:
    """Columns numbered alike (Q5_1, Q5_2) whose labels are answers of one question, and of no other, together."""
    groups: dict[str, list[Column]] = {}
    for column in unknown:
        groups.setdefault(_NUMBER.sub("", column.name), []).append(column)
    guessed: dict[str, str] = {}
    for columns in groups.values():
        found = {}
        for question in vocabulary.asked.values():
            answers = [vocabulary.answer(question.id, column.label or column.option) for column in columns]
            if question.id not in taken and question.kind == "multiple" and all(answers) and len(columns) > 1:
                found[question.id] = answers
        if len(found) == 1:
            ((question_id, given),) = found.items()
            guessed |= {column.heading: f"{question_id}.{one}" for column, one in zip(columns, given, strict=True)}
            taken.add(question_id)
    return guessed


def _column(column: Column, guess: str, vocabulary: Vocabulary) -> str:
    near = [f"{name} ({alike:.2f})" for name, alike in candidates(column, vocabulary) if alike >= 0.4]
    told = [f"column {column.letter}"]
    told += [quoted(column.label)] if column.label else []
    told += ["a near match, to be checked"] if guess else [f"perhaps {listed(near)}"] if near else []
    seen = [f"{quoted(text, 30)} ({n})" for text, n in Counter(column.cells).most_common(6) if text and n >= SHOWN_FROM]
    told += [f"says {listed(seen)}"] if seen else []
    return f"  {_yaml(column.heading)}: {guess or UNDECIDED}  # {'; '.join(told)}"


def _answers(question: str, matches: Sequence[Match], vocabulary: Vocabulary, given: SurveyMapping) -> Iterator[str]:
    """The entries for the texts of one question: those given, then those that are open."""
    declared = given.answers.get(question, {})
    lines = [f"    {_yaml(text)}: {_entry(entry)}" for text, entry in declared.items()]
    for match in matches:
        if match.question == question and match.kind in ("question", "answer"):
            said = Reader(match, vocabulary, declared, set()).read()
            unread = unread_texts(match.column, said)
            counts = Counter(match.column.cells)
            if len(unread) > MOST_TEXTS:
                lines.append(
                    f"    # {len(unread)} different texts in column {match.column.letter}: is it this question?"
                )
            else:
                lines += [_text(text, counts[text], match, vocabulary) for text in unread]
    if lines:
        offered = listed(vocabulary.offered(question), most=20)
        yield f"  {question}:  # {offered}"
        yield from dict.fromkeys(lines)


def _text(text: str, count: int, match: Match, vocabulary: Vocabulary) -> str:
    question = vocabulary.asked[match.question]
    labels = {question.label(name): name for name in vocabulary.offered(match.question)}
    label = match.column.texts.get(text, "")
    near = [f"{labels[one]} ({alike:.2f})" for one, alike in nearest(label or text, list(labels))]
    told = [f"{count} times"] + ([quoted(label)] if label else [])
    if match.kind == "answer":
        told.append(f'"{TICKED}" or "{NOT_TICKED}": {match.answer}')
    else:
        told += [f"perhaps {listed(near)}"] if near else []
    return f"    {_yaml(text)}: {UNDECIDED}  # {'; '.join(told)}"


def _entry(entry: object) -> str:
    """An entry of a mapping file as it would be written there."""
    filled = {name: value for name, value in vars(entry).items() if value}
    if set(filled) <= {"means"}:
        return _yaml(filled.get("means", UNDECIDED))
    return json.dumps(filled, ensure_ascii=False)


def _yaml(text: str) -> str:
    """A text that YAML reads as itself, whatever it looks like."""
    return json.dumps(text, ensure_ascii=False)


def draft_instrument(missing: Mapping[str, Sequence[str]], vocabularies: Mapping[str, Vocabulary]) -> str:
    """Draft what a wave did not ask: by survey the questions for which there is no column. Empty if there are none."""
    lines = []
    for survey, questions in missing.items():
        if questions:
            asked = vocabularies[survey].asked
            lines += [f"{survey}:", "  dropped:"]
            lines += [f"    {name}: {{why: {UNDECIDED}}}  # {quoted(asked[name].wording, 90)}" for name in questions]
    if not lines:
        return ""
    about = (
        "# A draft: questions for which the exports have no column. Say why each was not asked, and remove those that\n"
        "# were asked and that a mapping file names. Give the file with --instrument.\n"
    )
    return about + "\n".join(lines) + "\n"
