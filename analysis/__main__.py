"""The study's command line: each command does one thing and says what it did."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.inputs.findings import InputError
from analysis.publication.add_wave import add_wave, add_wave_options, progress
from analysis.publication.publish import check, licences, publish, publish_options
from analysis.publication.write import write, write_options

Command = Callable[[argparse.Namespace], None]
Parser = argparse.ArgumentParser


def run(arguments: argparse.Namespace) -> None:
    """Run every chapter over the waves named, or over all of them, and keep the results in book/.

    A chapter is left as it is if nothing that it could read has changed since it was run on this computer: its
    notebook, its wave and those before it, the questionnaires, the printed figures, the package as far as it comes,
    the pinned versions. If any chapter fails, nothing is kept. The chapters of a wave whose responses are not at hand
    are left as they are, unless it was named.
    """
    from analysis.publication.freshness import Settled

    settled = Settled.of(arguments.waves)
    if settled.said and not arguments.force:
        print(settled.said)
        return
    from analysis.publication.at_hand import left_line, waves_to_run
    from analysis.publication.running import run_chapters

    waves, without = waves_to_run(arguments.waves)
    ran, left = run_chapters(waves, arguments.force, scheduler=arguments.scheduler)
    rest = "\n".join([f"unchanged ({', '.join(wave.id for wave in waves)})", *map(left_line, without)])
    print(f"Chapters: {ran} run, {left} {rest}")
    settled.note(f"Chapters: 0 run, {ran + left} {rest}")


def build(arguments: argparse.Namespace) -> None:
    """Build the book in _build/html from the executed chapters in book/. Any warning is an error.

    A book with a sentence that its wave contradicts is not built, unless it is asked for as a draft. A book that
    would come out as it stands there is left as it is.
    """
    from analysis import paths
    from analysis.publication.freshness import site_is_current

    current = not arguments.force and not arguments.draft and site_is_current()
    if not current:
        from analysis.publication.book import build_book

        build_book(arguments.draft, arguments.force)
    pages = len(list(paths.SITE.glob("book/**/*.html")))
    print(f"Book: {pages} pages{', unchanged' if current else ''}, _build/html/index.html")


def pdf(arguments: argparse.Namespace) -> None:
    """Print the built book as PDF: the report of each wave, and its Summary Report. This needs Chromium."""
    from analysis import paths
    from analysis.publication.pdf import print_book

    print("\n".join(f"Printed: {paths.shown(path)}" for path in print_book()))


def rehearse(arguments: argparse.Namespace) -> None:
    """Rehearse a follow-up with simulated exports, in an edition of its own in _build/rehearsal.

    The exports take the way of real ones: they are added, the chapters run, the book built and checked. Neither the
    waves of the study nor its book are touched.
    """
    from analysis import paths
    from analysis.publication import follow_up

    print(f"Rehearsal: {paths.shown(follow_up.rehearse(progress))}/index.html")


def reconstruct(arguments: argparse.Namespace) -> None:
    """Make the records of the reconstructed wave again from the printed figures."""
    from analysis.published.reconstruction import reconstruct

    reconstruct()
    print("Records: made again from the printed figures")


def bounds(arguments: argparse.Namespace) -> None:
    """Work out anew how far the printed figures pin down the numbers that are not printed."""
    from analysis.published.bounds import write_bounds

    write_bounds()
    print("Bounds: made again from the printed figures")


def coverage(arguments: argparse.Namespace) -> None:
    """Work out anew how often the intervals of the book hold the truth, and draw it."""
    from analysis.publication.certainty import write_coverage

    print(f"Coverage: {'changed' if write_coverage() else 'no byte changed'}")


def sensitivity(arguments: argparse.Namespace) -> None:
    """Make every choice of the study otherwise, and keep which printed conclusions move."""
    from analysis.publication.robustness import write_sensitivity

    print(f"Sensitivity: {'changed' if write_sensitivity() else 'no byte changed'}")


def audit(arguments: argparse.Namespace) -> None:
    """Audit the printed figures: can they all be right, and if not, which of them contradict each other.

    With --power, count instead how often the audit notices a misprint, in that many made-up reports.
    """
    from analysis.published.audit_lines import lines, write_findings
    from analysis.published.doubts import whole_audit
    from analysis.published.power import write_power

    if arguments.power:
        write_power(arguments.power, progress)
        print("Power: counted anew on made-up reports")
        return
    audited = whole_audit(progress=progress)
    print("\n".join(lines(audited)))
    if arguments.csv:
        write_findings(audited, arguments.csv)


def compare(arguments: argparse.Namespace) -> None:
    """Compare what the chapters say of two waves: a checklist for their author, read from the executed chapters.

    Sentences that the later wave contradicts, claims that no longer stand, words that no longer fit their number,
    headline figures that moved, each with its notebook and cell.
    """
    from analysis.inputs.waves import find_wave
    from analysis.publication.comparison import compare
    from analysis.publication.comparison_lines import COLUMNS, lines, rows
    from analysis.publication.downloads import as_csv
    from analysis.publication.keeping import keep

    compared = compare(find_wave(arguments.before), find_wave(arguments.after))
    print("\n".join(lines(compared)))
    if arguments.csv:
        keep(arguments.csv, as_csv(rows(compared), COLUMNS))


def narrative(arguments: argparse.Namespace) -> None:
    """List the context, the evidence and the case studies that the chapters ask for and a wave does not bring."""
    from analysis.inputs.waves import find_wave
    from analysis.publication.asked_for import lines

    print("\n".join(lines(find_wave(arguments.wave))))


def pack(arguments: argparse.Namespace) -> None:
    """Keep the responses of a large wave as codes in Parquet files, which are read by column or counted on disk.

    With `engine: duckdb` beside a file in wave.yml, a survey that does not fit into memory is counted where it lies.
    """
    from analysis.inputs.packing import pack_wave
    from analysis.inputs.waves import find_wave

    pack_wave(find_wave(arguments.wave))
    print(f"Responses: kept as codes ({arguments.wave})")


def accept(arguments: argparse.Namespace) -> None:
    """Show what moved since numbers were last accepted; with a date and a reason, accept it.

    The decision is added to the revisions page of the book.
    """
    from analysis.inputs.waves import all_waves
    from analysis.publication import acceptance

    told = [line for wave in all_waves() for line in acceptance.told(wave)]
    print("\n".join(told) or "Numbers: nothing moved")
    if told and arguments.why:
        print(f"Numbers: {len(acceptance.accept(arguments.date, arguments.why))} accepted")


def parser() -> Parser:
    """The commands and their arguments."""
    top = Parser(prog="python -m analysis", description=__doc__)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    running = _add(commands, run)
    running.add_argument("waves", nargs="*", metavar="WAVE", help="id or role of a wave, such as baseline")
    running.add_argument("--force", action="store_true", help="run every chapter, changed or not")
    running.add_argument("--scheduler", default="", metavar="ADDRESS", help="run on a Dask cluster: tcp://HOST:8786")
    add_wave_options(_add(commands, add_wave))
    comparing = _add(commands, compare)
    comparing.add_argument("before", metavar="WAVE", help="id or role of the earlier wave")
    comparing.add_argument("after", metavar="WAVE", help="id or role of the later wave")
    comparing.add_argument("--csv", type=Path, metavar="FILE", help="keep the checklist in this file as well")
    accepting = _add(commands, accept)
    accepting.add_argument("--why", default="", help="the reason for accepting, one line")
    accepting.add_argument("--date", default="", metavar="YYYY-MM-DD", help="the day of the decision")
    building = _add(commands, build)
    building.add_argument("--draft", action="store_true", help="build even with sentences that a wave contradicts")
    building.add_argument("--force", action="store_true", help="build every page, changed or not")
    write_options(_add(commands, write))
    publish_options(_add(commands, publish))
    for command in (pdf, check, rehearse, reconstruct, bounds, coverage, sensitivity, licences):
        _add(commands, command)
    telling = _add(commands, narrative)
    telling.add_argument("wave", metavar="WAVE", help="id or role of a wave")
    packing = _add(commands, pack)
    packing.add_argument("wave", metavar="WAVE", help="id or role of a wave")
    auditing = _add(commands, audit)
    auditing.add_argument("--csv", type=Path, metavar="FILE", help="keep the findings in this file as well")
    auditing.add_argument("--power", type=int, metavar="N", help="made-up reports for each size of misprint")
    return top


def _add(commands: argparse._SubParsersAction[Parser], command: Command) -> Parser:
    described = command.__doc__ or ""
    short = described.split(". ")[0].splitlines()[0].rstrip(".")
    added = commands.add_parser(command.__name__.replace("_", "-"), help=short, description=described)
    added.set_defaults(command=command)
    return added


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns 0, or 2 if its arguments or an input cannot be used."""
    commands = parser()
    chosen = commands.parse_args(arguments)
    if getattr(chosen, "why", "") and not re.fullmatch(r"\d{4}-\d\d-\d\d", chosen.date):
        commands.error("--why needs --date YYYY-MM-DD: the day of the decision")
    try:
        chosen.command(chosen)
    except InputError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)
        if getattr(chosen, "afterwards", ""):
            print(chosen.afterwards, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
