"""The code of the package that a chapter, or the book, can come to run: what it imports, and what that imports."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis import paths
from analysis.publication.made import made

PACKAGE = "analysis"
# A module that is named in a text may be imported by that name, or run.
NAMED = re.compile(rf"{PACKAGE}(?:\.\w+)+")


@dataclass(frozen=True)
class Package:
    """The modules of the package by name, each with its file, and what is known of what each file names."""

    modules: Mapping[str, Path]
    known: dict[Path, frozenset[Path]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Package:
        """The modules that there are now."""
        found = sorted((paths.ROOT / PACKAGE).rglob("*.py"))
        return cls({_module(path.relative_to(paths.ROOT).parts): path for path in found})

    def reached(self, sources: Iterable[str]) -> tuple[Path, ...]:
        """The files that these sources can come to run, in order: never too few, perhaps too many."""
        found: set[Path] = set()
        left = {path for source in sources for path in self._files(source, "")}
        while left:
            found |= left
            left = {path for known in left for path in self._named_by(known)} - found
        return tuple(sorted(found))

    def _named_by(self, path: Path) -> frozenset[Path]:
        if path not in self.known:
            package = ".".join(path.parent.relative_to(paths.ROOT).parts)
            self.known[path] = self._files(path.read_text("utf-8"), package)
        return self.known[path]

    def _files(self, source: str, package: str) -> frozenset[Path]:
        """The files that a source of this package names: each module, and the packages that it lies in."""
        names = imported(source, package)
        if names is None:
            return frozenset(self.modules.values())
        wanted = {".".join(parts[:end]) for parts in (n.split(".") for n in names) for end in range(1, len(parts) + 1)}
        return frozenset(self.modules[name] for name in wanted if name in self.modules)


def _module(parts: Sequence[str]) -> str:
    """The name of a module by the parts of its path: a package is named by its folder."""
    return ".".join(parts).removesuffix(".py").removesuffix(".__init__")


def chapter_code(path: Path) -> Iterator[str]:
    """The code cells of a notebook. What is no notebook has one cell, its text."""
    text = path.read_text("utf-8")
    try:
        cells = json.loads(text)["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, LookupError, TypeError):
        yield text


@lru_cache(maxsize=1000)
def imported(source: str, package: str) -> frozenset[str] | None:
    """The modules of the package that a source names, wherever in it. Nothing where the source cannot be read.

    `package` is the one that the source lies in: relative imports start there.
    """
    told = made(
        f"{sys.version} {package}\0{source}", [sys.modules[__name__]], [],
        lambda: json.dumps(_imported(source, package)).encode("utf-8"),
    )  # fmt: skip
    names = json.loads(told)
    return None if names is None else frozenset(names)


def _imported(source: str, package: str) -> list[str] | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    found = {name for node in ast.walk(tree) for name in _named(node, package)}
    return sorted(name for name in found if f"{name}.".startswith(f"{PACKAGE}."))


def _named(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = package.split(".")[: -(level - 1) or None] if level else []
            start = ".".join([*base, *([module] if module else [])])
            yield from (start, *(f"{start}.{alias.name}" for alias in names))
        case ast.Constant(value=str(text)):
            yield from NAMED.findall(text)
