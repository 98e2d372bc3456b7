"""What a new wave says of itself: the text of its wave.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import yaml

from analysis.inputs.exports.dates import months
from analysis.inputs.exports.request import Request, default_follows
from analysis.inputs.exports.survey import Prepared
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import PRIVATE, Status, Wave

NOT_STATED = "not stated"


def describe(
    request: Request, surveys: Mapping[str, Prepared], coded: Mapping[str, str], waves: Sequence[Wave]
) -> Wave:
    """The new wave. What is not given is as it was where responses are replaced, else as the exports tell."""
    before = next((wave for wave in waves if wave.id == request.wave), None)
    follows = request.follows if request.follows is not None else "".join(default_follows(request, waves))
    files = {
        survey: {"file": f"{PRIVATE}/{survey}.csv", "responses": _size(one),
                 "sha256": sha256(coded[survey].encode()).hexdigest()}
        for survey, one in surveys.items()
    }  # fmt: skip
    entries = {
        "id": request.wave,
        "title": request.title or (before.title if before else _title(request.wave)),
        "role": before.role if before else "",
        "status": request.status,
        "follows": follows,
        "fieldwork": request.fieldwork or (before.fieldwork if before else "") or _fieldwork(surveys),
        "source": before.source if before else "",
        "about": before.about.strip() if before else _about(surveys),
        "banner": _banner(request.status, surveys),
        "publish": request.status != "simulated" and (before is None or before.publish),
        "surveys": files,
    }
    return Wave.model_validate(entries)


def as_yaml(wave: Wave) -> str:
    """The text of a wave's wave.yml. What a wave has by default is left out."""
    entries = wave.model_dump(exclude_defaults=True)
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110)


def _title(name: str) -> str:
    words = name.replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _fieldwork(surveys: Mapping[str, Prepared]) -> str:
    return months([day for one in surveys.values() for day in one.days]) or NOT_STATED


def _size(one: Prepared) -> int:
    assert one.processed is not None
    return len(one.processed.kept)


def _numbers(surveys: Mapping[str, Prepared]) -> str:
    return " and ".join(f"{_size(one):,} {questionnaires()[survey].respondents}" for survey, one in surveys.items())


def _about(surveys: Mapping[str, Prepared]) -> str:
    return f"A wave of the two surveys: {_numbers(surveys)} answered."


def _banner(status: Status, surveys: Mapping[str, Prepared]) -> str:
    if status == "simulated":
        return (
            "The answers behind this page are simulated: no one gave them, and nothing follows from them about anyone."
        )
    return f"This page is made from the answers of {_numbers(surveys)}. It describes those who answered."
