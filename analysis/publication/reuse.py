"""Pages that a build need not make again: those of the book before, where nothing changed but other pages.

A page follows from its own text or executed chapter, from the chapters that its tables are made of, from what others
show of themselves (their titles and headings, the places in them that can be led to), and from all that every page
follows from: settings, templates, code, data, versions. If the last of these changed, every page is made anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import paths
from analysis.publication.edition import UNCOMMITTED, edition
from analysis.publication.freshness import all_there, changed_sources, noted_site

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

# Beside what was read for the book before, the list of the texts that have changed since.
CHANGED = "changed.txt"


def lay_out(draft: Path, inputs: Mapping[str, Any]) -> bool:
    """Put the book before, and what was read for it, into the folder of a draft, if it can be used again.

    `inputs`: what the draft is made from. Returns whether it can be used: the pages that a build then leaves as they
    are there are those that it would make.
    """
    noted = noted_site()
    if not (_is_of_this_edition(noted) and _doctrees().exists() and all_there(noted["pages"])):
        return False
    changed = changed_sources(noted, inputs)
    if changed is None:
        return False
    for name in noted["pages"]:
        _copy(paths.SITE / name, draft / "html" / name, str(noted["edition"]))
    shutil.copytree(_doctrees(), draft / ".doctrees")
    (draft / ".doctrees" / CHANGED).write_text("\n".join(map(str, sorted(changed))), "utf-8")
    return True


def _is_of_this_edition(noted: dict[str, Any]) -> bool:
    """Whether the book before is of the same commit: only whether there are changes besides may be another."""
    return str(noted.get("edition")).removesuffix(UNCOMMITTED) == str(edition()).removesuffix(UNCOMMITTED)


def _copy(source: Path, target: Path, before: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # What is copied is younger than all it was made from: its time decides nothing.
    if source.suffix == ".html" and before != str(edition()):
        target.write_text(source.read_text("utf-8").replace(before, str(edition())), "utf-8")
    else:
        shutil.copyfile(source, target)


def keep_read(draft: Path) -> None:
    """Keep what was read for the pages of a draft, for the build after it."""
    shutil.rmtree(_doctrees(), ignore_errors=True)
    (draft / ".doctrees").rename(_doctrees())


def _doctrees() -> Path:
    return paths.BUILD / "doctrees"


# Which pages are made anew


def pages_to_read(env: BuildEnvironment, read: Path) -> set[str]:
    """The pages whose text, or a chapter that their tables are made of, is not what it was for the book before.

    `read` is the folder of what was read for it.
    """
    told = read / CHANGED
    changed = set(map(Path, told.read_text("utf-8").splitlines())) if told.exists() else set()
    return {page for page in env.found_docs if changed & {Path(env.doc2path(page)), *_followed(env, page)}}


def _followed(env: BuildEnvironment, page: str) -> Iterable[Path]:
    return (Path(env.srcdir, name) for name in env.dependencies.get(page, ()))


def shown_to_others(env: BuildEnvironment) -> dict[str, Any]:
    """What pages show of others, by page: titles with their numbers, headings, places that can be led to."""
    return deepcopy(
        {
            "titles": {page: (title.astext(), title.attributes.get("secnumber")) for page, title in env.titles.items()},
            "headings": {page: headings.pformat() for page, headings in env.tocs.items()},
            "numbers": env.toc_secnumbers,
            "lists": env.toctree_includes,
            "places": {name: _listed(data) for name, data in env.domaindata.items()},
        }
    )


def _listed(data: dict[str, Any]) -> dict[str, Any]:
    """What pages of prose can add to a domain: programs and their parts are kept in trees, and the book has none."""
    return {name: value for name, value in data.items() if isinstance(value, dict | list | set)}
