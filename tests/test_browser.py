"""In a real browser each number opens and closes, by keyboard, by mouse, without script; nothing is fetched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from analysis.display.records import MIME
from analysis.inputs.waves import find_wave
from analysis.publication.contents import executed_chapters

WAVE = find_wave("baseline")
CHAPTERS = [path.stem for path in executed_chapters(WAVE)]
INVOLVEMENT = next(name for name in CHAPTERS if name.endswith("involvement"))
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW = {"width": 320, "height": 700}
MISSING = "these tests open the book in Chromium, and there is none: apt-get install chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, site: Path, page: str, **options: Any) -> Iterator[Page]:
    """A page of the built book, from the file system. What it fetches elsewhere and its errors fail the test."""
    errors: list[str] = []
    requests: list[str] = []
    context = browser.new_context(**options)
    view = context.new_page()
    view.set_default_timeout(20_000)
    view.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.on("request", lambda request: requests.append(request.url))
    view.goto((site / f"{page}.html").as_uri())
    yield view
    context.close()
    assert errors == []
    assert requests and [url for url in requests if not url.startswith(("file://", "data:"))] == []


def chapter(name: str) -> str:
    return f"book/{WAVE.id}/{name}"


def explanation(page: Page, number: Locator) -> Locator:
    return page.locator(f"#{number.get_attribute('popovertarget')}")


def said(name: str) -> int:
    """How many numbers and claims are marked in an executed chapter, its tables included."""
    path = next(path for path in executed_chapters(WAVE) if path.stem == name)
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = [output["data"] for cell in cells for output in cell.get("outputs", []) if MIME in output["data"]]
    shown = [data.get("text/html", data.get("text/markdown", "")) for data in outputs]
    return sum("".join(text).count("<data value=") for text in shown)


def tab_to(page: Page, number: Locator, most: int = 400) -> None:
    """Press Tab until this element has the focus, as a visitor without a mouse does."""
    target = number.get_attribute("popovertarget")
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("popovertarget") == target:
            return
    pytest.fail(f"Tab never reaches {number.inner_text()!r}")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_number_opens_and_closes_by_keyboard_alone(browser: Browser, site: Path, script: bool) -> None:
    with opened(browser, site, chapter(INVOLVEMENT), java_script_enabled=script) as page:
        number = page.locator("button.explained.number").first
        told = explanation(page, number)
        assert not told.is_visible()
        tab_to(page, number)
        page.keyboard.press("Enter")
        assert told.is_visible()
        text = told.inner_text()
        assert all(name in text for name in ("Question:", "Base:", "How it is known:", "Where it was computed"))
        page.keyboard.press("Escape")
        assert not told.is_visible()
        assert page.locator("button.explained.number:focus").count() == 1
        page.keyboard.press("Enter")
        assert told.is_visible(), "the focus is on the number again"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_number_opens_by_mouse_and_closes_by_a_click_elsewhere(browser: Browser, site: Path, script: bool) -> None:
    with opened(browser, site, chapter(INVOLVEMENT), java_script_enabled=script) as page:
        number = page.locator("button.explained.number").first
        number.click()
        assert explanation(page, number).is_visible()
        page.locator("article h1").click()
        assert not explanation(page, number).is_visible()


def test_a_number_opens_by_touch(browser: Browser, site: Path) -> None:
    with opened(browser, site, chapter(INVOLVEMENT), viewport=NARROW, has_touch=True, is_mobile=True) as page:
        number = page.locator("button.explained.number").first
        number.tap()
        assert explanation(page, number).is_visible()


def test_every_number_of_a_chapter_opens_and_closes_by_keyboard(browser: Browser, site: Path) -> None:
    with opened(browser, site, chapter(INVOLVEMENT)) as page:
        buttons = page.locator("article button.explained")
        expected = buttons.count()
        assert expected == said(INVOLVEMENT) > 50
        seen: list[str] = []
        tab_to(page, buttons.first)
        for _ in range(expected * 4):
            state = page.evaluate(FOCUSED)
            if state:
                page.keyboard.press("Enter")
                assert page.evaluate(OPEN) == [state], "this explanation is open, and no other"
                page.keyboard.press("Escape")
                assert page.evaluate(OPEN) == []
                assert page.evaluate(FOCUSED) == state
                seen.append(state)
                if len(seen) == expected:
                    break
            elif page.evaluate(FOLDED):
                page.keyboard.press("Enter")
            page.keyboard.press("Tab")
        assert seen == [buttons.nth(place).get_attribute("popovertarget") for place in range(expected)]


FOCUSED = "() => document.activeElement.closest('button.explained')?.getAttribute('popovertarget')"
FOLDED = "() => document.activeElement.matches('details:not([open]) > summary')"
OPEN = """() => [...document.querySelectorAll(':popover-open')]
  .filter(one => one.checkVisibility() && one.innerText.includes('Address:') || one.innerText.includes('State:'))
  .map(one => one.id)"""


def test_the_link_of_an_explanation_leads_to_its_cell(browser: Browser, site: Path) -> None:
    with opened(browser, site, chapter(INVOLVEMENT)) as page:
        number = page.locator("button.explained.number").nth(3)
        number.click()
        link = explanation(page, number).get_by_role("link", name="Where it was computed")
        target = str(link.get_attribute("href"))
        assert number.evaluate("(element, target) => element.closest(target) !== null", target)
        link.click()
        assert page.url.endswith(target)


def test_a_sentence_reads_as_one_while_its_explanations_are_closed(browser: Browser, site: Path) -> None:
    with opened(browser, site, chapter(INVOLVEMENT)) as page:
        paragraphs = page.locator("article p:has(button.explained)").all_inner_texts()
        assert any("%" in text for text in paragraphs)
        for text in paragraphs:
            assert "\n" not in text, text
            assert "How it is known" not in text and "Address:" not in text
        inside = "article p:has(button.explained) :is(div, p, ul, ol, table)"
        assert page.locator(inside).count() == 0, "inline elements only"


@pytest.mark.parametrize("size", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
def test_every_explanation_fits_the_window_and_leaves_its_number_in_sight(
    browser: Browser, site: Path, size: dict[str, int]
) -> None:
    with opened(browser, site, chapter(INVOLVEMENT), viewport=size) as page:
        outside = page.evaluate(OUTSIDE)
        assert outside == []


OUTSIDE = """() => {
  const outside = []
  for (const folded of document.querySelectorAll('details')) folded.open = true
  for (const button of document.querySelectorAll('button.explained')) {
    button.scrollIntoView({block: 'center', behavior: 'instant'})
    const told = document.getElementById(button.getAttribute('popovertarget'))
    button.click()
    const box = told.getBoundingClientRect()
    const number = button.getBoundingClientRect()
    const narrow = box.width < Math.min(160, innerWidth - 40) || box.height < 80
    const covers = box.top < number.bottom - 1 && box.bottom > number.top + 1
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight || narrow || covers)
      outside.push([told.id, box.left, box.top, box.right, box.bottom])
    told.hidePopover()
  }
  return outside
}"""


def test_a_missing_browser_fails_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        next(browser.__wrapped__())  # type: ignore[attr-defined]
