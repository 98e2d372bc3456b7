"""A word that a reader may not know opens to its explanation where it first stands, and only where it can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import findings, written

from analysis.inputs.findings import InputError
from analysis.inputs.glossary import Term, glossary, read_glossary
from analysis.publication.terms import Terms

SPADE = Term(term="spade", forms=("spade", "spades"), text="A tool to dig with.")
TRUST = Term(term="garden trust", short="GT", forms=("garden trusts", "GT"), text="It owns <gardens> & ponds.")
TRUSTS = Term(term="trust", forms=("trusts",), text="Confidence.")


def page(body: str, *terms: Term, labels: str = "") -> str:
    return Terms(terms or (SPADE, TRUST), "glossary.html", labels).page(body)


def explained(html: str) -> list[str]:
    """The words of a page that open to an explanation."""
    return re.findall(r'<button type="button" class="term" popovertarget="[^"]*">([^<]*)</button>', html)


def test_the_first_use_on_a_page_opens_to_the_explanation() -> None:
    html = page("<p>With a spade, not two spades.</p><p>A spade.</p>")
    assert explained(html) == ["spade"]
    told = '<span popover id="term-spade" class="explanation"><span class="row"><strong>spade:</strong> A tool to dig'
    assert f'popovertarget="term-spade">spade</button>{told} with.' in html
    assert '<a href="glossary.html#spade">Glossary</a>' in html
    assert re.sub(r"<button.*?>|</button>|<span popover.*?</span></span>", "", html) == (
        "<p>With a spade, not two spades.</p><p>A spade.</p>"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>Spades first, then a spade.</p>", ["Spades"]),
        ("<p>The GT, two garden\ntrusts.</p>", ["GT"]),
        ("<p>Two garden\ntrusts, the GT.</p>", ["garden\ntrusts"]),
        ("<p>gt, GTs, spadework, a-spade, spade-like</p>", []),
        ("<h2>A spade</h2><p>The spade</p>", ["spade"]),
        ("<p><a href='x'>a spade</a> <code>spade</code> <em>spade</em></p>", ["spade"]),
        ("<p><button>spade <b>spade</b></button><span popover><b>spade</b></span></p>", []),
        ("<table><caption>spade</caption><tr><th>spade</th><td>spade</td></tr></table><p>spade</p>", ["spade"]),
        ("<figure><figcaption>spade</figcaption><svg><text>spade</text></svg></figure>", []),
        ('<p title="a spade > a rake">rake<br>spade</p>', ["spade"]),
        ("<!-- a spade --><dl><dt>Spade</dt><dd>A spade</dd></dl>", ["spade"]),
        ("<pre>spade</pre><img alt='spade'><p>rake</p>", []),
    ],
)
def test_a_term_is_explained_in_running_text_and_nowhere_else(body: str, words: list[str]) -> None:
    html = page(body)
    assert explained(html) == words
    assert html.count("spade") >= body.count("spade")


def test_the_longer_of_two_terms_is_meant() -> None:
    html = page("<p>Two garden trusts and more trusts.</p>", TRUSTS, TRUST)
    assert explained(html) == ["garden trusts", "trusts"]
    garden = Term(term="garden", forms=("garden",), text="A place to dig in.")
    assert explained(page("<p>Garden trusts of a garden.</p>", garden, TRUST)) == ["Garden trusts", "garden"]
    assert "<strong>garden trust (GT):</strong> It owns &lt;gardens&gt; &amp; ponds." in html


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("<p>Less (as reported, 4.3, 4.8).</p>", ["#as-reported"]),
        ("<figcaption>More (as reported, 4.3; no clear difference)</figcaption>", ["#as-reported", "#within-noise"]),
        ("<p>Most (not clearly more than half).</p>", ["#within-noise"]),
        ("<p>It is as reported, and there is no clear difference.</p>", []),
        ('<div aria-label="Less (as reported, 4.3)">x</div><svg><text>(as reported, 4.3)</text></svg>', []),
    ],
)
def test_the_labels_of_sentences_lead_to_their_explanation(body: str, links: list[str]) -> None:
    html = page(body, labels="labels.html")
    assert re.findall(r'<a class="label" href="labels.html(#[^"]*)">', html) == links
    assert re.sub(r"</?a[^>]*>", "", html) == body
    assert page(body) == body


def test_the_glossary_can_be_read_and_says_each_thing_once() -> None:
    names = [term.name for term in glossary()]
    assert len(names) > 25 and len(set(names)) == len(names)
    titles = {term.short for term in glossary()} | {term.term for term in glossary()}
    wanted = {"TSO", "PCT", "LSP", "LAA", "CVS", "NOMS", "commissioning", "procurement", "full cost recovery", "base",
              "item non-response", "indicative interval", "reconstruction", "wave"}  # fmt: skip
    assert wanted <= titles


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([{"term": "a", "forms": ["a"], "text": "x"}, {"term": "A", "forms": [], "text": "y"}], "'a' a second time"),
        ([{"term": "a", "forms": ["x", "x"], "text": "x"}], "'x' a second time"),
        ([{"term": "a", "forms": [], "words": "x"}], "an unknown key"),
        ([{"term": "", "forms": [], "text": "x"}], "at least 1 character"),
    ],
)
def test_a_glossary_with_a_mistake_is_refused(tmp_path: Path, entries: list[dict[str, object]], found: str) -> None:
    path = written(tmp_path, "glossary.yml", entries)
    with pytest.raises(InputError) as error:
        read_glossary(path)
    assert found in "\n".join(findings(error))
