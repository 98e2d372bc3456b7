"""What a page asks for that follows from chapters: the page is read again when one of them has changed."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from analysis.publication.chapters import notebooks_read


class FollowingDirective(SphinxDirective):
    """A directive that notes which notebooks it reads."""

    def run(self) -> list[nodes.Node]:
        with notebooks_read() as read:
            made = self.made()
        for path in read:
            self.follow(path)
        return made

    @abstractmethod
    def made(self) -> list[nodes.Node]:
        """What stands in the place of the directive."""

    def follow(self, chapter: Path) -> None:
        """Note that the page follows from this notebook, whether or not it is read here."""
        self.env.note_dependency(str(chapter))
