"""The README tells the truth about the commands, and what is installed is exactly what is pinned."""

from __future__ import annotations

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from support import WAVE, written

from analysis import paths
from analysis.__main__ import parser
from analysis.inputs.exports.mapping import mapping_findings, read_mapping
from analysis.inputs.exports.vocabulary import Vocabulary
from analysis.inputs.instruments import read_instruments
from analysis.inputs.narrative import read_narrative
from analysis.inputs.waves import Wave
from analysis.publication.asked_for import brought, unasked_findings

README = (paths.ROOT / "README.md").read_text("utf-8")
MAKEFILE = (paths.ROOT / "Makefile").read_text("utf-8")
FIRST_SCREEN = "\n".join(README.splitlines()[:20])


def targets() -> set[str]:
    """The commands that the Makefile declares."""
    declared = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert declared
    return set(declared[1].split())


def test_the_first_screen_has_the_two_commands_and_the_map() -> None:
    assert re.findall(r"^make (\w+)", FIRST_SCREEN, re.MULTILINE) == ["book", "test"]
    assert re.search(r"minute", FIRST_SCREEN), "how long the commands take"
    assert (
        "`data/` is what we were told, `analysis/` is what we compute, `book/` is what we publish, "
        "`tests/` is how we know." in FIRST_SCREEN
    )
    assert all((paths.ROOT / folder).is_dir() for folder in ("data", "analysis", "book", "tests"))


def test_every_command_of_the_readme_exists_and_the_other_way_round() -> None:
    named = set(re.findall(r"(?:^|`)make (?:[A-Z]+=\S+ )?([a-z]+)", README, re.MULTILINE))
    assert named == targets()


def test_every_target_is_a_rule_and_is_explained() -> None:
    explained = set(re.findall(r"^([a-z]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert explained == targets()


def test_continuous_integration_runs_the_test_command() -> None:
    script = paths.ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line.strip() for line in script.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in commands if "make" in line] == ["if make test; then"]
    assert 'exit "$status"' in commands


def test_the_steps_that_make_takes_are_commands_of_the_study() -> None:
    steps = set(re.findall(r"\$\(ANALYSIS\) ([a-z][a-z-]*)", MAKEFILE)) | set(
        re.findall(r"python -m analysis ([a-z][a-z-]*)", README)
    )
    assert steps >= {"run", "build", "check", "reconstruct", "narrative", "add-wave"}
    known = next(action.choices for action in parser()._actions if action.choices)
    assert steps <= set(known)


def test_the_examples_of_what_a_wave_brings_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "WAVES", tmp_path)
    wave = Wave.model_validate(WAVE)
    section = README.partition("## What a wave brings besides answers")[2]
    examples = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    kinds = re.findall(r"^[A-Z][a-z ]+, `(\w+)/\*\.yml`:", README, re.MULTILINE)
    for kind, example in zip(kinds, examples, strict=True):
        written(wave.folder, f"{kind}/example.yml", example)
    narrative = read_narrative(wave)
    assert kinds == ["context", "evidence", "case_studies"]
    assert all(brought(narrative).values())
    assert list(unasked_findings(wave)) == [], "the examples name keys and themes that chapters ask for"


def test_the_examples_of_what_is_declared_about_exports_can_be_read(tmp_path: Path) -> None:
    section = README.partition("## Adding a wave")[2].partition("\n## ")[0]
    mapping, instrument = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    read, findings = read_mapping(written(tmp_path, "mapping.yml", mapping))
    declared = read_instruments(written(tmp_path, "instrument.yml", instrument))
    assert read is not None and findings == []
    assert mapping_findings(read, Vocabulary(declared["commissioners"]), "mapping.yml") == []
    assert not declared["commissioners"].asked("region")


def test_folders_and_files_that_the_readme_names_exist() -> None:
    named = re.findall(r"`((?:data|analysis|book|tests)/[\w/.-]*)`", README)
    named += re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert named
    assert [name for name in named if not (paths.ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("name", "least"), [("requirements", 50), ("requirements-cluster", 10), ("requirements-python-3.12", 5)]
)
def test_versions_are_pinned_with_checksums_and_name_no_server(name: str, least: int) -> None:
    text = (paths.ROOT / f"{name}.txt").read_text("utf-8")
    pins = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pins) > least
    assert all(re.match(r"[\w.-]+==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", pin) for pin in pins)
    assert not re.search(r"://|--index-url|--find-links|--trusted-host", text)
    wanted = re.findall(r"^(\w[\w-]*)", (paths.ROOT / f"{name}.in").read_text("utf-8"), re.MULTILINE)
    assert [one for one in wanted if one.lower() not in pinned(text)] == []


def pinned(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def test_what_is_installed_is_what_is_pinned() -> None:
    lists = ("requirements", "requirements-cluster", "requirements-python-3.12")
    study, cluster, own = (pinned((paths.ROOT / f"{name}.txt").read_text()) for name in lists)
    main = ("jupyter-book", "pandas", "papermill", "nbval", "pytest", "scipy", "pydantic", "seaborn")
    assert {name: version(name) for name in main} == {name: study[name] for name in main}
    assert study["jupyter-book"].startswith("1.")
    assert version("distributed") == cluster["distributed"]
    for other in (cluster, own):
        shared = study.keys() & other.keys()
        assert shared and {name: other[name] for name in shared} == {name: study[name] for name in shared}


def test_the_citation_can_be_read() -> None:
    citation = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors", "version"} <= citation.keys()
    assert citation["authors"] == [{"name": "The contributors"}]
    assert citation["version"] == version("third-sector-commissioning")
