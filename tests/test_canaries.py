"""Nothing that tells who answered leaves the responses: canaries in every column of an export, and nowhere else.

A made-up wave takes the whole way, from two exports to a book, and the book is then searched and attacked.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from attacker import UNSTATED, Attack
from conftest import PARAMETERS
from deductions import OtherWave
from exports import csv_file
from made_up_waves import Recipe, drawn
from support import with_the_baseline_alone

from analysis import paths
from analysis.display.opening import open_surveys
from analysis.display.records import MIME
from analysis.inputs.addresses import Address
from analysis.inputs.questionnaire import Questionnaire, questionnaires
from analysis.inputs.waves import Wave, find_wave
from analysis.publication.contents import BEGIN, END
from analysis.publication.page_reading import read_page
from analysis.publication.shown_numbers import number_findings

SIZES = {"commissioners": 150, "third_sector": 300}
OTHER_WORDS = {"commissioners": "early_involvement_ways", "third_sector": "early_involvement_ways"}
CANARY = "kanarienvogel"
# Columns of a tool that tell who answered, or that nobody uses.
BESIDE = ("Respondent ID", "IP Address", "Email Address", "Name of the interviewer", "Words beside the answer")
# Questions of all kinds, with those that lead to others, in every answer by every group.
TABLES = '''
from analysis.display import either, exceeds, majority, open_wave, say, table

study = open_wave(wave)
commissioners, third_sector = study.commissioners, study.third_sector
asked = [
    commissioners.early_involvement, commissioners.early_involvement_ways, commissioners.third_sector_delivers,
    commissioners.training, commissioners.training_provider, third_sector.role, third_sector.early_involvement_ways,
    third_sector.support_received, third_sector.support_helpful, third_sector.public_income_share,
]
for one in asked:
    (breakdown,) = one.survey.questionnaire.breakdowns
    table(*(share.by(breakdown) for share in one.answers()), title=one.question.topic)
'''
CLAIMS = '''
for share in [share for one in asked for share in one.answers()]:
    (breakdown,) = share.survey.questionnaire.breakdowns
    say(either(f"It was said by {majority(share):most}.", "It was not said by all."))
    for group in share.by(breakdown):
        more, fewer = exceeds(group, share), exceeds(share, group)
        say(either(f"It was said by {more:more} there.", f"It was said by {fewer:fewer} there.", "It was said."))
'''
CHANGES = "study.changes(*(one.answers() for one in asked))"
TOPLINE = '''
from analysis.display import open_wave, topline

study = open_wave(wave)
topline(study.commissioners)
topline(study.third_sector)
'''


def canary(survey: str, column: str, row: int) -> str:
    """A word that stands in one cell of one export and nowhere else."""
    return f"{CANARY}{survey[:2]}{re.sub('[^a-z]', '', column.lower())}{row}x"


def export(questionnaire: Questionnaire, folder: Path, seed: int) -> list[str]:
    """Write the export of a survey with canaries in every column, and the mapping file that explains it."""
    survey, dice = questionnaire.survey, np.random.default_rng(seed)
    codes = drawn(questionnaire, Recipe(SIZES), dice)
    # A few say nothing of the group they are in.
    codes[questionnaire.breakdowns[0]][dice.random(SIZES[survey]) < 0.02] = 0
    single = [one.id for one in questionnaire.questions if one.kind == "single"]
    rows: list[list[str]] = [[*BESIDE, *codes]]
    answers: dict[str, dict[str, str]] = {name: {} for name in single}
    for row in range(SIZES[survey]):
        beside = [canary(survey, column, row) for column in BESIDE]
        cells = []
        for name, column in codes.items():
            given = [a for place, a in enumerate(questionnaire.by_id[name].answer_ids) if int(column[row]) >> place & 1]
            cells.append(";".join(given))
            if given and name in single and not answers[name]:
                # One answer of each question is written in words of its own, which the mapping file explains.
                cells[-1] = canary(survey, name, row)
                answers[name][cells[-1]] = given[0]
        # Words beside an answer count as that answer.
        if "other" not in cells[list(codes).index(OTHER_WORDS[survey])].split(";"):
            beside[-1] = ""
        rows.append([*beside, *cells])
    csv_file(folder / f"{survey}.csv", rows)
    columns = {
        "Name of the interviewer": {"ignore": "not a question"},
        "Words beside the answer": {"words_beside": f"{OTHER_WORDS[survey]}.other"},
    }
    mapping = {"survey": survey, "columns": columns, "answers": {k: v for k, v in answers.items() if v}}
    (folder / f"{survey}.mapping.yml").write_text(yaml.safe_dump(mapping, allow_unicode=True), "utf-8")
    return [cell for row in rows[1:] for cell in row if CANARY in cell]


def chapter(root: Path, name: str, *sources: str) -> None:
    code = [nbformat.v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in
            (PARAMETERS, *((source, []) for source in sources))]  # fmt: skip
    code[-1].metadata["tags"] = ["needs-earlier-wave"] if len(sources) > 1 else []
    cells = [nbformat.v4.new_markdown_cell(f"# {name}"), *code]
    for number, cell in enumerate(cells):
        cell["id"] = f"{name}-{number}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "analysis" / "chapters" / f"{name}.ipynb")


def command(root: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANALYSIS_")}
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *arguments], cwd=root, env=environment | {"PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]} {done.stderr[-6000:]}"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with a wave that was added from exports full of canaries, run and built."""
    root = tmp_path_factory.mktemp("canaries")
    shutil.copytree(paths.ROOT / "analysis", root / "analysis", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__"))
    shutil.copytree(paths.DATA, root / "data", ignore=shutil.ignore_patterns("rehearsal", "accepted"))
    with_the_baseline_alone(root)
    for name in ("_config.yml", "CITATION.cff", "requirements.txt", "CHANGELOG.md"):
        shutil.copy(paths.ROOT / name, root)
    shutil.copytree(paths.BOOK, root / "book", ignore=shutil.ignore_patterns("*.ipynb", "*.md"))
    for name in ("labels.md", "disclosure.md"):
        shutil.copy(paths.BOOK / "methods" / name, root / "book" / "methods")
    (root / "book" / "index.md").write_text("# The page\n")
    pages = "  - chapters:\n      - file: book/methods/labels\n      - file: book/methods/disclosure\n"
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nparts:\n{BEGIN}\n{END}\n{pages}")
    chapter(root, "topline", TOPLINE)
    chapter(root, "01_tables", TABLES, CLAIMS, CHANGES)
    planted = [one for seed, each in enumerate(questionnaires().values(), 1) for one in export(each, root, seed)]
    (root / "planted.txt").write_text("\n".join(planted))
    command(root, "add-wave", "autumn", "--commissioners", "commissioners.csv", "--third-sector", "third_sector.csv",
            "--mapping", "commissioners.mapping.yml", "--mapping", "third_sector.mapping.yml")  # fmt: skip
    command(root, "run", "autumn")
    command(root, "build")
    return root


def outputs(study: Path) -> list[Path]:
    """The executed chapters, all that the built book consists of, and what of the wave's folder is not a secret."""
    site, wave = study / "_build" / "html", study / "data" / "waves" / "autumn"
    folders = [study / "book" / "autumn", site, wave]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in found if wave / "mapping" not in path.parents]


def content(path: Path) -> Iterator[bytes]:
    """What is in a file, that of archives unpacked."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)


def test_no_word_from_any_column_of_an_export_is_in_what_is_made_of_it(study: Path) -> None:
    planted = (study / "planted.txt").read_text().split()
    columns = {re.sub(r"\d+x$", "", one) for one in planted}
    expected = sum(len(BESIDE) + sum(q.kind == "single" for q in one.questions) for one in questionnaires().values())
    assert len(columns) == expected, "a canary in every column of identifiers, of words, unused, and of each question"
    files = outputs(study)
    assert {path.suffix for path in files} >= {".ipynb", ".html", ".csv", ".xlsx", ".ods", ".js"}
    found = [path.name for path in files for part in content(path) if CANARY.encode() in part.lower()]
    assert found == []


def test_a_canary_would_be_found(study: Path) -> None:
    """The words that a mapping file explains are in that file: the search sees them where they are."""
    mapping = study / "data" / "waves" / "autumn" / "mapping" / "commissioners.yml"
    assert any(CANARY.encode() in part for part in content(mapping))


def test_no_record_is_in_what_is_published(study: Path) -> None:
    wave = study / "data" / "waves" / "autumn"
    published = b"\n".join(part for path in outputs(study) if wave not in path.parents for part in content(path))
    for survey in SIZES:
        header, *records = (wave / "responses" / f"{survey}.csv").read_text("utf-8").splitlines()
        assert len(records) == SIZES[survey]
        assert header.encode() not in published
        for record in records:
            answers = record.partition(",")[2]
            assert answers.encode() not in published and answers.replace(",", ", ").encode() not in published


# The same book, attacked


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(study: Path) -> list[dict[str, str]]:
    """Every number of the wave in the files that can be taken away and in the records of its executed chapters."""
    data = study / "_build" / "html" / "data" / "autumn"
    rows = [row | {"asked": ""} for row in table(data / "statistics.csv")]
    rows += table(data / "topline.csv")
    rows += [row for path in sorted((data / "exhibits").glob("*.csv")) for row in table(path) if row.get("address")]
    for path in sorted((study / "book" / "autumn").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                record = output.get("data", {}).get(MIME, {})
                asked = record.get("asked", {})
                rows += [row | {"asked": asked[row["address"]]} for row in record.get("estimates", [])]
    totals = [{"address": survey, "base": str(size), "count": "", "asked": ""} for survey, size in SIZES.items()]
    return list({tuple(sorted(row.items())): row for row in [*totals, *rows]}.values())


def test_no_percentage_and_no_interval_is_published_without_its_base(study: Path) -> None:
    """An interval printed to a digit tells the base that it was made of, whether or not that is printed beside it."""
    rows = published(study)
    numbers = [row for row in rows if row.get("percent") or row.get("low") or row.get("high")]
    assert len(numbers) > 200
    assert [row["address"] for row in numbers if not row["base"]] == []
    withheld = [row["address"] for row in rows if row.get("known") == "collected" and not row["base"]]
    assert len(withheld) > 50
    assert {row["address"] for row in numbers} & set(withheld) == set()


def before(survey: str) -> OtherWave:
    """What is public of the baseline: its printed percentages, and how many of its records are in each group."""
    wave = open_surveys(find_wave("baseline"))[survey]
    (breakdown,) = wave.questionnaire.breakdowns
    groups, records = wave.questionnaire.by_id[breakdown].answer_ids, wave.responses
    shares, parts = {}, {}
    for question in wave.questionnaire.questions:
        answers = [wave.estimate(Address(survey, question.id, (one,))) for one in question.answer_ids]
        overall = [one for one in answers if one.percent is not None]
        grouped = [wave.estimate(one.address.among(breakdown, group)) for one in answers for group in groups]
        told = [one for one in [*overall, *grouped] if one.percent is not None]
        shares |= {str(one.address): float(one.percent or 0) for one in told}
        codes = records.codes[breakdown][records.answered(question.id)] if question.id in records.codes else []
        sizes = {int(code): int((codes == code).sum()) for code in set(codes)}
        named = {code: frozenset(one for place, one in enumerate(groups) if code >> place & 1) for code in sizes}
        parts[question.id] = {named[code] or frozenset([UNSTATED]): size for code, size in sizes.items()}
    return OtherWave(shares, parts)


def truth(study: Path, questionnaire: Questionnaire) -> dict[tuple[str, str], tuple[int, list[int]]]:
    """By question and group, how many answered and how many gave each answer, response by response."""
    (breakdown,) = questionnaire.breakdowns
    found: dict[tuple[str, str], tuple[int, list[int]]] = {}
    for record in table(study / "data" / "waves" / "autumn" / "responses" / f"{questionnaire.survey}.csv"):
        for question in questionnaire.questions:
            given = record[question.id].split(";")
            key = question.id, record[breakdown] or UNSTATED
            base, counts = found.setdefault(key, (0, [0] * len(question.answers)))
            if given != [""]:
                more = [n + (a in given) for n, a in zip(counts, question.answer_ids, strict=True)]
                found[key] = base + 1, more
    return found


@pytest.mark.parametrize("survey", SIZES)
def test_an_attack_on_the_published_book_recovers_no_number_of_a_small_group(study: Path, survey: str) -> None:
    questionnaire = questionnaires()[survey]
    (breakdown,) = questionnaire.breakdowns
    data = study / "_build" / "html" / "data" / "autumn"
    claims = [row for row in table(data / "claims.csv") if f"{survey}." in row["claim"]]
    changes = [row for row in table(data / "changes.csv") if row["address"].startswith(f"{survey}.")]
    assert sum(bool(row["margin"]) for row in claims) > 30 and sum(bool(row["crude"]) for row in changes) > 5
    attack = Attack(questionnaire, breakdown, published(study), claims, changes, before(survey))
    assert attack.unused == [], "every margin and every change follows from what else is told, or is used"
    true, attacked, recovered = truth(study, questionnaire), 0, []
    for (name, group), (base, counts) in true.items():
        if f"{survey}.{name}" not in TABLES or name == breakdown or not 0 < base < 10:
            continue
        for place, answer in enumerate(questionnaire.by_id[name].answer_ids):
            low, high = attack.range(name, (answer,), [group])
            assert low <= counts[place] <= high
            attacked += 1
            # What nobody of a large part did, nobody of a small group in it did: that may be told.
            if low == high and counts[place]:
                recovered.append(f"{name}.{answer}@{group} = {low}")
    assert attacked > 20
    assert recovered == []


def test_changes_and_numbers_of_one_address_are_told_apart_on_the_pages(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a wave that follows another each number of a page is held against its own file."""
    site = tmp_path / "html"
    for name in ("book", "data"):
        shutil.copytree(study / "_build" / "html" / name, site / name)
    monkeypatch.setattr(paths, "SITE", site)
    page = site / "book" / "autumn" / "01_tables.html"
    told = study / "data" / "waves" / "autumn" / "wave.yml"
    wave = Wave.model_validate(yaml.safe_load(told.read_text("utf-8")))
    read = {page: read_page(page)}
    assert list(number_findings(wave, read)) == []
    moved = {number.address: number for number in read[page].numbers if number.of_change and number.shown[1:].isdigit()}
    plain = {number.address: number for number in read[page].numbers if not number.of_change}
    both = next(one for one in moved if "%" in plain.get(one, moved[one]).shown)
    for number in (moved[both], plain[both]):
        digits = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), number.shown)
        spoiled = replace(number, shown=digits)
        (finding,) = number_findings(wave, {page: replace(read[page], numbers=[spoiled])})
        assert finding.found.startswith(f"{digits!r} as {both}")


def test_the_record_of_decisions_says_what_was_withheld_and_holds_no_number(study: Path) -> None:
    rows = table(study / "_build" / "html" / "data" / "autumn" / "disclosure.csv")
    assert {row["decision"] for row in rows} == {"merged", "withheld"}
    assert {row["survey"] for row in rows} == set(SIZES)
    assert not any(re.search(r"\d", value) for row in rows for value in row.values() if value not in ("from_10_to_50",))


def test_changes_since_the_wave_before_are_adjusted_by_published_parts_alone(study: Path) -> None:
    rows = table(study / "_build" / "html" / "data" / "autumn" / "changes.csv")
    assert any(row["adjusted"] for row in rows)
    records = [output["data"][MIME] for path in (study / "book" / "autumn").glob("*.ipynb")
               for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs", [])
               if MIME in output.get("data", {})]  # fmt: skip
    raked = [change["raked"] for record in records for change in record.get("changes", []) if change["raked"]]
    assert raked
    assert all(value.endswith(".5") for value in raked), "told to the middle of a percentage point"
