"""The command `add-wave`: its arguments, and what it prints. It is read whenever any command is, and imports little."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.inputs.findings import InputError

if TYPE_CHECKING:
    from analysis.inputs.exports.request import Request


def progress(line: str) -> None:
    """Tell what is being done, beside what a command prints."""
    print(line, file=sys.stderr, flush=True)


def add_wave(arguments: Namespace) -> None:
    """Add a wave from the exports of a survey tool, or give one list of everything that is wrong with them.

    The wave's folder appears in data/waves whole or not at all. With --draft-mapping no wave is added: for each export
    that does not use the questionnaire's words, a mapping file is drafted, for the analyst to correct.
    """
    from analysis.publication.adding import add, draft, offer

    request = _request(arguments)
    try:
        lines = (
            draft(request, arguments.draft_mapping) if arguments.draft_mapping is not None else add(request, progress)
        )
    except InputError as error:
        if arguments.findings:
            from analysis.inputs.findings import findings_as_csv
            from analysis.publication.keeping import keep

            keep(arguments.findings, findings_as_csv(error.findings))
        arguments.afterwards = offer(error.findings)
        raise
    print("\n".join(lines))


def _request(arguments: Namespace) -> Request:
    from analysis.inputs.exports.request import Request

    files = {"commissioners": arguments.commissioners, "third_sector": arguments.third_sector}
    return Request(
        arguments.wave, files, arguments.title, arguments.fieldwork, arguments.follows, arguments.status,
        tuple(arguments.mapping), tuple(arguments.sheet), arguments.instrument, arguments.replace,
    )  # fmt: skip


def add_wave_options(adding: ArgumentParser) -> None:
    """The arguments of the command."""
    adding.add_argument("wave", metavar="ID", help="the id of the new wave, such as outcome")
    for survey in ("commissioners", "third-sector"):
        told = f"the export of the {survey.replace('-', ' ')} survey: CSV, Excel, SPSS or Stata"
        adding.add_argument(f"--{survey}", type=Path, required=True, metavar="FILE", help=told)
    adding.add_argument("--title", help="what the book calls the wave; by default made from its id")
    adding.add_argument("--fieldwork", metavar="TEXT", help="when it was in the field; by default as the exports tell")
    adding.add_argument("--follows", metavar="WAVE", help="the wave before it; by default the latest")
    adding.add_argument("--status", choices=("collected", "simulated"), default="collected")
    adding.add_argument("--mapping", type=Path, action="append", default=[], metavar="FILE",
                        help="what the columns and texts of an export mean; may be given for each survey")  # fmt: skip
    adding.add_argument("--instrument", type=Path, metavar="FILE", help="what the wave dropped, reworded or added")
    adding.add_argument("--sheet", action="append", default=[], metavar="[SURVEY=]NAME", help="the sheet of a workbook")
    adding.add_argument("--findings", type=Path, metavar="FILE", help="write what is wrong to this CSV file as well")
    adding.add_argument("--draft-mapping", nargs="?", const="", metavar="FOLDER",
                        help="draft mapping files, in this folder or beside the exports, and add nothing")  # fmt: skip
    adding.add_argument("--replace", action="store_true", help="put these responses in place of the wave's own")
