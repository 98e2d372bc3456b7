"""The audit of the printed figures: what it finds in the report, that it finds what is planted, and no more."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from itertools import product
from math import floor
from pathlib import Path

import pytest
import yaml

from analysis import paths
from analysis.__main__ import main
from analysis.inputs.findings import InputError
from analysis.inputs.questionnaire import questionnaires
from analysis.published import audit as auditing
from analysis.published import reconciliation
from analysis.published.arithmetic import span
from analysis.published.audit import Audit, audit
from analysis.published.conflicts import all_conflicts, minimal_conflict
from analysis.published.doubts import doubts_path, read_doubts, soft_findings, whole_audit
from analysis.published.figures import Figure, read_figures
from analysis.published.joint import FREE, FULL, Undecided, solve_case, survey_case
from analysis.published.programmes import Programme
from analysis.published.systems import ALL

SIZES = {"commissioners": 162, "third_sector": 417}
HARD = {
    ("box5.37-2 + 5.40-1", "contradiction"),
    ("2.8-2 + 4.16-1", "impossible at full response"),
    ("2.8-2 + 5.26-4", "impossible at full response"),
    ("box7.3-3 + box7.3-4 + 7.4-2", "impossible at full response"),
    ("box7.3-1 + box7.3-2 + box7.3-3 + box7.3-4", "impossible at full response"),
    ("2.12-3 + 4.15-1 + 5.30-1 + 6.8-2", "impossible at full response"),
}
SOFT = {
    "training-majority": "doubtful",
    "size-and-problems": "doubtful",
    "local-tier": "doubtful",
    "minority-provider": "doubtful",
    "capacity-majority": "note",
    "fairness-remainder": "note",
    "support-remainder": "note",
    "size-remainder": "note",
    "role-remainder": "note",
    "contract-length-remainder": "note",
    "training-provider-base": "note",
    "interviews-listed": "note",
    "regions-unnumbered": "note",
    "statements-without-claim": "note",
    "statements-without-figure": "note",
    "charts-lost": "note",
}


@cache
def real() -> Audit:
    with solving_once():
        return whole_audit()


SOLVED: dict[str, object] = {}


@contextmanager
def solving_once() -> Iterator[None]:
    """Within this, a case that was solved before, in whichever audit, is not solved again."""
    solve = auditing.solve_case

    def remembered(*arguments: object, **more: object) -> object:
        key = repr((arguments, more))
        if key not in SOLVED:
            SOLVED[key] = solve(*arguments, **more)
        return SOLVED[key]

    with pytest.MonkeyPatch.context() as patch:
        for module in (auditing, reconciliation):
            patch.setattr(module, "solve_case", remembered)
        yield


def printed(count: int, base: int) -> int:
    """A whole percentage, half a point rounded up: written out here, not borrowed from the package."""
    return floor(Fraction(100 * count, base) + Fraction(1, 2))


def counts(percentage: int, base: int) -> list[int]:
    return [count for count in range(base + 1) if printed(count, base) == percentage]


def altered(folder: Path, **values: str) -> tuple[Figure, ...]:
    """A copy of the register in which some figures have other values."""
    with (paths.PUBLISHED / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = set(values) - {row["figure"] for row in rows}
    assert not missing
    for row in rows:
        row["value"] = values.get(row["figure"], row["value"])
    path = folder / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return read_figures(path)


# What is found


def test_the_findings_are_these_and_no_others() -> None:
    hard = {(f.id, f.severity) for f in real().findings if f.severity not in ("doubtful", "note")}
    assert hard == HARD
    assert {f.id: f.severity for f in real().findings if f.severity in ("doubtful", "note")} == SOFT
    assert len(real().findings) == len(HARD) + len(SOFT)


def test_findings_are_complete_and_the_gravest_come_first() -> None:
    ranks = [auditing.SEVERITIES.index(f.severity) for f in real().findings]
    assert ranks == sorted(ranks)
    register = {figure.figure: figure.where for figure in read_figures()}
    for finding in real().findings:
        assert finding.arithmetic and finding.reconciliation and finding.consequence
        assert set(finding.figures) <= set(register)
        if finding.id not in SOFT:
            assert finding.minimal
            assert set(finding.where) == {register[name] for name in finding.figures}


def test_every_question_with_a_figure_has_a_state() -> None:
    states = {(s.survey, s.question): s.state for s in real().states}
    asked = {(f.address.survey, f.address.question) for f in read_figures() if f.address.question and not f.is_study}
    assert set(states) == asked | {("commissioners", ""), ("third_sector", "")}
    odd = {place: state for place, state in states.items() if state != "consistent"}
    assert odd == {
        ("commissioners", "contract_share"): "possible with fewer answers",
        ("commissioners", "role_in_capacity"): "possible with fewer answers",
        ("commissioners", "training"): "possible with fewer answers",
        ("commissioners", ""): "possible with fewer answers",
        ("third_sector", ""): "possible with fewer answers",
        ("third_sector", "unmanageable_risk"): "contradictory",
    }


def test_a_consistent_question_has_a_witness_that_holds_when_it_is_counted_out() -> None:
    for state in real().states:
        if state.state == "consistent":
            assert state.witness is not None
            for reading in state.kept:
                table = state.witness[reading.question]
                if reading.condition is None:
                    assert sum(table) == reading.figure.value
                elif reading.figure.unit == "count":
                    assert sum(table[i] for i in reading.condition.part) == reading.figure.value
                elif reading.figure.value is not None:
                    part = sum(table[i] for i in reading.condition.part)
                    assert printed(part, sum(table[i] for i in reading.condition.whole)) == reading.figure.value
                assert reading.condition is None or reading.condition.holds(table)


def test_a_witness_counts_everybody_who_was_asked() -> None:
    checked = 0
    for state in real().states:
        if state.state != "consistent" or state.case.system(state.question).question.asked_if:
            continue
        system, table = state.case.system(state.question), state.witness[state.question]
        assert sum(table) == SIZES[state.survey]
        for group in set(system.groups) - {ALL}:
            (name,) = state.case.breakdowns
            cells = state.case.system(name).cells
            (size,) = (n for c, n in zip(cells, state.witness[name], strict=True) if str(c.pattern) == group)
            assert sum(table[i] for i in system.in_group(group)) == size
            checked += 1
    assert checked == 10


# By hand: each conflict is one, and none without any one of its members


def test_no_primary_care_trust_share_of_77_or_52() -> None:
    trusts = [size for size in range(163) if printed(size, 162) == 23]
    assert trusts == [37, 38]
    assert [counts(77, size) for size in trusts] == [[], []]
    assert [counts(52, size) for size in trusts] == [[], []]
    # The third figure on this group is possible, so it is not reported.
    assert counts(13, 38) == [5]
    # Without the size of the group any of them can be right.
    assert counts(77, 35) == [27] and counts(52, 33) == [17]


def _training(percentages: dict[str, int], base: int) -> bool:
    """Whether four answers that exclude each other can be printed like this; 'both' is the last two together."""
    yes, planned, never, unsure = (
        counts(percentages[answer], base) if answer in percentages else range(base + 1)
        for answer in ("yes", "planned", "never", "unsure")
    )
    pairs = [a + b for a, b in product(never, unsure) if a + b <= base]
    sums = {n for n in pairs if "both" not in percentages or printed(n, base) == percentages["both"]}
    return any(base - n in {a + b for a, b in product(yes, planned)} for n in sums)


TRAINING = {"yes": 23, "planned": 18, "never": 28, "unsure": 32, "both": 59}


def test_training_needs_163_of_162() -> None:
    four = {name: TRAINING[name] for name in ("yes", "planned", "never", "unsure")}
    assert [counts(p, 162)[0] for p in four.values()] == [37, 29, 45, 52]
    assert not _training(four, 162)
    for name in four:
        assert _training({other: p for other, p in four.items() if other != name}, 162), name


def test_training_sums_to_60_where_59_is_printed() -> None:
    assert (counts(28, 162)[0], counts(32, 162)[0], counts(59, 162)[-1]) == (45, 52, 96)
    assert counts(28, 162)[0] + counts(32, 162)[0] > counts(59, 162)[-1]
    # Without any one of the three there is room for the other two.
    for name in ("never", "unsure", "both"):
        assert _training({other: TRAINING[other] for other in {"never", "unsure", "both"} - {name}}, 162), name


def test_the_bases_at_which_training_works_are_those_reported() -> None:
    works = [base for base in range(129, 163) if _training(TRAINING, base)]
    findings = [f for f in real().findings if "7.4-2" in f.figures or "box7.3-2" in f.figures]
    found = [f for f in findings if f.severity == "impossible at full response"]
    assert len(found) == 2
    for finding in found:
        assert f"an item base (162 asked) of {span(works)} for" in finding.reconciliation
        assert "answers that were not exclusive" in finding.reconciliation
    assert 160 in works and 162 not in works


def test_46_and_47_share_no_base() -> None:
    assert not any(set(counts(46, base)) & set(counts(47, base)) for base in range(1, 418))


def test_no_size_of_the_large_organisations_allows_all_three_shares() -> None:
    sizes = [size for size in range(418) if printed(size, 417) == 19]
    works = {p: {size for size in sizes if counts(p, size)} for p in (69, 47, 66)}
    assert sizes == [78, 79, 80, 81]
    assert works == {69: {78, 80, 81}, 47: {78, 79, 81}, 66: {79, 80}}
    assert works[69] & works[47] and works[69] & works[66] and works[47] & works[66]
    assert not works[69] & works[47] & works[66]
    assert any(counts(69, size) and counts(47, size) and counts(66, size) for size in range(40, 78))


ARITHMETIC = {
    "2.8-2 + 4.16-1": "28 is 75.7% and 29 is 78.4%; of 38, 29 is 76.3% and 30 is 78.9%: no whole number gives 77%",
    "2.8-2 + 5.26-4": "19 is 51.4% and 20 is 54.1%; of 38, 19 is 50.0% and 20 is 52.6%: no whole number gives 52%",
    "box7.3-3 + box7.3-4 + 7.4-2": "+ 52 (32% in box 7.3) = 97 of 162, but 59% in 7.4 is at most 96",
    "box7.3-1 + box7.3-2 + box7.3-3 + box7.3-4": "+ 52 (32% in box 7.3) = 163, but only 162 were asked",
    "box5.37-2 + 5.40-1": "of 417, 46% is 190 to 193 and 47% is 194 to 198, so no count gives both",
    "2.12-3 + 4.15-1 + 5.30-1 + 6.8-2": "66% in 6.8 only at 79 (52 is 65.8%), at 80 (53 is 66.2%)",
}


def test_the_arithmetic_is_said_so_that_it_can_be_done_again() -> None:
    said = {f.id: f.arithmetic for f in real().findings}
    assert [name for name, words in ARITHMETIC.items() if words not in said[name]] == []


# Every minimal set is minimal


def _unproven(audited: Audit) -> list[str]:
    """Conflicts that can all be right together, or that are still conflicts without one of their members."""
    wrong = []
    for state in audited.states:
        for conflict in state.conflicts:
            members = conflict.members
            without = [[r for r in members if r is not member] for member in members]
            minimal = all(solve_case(state.case, others, FULL) is not None for others in without)
            if not minimal or solve_case(state.case, members, FULL) is not None:
                wrong.append(str([reading.figure.figure for reading in members]))
    return wrong


def test_every_conflict_is_minimal() -> None:
    assert sum(len(state.conflicts) for state in real().states) >= len(HARD)
    assert _unproven(real()) == []


def test_the_severity_is_whether_fewer_answers_would_help() -> None:
    for state in real().states:
        for conflict in state.conflicts:
            possible = solve_case(state.case, conflict.members, FREE) is not None
            (finding,) = (f for f in real().findings if f.id == " + ".join(r.figure.figure for r in conflict.members))
            assert finding.severity == ("impossible at full response" if possible else "contradiction")


def test_all_minimal_conflicts_of_a_made_up_set_are_found() -> None:
    # Weights on one side of a balance that holds ten: the minimal overloads, found by trying every set.
    weights = [7, 4, 6, 1, 11]
    names = [str(weight) for weight in weights]

    def holds(kept: object) -> bool:
        return sum(int(name) for name in kept) <= 10

    sets = [[n for n, bit in zip(names, bits, strict=True) if bit] for bits in product((0, 1), repeat=5)]
    expected = {frozenset(s) for s in sets if not holds(s) and all(holds([n for n in s if n != m]) for m in s)}
    assert {frozenset(c.members) for c in all_conflicts(names, holds)} == expected
    assert len(expected) == 4


def test_what_the_solver_does_not_decide_is_not_called_minimal() -> None:
    def holds(kept: object) -> bool:
        if "b" not in kept:
            raise Undecided
        return "a" not in kept

    conflict = minimal_conflict(["a", "b", "c"], holds)
    assert set(conflict.members) == {"a", "b"} and not conflict.minimal


# Planted conflicts

PLANTED = {
    # 24% and 21% of the same; and 24% with 28% is at least 39 + 45 = 84 of 162, where 49% is at most 80.
    "a repetition": ({"5.8-2": "24"}, {"4.6-2 + 5.8-2", "box4.5-3 + 4.6-3 + 5.8-2"}),
    # At least 47 + 97 = 144 of 162, where 86% is at most 140.
    "a sum": ({"box5.17-2": "60"}, {"box5.17-1 + box5.17-2 + 5.18-1"}),
    # Neither 37 nor 38 has a count between 11.5% and 12.5%.
    "a small group": ({"5.19-1": "12"}, {"2.8-2 + 5.19-1"}),
    # 23% of 162 is 37 or 38; 45 cannot have answered about the training they had.
    "a routed base": ({"7.6-1": "45"}, {"box7.3-1 + 7.6-1"}),
    "the size of a survey": ({"2.6-1": "163"}, {"2.6-1"}),
    # "Around three quarters" is 70% to 80%.
    "a phrase": ({"3.14-1": "69"}, {"3.14-1"}),
    "two at once": ({"5.19-1": "12", "2.6-1": "163"}, {"2.8-2 + 5.19-1", "2.6-1"}),
    # 75% and 29% are at least 311 + 119 = 430 of 417, and whoever never did it cannot have done it this way.
    "an option that leaves no room for the exclusive one": ({"5.34-2": "75"}, {"5.34-2 + 5.34-4"}),
    # One point, on a single share of a base above a hundred: possible, and not noticed.
    "nothing that can be noticed": ({"3.15-1": "38"}, set()),
}


@pytest.mark.parametrize("values, expected", PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found_and_nothing_else(values: dict[str, str], expected: set[str], tmp_path: Path) -> None:
    assert real()
    with solving_once():
        audited = audit(altered(tmp_path, **values))
    assert {finding.id for finding in audited.findings} - {name for name, _ in HARD} == expected
    assert {name for name, _ in HARD} <= {finding.id for finding in audited.findings}
    assert _unproven(audited) == []


# The solver's time


def test_a_question_that_the_solver_does_not_decide_is_undecided() -> None:
    assert real()
    with solving_once(), pytest.MonkeyPatch.context() as patch:
        solve = auditing.solve_case

        def slow(case: object, *arguments: object, **more: object) -> object:
            if case.systems[-1].question.id in ("training", "role"):
                raise Undecided
            return solve(case, *arguments, **more)

        patch.setattr(auditing, "solve_case", slow)
        audited = audit(read_figures())
    undecided = {s.question for s in audited.states if s.state == "undecided"}
    assert undecided == {"training", "role"}
    assert all(s.witness is None for s in audited.states if s.state == "undecided")
    assert {f.id for f in audited.findings} == {name for name, _ in HARD if "box7.3" not in name}


def test_a_solver_without_an_answer_is_no_contradiction(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Programme, cost: object, seconds: float | None = None) -> None:
        assert seconds is not None
        raise RuntimeError("the time is up")

    monkeypatch.setattr(Programme, "minimise", stop)
    audited = audit(read_figures())
    assert {s.state for s in audited.states} == {"undecided"}
    assert audited.findings == ()


def test_a_table_that_does_not_hold_is_no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Programme, "minimise", lambda self, cost, seconds=None: [1] * len(self.upper))
    assert {s.state for s in audit(read_figures()).states} == {"undecided"}


def test_the_solver_gets_a_limit_in_seconds() -> None:
    case = survey_case(questionnaires()["third_sector"], ["early_involvement_ways"], read_figures(), 417)
    with pytest.raises(Undecided):
        solve_case(case, case.readings, seconds=0.0)


# Softer findings


def test_soft_findings_compute_their_numbers() -> None:
    said = {f.id: f.arithmetic for f in real().findings}
    assert "18 + 28 + 32 = 78%; without 32% in box 7.3 it is 18 + 28 = 46%" in said["training-majority"]
    assert "100 - (4 + 25 + 10 + 50) = 11; 12% in 7.10 is printed" in said["support-remainder"]
    assert "45 + 34 + 19 = 98%, which leaves 2%" in said["size-remainder"]
    assert "28 of 37 or 38" in said["training-provider-base"]
    assert "15 counted, 14 named" in said["interviews-listed"]
    with (paths.PUBLISHED / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bare = sum(not row["claim"] for row in rows)
    assert f"{bare} of {len(rows)} statements" in said["statements-without-claim"]
    charts = sum(line.startswith("chart ") for line in (paths.PUBLISHED / "paragraphs.csv").read_text().splitlines())
    assert f"{charts} charts" in said["charts-lost"]


@pytest.mark.parametrize(
    "values, gone",
    [
        ({"box7.3-3": "40"}, "training-majority"),
        ({"7.10-5": "11"}, "support-remainder"),
        ({"2.12-3": "21"}, "size-remainder"),
        ({"7.6-1": "38"}, "training-provider-base"),
    ],
)
def test_a_soft_finding_goes_when_its_numbers_do(values: dict[str, str], gone: str, tmp_path: Path) -> None:
    left = {finding.id for finding in soft_findings(altered(tmp_path, **values))}
    assert gone not in left and len(left) == len(SOFT) - 1


def _refused(folder: Path, change: Callable[[dict[str, object]], object]) -> list[str]:
    entries = yaml.safe_load(doubts_path().read_text("utf-8"))
    change(entries[0])
    path = folder / "soft.yml"
    path.write_text(yaml.safe_dump(entries), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_doubts(path)
    return [str(finding) for finding in refusal.value.findings]


def test_an_entry_that_cannot_be_right_is_refused(tmp_path: Path) -> None:
    assert "an unknown key" in _refused(tmp_path, lambda e: e.update(colour="red"))[0]
    assert "column 0.severity" in _refused(tmp_path, lambda e: e.update(severity="grave"))[0]
    assert "majority_without needs it" in _refused(tmp_path, lambda e: e["check"].pop("answers"))[0]
    assert "a second time" in _refused(tmp_path, lambda e: e.update(id="charts-lost"))[0]


# The command


def test_the_command_says_what_it_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with solving_once():
        assert main(["audit", "--csv", str(tmp_path / "audit.csv")]) == 0
    out, progress = capsys.readouterr()
    assert out.startswith("1. Contradiction (box 5.37, box 6.7, 5.40, 6.11)\n")
    assert "Questions: 52 consistent, 3 possible with fewer answers, 1 contradictory" in out
    assert "third_sector: unmanageable_risk: contradictory" in progress
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [finding.id for finding in real().findings]
