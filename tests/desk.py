"""The desk of an analyst who adds a wave: a study with one wave, two good exports, and the command."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from exports import Row, csv_file, people, rows_by_id
from support import written

from analysis import paths
from analysis.__main__ import main
from analysis.inputs.exports.rules import rules
from analysis.inputs.waves import all_waves

SURVEYS = ("commissioners", "third_sector")
WAVE = {
    "id": "spring", "title": "Spring", "status": "collected", "about": "A wave.", "banner": "Answers.",
    "fieldwork": "April", "role": "first",
    "surveys": {name: {"file": f"responses/{name}.csv", "responses": 7} for name in SURVEYS},
}  # fmt: skip


@cache
def good_rows(survey: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows_by_id(survey, people(survey)))


@dataclass
class Desk:
    """Files on the desk, and what the command says of them."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    files: dict[str, Path] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    has_own_rules: bool = False
    output: str = ""
    errors: str = ""

    @property
    def waves(self) -> Path:
        return self.folder / "data" / "waves"

    @property
    def wave(self) -> Path:
        return self.waves / "autumn"

    def rows(self, survey: str = "commissioners") -> list[Row]:
        """The rows of a good export, to be spoilt."""
        return [list(row) for row in good_rows(survey)]

    def put(self, rows: list[Row], name: str = "", survey: str = "commissioners", **more: Any) -> Path:
        """Put an export of a survey on the desk, as CSV."""
        self.files[survey] = csv_file(self.folder / (name or f"{survey}-export.csv"), rows, **more)
        return self.files[survey]

    def put_bytes(self, content: bytes, name: str, survey: str = "commissioners") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        self.files[survey] = path
        return path

    def mapping(self, content: object, name: str = "commissioners.yml") -> None:
        """Put a mapping file on the desk, and give it to the command."""
        document = {"survey": "commissioners", **content} if isinstance(content, dict) else content
        self.arguments += ["--mapping", str(written(self.folder / "given", name, document))]

    def another_wave(self, **changed: Any) -> None:
        """Put one more wave in the study."""
        entry = {**WAVE, "role": "", **changed}
        written(self.waves / entry["id"], "wave.yml", entry)
        all_waves.cache_clear()

    def processing(self, **sizes: int) -> None:
        """Let exports be no larger than this."""
        path = self.folder / "data" / "processing.yml"
        document = yaml.safe_load(path.read_text("utf-8"))
        document["sizes"] |= sizes
        path.write_text(yaml.safe_dump(document), "utf-8")
        self.has_own_rules = True
        rules.cache_clear()

    def run(self, *arguments: str, wave: str = "autumn") -> int:
        """Add the wave; returns the exit code."""
        options = [f"--{survey.replace('_', '-')}={path}" for survey, path in self.files.items()]
        code = main(["add-wave", wave, *options, *self.arguments, *arguments])
        self.output, self.errors = self.capsys.readouterr()
        return code

    def findings(self) -> list[str]:
        """The findings that were printed."""
        return [line for line in self.errors.splitlines() if line.startswith("E-")]

    def codes(self) -> list[str]:
        return [line.split()[0] for line in self.findings()]

    def kept(self, name: str) -> list[dict[str, str]]:
        """The rows of a file of the new wave."""
        with (self.wave / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def answers(self, survey: str = "commissioners") -> list[dict[str, str]]:
        """The responses of the new wave without their numbers, sorted."""
        rows = self.kept(f"responses/{survey}.csv")
        return sorted(
            ({k: v for k, v in row.items() if k != "response"} for row in rows), key=lambda row: list(row.values())
        )

    def count(self, rule: str, survey: str = "commissioners") -> int:
        """How many records or cells a rule affected."""
        (row,) = [row for row in self.kept("processing.csv") if (row["survey"], row["rule"]) == (survey, rule)]
        return int(row["affected"])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A desk in a study of its own."""
    rules_text = (paths.ROOT / "data" / "processing.yml").read_text("utf-8")
    written(tmp_path / "data", "processing.yml", rules_text)
    report = paths.ROOT / "data" / "published" / "source.yml"
    written(tmp_path / "data" / "published", report.name, report.read_text("utf-8"))
    for path in sorted((paths.ROOT / "data" / "questionnaire").glob("*.yml")):
        written(tmp_path / "data" / "questionnaire", path.name, path.read_text("utf-8"))
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "WAVES", tmp_path / "data" / "waves")
    made = Desk(tmp_path, capsys)
    made.another_wave(**WAVE)
    for survey in SURVEYS:
        made.put(made.rows(survey), survey=survey)
    all_waves.cache_clear()
    yield made
    all_waves.cache_clear()
    if made.has_own_rules:
        rules.cache_clear()
