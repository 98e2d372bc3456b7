"""What an analyst asks for when a wave is added: its id, its files, the wave it follows; held against the study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from analysis import paths
from analysis.inputs.exports.wording import listed, nearest, quoted
from analysis.inputs.findings import Finding, InputError
from analysis.inputs.waves import Status, Wave, all_waves
from analysis.paths import shown

LONGEST = 200
ID = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Request:
    """One call of `add-wave`. `sheets` are names of sheets, or `survey=name`."""

    wave: str
    files: Mapping[str, Path]
    title: str | None = None
    fieldwork: str | None = None
    follows: str | None = None
    status: Status = "collected"
    mappings: Sequence[Path] = ()
    sheets: Sequence[str] = ()
    instrument: Path | None = None
    replace: bool = False

    @property
    def folder(self) -> Path:
        return paths.WAVES / self.wave


def wrong(option: str, code: str, found: str, expected: str, fix: str = "") -> Finding:
    """Something wrong with an argument of the command."""
    return Finding(f"argument {option}", found, expected, code=code, fix=fix)


def known_waves() -> tuple[tuple[Wave, ...], list[Finding]]:
    """The waves of the study; where one of them is broken, the findings about it."""
    try:
        return all_waves(), []
    except InputError as error:
        return (), [replace(one, code="E-WAVES") for one in error.findings]


def request_findings(request: Request, waves: Sequence[Wave]) -> list[Finding]:
    """Everything that is wrong with the arguments themselves."""
    return [
        *_id_findings(request, waves),
        *_text_findings(request),
        *_follows_findings(request, waves),
        *_file_findings(request),
        *_sheet_findings(request),
    ]


def _id_findings(request: Request, waves: Sequence[Wave]) -> Iterator[Finding]:
    name, ids = request.wave, [wave.id for wave in waves]
    if "/" in name or "\\" in name or ".." in name:
        yield wrong("ID", "E-WAVE-PATH", quoted(name), "the name of a wave, not a way to a folder")
    elif not ID.fullmatch(name) or len(name) > LONGEST:
        made = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
        fix = f"perhaps {made if made[:1].isalpha() else f'wave-{made}'}" if made else ""
        yield wrong("ID", "E-WAVE-ID", quoted(name), "small letters, digits and hyphens, beginning with a letter", fix)
    elif name in ids and not request.replace:
        fix = "give the new wave another id, or replace the responses of this one with --replace"
        yield wrong("ID", "E-WAVE-EXISTS", f"the wave {name!r}, which there is", "the id of a new wave", fix)
    elif request.replace and waves and name not in ids:
        near = nearest(name, ids, 1)
        fix = f"perhaps {near[0][0]}" if near else "leave out --replace"
        yield wrong("--replace", "E-WAVE-NONE", f"no wave {quoted(name)}", f"one of {listed(ids)}", fix)
    before = next((wave for wave in waves if wave.id == name), None)
    if before is not None and before.status != "simulated" and request.status == "simulated":
        found, expected = f"simulated responses in place of {before.status} ones", "collected responses"
        yield wrong("--status", "E-STATUS-REPLACED", found, expected, "give the simulated wave an id of its own")


def _text_findings(request: Request) -> Iterator[Finding]:
    texts = (("--title", "E-TITLE", request.title), ("--fieldwork", "E-FIELDWORK", request.fieldwork))
    for option, code, text in texts:
        if text is not None and not text.strip():
            yield wrong(option, code, "nothing", "a short text, or the option left out")
        elif text is not None and (len(text) > LONGEST or not text.isprintable()):
            yield wrong(option, code, quoted(text), f"one line of at most {LONGEST} characters")


def _follows_findings(request: Request, waves: Sequence[Wave]) -> Iterator[Finding]:
    name, by_id = request.follows, {wave.id: wave for wave in waves}
    if name is None:
        ends = default_follows(request, waves)
        if len(ends) > 1:
            found, fix = f"several waves that it could follow: {', '.join(ends)}", "say which with --follows"
            yield wrong("--follows", "E-FOLLOWS-AMBIGUOUS", found, "one latest wave", fix)
    elif name == request.wave:
        yield wrong("--follows", "E-FOLLOWS-SELF", "the wave itself", "the wave before it")
    elif name and waves and name not in by_id:
        near = nearest(name, list(by_id), 1)
        fix = f"perhaps {near[0][0]}" if near else ""
        yield wrong("--follows", "E-FOLLOWS-UNKNOWN", f"no wave {quoted(name)}", f"one of {listed(by_id)}", fix)
    elif name and name in by_id and request.wave in _before(name, by_id):
        found = f"{name}, which itself comes after {request.wave}"
        yield wrong("--follows", "E-FOLLOWS-CIRCLE", found, "a wave that came before")
    elif name and name in by_id and by_id[name].status == "simulated" != request.status:
        found, expected = f"{name}, which is simulated", "a wave of people's answers"
        yield wrong("--follows", "E-FOLLOWS-SIMULATED", found, expected)


def _before(name: str, waves: Mapping[str, Wave]) -> list[str]:
    found: list[str] = []
    while name in waves and waves[name].follows and name not in found:
        found.append(name)
        name = waves[name].follows
    return [*found, name]


def default_follows(request: Request, waves: Sequence[Wave]) -> list[str]:
    """The waves that nothing follows yet: what a new wave follows, if nobody says. For a replaced wave, what it did."""
    before = next((wave for wave in waves if wave.id == request.wave), None)
    if before is not None:
        return [before.follows] if before.follows else []
    eligible = [wave for wave in waves if wave.status != "simulated" and wave.publish]
    followed = {wave.follows for wave in eligible}
    return [wave.id for wave in eligible if wave.id not in followed]


def _file_findings(request: Request) -> Iterator[Finding]:
    files = {survey: path for survey, path in request.files.items() if _is_file(path)}
    # One workbook may hold both surveys, each on a sheet of its own.
    same = [path for path in files.values() if path.suffix.lower() != ".xlsx"]
    if len(same) > 1 and (len(set(map(_checksum, same))) < len(same)):
        found = f"the same content in {' and '.join(shown(path) for path in same)}"
        yield wrong(f"--{_option(list(files)[-1])}", "E-FILES-SAME", found, "an export for each survey")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _checksum(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return str(path)


def _option(survey: str) -> str:
    return survey.replace("_", "-")


def _sheet_findings(request: Request) -> Iterator[Finding]:
    chosen = [sheet_of(text, request.files) for text in request.sheets]
    for survey in dict.fromkeys(survey for survey, _ in chosen):
        if [one for one, _ in chosen].count(survey) > 1:
            expected = "one sheet a survey: --sheet SURVEY=NAME"
            yield wrong("--sheet", "E-SHEET-TWICE", f"several sheets for {survey or 'both surveys'}", expected)
    for _, name in chosen:
        if not name.strip():
            yield wrong("--sheet", "E-SHEET-NAME", "nothing", "the name of a sheet")


def sheet_of(text: str, files: Mapping[str, Path]) -> tuple[str, str]:
    """The survey that a choice of sheet is for, empty for all, and the name of the sheet."""
    survey, equals, name = text.partition("=")
    survey = survey.replace("-", "_")
    return (survey, name) if equals and survey in files else ("", text)
