"""A cell of a table that leads to where the chapters say what it tells."""

from __future__ import annotations

from html import escape
from urllib.parse import quote


class Linked(str):
    """The text of a cell, and the page of the book and the place on it, if any, that the cell leads to."""

    page: str
    place: str

    def __new__(cls, text: str, page: str, place: str) -> Linked:
        made = super().__new__(cls, text)
        made.page, made.place = page, place
        return made

    def html(self, up: str) -> str:
        """The cell as a link; `up` leads from the table's page to the folder of all pages."""
        place = f"#{quote(self.place)}" if self.place else ""
        return f'<a href="{up}{self.page}.html{place}">{escape(self)}</a>'
