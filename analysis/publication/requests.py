"""What a page of the book would ask of other computers when it is opened: nothing may be found here."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from analysis.publication.made import made
from analysis.publication.side_by_side import side_by_side

EXTERNAL = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "link": ("href",),
}
# Links of these kinds name another page, they do not load it.
NAMING = {"canonical", "alternate", "author", "license", "next", "prev", "search", "help", "index", "me"}
IN_STYLE = re.compile(r"""url\(\s*['"]?\s*([^'")]+)|@import\s+['"]([^'"]+)""", re.IGNORECASE)
IN_SCRIPT = re.compile(r"""(?:import|from|fetch|importScripts)\s*\(?\s*['"]((?:https?:)?//[^'"]+)""")


def external_requests(site: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the site with each address elsewhere that opening it would load."""
    paths = [path for path in sorted(site.rglob("*")) if path.suffix in READ]
    with side_by_side() as pool:
        for path, found in zip(paths, pool.map(_of_file, paths), strict=True):
            yield from ((path, address) for address in found)


def _of_file(path: Path) -> list[str]:
    """The addresses that a file loads; of one that is as it was when it was last read they are known."""
    text = path.read_text("utf-8")
    kind = f"{path.suffix}\0{text}"
    told = made(kind, [sys.modules[__name__]], [], lambda: json.dumps(READ[path.suffix](text)).encode("utf-8"))
    return list(map(str, json.loads(told)))


def of_page(text: str) -> list[str]:
    """The addresses elsewhere that a page would load."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


def of_style(text: str) -> list[str]:
    """The addresses elsewhere that a style sheet would load."""
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [url for pair in IN_STYLE.findall(without_comments) for url in pair if EXTERNAL.match(url)]


class _Reader(HTMLParser):
    """Reads a page for what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inside = tag if tag in ("script", "style") else ""
        self.found += of_style(given.get("style", ""))
        if tag == "link" and set(given.get("rel", "").split()) & NAMING:
            return
        for name in LOADING.get(tag, ()):
            self.found += [part for part in _addresses(given.get(name, ""), name) if EXTERNAL.match(part)]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.found += of_style(data)
        elif self.inside == "script":
            self.found += IN_SCRIPT.findall(data)


def _addresses(value: str, attribute: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if attribute == "srcset" else [value]


# What reads a file, by how its name ends.
READ: Mapping[str, Callable[[str], list[str]]] = {".html": of_page, ".css": of_style}
