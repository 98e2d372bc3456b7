"""The size of a site, and what a reader's browser loads for one of its pages."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from urllib.parse import unquote, urldefrag, urlparse

from bs4 import BeautifulSoup

from benchmarks.measured import Row, compared

PART = "pages"
LOADED = (("link", "href"), ("script", "src"), ("img", "src"))
STYLES = {"stylesheet", "preload", "icon", "shortcut icon"}


def weight(page: Path) -> int:
    """The bytes of a page with the files of the site that it loads: styles, scripts, pictures. Fonts are left out."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    found = {page}
    for name, attribute in LOADED:
        for tag in soup.find_all(name):
            wanted = name != "link" or " ".join(tag.get("rel") or []) in STYLES
            if wanted and (path := _file(page, str(tag.get(attribute) or ""))):
                found.add(path)
    return sum(path.stat().st_size for path in found)


def _file(page: Path, address: str) -> Path | None:
    parsed = urlparse(urldefrag(address)[0])
    if not parsed.path or parsed.scheme or parsed.netloc:
        return None
    path = (page.parent / unquote(parsed.path)).resolve()
    return path if path.is_file() else None


def measured(site: Path) -> tuple[float, float, int]:
    """The size of a site and the weight of its median page, in MB, and the number of its pages."""
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return size / 1e6, median(map(weight, pages)) / 1e6, len(pages)


def page_rows(site: Path, whose: str, other: Path | None = None) -> list[Row]:
    """The size of a site and of its median page, against those of another one."""
    size, page, number = measured(site)
    against, (whole, one, _) = ("ours", measured(other)) if other else ("itself", (size, page, number))
    return [
        compared(PART, f"site, {whose}", f"{number} pages", size, against, whole, "MB"),
        compared(PART, f"median page with what it loads, {whose}", f"{number} pages", page, against, one, "MB"),
    ]
