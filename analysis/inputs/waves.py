"""The waves of the survey: what each one is, which it follows, and where its data are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis import paths
from analysis.inputs.disclosure import Thresholds
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.questionnaire import questionnaires

Status = Literal["reconstructed", "collected", "simulated"]
# Responses that people gave lie in this folder of their wave, which is kept out of the project's history.
PRIVATE = "responses"
WAVE_ID = r"[a-z][a-z0-9-]*"


class SurveyFile(BaseModel):
    """The responses of one survey: their file, how many there are, and its checksum once it is known.

    `engine`: whether a Parquet file's columns are counted in memory or, where they would not fit, in the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    responses: int = Field(gt=0)
    sha256: str = ""
    engine: Literal["memory", "duckdb"] = "memory"

    @field_validator("file")
    @classmethod
    def _stays_in_its_folder(cls, name: str) -> str:
        own = Path(name).name
        if own in ("", ".", "..") or name not in (own, f"{PRIVATE}/{own}"):
            raise ValueError(f"a file name without a folder, or with {PRIVATE}/ before it: responses stand by wave.yml")
        return name


class Wave(BaseModel):
    """One wave: its id (it begins with a letter, so that no tool reads it as a number), role and status.

    `follows` is the wave that it is compared with, the one before it; the first wave follows none. `disclosure`:
    thresholds of its own, where they are stricter than the study's (see `disclosure`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=f"^{WAVE_ID}$")
    title: str
    role: str = ""
    status: Status
    follows: str = ""
    about: str
    banner: str
    fieldwork: str
    source: str = ""
    publish: bool = True
    disclosure: Thresholds | None = None
    surveys: dict[str, SurveyFile]

    @property
    def folder(self) -> Path:
        return paths.WAVES / self.id

    @property
    def reconstructed(self) -> bool:
        return self.status == "reconstructed"

    def responses_path(self, survey: str) -> Path:
        """Where the responses to one survey are kept."""
        return self.folder / self.surveys[survey].file

    def responses_files(self, survey: str) -> list[Path]:
        """The files at that place: none where the responses are not at hand, several where its name has a `*`."""
        path = self.responses_path(survey)
        return sorted(path.parent.glob(path.name))

    @property
    def has_responses(self) -> bool:
        """Whether the responses are at hand: those of a collected wave are in no copy of the project."""
        return all(self.responses_files(survey) for survey in self.surveys)


def read_wave(folder: Path) -> Wave:
    """Read the wave in a folder. Raises InputError with everything that is wrong with its wave.yml."""
    path = folder / "wave.yml"
    wave = read_model(Wave, read_yaml(path), path)
    if wave.id != folder.name:
        found = f"id {wave.id!r}"
        raise InputError([Finding(paths.shown(path), found, f"{folder.name!r}, the name of the folder", column="id")])
    refuse([*_survey_findings(wave, path), *_private_findings(wave, path)])
    return wave


def _survey_findings(wave: Wave, path: Path) -> list[Finding]:
    known, place = questionnaires(), paths.shown(path)
    unknown = [name for name in wave.surveys if name not in known]
    missing = [name for name in known if name not in wave.surveys]
    return [
        Finding(place, "no such survey", f"one of {', '.join(known)}", column=f"surveys.{name}") for name in unknown
    ] + [Finding(place, "nothing", "the file of this survey's responses", column=f"surveys.{name}") for name in missing]


def _private_findings(wave: Wave, path: Path) -> list[Finding]:
    expected = f"a file in {PRIVATE}/: responses that people gave are kept out of the project's history"
    return [
        Finding(paths.shown(path), repr(entry.file), expected, column=f"surveys.{name}.file")
        for name, entry in wave.surveys.items()
        if wave.status == "collected" and not entry.file.startswith(f"{PRIVATE}/")
    ]


@lru_cache
def all_waves() -> tuple[Wave, ...]:
    """Every wave of the study, each after the one it follows. Raises InputError if they cannot be put in order."""
    return in_order([_wave_in(path.parent) for path in sorted(paths.WAVES.glob("*/wave.yml"))])


def in_order(waves: Iterable[Wave]) -> tuple[Wave, ...]:
    """Waves in the order in which they follow each other, then by id.

    Raises InputError for a wave that follows one that does not exist, or itself, or one that follows it, and for
    two waves with one role.
    """
    left = {wave.id: wave for wave in waves}
    refuse([*_unknown_predecessors(left), *_repeated_roles(left)])
    ordered: list[Wave] = []
    while left:
        ready = [wave for wave in left.values() if wave.follows not in left]
        if not ready:
            circle = ", ".join(left)
            raise InputError([Finding(paths.shown(paths.WAVES), f"{circle}: each follows another", "a first wave")])
        ordered += ready
        left = {name: wave for name, wave in left.items() if wave not in ready}
    return tuple(ordered)


def _unknown_predecessors(waves: dict[str, Wave]) -> list[Finding]:
    known = f"one of {', '.join(waves)}"
    return [
        Finding(paths.shown(wave.folder / "wave.yml"), repr(wave.follows), known, column="follows")
        for wave in waves.values()
        if wave.follows and wave.follows not in waves
    ]


def _repeated_roles(waves: dict[str, Wave]) -> list[Finding]:
    first: dict[str, str] = {}
    found = []
    for wave in waves.values():
        if wave.role and first.setdefault(wave.role, wave.id) != wave.id:
            expected = f"another role than that of {first[wave.role]}"
            found.append(Finding(paths.shown(wave.folder / "wave.yml"), repr(wave.role), expected, column="role"))
    return found


@lru_cache
def _as_it_stands(folder: Path, described: bytes) -> Wave:
    """The wave in a folder, read once for each content of its wave.yml."""
    return read_wave(folder)


def _wave_in(folder: Path) -> Wave:
    return _as_it_stands(folder, (folder / "wave.yml").read_bytes())


def find_wave(name: str) -> Wave:
    """The wave with this id or role. Raises InputError, saying which there are, if there is none.

    By its id it is read alone: what is made of it, and of those it names, does not follow from any other wave.
    """
    if re.fullmatch(WAVE_ID, name) and (paths.WAVES / name / "wave.yml").exists():
        return _wave_in(paths.WAVES / name)
    for wave in all_waves():
        if name and name == wave.role:
            return wave
    known = ", ".join(wave.id for wave in all_waves())
    raise InputError([Finding(paths.shown(paths.WAVES), f"no wave {name!r}", f"one of {known}")])


def published() -> tuple[Wave, ...]:
    """The waves that the book shows: never a simulated one, but in a rehearsal, which is built apart, every wave."""
    shows_all = os.environ.get("ANALYSIS_SHOW_ALL") == "1" and paths.PROJECT != paths.ROOT
    return tuple(wave for wave in all_waves() if shows_all or (wave.publish and wave.status != "simulated"))


def earlier_waves(wave: Wave) -> tuple[Wave, ...]:
    """The waves before this one, the one it follows first. Empty for a first wave.

    Raises InputError for a wave that does not exist, and for waves that follow each other in a circle.
    """
    found: list[Wave] = []
    while wave.follows:
        wave = find_wave(wave.follows)
        if wave in found:
            in_order(found)
        found.append(wave)
    return tuple(found)


def without_responses(wave: Wave) -> tuple[Wave, ...]:
    """Of a wave and those before it, which its chapters may compare it with: those whose responses are not at hand."""
    return tuple(one for one in (wave, *earlier_waves(wave)) if not one.has_responses)


def reconstructed_wave() -> Wave:
    """The wave whose records are reconstructed from the source report's figures. Raises InputError if none is."""
    for wave in all_waves():
        if wave.reconstructed:
            return wave
    raise InputError([Finding(paths.shown(paths.WAVES), "no reconstructed wave", "a wave of status reconstructed")])
