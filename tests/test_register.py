"""The register of printed figures, the statements and the phrases: what they hold, and what is refused."""

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.phrases import phrases
from analysis.inputs.waves import find_wave
from analysis.published.figures import Figure, read_figures
from analysis.published.statements import check_claim, read_statements

HEADER = "figure,where,tokens,words,address,value,unit,qualifier,base"
GOOD = "4.6-1,4.6,2,involve always,commissioners.early_involvement.always,21,percent,,commissioners"


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "figures.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _changed(**columns: str) -> str:
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | columns
    return ",".join(row.values())


def _findings(path: Path) -> list[str]:
    with pytest.raises(InputError) as refusal:
        read_figures(path)
    return [str(finding) for finding in refusal.value.findings]


def test_a_row_is_read_as_it_stands(tmp_path: Path) -> None:
    (figure,) = read_figures(_file(tmp_path, HEADER, GOOD))
    assert (figure.figure, figure.where, figure.tokens, figure.value) == ("4.6-1", "4.6", (2,), Fraction(21))
    assert str(figure.address) == "commissioners.early_involvement.always"
    assert str(figure.base) == "commissioners"
    assert (figure.unit, figure.qualifier, figure.printed_words) == ("percent", "", "21%")


BROKEN = {
    "over a hundred": (
        _changed(value="121"),
        "row 2, column value: found 121; expected a percentage from 0 to 100",
    ),
    "below nought": (_changed(value="-1"), "row 2, column value: found -1; expected a percentage from 0 to 100"),
    "not a number": (
        _changed(value="21%"),
        "row 2, column value: found '21%'; expected a number, digits only",
    ),
    "a broken count": (
        _changed(value="2.5", unit="count"),
        "row 2, column value: found 2.5; expected a whole number of 0 or more",
    ),
    "neither number nor phrase": (
        _changed(value=""),
        "row 2, column value: found nothing; expected a number, or a phrase as qualifier",
    ),
    "unknown unit": (_changed(unit="share"), "row 2, column unit: found 'share'; expected percent or count"),
    "unknown phrase": (
        _changed(qualifier="oodles"),
        "row 2, column qualifier: found 'oodles'; expected a phrase of quantities.yml",
    ),
    "unknown fact": (
        _changed(address="study.moons", base=""),
        "row 2, column address: found 'study.moons'; expected a fact declared in facts.csv",
    ),
    "a fact with a base": (
        _changed(address="study.focus_groups"),
        "row 2, column base: found 'commissioners'; expected nothing: a fact about the study has no base",
    ),
    "base of the other survey": (
        _changed(base="third_sector"),
        "row 2, column base: found 'third_sector'; expected a base in the survey of the address",
    ),
    "no base": (_changed(base=""), "row 2, column base: found ''; expected an address"),
    "answers out of order": (
        _changed(address="commissioners.early_involvement.often+always"),
        "row 2, column address: found 'commissioners.early_involvement.often+always'; expected "
        "commissioners.early_involvement.always+often, the questionnaire's order",
    ),
    "no address at all": (
        _changed(address="Commissioners!"),
        "row 2, column address: found 'Commissioners!'; expected an address of the questionnaires: "
        "'Commissioners!' is not survey.question.answer[+answer][@breakdown=group]",
    ),
    "tokens that are no positions": (
        _changed(tokens="0"),
        "row 2, column tokens: found '0'; expected positions of tokens, separated by spaces",
    ),
    "id of another place": (
        _changed(figure="4.7-1"),
        "row 2, column figure: found '4.7-1'; expected 4.6- and a number",
    ),
    "no place": (
        _changed(where=""),
        "row 2, column where: found nothing; expected a paragraph, box or footnote",
    ),
    "a field too few": (GOOD.rpartition(",")[0], "row 2: found 8 fields; expected 9 fields"),
}


@pytest.mark.parametrize(("row", "finding"), BROKEN.values(), ids=BROKEN)
def test_a_broken_row_is_named(tmp_path: Path, row: str, finding: str) -> None:
    assert _findings(_file(tmp_path, HEADER, row)) == [f"figures.csv, {finding}"]


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("visitors.early_involvement.always", "no survey 'visitors'"),
        ("commissioners.late_involvement.always", "no question of commissioners 'late_involvement'"),
        ("commissioners.early_involvement.hourly", "no answer of early_involvement 'hourly'"),
        ("commissioners.early_involvement.always@size=small", "no breakdown of commissioners 'size'"),
    ],
)
def test_an_unknown_address_is_named_with_what_exists(tmp_path: Path, address: str, what: str) -> None:
    survey = address.partition(".")[0]
    row = _changed(address=address, base="commissioners" if survey == "commissioners" else survey)
    found = _findings(_file(tmp_path, HEADER, row))[0]
    expected = f"an address of the questionnaires: {what}; there are "
    assert found.startswith(f"figures.csv, row 2, column address: found '{address}'; expected {expected}")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, HEADER.replace(",unit", ""), GOOD)
    columns = HEADER.replace(",", ", ")
    assert _findings(path) == [f"figures.csv, row 1, column unit: found no such column; expected the columns {columns}"]


def test_a_second_row_with_the_same_id_is_named(tmp_path: Path) -> None:
    found = "figures.csv, row 3, column figure: found '4.6-1' a second time; expected ids that are unique"
    assert _findings(_file(tmp_path, HEADER, GOOD, GOOD)) == [found]


def test_bytes_that_are_not_utf_8_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(f"{HEADER}\n".encode() + GOOD.replace("always,comm", "toujours \xe9,comm", 1).encode("latin-1"))
    found = "figures.csv, row 2: found byte 0xe9, which is not UTF-8; expected text encoded as UTF-8"
    assert _findings(path) == [found]


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path, HEADER, _changed(value="300", unit="share"), _changed(figure="4.6-2", value="-3"))
    assert len(_findings(path)) == 2


def _one(folder: Path, **columns: str) -> Figure:
    (figure,) = read_figures(_file(folder, HEADER, _changed(**columns)))
    return figure


def test_a_printed_percentage_stands_for_what_rounds_to_it(tmp_path: Path) -> None:
    figure = _one(tmp_path, value="49")
    assert figure.interval == (Fraction(97, 2), Fraction(99, 2))
    assert figure.admits(Fraction(97, 2))
    assert not figure.admits(Fraction(99, 2))


def test_words_alone_stand_for_their_declared_range(tmp_path: Path) -> None:
    figure = _one(tmp_path, value="", qualifier="less than a fifth")
    assert figure.interval == (Fraction(10), Fraction(20))
    assert figure.admits(Fraction(10))
    assert not figure.admits(Fraction(20))


def test_a_count_is_exact(tmp_path: Path) -> None:
    figure = _one(tmp_path, address="commissioners", value="162", unit="count")
    assert figure.interval == (Fraction(162), Fraction(162))


def test_a_base_narrower_than_those_asked_makes_a_figure_relative() -> None:
    relative = [figure.figure for figure in read_figures() if figure.is_relative]
    assert relative == ["5.38-2"]


def test_a_numeral_lies_in_the_range_of_the_words_printed_with_it() -> None:
    table = phrases()
    both = [figure for figure in read_figures() if figure.value is not None and figure.qualifier]
    assert len(both) > 10
    for figure in both:
        assert table[figure.qualifier].covers(figure.value, figure.value, half_open=False), figure.figure


def test_a_number_is_printed_alike_wherever_it_is_printed_but_once() -> None:
    printed = defaultdict(set)
    for figure in read_figures():
        if figure.value is not None:
            printed[str(figure.address)].add(int(figure.value))
    differing = {address: values for address, values in printed.items() if len(values) > 1}
    assert differing == {"third_sector.unmanageable_risk.agree": {46, 47}}


def test_a_number_printed_in_words_agrees_with_its_numeral_elsewhere() -> None:
    figures = read_figures()
    numerals = {str(figure.address): figure for figure in figures if figure.value is not None}
    in_words = [f for f in figures if f.value is None and not f.is_relative and str(f.address) in numerals]
    assert len(in_words) > 10
    for figure in in_words:
        assert figure.admits(numerals[str(figure.address)].value), figure.figure


def test_the_register_runs_in_the_order_of_the_report() -> None:
    places = [re.sub(r"^(box|fn)", "", figure.where) for figure in read_figures()]
    order = [tuple(map(int, place.split("."))) for place in places]
    assert order == sorted(order)


def test_facts_of_the_baseline_equal_the_register() -> None:
    with (find_wave("baseline").folder / "facts.csv").open(encoding="utf-8", newline="") as stream:
        facts = {(row["key"], row["value"], row["unit"], row["where"]) for row in csv.DictReader(stream)}
    registered = {
        (figure.address.question, str(figure.value or figure.qualifier), figure.unit, figure.where)
        for figure in read_figures()
        if figure.is_study
    }
    assert registered == facts


def _paragraphs() -> list[dict[str, str]]:
    with (paths.PUBLISHED / "paragraphs.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_part_of_the_report_is_listed_once() -> None:
    listed = [row["where"] for row in _paragraphs()]
    chapters = {1: 10, 2: 15, 3: 15, 4: 17, 5: 47, 6: 36, 7: 22, 8: 23}
    paragraphs = {f"{chapter}.{n}" for chapter, last in chapters.items() for n in range(1, last + 1)}
    charts = ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "4.8", "4.11"]
    charts += ["5.13", "5.19", "5.20", "5.28", "5.34", "5.39", "6.31", "7.5"]
    assert len(listed) == len(set(listed))
    assert {where for where in listed if where[0].isdigit()} == paragraphs
    assert [where for where in listed if where.startswith("chart")] == [f"chart {after}" for after in charts]
    assert {where for where in listed if where.startswith("fn")} == {f"fn{n}" for n in range(1, 9)}


def test_figures_and_statements_stand_in_parts_that_exist() -> None:
    known = {row["where"] for row in _paragraphs()}
    assert {row.where for row in (*read_figures(), *read_statements())} <= known


def test_statements_that_no_question_carries_say_why() -> None:
    statements = read_statements()
    assert len(statements) > 80
    assert all(statement.claim or statement.note for statement in statements)


def _refused(claim: str) -> str:
    with pytest.raises(ValueError) as refusal:
        check_claim(claim)
    return str(refusal.value)


ACCEPTED = [
    "majority(commissioners.early_involvement.always+often)",
    "lowest(commissioners.provider_awareness.considerable@organisation_type, pct)",
    "highest(commissioners.region.*, london+west_midlands)",
    "ranked(third_sector.early_involvement_ways.*, lsp, service_consultations)",
    "similar(third_sector.unmanageable_risk.agree@size)",
    "commissioners.aware_principles.yes > third_sector.aware_principles.yes",
    "third_sector.funded_to_deliver.yes@size=small < third_sector.funded_to_deliver.yes@size=large",
]


@pytest.mark.parametrize("claim", ACCEPTED)
def test_claims_about_what_was_asked_are_accepted(claim: str) -> None:
    check_claim(claim)


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("loudest(commissioners.region.*, london)", "a claim of the form"),
        ("majority(commissioners.early_involvement)", "a share, with answers"),
        ("majority(commissioners.early_involvement.often+always)", "the questionnaire's order"),
        ("highest(commissioners.region.*, west_midlands+london)", "the questionnaire's order"),
        ("highest(commissioners.region.*, atlantis)", "no answer of region 'atlantis'"),
        ("highest(commissioners.regions.*, london)", "no question of commissioners 'regions'"),
        ("lowest(commissioners.targets.outcomes@size, small)", "a breakdown of commissioners after @"),
        ("ranked(commissioners.role.*)", "a claim of the form"),
        ("commissioners.role.commissioner > commissioners.role.captain", "no answer of role 'captain'"),
    ],
)
def test_other_claims_are_refused(claim: str, why: str) -> None:
    assert why in _refused(claim)


def _statements(folder: Path, *rows: Sequence[str]) -> list[str]:
    path = folder / "statements.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("statement", "where", "words", "claim", "note"), *rows])
    with pytest.raises(InputError) as refusal:
        read_statements(path)
    return [str(finding) for finding in refusal.value.findings]


def test_broken_statements_are_named(tmp_path: Path) -> None:
    found = _statements(
        tmp_path,
        ("4.8-s1", "4.8", "varies", "", ""),
        ("4.8-s1", "4.8", "varies", "", "vague"),
        ("4.9-s1", "4.8", "", "", "vague"),
        ("4.8-s2", "4.8", "varies", "majority(commissioners.role)", ""),
    )
    assert found == [
        "statements.csv, row 2, column note: found nothing; expected why no question carries the statement",
        "statements.csv, row 3, column statement: found '4.8-s1' a second time; expected ids that are unique",
        "statements.csv, row 4, column statement: found '4.9-s1'; expected 4.8-s and a number",
        "statements.csv, row 4, column words: found nothing; expected what is stated, in words of our own",
        "statements.csv, row 5, column claim: found 'majority(commissioners.role)'; "
        "expected a share, with answers, instead of commissioners.role",
    ]
