"""Where the study keeps things: every location of the project, named once."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A copy of the data may stand in for the project's own, to see what a changed response would change.
DATA = Path(os.environ.get("ANALYSIS_DATA", ROOT / "data")).resolve()
QUESTIONNAIRE = DATA / "questionnaire"
PUBLISHED = DATA / "published"
WAVES = DATA / "waves"
ACCEPTED = DATA / "accepted"

CHAPTERS = ROOT / "analysis" / "chapters"
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
SITE = BUILD / "html"


def shown(path: Path) -> str:
    """Name a file the way messages and pages do: relative to the project, never to the machine."""
    for root in (ROOT, DATA.parent):
        if path.resolve().is_relative_to(root):
            return path.resolve().relative_to(root).as_posix()
    return path.name
