"""The declared rules of response processing, and how survey tools write what the rules look for."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.exports.wording import key, word

Role = Literal["respondent", "started", "ended", "submitted", "finished", "origin", "consent", "contact", "other"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One rule: what it does, to records or to cells, and why. `limit` and `minimum` are percentages."""

    id: str
    does: str
    unit: Literal["records", "cells"]
    effect: Literal["left out", "blanked", "kept"]
    why: str
    limit: float = Field(default=100, ge=0, le=100)
    minimum: float = Field(default=0, ge=0, le=100)


class Sizes(_Strict):
    """What is too large to be the export of a survey."""

    bytes: int
    unpacked_bytes: int
    rows: int
    columns: int
    mapping_bytes: int


class Words(_Strict):
    """The words of survey tools, by what they mean."""

    missing: frozenset[str]
    ticked: frozenset[str]
    not_ticked: frozenset[str]
    other: frozenset[str]
    dont_know: frozenset[str]
    instructions: frozenset[str]
    text_columns: frozenset[str]
    response_columns: frozenset[str]
    test: frozenset[str]
    ordinary: frozenset[str]
    finished: frozenset[str]
    unfinished: frozenset[str]
    consent: frozenset[str]
    no_consent: frozenset[str]


class Rules(_Strict):
    """All of data/processing.yml."""

    rules: tuple[Rule, ...]
    sizes: Sizes
    fewest_responses: int
    words: Words
    tool_columns: dict[Role, frozenset[str]]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def roles(self, heading: str) -> tuple[Role, ...]:
        """What a tool's column of this name may be used for."""
        name = key(heading)
        return tuple(role for role, names in self.tool_columns.items() if name in names)


def counted(number: int, unit: str) -> str:
    """So many records or cells, in words: "1 record", "2 records"."""
    return f"{number:,} {unit.removesuffix('s') if number == 1 else unit}"


def read_rules(path: Path) -> Rules:
    """Read the rules. Raises InputError with everything that is wrong with the file."""
    document = read_yaml(path)
    for part in ("words", "tool_columns"):
        if isinstance(document, dict) and isinstance(document.get(part), dict):
            document[part] = {name: _keys(texts) for name, texts in document[part].items()}
    return read_model(Rules, document, path)


def _keys(texts: object) -> object:
    return [word(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else texts


@lru_cache
def rules() -> Rules:
    """The rules of the study."""
    return read_rules(paths.DATA / "processing.yml")
