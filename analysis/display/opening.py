"""Opening a wave: what a chapter has at hand, its two surveys, its context and its qualitative evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from analysis.display.case_studies import described
from analysis.display.changes import changes
from analysis.display.plain import plain
from analysis.display.records import publish
from analysis.display.since import Since, since
from analysis.inputs.disclosure import thresholds
from analysis.inputs.instruments import instruments
from analysis.inputs.narrative import Narrative, Point, read_narrative
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import Wave, earlier_waves, find_wave
from analysis.numbers.disclosure import Protection
from analysis.numbers.estimates import Estimate, Known, Label
from analysis.numbers.surveys import Series, Survey


@dataclass(frozen=True)
class Study:
    """One wave, opened for a chapter."""

    wave: Wave
    commissioners: Survey
    third_sector: Survey
    narrative: Narrative

    def context(self, *keys: str) -> None:
        """Print passages of context that this wave brings, with the paragraphs they draw on.

        A wave that does not bring a passage prints nothing in its place.
        """
        passages = [self.narrative.passages[key] for key in keys if key in self.narrative.passages]
        texts = [_sourced(passage.text.strip(), passage.where) for passage in passages]
        _publish("context", "\n\n".join(texts))

    def evidence(self, theme: str) -> None:
        """Print the wave's qualitative evidence on a theme, each point with who made it and where."""
        points = [point for point in self.narrative.points if point.theme == theme]
        _publish("evidence", "\n".join(_listed(point) for point in points))

    def case_studies(self, theme: str) -> None:
        """Print what the wave's case studies of localities found on a theme, each with where it comes from."""
        _publish("case studies", described(self.narrative.case_studies, theme))

    @cached_property
    def since(self) -> Since | None:
        """This wave together with the one that it follows; None for a first wave."""
        if not self.wave.follows:
            return None
        before = _opened(find_wave(self.wave.follows).id)
        return since(before.wave, self.wave, before.surveys, self.surveys)

    @property
    def chain(self) -> tuple[Study, ...]:
        """This wave and all that came before it, the first one first."""
        earlier = (_opened(wave.id) for wave in reversed(earlier_waves(self.wave)))
        return (*earlier, self)

    @property
    def surveys(self) -> dict[str, Survey]:
        return {survey.name: survey for survey in (self.commissioners, self.third_sector)}

    def changes(self, *shares: Estimate | Series) -> None:
        """Print how these shares changed since the wave before; a first wave prints nothing."""
        if self.since is not None:
            changes(self.since, [one for share in shares for one in (share if isinstance(share, Series) else [share])])


def open_wave(name: str) -> Study:
    """Open the wave with this id or role and print what it is. Raises InputError if it cannot be used."""
    study = _opened(find_wave(name).id)
    wave = study.wave
    text = f"**{plain(wave.title)}: {wave.status}.** {plain(wave.banner)}"
    _publish("banner", f'<div class="wave-status wave-{wave.status}">\n\n{text}\n\n</div>')
    return study


@lru_cache
def _opened(wave_id: str) -> Study:
    wave = find_wave(wave_id)
    surveys = open_surveys(wave)
    return Study(wave, surveys["commissioners"], surveys["third_sector"], read_narrative(wave))


def open_surveys(wave: Wave) -> dict[str, Survey]:
    """The surveys of a wave, by name: their responses, and for a reconstructed wave what its figures tell.

    Of any other wave what would tell of few respondents is withheld: this is the one place where that is decided.
    """
    known: dict[str, Known] = {}
    reported: dict[str, str] = {}
    if wave.reconstructed:
        from analysis.published.knowledge import known_numbers, reported_claims

        known, reported = known_numbers(), reported_claims()
    label: Label = "simulated" if wave.status == "simulated" else "collected"
    asked = instruments(wave)
    surveys = {
        name: Survey(asked[name].questionnaire, read_responses(wave, name), label, known, reported, asked[name].removed)
        for name in wave.surveys
    }
    if wave.reconstructed:
        return surveys
    return {name: replace(one, protection=Protection(one.responses, thresholds(wave))) for name, one in surveys.items()}


def _sourced(text: str, where: tuple[str, ...]) -> str:
    """A passage with its source at its end; after a list the source is a line of its own, not the last item's."""
    ends_in_list = text.rpartition("\n\n")[2].startswith("- ")
    return f"{text}{chr(10) * 2 if ends_in_list else ' '}{_source(where)}"


def _source(where: tuple[str, ...]) -> str:
    """The places a passage draws on, in words: paragraphs first, boxes and footnotes by their names."""
    paragraphs = [place for place in where if place[0].isdigit()]
    names = [f"footnote {place[2:]}" if place.startswith("fn") else place for place in where if place not in paragraphs]
    if paragraphs:
        names.insert(0, f"{'paragraph' if len(paragraphs) == 1 else 'paragraphs'} {', '.join(paragraphs)}")
    return f'<span class="source">({", ".join(names)})</span>'


def _listed(point: Point) -> str:
    return f"- {point.point.strip()} *{_capital(point.method)}, {point.who}* {_source((point.where,))}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _publish(kind: str, text: str) -> None:
    if text:
        publish(kind, {"text/markdown": text, "text/plain": text})
