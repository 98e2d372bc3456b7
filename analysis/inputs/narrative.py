"""What a wave brings besides responses: its context, its qualitative evidence and its facts, from files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, RootModel

from analysis.inputs.addresses import NAME
from analysis.inputs.case_studies import CaseStudy, read_case_studies
from analysis.inputs.documents import read_model, read_table, read_yaml
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.waves import Wave
from analysis.paths import shown

_PLACEHOLDER = re.compile(rf"{{({NAME})}}")
_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Passage(BaseModel):
    """A passage of context that is true of one wave or its time only, with the paragraphs it draws on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: tuple[str, ...]
    text: str


class Point(BaseModel):
    """One qualitative finding, paraphrased: who said it, in which kind of enquiry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    theme: str
    where: str
    method: str
    who: str
    point: str


class _Passages(RootModel[dict[str, Passage]]):
    pass


class _Points(RootModel[tuple[Point, ...]]):
    pass


@dataclass(frozen=True)
class Narrative:
    """The context, the qualitative evidence and the case studies of one wave."""

    passages: dict[str, Passage]
    points: tuple[Point, ...]
    case_studies: tuple[CaseStudy, ...] = ()


def read_narrative(wave: Wave) -> Narrative:
    """Read a wave's context, evidence and case studies; a wave without them has none.

    Raises InputError for keys and ids that stand twice and for placeholders that no fact answers.
    """
    facts = read_facts(wave)
    passages: dict[str, Passage] = {}
    points: dict[str, Point] = {}
    for path in sorted((wave.folder / "context").glob("*.yml")):
        found = read_model(_Passages, read_yaml(path) or {}, path).root
        _refuse_repeats(path, found, passages)
        passages |= {key: _filled(passage, facts, path, key) for key, passage in found.items()}
    for path in sorted((wave.folder / "evidence").glob("*.yml")):
        listed = read_model(_Points, read_yaml(path) or [], path).root
        for point in listed:
            _refuse_repeats(path, {point.id: point}, points)
            points[point.id] = point
    return Narrative(passages, tuple(points.values()), read_case_studies(wave))


def read_facts(wave: Wave) -> dict[str, str]:
    """The wave's figures that are not survey results, by key: to whom questionnaires went, and the like."""
    path = wave.folder / "facts.csv"
    if not path.exists():
        return {}
    rows = read_table(path, ["key", "value", "unit", "label", "where"])
    keys = [row["key"] for row in rows]
    refuse(
        Finding(shown(path), f"{key!r} a second time", "keys that are unique", str(i + 2), "key")
        for i, key in enumerate(keys)
        if key in keys[:i]
    )
    return {row["key"]: row["value"] for row in rows}


def _refuse_repeats(path: Path, found: dict[str, Any], known: dict[str, Any]) -> None:
    refuse(
        Finding(shown(path), f"the key {key!r} a second time", "keys that are unique in a wave", column=key)
        for key in found
        if key in known
    )


def _filled(passage: Passage, facts: dict[str, str], path: Path, key: str) -> Passage:
    names = _PLACEHOLDER.findall(passage.text)
    missing = [name for name in names if name not in facts]
    if missing:
        expected = "a fact of facts.csv"
        raise InputError(Finding(shown(path), f"{{{name}}}", expected, column=key) for name in missing)
    text = _PLACEHOLDER.sub(lambda match: _spelled(facts[match[1]], passage.text[: match.start()]), passage.text)
    return passage.model_copy(update={"text": text})


def _spelled(value: str, before: str) -> str:
    """A fact as running prose writes it: small numbers in words, but in figures at the head of a list item."""
    if not value.isdigit() or before.endswith("- "):
        return value
    if int(value) >= len(_WORDS):
        return f"{int(value):,}"
    word = _WORDS[int(value)]
    return word.capitalize() if not before.strip() or before.rstrip(" \n*").endswith(".") else word
