"""A made-up survey of gardeners: small enough to count on paper what a test expects."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from analysis import paths
from analysis.claims.claims import Claim
from analysis.display import opening
from analysis.inputs import waves
from analysis.inputs.addresses import Address
from analysis.inputs.findings import InputError
from analysis.inputs.questionnaire import Questionnaire, questionnaires
from analysis.inputs.responses import Responses
from analysis.numbers.estimates import Estimate, Known, Label, Printed
from analysis.numbers.surveys import Series, Survey

# What the questionnaire says


def answers(*names: str) -> list[dict[str, Any]]:
    return [{"id": name, "label": name.replace("_", " ")} for name in names]


def question(name: str, *names: str, kind: str = "single", **more: Any) -> dict[str, Any]:
    entry = {"id": name, "wording": f"What about {name}?", "topic": name, "kind": kind}
    return {**entry, **({"answers": answers(*names)} if names else {}), **more}


def document(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A questionnaire as its file would hold it; by default the one of the gardeners."""
    own = questions or (
        question("soil", "clay", "sand", "peat"),
        question("pond", "yes", "no", "unsure"),
        question("fish", "carp", "orfe", asked_if={"question": "pond", "answers": ["yes"]}),
        question("tools", "spade", "rake", "hoe", "none", kind="multiple", exclusive=["none"]),
    )
    head = {"survey": "garden", "title": "Survey of gardeners", "respondents": "gardeners", "about": "People who dig."}
    return {**head, "breakdowns": ["soil"], "questions": list(own), **more}


def garden() -> Questionnaire:
    return Questionnaire.model_validate(document())


# What gardeners answered


def garden_survey(**columns: Sequence[str]) -> Survey:
    """Collected responses: by question, the cell of each gardener. A question left out was not asked."""
    questionnaire = garden()
    sizes = {len(cells) for cells in columns.values()}
    (size,) = sizes
    codes = {name: np.array([_bits(questionnaire, name, cell) for cell in cells]) for name, cells in columns.items()}
    return Survey(questionnaire, Responses(questionnaire, size, codes))


def _bits(questionnaire: Questionnaire, name: str, cell: str) -> int:
    ids = [answer.id for answer in questionnaire.by_id[name].answers]
    return sum(2 ** ids.index(part) for part in cell.split(";")) if cell else 0


# Estimates without a survey behind them

YES = Address("garden", "pond", ("yes",))


def counted(count: int, base: int, group: str = "", label: Label = "collected") -> Estimate:
    """So many of so many gardeners, as counted."""
    share = Fraction(100 * count, base) if base else Fraction(0)
    known = Known(label, share, share) if base else Known("not computable")
    return Estimate(_among(group), base, count, known, "yes", "gardeners", base)


def known_to_lie(
    low: float | Fraction, high: float | Fraction, base: int = 100, group: str = "", **more: Any
) -> Estimate:
    """A share of a reconstructed wave that lies somewhere in a range."""
    known = Known(more.pop("label", "bounded"), Fraction(low), Fraction(high), more.pop("printed", ()))
    return Estimate(_among(group), base, None, known, "yes", "gardeners", base, **more)


def printed(percent: int, base: int = 100, group: str = "", **more: Any) -> Estimate:
    """A share that a report prints as a whole percentage."""
    known = Known(
        "printed",
        percent - Fraction(1, 2),
        min(percent + Fraction(1, 2), Fraction(100)),
        (Printed("4.6", Fraction(percent), f"{percent}%"),),
    )
    count = round(percent * base / 100)
    return Estimate(_among(group), base, count, known, "yes", "gardeners", base, **more)


def unknown(group: str = "", **reported: str) -> Estimate:
    """A share of a reconstructed wave about which nothing is printed but, perhaps, a statement."""
    return Estimate(_among(group), 100, None, Known("not identified"), "yes", "gardeners", 100, **reported)


def not_asked(group: str = "") -> Estimate:
    return Estimate(_among(group), None, None, Known("not computable"), "yes", "gardeners")


def _among(group: str) -> Address:
    return YES.among("soil", group) if group else YES


def by_soil(**members: Estimate) -> Series:
    return Series("garden.pond.yes@soil", "pond", members, {name: name for name in members})


def states(*claims: Claim) -> list[str]:
    return [claim.state for claim in claims]


# Files


def written(folder: Path, name: str, content: object) -> Path:
    """A file with this text, or with this value as YAML."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), "utf-8")
    return path


def findings(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [str(finding) for finding in error.value.findings]


# A wave

WAVE = {
    "id": "harvest",
    "title": "Harvest",
    "status": "collected",
    "about": "A made-up wave.",
    "banner": "Made up.",
    "fieldwork": "one afternoon",
    "surveys": {
        "commissioners": {"file": "responses/commissioners.csv", "responses": 1},
        "third_sector": {"file": "responses/third_sector.csv", "responses": 1},
    },
}


def collected_wave(
    folder: Path, monkeypatch: pytest.MonkeyPatch, columns: Mapping[str, Mapping[str, Sequence[str]]], **more: Any
) -> Path:
    """A wave of the study's own two surveys with these answers, in place of all waves of the study.

    `columns` has, by survey and question, the cell of each respondent.
    """
    home = folder / "waves" / "harvest"
    surveys = {}
    for survey in questionnaires():
        table = columns.get(survey, {})
        size = max((len(cells) for cells in table.values()), default=1)
        rows = [[str(i + 1), *(cells[i] for cells in table.values())] for i in range(size)]
        text = "".join(",".join(row) + "\n" for row in [["response", *table], *rows])
        written(home, f"responses/{survey}.csv", text)
        surveys[survey] = {"file": f"responses/{survey}.csv", "responses": size}
    written(home, "wave.yml", {**WAVE, "surveys": surveys, **more})
    monkeypatch.setattr(paths, "WAVES", folder / "waves")
    waves.all_waves.cache_clear()
    opening._opened.cache_clear()
    return home


@pytest.fixture
def forgetting() -> Any:
    """Whatever waves a test has put in place are forgotten after it."""
    yield
    waves.all_waves.cache_clear()
    opening._opened.cache_clear()


def with_the_baseline_alone(root: Path) -> Path:
    """A copy of the study without the waves that were added to it: of which tests know nothing."""
    baseline = waves.find_wave("baseline").id
    for folder in (root / "data" / "waves", root / "data" / "accepted", root / "book"):
        for path in folder.iterdir() if folder.exists() else ():
            if path.name != baseline and (paths.WAVES / path.name / "wave.yml").exists():
                shutil.rmtree(path)
    return root
