"""The source report: which of the study's waves it describes."""

from __future__ import annotations

from analysis import paths
from analysis.inputs.documents import read_yaml
from analysis.inputs.waves import Wave, find_wave

ROLE = "baseline"


def source_wave() -> Wave:
    """The wave that the source report describes, whatever is known of its responses.

    Raises InputError if source.yml names no wave of the study.
    """
    return find_wave(described())


def described() -> str:
    """The id of the wave that the source report describes. Raises InputError if there is no source.yml.

    The data of editions from before it was named there have a wave with a role of its own instead.
    """
    return str(read_yaml(paths.PUBLISHED / "source.yml").get("wave", ROLE))
