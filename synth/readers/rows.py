"""Rows of cells, as text, from delimited text or a workbook, with limits on what is held."""

from __future__ import annotations

import csv
import datetime
import io
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from synth.errors import SourceUnreadable
from synth.readers.characters import tidy
from synth.readers.draft import RawFile
from synth.readers.office import read_parts

Row: TypeAlias = tuple[str, ...]
MAX_ROWS = 200_000
MAX_CELL = 1_000_000
MAX_COLUMNS = 500
MAX_SHEETS = 20
_DELIMITERS = ",;\t|"
_WORKBOOK = "xl/workbook.xml"
# openpyxl lets the errors of whatever it trips over pass through
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError),
    *(SyntaxError, OverflowError, NotImplementedError, AssertionError, RecursionError),
)


def delimiter_of(line: str) -> str:
    """Return the delimiter that occurs most outside of quotes in a header line."""
    outside = "".join(line.split('"')[0::2]) if line.count('"') % 2 == 0 else line
    counts = Counter(character for character in outside if character in _DELIMITERS)
    return max(_DELIMITERS, key=lambda one: (counts[one], -_DELIMITERS.index(one)))


def rows_of_text(raw: RawFile) -> list[Row]:
    """Return the rows of CSV or TSV; raises SourceUnreadable for a quote that never closes and the like."""
    text = raw.text or ""
    csv.field_size_limit(MAX_CELL)
    start = text.find("\n", text.find("sep=")) + 1 if text.startswith("sep=") else 0
    header = next(
        (line for line in text[start : start + 100_000].split("\n") if sum(line.count(d) for d in _DELIMITERS)), ""
    )
    rows: list[Row] = []
    try:
        for row in csv.reader(io.StringIO(text[start:], newline=""), delimiter=delimiter_of(header)):
            if len(rows) >= MAX_ROWS:
                raise SourceUnreadable(raw.path, f"more than {MAX_ROWS} rows", "Split the export by year")
            rows.append(tuple(cell.strip() for cell in row[:MAX_COLUMNS]))
    except csv.Error as error:
        raise SourceUnreadable(raw.path, f"row {len(rows) + 1}: not valid CSV ({error})") from None
    return rows


@lru_cache(maxsize=2)  # two formats ask for the rows of the same workbook
def rows_of_workbook(raw: RawFile) -> list[list[Row]]:
    """Return the rows of each sheet of an XLSX file as text, without empty ones."""
    made = []
    for sheet in sheets_of(raw).values():
        rows = [_trimmed([_cell(value) for value in row]) for row in sheet]
        made.append([row for row in rows if row])
    return made


def sheets_of(raw: RawFile) -> dict[str, list[tuple[object, ...]]]:
    """Return the values of each sheet of an XLSX file by its name, row by row, within the limits."""
    read_parts(raw, _WORKBOOK)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which no note depends on
            book = load_workbook(io.BytesIO(raw.data), read_only=True, data_only=True)
            return {sheet.title: _values(sheet) for sheet in book.worksheets[:MAX_SHEETS]}
    except _BROKEN as error:
        problem = f"a damaged workbook ({type(error).__name__})"
        raise SourceUnreadable(
            raw.path, problem, "Open it in a spreadsheet program and save it again, or export CSV"
        ) from None


def _values(sheet: object) -> list[tuple[object, ...]]:
    reset = getattr(sheet, "reset_dimensions", None)
    if reset is not None:
        reset()  # the size a sheet claims may be the whole grid
    rows = getattr(sheet, "iter_rows")(values_only=True, max_row=MAX_ROWS, max_col=MAX_COLUMNS)  # noqa: B009 # two sheet types
    return [_filled(row) for row in rows]


def _filled(values: tuple[object, ...]) -> tuple[object, ...]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def _trimmed(cells: Sequence[str]) -> Row:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value))[:MAX_CELL].strip()
