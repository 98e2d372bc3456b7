"""Which waves can be run here: a copy of the project without responses still shows what was made from them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.inputs.findings import refuse
from analysis.inputs.safekeeping import file_findings
from analysis.inputs.waves import Wave, all_waves, find_wave, without_responses


def waves_to_run(names: Sequence[str]) -> tuple[list[Wave], list[Wave]]:
    """The waves of these ids or roles, by default all; and of all of them those that are left as they are.

    A wave is left as it is when its responses, or those of a wave before it, are not at hand. Raises InputError for
    such a wave if it was asked for by name.
    """
    named = [find_wave(name) for name in dict.fromkeys(names)]
    missing = {one.id: one for wave in named for one in without_responses(wave)}
    refuse(finding for wave in missing.values() for survey in wave.surveys for finding in file_findings(wave, survey))
    waves = named or list(all_waves())
    ready = [wave for wave in waves if not without_responses(wave)]
    return ready, [wave for wave in waves if wave not in ready]


def left_line(wave: Wave) -> str:
    """What is said of a wave that is left as it is, and why."""
    missing = ", ".join(one.id for one in without_responses(wave))
    return f"Chapters of {wave.id}: left as they are: responses not at hand ({missing})"
