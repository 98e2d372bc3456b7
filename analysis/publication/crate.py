"""Where an edition comes from: an RO-Crate, which names its inputs, programs, parameters, files and licences.

Any reader of this form (www.researchobject.org/ro-crate) can load it; it is made of the same facts as the pages' feet.
"""

from __future__ import annotations

import json
import mimetypes
import platform
from datetime import date
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.inputs.waves import Wave, published
from analysis.publication.edition import PACKAGES, PROJECT, edition
from analysis.publication.furniture import citation, names
from analysis.publication.keeping import keep
from analysis.publication.manifest import NAME as MANIFEST

NAME = "ro-crate-metadata.json"
# What Sphinx notes for itself, which does not become a part of the book.
BUILD_INFO = ".buildinfo"
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_LICENCE = "https://spdx.org/licenses/MIT"
# Not every reader of such files knows these kinds.
KINDS = {
    ".csv": "text/csv",
    ".js": "text/javascript",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_crate(site: Path) -> None:
    """Put into a built book the file that says where it comes from and lists all its other files."""
    told = crate(site).metadata.generate()
    told["@graph"].sort(key=lambda entity: (entity["@id"] not in ("./", NAME), entity["@id"]))
    keep(site / NAME, json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def crate(site: Path) -> Any:
    """The crate of a built book, as the library keeps it."""
    from rocrate.rocrate import ROCrate

    made = ROCrate()
    made.metadata.extra_terms["sha256"] = "https://schema.org/sha256"
    _describe(made)
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if name not in (NAME, MANIFEST, BUILD_INFO):
            made.add_file(path, name, properties=_about(path))
    _run(made)
    return made


def _describe(made: Any) -> None:
    told = citation()
    made.name, made.description = str(told["title"]), f"{told['title']}: {edition()}"
    made.datePublished = date.fromisoformat(edition().date or str(told["date-released"]))
    root = made.root_dataset
    root["version"] = str(told["version"])
    root["identifier"] = str(edition())
    root["author"] = _entity(made, "#authors", "Organization", name=names(told))
    root["license"] = _entity(made, DATA_LICENCE, "CreativeWork", name="Creative Commons Attribution 4.0", description=(
        "Text and data of this publication. Rights in the source report of a reconstructed wave stay with its owners."
    ))  # fmt: skip


def _about(path: Path) -> dict[str, Any]:
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"sha256": _checksum(path), "contentSize": str(path.stat().st_size), "encodingFormat": kind}


def _run(made: Any) -> None:
    """What was done: every chapter run over every wave, with these programs, on these inputs."""
    waves = published()
    inputs = [_input(made, path) for wave in waves for path in wave_inputs(wave)]
    inputs += [_input(made, path) for path in study_inputs()]
    inputs += [_parameter(made, wave) for wave in waves]
    action = _entity(made, "#run", "CreateAction", name="Every chapter run over every published wave, the book built")
    action["instrument"], action["object"], action["result"] = _programs(made), inputs, made.root_dataset
    made.root_dataset["mentions"] = action


def _programs(made: Any) -> list[Any]:
    own = _entity(made, f"#{PROJECT}", "SoftwareApplication", name=PROJECT, version=version(PROJECT))
    own["license"] = _entity(made, CODE_LICENCE, "CreativeWork", name="MIT licence", description="Code.")
    python = _entity(made, "#python", "SoftwareApplication", name="Python", version=platform.python_version())
    others = [_entity(made, f"#{name}", "SoftwareApplication", name=name, version=version(name)) for name in PACKAGES]
    return [own, python, *others]


def wave_inputs(wave: Wave) -> list[Path]:
    """The files that a wave brings and that are at hand, its responses among them."""
    return sorted(path for path in wave.folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def study_inputs() -> list[Path]:
    """The files that all waves share: what was asked, what the source report prints, and what is declared."""
    folders = (paths.QUESTIONNAIRE, paths.PUBLISHED)
    shared = [path for folder in folders for path in folder.glob("*") if path.is_file()]
    return sorted([*shared, *paths.DATA.glob("*.yml")])


def _input(made: Any, path: Path) -> Any:
    """An input, by its checksum. It is no part of the edition: what people answered never is."""
    name = f"data/{path.relative_to(paths.DATA).as_posix()}"
    about = {"sha256": _checksum(path), "contentSize": str(path.stat().st_size)}
    return _entity(made, f"#{name}", "CreativeWork", name=name, **about)


def _parameter(made: Any, wave: Wave) -> Any:
    """What the chapters were told: which wave."""
    told = f"{wave.title}: {wave.status}; fieldwork {wave.fieldwork}"
    return _entity(made, f"#wave-{wave.id}", "PropertyValue", name="wave", value=wave.id, description=told)


def _entity(made: Any, place: str, kind: str, **about: str) -> Any:
    from rocrate.model.contextentity import ContextEntity

    return made.add(ContextEntity(made, place, properties={"@type": kind, **about}))


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
