"""Every page can be used by everyone: in light and dark, wide and narrow, with and without scripts; and it is light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from test_browser import browser  # noqa: F401

from analysis.publication import checks

NAMES = [*checks.pages(), "search.html"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
# Bytes, uncompressed, of a page with all that it loads.
MOST = 900_000


@dataclass
class Visit:
    """A window in which one page after another is opened; what it asked for and complained of since it was opened."""

    page: Page
    site: Path
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, name: str) -> Page:
        self.page.set_viewport_size(WIDE)
        self.requests.clear()
        self.errors.clear()
        self.page.goto((self.site / name).as_uri())
        return self.page

    @property
    def weight(self) -> int:
        """The bytes of all files that the page loaded."""
        return sum(Path(unquote(urlsplit(url).path)).stat().st_size for url in set(self.requests))


@pytest.fixture(scope="module")
def visit(browser: Browser, site: Path) -> Iterator[Visit]:  # noqa: F811
    yield from visiting(browser, site)


@pytest.fixture(scope="module")
def examined(browser: Browser, site: Path) -> Iterator[Visit]:  # noqa: F811
    """The same for looking closely: what examines a page, and the faults that are put into it, are no part of it."""
    yield from visiting(browser, site, bypass_csp=True)


def visiting(browser: Browser, site: Path, **options: Any) -> Iterator[Visit]:  # noqa: F811
    context = browser.new_context(**options)
    visit = Visit(context.new_page(), site)
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda told: visit.errors.append(told.text) if told.type in ("error", "warning") else None)
    yield visit
    context.close()


def violations(page: Page, options: dict[str, Any], within: str = "") -> list[str]:
    """What axe finds, each with its rule and the element."""
    found = page.evaluate(
        """([within, options]) => axe
        .run(within ? {include: [[within]]} : document, {...options, preload: false, resultTypes: ['violations']})
        .then((told) => told.violations.flatMap(
          (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`)))""",
        [within, options],
    )
    return list(found)


# Text of one colour, ground, size and weight is read once: what axe says of it, it says of all of its kind.
ONE_OF_A_KIND = """() => {
  document.querySelectorAll('[data-kind]').forEach((one) => one.removeAttribute('data-kind'))
  const seen = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('svg')) continue
    const own = getComputedStyle(element)
    let grounds = ''
    for (let around = element; around; around = around.parentElement) {
      const style = getComputedStyle(around)
      grounds += style.backgroundColor + style.backgroundImage + style.opacity
    }
    const kind = [own.color, own.fontSize, own.fontWeight, grounds].join()
    if (!seen.has(kind)) element.dataset.kind = seen.add(kind).size
  }
}"""


def contrasts(page: Page) -> list[str]:
    page.evaluate(ONE_OF_A_KIND)
    return violations(page, {"runOnly": ["color-contrast"]}, "[data-kind]")


# What a drawing shows is read out from its description; what is inside it has tests of its own.
WITHOUT_DRAWINGS = "document.querySelectorAll('svg').forEach((one) => one.replaceChildren())"


# All that is folded is opened, and one explanation; the others are of the same kind, and closed nobody meets them.
UNFOLDED = """() => {
  for (const folded of document.querySelectorAll('details')) folded.open = true
  const explanations = [...document.querySelectorAll('[popover]')]
  explanations.slice(1).forEach((one) => one.remove())
  if (explanations.length) explanations[0].showPopover()
}"""

SETTLED = """() => [...document.querySelectorAll('pre, .cell_output > .output, .pst-scrollable-table-container')]
  .every((one) => one.scrollWidth <= one.clientWidth || one.tabIndex === 0)"""

ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}, "target-size": {"enabled": True}}}
ALL = {"rules": {"target-size": {"enabled": True}}}
# What width decides about on any page; what else is there on a narrow page only is there on each of these.
WIDTH = {"runOnly": ["target-size", "scrollable-region-focusable"]}
LOOKED_AT_WHOLE = {"book/index.html", "book/baseline-2007/04_involvement.html", "book/methods/claims.html"}


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(examined: Visit, name: str) -> None:
    page = examined.open(name)
    page.add_style_tag(content="*, ::before, ::after { animation: none !important; transition: none !important }")
    page.evaluate(UNFOLDED)
    page.evaluate(WITHOUT_DRAWINGS)
    page.evaluate(AXE_SCRIPT)
    page.evaluate(ONE_OF_A_KIND)
    page.evaluate("axe.configure({rules: [{id: 'color-contrast', selector: '[data-kind]'}]})")
    found = {"wide, light": violations(page, ALL)}
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found["dark"] = contrasts(page)
    page.set_viewport_size(NARROW)
    # The theme lets what has become too wide be reached by keyboard, a moment later.
    page.wait_for_function(SETTLED)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    found["narrow"] = violations(page, ALL_BUT_CONTRAST if name in LOOKED_AT_WHOLE else WIDTH)
    if name in LOOKED_AT_WHOLE:
        found["narrow, dark"] = contrasts(page)
    assert {how: told for how, told in found.items() if told} == {}


def test_a_fault_is_found_in_every_way_of_looking(examined: Visit) -> None:
    page = examined.open("book/methods/labels.html")
    page.evaluate(AXE_SCRIPT)
    page.evaluate("""() => {
      document.querySelector('article p').insertAdjacentHTML('beforeend', '<button></button>')
      document.head.insertAdjacentHTML('beforeend',
        '<style>html[data-theme=light] dd { color: #999 } html[data-theme=dark] dt { color: #444 }</style>')
    }""")
    assert [one.partition(":")[0] for one in violations(page, ALL_BUT_CONTRAST)] == ["button-name"]
    light = contrasts(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = contrasts(page)
    within = re.compile(r"color-contrast: <(p|dd|button)\b")
    assert light and all(within.match(one) for one in light), "what stands in the descriptions"
    assert dark and all("color-contrast: <dt" in one for one in dark)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_light_and_asks_no_other_computer_and_complains_of_nothing(visit: Visit, name: str) -> None:
    visit.open(name)
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith("file://")] == []
    assert visit.weight < MOST
    assert len(visit.requests) <= 12


@pytest.fixture(scope="module")
def without_scripts(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_read_before_any_script_runs(without_scripts: Page, site: Path, name: str) -> None:
    page = without_scripts
    page.goto((site / name).as_uri())
    heading = page.locator("h1").first.bounding_box()
    assert heading and heading["y"] < NARROW["height"] / 2 and heading["width"] > NARROW["width"] / 2
    page.locator("a.without-scripts").click()
    contents = page.locator("#pst-primary-sidebar a").nth(2)
    contents.scroll_into_view_if_needed()
    assert contents.is_visible()
