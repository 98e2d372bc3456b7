"""Every page says which edition it belongs to, how to cite it, and where the same page of another wave is."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from support import collected_wave, forgetting  # noqa: F401

from analysis import paths
from analysis.inputs import waves
from analysis.inputs.waves import find_wave
from analysis.publication import checks, edition, furniture
from analysis.publication.edition import Edition
from analysis.publication.furniture import Turn, about, cite, in_words, turns

BASELINE = find_wave("baseline")


@pytest.fixture
def unknown_edition() -> object:
    """Whatever a test finds out about the edition is forgotten before and after it."""
    edition.edition.cache_clear()
    yield
    edition.edition.cache_clear()


def commit(folder: Path, *files: str) -> str:
    """A repository of its own with these files, committed on a day of long ago."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    me = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="]
    day = {"GIT_COMMITTER_DATE": "2001-02-03T23:30:00+0000", "GIT_AUTHOR_DATE": "2000-01-01T00:00:00+0000"}
    for line in (["init", "-q"], ["add", "-A"], [*me, "commit", "-q", "-m", "All"]):
        subprocess.run(["git", *line], cwd=folder, check=True, env={"PATH": "/usr/bin:/bin", **day})
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


# The edition


def test_a_clone_says_its_commit_and_the_day_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_edition: None
) -> None:
    name = commit(tmp_path, "data/a.csv", "README.md")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert edition.edition() == Edition(name[:12], "2001-02-03")
    edition.edition.cache_clear()
    (tmp_path / "README.md").write_text("another")
    assert not edition.edition().changed, "the book is not made of it"
    edition.edition.cache_clear()
    (tmp_path / "data" / "a.csv").write_text("another")
    assert edition.edition().changed
    assert str(edition.edition()).endswith("with changes that are not committed")


def test_an_exported_copy_says_the_same_as_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_edition: None
) -> None:
    clone, copy = tmp_path / "clone", tmp_path / "copy"
    clone.mkdir()
    copy.mkdir()
    (clone / "data").mkdir()
    for name in (".gitattributes", "data/edition.txt"):
        shutil.copy(paths.ROOT / name, clone / name)
    commit(clone)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=clone, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=copy, input=archive, check=True)
    told = []
    for folder in (clone, copy):
        monkeypatch.setattr(paths, "ROOT", folder)
        edition.edition.cache_clear()
        told.append(edition.edition())
    assert told[0] == told[1]
    assert told[0].date == "2001-02-03"


def test_a_copy_inside_another_repository_does_not_take_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_edition: None
) -> None:
    commit(tmp_path, "other.txt")
    (tmp_path / "inner" / "data").mkdir(parents=True)
    shutil.copy(paths.ROOT / "data" / "edition.txt", tmp_path / "inner" / "data")
    monkeypatch.setattr(paths, "ROOT", tmp_path / "inner")
    assert edition.edition() == Edition()
    assert str(edition.edition()).endswith("commit unknown")


def test_the_data_of_a_wave_are_known_by_their_checksums() -> None:
    files = dict(edition.checksums(BASELINE.id))
    assert files.keys() == {"commissioners.csv", "third_sector.csv"}
    for name, digits in files.items():
        assert hashlib.sha256((BASELINE.folder / name).read_bytes()).hexdigest().startswith(digits)
        assert len(digits) == 12


def test_the_checksum_of_responses_that_are_elsewhere_is_the_stated_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    forgetting: None,  # noqa: F811
) -> None:
    surveys = {
        "commissioners": {"file": "responses/c.csv", "responses": 5, "sha256": "ab" * 32},
        "third_sector": {"file": "responses/t.csv", "responses": 5},
    }
    home = collected_wave(tmp_path, monkeypatch, {})
    told = yaml.safe_load((home / "wave.yml").read_text())
    (home / "wave.yml").write_text(yaml.safe_dump({**told, "id": "harvest", "surveys": surveys}))
    waves.all_waves.cache_clear()
    edition.checksums.cache_clear()
    assert edition.checksums("harvest") == (("responses/c.csv", "abababababab"), ("responses/t.csv", "not known"))
    edition.checksums.cache_clear()


# How to cite


def test_a_page_is_cited_with_its_authors_version_commit_and_wave() -> None:
    told = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text("utf-8"))
    words = cite("Barriers", BASELINE, Edition("abc123def456", "2031-05-06"))
    assert words == (
        f"The contributors (2031). {told['title']}, version {told['version']}, commit abc123def456. "
        "Page ‘Barriers’, Baseline 2007."
    )
    assert "(" not in cite("Barriers", None, Edition())


def test_dates_are_written_in_words() -> None:
    assert [in_words("2031-05-06"), in_words("2001-12-31"), in_words("")] == ["6 May 2031", "31 December 2001", ""]


def test_where_corrections_go_is_a_setting() -> None:
    assert about("book/index", "x")["corrections"] == "Please open an issue where you obtained this publication."
    assert about("book/index", "x", "Write to us.")["corrections"] == "Write to us."
    config = yaml.safe_load((paths.ROOT / "_config.yml").read_text("utf-8"))
    assert config["sphinx"]["config"]["html_context"] == {"corrections": ""}


# The same page in another wave


@pytest.fixture
def three_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ("first", "second", "third")
    made = tuple(BASELINE.model_copy(update={"id": one, "title": one.capitalize()}) for one in ids)
    monkeypatch.setattr(furniture, "published", lambda: made)


PAGES = {"book/index", "book/first/summary", "book/first/04_a", "book/second/04_a", "book/third/summary"}


def test_a_chapter_leads_to_itself_in_every_wave_and_to_the_summary_where_it_is_missing(three_waves: None) -> None:
    assert turns("book/first/04_a", PAGES) == [
        Turn("First", "book/first/04_a", here=True),
        Turn("Second", "book/second/04_a"),
        Turn("Third", "book/third/summary", missing=True),
    ]
    assert turns("book/third/summary", PAGES)[1] == Turn("Second", "book/second/04_a", missing=True)
    assert turns("book/index", PAGES) == turns("book/methods/labels", PAGES) == []


def test_there_is_nowhere_to_turn_while_there_is_one_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(furniture, "published", lambda: (BASELINE,))
    assert turns(f"book/{BASELINE.id}/04_involvement", {f"book/{BASELINE.id}/04_involvement"}) == []


# The pages


class Links(HTMLParser):
    """The addresses that a page leads to, and the names in it that can be led to; drawings have names of their own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.names: list[str] = []
        self.drawing = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.drawing |= tag == "svg"
        self.names += [str(found["id"])] if "id" in found and not self.drawing else []
        self.addresses += [str(found["href"])] if tag == "a" and "href" in found else []

    def handle_endtag(self, tag: str) -> None:
        self.drawing &= tag != "svg"


def dead_links(pages: dict[Path, Links]) -> list[str]:
    """Every link of these pages that leads to no page, no file, or no place in a page."""
    dead = []
    for path, links in pages.items():
        for address in links.addresses:
            parts = urlsplit(address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            known = target.exists() if target not in pages or not place else place in pages[target].names
            dead += [] if parts.scheme or known else [f"{path.name}: {address}"]
    return dead


def test_every_link_leads_somewhere_and_every_name_is_given_once(site: Path) -> None:
    pages = {path.resolve(): Links(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert dead_links(pages) == []
    for path, links in pages.items():
        assert sorted(set(links.names)) == sorted(links.names), path.name
    broken = {path: Links('<a href="#nowhere">x</a><a href="gone.html">x</a>') for path in list(pages)[:1]}
    assert len(dead_links(broken)) == 2


@pytest.mark.parametrize("name", [*checks.pages(), "search.html"])
def test_every_page_says_its_edition_its_data_how_to_cite_it_and_where_corrections_go(site: Path, name: str) -> None:
    text = (site / name).read_text("utf-8")
    foot = re.sub(r"<[^>]+>", "", text[text.index('class="about-page"') :])
    assert ("Baseline 2007: reconstructed." in foot) == (f"/{BASELINE.id}/" in name)
    own = furniture.wave_of(name.removesuffix(".html")) or BASELINE
    digits = edition.checksums(own.id)[0][1]
    for wanted in (str(edition.edition()), digits, "The contributors", "numpy", "Creative Commons", "open an issue",
                   "report of 2008", "Key to the labels"):  # fmt: skip
        assert wanted in foot, wanted
