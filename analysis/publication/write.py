"""The command that shows the book while it is written: its arguments, and what it says of itself."""

from __future__ import annotations

import argparse


def write(arguments: argparse.Namespace) -> None:
    """Show the book in the browser while it is written: whatever is saved is run, built and shown, by itself.

    It goes on until it is interrupted (Ctrl-C). What it shows is a preview; the book itself is built by build.
    """
    from analysis.publication.add_wave import progress
    from analysis.publication.writing import keep_shown

    keep_shown(arguments.port, progress)


def write_options(writing: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    told = "where the browser finds the book; 0 takes any port that is free"
    writing.add_argument("--port", type=int, default=8000, help=told)
