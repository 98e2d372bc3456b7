"""Case studies of localities that a wave brings: what was studied and how, and each point with where it comes from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse
from analysis.inputs.waves import Wave
from analysis.paths import shown

FOLDER = "case_studies"
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CasePoint(_Strict):
    """What a case study found on one theme: by which method, from whom, and in which place or document."""

    theme: Text
    point: Text
    method: Text
    who: Text
    where: Text


class CaseStudy(_Strict):
    """One locality that was studied beside the surveys.

    `locality` may be anonymised ("a county in the north"); `date` says in words when it was studied; `attribution`
    who agreed to what being told, and who described it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    locality: Text
    date: Text
    studied: Text
    methods: tuple[Text, ...]
    points: tuple[CasePoint, ...]
    attribution: Text

    @field_validator("methods", "points", mode="before")
    @classmethod
    def _holds_something(cls, value: object) -> object:
        if value == []:
            raise ValueError("at least one")
        return value

    def on(self, theme: str) -> tuple[CasePoint, ...]:
        """Its points on a theme."""
        return tuple(point for point in self.points if point.theme == theme)


def read_case_studies(wave: Wave) -> tuple[CaseStudy, ...]:
    """The case studies of a wave, in the order of their files; a wave without them has none.

    Raises InputError with what is wrong with the first file that cannot be used, and for an id that stands twice.
    """
    found = [
        (path, read_model(CaseStudy, read_yaml(path), path)) for path in sorted((wave.folder / FOLDER).glob("*.yml"))
    ]
    ids = [study.id for _, study in found]
    refuse(
        Finding(shown(path), f"the case study {study.id!r} a second time", "ids that are unique in a wave", column="id")
        for place, (path, study) in enumerate(found)
        if study.id in ids[:place]
    )
    return tuple(study for _, study in found)
