"""Under which licence each package stands that the study is made with, as the package itself states it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from analysis import paths
from analysis.inputs.documents import read_text
from analysis.inputs.findings import Finding, refuse
from analysis.publication.downloads import as_csv
from analysis.publication.keeping import keep

COLUMNS = ("package", "version", "licence")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)
# Where a package gives the whole text of its licence, the name stands in its first words.
_LONGEST = 60
_BY_WORDS = {"Permission is hereby granted, free of charge, to any person obtaining a copy": "MIT"}


def path() -> Path:
    """The list of licences, beside the list of pinned packages."""
    return paths.ROOT / "LICENCES.csv"


def write_licences() -> bool:
    """Make the list of licences anew; returns whether it changed.

    Raises InputError with every package that is not installed in the pinned version, or does not state its licence.
    """
    return keep(path(), as_csv(licences(), COLUMNS))


def licences() -> list[dict[str, str]]:
    """Every pinned package with its version and its licence, by name."""
    rows = [_row(name, version) for name, version in pinned()]
    refuse(Finding("requirements.txt", f"{row['package']}: {row['licence'] or 'no licence stated'}",
                   f"version {row['version']}, with its licence")
           for row in rows if not row["licence"] or row["licence"].startswith("not installed"))  # fmt: skip
    return rows


def pinned() -> list[tuple[str, str]]:
    """The packages of requirements.txt, each with its one version."""
    return _PINNED.findall(read_text(paths.ROOT / "requirements.txt"))


def _row(name: str, version: str) -> dict[str, str]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return {"package": name, "version": version, "licence": "not installed"}
    stated = licence(found) if found.version == version else f"not installed, but version {found.version} is"
    return {"package": name, "version": version, "licence": stated}


def licence(package: Distribution) -> str:
    """What a package says of its licence: as an expression, in a word, or by its classifiers; empty if nothing."""
    about = package.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classes = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line]
    words = "".join(about.get_all("License", [])[:1]).strip().partition("\n")[0].rstrip(",")
    return "; ".join(classes) or (words if 0 < len(words) <= _LONGEST else _by_its_file(package))


def _by_its_file(package: Distribution) -> str:
    """What the text of the licence that comes with a package is, if it is one that is known here by its words."""
    texts = [file.read_text("utf-8") for file in package.files or () if "licen" in file.name.lower()]
    text = " ".join(" ".join(texts).split())
    return next((f"{name} (by its licence file)" for words, name in _BY_WORDS.items() if words in text), "")
