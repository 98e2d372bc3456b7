"""The package is built as it says: imports run one way, modules and functions stay short, no year stands in it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.paths import CHAPTERS, ROOT

PACKAGE = ROOT / "analysis"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]

# What each folder may import of the package, besides itself and `paths`.
MAY_IMPORT = {
    "inputs": set(),
    "numbers": {"inputs"},
    "claims": {"numbers", "inputs"},
    "published": {"numbers", "inputs"},
    "display": {"claims", "published", "numbers", "inputs"},
    "publication": {"display", "claims", "published", "numbers", "inputs"},
}
# Other people's packages that only some folders know.
ONLY_IN = {
    frozenset({"IPython", "jupyter", "jupyter_client", "ipykernel", "nbformat"}): {"display", "publication"},
    frozenset({"papermill", "nbclient", "sphinx", "docutils", "myst_nb", "jupyter_book"}): {"publication"},
    frozenset({"matplotlib", "seaborn"}): {"display", "publication"},
    frozenset({"pytest", "statsmodels"}): set(),
}  # fmt: skip
# Who wrote what and when is the one thing a year may say: "Wilson (1927)".
CITATION = re.compile(r"[A-Z][a-z]+ (?:\((?:18|19|20)\d\d\)|(?:18|19|20)\d\d(?=\)))")
# The name by which all the world knows a file format.
NAMESPACE = re.compile(r"http://www\.w3\.org/\d{4}/\w+")
YEAR = re.compile(r"(?<![\w#])(?:19|20)\d\d(?!\w)|(?<=-)(?:19|20)\d\d(?!\w)")


def imported(source: str, package: str = "") -> set[str]:
    """The modules that a source imports, wherever in it; `package` is where relative imports start."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module or "")))
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def folder(name: str) -> str:
    return name.partition("/")[0] if "/" in name else ""


def within(modules: set[str]) -> set[str]:
    """Of imported modules, the folders of the package that they stand in."""
    return {module.split(".")[1] for module in modules if module.startswith("analysis.")}


def strangers(name: str, source: str) -> list[str]:
    """What a module imports that its folder must not know."""
    own, found = folder(name), imported(source, ".".join(["analysis", *Path(name).parent.parts]))
    allowed = MAY_IMPORT.get(own, set(MAY_IMPORT)) | {own, "paths"}
    wrong = [one for one in within(found) if one in MAY_IMPORT and one not in allowed]
    outside = {module.partition(".")[0] for module in found}
    for packages, folders in ONLY_IN.items():
        wrong += [package for package in packages & outside if own not in folders]
    return sorted(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_imports_run_one_way(name: str) -> None:
    assert strangers(name, (PACKAGE / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("inputs/a.py", "from analysis.numbers.estimates import Known", ["numbers"]),
        ("inputs/a.py", "from analysis import numbers", ["numbers"]),
        ("inputs/a.py", "from ..numbers import estimates", ["numbers"]),
        ("numbers/a.py", "def f():\n    import analysis.claims.claims", ["claims"]),
        ("numbers/a.py", "import IPython.display", ["IPython"]),
        ("claims/a.py", "from analysis.published.figures import Figure", ["published"]),
        ("published/a.py", "from analysis.claims.claims import Claim", ["claims"]),
        ("published/a.py", "import nbformat, jupyter", ["jupyter", "nbformat"]),
        ("display/a.py", "from analysis.publication import book", ["publication"]),
        ("display/a.py", "import papermill", ["papermill"]),
        ("display/a.py", "from analysis.published.knowledge import known_numbers", []),
        ("publication/a.py", "import papermill\nfrom sphinx import x\nimport analysis.display", []),
        ("__main__.py", "from analysis.publication import book", []),
    ],
)
def test_an_import_the_wrong_way_is_seen(name: str, source: str, found: list[str]) -> None:
    assert strangers(name, source) == found


def test_every_folder_of_the_package_has_its_place() -> None:
    assert {folder(name) for name in NAMES} - {""} == set(MAY_IMPORT)


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_short_and_named_for_what_it_is_about(name: str) -> None:
    path = PACKAGE / name
    assert len(path.read_text("utf-8").splitlines()) <= 250
    assert path.stem.rstrip("s") not in ("util", "helper", "common", "misc", "tool")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("name", NAMES)
def test_no_function_is_long(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text("utf-8"))
    assert [(f.name, length(f)) for f in functions(tree) if length(f) > 40] == []


def test_most_functions_are_short() -> None:
    lengths = sorted(length(f) for path in MODULES for f in functions(ast.parse(path.read_text("utf-8"))))
    assert len(lengths) > 300
    assert lengths[len(lengths) // 2] <= 10


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_it_is_about(name: str) -> None:
    text = (PACKAGE / name).read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def years(text: str) -> list[str]:
    return YEAR.findall(CITATION.sub("", NAMESPACE.sub("", text)))


@pytest.mark.parametrize("name", NAMES)
def test_no_module_mentions_a_year(name: str) -> None:
    assert years((PACKAGE / name).read_text("utf-8")) == []


def test_chapters_mention_no_year() -> None:
    paths = sorted(CHAPTERS.glob("*.ipynb"))
    assert sum(path.stem[0].isdigit() for path in paths) == 8
    for path in paths:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert [found for cell in cells for found in years("".join(cell["source"]))] == [], path.name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in 2007 and 1999", ["2007", "1999"]),
        ('wave = "baseline-2007"', ["2007"]),
        ("Wilson (1927), and (Charnes and Cooper 1962)", []),
        ("the wave of (2007)", ["2007"]),
        ("#1f2007 is a colour, 120075 a number, 10**2007x", []),
        ('xmlns="http://www.w3.org/2000/svg" of 2000', ["2000"]),
        ("from 2007-08", ["2007"]),
        ("2004/5", ["2004"]),
    ],
)
def test_a_year_is_told_from_a_citation(text: str, found: list[str]) -> None:
    assert years(text) == found


def test_chapters_define_nothing() -> None:
    for path in CHAPTERS.glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                tree = ast.parse("".join(cell["source"]))
                kinds = ast.FunctionDef | ast.ClassDef | ast.Lambda
                assert not [node for node in ast.walk(tree) if isinstance(node, kinds)], path.name
