"""The colours of charts can be told apart by every eye, in grey, on a light page and on a dark one."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from analysis.display.palette import DARK, LIGHT, PAINT, TONES, paint, tone_of
from analysis.inputs.questionnaire import questionnaires
from analysis.paths import BOOK

THEMES = {"light": LIGHT, "dark": DARK}
# Machado, Oliveira and Fernandes (2009): what those see who lack one kind of cone, in linear RGB.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
# The tones that fill marks; the neutral one is for rings, lines and what cannot be compared.
FILLED = [tone for tone in TONES if tone != "neutral"]
TEXT, MARKS = 4.5, 3.0


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a linear RGB colour, for daylight."""
    matrix = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    xyz = np.array(matrix) @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, eye: str) -> float:
    """How far apart two colours look to this eye, in CIE 1976 units; 2 can just be told apart side by side."""
    first, second = (lab(np.array(EYES[eye]) @ linear(colour)) for colour in (one, other))
    return float(np.linalg.norm(first - second))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_tones_that_fill_marks_differ_for_every_eye(theme: str, eye: str) -> None:
    near = {
        pair: distance(*(THEMES[theme][tone] for tone in pair), eye)
        for pair in combinations(FILLED, 2)
        if distance(*(THEMES[theme][tone] for tone in pair), eye) < 25
    }
    assert near == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_tones_that_fill_marks_differ_in_grey(theme: str) -> None:
    ratios = {pair: contrast(*(THEMES[theme][tone] for tone in pair)) for pair in combinations(FILLED, 2)}
    assert min(ratios.values()) > 1.5, ratios


def test_colours_that_only_some_eyes_can_tell_apart_are_found() -> None:
    # A red and a green that are far apart for most, and next to each other without the cones for green.
    assert distance("#b35806", "#5f7a1e", "normal") > 50
    assert distance("#b35806", "#5f7a1e", "deuteranopia") < 25


@pytest.mark.parametrize("theme", THEMES)
def test_marks_and_words_stand_out_from_the_page(theme: str) -> None:
    colours = THEMES[theme]
    for tone in TONES:
        assert contrast(colours[tone], colours["ground"]) >= MARKS, tone
    for words in ("ink", "quiet"):
        assert contrast(colours[words], colours["ground"]) >= TEXT, words


def test_contrast_is_that_of_the_guidelines() -> None:
    # Worked examples of WCAG 2: black on white, and the lightest grey that passes for text.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_the_colours_of_the_palette(theme: str) -> None:
    sheet = (BOOK / "_static" / "charts.css").read_text("utf-8")
    block = {"light": r"^html \{(.*?)\}", "dark": r'html\[data-theme="dark"\] \{(.*?)\}'}[theme]
    found = re.search(block, sheet, re.MULTILINE | re.DOTALL)
    assert found is not None
    assert dict(re.findall(r"--chart-([\w-]+): (#\w+);", found[1])) == THEMES[theme]


@pytest.mark.parametrize("kind", PAINT)
def test_the_style_sheet_paints_every_kind_of_mark(kind: str) -> None:
    sheet = (BOOK / "_static" / "charts.css").read_text("utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    painted = " ".join(body for selector, body in rules if re.search(rf"\.{kind}\b(?!-)", selector))
    colours = {name: value for name, value in PAINT[kind].items() if value in {**LIGHT, "hue": ""}}
    assert {name for name in colours if not re.search(rf"\b{name}: var\(--", painted)} == set()


def test_each_survey_has_a_hue_of_its_own() -> None:
    hues = [tone_of(survey) for survey in questionnaires()]
    assert len(set(hues)) == len(hues) == 2
    assert set(hues) == {"commissioners", "third-sector"}


def test_a_mark_is_painted_in_the_colour_of_its_tone() -> None:
    assert paint("dot third-sector")["fill"] == LIGHT["third-sector"]
    assert paint("ring commissioners") | {} == {
        "fill": LIGHT["ground"],
        "stroke": LIGHT["commissioners"],
        "stroke-width": "1.8",
    }
    with pytest.raises(KeyError):
        paint("blob commissioners")
