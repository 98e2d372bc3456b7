"""Numbers that explain themselves: each number of a page opens to what it is, and each claim to its state.

A chapter's output marks them as `<data value="address">49%</data>`. On the page each becomes a button and a
popover, both of inline markup, so that a sentence stays a sentence; no script is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

from analysis.display.records import MIME
from analysis.inputs.addresses import parse_address
from analysis.inputs.instruments import Instrument, SurveyChanges, instruments
from analysis.inputs.questionnaire import Question, Questionnaire, questionnaires
from analysis.inputs.waves import find_wave
from analysis.numbers.estimates import UNRELIABLE_BELOW
from analysis.publication.chapters import read_executed
from analysis.publication.explained_changes import CHANGE, change_rows

CLAIM = "claim:"
_MARK = re.compile(r'<data value="([^"]*)">(.*?)</data>', re.DOTALL)
_CELL = re.compile(r'<div class="cell (?=[^"]*docutils container")')
_SIGNS = re.compile(r"[^a-z]+")
_KNOWN_HEAD = '<th scope="col">Known</th>'
_NOTE = re.compile(r'(<p class="chart-note">.*?)(</p>)', re.DOTALL)
_FITS = re.compile(rf"{CLAIM}fits\(([^,]+), [^()]+\)$")
# In these rows a label stands first, and leads to the page that explains labels.
_LABELLED = ("How it is known", "State", "Small base")

# A button is a box, and a line may break on either side of it: not between a number and its punctuation.
_WITH_PUNCTUATION = re.compile(
    r'(\(?)(<button type="button" class="explained.*?</button>(?:<span popover .*?</a></span></span>)?)([.,;:)]*)',
    re.DOTALL,
)

KNOWN = {
    "printed": "printed: the source report prints this figure",
    "implied": "implied: the printed figures fix it to within a point",
    "bounded": "bounded: the printed figures leave this range",
    "not identified": "not identified: the printed figures do not tell",
    "not computable": "not computable: this wave did not ask",
    "collected": "collected: counted from the responses",
    "simulated": "simulated: counted from made-up responses",
}
STATES = {
    "holds": "holds: this wave bears it out",
    "within noise": "within noise: true of those who responded, without a clear difference",
    "as reported": "as reported: the source report states it, its printed figures alone do not prove it",
    "not computable": "not computable: this wave cannot tell",
    "false": "false: this wave shows the contrary",
}


@dataclass
class Explanations:
    """What the numbers and claims of one executed chapter are, and in which cell each was computed.

    `labels` is the address of the page that explains labels, as the page that is explained links to it; `asked` are
    the wave's instruments, by survey.
    """

    labels: str = ""
    estimates: dict[str, Mapping[str, str]] = field(default_factory=dict)
    claims: dict[str, Mapping[str, str]] = field(default_factory=dict)
    changes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: Mapping[str, Instrument] = field(default_factory=lambda: _as_written())
    cells: list[str] = field(default_factory=list)
    _shown: int = 0
    _where: str = ""
    _named: set[str] = field(default_factory=set)
    _told_at: dict[tuple[str, str], str] = field(default_factory=dict)

    def page(self, body: str) -> str:
        """The body of a page with its marks opened up and its cells named."""
        pieces = _CELL.split(body)
        if len(pieces) != len(self.cells) + 1:
            raise ValueError(f"the page shows {len(pieces) - 1} cells, its notebook has {len(self.cells)}")
        text = self._opened(pieces[0])
        for name, piece in zip(self.cells, pieces[1:], strict=True):
            self._where = f"#cell-{name}"
            text += f'<div id="cell-{name}" class="cell {self._opened(piece)}'
        return self._with_keys(_WITH_PUNCTUATION.sub(_unbroken, text))

    def _with_keys(self, body: str) -> str:
        """Where labels stand in a column, or under a chart, the key to them is one step away."""
        if not self.labels:
            return body
        body = body.replace(_KNOWN_HEAD, _KNOWN_HEAD.replace("Known", f'<a href="{self.labels}">Known</a>'))
        return _NOTE.sub(rf'\1 <a href="{self.labels}">Key to the labels</a>.\2', body)

    def elsewhere(self, body: str, where: str) -> str:
        """The body of another page that repeats what a cell of this chapter says; `where` leads to that cell."""
        self._where = where
        return _WITH_PUNCTUATION.sub(_unbroken, self._opened(body))

    def _opened(self, html: str) -> str:
        return _MARK.sub(self._open, html)

    def _open(self, mark: re.Match[str]) -> str:
        value, shown = unescape(mark[1]), mark[2]
        rows = self._told(value)
        kind = "claim" if value.startswith(CLAIM) else "number"
        place = anchor(value)
        # The first on the page is what a link to this number or claim leads to.
        named = "" if place in self._named else f' id="{escape(place)}"'
        self._named.add(place)
        again = self._told_at.get((self._where, value))
        name = again or f"explained-{self._shown + 1}"
        button = f'<button type="button" class="explained {kind}"{named} popovertarget="{name}">{shown}</button>'
        if again:
            return button
        self._shown += 1
        # Opened again from elsewhere in its cell, unless it could be folded away then.
        if not _is_folded(mark):
            self._told_at[self._where, value] = name
        return (
            f'{button}<span popover id="{name}" class="explanation">{self._rows(rows)}'
            f'<span class="row"><a href="#{quote(place, safe="@=+*,")}">Link to this {kind}</a> '
            f'<a href="{self._where}">Where it was computed</a></span></span>'
        )

    def _told(self, value: str) -> list[tuple[str, str]]:
        if value.startswith(CHANGE):
            return change_rows(self.changes[value.removeprefix(CHANGE)])
        return self._claim(value) if value.startswith(CLAIM) else self._estimate(value)

    def _rows(self, rows: list[tuple[str, str]]) -> str:
        return "".join(
            f'<span class="row"><strong>{escape(name)}:</strong> {self._text(name, text)} </span>'
            for name, text in rows
            if text
        )

    def _text(self, name: str, text: str) -> str:
        words = escape(text, quote=False)
        if name not in _LABELLED or not self.labels:
            return words
        label, colon, rest = words.partition(": ")
        return f'<a href="{self.labels}#{_SIGNS.sub("-", label).strip("-")}">{label}</a>{colon}{rest}'

    def _claim(self, value: str) -> list[tuple[str, str]]:
        row = self.claims[value.removeprefix(CLAIM)]
        margin = f"{row['margin']} percentage points" if row["margin"] else "cannot be told"
        return [("Claim", row["claim"]), ("State", STATES[row["state"]]), ("Margin before it would flip", margin)]

    def _estimate(self, value: str) -> list[tuple[str, str]]:
        row = self.estimates[value]
        address = parse_address(value)
        asked = self.asked[address.survey]
        questionnaire = asked.questionnaire
        if not address.question:
            rows = [("Counted", f"responses to the {questionnaire.title[:1].lower()}{questionnaire.title[1:]}")]
        else:
            question = questionnaire.by_id[address.question]
            rows = [
                ("Question", question.wording),
                ("Asked otherwise in this wave", asked.why(question.id)),
                ("Answers counted", question.label("+".join(address.answers))),
                ("Base", _base(row, question, questionnaire)),
                ("Interval", _interval(row)),
            ]
        printed = dict.fromkeys(zip(row["printed"].split("; "), row["where"].split("; "), strict=True))
        rows.append(("In the source report", ", ".join(f"{words} ({where})" for words, where in printed if words)))
        if row["base"] and address.question and int(row["base"]) < UNRELIABLE_BELOW:
            rows.append(("Small base", "small bases: marked [u] or given as a count, to be read with the interval"))
        return [*rows, ("How it is known", KNOWN[row["known"]]), ("Address", value)]


def _is_folded(mark: re.Match[str]) -> bool:
    """Whether a mark stands in a part of the page that is open only if a reader wants it to be."""
    return mark.string.count("<details", 0, mark.start()) > mark.string.count("</details>", 0, mark.start())


def _unbroken(found: re.Match[str]) -> str:
    before, number, after = found.groups()
    return f'<span class="unbroken">{before}{number}{after}</span>' if before or after else number


def _base(row: Mapping[str, str], question: Question, questionnaire: Questionnaire) -> str:
    among, respondents = parse_address(row["address"]), questionnaire.respondents
    group = ""
    if among.breakdown:
        breakdown = questionnaire.by_id[among.breakdown]
        group = f" ({breakdown.label(row['group'])})"
    untold = "withheld" if row["known"] in ("collected", "simulated") else "not known"
    size = f"{row['base']} {respondents}{group}" if row["base"] else f"{untold}{group}"
    outside = "those who did not answer"
    if question.asked_if is not None:
        outside += " and those who were not asked"
    reconstructed = row["known"] in ("printed", "implied", "bounded", "not identified")
    note = "; the size of the base is reconstructed" if reconstructed and row["base"] else ""
    return f"{size}; outside it: {outside}{note}"


def _interval(row: Mapping[str, str]) -> str:
    if row["known"] == "bounded":
        return f"the number lies between {row['least']}% and {row['greatest']}%"
    if not row["low"]:
        return ""
    return f"{float(row['low']):.0f}% to {float(row['high']):.0f}%, indicative 95% interval (Wilson)"


def anchor(value: str) -> str:
    """What a number or a claim is called in links: a number by its address, a claim by a short sign for its name.

    That words fit a number is claimed where the number stands: it is called as the number is.
    """
    if not value.startswith(CLAIM):
        return value
    if fitted := _FITS.match(value):
        return fitted[1]
    return f"claim-{sha256(value.removeprefix(CLAIM).encode()).hexdigest()[:8]}"


def read_explanations(path: Path, labels: str = "") -> Explanations:
    """What the cells of an executed chapter said about the numbers and claims they used."""
    notebook = read_executed(path)
    wave = notebook.metadata.get("wave", {}).get("id")
    found = Explanations(labels, asked=instruments(find_wave(wave))) if wave else Explanations(labels)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or "remove-cell" in tags:
            continue
        found.cells.append(cell.id)
        for output in cell.outputs:
            record = output.get("data", {}).get(MIME, {})
            found.estimates |= {row["address"]: row for row in record.get("estimates", [])}
            found.claims |= {row["claim"]: row for row in record.get("claims", [])}
            found.changes |= {row["address"]: row for row in record.get("changes", [])}
    return found


def _as_written() -> dict[str, Instrument]:
    """The study's questionnaires, as a wave that changed nothing asks them."""
    return {name: Instrument(questionnaire, SurveyChanges()) for name, questionnaire in questionnaires().items()}
