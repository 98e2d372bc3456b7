"""Each number and each claim of a page opens to what it is, and a sentence stays one sentence."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest

from analysis.display.records import MIME
from analysis.display.sentences import data
from analysis.publication.explanations import KNOWN, STATES, anchor, read_explanations

NUMBER = "third_sector.early_involvement_ways.never@size=small"
ROUTED = "commissioners.support_kinds.targeted_support"
CLAIM = "commissioners.early_involvement.always > commissioners.early_involvement.never"
CELL = '<div class="cell tag_hide-input docutils container">\n'
INLINE = {"a", "button", "em", "span", "strong"}


def estimate(address: str, **columns: str) -> dict[str, str]:
    """A row of statistics.csv, as the record of a cell holds it."""
    row = {
        "address": address,
        "group": address.partition("=")[2],
        "base": "188",
        "low": "20.4",
        "high": "32.6",
        "least": "25.5",
        "greatest": "26.5",
        "known": "printed",
        "printed": "26%",
        "where": "4.11",
    }
    return {**row, **columns}


def claim(name: str, **columns: str) -> dict[str, str]:
    return {"claim": name, "state": "holds", "margin": "12.5", **columns}


def code_cell(name: str, *records: dict[str, Any], tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    outputs = [nbformat.v4.new_output("display_data", {"text/plain": "", MIME: record}) for record in records]
    cell = nbformat.v4.new_code_cell("say()", metadata={"tags": list(tags)}, outputs=outputs)
    cell["id"] = name
    return cell


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """An executed chapter with two cells that are seen on its page and one that is not."""
    said = {
        "estimates": [
            estimate(NUMBER),
            estimate(ROUTED, base="95", known="collected", printed="", where=""),
            estimate("commissioners", base="162", low="", high="", printed="162", where="1.9"),
        ],
        "claims": [claim(CLAIM)],
    }
    bounded = {"estimates": [estimate(ROUTED, known="bounded", least="31.2", greatest="52")], "claims": []}
    notebook = nbformat.v4.new_notebook(
        cells=[
            code_cell("unseen", tags=("remove-cell",)),
            code_cell("first", said),
            nbformat.v4.new_markdown_cell("Between."),
            code_cell("second"),
        ]
    )
    nbformat.write(notebook, tmp_path / "chapter.ipynb")
    notebook.cells[3].outputs = code_cell("other", bounded).outputs
    nbformat.write(notebook, tmp_path / "bounded.ipynb")
    return tmp_path / "chapter.ipynb"


def page(chapter: Path, first: str, second: str = "") -> str:
    body = f"<h1>Title</h1>{CELL}<p>{first}</p></div>\n<p>Between.</p>\n{CELL}<p>{second}</p></div>"
    return read_explanations(chapter).page(body)


class Reader(HTMLParser):
    """The elements of a page, the texts of explanations, and what a sentence says while they are closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.explanations: dict[str, str] = {}
        self.closed = ""
        self.within_paragraphs: set[str] = set()
        self.feed(html)
        assert self.inside == [], "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.elements.append((tag, found))
        if "p" in self.inside:
            self.within_paragraphs.add(tag)
        self.inside.append("#" + str(found["id"]) if "popover" in found else tag)

    def handle_endtag(self, tag: str) -> None:
        last = self.inside.pop()
        assert last == tag or (last.startswith("#") and tag == "span")

    def handle_data(self, text: str) -> None:
        opened = [name for name in self.inside if name.startswith("#")]
        if opened:
            self.explanations[opened[-1][1:]] = self.explanations.get(opened[-1][1:], "") + text
        elif "p" in self.inside:
            self.closed += text

    def having(self, tag: str, attribute: str) -> list[str]:
        return [str(found[attribute]) for name, found in self.elements if name == tag and attribute in found]


def test_each_number_is_a_button_that_opens_its_own_explanation(chapter: Path) -> None:
    seen = Reader(page(chapter, f"Of small ones, {data(NUMBER, '26%')}; of all {data(ROUTED, '5%')}."))
    targets = seen.having("button", "popovertarget")
    assert len(targets) == len(set(targets)) == 2
    assert list(seen.explanations) == targets == [name for name in seen.having("span", "id") if "explained" in name]
    assert seen.having("button", "type") == ["button", "button"]


def test_a_number_that_a_cell_says_again_opens_the_same_explanation(chapter: Path) -> None:
    seen = Reader(page(chapter, f"({data(NUMBER, '26%')}; again {data(NUMBER, '26%')}).", data(NUMBER, "26%")))
    assert seen.having("button", "popovertarget") == ["explained-1", "explained-1", "explained-2"]
    assert list(seen.explanations) == ["explained-1", "explained-2"], "another cell computed it anew"


def test_what_is_folded_away_opens_nothing_elsewhere(chapter: Path) -> None:
    number = data(NUMBER, "26%")
    folded = f"<details><summary>More</summary>{number}</details>"
    seen = Reader(page(chapter, f"{folded} {number} {number} {folded}"))
    assert seen.having("button", "popovertarget") == ["explained-1", "explained-2", "explained-2", "explained-2"]


def test_a_number_says_all_that_it_is(chapter: Path) -> None:
    text = Reader(page(chapter, data(NUMBER, "26%"))).explanations["explained-1"]
    # Written here once more from the questionnaire, not looked up in it.
    assert "Question: " in text and "needs analysis" in text.lower()
    assert "Answers counted: " in text
    assert "Base: 188 third sector organisations (small (under 10 FTE employees))" in text
    assert "outside it: those who did not answer" in text and "not asked" not in text
    assert "the size of the base is reconstructed" in text
    assert "Interval: 20% to 33%, indicative 95% interval (Wilson)" in text
    assert "In the source report: 26% (4.11)" in text
    assert f"How it is known: {KNOWN['printed']}" in text
    assert f"Address: {NUMBER}" in text


def test_a_counted_number_of_a_routed_question_names_who_was_not_asked(chapter: Path) -> None:
    text = Reader(page(chapter, data(ROUTED, "26%"))).explanations["explained-1"]
    assert "Base: 95 commissioners; outside it: those who did not answer and those who were not asked" in text
    assert "reconstructed" not in text and "In the source report" not in text
    assert f"How it is known: {KNOWN['collected']}" in text


def test_a_bounded_number_says_its_range_in_place_of_an_interval(chapter: Path) -> None:
    text = Reader(page(chapter.with_name("bounded.ipynb"), "", data(ROUTED, "between 31% and 52%")))
    assert "Interval: the number lies between 31.2% and 52%" in text.explanations["explained-1"]
    assert "Wilson" not in text.explanations["explained-1"]


def test_a_number_of_responses_has_no_question(chapter: Path) -> None:
    text = Reader(page(chapter, data("commissioners", "162"))).explanations["explained-1"]
    assert "Counted: responses to the" in text
    assert "Question" not in text and "Interval" not in text


@pytest.mark.parametrize(
    ("state", "margin", "said"), [("holds", "12.5", "12.5 percentage points"), ("as reported", "", "cannot be told")]
)
def test_a_claim_says_its_state_and_its_margin(chapter: Path, state: str, margin: str, said: str) -> None:
    explanations = read_explanations(chapter)
    explanations.claims = {CLAIM: claim(CLAIM, state=state, margin=margin)}
    html = explanations.page(f"{CELL}<p>{data(f'claim:{CLAIM}', 'more')}</p></div>{CELL}</div>")
    assert 'class="explained claim"' in html
    text = Reader(html).explanations["explained-1"]
    assert f"Claim: {CLAIM}" in text and STATES[state] in text and f"flip: {said}" in text


def test_each_explanation_links_to_the_cell_that_computed_it(chapter: Path) -> None:
    seen = Reader(page(chapter, data(NUMBER, "26%"), data(ROUTED, "26%")))
    assert [link for link in seen.having("a", "href") if "cell" in link] == ["#cell-first", "#cell-second"]
    assert seen.having("div", "id") == ["cell-first", "cell-second"]


def test_a_number_and_a_claim_can_be_linked_to_by_their_names(chapter: Path) -> None:
    said = f"{data(NUMBER, '26%')} and {data(NUMBER, '26%')}, {data(f'claim:{CLAIM}', 'more')}, {data(ROUTED, '5%')}"
    seen = Reader(page(chapter, said))
    links = [unquote(link.removeprefix("#")) for link in seen.having("a", "href") if "cell" not in link]
    # As the command sha256sum has it for the name of the claim.
    assert links == [NUMBER, "claim-6bfd222e", ROUTED]
    assert seen.having("button", "id") == [NUMBER, "claim-6bfd222e", ROUTED], "the first on the page is the goal"
    assert anchor(f"claim:fits({NUMBER}, nearly 60%)") == NUMBER, "what words fit stands where they do"


def test_labels_lead_to_their_explanation(chapter: Path) -> None:
    explanations = read_explanations(chapter, labels="labels.html")
    explanations.estimates[ROUTED] = estimate(ROUTED, base="28", known="not identified")
    explanations.claims = {CLAIM: claim(CLAIM, state="within noise")}
    marks = [data(NUMBER, "26%"), data(ROUTED, "5%"), data(f"claim:{CLAIM}", "more")]
    table = '<table><tr><th scope="col">Known</th></tr></table><p class="chart-note">Base: 5.</p>'
    seen = Reader(explanations.page(f"{CELL}<p>{' '.join(marks)}</p>{table}</div>{CELL}</div>"))
    links = [link for link in seen.having("a", "href") if link.startswith("labels")]
    known = ["labels.html#printed", "labels.html#small-bases", "labels.html#not-identified"]
    assert links == [*known, "labels.html#within-noise", "labels.html", "labels.html"]


def test_a_number_repeated_on_another_page_leads_back_to_its_cell(chapter: Path) -> None:
    html = read_explanations(chapter).elsewhere(f"<p>{data(NUMBER, '26%')}</p>", "there.html#cell-first")
    assert "there.html#cell-first" in Reader(html).having("a", "href")


def test_a_sentence_stays_one_sentence_of_inline_elements(chapter: Path) -> None:
    sentence = f"Of small ones ({data(NUMBER, '26%')}), {data(f'claim:{CLAIM}', 'more')} took part."
    seen = Reader(page(chapter, sentence))
    assert seen.within_paragraphs <= INLINE
    assert seen.closed.replace("\u2060", "").startswith("Of small ones (26%), more took part.")


def test_what_is_said_is_escaped(chapter: Path) -> None:
    explanations = read_explanations(chapter)
    label = '<script>alert("x")</script> & <p>'
    explanations.estimates = {NUMBER: estimate(NUMBER, printed=label)}
    html = explanations.page(f"{CELL}<p>{data(NUMBER, '26%')}</p></div>{CELL}</div>")
    assert "<script" not in html and "&lt;script&gt;" in html and "&amp; &lt;p&gt;" in html
    assert label in Reader(html).explanations["explained-1"]


def test_a_claim_with_signs_of_html_in_its_name_is_found(chapter: Path) -> None:
    html = page(chapter, data(f"claim:{CLAIM}", "more"))
    assert f'<data value="claim:{CLAIM}"' not in html
    assert CLAIM.replace(">", "&gt;") in html


@pytest.mark.parametrize("cells", [0, 1, 3])
def test_a_page_that_is_not_its_notebooks_is_refused(chapter: Path, cells: int) -> None:
    with pytest.raises(ValueError, match=f"the page shows {cells} cells, its notebook has 2"):
        read_explanations(chapter).page(f"{CELL}</div>" * cells)


def test_a_number_that_no_cell_recorded_is_refused(chapter: Path) -> None:
    with pytest.raises(KeyError, match="contracts_an_opportunity"):
        page(chapter, data("third_sector.contracts_an_opportunity.agree", "73%"))
