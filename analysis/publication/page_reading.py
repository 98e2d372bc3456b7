"""A built page, read as a browser would: where it leads, what can be led to, and which numbers it shows."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from analysis.publication import explained_changes
from analysis.publication.explained_changes import OF_CHANGE
from analysis.publication.made import made
from analysis.publication.side_by_side import side_by_side

# Elements that are never closed.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What these hold is no text of the page.
UNSHOWN = {"script", "style", "pre", "code", "template"}
LEADING = {"a": "href", "area": "href", "link": "href", "img": "src", "script": "src", "object": "data", "use": "href"}


@dataclass(frozen=True)
class ShownNumber:
    """A number of a page that explains itself: the words shown, and the address that its explanation gives.

    `of_change`: it is explained as a change since the wave before, or as what that change began with.
    """

    shown: str
    address: str
    of_change: bool = False


@dataclass
class ReadPage:
    """What a page holds.

    `links` are the addresses that it leads to or loads, `names` the places in it that can be led to, `opens` the
    places that its buttons open, `numbers` those that explain themselves, `said` the text of its cells besides,
    `drawn` the text of their charts and tables, `inline` the scripts written into it, `handlers` the attributes that
    would run code.
    """

    links: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    opens: list[str] = field(default_factory=list)
    numbers: list[ShownNumber] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)


def read_pages(pages: Sequence[Path]) -> dict[Path, ReadPage]:
    """Read pages of the book, each once for what it holds: one that is as it was when it was last read is known."""
    with side_by_side() as pool:
        return dict(zip(pages, pool.map(_known, pages), strict=True))


def _known(path: Path) -> ReadPage:
    text = path.read_text("utf-8")
    told = made(text, [sys.modules[__name__], explained_changes], [], lambda: _as_json(_read(text)))
    fields = json.loads(told)
    numbers = [ShownNumber(**number) for number in fields["numbers"]]
    return ReadPage(**{**fields, "names": set(fields["names"]), "numbers": numbers})


def _as_json(page: ReadPage) -> bytes:
    return json.dumps(asdict(page) | {"names": sorted(page.names)}).encode("utf-8")


def read_page(path: Path) -> ReadPage:
    """Read a page of the book."""
    return _read(path.read_text("utf-8"))


def _read(text: str) -> ReadPage:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.page.numbers += reader.explained()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ReadPage()
        self.open: list[tuple[str, str]] = []
        self.inside: Counter[str] = Counter()
        # What each button shows, with the name of the explanation that it opens: several may open one.
        self.shown: list[tuple[str, list[str]]] = []
        self.told: list[str] = []
        self.addresses: dict[str, tuple[str, bool]] = {}
        self.name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        if tag not in VOID:
            kind = _kind(tag, given)
            self.open.append((tag, kind))
            self.inside[kind] += 1
            if kind == "number":
                self.shown.append((given.get("popovertarget", ""), []))
            elif kind == "explanation" and self.inside[kind] == 1:
                self.told, self.name = [], given.get("id", "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, {name: value or "" for name, value in attrs})

    def _note(self, tag: str, given: dict[str, str]) -> None:
        page = self.page
        page.names |= {given[name] for name in ("id", "name") if given.get(name) and (name == "id" or tag == "a")}
        page.opens += [given["popovertarget"]] if "popovertarget" in given else []
        page.handlers += [name for name in given if name.startswith("on")]
        if given.get(LEADING.get(tag, ""), "") and "canonical" not in given.get("rel", ""):
            page.links.append(given[LEADING[tag]])
        if tag == "script" and "src" not in given:
            page.inline.append("")

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (name, _) in enumerate(self.open) if name == tag]
        for _, kind in reversed(self.open[places[-1] :] if places else []):
            self.open.pop()
            self.inside[kind] -= 1
            if kind == "explanation" and not self.inside[kind]:
                self._keep_address("".join(self.told))

    def _keep_address(self, told: str) -> None:
        """Keep which number an explanation is of, now that it has been read to the end."""
        address = told.partition("Address:")[2].partition("Link to this")[0].strip()
        if address:
            self.addresses[self.name] = (address, told.startswith(f"{OF_CHANGE}:"))

    def explained(self) -> Iterator[ShownNumber]:
        """The numbers that were shown, in their order."""
        for name, shown in self.shown:
            if name in self.addresses:
                yield ShownNumber("".join(shown), *self.addresses[name])

    def handle_data(self, data: str) -> None:
        inside, page = self.inside, self.page
        if self.open and self.open[-1][0] == "script" and page.inline:
            page.inline[-1] += data
        if inside["explanation"]:
            self.told.append(data)
        elif inside["number"]:
            self.shown[-1][1].append(data)
        elif inside["output"] and not inside["unshown"] and not inside["claim"]:
            (page.drawn if inside["drawn"] else page.said).append(data)


def _kind(tag: str, given: dict[str, str]) -> str:
    classes = given.get("class", "").split()
    if tag in UNSHOWN or "cell_input" in classes:
        return "unshown"
    if "explanation" in classes:
        return "explanation"
    if "explained" in classes:
        return "number" if "number" in classes else "claim"
    return "drawn" if tag in ("svg", "table") else "output" if "cell_output" in classes else ""
