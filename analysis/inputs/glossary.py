"""The glossary: words that a reader may not know, as they stand in sentences, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse


class Term(BaseModel):
    """A term, its abbreviation, the forms in which it stands in a sentence, and its explanation in plain words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str = Field(min_length=1)
    short: str = ""
    forms: tuple[str, ...]
    text: str = Field(min_length=1)

    @property
    def name(self) -> str:
        """What the term is called in links."""
        return re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")

    @property
    def title(self) -> str:
        return f"{self.term} ({self.short})" if self.short else self.term


class _Terms(RootModel[tuple[Term, ...]]):
    pass


def read_glossary(path: Path) -> tuple[Term, ...]:
    """Read a glossary, in the order of its terms.

    Raises InputError with every term and every form that stands in it twice, and every key that is none.
    """
    terms = read_model(_Terms, read_yaml(path) or [], path).root
    refuse([*_repeated(path, "term", [term.name for term in terms]),
            *_repeated(path, "forms", [form for term in terms for form in term.forms])])  # fmt: skip
    return tuple(sorted(terms, key=lambda term: term.term.lower()))


def _repeated(path: Path, key: str, values: list[str]) -> Iterator[Finding]:
    for place, value in enumerate(values):
        if value in values[:place]:
            yield Finding(paths.shown(path), f"{value!r} a second time", "an entry of its own", column=key)


@lru_cache
def glossary() -> tuple[Term, ...]:
    """The study's glossary, by the alphabet. Empty where the study has none."""
    path = paths.DATA / "glossary.yml"
    return read_glossary(path) if path.exists() else ()
