"""Below which numbers of respondents nothing is told of them: the thresholds of the study and of a wave.

Which groups are taken together where they are too small is part of the questionnaire (`composition.wider`): it is
fixed before anybody looks at answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from analysis import paths
from analysis.inputs.documents import read_model, read_yaml
from analysis.inputs.findings import Finding, refuse

if TYPE_CHECKING:
    from analysis.inputs.waves import Wave

FILE = "disclosure.yml"
# Words for small bases are made for this number; a study or a wave can be stricter.
FEWEST = 10


class Thresholds(BaseModel):
    """`fewest` respondents of whom anything is told; of fewer than the others never how far they all agree.

    Of fewer respondents than `alike_below` it is told nowhere that all of them, or all but one, gave an answer; of
    fewer than `none_below`, that none of them gave an answer that others gave.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fewest: int = Field(default=FEWEST, ge=FEWEST)
    alike_below: int = Field(default=30, ge=FEWEST)
    none_below: int = Field(default=20, ge=FEWEST)


def study_thresholds() -> Thresholds:
    """The thresholds of the study. Raises InputError with everything that is wrong with them."""
    path = paths.DATA / FILE
    return read_model(Thresholds, read_yaml(path), path) if path.exists() else Thresholds()


def thresholds(wave: Wave) -> Thresholds:
    """The thresholds of a wave: the study's, or stricter ones of its own. Raises InputError for laxer ones."""
    study, own = study_thresholds(), wave.disclosure
    if own is None:
        return study
    place, given = paths.shown(wave.folder / "wave.yml"), own.model_fields_set
    refuse(
        Finding(place, str(getattr(own, name)), f"{least} or more, as in {FILE}", column=f"disclosure.{name}")
        for name, least in study
        if name in given and getattr(own, name) < least
    )
    return study.model_copy(update={name: getattr(own, name) for name in given})
