"""One style sheet holds what pages can use, all of it, and nothing else of the theme is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.publication.assets import lighten, wanted_scripts
from analysis.publication.styles import is_used, names_used, only_used, rules, selectors

NAMES = {"html", "body", "*", "p", "a", "table", "note", "wide", "main", "mt-1.5"}


@pytest.mark.parametrize(
    ("selector", "used"),
    [
        ("p", True),
        ("p.note", True),
        ("p.gone", False),
        ("video", False),
        ("#main > a:hover", True),
        ("#lost a", False),
        ("p.note:not(.gone)", True),
        ("a:is(.gone, .note)", True),
        ('a[href$=".video"]', True),
        ("a::before", True),
        ("*", True),
        (".mt-1\\.5", True),
        (".mt-1\\.6", False),
        ("html[data-theme=dark] .note", True),
        (".note.wide~video", False),
    ],
)
def test_a_selector_is_kept_if_all_that_it_names_is_there(selector: str, used: bool) -> None:
    assert is_used(selector, NAMES) is used


def test_names_are_those_of_pages_and_whatever_a_script_may_add() -> None:
    page = "<P class='note wide' data-class=\"no\"><a id=main href='x.html'></P><img id=\"one\">"
    assert names_used([page], ["x.classList.add('scrolled')"]) >= {"p", "a", "img", "note", "wide", "one", "scrolled"}
    assert "no" not in names_used([page], [])


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("p{color:red}.gone{color:blue}", "p{color:red}"),
        (".gone,p , video{color:red}", "p{color:red}"),
        ("p:is(.a,.b){color:red}", "p:is(.a,.b){color:red}"),
        ("@media print{.gone{x:y}p{color:red}}", "@media print{p{color:red}}"),
        ("@media print{.gone{x:y}}", ""),
        ("@media (x:y){@supports (a:b){p{c:d}}}", "@media (x:y){@supports (a:b){p{c:d}}}"),
        ("@font-face{font-family:x;src:url(x.woff2)}p{c:d}", "p{c:d}"),
        ('@charset "utf-8";@import "a.css";p{c:d}', "p{c:d}"),
        ("@keyframes turn{to{x:y}}", "@keyframes turn{to{x:y}}"),
        ('/* } */p::before{content:"}"}p{c:d}', 'p::before{content:"}"}p{c:d}'),
        (
            "p{background:url(data:image/svg+xml;utf8,{x})}a{c:d}",
            "p{background:url(data:image/svg+xml;utf8,{x})}a{c:d}",
        ),
    ],
)
def test_a_style_sheet_keeps_what_can_be_used(style: str, kept: str) -> None:
    assert only_used(style, NAMES).replace("\n", "") == kept


def test_heads_are_divided_at_commas_outside_brackets() -> None:
    assert list(selectors('a:is(b, c), d[x="1,2"] , e')) == ["a:is(b, c)", 'd[x="1,2"]', "e"]
    assert list(rules("a{b:c}@import 'x';d{e{f:g}}")) == [("a", "b:c"), ("@import 'x'", None), ("d", "e{f:g}")]


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """A site of two pages, with more in it than they ask for."""
    static = tmp_path / "_static"
    files = {
        "index.html": '<link rel="stylesheet" href="_static/site.css"><p class="note">x</p>',
        "book/a.html": '<link rel="stylesheet" href="../_static/site.css"><script src="../_static/run.js?v=1">',
        "_static/basic.css": "p{a:b}.gone{a:b}.added{a:b}",
        "_static/styles/pydata-sphinx-theme.css": "p{a:c;background:url(../mark.svg)}",
        "_static/own.css": "p{a:d}",
        "_static/run.js": 'x.classList.add("added")',
        "_static/fonts/big.woff2": "x",
        "_static/webpack.html": '<script src="fonts/big.woff2"></script>',
        "_static/mark.svg": "<svg/>",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert static.exists()
    return tmp_path


def test_the_styles_of_a_site_become_one_sheet_and_the_rest_goes(small_site: Path) -> None:
    lighten(small_site, ["own.css"])
    kept = {path.relative_to(small_site).as_posix() for path in small_site.rglob("*") if path.is_file()}
    assert kept == {"index.html", "book/a.html", "_static/site.css", "_static/run.js", "_static/mark.svg"}
    style = (small_site / "_static" / "site.css").read_text()
    assert style == "p{a:b}\n.added{a:b}\np{a:c;background:url(mark.svg)}\np{a:d}\n"
    versions = {page: (small_site / page).read_text().split("?v=")[1][:8] for page in ("index.html", "book/a.html")}
    assert len(set(versions.values())) == 1


def test_another_style_has_another_address(small_site: Path) -> None:
    lighten(small_site, [])
    before = (small_site / "index.html").read_text()
    (small_site / "_static" / "basic.css").write_text("p{z:z}")
    lighten(small_site, [])
    assert (small_site / "index.html").read_text() != before


def test_scripts_that_no_page_needs_are_left_out() -> None:
    class Script:
        def __init__(self, filename: str | None) -> None:
            self.filename = filename

    scripts = [Script(name) for name in ("_static/doctools.js", "_static/copybutton.js?v=1", None)]
    assert wanted_scripts(scripts) == scripts[:1]
