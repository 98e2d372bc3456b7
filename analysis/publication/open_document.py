"""Workbooks as ODS files: the same bytes whenever and wherever they are written.

Written as text, by the OpenDocument format 1.3: what the library for it writes differs from run to run, and takes
longer than all pages of the book together. The tests read the files with that library.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from zipfile import ZIP_STORED, ZipFile

from openpyxl.utils import get_column_letter

from analysis.publication.packing import entry
from analysis.publication.sheets import Cell, Column, Sheet, Workbook

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
# Of a character in the standard letters, in centimetres.
CHARACTER = 0.2
WIDE = 90
PLACES = (0, 1, 2)
_NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PARTS = ("content.xml", "styles.xml", "meta.xml")


def ods(workbook: Workbook) -> bytes:
    """The workbook as the bytes of an ODS file."""
    parts = dict(zip(_PARTS, (_content(workbook), _styles(), _meta(workbook)), strict=True))
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        # The type comes first and as it is, so that the file can be told by its first bytes.
        packed.writestr(entry("mimetype", ZIP_STORED), TYPE)
        for name, text in (*parts.items(), ("META-INF/manifest.xml", _manifest())):
            packed.writestr(entry(name), text.encode("utf-8"))
    return out.getvalue()


def _manifest() -> str:
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    files = [("/", TYPE), *((name, "text/xml") for name in _PARTS)]
    entries = "".join(f'<manifest:file-entry manifest:full-path="{n}" manifest:media-type="{t}"/>' for n, t in files)
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">{entries}</manifest:manifest>'


def _document(kind: str, inside: str) -> str:
    return f'{_HEAD}<office:{kind} {_NAMESPACES} office:version="1.3">{inside}</office:{kind}>'


def _meta(workbook: Workbook) -> str:
    about = (
        f"<dc:title>{_text(workbook.title)}</dc:title><dc:subject>{_text(workbook.subject)}</dc:subject>"
        f"<meta:initial-creator>{_text(workbook.author)}</meta:initial-creator><dc:language>en-GB</dc:language>"
    )
    return _document("document-meta", f"<office:meta>{about}</office:meta>")


def _styles() -> str:
    letters = '<style:text-properties fo:language="en" fo:country="GB" fo:font-family="Arial" fo:font-size="11pt"/>'
    standard = f'<style:default-style style:family="table-cell">{letters}</style:default-style>'
    return _document("document-styles", f"<office:styles>{standard}</office:styles>")


def _content(workbook: Workbook) -> str:
    widths = sorted({width for sheet in workbook.sheets for width in _widths(sheet)})
    styles = "".join((*map(_column_style, widths), *_cell_styles()))
    pages = "".join("".join(_page(sheet)) for sheet in workbook.sheets)
    ranges = "".join(map(_range, (sheet for sheet in workbook.sheets if sheet.columns)))
    return _document(
        "document-content",
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{pages}"
        f"<table:database-ranges>{ranges}</table:database-ranges></office:spreadsheet></office:body>",
    )


def _widths(sheet: Sheet) -> list[int]:
    return [column.width for column in sheet.columns] or [WIDE]


def _column_style(width: int) -> str:
    properties = f'<style:table-column-properties style:column-width="{width * CHARACTER:.2f}cm"/>'
    return f'<style:style style:name="Column{width}" style:family="table-column">{properties}</style:style>'


def _cell_styles() -> Iterator[str]:
    yield _cell_style("Words")
    yield _cell_style("Head", 'fo:font-weight="bold"', ' fo:background-color="#dde7ee"')
    yield _cell_style("Title", 'fo:font-weight="bold" fo:font-size="14pt"')
    for places in PLACES:
        form = f'<number:number number:decimal-places="{places}" number:min-integer-digits="1"/>'
        yield f'<number:number-style style:name="N{places}">{form}</number:number-style>'
        yield _cell_style(f"Number{places}", form=f' style:data-style-name="N{places}"')


def _cell_style(name: str, letters: str = "", ground: str = "", form: str = "") -> str:
    properties = f'<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"{ground}/>'
    written = f"<style:text-properties {letters}/>" if letters else ""
    return f'<style:style style:name="{name}" style:family="table-cell"{form}>{properties}{written}</style:style>'


def _page(sheet: Sheet) -> Iterator[str]:
    yield f'<table:table table:name="{sheet.name}">'
    for width in _widths(sheet):
        yield f'<table:table-column table:style-name="Column{width}"/>'
    yield _row([_words(sheet.title, "Title")])
    for note in sheet.notes:
        yield _row([_words(note)])
    if sheet.back:
        yield _row([_words(f"Back to {sheet.back}", target=sheet.back)])
    if sheet.columns:
        heads = _row([_words(column.head, "Head") for column in sheet.columns])
        yield f"<table:table-header-rows>{heads}</table:table-header-rows>"
    links = dict(sheet.links)
    for place, row in enumerate(sheet.rows):
        cells = [_cell(cell, column) for cell, column in zip(row, sheet.columns, strict=True)]
        if place in links:
            cells[0] = _words(str(row[0]), target=links[place])
        yield _row(cells)
    yield "</table:table>"


def _row(cells: list[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(cell: Cell, column: Column) -> str:
    if isinstance(cell, str):
        return _words(cell)
    form = f'table:style-name="Number{column.places}" office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {form}><text:p>{cell:.{column.places}f}</text:p></table:table-cell>"


def _words(words: str, form: str = "Words", target: str = "") -> str:
    said = _text(words)
    if target:
        said = f'<text:a xlink:type="simple" xlink:href="#{target}.A1">{said}</text:a>'
    start = f'<table:table-cell table:style-name="{form}" office:value-type="string">'
    return f"{start}<text:p>{said}</text:p></table:table-cell>"


def _range(sheet: Sheet) -> str:
    """The table of a sheet, marked as one with heads."""
    last = f"{get_column_letter(len(sheet.columns))}{sheet.head_row + len(sheet.rows)}"
    ends = f"{sheet.name}.A{sheet.head_row}:{sheet.name}.{last}"
    return f'<table:database-range table:name="T_{sheet.name}" table:target-range-address="{ends}"/>'


def _text(words: str) -> str:
    return escape(words, quote=False)
