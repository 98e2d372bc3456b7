"""Which printed conclusions depend on a choice: recomputed, and a choice that does matter is seen to."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from analysis.inputs.addresses import parse_address
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.waves import Wave, find_wave
from analysis.numbers import alternatives, estimates, intervals
from analysis.numbers.alternatives import wald
from analysis.numbers.estimates import Estimate, Known
from analysis.publication import downloads, robustness
from analysis.publication.contents import executed_chapters
from analysis.publication.method_tables import worst_case
from analysis.publication.rehearsal import Said, another_interval, rehearse
from analysis.published import records, sensitivity
from analysis.published.figures import read_figures
from analysis.published.reconstruction import expanded, read_tables, solve_survey
from analysis.published.systems import ALL

WAVE = find_wave("baseline")


@pytest.fixture(scope="module")
def said() -> list[Said]:
    return rehearse(WAVE)


@pytest.fixture(scope="module")
def accepted(said: list[Said]) -> robustness.Told:
    return robustness.told(said)


def estimate(count: int | None, base: int, asked: int, label: str = "printed") -> Estimate:
    known = Known(label, Fraction(485, 10), Fraction(495, 10))  # type: ignore[arg-type]
    return Estimate(parse_address("commissioners.training.provided"), base, count, known, asked=asked)


# What the chapters say, heard without a notebook


def test_a_rehearsal_says_what_the_executed_chapters_say(said: list[Said]) -> None:
    rows = downloads.claims(executed_chapters(WAVE))
    assert rows
    heard = {(one.chapter, claim): state for one in said for claim, state in one.claims.items()}
    assert heard == {(row["chapter"], row["claim"]): row["state"] for row in rows}


def test_the_headline_figures_are_those_of_the_boxes_that_every_run_is_compared_with(said: list[Said]) -> None:
    boxes = [one for one in said if one.headline]
    printed = {row["address"]: row["percent"] for row in downloads.statistics(executed_chapters(WAVE))}
    numbers = {address: shown for one in boxes for address, shown in one.numbers.items()}
    assert len(numbers) > 50
    assert numbers["commissioners.early_involvement.always+often"] == "49%"
    assert all(printed[address] == shown.removesuffix("%") for address, shown in numbers.items() if "%" in shown[-1:])


# The file


# Of each kind of variation those that move most; all of them take a minute: `python -m analysis sensitivity`.
MADE_ANEW = ("item bases of at least 80%", "every base half as large", "Wald instead of Wilson")


def test_the_file_is_what_the_functions_make() -> None:
    kept = [row for row in robustness.read_sensitivity() if row["variation"] in MADE_ANEW]
    assert {row["variation"] for row in kept} == set(MADE_ANEW)
    assert robustness.sensitivity_rows(MADE_ANEW) == kept


def test_what_the_page_says_at_a_glance_is_in_the_file() -> None:
    rows = [row for row in robustness.read_sensitivity() if row["tested"]]
    moved = {(row["variation"], row["what"]): int(row["moved"]) for row in rows}
    rules = [name for name, _ in moved if name.startswith("seed ")] + ["ties decided the other way round"]
    assert len(set(rules)) == 4
    assert all(moved[rule, what] == 0 for rule in rules for what in robustness.PARTS)
    assert moved["item bases of at least 95%", robustness.CLAIMS] == 0
    assert moved["item bases of at least 80%", robustness.CLAIMS] > 0
    assert all(count == 0 for (_, what), count in moved.items() if what == robustness.HEADLINES)


def test_everything_that_moved_is_named() -> None:
    rows = robustness.read_sensitivity()
    named = Counter((row["variation"], row["what"]) for row in rows if row["subject"])
    assert dict(named) == {
        (row["variation"], row["what"]): int(row["moved"]) for row in rows if row["tested"] and row["moved"] != "0"
    }


# Comparing


@pytest.mark.parametrize(("state", "found"), [("false", "false"), (None, robustness.NOT_SAID)])
def test_a_claim_that_moves_is_found(accepted: robustness.Told, state: str | None, found: str) -> None:
    name = next(claim for one in accepted for claim in one["claims"])
    changed = []
    for one in accepted:
        others = {claim: old for claim, old in one["claims"].items() if claim != name}
        own = {name: state} if state and name in one["claims"] else {}
        changed.append({**one, "claims": others | own})
    first, *rest = robustness.compare("kind", "variation", accepted, changed, (robustness.CLAIMS,))
    assert first["moved"] == "1"
    assert [(row["subject"], row["found"]) for row in rest] == [(name, found)]


def test_nothing_moves_when_nothing_is_varied(accepted: robustness.Told) -> None:
    rows = list(robustness.compare("", "", accepted, robustness.told(rehearse(WAVE)), tuple(robustness.PARTS)))
    assert [row["moved"] for row in rows] == ["0", "0", "0"]


def test_a_choice_that_matters_is_seen_to_matter(accepted: robustness.Told) -> None:
    few = robustness.told(rehearse(WAVE, robustness.with_smaller_bases(Fraction(1, 20))))
    first, *_ = robustness.compare("", "", accepted, few, (robustness.CLAIMS,))
    assert int(first["moved"]) > 10


# What is varied


def test_item_non_response_is_taken_at_its_worst_both_ways() -> None:
    varied = robustness.with_non_response(estimate(60, 120, 150))
    assert (varied.least, varied.greatest, varied.base) == (40, 60, 150)
    assert varied.counts == (60, 90)
    assert worst_case(estimate(60, 120, 150)) == "40.0%, 60.0%"


def test_a_question_that_all_answered_has_no_worst_case() -> None:
    full = estimate(60, 120, 120)
    assert robustness.with_non_response(full) == full
    assert worst_case(full) == "none missing"


def test_a_printed_share_is_taken_at_both_ends_of_its_rounding() -> None:
    assert robustness.with_any_count(estimate(97, 200, 200)).counts == (97, 99)
    counted = estimate(97, 200, 200, "collected")
    assert robustness.with_any_count(counted) == counted


def test_a_smaller_base_keeps_the_share() -> None:
    halved = robustness.with_smaller_bases(Fraction(1, 2))(estimate(60, 120, 120))
    assert (halved.count, halved.base) == (30, 60)


def test_every_interval_is_made_by_the_other_method_for_a_while_only() -> None:
    share, other = estimate(30, 60, 60), estimate(10, 60, 60)
    ours = share.interval
    with another_interval(wald):
        assert share.interval == pytest.approx([100 * end for end in wald(30, 60)])
        low, high = intervals.newcombe(10, 60, 30, 60)
        half = 1.959963984540054 * ((1 / 2 * 1 / 2 + 1 / 6 * 5 / 6) / 60) ** 0.5
        assert (low, high) == pytest.approx((1 / 3 - half, 1 / 3 + half)), "Wald's own interval of a difference"
    assert share.interval == ours
    assert other.interval is not None
    assert estimates.wilson is intervals.wilson is alternatives.METHODS["Wilson"]


# Other rules


def test_another_seed_moves_the_records_and_no_table() -> None:
    accepted, other = expanded(WAVE, read_tables()), sensitivity.with_seed(WAVE, "another-1")
    assert accepted.keys() == other.keys()
    for path, text in other.items():
        before, after = (lines.splitlines() for lines in (accepted[path], text))
        assert before != after
        for column in range(1, len(before[0].split(","))):
            assert Counter(row.split(",")[column] for row in before) == Counter(row.split(",")[column] for row in after)
    assert records.SEED != "another-1", "the rule holds for a while only"


def size(wave: Wave, survey: str) -> int:
    return wave.surveys[survey].responses


@pytest.mark.parametrize("survey", ["commissioners"])
def test_tables_with_other_ties_agree_with_every_figure_and_differ_somewhere(survey: str) -> None:
    tables = solve_survey(questionnaires()[survey], size(WAVE, survey), read_figures())
    differing = 0
    for table in tables:
        if table.system.question.asked_if or table.system.question.id in questionnaires()[survey].breakdowns:
            continue
        other = sensitivity._solved_backwards(table, {})
        kept = [c for c in table.system.conditions if c not in table.contradicted]
        assert all(condition.holds(other.counts) for condition in kept)
        assert sum(other.bases.values()) == sum(table.bases.values())
        differing += other.counts != table.counts
    assert differing >= 2


def test_a_system_turned_round_is_the_same_system() -> None:
    table = solve_survey(questionnaires()["commissioners"], 162, read_figures())[4]
    turned = sensitivity.backwards(table.system)
    assert turned.cells[0] == table.system.cells[-1]
    assert sensitivity.backwards(turned) == table.system
    for before, after in zip(table.system.conditions, turned.conditions, strict=True):
        assert before.holds(table.counts) == after.holds(table.counts[::-1])
    assert ALL in turned.groups
