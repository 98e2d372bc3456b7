"""Words that explain themselves: on each page the first use of a term of the glossary, and the labels of sentences.

A term becomes a button and a popover, both of inline markup; a label such as *as reported* becomes a link to the
page that explains labels. No script is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from analysis.inputs.glossary import Term

# A comment, a tag with whatever its attributes hold, or the text between tags.
_PIECE = re.compile(r"""(<!--.*?-->|<(?:"[^"]*"|'[^']*'|[^>"'])+>)""", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_EMPTY = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "use"}
# Inside these nothing can be chosen, or it would lead away from what they are for.
_CLOSED = {"a", "button", "code", "pre", "kbd", "script", "style", "svg", "label", "output", "textarea"}
# Neither headings nor the narrow columns of tables have room for a word that opens.
_HEADING = {"h1", "h2", "h3", "h4", "h5", "h6", "table", "dt", "summary", "figcaption"}
# An element that a text stands in: its tag, whether nothing can be chosen in it, whether it is part of a heading; both
# hold if they hold of an element around it.
Inside = tuple[str, bool, bool]
OUTSIDE: Inside = ("", False, False)
_LABELS = re.compile(
    r"(?<=\()(?P<reported>as reported)(?=, )"
    r"|(?P<noise>no clear (?:difference|order)|not clearly (?:more|less) than half)(?=[;)])"
)


@dataclass
class Terms:
    """The terms of a glossary, as one page has them; `glossary` and `labels` are addresses seen from that page."""

    terms: Sequence[Term]
    glossary: str
    labels: str = ""
    _left: dict[str, Term] = field(default_factory=dict)
    _wanted: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        self._left = {form: term for term in self.terms for form in term.forms}

    def page(self, body: str) -> str:
        """The body of a page in which terms open to their explanation and labels lead to theirs."""
        return "".join(self._pieces(body))

    def _pieces(self, body: str) -> Iterator[str]:
        inside: list[Inside] = []
        for piece in _PIECE.split(body):
            if not piece.startswith("<"):
                _, closed, heading = inside[-1] if inside else OUTSIDE
                yield piece if closed or not piece.strip() else self._text(piece, heading)
                continue
            yield piece
            _step(inside, piece)

    def _text(self, text: str, heading: bool) -> str:
        labelled = _LABELS.sub(self._label, text) if self.labels else text
        if heading:
            return labelled
        # What has become a link is left alone.
        parts = re.split(r"(<a .*?</a>)", labelled)
        return "".join(part if part.startswith("<a ") else self._explained(part) for part in parts)

    def _label(self, found: re.Match[str]) -> str:
        name = "as-reported" if found["reported"] else "within-noise"
        return f'<a class="label" href="{self.labels}#{name}">{found[0]}</a>'

    def _explained(self, text: str) -> str:
        if not self._left:
            return text
        return self._pattern().sub(self._explain, text)

    def _pattern(self) -> re.Pattern[str]:
        # Made again only when a term has been explained: a page has thousands of pieces of text.
        if self._wanted is None:
            forms = sorted(self._left, key=len, reverse=True)
            self._wanted = re.compile(rf"(?<![\w-])(?:{'|'.join(map(_any_case, forms))})(?![\w-])")
        return self._wanted

    def _explain(self, found: re.Match[str]) -> str:
        words, form = found[0], " ".join(found[0].split())
        term = self._left.get(form) or self._left.get(form[:1].lower() + form[1:])
        if term is None:
            # Another use in the same text: the first one has been explained.
            return words
        self._left = {form: other for form, other in self._left.items() if other is not term}
        self._wanted = None
        name = f"term-{term.name}"
        return (
            f'<button type="button" class="term" popovertarget="{name}">{words}</button>'
            f'<span popover id="{name}" class="explanation"><span class="row"><strong>{escape(term.title)}:</strong> '
            f"{escape(term.text.strip(), quote=False)}</span>"
            f'<span class="row"><a href="{self.glossary}#{term.name}">Glossary</a></span></span>'
        )


def _step(inside: list[Inside], piece: str) -> None:
    """Go into the element that a tag opens, or out of the one that it closes."""
    found = _TAG.match(piece)
    if found is None or piece.endswith("/>"):
        return
    closes, tag = found[1], found[2].lower()
    if closes:
        while inside and inside.pop()[0] != tag:
            pass
    elif tag not in _EMPTY:
        _, closed, heading = inside[-1] if inside else OUTSIDE
        inside.append((tag, closed or tag in _CLOSED or " popover" in piece, heading or tag in _HEADING))


def _any_case(form: str) -> str:
    first, rest = form[:1], re.escape(form[1:]).replace(r"\ ", r"\s+")
    return f"[{first}{first.upper()}]{rest}" if first.islower() else re.escape(first) + rest
