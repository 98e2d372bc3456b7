"""What is said of change: in words that the numbers bear, with a claim behind each, and nothing for a first wave."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from made_up_waves import BASELINE, SIZES, Recipe, made_up
from support import WAVE
from test_wave_changes import AFTER, BEFORE, YES, gardeners, judged, pair, printed, wave

from analysis.claims.changes import fell, rose, unchanged
from analysis.claims.claims import Claim
from analysis.display import change_words, compared, outcome_table, records, trends
from analysis.display.change_records import COLUMNS, change_row
from analysis.display.change_words import in_points, interval, rounded, signed, span, spoken
from analysis.display.changes import changes, findings
from analysis.display.grids import Html, grid
from analysis.display.opening import open_wave
from analysis.display.sentences import Sentence
from analysis.display.since import Since, since
from analysis.inputs.addresses import parse_address
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, find_wave
from analysis.numbers.changes import WavePair
from analysis.numbers.ranges import Move
from analysis.numbers.shifts import Shift
from analysis.publication import downloads
from analysis.publication.downloads import CHANGES
from analysis.publication.exhibits import _exhibit
from analysis.publication.explained_changes import change_rows
from analysis.publication.tabulated import exhibit_rows


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What cells have shown."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(records, "display", lambda bundle, raw: shown.append(bundle))
    return shown


def moved(value: float | None, least: float | None = None, greatest: float | None = None) -> Move:
    low = least if least is not None else value or 0.0
    high = greatest if greatest is not None else value or 0.0
    return Move(value, low, high, (low - 0.05, high + 0.05), 0.5)


# Words and numbers


@pytest.mark.parametrize(
    ("move", "said", "shown"),
    [
        (moved(0.0649), "up 6 percentage points", "+6"),
        (moved(0.065), "up 7 percentage points", "+7"),
        (moved(-0.0149), "down 1 percentage point", "\N{MINUS SIGN}1"),
        (moved(-0.065), "down 7 percentage points", "\N{MINUS SIGN}7"),
        (moved(0.004), "up less than half a percentage point", "0"),
        (moved(0.0), "no change", "0"),
        (moved(None, 0.031, 0.069), "up 3 to 7 percentage points", "+3 to +7"),
        (moved(None, -0.069, -0.031), "down 3 to 7 percentage points", "\N{MINUS SIGN}7 to \N{MINUS SIGN}3"),
        (moved(None, -0.02, 0.05), "between 2 percentage points down and 5 up", "\N{MINUS SIGN}2 to +5"),
        (None, "by how much is not known", ""),
    ],
)
def test_a_change_in_words_and_as_a_number(move: Move | None, said: str, shown: str) -> None:
    assert (spoken(move), signed(move)) == (said, shown)


def test_one_point_is_one_point() -> None:
    assert [in_points(moved(x)) for x in (0.01, -0.01, 0.02)] == ["+1 point", "\N{MINUS SIGN}1 point", "+2 points"]


def test_half_a_point_is_rounded_away_from_nothing() -> None:
    assert [rounded(points) for points in (0.49, 0.5, -0.49, -0.5, -1.5)] == [0, 1, 0, -1, -2]
    # Floating point can put 6.5 points a hair nearer to nothing.
    assert rounded(100 * (73 / 200 - 43 / 100)) == rounded(-6.499999999999995) == -7


def test_the_end_of_an_interval_keeps_its_side() -> None:
    assert interval((0.003, 0.12)) == "+0.3 to +12"
    assert interval((-0.12, -0.003)) == "\N{MINUS SIGN}12 to \N{MINUS SIGN}0.3"
    assert interval((-0.0001, 0.0001)) == "0 to 0"
    assert span((0.021, 0.021)) == "+2.1"
    assert span((-0.0004, 0.021)) == "0.0 to +2.1"


# Claims


def clear_rise() -> Shift:
    return judged(wave(40, 50, 50, 50), wave(62, 50, 50, 51)).shift(YES)


def no_change() -> Shift:
    return judged(wave(40, 50, 50, 50), wave(43, 50, 50, 51)).shift(YES)


def who_answered_alone() -> Shift:
    before, after = {"clay": (64, 80), "sand": (32, 160)}, {"clay": (160, 200), "sand": (8, 40)}
    return judged(gardeners(before), gardeners(after)).shift(YES)


def too_few() -> Shift:
    few = {"clay": (10, 20), "sand": (10, 20)}
    return judged(gardeners(few), gardeners(few)).shift(YES)


def known_as_a_range() -> Shift:
    earlier = printed(gardeners(BEFORE), yes=("bounded", 55, 65))
    return WavePair({"garden": pair(earlier, gardeners(AFTER))}).shift(YES)


STATES: list[tuple[Callable[[], Shift], tuple[str, str, str]]] = [
    (clear_rise, ("holds", "false", "false")),
    (no_change, ("within noise", "false", "holds")),
    (who_answered_alone, ("within noise", "false", "within noise")),
    (too_few, ("not computable", "not computable", "not computable")),
    (known_as_a_range, ("not computable", "not computable", "holds")),
]


@pytest.mark.parametrize(("change", "states"), STATES, ids=lambda one: getattr(one, "__name__", ""))
def test_the_states_of_the_claims_about_a_change(change: Callable[[], Shift], states: tuple[str, str, str]) -> None:
    shift = change()
    assert (rose(shift).state, fell(shift).state, unchanged(shift).state) == states


def test_a_fall_is_a_rise_the_other_way_round() -> None:
    shift = judged(wave(62, 50, 50, 51), wave(40, 50, 50, 50)).shift(YES)
    assert (rose(shift).state, fell(shift).state) == ("false", "holds")
    assert fell(shift).margin == 22
    assert rose(shift).margin == -22


def test_a_claim_is_named_by_its_address_and_says_its_caveat() -> None:
    assert rose(clear_rise()).name == "rose(garden.pond.yes)"
    assert rose(no_change()).caveat == "no clear change"
    assert unchanged(who_answered_alone()).caveat == "not robust to who answered"
    assert rose(clear_rise()).margin == Fraction(22)


@pytest.mark.parametrize(
    ("claim", "words", "says"),
    [
        (rose, "Clear rise", True),
        (rose, "is higher", True),
        (rose, "improved", False),
        (fell, "Down among those who answered", True),
        (fell, "grew", False),
        (unchanged, "No clear change", True),
        (unchanged, "stayed the same", False),
    ],
)
def test_words_say_what_a_claim_means(claim: Callable[[Shift], Claim], words: str, says: bool) -> None:
    assert claim(clear_rise()).says(words) is says


# Sentences


def test_a_sentence_prints_a_change_with_the_numbers_on_either_side() -> None:
    shift = clear_rise()
    sentence = Sentence(f"It {rose(shift):rose} from {shift:before} to {shift.after} ({shift}; {shift:adjusted}).")
    assert sentence.text == "It rose from 40% to 62% (up 22 percentage points; up 22 percentage points)."
    assert 'value="change:garden.pond.yes">up 22 percentage points</data>' in sentence.marked
    assert [str(one.address) for one in sentence.shifts] == ["garden.pond.yes"] * 3
    assert sentence.state == "holds"


def test_a_change_that_is_not_clear_says_so_in_its_sentence() -> None:
    assert Sentence(f"It {rose(no_change()):rose}.").text == "It rose (no clear change)."
    assert Sentence(f"It {rose(who_answered_alone()):rose}.").text == "It rose (not robust to who answered)."


def test_a_change_that_is_not_known_makes_its_sentence_not_computable() -> None:
    shift = pair(printed(gardeners(BEFORE), no=("printed", 59, 61)), gardeners(AFTER)).shift(YES)
    assert Sentence(f"It changed ({shift}).").state == "not computable"


def test_words_beside_a_change_are_no_claim() -> None:
    with pytest.raises(ValueError, match="'rose' beside it by no one"):
        _ = Sentence(f"It {clear_rise():rose}.").claims


# A section of a chapter, over made-up waves


def two_waves(recipe: Recipe, seed: int, before: Any = None) -> Since:
    made = {"id": "next", "title": "Next", "follows": "baseline-2007", "status": "simulated"}
    surveys = {name: {"file": f"{name}.csv", "responses": size} for name, size in SIZES.items()}
    later = Wave.model_validate({**WAVE, **made, "surveys": surveys})
    return since(find_wave("baseline"), later, before or BASELINE, made_up(recipe, seed))


PLANTED = Recipe(
    chances={
        "commissioners.training": {"provided": 0.6},
        "commissioners.aware_principles": {"yes": 0.75},
        "third_sector.contribution_not_understood": {"agree": 0.35},
        "third_sector.support_received": {"never": 0.75},
    }
)


@lru_cache
def planted() -> Since:
    return two_waves(PLANTED, 3)


@lru_cache
def quiet() -> Since:
    return two_waves(Recipe(), 3)


CHOSEN = (
    "commissioners.training.provided",
    "commissioners.aware_principles.yes",
    "third_sector.contribution_not_understood.agree",
    "third_sector.support_received.never",
    "third_sector.larger_preferred.agree",
    "third_sector.feedback_sought.always",
    "commissioners.contract_share.over_50",
)


def chosen(waves: Since) -> list[Shift]:
    return [waves.pair.shift(parse_address(name)) for name in CHOSEN]


def said(outputs: list[dict[str, Any]]) -> list[str]:
    return [line.removeprefix("- ") for output in outputs for line in output["text/plain"].splitlines()]


def test_a_section_names_what_moved_and_what_cannot_be_told(outputs: list[dict[str, Any]]) -> None:
    findings(chosen(planted()))
    lines = said(outputs)
    assert lines[0].startswith("Clear rise: training in commissioning the third sector: provided in the last two years")
    assert "(commissioners), from 23% to " in lines[0] and "percentage points)" in lines[0]
    assert lines[0].count("; ") == 2
    assert lines[1].startswith("Clear fall: commissioners do not understand")
    assert lines[2].startswith("No clear change: ") and "being asked for feedback" in lines[2]
    assert lines[3] == (
        "Nothing is said of share of contracts held by third sector organisations: more than 50% (commissioners): "
        "it cannot be known from what was printed."
    )
    names = [row["claim"] for row in outputs[0][records.MIME]["claims"]]
    assert names == [f"rose({CHOSEN[0]})", f"rose({CHOSEN[1]})", f"rose({CHOSEN[3]})", f"fell({CHOSEN[2]})",
                     f"unchanged({CHOSEN[4]})", f"unchanged({CHOSEN[5]})"]  # fmt: skip
    assert {row["state"] for row in outputs[0][records.MIME]["claims"]} == {"holds"}


def test_what_a_section_claims_is_taken_back_once_the_waves_change_places(outputs: list[dict[str, Any]]) -> None:
    forth = two_waves(PLANTED, 3, made_up(Recipe(), 4))
    findings([forth.pair.shift(parse_address(name)) for name in CHOSEN[:4]])
    told = [row["claim"] for row in outputs[0][records.MIME]["claims"] if "unchanged" not in row["claim"]]
    assert len(told) == 4
    back = {name: replace(one, earlier=one.later, later=one.earlier) for name, one in forth.pair.surveys.items()}
    swapped = WavePair(back, forth.pair.confirmatory)
    claims = {one.name: one.state for name in CHOSEN for shift in [swapped.shift(parse_address(name))]
              for one in (rose(shift), fell(shift))}  # fmt: skip
    assert {claims[name] for name in told} == {"false"}


def test_a_change_that_is_not_robust_is_told_with_what_remains_of_it(outputs: list[dict[str, Any]]) -> None:
    down = judged(gardeners({"clay": (160, 200), "sand": (8, 40)}), gardeners({"clay": (64, 80), "sand": (32, 160)}))
    findings([who_answered_alone(), down.shift(YES)])
    assert said(outputs) == [
        f"{way} among those who answered: pond: yes (gardeners), {moved} percentage points; no change with the "
        "composition of the wave before) (not robust to who answered)."
        for way, moved in (("Up", "from 40% to 70% (up 30"), ("Down", "from 70% to 40% (down 30"))
    ]


def test_many_statistics_without_a_finding_are_counted() -> None:
    alike = [one for one in quiet().pair.comparable if one.verdict == "no clear change"][:7]
    shown: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "display", lambda bundle, raw: shown.append(bundle))
        findings(alike)
    assert said(shown) == ["No clear change in 7 of the statistics below."]
    assert len(shown[0][records.MIME]["claims"]) == 7


def test_who_answered_is_set_side_by_side_and_is_no_finding(outputs: list[dict[str, Any]]) -> None:
    waves = planted()
    shares = list(made_up(PLANTED, 3)["commissioners"].organisation_type.answers())
    changes(waves, shares)
    (table,) = outputs
    assert table[records.MIME]["kind"] == "table"
    assert table[records.MIME]["claims"] == []
    assert "primary care trust, 23%, " in table["text/plain"]
    assert {row["clear"] for row in table[records.MIME]["changes"]} == {""}


PARTS = (
    compared.respondents_compared,
    compared.instrument_changes,
    compared.seeable_changes,
    compared.who_answered,
    outcome_table.key_changes,
    outcome_table.all_changes,
    outcome_table.outcomes,
    trends.over_all_waves,
)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_a_first_wave_says_nothing_of_change(part: Callable[[Any], None], outputs: list[dict[str, Any]]) -> None:
    study = open_wave("baseline")
    outputs.clear()
    part(study)
    study.changes(study.commissioners.aware_principles.share("yes"))
    assert outputs == []


class Opened:
    """A wave opened together with the one before it, for the parts of the chapter on change."""

    def __init__(self, waves: Since):
        self.since = waves


def test_indicators_become_what_their_changes_say(outputs: list[dict[str, Any]]) -> None:
    outcome_table.outcomes(Opened(planted()))  # type: ignore[arg-type]
    lines = said(outputs[:1])
    better = next(line for line in lines if line.startswith("Improved: "))
    for name in ("commissioning staff are trained", "the Eight Principles are known", "feel understood"):
        assert name in better
    assert "Worsened: commissioners invest in the capacity of providers." in lines
    claimed = {row["claim"]: row["state"] for row in outputs[0][records.MIME]["claims"]}
    assert claimed["rose(third_sector.support_received.never)"] == "holds"
    assert "false" not in claimed.values()
    assert "cannot be known from what was printed" in outputs[1]["text/plain"]


def test_the_smallest_change_that_could_be_seen_is_larger_for_those_judged_together(
    outputs: list[dict[str, Any]],
) -> None:
    compared.seeable_changes(Opened(quiet()))  # type: ignore[arg-type]
    # By hand: 1.96 standard errors of a difference around a half, 162 and 150: 11 points; with z of 0.05/12, 2.87: 16.
    assert "Survey of commissioners, 162, 150, 11 points, 16 points" in outputs[0]["text/plain"]


def test_parts_of_a_change_are_told_with_what_raking_costs(outputs: list[dict[str, Any]]) -> None:
    compared.who_answered(Opened(quiet()))  # type: ignore[arg-type]
    assert "raked to role of the respondent and kind of commissioning organisation" in outputs[1]["text/plain"]
    assert "Kish's design effect" in outputs[1]["text/plain"]


def test_raking_that_is_not_possible_is_told_and_stops_nothing(outputs: list[dict[str, Any]]) -> None:
    waves = two_waves(Recipe(dropped={"commissioners": ("role",)}), 3)
    compared.who_answered(Opened(waves))  # type: ignore[arg-type]
    assert (
        "Survey of commissioners: it could not be raked. Role of the respondent: no answers."
        in outputs[1]["text/plain"]
    )
    assert all(shift.raked is None for shift in waves.pair.key if shift.address.survey == "commissioners")
    assert any(shift.adjusted for shift in waves.pair.key if shift.address.survey == "commissioners")


# What is recorded


def test_the_record_of_a_change_has_the_columns_of_the_file_and_is_text() -> None:
    row = change_row(clear_rise())
    assert {column: row[column] for column in COLUMNS if "_" not in column} == {
        "address": "garden.pond.yes", "from": "then", "to": "now", "crude": "22", "adjusted": "22", "clear": "yes",
    }  # fmt: skip
    assert float(row["crude_low"]) == pytest.approx(8.2, abs=0.3)
    assert all(isinstance(value, str) for value in row.values())


def test_what_is_not_known_of_a_change_is_empty() -> None:
    row = change_row(known_as_a_range())
    assert (row["crude"], row["adjusted"], row["clear"]) == ("", "", "no")
    assert row["crude_low"] and row["crude_high"]
    row = change_row(too_few())
    assert (row["crude"], row["clear"]) == ("0", "")
    shift = pair(printed(gardeners(BEFORE), no=("printed", 59, 61)), gardeners(AFTER)).shift(YES)
    row = change_row(shift)
    assert [row[column] for column in COLUMNS[3:]] == [""] * 7


def test_a_change_that_is_who_answered_alone_is_not_clear_in_the_file() -> None:
    assert change_row(who_answered_alone())["clear"] == "no"


def test_the_file_holds_each_change_once_and_refuses_two_of_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    row, other = change_row(clear_rise()), change_row(no_change())
    found = {"01.ipynb": [{"changes": [row]}, {}], "02.ipynb": [{"changes": [row]}]}
    monkeypatch.setattr(downloads, "records", lambda path: found[path.name])
    chapters = [find_wave("baseline").folder / name for name in found]
    (kept,) = downloads.changes(chapters)
    assert tuple(kept) == COLUMNS
    found["02.ipynb"] = [{"changes": [other]}]
    with pytest.raises(InputError, match=r"found another change of garden\.pond\.yes"):
        downloads.changes(chapters)


def test_a_change_on_a_page_opens_to_what_it_is() -> None:
    rows = dict(change_rows(change_row(clear_rise())))
    assert rows["Before"] == "40% of 100 (collected)"
    assert rows["Among those who answered"].startswith("+22.0 percentage points; indicative 95% interval +8.")
    assert rows["Finding"] == "clear rise (exploratory: Benjamini and Hochberg, 10%)"
    rows = dict(change_rows(change_row(known_as_a_range())))
    assert rows["Among those who answered"].startswith("known as a range only; indicative 95% interval ")
    rows = dict(change_rows(change_row(too_few())))
    assert rows["Finding"] == "fewer than 50 answered in one of the waves"


def test_a_table_of_rows_is_escaped_but_for_what_is_html_already(outputs: list[dict[str, Any]]) -> None:
    grid(("A", "B"), [("x < y", Html("<b>bold</b>")), ("below",)], "Cap & gown")
    html = outputs[0]["text/html"]
    assert "<caption>Cap &amp; gown</caption>" in html
    assert '<th scope="row">x &lt; y</th><td data-head="B"><b>bold</b></td>' in html
    assert '<th scope="rowgroup" colspan="2">below</th>' in html
    assert outputs[0]["text/plain"] == "Cap & gown\nx < y, bold\nbelow"


def test_every_verdict_has_its_words() -> None:
    assert set(change_words.VERDICTS) == {"rose", "fell", "no clear change", "not robust", "no statement"}
    loose = who_answered_alone()
    assert change_words.verdict(loose) == "not robust to who answered"
    assert change_words.verdict(replace(loose, adjusted=None)) == "not adjusted for who answered"


def test_the_file_of_a_change_table_has_what_it_shows_and_the_change_itself(outputs: list[dict[str, Any]]) -> None:
    waves = planted()
    shares = list(made_up(PLANTED, 3)["commissioners"].organisation_type.answers())
    changes(waves, shares)
    (table,) = outputs
    exhibit = _exhibit("change", "Change", table["text/html"], table[records.MIME], 1)
    rows = exhibit_rows(exhibit, waves.later)
    assert len(rows) == len(table[records.MIME]["changes"]) == len(shares)
    heads = list(rows[0])
    assert heads[:2] == ["wave", "series"] and heads[-10:] == list(CHANGES)
    trust = next(row for row in rows if row["address"].endswith(".pct"))
    points = re.match(r"([+\u2212]?\d+)", trust["Difference, points"])
    assert points and int(points[1].replace("\u2212", "-")) == round(float(trust["crude"]))


def test_a_cell_with_more_under_its_number_is_one_line() -> None:
    html = (
        "<table><caption>Rain</caption><thead><tr><th>Answer</th><th>Change</th><th>Why</th></tr></thead><tbody>"
        "<tr><th>wet</th><td><data>+3</data><span class='under'>+1 to +5</span></td><td><ul><li>a</li><li>b, c</li>"
        "</ul></td></tr></tbody></table>"
    )
    exhibit = _exhibit("change", "Change", html, {"kind": "table", "estimates": []}, 1)
    assert exhibit.lines == ({"Answer": "wet", "Change": "+3 (+1 to +5)", "Why": "a; b, c"},)
    assert exhibit.title == "Rain" and exhibit.changes == ()
