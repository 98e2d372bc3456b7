"""Every table at once, from patterns of answers: the same integers as one by one, in memory and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from support import WAVE, collected_wave, document, findings, forgetting, question, written

from analysis import paths
from analysis.__main__ import main
from analysis.inputs import instruments, partitions
from analysis.inputs.findings import InputError
from analysis.inputs.packing import pack
from analysis.inputs.parquet import ParquetColumns
from analysis.inputs.partitions import Partition
from analysis.inputs.patterns import MOST_COUNTERS, Column, count_patterns
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses, code_type, read_responses
from analysis.inputs.waves import Wave, all_waves, find_wave
from analysis.numbers.disclosure import Protection
from analysis.numbers.intervals import wilson
from analysis.numbers.spreading import tabulate_apart
from analysis.numbers.surveys import Survey
from analysis.numbers.tabulation import tabulate, wilson_intervals
from analysis.numbers.weighted_tables import tabulate_weighted
from analysis.numbers.weighting import Sample, weighted_share

SIZE = 600

__all__ = ["forgetting"]


def questionnaire() -> Questionnaire:
    return Questionnaire.model_validate(
        document(
            question("soil", "clay", "sand", "peat"),
            question("pond", "yes", "no", "unsure"),
            question("fish", "carp", "orfe", asked_if={"question": "pond", "answers": ["yes"]}),
            question("tools", "spade", "rake", "hoe", "none", kind="multiple", exclusive=["none"]),
        )
    )


def random_responses(seed: int = 1) -> Responses:
    """Answers at random, with item non-response, routing and answers where nobody was asked."""
    rng, own = np.random.default_rng(seed), questionnaire()
    codes = {}
    for one in own.questions:
        answers = len(one.answers)
        if one.kind == "multiple":
            codes[one.id] = rng.integers(0, 8, SIZE).astype(code_type(one))
        else:
            given = rng.random(SIZE) > 0.15
            codes[one.id] = ((1 << rng.integers(0, answers, SIZE)) * given).astype(code_type(one))
    return Responses(own, SIZE, codes)


def in_base(responses: Responses, name: str, breakdown: str, group: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    members = responses.answered(name)
    return members & responses.chose(breakdown, (group,)) if breakdown else members


def test_every_table_agrees_with_a_count_of_respondents_one_by_one() -> None:
    responses = random_responses()
    tables = list(tabulate(responses, ["soil", "pond"]))
    assert len(tables) == 3 * 4 - 2
    for table in tables:
        for place, group in enumerate(table.groups):
            base = in_base(responses, table.question, table.breakdown, group)
            assert table.bases[place] == base.sum()
            for row, answer in enumerate(table.answers):
                assert table.counts[row, place] == (base & responses.chose(table.question, (answer,))).sum()


def test_a_table_and_an_estimate_are_the_same_numbers() -> None:
    responses = random_responses()
    survey = Survey(responses.questionnaire, responses)
    fish = next(one for one in tabulate(responses, ["soil"]) if (one.question, one.breakdown) == ("fish", "soil"))
    clay = survey.fish.share("carp").by("soil").clay
    assert (clay.count, clay.base, clay.asked) == (fish.counts[0, 0], fish.bases[0], fish.asked[0])
    assert clay.interval == pytest.approx([100 * end[0, 0] for end in fish.intervals])


def test_many_intervals_at_once_are_those_of_one_share_each() -> None:
    counts, bases = np.array([0, 3, 10, 0]), np.array([10, 10, 10, 0])
    low, high = wilson_intervals(counts, bases)
    for place in range(3):
        assert (low[place], high[place]) == pytest.approx(wilson(int(counts[place]), int(bases[place])), abs=1e-15)
    assert np.isnan(low[3]) and np.isnan(high[3])


@pytest.mark.parametrize("most", [MOST_COUNTERS, 2])
def test_patterns_are_counted_alike_with_and_without_a_counter_for_each(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("analysis.inputs.patterns.MOST_COUNTERS", most)
    first, second = Column(np.array([1, 4, 1, 0, 4])), Column(np.array([2, 2, 2, 8, 8]))
    codes, counts, (sums,) = count_patterns([first, second], 5, [np.array([1.0, 2.0, 3.0, 4.0, 5.0])])
    assert [list(column) for column in codes] == [[0, 1, 4, 4], [8, 2, 2, 8]]
    assert list(counts) == [1, 2, 1, 1]
    assert list(sums) == [4.0, 4.0, 2.0, 5.0]


def test_responses_counted_a_part_at_a_time_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.inputs.patterns.AT_A_TIME", 7)
    responses = random_responses()
    assert responses.patterns("soil", "tools").counts.sum() == SIZE


def test_weighted_tables_agree_with_weighted_shares_one_by_one() -> None:
    responses = random_responses()
    weights = np.random.default_rng(2).lognormal(size=SIZE)
    weights[::50] = 0.0
    compared = 0
    for table in tabulate_weighted(Survey(responses.questionnaire, responses), weights, ["soil"]):
        own = responses.questionnaire.by_id[table.question]
        groups = ("clay", "sand", "peat") if table.breakdown else ("",)
        low, high = table.intervals
        for place, group in enumerate(groups):
            base = in_base(responses, table.question, table.breakdown, group)
            for row, answer in enumerate(own.answer_ids):
                gave = responses.chose(table.question, (answer,))
                share = weighted_share(gave.astype(float), Sample(weights), base)
                assert table.shares[row, place] == pytest.approx(share.value, abs=1e-12)
                assert table.errors[row, place] == pytest.approx(share.error, abs=1e-12)
                assert (low[row, place], high[row, place]) == pytest.approx(share.interval, abs=1e-9)
                assert table.bases[place] == share.base
                compared += 1
    assert compared == (3 + 3 + 2 + 4) + 3 * (3 + 2 + 4)


@pytest.mark.parametrize("weights", [np.ones(3), np.full(SIZE, -1.0), np.full(SIZE, np.nan)])
def test_weights_that_are_none_are_refused(weights: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    with pytest.raises(ValueError, match="weights are numbers of 0 or more"):
        list(tabulate_weighted(Survey(questionnaire(), random_responses()), weights))


def test_no_weighted_table_is_made_of_a_survey_of_which_something_is_withheld() -> None:
    responses = random_responses()
    survey = Survey(responses.questionnaire, responses, protection=Protection(responses))
    with pytest.raises(InputError) as error:
        list(tabulate_weighted(survey, np.ones(SIZE)))
    assert findings(error)[0].startswith("the weighted tables of garden: found responses that are protected; expected")


# A survey kept as codes in a file


@pytest.fixture
def harvest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = questionnaire()
    monkeypatch.setattr(instruments, "questionnaires", lambda: {"garden": own})
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    (tmp_path / "harvest" / "responses").mkdir(parents=True)
    return tmp_path / "harvest" / "responses" / "garden.parquet"


def kept(path: Path, codes: dict[str, np.ndarray[Any, Any]]) -> None:
    """Write a Parquet file of these columns."""
    connection = duckdb.connect()
    names, columns = list(codes), list(codes.values())
    kinds = {"uint8": "UTINYINT", "uint16": "USMALLINT", "int64": "BIGINT", "<U1": "VARCHAR"}
    made = ", ".join(f'"{name}" {kinds[str(column.dtype)]}' for name, column in codes.items())
    connection.execute(f"CREATE TABLE kept ({made})")
    rows = [[column[i].item() for column in columns] for i in range(len(columns[0]))]
    connection.executemany(f"INSERT INTO kept VALUES ({', '.join('?' * len(names))})", rows)
    connection.execute(f"COPY kept TO '{path}' (FORMAT parquet)")


def opened(engine: str, size: int = SIZE) -> Responses:
    entry = {"file": "responses/garden.parquet", "responses": size, "engine": engine}
    return read_responses(Wave.model_validate({**WAVE, "surveys": {"garden": entry}}), "garden")


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_a_file_of_codes_gives_the_same_integers(harvest: Path, engine: str) -> None:
    own = random_responses()
    kept(harvest, dict(own.codes))
    for ours, theirs in zip(tabulate(own, ["soil", "pond"]), tabulate(opened(engine), ["soil", "pond"]), strict=True):
        assert (ours.question, ours.breakdown) == (theirs.question, theirs.breakdown)
        assert (ours.counts == theirs.counts).all()
        assert (ours.bases == theirs.bases).all() and (ours.asked == theirs.asked).all()


def test_with_the_engine_of_the_file_no_column_is_read(harvest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(harvest, dict(random_responses().codes))
    responses = opened("duckdb")

    def read(*arguments: object) -> None:
        raise AssertionError("a column was read")

    monkeypatch.setattr("analysis.inputs.parquet.ParquetColumns.__getitem__", read)
    assert list(tabulate(responses, ["soil"]))
    with pytest.raises(AssertionError, match="a column was read"):
        list(tabulate(opened("memory"), ["soil"]))


BROKEN_FILES: dict[str, tuple[dict[str, Any], int, str]] = {
    "a code of two answers": ({"soil": np.array([1, 3], np.uint8)}, 2, "the code 3; expected codes of soil: 1 clay"),
    "a code of no answer": ({"soil": np.array([1, 8], np.uint8)}, 2, "column soil: found the code 8"),
    "an exclusive answer and another": ({"tools": np.array([9], np.uint8)}, 1, "column tools: found the code 9"),
    "no question": ({"shed": np.array([1], np.uint8)}, 1, "column shed: found a column that is no question"),
    "no codes": ({"soil": np.array(["a"])}, 1, "column soil: found values of the type VARCHAR"),
    "signed numbers": ({"soil": np.array([1])}, 1, "column soil: found values of the type BIGINT"),
    "another number of responses": ({"soil": np.array([1], np.uint8)}, 2, "found 1 responses; expected 2 responses"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize("fault", BROKEN_FILES)
def test_a_file_of_codes_that_cannot_be_used_is_refused(harvest: Path, fault: str, engine: str) -> None:
    codes, size, found = BROKEN_FILES[fault]
    kept(harvest, codes)
    with pytest.raises(InputError) as error:
        opened(engine, size)
    assert any(found in line for line in findings(error))


def test_a_file_that_is_none_is_refused(harvest: Path) -> None:
    harvest.write_text("soil\n1\n")
    with pytest.raises(InputError, match="expected a Parquet file of coded answers"):
        opened("memory")


# From text to codes


CELLS = (
    "response,soil,pond,tools",
    '1,clay,yes,"spade;rake"',
    "2,,no,none",
    "3,sand,unsure,",
    "4,clay,yes,rake",
)  # fmt: skip


def as_text(folder: Path, lines: Sequence[str]) -> Wave:
    written(folder.parent, "garden.csv", "".join(f"{line}\n" for line in lines))
    entry = {"file": "responses/garden.csv", "responses": len(lines) - 1}
    return Wave.model_validate({**WAVE, "surveys": {"garden": entry}})


def test_text_and_the_codes_made_from_it_give_the_same_integers(harvest: Path) -> None:
    wave = as_text(harvest, CELLS)
    before = read_responses(wave, "garden")
    assert pack(wave, "garden") == harvest
    after = opened("memory", size=4)
    assert {name: list(codes) for name, codes in before.codes.items()} == {
        name: list(after.codes[name]) for name in after.codes
    }
    assert [codes.dtype for codes in before.codes.values()] == [after.codes[name].dtype for name in after.codes]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([*CELLS, "5,chalk,,", "6,chalk,,"], "garden.csv, row 6, column soil: found 'chalk'; expected answers of soil"),
        ([*CELLS, "4,clay,,"], "row 6, column response: found '4' again; expected one row a response"),
        (["response", "1"], "garden.csv, row 1: found no column of answers"),
        (["response,shed", "1,yes"], "row 1, column shed: found a column that is no question"),
        ([*CELLS, "5,clay"], "row 6: found 2 fields; expected 4 fields"),
        ([*CELLS, '5,"clay,yes,none'], "row 6: found unexpected end of data"),
    ],
)
def test_text_that_cannot_be_used_is_named_and_nothing_is_written(
    harvest: Path, lines: Sequence[str], found: str
) -> None:
    wave = as_text(harvest, lines)
    with pytest.raises(InputError) as error:
        pack(wave, "garden")
    assert any(found in line for line in findings(error))
    assert [path.name for path in harvest.parent.iterdir()] == ["garden.csv"]


def test_a_packed_wave_says_so_and_keeps_its_checksums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetting: None
) -> None:
    columns = {"third_sector": {"size": ["small", "large", "small"]}, "commissioners": {"aware_principles": ["yes"]}}
    home = collected_wave(tmp_path, monkeypatch, columns)
    assert main(["pack", "harvest"]) == 0
    all_waves.cache_clear()
    wave = find_wave("harvest")
    assert [entry.file for entry in wave.surveys.values()] == [
        "responses/commissioners.parquet", "responses/third_sector.parquet",
    ]  # fmt: skip
    assert wave.responses_path("third_sector").is_relative_to(home)
    size = Survey(instruments.instrument(wave, "third_sector").questionnaire, read_responses(wave, "third_sector")).size
    assert (size.share("small").count, size.share("small").base) == (2, 3)


# A survey kept in several files


@pytest.fixture
def parted(harvest: Path) -> tuple[Responses, Path]:
    """Responses in four files of different sizes; no answer to one question occurs in all of them."""
    own = random_responses()
    own.codes["soil"][:100] = 0
    for number, part in enumerate([slice(0, 100), slice(100, 101), slice(101, 450), slice(450, SIZE)]):
        kept(harvest.with_name(f"garden-{number}.parquet"), {name: codes[part] for name, codes in own.codes.items()})
    return own, harvest.with_name("garden-*.parquet")


def parted_wave() -> Wave:
    entry = {"file": "responses/garden-*.parquet", "responses": SIZE}
    return Wave.model_validate({**WAVE, "surveys": {"garden": entry}})


def test_files_counted_apart_give_the_integers_of_all_in_one_go(parted: tuple[Responses, Path]) -> None:
    own = list(tabulate(parted[0], ["soil", "tools"], Protection(parted[0])))
    with ThreadPoolExecutor(2) as pool:
        apart = list(tabulate_apart(pool, parted_wave(), "garden", ["soil", "tools"]))
    assert len(own) == len(apart) == 3 * 4 - 2
    for ours, theirs in zip(own, apart, strict=True):
        assert (ours.question, ours.breakdown, ours.groups) == (theirs.question, theirs.breakdown, theirs.groups)
        for one in ("counts", "bases", "asked"):
            assert getattr(theirs, one).dtype == np.int64
            assert (getattr(ours, one) == getattr(theirs, one)).all()


def test_files_counted_apart_tell_nothing_of_few_respondents(harvest: Path) -> None:
    """Of the clay too few have a pond to be told of: nothing but the tables of everybody is left."""
    own = random_responses()
    own.codes["soil"][9:][own.codes["soil"][9:] == 1] = 2
    kept(harvest.with_name("garden-0.parquet"), own.codes)
    with ThreadPoolExecutor(1) as pool:
        made = [one for one in tabulate_apart(pool, parted_wave(), "garden", ["soil"]) if one.breakdown]
    assert [one.question for one in made] == ["pond", "fish", "tools"]
    assert [one.groups for one in made] == [()] * 3 and all(one.counts.size == 0 for one in made)


def test_files_counted_apart_are_not_counted_again_here(
    parted: tuple[Responses, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    count = partitions.count_partition
    monkeypatch.setattr(partitions, "count_partition", lambda part, wanted: counted.append(part) or count(part, wanted))
    monkeypatch.setattr(ParquetColumns, "__getitem__", lambda *arguments: pytest.fail("a column was read"))
    with ThreadPoolExecutor(2) as pool:
        list(tabulate_apart(pool, parted_wave(), "garden", ["soil"]))
    assert sorted(part.name[-9:] for part in counted) == [f"{number}.parquet" for number in range(4)]


def test_a_file_that_is_another_one_where_it_is_counted_is_refused(parted: tuple[Responses, Path]) -> None:
    parts = partitions.partitions(parted_wave(), "garden")
    parts[1] = Partition(parts[1].name, parts[0].sha256)
    parts[3] = Partition("harvest/responses/none.parquet", parts[3].sha256)
    with ThreadPoolExecutor(2) as pool, pytest.raises(InputError) as error:
        partitions.count_apart(pool, parts, [("soil",)])
    other, none = findings(error)
    assert "garden-1.parquet on " in other and "found other content" in other
    assert "none.parquet on " in none and "found no such file" in none
