"""The commands that publish: their arguments, and what they say of themselves."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def check(arguments: argparse.Namespace) -> None:
    """Check the executed chapters and the built book for whatever must not be published, all of it at once.

    Errors, pages of another wave, numbers that no file holds, missing pages, dead links, false sentences, stale
    chapters, responses other than wave.yml states or known to git, and traces of the computer the book was made on.
    """
    from analysis.inputs.findings import refuse
    from analysis.publication.checks import check_book

    refuse(check_book())
    print("Book: checked, nothing found")


def publish(arguments: argparse.Namespace) -> None:
    """Run, build and check the book, and publish it: editions/published then leads to the new edition.

    Nothing is published if anything is found. Wherever this is stopped, the edition before stays published, whole;
    the same command then does it again. With --edition an edition that was made before is published once more.
    """
    from analysis.inputs.exports.folder import bring_back
    from analysis.publication import editions

    with editions.publishing():
        if arguments.edition:
            home = editions.publish_edition(arguments.edition)
        else:
            bring_back()
            home = _new_edition()
    print(f"Published: editions/{editions.LINK} is {home.name}")


def _new_edition() -> Path:
    from analysis import paths
    from analysis.inputs.findings import refuse
    from analysis.publication import editions
    from analysis.publication.at_hand import waves_to_run
    from analysis.publication.book import build_book
    from analysis.publication.checks import check_book
    from analysis.publication.freshness import site_is_current
    from analysis.publication.running import run_chapters

    run_chapters(waves_to_run([])[0])
    if not site_is_current():
        build_book()
    refuse(check_book())
    return editions.release(paths.SITE)


def publish_options(publishing: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    publishing.add_argument("--edition", default="", metavar="ID", help="publish this edition again, as it was made")


def licences(arguments: argparse.Namespace) -> None:
    """List the licence of every pinned package in LICENCES.csv, as the installed packages state it."""
    from analysis.publication.licences import write_licences

    print(f"Licences: {'changed' if write_licences() else 'no byte changed'}")
