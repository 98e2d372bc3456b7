"""What a page of the book loads: one style sheet, a few scripts, nothing that no page uses."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from analysis.publication.keeping import keep
from analysis.publication.styles import names_used, only_used

# Of the theme: layout and colours, and how code and the outputs of cells look. In this order.
THEME = ("basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "mystnb.*.css")
STYLE = "site.css"
# The scripts that pages need: to search, to mark what was searched for, and for the buttons at the top of a page.
SCRIPTS = ("documentation_options.js", "doctools.js", "sphinx_highlight.js", "scripts/sphinx-book-theme.js")
_LINKED = re.compile(r"""\s(?:href|src|data)="([^"#?]+)[^"]*\"""")
_IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_STYLED = re.compile(rf'(<link rel="stylesheet" href="[^"?]*_static/{re.escape(STYLE)})[^"]*"')


def wanted_scripts(scripts: Iterable[Any]) -> list[Any]:
    """Of the scripts that extensions put on every page, those that a page of this book needs."""
    names = {f"_static/{name}" for name in SCRIPTS}
    found = (script for script in scripts if str(getattr(script, "filename", "")).partition("?")[0] in names)
    return list(found)


def lighten(site: Path, own: Sequence[str]) -> None:
    """Put all styles into one sheet, `own` last; remove pictures, and files of the theme, that no page asks for."""
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    static = site / "_static"
    scripts = [path.read_text("utf-8") for path in asked_for(site, pages) if path.suffix == ".js" and path.exists()]
    names = names_used(pages.values(), scripts)
    style = "".join(only_used(text, names) for text in _styles(static, own))
    keep(static / STYLE, style)
    version = sha256(style.encode()).hexdigest()[:8]
    for path, text in pages.items():
        keep(path, _STYLED.sub(rf'\1?v={version}"', text))
    wanted = asked_for(site, pages) | {static / STYLE}
    for folder in (static, site / "_images"):
        _sweep(folder, wanted)


def _styles(static: Path, own: Sequence[str]) -> Iterator[str]:
    """The style sheets in their order, as if each stood where the one sheet will stand."""
    for pattern in (*THEME, *own):
        for path in sorted(static.glob(pattern)):
            folder = path.parent.relative_to(static)
            yield _IN_STYLE.sub(partial(_moved, folder), path.read_text("utf-8"))


def _moved(folder: Path, found: re.Match[str]) -> str:
    address = found[1]
    if urlsplit(address).scheme or address.startswith(("/", "#")):
        return found[0]
    return found[0].replace(address, posixpath.normpath((folder / address).as_posix()))


def asked_for(site: Path, pages: dict[Path, str]) -> set[Path]:
    """The files that these pages and the book's style sheet name."""
    found = {_target(page, address) for page, text in pages.items() for address in set(_LINKED.findall(text))}
    style = site / "_static" / STYLE
    if style.exists():
        found |= {_target(style, address) for address in _IN_STYLE.findall(style.read_text("utf-8"))}
    return found


def _target(page: Path, address: str) -> Path:
    return Path(os.path.normpath(page.parent / unquote(urlsplit(address).path)))


def _sweep(folder: Path, wanted: set[Path]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
