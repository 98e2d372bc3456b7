"""The waves of the survey: what each one is, and where its data are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, InputError, refuse
from analysis.inputs.questionnaire import questionnaires

Status = Literal["reconstructed", "collected", "simulated"]


class SurveyFile(BaseModel):
    """The responses of one survey: their file, how many there are, and its checksum once it is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    responses: int = Field(gt=0)
    sha256: str = ""

    @field_validator("file")
    @classmethod
    def _stays_in_its_folder(cls, name: str) -> str:
        if Path(name).name != name:
            raise ValueError("a file name without a folder: responses stand beside wave.yml")
        return name


class Wave(BaseModel):
    """One wave: its id (it begins with a letter, so that no tool reads it as a number), role and status."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    role: str = ""
    status: Status
    about: str
    banner: str
    fieldwork: str
    source: str = ""
    publish: bool = True
    surveys: dict[str, SurveyFile]

    @property
    def folder(self) -> Path:
        return paths.WAVES / self.id

    @property
    def reconstructed(self) -> bool:
        return self.status == "reconstructed"


def read_wave(folder: Path) -> Wave:
    """Read the wave in a folder. Raises InputError with everything that is wrong with its wave.yml."""
    path = folder / "wave.yml"
    wave = read_model(Wave, read_yaml(path), path)
    if wave.id != folder.name:
        found = f"id {wave.id!r}"
        raise InputError([Finding(paths.shown(path), found, f"{folder.name!r}, the name of the folder", column="id")])
    refuse(_survey_findings(wave, path))
    return wave


def _survey_findings(wave: Wave, path: Path) -> list[Finding]:
    known, place = questionnaires(), paths.shown(path)
    unknown = [name for name in wave.surveys if name not in known]
    missing = [name for name in known if name not in wave.surveys]
    return [
        Finding(place, "no such survey", f"one of {', '.join(known)}", column=f"surveys.{name}") for name in unknown
    ] + [Finding(place, "nothing", "the file of this survey's responses", column=f"surveys.{name}") for name in missing]


@lru_cache
def all_waves() -> tuple[Wave, ...]:
    """Every wave of the study, by the name of its folder."""
    return tuple(read_wave(path.parent) for path in sorted(paths.WAVES.glob("*/wave.yml")))


def find_wave(name: str) -> Wave:
    """The wave with this id or role. Raises InputError, saying which there are, if there is none."""
    for wave in all_waves():
        if name and name in (wave.id, wave.role):
            return wave
    known = ", ".join(wave.id for wave in all_waves())
    raise InputError([Finding(paths.shown(paths.WAVES), f"no wave {name!r}", f"one of {known}")])


def reconstructed_wave() -> Wave:
    """The wave whose records are reconstructed from the source report's figures."""
    return next(wave for wave in all_waves() if wave.reconstructed)
