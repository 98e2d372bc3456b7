"""Every estimator against R (results in tests/reference, made by `make reference`), and against statsmodels.

R is not needed here. The two sides share no code: they read the same files of responses and nothing else.
"""

import csv
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import WLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from analysis import paths
from analysis.display.opening import open_wave
from analysis.inputs.addresses import parse_address
from analysis.inputs.responses import Responses, read_responses
from analysis.inputs.waves import find_wave
from analysis.numbers.change import Counted, crude_change, kitagawa, merge_small, standardised_change, total
from analysis.numbers.comparisons import benjamini_hochberg, holm
from analysis.numbers.intervals import newcombe_paired, wilson
from analysis.numbers.raking import Margin, rake
from analysis.numbers.weighting import Sample, codes_of, kish_deff, korn_graubard, logit_interval, weighted_share

REFERENCE = Path(__file__).parent / "reference"
CLOSE, ITERATED = 1e-9, 1e-6


@cache
def expected() -> dict[str, dict[str, float]]:
    """What R found: statistics by case."""
    cases: dict[str, dict[str, float]] = {}
    with (REFERENCE / "expected.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["case"], {})[row["statistic"]] = float(row["value"])
    return cases


def agrees(case, tolerance=CLOSE, **found):
    """Assert that R found the same for each statistic of a case."""
    for statistic, value in found.items():
        assert value == pytest.approx(expected()[case][statistic], rel=tolerance, abs=1e-14), f"{case}: {statistic}"


def test_versions_of_r_are_stated():
    assert set(json.loads((REFERENCE / "versions.json").read_text("utf-8"))) == {"R", "survey"}


def test_made_up_waves_are_those_of_the_script(tmp_path):
    script = tmp_path / "make_synthetic.py"
    script.write_text((REFERENCE / "make_synthetic.py").read_text("utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True)
    for name in ("waves.csv", "p_values.csv"):
        assert (tmp_path / name).read_bytes() == (REFERENCE / name).read_bytes()


# Shares of the reconstructed baseline


@cache
def baseline(survey) -> Responses:
    return read_responses(find_wave("baseline-2007"), survey)


def baseline_rows():
    with (REFERENCE / "shares.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


BREAKDOWNS = {"commissioners": "organisation_type", "third_sector": "size"}


def members_of(row) -> np.ndarray:
    responses = baseline(row["survey"])
    if not row["group"]:
        return np.ones(responses.size, dtype=bool)
    return responses.chose(BREAKDOWNS[row["survey"]], tuple(row["group"].split("+")))


def gave_and_answered(row):
    responses = baseline(row["survey"])
    gave = responses.chose(row["question"], tuple(row["answers"].split("+")))
    return gave, responses.answered(row["question"])


def test_all_questions_of_the_baseline_are_compared():
    compared = {(row["survey"], row["question"]) for row in baseline_rows()}
    assert compared == {(survey, question) for survey in BREAKDOWNS for question in baseline(survey).codes}


def test_shares_and_breakdowns_of_the_baseline():
    for row in baseline_rows():
        gave, answered = gave_and_answered(row)
        base = answered & members_of(row)
        count, size = int((gave & base).sum()), int(base.sum())
        assert (count, size) == (int(row["count"]), int(row["base"])), row
        assert count / size == pytest.approx(float(row["share"]), rel=CLOSE)
        assert wilson(count, size) == pytest.approx((float(row["low"]), float(row["high"])), rel=CLOSE, abs=1e-14), row


def test_estimates_that_the_book_shows():
    wave, shown = open_wave("baseline-2007"), 0
    for row in baseline_rows():
        survey = getattr(wave, row["survey"])
        address = f"{row['survey']}.{row['question']}.{row['answers']}"
        address += f"@{BREAKDOWNS[row['survey']]}={row['group']}" if row["group"] else ""
        estimate = survey.estimate(parse_address(address))
        if estimate.count is not None and estimate.interval is not None:
            shown += 1
            assert (estimate.count, estimate.base) == (int(row["count"]), int(row["base"])), address
            low, high = estimate.interval
            assert (low / 100, high / 100) == pytest.approx((float(row["low"]), float(row["high"])), rel=CLOSE)
    assert shown > 50


def test_equal_weights_give_the_shares_of_the_baseline():
    for row in baseline_rows():
        gave, answered = gave_and_answered(row)
        share = weighted_share(gave, Sample(np.ones(len(gave))), answered & members_of(row))
        assert share.value == pytest.approx(float(row["share"]), rel=CLOSE)


# Weighted shares


@cache
def waves() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "waves.csv", keep_default_na=False)


def wave_of(survey, number) -> pd.DataFrame:
    table = waves()
    return table[(table["survey"] == survey) & (table["wave"] == number)].reset_index(drop=True)


def answers_of(table):
    """Answers as numbers, with who answered: item non-response is out of the base."""
    answered = (table["answer"] != "").to_numpy()
    return pd.to_numeric(table["answer"]).to_numpy(), answered


def agrees_as_share(case, share):
    agrees(case, value=share.value, error=share.error, degrees=share.degrees)
    low, high = logit_interval(share)
    agrees(case, xlogit_low=low, xlogit_high=high)
    agrees(case, ITERATED, logit_low=low, logit_high=high)  # by an iterative fit
    low, high = korn_graubard(share)
    agrees(case, beta_low=low, beta_high=high)


SURVEY_WAVES = [(survey, number) for survey in ("commissioners", "third_sector") for number in (1, 2)]


@pytest.mark.parametrize(("survey", "number"), SURVEY_WAVES)
def test_weighted_shares_and_groups_of_made_up_waves(survey, number):
    table, case = wave_of(survey, number), f"{survey}.{number}"
    sample = Sample(table["weight"].to_numpy())
    answers, answered = answers_of(table)
    agrees_as_share(case, weighted_share(answers, sample, answered))
    for reach in ("local", "regional", "national"):
        members = answered & (table["reach"] == reach).to_numpy()
        agrees_as_share(f"{case}@{reach}", weighted_share(answers, sample, members))
    rare = weighted_share(table["rare"], sample)
    agrees_as_share(f"{case}.rare", rare)
    agrees(case, kish=kish_deff(sample.weights))


def schools(name) -> tuple[pd.DataFrame, Sample]:
    """A sample of schools and how it was drawn."""
    kind = name.removesuffix("_without_fpc")
    table = pd.read_csv(REFERENCE / f"{kind}.csv")
    strata = codes_of(table["stype"]) if kind == "apistrat" else None
    clusters = codes_of(table["dnum"]) if kind == "apiclus1" else None
    drawn = table.groupby("stype")["pw"].transform("size") if kind == "apistrat" else len(set(table["dnum"]))
    sampled = None if name != kind else (drawn / table["fpc"]).to_numpy()
    return table, Sample(table["pw"].to_numpy(), strata, clusters, sampled)


SCHOOLS = ["apistrat", "apistrat_without_fpc", "apiclus1", "apiclus1_without_fpc"]


@pytest.mark.parametrize("name", SCHOOLS)
def test_means_and_shares_of_schools(name):
    table, sample = schools(name)
    everybody = weighted_share(table["api00"], sample)
    agrees(name, value=everybody.value, error=everybody.error, degrees=everybody.degrees)
    wide = table["sch.wide"] == "Yes"
    agrees_as_share(f"{name}.sch.wide", weighted_share(wide, sample))
    for answer in ("No", "Yes"):
        domain = weighted_share(table["api00"], sample, table["sch.wide"] == answer)
        agrees(f"{name}@{answer}", value=domain.value, error=domain.error, degrees=domain.degrees)
    for kind in "EHM":
        agrees_as_share(f"{name}.sch.wide@{kind}", weighted_share(wide, sample, table["stype"] == kind))


def test_published_means_and_errors_of_schools():
    # As printed in the documentation of R's package survey.
    for name, mean, error in (("apistrat", "662.29", "9.4089"), ("apiclus1", "644.17", "23.542")):
        table, sample = schools(name)
        share = weighted_share(table["api00"], sample)
        assert (f"{share.value:.2f}", f"{share.error:.5g}") == (mean, error)
    table, sample = schools("apiclus1_without_fpc")
    share = weighted_share(table["api00"], raked_schools(table, sample))
    assert (f"{share.value:.2f}", f"{share.error:.5g}") == ("641.23", "23.942")


def raked_schools(table, sample) -> Sample:
    margins = [
        Margin("stype", list(table["stype"]), {"E": 4421, "H": 755, "M": 1018}),
        Margin("sch.wide", list(table["sch.wide"]), {"No": 1072, "Yes": 5122}),
    ]
    raked = rake(margins, sample.weights)
    return Sample(raked.weights, sample.strata, sample.clusters, sample.sampled, raked.margins, raked.weights_before)


def agrees_as_raked(case, share, sample):
    agrees(case, ITERATED, value=share.value, calibrated_value=share.value, calibrated_error=share.error)
    agrees(case, ITERATED, kish=kish_deff(sample.weights), largest=sample.weights.max(), smallest=sample.weights.min())
    agrees(case, ITERATED, first=sample.weights[0])


@pytest.mark.parametrize("name", SCHOOLS)
def test_raked_schools(name):
    table, sample = schools(name)
    raked = raked_schools(table, sample)
    share = weighted_share(table["api00"], raked)
    agrees_as_raked(f"{name}.raked", share, raked)
    if name.startswith("apiclus1"):  # R's rake() leaves unequal weights of before out of the residuals
        agrees(f"{name}.raked", ITERATED, raked_error=share.error)


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
@pytest.mark.parametrize("weighted", [False, True])
def test_made_up_waves_raked_to_the_one_before(survey, weighted):
    first, table = wave_of(survey, 1), wave_of(survey, 2)
    margins = [
        Margin(name, list(table[name]), {str(g): float(n) for g, n in first[name].value_counts().items()})
        for name in ("group", "reach")
    ]
    raked = rake(margins, table["weight"].to_numpy() if weighted else None)
    answers, answered = answers_of(table)
    share, case = weighted_share(answers, raked, answered), f"{survey}.raked" + "_from_weights" * weighted
    agrees_as_raked(case, share, raked)
    if not weighted:
        agrees(case, ITERATED, raked_error=share.error)


# Change, differences, many comparisons


def test_intervals_of_differences_between_answers_of_the_same_respondents():
    cases = [case for case in expected() if case.startswith("paired")]
    assert len(cases) == 5
    for case in cases:
        low, high = newcombe_paired(*(float(count) for count in case.split()[1:]))
        agrees(case, low=low, high=high)


def counted(table) -> dict[str, Counted]:
    answers, answered = answers_of(table)
    return {
        group: Counted(int(answers[answered & (table["group"] == group)].sum()),
                       int((answered & (table["group"] == group)).sum()))
        for group in "abcde"
    }  # fmt: skip


HIERARCHY = {"d": "d_or_e", "e": "d_or_e"}


def groups_of(survey):
    return merge_small(counted(wave_of(survey, 1)), counted(wave_of(survey, 2)), HIERARCHY)


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
def test_change_between_made_up_waves(survey):
    before, after = groups_of(survey)
    assert set(before) == {"a", "b", "c", "d_or_e"}
    crude, adjusted, split = (
        crude_change(total(before), total(after)), standardised_change(before, after), kitagawa(before, after)
    )  # fmt: skip
    agrees(f"{survey}.change", crude=crude.value, crude_low=crude.interval[0], crude_high=crude.interval[1])
    agrees(f"{survey}.change", crude_p=crude.p_value, rate=split.rate, composition=split.composition)
    agrees(f"{survey}.change", standardised=adjusted.value, standardised_error=adjusted.error)


FAMILIES = {str(name): list(part["p"]) for name, part in pd.read_csv(REFERENCE / "p_values.csv").groupby("family")}


@pytest.mark.parametrize("family", FAMILIES)
def test_adjusted_p_values(family):
    p_values = FAMILIES[family]
    for prefix, adjusted in (("holm", holm(p_values)), ("bh", benjamini_hochberg(p_values))):
        agrees(f"adjusted.{family}", **{f"{prefix}_{i}": value for i, value in enumerate(adjusted, start=1)})


# statsmodels, where it has the estimator


def test_statsmodels_has_the_same_intervals_of_shares():
    for row in baseline_rows():
        count, base = int(row["count"]), int(row["base"])
        low, high = proportion_confint(count, base, method="wilson")
        # It leaves rounding errors of the order of 1e-17 at 0 and 1, where the bound is exact.
        assert wilson(count, base) == pytest.approx((low, high), rel=CLOSE, abs=1e-14)


@pytest.mark.parametrize(("count", "worth"), [(0, 30), (1, 29), (3, 29), (15, 29), (29, 29), (30, 30)])
def test_statsmodels_has_the_same_interval_near_the_ends(count, worth):
    # The linearised variance has n - 1 where Clopper and Pearson have n; at the ends there is no variance.
    share = weighted_share(np.arange(30) < count, Sample(np.ones(30)))
    interval = proportion_confint(count / 30 * worth, worth, method="beta")
    assert korn_graubard(share) == pytest.approx(interval, rel=CLOSE, abs=1e-14)


@pytest.mark.parametrize("survey", ["commissioners", "third_sector"])
def test_statsmodels_has_the_same_crude_change(survey):
    before, after = (total(groups) for groups in groups_of(survey))
    crude = crude_change(before, after)
    interval = confint_proportions_2indep(after.count, after.base, before.count, before.base, method="newcomb")
    assert crude.interval == pytest.approx(interval, rel=CLOSE)
    _, p_value = proportions_ztest([after.count, before.count], [after.base, before.base])
    assert crude.p_value == pytest.approx(p_value, rel=CLOSE)


@pytest.mark.parametrize(("survey", "number"), SURVEY_WAVES)
def test_statsmodels_has_the_same_linearised_error(survey, number):
    table = wave_of(survey, number)
    ones = np.ones(len(table))
    fit = WLS(table["rare"].to_numpy(), ones, weights=table["weight"].to_numpy()).fit(cov_type="HC1")
    share = weighted_share(table["rare"], Sample(table["weight"].to_numpy()))
    assert (share.value, share.error) == pytest.approx((fit.params[0], fit.bse[0]), rel=CLOSE)


def test_statsmodels_has_the_same_error_of_clusters():
    table, sample = schools("apiclus1_without_fpc")
    options = {"groups": sample.clusters, "use_correction": False}
    fit = WLS(table["api00"].to_numpy(), np.ones(183), weights=sample.weights).fit(cov_type="cluster", cov_kwds=options)
    share = weighted_share(table["api00"], sample)
    assert (share.value, share.error) == pytest.approx((fit.params[0], fit.bse[0] * np.sqrt(15 / 14)), rel=CLOSE)


@pytest.mark.parametrize("family", FAMILIES)
def test_statsmodels_adjusts_the_same(family):
    p_values = FAMILIES[family]
    for method, adjust in (("holm", holm), ("fdr_bh", benjamini_hochberg)):
        assert adjust(p_values) == pytest.approx(multipletests(p_values, method=method)[1], rel=CLOSE)


def test_the_data_are_where_the_script_of_r_reads_them():
    script = (REFERENCE / "reference.R").read_text("utf-8")
    assert f"../../{paths.WAVES.relative_to(paths.ROOT)}/baseline-2007" in script
