"""Words of quantity about the surveys that stand in a chapter unchecked: outside the braces of a sentence.

A number, a quantifier, a comparative or a superlative belongs inside braces, where each wave decides whether it
holds. What is none of a survey's results (a name, a definition) is declared in the study's data, with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding
from analysis.publication.chapters import chapter_paths, read_notebook

NUMERALS = (
    r"\d+(?:[.,]\d+)*%?", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand",
    "once", "twice", "single", "double", "zero",
)  # fmt: skip
QUANTIFIERS = (
    "all", "every", "everybody", "everyone", "both", "each", "most", "mostly", "majority", "minority", "many", "much",
    "few", "little", "several", "some", "none", "nobody", "no one", "half", "thirds?", "quarters?", "fifths?",
    "tenths?", "only", "mainly", "largely", "commonly", "generally", "usually", "widely", "widespread", "hardly",
    "scarcely", "virtually", "predominantly", "proportion", "small", "large", "high", "low", "numerous",
)  # fmt: skip
COMPARISONS = (
    "more", "less", "lesser", "least", "fewer", "fewest", "than", "better", "best", "worse", "worst", "equal(?:ly)?",
    "oftener", "same", "alike", "similar(?:ly)?", "differ(?:s|ed|ences?)?", "var(?:y|ies|ied)", "first", "second",
    "exceed(?:s|ed)?", "out(?:weigh|number)(?:s|ed)?", "dominat(?:e|es|ed)",
)  # fmt: skip
ADJECTIVES = (
    "large", "small", "great", "high", "low", "wide", "strong", "weak", "rare", "common", "likely", "big", "long",
    "short", "broad", "easy", "hard", "close", "near", "early", "late", "full", "rich", "poor", "fast", "slow", "new",
    "old", "frequent", "deep", "clear", "fair",
)  # fmt: skip
# Before a number in braces these make a quantity of it that nobody has checked.
APPROACHES = "about|around|nearly|almost|over|under|roughly|approximately|above|below|beyond|up to|just"

# `together` says its topic, and the names of its shares as their labels.
SPEAKING = ("say", "bullets", "headline", "either", "chart", "table", "together", "scorecard", "principle")
# Stand in the text of a sentence for what is inside braces; the second one for braces that say a comparison.
BRACES, COMPARED = "\ue000", "\ue001"


def _degrees(adjective: str) -> str:
    stem = adjective.removesuffix("e") if adjective.endswith("e") else adjective
    stem = f"{stem[:-1]}i" if stem.endswith("y") else f"{stem}g?"
    return f"{stem}(?:er|est)"


WORDS = re.compile(
    rf"(?<![\w-])(?:{'|'.join((*NUMERALS, *QUANTIFIERS, *COMPARISONS, *map(_degrees, ADJECTIVES)))})(?![\w])"
    rf"|\b(?:{APPROACHES})(?=\s{BRACES})",
    re.IGNORECASE,
)


# A claim in braces that compares is said to its end: the "than" after it belongs to it.
COMPARISON = re.compile(rf"\b(?:more|less|fewer|{'|'.join(map(_degrees, ADJECTIVES))})\b", re.IGNORECASE)
REST_OF_COMPARISON = re.compile(rf"{COMPARED}[^.?]*?\bthan\b")


class Name(BaseModel):
    """A phrase that names something, so that its words of quantity assert nothing, wherever it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrase: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class Exemption(Name):
    """A phrase of one cell that is not about results of the surveys, with the reason."""

    chapter: str = Field(min_length=1)
    cell: str = Field(min_length=1)


class Exceptions(BaseModel):
    """All that the study declares not to be a result of its surveys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[Name, ...] = ()
    exceptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True)
class Text:
    """One sentence, title or passage of a chapter; `BRACES` stands for each thing it checks."""

    chapter: str
    cell: str
    words: str


@dataclass(frozen=True)
class Coverage:
    """A chapter's words of quantity: how many are checked, excepted with a reason, or neither."""

    chapter: str
    words: int
    bound: int
    excepted: int
    findings: int


@dataclass(frozen=True)
class Report:
    """What is wrong in all chapters, and how far each is covered."""

    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]


def read_exceptions(path: Path) -> Exceptions:
    """Read what is declared not to be a result. Raises InputError for every entry without its reason."""
    return read_model(Exceptions, read_yaml(path), path)


def lint_chapters(declared: Exceptions | None = None) -> Report:
    """Find every word of quantity that stands in a chapter unchecked, and every exception that is not needed."""
    exceptions = declared or read_exceptions(paths.DATA / "lint.yml")
    used: set[Name] = set()
    findings: list[Finding] = []
    coverage: list[Coverage] = []
    for path in chapter_paths():
        texts = list(chapter_texts(path))
        excepted, found = _sorted_out(texts, exceptions, used)
        bound = sum(text.words.count(BRACES) + text.words.count(COMPARED) for text in texts)
        findings += found
        coverage.append(Coverage(path.stem, bound + excepted + len(found), bound, excepted, len(found)))
    return Report((*findings, *_unused(exceptions, used)), tuple(coverage))


def _sorted_out(texts: Iterable[Text], exceptions: Exceptions, used: set[Name]) -> tuple[int, list[Finding]]:
    """How many words are excepted, and those that are not; notes which exceptions were of use."""
    excepted, findings = 0, []
    for text in texts:
        names = _covered(text.words, exceptions.names)
        here = [one for one in exceptions.exceptions if (one.chapter, one.cell) == (text.chapter, text.cell)]
        local = _covered(text.words, here)
        for word in WORDS.finditer(text.words):
            if _ends_comparison(text.words, word):
                continue
            if owners := {name for name, place in names if _within(word, place)}:
                used |= owners
            elif owners := {name for name, place in local if _within(word, place)}:
                used |= owners
                excepted += 1
            else:
                findings.append(_finding(text, word))
    return excepted, findings


def _covered(words: str, phrases: Iterable[Name]) -> list[tuple[Name, range]]:
    """Where each phrase stands in a text, upper or lower case, as whole words."""
    return [
        (name, range(*match.span()))
        for name in phrases
        for match in re.finditer(rf"(?<!\w){re.escape(name.phrase)}(?!\w)", words, re.IGNORECASE)
    ]


def _ends_comparison(words: str, word: re.Match[str]) -> bool:
    return any(match.end() == word.end() for match in REST_OF_COMPARISON.finditer(words))


def _within(word: re.Match[str], place: range) -> bool:
    return place.start <= word.start() and word.end() <= place.stop


def _finding(text: Text, word: re.Match[str]) -> Finding:
    return Finding(
        place=paths.shown(paths.CHAPTERS / f"{text.chapter}.ipynb"),
        row=text.cell,
        column=word[0],
        found=f"{word[0]!r} outside braces: {_sentence(text.words, word)}",
        expected="a claim or a checked phrase, other words, or an exception with its reason",
    )


def _sentence(words: str, word: re.Match[str]) -> str:
    """The sentence that a word stands in; `...` for what it checks."""
    start = max((stop.end() for stop in re.finditer(r"[.?] ", words) if stop.end() <= word.start()), default=0)
    end = next((stop.end() for stop in re.finditer(r"[.?] ", words) if stop.start() >= word.end()), len(words))
    return re.sub(f"[{BRACES}{COMPARED}]", "{...}", words[start:end].strip())


def _unused(exceptions: Exceptions, used: set[Name]) -> Iterator[Finding]:
    for name in (*exceptions.names, *exceptions.exceptions):
        if name not in used:
            place = f"{name.chapter}, {name.cell}" if isinstance(name, Exemption) else "any chapter"
            found = f"{name.phrase!r}, which covers no word of quantity in {place}"
            yield Finding("data/lint.yml", found, "only exceptions that are needed", column="phrase")


def chapter_texts(path: Path) -> Iterator[Text]:
    """All that a chapter says in its own words: its Markdown, its sentences, boxes and titles."""
    for cell in read_notebook(path).cells:
        found = _markdown(cell.source) if cell.cell_type == "markdown" else _strings(ast.parse(cell.source))
        for words in found:
            yield Text(path.stem, cell.id, " ".join(words.split()))


def _markdown(source: str) -> Iterator[str]:
    """Each paragraph and each item of a list, without the addresses of links and the numbers of a list."""
    source = re.sub(r"(?<=\])\([^)]*\)", "", source)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", source):
        yield re.sub(r"^\s*(?:[-*#]+|\d+\.)\s", "", block)


def _strings(node: ast.AST, speaking: bool | None = None) -> Iterator[str]:
    """The strings that a cell says: those given to a speaking function, and sentences kept under a name.

    `speaking` tells whether a string is given to such a function or to another one; it is None outside calls.
    """
    if isinstance(node, ast.JoinedStr):
        yield "".join(_part(part) for part in node.values)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and (speaking or (speaking is None and " " in node.value)):
            yield node.value
    else:
        if isinstance(node, ast.Call):
            speaking = isinstance(node.func, ast.Name) and node.func.id in SPEAKING
            if speaking:
                yield from (word.arg.replace("_", " ") for word in node.keywords if word.arg)
        for child in ast.iter_child_nodes(node):
            yield from _strings(child, speaking)


def _part(part: Any) -> str:
    """A literal part of a sentence as it stands; braces as their sign, unless they hold a bare literal."""
    inner = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(inner, ast.Constant):
        return str(inner.value)
    spec = part.format_spec
    return COMPARED if spec is not None and COMPARISON.search(ast.unparse(spec)) else BRACES
