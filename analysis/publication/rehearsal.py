"""What the chapters would say of other data: their sentences and claims, without a notebook and without a page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import analysis.display
from analysis.display.opening import open_surveys
from analysis.display.say import Either
from analysis.display.scorecard import Principle, apart
from analysis.display.sentences import Sentence, number
from analysis.inputs.waves import Wave
from analysis.numbers import intervals
from analysis.numbers.alternatives import Method
from analysis.numbers.estimates import Estimate
from analysis.numbers.surveys import Survey
from analysis.publication.chapters import FOLLOWING, PARAMETERS, chapter_paths, read_notebook, tags

# What is printed in these boxes is compared with every run of a chapter, number by number.
HEADLINE = "nbval-check-output"
SAYING = ("say", "bullets", "headline", "chart", "table", "topline", "scorecard")
Vary = Callable[[Estimate], Estimate]


@dataclass(frozen=True)
class Varied(Survey):
    """A survey whose estimates are changed before anything is said of them."""

    vary: Vary = field(kw_only=True, repr=False)

    def estimate(self, address: Any) -> Estimate:
        return self.vary(super().estimate(address))


@dataclass(frozen=True)
class Said:
    """What a sentence of a chapter rests on: the state of each claim, and each number as it is printed."""

    chapter: str
    claims: Mapping[str, str]
    numbers: Mapping[str, str]
    estimates: tuple[Estimate, ...] = field(repr=False)
    headline: bool = False


@dataclass(frozen=True)
class Listener:
    """A wave that is opened to hear what a chapter says of it; it prints neither context nor evidence."""

    wave: Wave
    commissioners: Survey
    third_sector: Survey

    def context(self, *keys: str) -> None: ...

    def evidence(self, theme: str) -> None: ...

    def case_studies(self, theme: str) -> None: ...


def rehearse(wave: Wave, vary: Vary | None = None) -> list[Said]:
    """All that the chapters say of a wave by itself, in the order of the book: titles, paragraphs, boxes.

    What they say of change since the wave before is not heard: it is made by rules, of the same numbers.
    """
    surveys = open_surveys(wave)
    if vary is not None:
        surveys = {name: Varied(**vars(survey), vary=vary) for name, survey in surveys.items()}
    listener = Listener(wave, surveys["commissioners"], surveys["third_sector"])
    return [said for path in chapter_paths() for said in _chapter(path, listener)]


def _chapter(path: Path, listener: Listener) -> Iterator[Said]:
    heard: list[Sentence] = []
    namespace: dict[str, Any] = {}
    cells = read_notebook(path).cells
    if any({PARAMETERS, FOLLOWING} <= set(tags(cell)) for cell in cells):
        return
    with _listening(heard, listener):
        for cell in cells:
            if cell.cell_type == "code" and FOLLOWING not in tags(cell):
                exec(compile(cell.source, f"{path.stem} {cell.id}", "exec"), namespace)
                yield from (_said(path, sentence, HEADLINE in tags(cell)) for sentence in heard)
                heard.clear()


def _said(path: Path, sentence: Sentence, headline: bool) -> Said:
    shown = {str(e.address): number(e) for e in sentence.estimates}
    states = {claim.name: claim.state for claim in sentence.claims}
    return Said(path.stem, states, shown, tuple(sentence.estimates), headline)


@contextmanager
def _listening(heard: list[Sentence], listener: Listener) -> Iterator[None]:
    """Give chapters a vocabulary that only listens, for as long as one of them is heard."""

    def hear(*said: object, title: str | Either = "", note: str = "", **more: str) -> None:
        parts = [part for one in said for part in (one.statements if isinstance(one, Principle) else (one,))]
        spoken = [one for one in (title, *parts) if one and isinstance(one, str | Either)]
        heard.extend(one.chosen if isinstance(one, Either) else Sentence(one) for one in spoken)
        heard.extend(apart(one) for one in said if isinstance(one, Principle))

    names = [name for name in SAYING if hasattr(analysis.display, name)]
    stand_ins: dict[str, object] = {**dict.fromkeys(names, hear), "open_wave": lambda wave: listener}
    before = {name: getattr(analysis.display, name) for name in stand_ins}
    try:
        for name, stand_in in stand_ins.items():
            setattr(analysis.display, name, stand_in)
        yield
    finally:
        for name, original in before.items():
            setattr(analysis.display, name, original)


@contextmanager
def another_interval(method: Method) -> Iterator[None]:
    """Let every interval of the study be made by another method: shares, and with them their differences."""
    ours = intervals.wilson
    users = [m for name, m in sys.modules.items() if name.startswith("analysis.") and vars(m).get("wilson") is ours]
    try:
        for module in users:
            vars(module)["wilson"] = method
        yield
    finally:
        for module in users:
            vars(module)["wilson"] = ours
