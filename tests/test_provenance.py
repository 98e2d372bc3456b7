"""An edition says where it comes from: what went in, with which programs, under which licences, and all its files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from rocrate.rocrate import ROCrate

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.inputs.waves import find_wave
from analysis.publication import crate, licences
from analysis.publication.edition import PACKAGES

BASELINE = find_wave("baseline")


# The crate


@pytest.fixture(scope="module")
def told(site: Path) -> dict[str, dict[str, Any]]:
    """The crate of the built book as plain JSON, by the names of what it tells of."""
    read = json.loads((site / "ro-crate-metadata.json").read_text("utf-8"))
    return {entity["@id"]: entity for entity in read["@graph"]}


def test_the_crate_loads_back_and_lists_every_file_of_the_book(site: Path) -> None:
    loaded = ROCrate(str(site))
    files = [path for path in site.rglob("*") if path.is_file()]
    names = {path.relative_to(site).as_posix() for path in files}
    listed = {entity.id for entity in loaded.data_entities}
    assert listed == names - {"ro-crate-metadata.json"}
    assert {part.id for part in loaded.root_dataset["hasPart"]} == listed
    assert str(loaded.root_dataset["license"].id) == "https://creativecommons.org/licenses/by/4.0/"


def test_every_file_is_listed_with_its_own_checksum(site: Path, told: dict[str, dict[str, Any]]) -> None:
    files = [entity for entity in told.values() if entity["@type"] == "File"]
    assert len(files) > 100
    for entity in files:
        content = (site / entity["@id"]).read_bytes()
        assert entity["sha256"] == sha256(content).hexdigest(), entity["@id"]
        assert entity["contentSize"] == str(len(content))
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", entity["encodingFormat"])


def test_the_crate_names_inputs_parameters_and_programs(told: dict[str, dict[str, Any]]) -> None:
    run = told["#run"]
    inputs = {one["@id"] for one in run["object"]}
    for name in ("waves/baseline-2007/commissioners.csv", "waves/baseline-2007/wave.yml",
                 "questionnaire/third_sector.yml", "published/figures.csv"):  # fmt: skip
        assert f"#data/{name}" in inputs
        assert told[f"#data/{name}"]["sha256"] == sha256((paths.DATA / name).read_bytes()).hexdigest()
    assert told["#wave-baseline-2007"]["value"] == "baseline-2007"
    assert {told[one["@id"]]["name"] for one in run["instrument"]} >= {*PACKAGES, "Python"}
    assert told["#pandas"]["version"] == version("pandas")
    assert run["result"] == {"@id": "./"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["./"]["datePublished"])


def test_the_responses_are_named_in_the_crate_and_are_no_part_of_it(told: dict[str, dict[str, Any]]) -> None:
    assert told["#data/waves/baseline-2007/commissioners.csv"]["@type"] == "CreativeWork"
    assert not [name for name in told if name.endswith("commissioners.csv") and not name.startswith("#")]


def test_every_page_leads_to_the_crate(site: Path) -> None:
    pages = list(site.rglob("book/**/*.html"))
    assert len(pages) > 20
    for path in pages:
        depth = len(path.relative_to(site).parts) - 1
        assert f'href="{"../" * depth}ro-crate-metadata.json"' in path.read_text("utf-8"), path.name


def test_the_crate_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_text("b")
    (tmp_path / "a.csv").write_text("a")
    crate.write_crate(tmp_path)
    first = (tmp_path / crate.NAME).read_bytes()
    crate.write_crate(tmp_path)
    assert (tmp_path / crate.NAME).read_bytes() == first
    assert str(tmp_path).encode() not in first


# How to cite it


def citation_schema() -> dict[str, Any]:
    """What the Citation File Format asks of a file of this kind, in version 1.2.0."""
    text, day = {"type": "string", "minLength": 1}, {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
    entity = {"type": "object", "required": ["name"], "properties": {"name": text}}
    person = {"type": "object", "properties": {"family-names": text, "given-names": text, "orcid": text},
              "additionalProperties": False, "minProperties": 1}  # fmt: skip
    authors = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"anyOf": [person, entity]}}
    reference = {
        "type": "object",
        "required": ["type", "title", "authors"],
        "properties": {"type": {"enum": ["report", "article", "book", "data", "software", "generic"]}, "title": text,
                       "authors": authors, "year": {"type": "integer"}, "month": {"type": "integer", "maximum": 12}},
    }  # fmt: skip
    return {
        "type": "object",
        "required": ["cff-version", "message", "title", "authors"],
        "additionalProperties": False,
        "properties": {
            "cff-version": {"const": "1.2.0"}, "message": text, "title": text, "authors": authors, "version": text,
            "type": {"enum": ["software", "dataset"]}, "date-released": day, "license": {"enum": ["MIT"]},
            "keywords": {"type": "array", "items": text, "uniqueItems": True}, "abstract": text, "doi": text,
            "repository-code": text, "url": text,
            "references": {"type": "array", "minItems": 1, "items": reference},
        },
    }  # fmt: skip


def citation() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text("utf-8"))
    return read


def test_the_citation_file_is_valid_and_names_this_version() -> None:
    jsonschema.validate(citation(), citation_schema())
    assert citation()["version"] == version("third-sector-commissioning")
    assert "MIT License" in (paths.ROOT / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(
    ("key", "value"),
    [("authors", []), ("cff-version", "1.0"), ("title", None), ("date-released", "24 November"), ("licence", "MIT")],
)
def test_a_citation_file_that_is_not_valid_is_noticed(key: str, value: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(citation() | {key: value}, citation_schema())


# What it stands on


def test_the_licence_of_every_pinned_package_is_listed() -> None:
    rows = [line.split(",") for line in (paths.ROOT / "LICENCES.csv").read_text("utf-8").splitlines()]
    pins = re.findall(r"^([\w.-]+)==([\w.+!-]+)", (paths.ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    assert [(row[0], row[1]) for row in rows[1:]] == pins
    assert all(row[2].strip('"') for row in rows[1:])
    assert (paths.ROOT / "LICENCES.csv").read_text("utf-8").splitlines()[0] == "package,version,licence"


def test_every_pinned_package_has_a_checksum_and_a_wanted_one_a_pin() -> None:
    text = (paths.ROOT / "requirements.txt").read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = {entry.split("==")[0]: entry for entry in entries if "==" in entry.partition("\n")[0]}
    assert [name for name, entry in pinned.items() if "--hash=sha256:" not in entry] == []
    wanted = (paths.ROOT / "requirements.in").read_text("utf-8").splitlines()
    names = {re.split(r"[<>=\[]", line)[0].lower() for line in wanted if line and not line.startswith("#")}
    assert {name.lower() for name in names} <= {name.lower() for name in pinned}


@pytest.mark.parametrize(
    ("pin", "told"), [("pandas==0.1", "not installed, but version"), ("no-such-package==1.0", "not installed")]
)
def test_a_package_that_is_not_installed_as_pinned_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: str, told: str
) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text(f"{pin} \\\n    --hash=sha256:00\n")
    with pytest.raises(InputError, match=told):
        licences.write_licences()
    assert not (tmp_path / "LICENCES.csv").exists()


def test_licences_are_read_from_the_installed_packages() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "show", "pydantic", "jinja2"], capture_output=True, text=True,
                          check=True, cwd=paths.ROOT)  # fmt: skip
    shown = re.findall(r"^License(?:-Expression)?: (.+)$", done.stdout, re.MULTILINE)
    listed = {row["package"]: row["licence"] for row in licences.licences()}
    assert "MIT" in listed["pydantic"] and "BSD" in listed["jinja2"]
    assert not shown or any("MIT" in one for one in shown)
