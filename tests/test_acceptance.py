"""The accepted numbers: equal to the committed chapters, and sensitive to what a reader would see move."""

import csv
import re
import shutil

import pytest

from analysis import __main__ as commands
from analysis import paths
from analysis.inputs.waves import all_waves
from analysis.publication import acceptance
from analysis.publication.contents import executed_chapters

WAVE = next(wave for wave in all_waves() if wave.role == "baseline")


@pytest.fixture
def accepted(tmp_path, monkeypatch):
    """A copy of the accepted numbers that a test may change."""
    copy = tmp_path / "accepted"
    shutil.copytree(paths.ACCEPTED, copy)
    monkeypatch.setattr(paths, "ACCEPTED", copy)
    # Of waves that were added since, nothing is known here.
    monkeypatch.setattr(acceptance, "all_waves", lambda: (WAVE,))
    return copy


def alter(path, key, name, column, value):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    changed = [row for row in rows if row[key] == name]
    assert changed, f"{name} is accepted"
    for row in changed:
        row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(changed)


@pytest.mark.parametrize("wave", all_waves(), ids=lambda wave: wave.id)
def test_nothing_has_moved_since_numbers_were_accepted(wave):
    if acceptance.never_accepted(wave):
        pytest.skip(f"the numbers of {wave.id} have never been accepted: make accept")
    assert acceptance.told(wave) == []
    assert (paths.ACCEPTED / wave.id / "statistics.csv").exists() == bool(executed_chapters(wave))


def test_a_wave_that_was_never_accepted_is_told_in_one_line_and_can_be(accepted):
    shutil.rmtree(accepted / WAVE.id)
    assert acceptance.never_accepted(WAVE)
    rows = {name: list(csv.DictReader((paths.ROOT / "data/accepted" / WAVE.id / f"{name}.csv").open()))
            for name in ("statistics", "claims")}  # fmt: skip
    (told,) = acceptance.told(WAVE)
    found = re.fullmatch(rf"{WAVE.id}: never accepted \((\d+) statistics, (\d+) claims\)", told)
    # A claim that two sentences of a chapter make is accepted once.
    assert int(found[1]) == len(rows["statistics"])
    assert int(found[2]) == len({(row["chapter"], row["claim"]) for row in rows["claims"]})
    acceptance.accept("2030-01-02", "a new wave")
    assert not acceptance.never_accepted(WAVE) and acceptance.told(WAVE) == []
    assert acceptance.revisions()[-1]["why"] == "a new wave"


def test_a_wave_without_chapters_has_nothing_to_accept(accepted, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    shutil.rmtree(accepted / WAVE.id)
    assert not acceptance.never_accepted(WAVE) and acceptance.told(WAVE) == []


def test_a_printed_digit_that_moves_is_told_as_such(accepted):
    name = "commissioners.early_involvement.always+often"
    times = alter(accepted / WAVE.id / "statistics.csv", "address", name, "percent", "48")
    moved = acceptance.movements(WAVE)
    assert len(moved) == times
    assert {(m.column, m.before, m.after, m.weight) for m in moved} == {("percent", "48", "49", "printed digit")}


def test_a_number_that_no_reader_sees_moves_quietly_and_a_rounding_error_not_at_all(accepted):
    name = "commissioners.aware_principles.yes"
    path = accepted / WAVE.id / "statistics.csv"
    alter(path, "address", name, "low", "31.00")
    assert {(m.column, m.weight) for m in acceptance.movements(WAVE)} == {("low", "not visible")}
    row = next(r for r in csv.DictReader((paths.ROOT / "data/accepted" / WAVE.id / "statistics.csv").open())
               if r["address"] == name)  # fmt: skip
    alter(path, "address", name, "low", f"{float(row['low']) + 0.001:.4f}")
    assert acceptance.movements(WAVE) == []


def test_a_claim_that_changes_state_is_told(accepted):
    name = "majority(third_sector.contribution_not_understood.agree)"
    alter(accepted / WAVE.id / "claims.csv", "claim", name, "state", "within noise")
    moved = acceptance.movements(WAVE)
    assert {(m.column, m.before, m.after, m.weight) for m in moved} == {("state", "within noise", "holds", "claim")}


def test_accepting_records_the_decision_and_settles_it(accepted):
    before = len(acceptance.revisions())
    name = "third_sector.support_received.never"
    times = alter(accepted / WAVE.id / "statistics.csv", "address", name, "percent", "51")
    acceptance.accept("2030-01-02", "a trial")
    assert acceptance.movements(WAVE) == []
    assert len(acceptance.revisions()) == before + 1
    last = acceptance.revisions()[-1]
    assert (last["date"], last["moved"], last["digits"], last["claims"]) == ("2030-01-02", str(times), str(times), "0")


def test_a_reason_needs_a_day(accepted, capsys):
    with pytest.raises(SystemExit) as stopped:
        commands.main(["accept", "--why", "no day given"])
    assert stopped.value.code == 2
    assert "--why needs --date" in capsys.readouterr().err
