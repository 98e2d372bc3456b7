"""What is published is one whole edition, the old or the new one: wherever a publication is killed or fails."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from killed import after_each_kill, run_killed

from analysis import paths
from analysis.__main__ import main
from analysis.inputs.alone import alone
from analysis.inputs.exports.folder import bring_back, put_in_place
from analysis.inputs.findings import Finding, InputError
from analysis.publication import editions
from analysis.publication.manifest import NAME, damage

# A process that publishes what lies in the site's folder, and nothing else.
PUBLISH = """
from analysis import paths
from analysis.publication import editions
with editions.publishing():
    editions.release(paths.SITE)
"""


def write_site(folder: Path, words: str) -> None:
    """A small book; its files all say the same, so that a mixture of two would show."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("index.html", "book/one.html", "book/two.html", "data/w/statistics.csv", "_static/site.css"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{words}\n" * 40)


def words_published(root: Path) -> set[str]:
    """What the published edition says, after the link was followed; it must be whole."""
    home = root / "editions" / editions.LINK
    assert home.is_symlink() and [str(one) for one in damage(home.resolve())] == []
    files = [path for path in home.rglob("*") if path.is_file() and path.name != NAME]
    assert len(files) == 5
    return {line for path in files for line in path.read_text().splitlines()}


def published(study: Path, words: str) -> Path:
    write_site(paths.SITE, words)
    with editions.publishing():
        return editions.release(paths.SITE)


# Editions


def test_an_edition_is_whole_and_named_after_its_contents(study: Path) -> None:
    first = published(study, "one")
    assert words_published(study) == {"one"}
    again = published(study, "one")
    assert again == first, "the same book is the same edition"
    second = published(study, "two")
    assert second != first and words_published(study) == {"two"}
    assert editions.editions() == sorted([first, second])
    done = subprocess.run(["sha256sum", "--check", "--quiet", NAME], cwd=second, check=False)
    assert done.returncode == 0, "whoever receives an edition can check it without this study"


def test_an_earlier_edition_can_be_published_again(study: Path) -> None:
    first, _ = published(study, "one"), published(study, "two")
    editions.publish_edition(first.name)
    assert words_published(study) == {"one"}


@pytest.mark.parametrize("name", ["", "..", "../editions", "gone", ".lock", "published", "/etc"])
def test_what_is_no_edition_is_not_published(study: Path, name: str) -> None:
    home = published(study, "one")
    with pytest.raises(InputError, match=f"expected one of {home.name}"):
        editions.publish_edition(name)
    assert words_published(study) == {"one"}


def change(home: Path) -> None:
    (home / "book" / "one.html").write_text("else")


def add(home: Path) -> None:
    (home / "book" / "three.html").write_text("one")


def lose(home: Path) -> None:
    (home / "book" / "one.html").unlink()


def forget(home: Path) -> None:
    (home / NAME).unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (change, "book/one.html: found a changed file"),
        (add, "book/three.html: found a file that does not belong here"),
        (lose, "book/one.html: found no file"),
        (forget, "SHA256SUMS: found no manifest"),
    ],
)
def test_a_damaged_edition_is_not_published_and_is_made_anew_beside(
    study: Path, spoil: Callable[[Path], None], told: str
) -> None:
    first, second = published(study, "one"), published(study, "two")
    spoil(first)
    with pytest.raises(InputError, match=told):
        editions.publish_edition(first.name)
    assert words_published(study) == {"two"}
    assert published(study, "one").name == f"{first.name}-2"
    assert words_published(study) == {"one"}
    assert second.exists()


def test_the_command_publishes_only_what_the_checks_let_pass(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "WAVES", study / "data" / "waves")
    monkeypatch.setattr("analysis.publication.at_hand.waves_to_run", lambda names: ([], []))
    monkeypatch.setattr("analysis.publication.running.run_chapters", lambda waves: (0, 0))
    monkeypatch.setattr("analysis.publication.freshness.site_is_current", lambda: True)
    found = [Finding("page", "one thing", "none"), Finding("file", "another", "none")]
    monkeypatch.setattr("analysis.publication.checks.check_book", lambda: found)
    published(study, "old")
    write_site(paths.SITE, "new")
    assert main(["publish"]) == 2
    assert capsys.readouterr().err.splitlines() == [str(one) for one in found], "all of it at once"
    assert words_published(study) == {"old"}
    found.clear()
    assert main(["publish"]) == 0
    assert capsys.readouterr().out.startswith("Published: editions/published is ")
    assert words_published(study) == {"new"}
    old = next(one for one in editions.editions() if one != editions.published_edition())
    assert main(["publish", "--edition", old.name]) == 0
    assert words_published(study) == {"old"}
    assert main(["publish", "--edition", "gone"]) == 2


# Killed


def test_wherever_it_is_killed_one_whole_edition_is_published(study: Path) -> None:
    """Killed before each of its steps on the disk, one after another: a link, a folder, a file, a renaming."""
    published(study, "old")
    write_site(paths.SITE, "new")
    seen = set()

    def look(place: int) -> None:
        (words,) = words_published(study)
        seen.add(words)
        if place % 9 == 0:
            # The next one finishes the job, whatever this one left.
            with editions.publishing():
                editions.release(paths.SITE)
            assert words_published(study) == {"new"}
            assert [path.name for path in editions.folder().glob(f"{editions.DRAFT}*")] == []
            new = editions.published_edition()
            published(study, "old")
            write_site(paths.SITE, "new")
            assert new is not None
            shutil.rmtree(new)

    killed = after_each_kill(PUBLISH, study, look)
    assert killed >= 20
    assert seen == {"old", "new"}, "killed before the link was changed, and after"


def test_killed_in_the_middle_of_a_file_nothing_changes(study: Path) -> None:
    published(study, "old")
    write_site(paths.SITE, "new" * 2000)
    done = run_killed(PUBLISH, study, most_bytes=20_000)
    assert done == -signal.SIGXFSZ
    assert words_published(study) == {"old"}
    with editions.publishing():
        editions.release(paths.SITE)
    assert words_published(study) == {"new" * 2000}


ADD = """
from analysis.inputs.exports.folder import put_in_place
put_in_place("outcome", {"wave.yml": b"new", "responses/a.csv": b"new", "columns.csv": b"new"}, ["old.csv"])
"""
KEEP = """
from analysis.publication.keeping import keep
keep(Path(root, "page.html"), b"new" * 20_000)
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_file_of_the_book_is_whole_wherever_its_writing_is_cut_off(study: Path, there: bool) -> None:
    """Killed while the bytes are written, not between two steps."""
    page = study / "page.html"
    if there:
        page.write_text("old")
    assert run_killed(KEEP, study, most_bytes=20_000) == -signal.SIGXFSZ
    assert page.read_text() == "old" if there else not page.exists()
    assert run_killed(KEEP, study, most_bytes=100_000) == 0
    assert page.read_text() == "new" * 20_000


def test_an_import_that_is_cut_off_within_a_file_leaves_the_wave_as_it_was(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "WAVES", study / "data" / "waves")
    paths.WAVES.mkdir(parents=True)
    home = put_in_place("outcome", {"wave.yml": b"old", "responses/a.csv": b"old"})
    code = ADD.replace('"responses/a.csv": b"new"', '"responses/a.csv": b"new" * 20_000')
    assert run_killed(code, study, most_bytes=20_000) == -signal.SIGXFSZ
    bring_back()
    assert {path.read_bytes() for path in home.rglob("*") if path.is_file()} == {b"old"}
    assert list(paths.WAVES.parent.glob(".adding-*-*")) == []


# A full disk


def test_a_file_that_cannot_be_written_whole_is_told_and_nothing_is_published(study: Path) -> None:
    published(study, "old")
    write_site(paths.SITE, "new" * 2000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(InputError, match="found File too large; expected room"), editions.publishing():
            editions.release(paths.SITE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert words_published(study) == {"old"}
    assert [path.name for path in editions.folder().glob(f"{editions.DRAFT}*")] == []


@pytest.fixture
def small_disk(study: Path) -> object:
    """A disk of 200 kB for the editions."""
    folder = editions.folder()
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only an administrator can make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_old_edition_stays(study: Path, small_disk: Path) -> None:
    published(study, "old")
    with pytest.raises(InputError, match=os.strerror(errno.ENOSPC)):
        published(study, "new" * 1000)
    assert words_published(study) == {"old"}
    published(study, "newer")
    assert words_published(study) == {"newer"}


@pytest.mark.parametrize("step", ["replace", "symlink", "rename", "fsync", "mkdir"])
def test_a_step_that_fails_leaves_the_old_edition(study: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    published(study, "old")

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_site(paths.SITE, "new")
    with monkeypatch.context() as patched:
        patched.setattr(os, step, fails)
        with pytest.raises(InputError, match="No space left"), editions.publishing():
            editions.release(paths.SITE)
    # Where only the last word of the disk is missing, the new edition may be published already: whole, too.
    assert words_published(study) in ({"old"}, {"new"})
    published(study, "newer")
    assert words_published(study) == {"newer"}


# Two at once


def test_a_second_publication_is_refused_and_told_why(study: Path) -> None:
    held = (
        f"import sys\nfrom pathlib import Path\nfrom analysis.inputs.alone import alone\n"
        f"with alone(Path({str(editions.folder() / '.lock')!r}), 'a publication'):\n"
        f"    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          cwd=Path(editions.__file__).parents[2]) as other:  # fmt: skip
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=rf"a publication under way in another process \(number {other.pid}\)"):
            published(study, "one")
        assert not (editions.folder() / editions.LINK).exists()
        other.kill()
        other.wait(30)
    published(study, "one")
    assert words_published(study) == {"one"}


def test_a_book_that_changes_while_it_is_copied_is_refused(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(study, "old")
    copy = editions._copy

    def copied(source: Path, target: Path) -> None:
        copy(source, target)
        write_site(paths.SITE, "newer")

    monkeypatch.setattr(editions, "_copy", copied)
    with pytest.raises(InputError, match="a book that is being changed"):
        published(study, "new")
    assert words_published(study) == {"old"}


# An import that is cut off


@pytest.mark.parametrize("there", [True, False])
def test_wherever_an_import_is_killed_the_wave_is_whole_the_old_or_the_new(
    study: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(paths, "WAVES", study / "data" / "waves")
    home = paths.WAVES / "outcome"
    old, new = ["context.yml", "old.csv", "responses/a.csv", "wave.yml"], ["columns.csv", "responses/a.csv", "wave.yml"]
    seen: set[str] = set()

    def begin() -> None:
        shutil.rmtree(home, ignore_errors=True)
        paths.WAVES.mkdir(parents=True, exist_ok=True)
        if there:
            put_in_place("outcome", dict.fromkeys(old, b"old"))

    def look(place: int) -> None:
        bring_back()
        names = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
        assert list(paths.WAVES.parent.glob(".adding-*-*")) == []
        assert names in ([old, sorted([*new, "context.yml"])] if there else [[], new])
        contents = {path.read_text() for path in home.rglob("*") if path.is_file() and path.name != "context.yml"}
        assert len(contents) <= 1, "never a mixture"
        seen.update(contents or {"nothing"})
        begin()

    begin()
    assert after_each_kill(ADD, study, look) >= 4
    assert seen == {"old" if there else "nothing", "new"}


def test_while_a_wave_is_added_no_other_is(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "WAVES", study / "data" / "waves")
    monkeypatch.setattr("fcntl.flock", taken)
    with pytest.raises(InputError, match="the adding of a wave under way in another process"):
        put_in_place("outcome", {"wave.yml": b""})
    assert not (paths.WAVES / "outcome").exists()


def taken(*_: object) -> None:
    raise BlockingIOError


def test_what_is_held_is_let_go(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path / "folder" / ".lock", "something"):
            assert (tmp_path / "folder" / ".lock").read_text() == f"{os.getpid()}\n"


# A host


def test_the_recipe_for_a_host_builds_checks_and_only_then_hands_over() -> None:
    recipe = yaml.safe_load((Path(editions.__file__).parents[2] / ".github/workflows/publish.yml").read_text("utf-8"))
    steps = recipe["jobs"]["build"]["steps"]
    told = [step.get("run", step.get("uses", "")) for step in steps]
    assert told.index("make publish") < next(n for n, one in enumerate(told) if "upload-pages" in one)
    assert any("sha256sum --check" in one for one in told)
    assert steps[-1]["with"]["path"] == f"editions/{editions.LINK}/"
    assert recipe["jobs"]["deploy"]["needs"] == "build"
    assert recipe["permissions"] == {"contents": "read"} and "secrets" not in str(recipe)
