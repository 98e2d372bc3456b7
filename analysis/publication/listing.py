"""The list of files to take away, as a page shows it: what each holds, its format and its size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from analysis.inputs.waves import Wave
from analysis.publication.downloads import FIGURES, as_csv
from analysis.publication.offers import by_exhibit, link
from analysis.publication.takeaway import PRINTED, File

REGISTER = (
    "every figure that the source report of a reconstructed wave prints, place by place, and whether the "
    "reconstructed records reproduce it"
)
HEADS = ("File", "What it holds", "Format, size")
# A document that is printed after the pages are built is listed from then on: until then its entry is a comment.
ONCE = "<!-- once data/{path}: {entry} -->"
SIZE = "{size}"


def chief_files(waves: Iterable[tuple[Wave, Sequence[File]]], up: str) -> str:
    """The files of each wave but those of single charts and tables, and the register of printed figures, as a list."""
    points = []
    for wave, files in waves:
        points += [_once(wave, name, _point(f"{wave.id}/{name}", wave, holds, up)) for name, holds in PRINTED.items()]
        points += [_point(file.path, wave, file.holds, up) for file in files if file.exhibit is None]
    points.append(f"<li>{_link('published-figures.csv', up)}: {REGISTER}</li>")
    return f'<ul class="take-away-files">{"".join(points)}</ul>'


def all_files(wave: Wave, files: Sequence[File], up: str) -> str:
    """Every file of a wave: first those about all of it, then chapter by chapter those of charts and tables."""
    rows = [_once(wave, name, _row(f"{wave.id}/{name}", holds, "PDF", SIZE, up)) for name, holds in PRINTED.items()]
    rows += [_row(file.path, file.holds, file.format, file.size, up) for file in files if file.exhibit is None]
    return _table(f"{wave.title}: the whole wave", HEADS, rows) + _chapters(wave, files, up)


def common_files(up: str) -> str:
    """The files that belong to no single wave."""
    from analysis.published.reproduction import published_figures

    size = File("published-figures.csv", REGISTER, as_csv(published_figures(), FIGURES).encode("utf-8")).size
    return _table("Of all waves", HEADS, [_row("published-figures.csv", REGISTER, "CSV", size, up)])


def _chapters(wave: Wave, files: Sequence[File], up: str) -> str:
    chapters: dict[tuple[str, str], list[str]] = {}
    for exhibit, offered in by_exhibit(files):
        links = ", ".join(f"{link(file, f'{up}data')} ({file.size})" for file in offered)
        page = f"{up}book/{wave.id}/{exhibit.chapter}.html#{exhibit.anchor}"
        title = f'<a href="{escape(page)}">{escape(exhibit.title, quote=False)}</a>'
        row = f'<tr><th scope="row">{title}</th><td>{links}</td></tr>'
        chapters.setdefault((exhibit.chapter, exhibit.heading), []).append(row)
    return "".join(
        _table(f"{wave.title}: charts and tables of “{heading}”", ("Chart or table", "Files"), rows)
        for (_, heading), rows in chapters.items()
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<table class="study-table take-away-files"><caption>{escape(caption, quote=False)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(path: str, holds: str, form: str, size: str, up: str) -> str:
    cells = "".join(f"<td>{escape(text, quote=False)}</td>" for text in (holds, f"{form}, {size}"))
    return f'<tr><th scope="row">{_link(path, up)}</th>{cells}</tr>'


def _point(path: str, wave: Wave, holds: str, up: str) -> str:
    return f"<li>{_link(path, up)}, {escape(wave.title, quote=False)}: {escape(holds, quote=False)}</li>"


def _link(path: str, up: str) -> str:
    return f'<a href="{up}data/{escape(path)}">{escape(path.rpartition("/")[2])}</a>'


def _once(wave: Wave, name: str, entry: str) -> str:
    return ONCE.format(path=f"{wave.id}/{name}", entry=entry)
