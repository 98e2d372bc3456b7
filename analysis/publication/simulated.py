"""Pages of an edition that shows simulated waves say so, whether or not they are chapters of such a wave."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from analysis.inputs.waves import Wave


def marked(body: str, page: str, waves: Collection[Wave]) -> str:
    """The body of a page, with a banner if any of the edition's waves is simulated.

    `page` is its path, such as book/methods/quality. Chapters of a wave carry that wave's own banner and watermark;
    on those of another wave stands only that the edition is no publication.
    """
    simulated = [wave for wave in waves if wave.status == "simulated"]
    of_chapter = next((wave for wave in waves if page.startswith(f"book/{wave.id}/")), None)
    if not simulated or (of_chapter is not None and of_chapter in simulated):
        return body
    mark = "" if of_chapter else " wave-simulated"
    return f'<div class="wave-status edition-status{mark}"><p>{_words(simulated)}</p></div>{body}'


def _words(simulated: Collection[Wave]) -> str:
    names = " and ".join(wave.title for wave in simulated)
    return (
        f"<strong>Not a publication.</strong> This edition shows {escape(names)}, which is simulated: no one gave the "
        "answers behind it. Whatever a page says of all waves is said of made-up answers as well."
    )
