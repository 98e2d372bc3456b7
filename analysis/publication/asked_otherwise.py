"""What two waves did not ask alike, told beside the numbers and claims that rest on it, with the declared reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.inputs.instruments import Instrument, instruments
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave

WORDS = {"same": "", "dropped": "not asked"}


@dataclass(frozen=True)
class AskedOtherwise:
    """Waves, each with its surveys as it asked them, and the form of an address in the name of a claim."""

    waves: tuple[tuple[Wave, Mapping[str, Instrument]], ...]
    address: re.Pattern[str]

    @classmethod
    def of(cls, *waves: Wave) -> AskedOtherwise:
        surveys = "|".join(map(re.escape, questionnaires()))
        form = re.compile(rf"\b({surveys})\.(\w+)(?:\.[\w+*]+)?(?:@(\w+))?")
        return cls(tuple((wave, instruments(wave)) for wave in waves), form)

    def notes(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of the questions in these claims and addresses: which a wave did not ask, or asked otherwise, and why."""
        found = (match.groups() for name in names for match in self.address.finditer(name))
        questions = dict.fromkeys((survey, one) for survey, *both in found for one in both if one)
        told = (self._note(wave, asked[survey], one) for survey, one in questions for wave, asked in self.waves)
        return tuple(dict.fromkeys(filter(None, told)))

    def _note(self, wave: Wave, asked: Instrument, question: str) -> str:
        kind = asked.comparability(question)
        words = WORDS.get(kind, kind)
        return f"{question}: {words} in {wave.title} ({asked.why(question).rstrip('.')})" if words else ""
