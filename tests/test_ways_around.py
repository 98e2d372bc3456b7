"""A reader finds the way: the first screen, search without a server, the same page in another wave, by keyboard too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page
from test_browser import WAVE, browser, opened  # noqa: F401

from analysis import paths
from analysis.publication.contents import executed_chapters
from analysis.publication.front import newest

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
CHAPTER = f"book/{WAVE.id}/06_barriers"


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).last.bounding_box()
    assert box, selector
    return box["y"] + box["height"]


def test_the_first_screen_tells_what_was_found_how_sure_it_is_and_where_the_numbers_are(
    browser: Browser,  # noqa: F811
    site: Path,
) -> None:
    with opened(browser, site, "book/index", viewport=WIDE, java_script_enabled=False) as page:
        for selector in ("h1", ".front .headline li", ".front .wave-status", ".sureness"):
            assert bottom(page, selector) <= WIDE["height"], selector
        assert page.locator(".front .headline li").count() <= 7
        assert page.locator(".sureness a[href$='uncertainty.html']").is_visible()
        assert page.locator(".sureness a[href='take_away.html']").is_visible()


def test_whoever_opens_the_folder_comes_to_the_front_page(browser: Browser, site: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.locator(".front").wait_for()
    context.close()
    text = (site / "index.html").read_text("utf-8")
    assert '<html lang="en-GB">' in text and "<title>Third sector involvement in commissioning</title>" in text
    assert '<a href="book/index.html">' in text


def test_the_front_page_repeats_the_findings_of_the_summary_and_says_where_each_was_computed(
    browser: Browser,  # noqa: F811
    site: Path,
) -> None:
    latest = newest()
    assert latest is not None
    name = latest[0].id
    with opened(browser, site, f"book/{name}/summary", viewport=WIDE) as page:
        said = page.locator(".headline li").all_inner_texts()
    with opened(browser, site, "book/index", viewport=WIDE) as page:
        assert page.locator(".front .headline li").all_inner_texts() == said
        number = page.locator(".front .headline button.number").first
        number.click()
        page.locator(f"#{number.get_attribute('popovertarget')} a", has_text="Where it was computed").click()
        page.wait_for_url(re.compile(rf"book/{name}/summary\.html#cell-\w+$"))
        page.locator(":target").wait_for(state="attached")


def test_a_link_to_a_number_leads_to_it_on_any_page_that_says_it(browser: Browser, site: Path) -> None:  # noqa: F811
    address = "third_sector.funded_to_deliver.yes@size=large"
    for name in (f"book/{WAVE.id}/04_involvement", f"book/{WAVE.id}/summary"):
        with opened(browser, site, name, viewport=WIDE) as page:
            page.goto(f"{page.url}#{address}")
            target = page.locator("button.explained:target")
            assert target.inner_text() == "69%"
            box = target.bounding_box()
            assert box and 0 < box["y"] < WIDE["height"]


def test_search_works_without_a_server_and_its_results_lead_to_pages(browser: Browser, site: Path) -> None:  # noqa: F811
    with opened(browser, site, CHAPTER, viewport=WIDE) as page:
        page.locator(".search-button-field").click()
        page.keyboard.type("trustees")
        page.keyboard.press("Enter")
        results = page.locator("#search-results ul.search li a")
        results.first.wait_for()
        assert "search.html" in page.url
        titles = results.all_inner_texts()
        assert any("Barriers" in title for title in titles)
        for link in results.all():
            address = str(link.get_attribute("href"))
            assert (site / address.partition("?")[0].partition("#")[0]).exists(), address
        # Results come one after another and move each other: only when all are there is one chosen.
        page.locator("#search-results .search-summary", has_text="finished").wait_for()
        page.locator(f"#search-results ul.search li a[href*='{CHAPTER}.html']").first.click()
        page.locator("article .highlighted").first.wait_for()
        assert page.locator("h1").inner_text().startswith("6. Barriers")


def test_the_colours_can_be_chosen_and_stay_chosen(browser: Browser, site: Path) -> None:  # noqa: F811
    with opened(browser, site, CHAPTER, viewport=WIDE, color_scheme="light") as page:
        button = page.locator(".theme-switch-button")
        assert "as your system has them" in button.inner_text()
        seen = []
        for _ in range(3):
            button.click()
            seen.append((page.evaluate("document.documentElement.dataset.theme"), button.inner_text().strip()))
        assert seen == [("dark", "Colours: dark"), ("light", "Colours: light"),
                        ("light", "Colours: as your system has them")]  # fmt: skip
        button.click()
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_contents_of_the_book_open_on_a_narrow_screen(browser: Browser, site: Path) -> None:  # noqa: F811
    with opened(browser, site, CHAPTER, viewport=NARROW) as page:
        page.get_by_role("button", name="Contents of the book").click()
        contents = page.locator("a[href='08_conclusions.html']", has_text="8. Conclusions").first
        assert contents.is_visible()
        page.keyboard.press("Escape")
        contents.wait_for(state="hidden")
        page.get_by_role("button", name="On this page").click()
        assert page.locator("dialog[open] #pst-page-toc-nav a").first.is_visible()


def test_the_first_stop_of_the_keyboard_leads_past_the_contents(browser: Browser, site: Path) -> None:  # noqa: F811
    with opened(browser, site, CHAPTER, viewport=WIDE) as page:
        page.keyboard.press("Tab")
        first = page.locator(":focus")
        assert first.inner_text() == "Skip to main content" and first.is_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_word_of_the_glossary_opens_without_a_script_and_closes_by_keyboard(
    browser: Browser,  # noqa: F811
    site: Path,
) -> None:
    with opened(browser, site, CHAPTER, viewport=NARROW, java_script_enabled=False) as page:
        word = page.locator("button.term").first
        told = page.locator(f"#{word.get_attribute('popovertarget')}")
        word.focus()
        page.keyboard.press("Enter")
        assert told.is_visible()
        page.keyboard.press("Escape")
        assert not told.is_visible()
        words = page.locator("button.term").all_inner_texts()
        assert len(words) > 3 and len(words) == len({re.sub(r"\s+", " ", one) for one in words})


# The same page in another wave

SECOND = {"id": "second", "title": "Second wave", "status": "simulated", "follows": WAVE.id, "role": "second"}


@pytest.fixture(scope="module")
def two_waves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book of two waves, of which the second has a page more; its built site."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(paths.ROOT / "data", project / "data")
    shutil.copytree(project / "data" / "waves" / WAVE.id, project / "data" / "waves" / "second")
    told = project / "data" / "waves" / "second" / "wave.yml"
    told.write_text(yaml.safe_dump({**yaml.safe_load(told.read_text("utf-8")), **SECOND}), "utf-8")
    for name in ("_static", "_templates"):
        shutil.copytree(paths.ROOT / "book" / name, project / "book" / name)
    shutil.copy(paths.ROOT / "_config.yml", project)
    pages = {WAVE.id: ("summary", "01_introduction"), "second": ("summary", "01_introduction", "change")}
    originals = {path.stem: path for path in executed_chapters(WAVE)}
    for wave, names in pages.items():
        (project / "book" / wave).mkdir()
        for name in names:
            text = originals.get(name, originals["summary"]).read_text("utf-8")
            text = re.sub(r"\]\((?:\d\d_|\.\./methods)[^)]*\)", "]", text)
            (project / "book" / wave / f"{name}.ipynb").write_text(text.replace(WAVE.title, wave), "utf-8")
    (project / "book" / "index.md").write_text("# A book\n\nOf two waves.\n", "utf-8")
    parts = [{"chapters": [{"file": f"book/{wave}/{name}"} for name in names]} for wave, names in pages.items()]
    contents = {"format": "jb-book", "root": "book/index", "parts": parts}
    (project / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), "utf-8")
    environment = {**os.environ, "ANALYSIS_PROJECT": str(project), "ANALYSIS_SHOW_ALL": "1"}
    command = [sys.executable, "-m", "analysis", "build"]
    done = subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project / "_build" / "html"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_same_chapter_of_another_wave_is_one_click_away_in_both_directions(
    browser: Browser,  # noqa: F811
    two_waves: Path,
    script: bool,
) -> None:
    chapter = f"book/{WAVE.id}/01_introduction"
    with opened(browser, two_waves, chapter, viewport=NARROW, java_script_enabled=script) as page:
        turns = page.get_by_role("navigation", name="This page in other waves")
        assert turns.locator("[aria-current=page]").inner_text() == WAVE.title
        turns.get_by_role("link").click()
        assert page.url.endswith("book/second/01_introduction.html")
        assert turns.locator("[aria-current=page]").inner_text() == "Second wave"
        turns.get_by_role("link").click()
        assert page.url.endswith(f"{chapter}.html")
        assert "Simulated" not in page.locator(".about-page").inner_text()


def test_a_chapter_that_another_wave_lacks_leads_to_its_summary_and_says_so(
    browser: Browser,  # noqa: F811
    two_waves: Path,
) -> None:
    with opened(browser, two_waves, "book/second/change", viewport=WIDE) as page:
        turns = page.get_by_role("navigation", name="This page in other waves")
        assert turns.inner_text().split("\n")[0] == f"{WAVE.title} (has no such page)"
        turns.get_by_role("link", name=WAVE.title).click()
        assert page.url.endswith(f"book/{WAVE.id}/summary.html")
    with opened(browser, two_waves, "book/index", viewport=WIDE) as page:
        assert page.locator(".turns").count() == 0
