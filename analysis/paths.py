"""Where the study keeps things: every location of the project, named once."""

import os
from pathlib import Path

# The code, and the chapters as they are written.
ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "analysis" / "chapters"

# An edition: what its waves are, the pages made from them, the built book. By default the study's own; another
# folder of the same form (a rehearsal, a copy to try something in) may stand in for it.
PROJECT = Path(os.environ.get("ANALYSIS_PROJECT", ROOT)).resolve()
BOOK = PROJECT / "book"
BUILD = PROJECT / "_build"
SITE = BUILD / "html"

# A copy of the data alone may stand in as well, to see what a changed response would change.
DATA = Path(os.environ.get("ANALYSIS_DATA", PROJECT / "data")).resolve()
QUESTIONNAIRE = DATA / "questionnaire"
PUBLISHED = DATA / "published"
WAVES = DATA / "waves"
ACCEPTED = DATA / "accepted"


def shown(path: Path) -> str:
    """Name a file the way messages and pages do: relative to the project, never to the machine."""
    # Not `resolve`, which fails for a link that leads to itself.
    place = Path(os.path.realpath(path))
    for root in (PROJECT, ROOT, DATA.parent):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return path.name
