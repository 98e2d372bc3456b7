"""On the page every chart can be read: wide and narrow, light and dark, printed, by eye and by ear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from test_browser import browser  # noqa: F401
from test_palette import MARKS, TEXT, contrast

from analysis.inputs.waves import find_wave
from analysis.publication.contents import executed_chapters

WAVE = find_wave("baseline")
CHAPTERS = [path.stem for path in executed_chapters(WAVE) if '<figure class=\\"chart' in path.read_text("utf-8")]
WIDTHS = {"narrow": 320, "wide": 1280}
LEAST = 11  # pixels

# All that is looked at, for one width and one theme, without leaving the page.
LOOK = """() => {
  const seen = element => element.checkVisibility() && element.getBoundingClientRect().width > 0
  const box = element => {
    const {left, top, right, bottom} = element.getBoundingClientRect()
    return [left, top, right, bottom]
  }
  const look = figure => ({
    name: figure.id,
    box: box(figure),
    drawings: [...figure.querySelectorAll('.drawing > svg')].filter(seen).map(svg => svg.getAttribute('class')),
    described: figure.querySelector('.drawing')?.getAttribute('aria-label') ?? '',
    role: figure.querySelector('.drawing')?.getAttribute('role') ?? '',
    words: [...figure.querySelectorAll('svg text')].filter(seen).map(text => ({
      words: text.textContent,
      box: box(text),
      size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a,
      fill: getComputedStyle(text).fill,
    })),
    marks: [...figure.querySelectorAll('svg g')].filter(seen).map(group => ({
      kind: group.getAttribute('class'),
      fill: getComputedStyle(group).fill,
      stroke: getComputedStyle(group).stroke,
    })),
    lines: [...figure.querySelectorAll('figcaption, p, summary, th, td')].filter(seen).map(element => ({
      words: element.textContent.slice(0, 60),
      size: parseFloat(getComputedStyle(element).fontSize),
      colour: getComputedStyle(element).color,
    })),
  })
  return {
    across: document.documentElement.scrollWidth,
    ground: getComputedStyle(document.body).backgroundColor,
    figures: [...document.querySelectorAll('figure.chart')].filter(figure => figure.id).map(look),
  }
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context()
    yield context.new_page()
    context.close()


def looked(page: Page, site: Path, chapter: str, width: int, theme: str = "light") -> Any:
    """What is on a page of the book, at one width, in one theme."""
    address = (site / "book" / WAVE.id / f"{chapter}.html").as_uri()
    if page.url.partition("#")[0] != address:
        page.goto(address)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    return page.evaluate(LOOK)


def hexadecimal(colour: str) -> str:
    """The colour of a computed style, such as "rgb(31, 41, 51)"."""
    numbers = colour[colour.index("(") + 1 : -1].split(",")
    return "#" + "".join(f"{int(number):02x}" for number in numbers[:3])


def overlap(one: Any, other: Any) -> bool:
    (left, top, right, bottom), (left2, top2, right2, bottom2) = one["box"], other["box"]
    # The box of a line of text is taller than its letters.
    slack = 0.18 * (bottom - top)
    return min(right, right2) - max(left, left2) > 1 and min(bottom, bottom2) - max(top, top2) > slack


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_word_of_a_chart_can_be_read(page: Page, site: Path, chapter: str, width: int) -> None:
    found = looked(page, site, chapter, width)
    assert found["across"] <= width and found["figures"]
    for figure in found["figures"]:
        words = figure["words"]
        small = [one["words"] for one in words if one["size"] < LEAST] + [
            one["words"] for one in figure["lines"] if one["size"] < LEAST
        ]
        left, top, right, bottom = figure["box"]
        outside = [
            one["words"]
            for one in words
            if one["box"][0] < left - 1 or one["box"][2] > right + 1 or one["box"][1] < top or one["box"][3] > bottom
        ]
        covered = [(a["words"], b["words"]) for i, a in enumerate(words) for b in words[:i] if overlap(a, b)]
        assert (small, outside, covered) == ([], [], []), figure["name"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_words_and_marks_stand_out_from_the_page(page: Page, site: Path, chapter: str, theme: str) -> None:
    found = looked(page, site, chapter, WIDTHS["wide"], theme)
    ground = hexadecimal(found["ground"])
    for figure in found["figures"]:
        faint = [one["words"] for one in figure["words"] if contrast(hexadecimal(one["fill"]), ground) < TEXT]
        faint += [one["words"] for one in figure["lines"] if contrast(hexadecimal(one["colour"]), ground) < TEXT]
        for mark in figure["marks"]:
            kind = mark["kind"].split(" ")[0]
            paint = mark["fill"] if kind in ("bar", "dot") else mark["stroke"]
            if kind in ("bar", "dot", "band", "ring", "diamond", "interval", "bar-interval", "join", "line", "axis"):
                faint += [mark["kind"]] if contrast(hexadecimal(paint), ground) < MARKS else []
        assert faint == [], figure["name"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_shows_one_drawing_of_each_chart_and_says_what_it_shows(page: Page, site: Path, chapter: str) -> None:
    for name, width in WIDTHS.items():
        for figure in looked(page, site, chapter, width)["figures"]:
            if figure["role"]:
                assert figure["drawings"] == [name], figure["name"]
                assert figure["role"] == "img" and len(figure["described"]) > 40
            else:
                assert figure["drawings"] == []


def test_a_chart_is_found_by_its_link(page: Page, site: Path) -> None:
    chapter = CHAPTERS[0]
    looked(page, site, chapter, WIDTHS["wide"])
    link = page.locator(".chart-links a[href^='#']").last
    target = str(link.get_attribute("href"))
    link.click()
    assert page.url.endswith(target)
    assert page.locator(target).evaluate("figure => figure.matches('figure.chart')")
    page.goto("about:blank")


def test_the_numbers_of_a_chart_are_one_step_away_as_a_table(page: Page, site: Path) -> None:
    looked(page, site, CHAPTERS[0], WIDTHS["wide"])
    figure = page.locator("figure.chart").first
    assert not figure.locator("table").is_visible()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    assert figure.locator("table").is_visible()
    page.goto("about:blank")


def test_a_printed_chart_is_light_and_whole(page: Page, site: Path) -> None:
    chapter = next(name for name in CHAPTERS if "involvement" in name)
    looked(page, site, chapter, 700, "dark")
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[...document.querySelectorAll('figure.chart svg.wide text')].map(text => getComputedStyle(text).fill)"
    )
    together = page.evaluate("getComputedStyle(document.querySelector('figure.chart')).breakInside")
    page.emulate_media(media="screen")
    assert colours and min(contrast(hexadecimal(colour), "#ffffff") for colour in colours) >= TEXT
    assert together == "avoid"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_scorecard_is_a_table_at_every_width(page: Page, site: Path, width: int) -> None:
    chapter = next(name for name in CHAPTERS if "principles" in name)
    looked(page, site, chapter, width)
    table = page.get_by_role("table").filter(has=page.get_by_role("rowheader", name="Reviewing commissioning"))
    assert table.get_by_role("rowheader").count() == 8
    assert table.get_by_role("cell").count() == 24
    names = [side for side in table.locator(".side").all() if side.is_visible()]
    heads = [head for head in table.get_by_role("columnheader").all() if head.is_visible()]
    assert (len(names), len(heads)) == ((24, 0) if width == WIDTHS["narrow"] else (0, 4))


def test_what_these_tests_look_for_is_found(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 500})
    page.set_content(
        """<figure class="chart" id="chart-bad"><div class="drawing" role="img" aria-label="Bad">
        <svg class="wide" viewBox="0 0 600 60" width="300" font-size="14"><g class="label" fill="#aaaaaa">
        <text x="0" y="20">one</text><text x="10" y="24">two</text><text x="580" y="20">three</text></g></svg>
        </div></figure>"""
    )
    (figure,) = page.evaluate(LOOK)["figures"]
    one, two, three = figure["words"]
    assert one["size"] == pytest.approx(7) and overlap(one, two) and not overlap(one, three)
    assert contrast(hexadecimal(one["fill"]), "#ffffff") < TEXT
    page.goto("about:blank")
