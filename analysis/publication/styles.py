"""The one style sheet of the book: of the theme's rules and of its own, those that some page can use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

# What can hide a brace or a semicolon, and the signs that end a piece of a style sheet.
_TOKEN = re.compile(
    r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\(\s*[^\"')\s][^)]*\)|[{};]|[^/\"'{};u]+|.", re.DOTALL
)
_TAG = re.compile(r"<([a-zA-Z][\w-]*)")
_NAMES = re.compile(r"""\s(?:class|id)=(?:"([^"]*)"|'([^']*)')""")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
# What stands in the brackets of these says which elements are meant among those that are there, or are not.
_BRACKETED = re.compile(r"\[[^\]]*\]|:[\w-]+\((?:[^()]|\([^()]*\))*\)")
_NAMED = re.compile(r"[.#]((?:\\.|[\w-])+)|(?<![\w.#:\\-])([a-zA-Z][\w-]*)")
# Rules about parts of a page, which hold rules of their own.
_NESTING = ("@media", "@supports", "@container", "@layer")
_DROPPED = ("@import", "@charset", "@font-face")


def names_used(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Every element, class and id that these pages have, and every word of scripts, which may add more of them."""
    found = {"html", "body", "*"}
    for page in pages:
        found |= {tag.lower() for tag in _TAG.findall(page)}
        found |= {name for pair in _NAMES.findall(page) for value in pair for name in value.split()}
    for script in scripts:
        found |= set(_WORD.findall(script))
    return found


def only_used(style: str, names: Collection[str]) -> str:
    """A style sheet without the rules that no page can use, without comments, fonts and imports."""
    return "".join(_kept(style, names))


def _kept(style: str, names: Collection[str]) -> Iterator[str]:
    for head, block in rules(style):
        if head.startswith(_DROPPED):
            continue
        if head.startswith(_NESTING):
            inside = only_used(block or "", names)
            if inside:
                yield f"{head}{{{inside}}}\n"
        elif head.startswith("@") or block is None:
            yield f"{head};" if block is None else f"{head}{{{block}}}\n"
        else:
            used = [one for one in selectors(head) if is_used(one, names)]
            if used:
                yield f"{','.join(used)}{{{block}}}\n"


def rules(style: str) -> Iterator[tuple[str, str | None]]:
    """The rules of a style sheet: head and block; a statement such as an import has no block."""
    head, block, depth = "", "", 0
    for token in _TOKEN.findall(style):
        if token.startswith("/*"):
            continue
        depth -= token == "}"
        if token == "}" and depth == 0:
            yield _tight(head), _tight(block)
            head, block = "", ""
        elif depth:
            block += token
        elif token == ";":
            yield _tight(head), None
            head = ""
        elif token != "{":
            head += token
        depth += token == "{"


def _tight(text: str) -> str:
    return " ".join(text.split())


def selectors(head: str) -> Iterator[str]:
    """The selectors of a rule; a comma inside brackets divides nothing."""
    depth, one = 0, ""
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield one.strip()
            one = ""
        else:
            one += sign
    yield one.strip()


def is_used(selector: str, names: Collection[str]) -> bool:
    """Whether there may be an element that a selector means: every name in it is there."""
    plain = _BRACKETED.sub("", selector)
    found = (re.sub(r"\\(.)", r"\1", name) or tag.lower() for name, tag in _NAMED.findall(plain))
    return all(name in names for name in found)
