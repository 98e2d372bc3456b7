"""Every numeral and word of quantity in the report is registered as a figure or excluded for a reason."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.published.accounting import REASONS, read_exclusions, unaccounted
from analysis.published.figures import read_figures
from analysis.published.tokens import Token, checksum, main, read_tokens, tokenise

MADE_UP = """A Survey of Gardens

CONTENTS

1.\tPonds\t7

1. PONDS

How many ponds

- 1.1. Most gardens (42%) had a pond, and 1,250
 visitors came.¹
- 1.2. Half had none:
 - three quarters of small gardens; and

¹ Counted in the Third Sector of the park.

in some a third of the water.

Key statistics:

- 12.5% of ponds had fish

'Nobody keeps two ponds.'

Survey respondent, many
Some Department

Fish in both

1.3. All is well.
"""


def test_tokens_of_a_made_up_text() -> None:
    found = [(token.where, token.position, token.token, token.next_word) for token in tokenise(MADE_UP)]
    assert found == [
        ("contents", 1, "1", "ponds"),
        ("contents", 2, "7", ""),
        ("heading 1.1", 1, "1", "ponds"),
        ("heading 1.1", 2, "many", "ponds"),
        ("1.1", 1, "most", "gardens"),
        ("1.1", 2, "42%", "had"),
        ("1.1", 3, "1,250", "visitors"),
        ("1.1", 4, "¹", ""),
        ("1.2", 1, "half", "had"),
        ("1.2", 2, "none", "three"),
        ("1.2", 3, "three", "quarters"),
        ("1.2", 4, "quarters", "of"),
        ("1.2", 5, "some", "a"),
        ("1.2", 6, "third", "of"),
        ("fn1", 1, "third", "sector"),
        ("box 1.2", 1, "12.5%", "of"),
        ("quote 1.2", 1, "two", "ponds"),
        ("quote 1.2", 2, "many", "some"),
        ("quote 1.2", 3, "some", "department"),
        ("heading 1.3", 1, "both", ""),
        ("1.3", 1, "all", "is"),
    ]


def test_the_name_of_the_sector_is_no_third() -> None:
    fraction, sector = (token for token in tokenise(MADE_UP) if token.token == "third")
    assert sector.is_name
    assert not fraction.is_name


@pytest.mark.parametrize(
    ("token", "number"),
    [("1,250", 1250), ("42%", 42), ("12.5%", Fraction(25, 2)), ("nine", 9), ("half", None), ("¹", None)],
)
def test_numerals_and_number_words_stand_for_numbers(token: str, number: int | Fraction | None) -> None:
    assert Token("1.1", 1, token, "").number == number


def test_every_token_of_the_report_is_accounted_for_once() -> None:
    assert unaccounted(read_tokens(), read_figures(), read_exclusions()) == []


def test_a_deleted_figure_or_exclusion_leaves_its_token_unaccounted_for() -> None:
    tokens, figures, exclusions = read_tokens(), read_figures(), read_exclusions()
    at = next(i for i, figure in enumerate(figures) if figure.figure == "4.6-2")
    without_figure = unaccounted(tokens, figures[:at] + figures[at + 1 :], exclusions)
    assert [str(finding) for finding in without_figure] == [
        "4.6, row 2: found '21%' unaccounted for; expected a figure or an exclusion"
    ]
    without_exclusion = unaccounted(tokens, figures, exclusions[1:])
    assert [(finding.place, finding.row) for finding in without_exclusion] == [
        (exclusions[0].where, str(exclusions[0].position))
    ]


def test_each_single_row_is_needed() -> None:
    tokens, figures, exclusions = read_tokens(), read_figures(), read_exclusions()
    uses: dict[tuple[str, int], int] = {}
    for figure in figures:
        for position in figure.tokens:
            uses[figure.where, position] = uses.get((figure.where, position), 0) + 1
    shared = {place for place, count in uses.items() if count > 1}
    assert shared == {("2.7", 3), ("5.28", 4)}
    assert len(uses) + len(exclusions) == len(tokens)


def _changed(name: str, **columns: object) -> list[str]:
    figures = [replace(f, **columns) if f.figure == name else f for f in read_figures()]
    return [str(finding) for finding in unaccounted(read_tokens(), figures, read_exclusions())]


def test_a_numeral_that_is_not_the_one_printed_is_found() -> None:
    assert _changed("4.6-2", value=Fraction(22)) == [
        "4.6, row 2: found 22% in figure 4.6-2; expected '21%', as printed"
    ]


def test_rows_for_tokens_that_do_not_exist_are_found() -> None:
    assert _changed("4.6-2", tokens=(2, 99)) == ["4.6, row 99: found no such token; expected a token of tokens.csv"]


def test_a_figure_without_tokens_is_found() -> None:
    found = _changed("4.6-2", tokens=())
    assert found[0] == "4.6: found 4.6-2 without tokens; expected tokens"


def test_two_figures_may_share_a_phrase_but_not_a_number() -> None:
    assert set(_changed("2.7-3", tokens=(3, 4, 6))) == {
        "2.7, row 4: found 22% in figure 2.7-3; expected '21%', as printed"
    }
    twice = _changed("2.7-4", tokens=(3, 7, 8))
    assert twice == ["2.7, row 3: found 3 rows for one token; expected one figure or one exclusion"]
    shared = _changed("5.28-3", qualifier="most")
    assert shared[-1:] == ["5.28, row 4: found 2 rows for one token; expected one figure or one exclusion"]


def test_an_exclusion_names_the_word_that_stands_there() -> None:
    first, *others = read_exclusions()
    found = unaccounted(read_tokens(), read_figures(), [replace(first, token="myriad"), *others])
    assert [finding.found for finding in found] == ["'myriad' excluded"]


def test_every_reason_is_declared_and_used(tmp_path: Path) -> None:
    assert {exclusion.reason for exclusion in read_exclusions()} == set(REASONS)
    path = tmp_path / "exclusions.csv"
    path.write_text("where,position,token,reason\n1.1,1,most,whim\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"exclusions\.csv, row 2, column reason: found 'whim'; expected name, date"):
        read_exclusions(path)


@pytest.mark.parametrize("position", ["0", "-1", "two", "", "1.5"])
def test_a_position_that_is_none_is_named(tmp_path: Path, position: str) -> None:
    path = tmp_path / "tokens.csv"
    path.write_text(f"where,position,token,next\n1.1,{position},most,of\n", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_tokens(path)
    expected = f"tokens.csv, row 2, column position: found {position!r}; expected a position, counted from 1"
    assert str(refusal.value) == expected


def _published(folder: Path, source: Path | None = None) -> Path:
    about = {"title": "Gardens", "sha256": checksum(source) if source else "0", "characters": 0}
    (folder / "source.yml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return folder


def test_the_list_is_made_by_hand_from_the_expected_text(tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_text(MADE_UP, encoding="utf-8")
    assert main([str(source)], _published(tmp_path, source)) == 0
    assert read_tokens(tmp_path / "tokens.csv") == tokenise(MADE_UP)


def test_another_text_is_refused_unless_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "text.txt"
    source.write_text(MADE_UP, encoding="utf-8")
    published = _published(tmp_path)
    assert main([str(source)], published) == 2
    assert "text.txt: found checksum" in capsys.readouterr().err
    assert not (tmp_path / "tokens.csv").exists()
    assert main([str(source), "--accept"], published) == 0
    described = yaml.safe_load((tmp_path / "source.yml").read_text(encoding="utf-8"))
    assert described == {"title": "Gardens", "sha256": checksum(source), "characters": len(MADE_UP)}


def test_a_missing_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "absent.txt")], _published(tmp_path)) == 2
    assert "absent.txt: found no such file; expected a file" in capsys.readouterr().err


def test_the_committed_list_names_the_text_it_was_made_from() -> None:
    about = yaml.safe_load((paths.PUBLISHED / "source.yml").read_text(encoding="utf-8"))
    assert len(about["sha256"]) == 64
    assert int(about["sha256"], 16) > 0
    assert about["characters"] > 0
