"""Made-up follow-up waves: who answers, and how, is drawn from probabilities that a test knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from analysis.display.opening import open_surveys
from analysis.inputs.instruments import Instrument, SurveyChanges, instruments
from analysis.inputs.questionnaire import Question, Questionnaire, questionnaires
from analysis.inputs.responses import Codes, Responses
from analysis.inputs.waves import find_wave
from analysis.numbers.pairs import SurveyPair
from analysis.numbers.surveys import Survey

Chances = Mapping[str, float]
SIZES = {"commissioners": 150, "third_sector": 390}


@dataclass(frozen=True)
class Recipe:
    """How a made-up wave answers. All keys are `survey.question`, or `survey.question@group` for one group alone.

    `chances`: the probability of answers; of a question with one response the others share what is left. `missing`:
    the chance that a question is left out. What is not named is drawn as the baseline's records have it.
    """

    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)
    chances: Mapping[str, Chances] = field(default_factory=dict)
    missing: float = 0.03
    dropped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def made_up(recipe: Recipe, seed: int, label: Any = "simulated") -> dict[str, Survey]:
    """Both surveys of a made-up wave, in memory."""
    dice = np.random.default_rng(seed)
    found = {}
    for name, questionnaire in questionnaires().items():
        codes = drawn(questionnaire, recipe, dice)
        found[name] = Survey(questionnaire, Responses(questionnaire, recipe.sizes[name], codes), label)
    return found


def pair(survey: str, earlier: Survey, later: Survey) -> SurveyPair:
    """Two waves of one survey that asked the same."""
    asked = Instrument(questionnaires()[survey], SurveyChanges())
    return SurveyPair(("before", "after"), earlier, later, (asked, asked))


def drawn(questionnaire: Questionnaire, recipe: Recipe, dice: np.random.Generator) -> dict[str, Codes]:
    """The answers of one survey, question by question."""
    survey, size = questionnaire.survey, recipe.sizes[questionnaire.survey]
    codes: dict[str, Codes] = {}
    (breakdown,) = questionnaire.breakdowns
    names = [breakdown, *(question.id for question in questionnaire.questions if question.id != breakdown)]
    for name in names:
        if name in recipe.dropped.get(survey, ()):
            continue
        question = questionnaire.by_id[name]
        answers = _answers(question, survey, recipe, dice, _groups(questionnaire, codes, breakdown, size))
        profile = name in questionnaire.composition.profile
        left_out = dice.random(size) < (0 if profile else recipe.missing)
        codes[name] = np.where(left_out | ~_asked(question, questionnaire, codes, size), 0, answers)
    return codes


def _groups(questionnaire: Questionnaire, codes: dict[str, Codes], breakdown: str, size: int) -> list[str]:
    ids = questionnaire.by_id[breakdown].answer_ids
    if breakdown not in codes:
        return [""] * size
    return [ids[int(code).bit_length() - 1] for code in codes[breakdown]]


def _asked(question: Question, questionnaire: Questionnaire, codes: dict[str, Codes], size: int) -> NDArray[np.bool_]:
    routing = question.asked_if
    if routing is None or routing.question not in codes:
        return np.ones(size, dtype=bool)
    ids = questionnaire.by_id[routing.question].answer_ids
    return (codes[routing.question] & sum(1 << ids.index(answer) for answer in routing.answers)) != 0


def _answers(question: Question, survey: str, recipe: Recipe, dice: np.random.Generator, groups: list[str]) -> Codes:
    answers = np.zeros(len(groups), dtype=np.int64)
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        given = recipe.chances.get(f"{survey}.{question.id}@{group}", recipe.chances.get(f"{survey}.{question.id}", {}))
        answers[inside] = _draw(question, _chances(survey, question, given), dice, int(inside.sum()))
    return answers


def _draw(question: Question, chances: NDArray[np.float64], dice: np.random.Generator, size: int) -> Codes:
    bits = np.array([1 << place for place in range(len(chances))], dtype=np.int64)
    if question.kind == "single":
        return dice.choice(bits, size=size, p=chances / chances.sum())
    ticked = dice.random((size, len(chances))) < chances
    for answer in question.exclusive:
        place = question.answer_ids.index(answer)
        ticked[ticked[:, place]] = bits == bits[place]
    return ticked @ bits


def _chances(survey: str, question: Question, given: Chances) -> NDArray[np.float64]:
    usual = _usual(survey, question.id)
    fixed = {question.answer_ids.index(answer): chance for answer, chance in given.items()}
    chances = usual.copy()
    if question.kind == "single" and fixed:
        others = [place for place in range(len(usual)) if place not in fixed]
        left = 1 - sum(fixed.values())
        chances[others] = usual[others] / usual[others].sum() * left if others else 0
    for place, chance in fixed.items():
        chances[place] = chance
    return chances


@lru_cache
def _usual(survey: str, name: str) -> NDArray[np.float64]:
    """How often the baseline's records have each answer; of several left together, each equally often."""
    codes, question = BASELINE[survey].responses.codes.get(name), questionnaires()[survey].by_id[name]
    answers = len(question.answer_ids)
    if codes is None:
        return np.full(answers, 1 / answers)
    given = codes[codes != 0]
    ticked = np.array([[code >> place & 1 for place in range(answers)] for code in given.tolist()], dtype=float)
    weights = ticked if question.kind == "multiple" else ticked / ticked.sum(axis=1, keepdims=True)
    chances: NDArray[np.float64] = weights.mean(axis=0)
    return chances


BASELINE = open_surveys(find_wave("baseline"))
ASKED = instruments(find_wave("baseline"))


# A wave as a folder


def write_wave(folder: Path, recipe: Recipe, seed: int, instrument: Any = None, **about: Any) -> Path:
    """Write a simulated wave into the waves of a project: wave.yml, its coded responses, what it asked otherwise."""
    dice = np.random.default_rng(seed)
    (folder / "responses").mkdir(parents=True, exist_ok=True)
    for name, questionnaire in questionnaires().items():
        codes = drawn(questionnaire, recipe, dice)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["response", *codes])
        for row in range(recipe.sizes[name]):
            cells = [_cell(questionnaire.by_id[question], int(column[row])) for question, column in codes.items()]
            writer.writerow([row + 1, *cells])
        (folder / "responses" / f"{name}.csv").write_text(text.getvalue(), "utf-8")
    surveys = {name: {"file": f"responses/{name}.csv", "responses": recipe.sizes[name]} for name in questionnaires()}
    banner = "These answers were made up by a program: no one gave them."
    wave = {"id": folder.name, "status": "simulated", "about": "A made-up wave.", "fieldwork": "never"}
    wave |= {"banner": banner, "surveys": surveys, **about}
    (folder / "wave.yml").write_text(yaml.safe_dump(wave, sort_keys=False), "utf-8")
    if instrument:
        (folder / "instrument.yml").write_text(yaml.safe_dump(instrument, sort_keys=False), "utf-8")
    return folder


def _cell(question: Question, code: int) -> str:
    return ";".join(answer for place, answer in enumerate(question.answer_ids) if code >> place & 1)
