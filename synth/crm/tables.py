"""A CRM export as rows of cells: CSV of any separator and encoding, or the sheet of a workbook that holds accounts.

A workbook holds a table a sheet; a sheet without a header that is known holds none, unless none does.
A row keeps its number in the file, so that a report can point at it. Title lines above the header and footers below the
table are told from rows by the caller's `is_header` and by their words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth.crm.cells import Cell, text
from synth.errors import CrmUnreadable, SourceError, SourceUnreadable
from synth.readers.decode import bytes_of, decode
from synth.readers.isolation import sheets_apart
from synth.text.names import fold

_SEARCHED_FOR_HEADER = 25  # rows of report title that may stand above the header
_MIDNIGHT = re.compile(r"(?<=^\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?$")  # of a day in a workbook
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_FOOTER = re.compile(
    r"grand totals?|totals?\b|subtotal|copyright|©|\(c\) ?\d{4}|confidential|generated (by|on)|report (generated|run)"
    r"|gesamtsumme|summe\b|vertraulich|total general|confidentiel|confidencial|genel toplam|gizli|suma\b|razem|poufne"
    r"|итого|общии итог|конфиденциально|مجموع|جمع کل|محرمانه|eindtotaal|totaal\b"
)


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as a spreadsheet shows it, from 1
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    footers: tuple[Row, ...] = ()
    sheet: str = ""  # of a workbook


def read_tables(path: Path, is_header: Callable[[Sequence[str]], bool]) -> list[Table]:
    """Read `path`; the header is the first row that `is_header` knows, else the first row with several cells."""
    data = _bytes(path)
    if data.startswith(_OLD_WORKBOOK):
        raise CrmUnreadable(path, "a workbook of the old .xls kind")
    if not data.startswith(b"PK"):
        return [_table(path, _csv_rows(path, _text(path, data)), is_header)]
    sheets = _workbook_rows(path)
    known = {name: rows for name, rows in sheets.items() if _header_at(rows, is_header) is not None}
    chosen = known or dict(list(sheets.items())[:1])
    return [replace(_table(path, rows, is_header), sheet=name) for name, rows in chosen.items()]


def read_table(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """Read `path`, of a workbook the first sheet with a header that `is_header` knows."""
    return read_tables(path, is_header)[0]


def _bytes(path: Path) -> bytes:
    try:
        return bytes_of(path)
    except SourceError as error:
        raise CrmUnreadable(path, _problem(path, error)) from None


def _problem(path: Path, error: SourceError) -> str:
    """What is wrong, without what to do about a transcript."""
    return str(error).removeprefix(f"{path}: ").partition(". ")[0]


def _text(path: Path, data: bytes) -> str:
    try:
        return decode(path, data)[0]
    except SourceUnreadable:
        raise CrmUnreadable(path, "not text, and not a workbook") from None


def _csv_rows(path: Path, content: str) -> list[Row]:
    delimiter = _delimiter(content)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    try:
        for cells in reader:
            rows.append(Row(len(rows) + 1, tuple(" ".join(cell.split()) for cell in cells)))
    except csv.Error as error:
        raise CrmUnreadable(path, f"row {len(rows) + 1}: {error}") from None
    return rows


def _delimiter(content: str) -> str:
    """The mark that cuts most of the first rows into the same number of cells, and into most."""
    head = content[:20_000].splitlines(keepends=True)[:30]
    if declared := re.match(r"sep=(.)\r?\n", content):
        return declared[1]

    def evenness(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(head, delimiter=mark) if row]
        usual = max(widths, key=widths.count, default=1)
        return (usual > 1, sum(width == usual for width in widths) * (usual - 1))

    return max(",;\t|", key=evenness)


def _workbook_rows(path: Path) -> dict[str, list[Row]]:
    """Read a workbook in the process that reads all files that are not plain text."""
    try:
        sheets = sheets_apart(path)
    except SourceError as error:
        raise CrmUnreadable(path, _problem(path, error)) from None
    found = {
        name: [Row(n, tuple(map(_cell, values))) for n, values in enumerate(rows, 1)] for name, rows in sheets.items()
    }
    if not any(found.values()):
        raise CrmUnreadable(path, "no row in it")
    return found


def _cell(value: str | bool | int | float | None) -> Cell:
    if value is None or (isinstance(value, str) and value.startswith("#")):  # a formula's error, as #N/A
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return float(value) if abs(value) < 2**53 else str(value)
    return " ".join(_MIDNIGHT.sub("", value).split())


def _header_at(rows: Sequence[Row], is_header: Callable[[Sequence[str]], bool]) -> int | None:
    searched = rows[:_SEARCHED_FOR_HEADER]
    return next((at for at, row in enumerate(searched) if is_header([text(cell) for cell in row.cells])), None)


def _table(path: Path, rows: list[Row], is_header: Callable[[Sequence[str]], bool]) -> Table:
    filled = [row for row in rows if any(cell != "" for cell in row.cells)]
    if not filled:
        raise CrmUnreadable(path, "no row in it")
    at = _header_at(filled, is_header)
    if at is None:
        at = next((i for i, row in enumerate(filled[:_SEARCHED_FOR_HEADER]) if _width(row) > 1), 0)
    body = filled[at + 1 :]
    footers = tuple(row for row in body if is_footer(row))
    return Table(
        header=tuple(text(cell) for cell in filled[at].cells),
        rows=tuple(row for row in body if row not in footers) if footers else tuple(body),
        footers=footers,
    )


def _width(row: Row) -> int:
    return sum(cell != "" for cell in row.cells)


def is_footer(row: Row) -> bool:
    """One or two cells, the first of which is a total, a copyright or a secrecy notice."""
    first = next((text(cell) for cell in row.cells if cell != ""), "")
    return _width(row) <= 2 and bool(_FOOTER.match(fold(first)))
