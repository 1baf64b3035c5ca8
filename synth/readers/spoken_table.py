"""A transcript as a table: CSV, TSV, a workbook, a table in Markdown, or text with bars between its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.dates import day_in
from synth.readers.draft import Draft, Format, RawFile
from synth.readers.header import company_in_title, read_header
from synth.readers.markup import strip_inline
from synth.readers.office import has_part
from synth.readers.rows import Row, rows_of_text, rows_of_workbook
from synth.readers.spoken_rows import Talk, blocks_of, speakers_of, talk_in
from synth.readers.spoken_text import aside_of_header

_SAMPLE = 400  # lines of a text file that is no table by its name
_RULE = re.compile(r"[\s|:+-]+")
_BAR = re.compile(r"(?<!\\)\|")


def draft_of_talk(path: Path, talk: Talk, head: Sequence[str], left_out: tuple[LeftOut, ...] = ()) -> Draft:
    """Return the Draft of a table of speech with the lines of text above it."""
    header = read_header(head)
    return Draft(
        "interview",
        (*(block for line in head for block in aside_of_header(line)), *blocks_of(talk)),
        speakers=(*speakers_of(talk), *header.people),
        date=header.date or day_in(path.stem),
        company=header.company or company_in_title(header.title),
        left_out=left_out,
    )


def _recognise(raw: RawFile) -> int:
    try:
        found = _found(raw)
    except SourceUnreadable:
        return 0
    return 0 if found is None else 100 if raw.text is None else 92


@lru_cache(maxsize=2)  # asked for by recognition and by parsing
def _found(raw: RawFile) -> tuple[Talk, tuple[str, ...]] | None:
    """Return the talk of a file with the lines above it."""
    if raw.text is None:
        sheets = rows_of_workbook(raw) if has_part(raw, "xl/workbook.xml") else []
        talks = (_talk_below(rows) for rows in sheets)
        return next((talk for talk in talks if talk), None)
    if raw.extension in {".csv", ".tsv"}:
        return _talk_below(rows_of_text(raw))
    if raw.text.count("|", 0, 100_000) < 6:
        return None
    lines = raw.text.split("\n")
    return _in_bars(lines) if _in_bars(lines[:_SAMPLE]) else None


def _talk_below(rows: Sequence[Row]) -> tuple[Talk, tuple[str, ...]] | None:
    """A title above the header stands in one cell."""
    talk = talk_in(rows)
    if talk is None:
        return None
    above = rows[: len(rows) - len(talk.rows)]
    return talk, tuple(cells[0] for row in above if len(cells := [cell for cell in row if cell]) == 1)


def _in_bars(lines: Sequence[str]) -> tuple[Talk, tuple[str, ...]] | None:
    """Read `| 0:03 | Name | text |`; nearly every line below the first such line must be one."""
    first = next((at for at, line in enumerate(lines) if line.count("|") > 1), len(lines))
    below = [line for line in lines[first:] if line.strip()]
    rows = [_cells(line) for line in below if "|" in line and not _RULE.fullmatch(line)]
    if not rows or len(rows) < 0.8 * len(below):
        return None
    talk = talk_in(rows)
    return (talk, tuple(lines[:first])) if talk else None


def _cells(line: str) -> Row:
    return tuple(strip_inline(cell.replace("\\|", "|")) for cell in _BAR.split(line.strip().strip("|")))


def _parse(raw: RawFile) -> Draft:
    found = _found(raw)
    assert found is not None
    return draft_of_talk(raw.path, *found)


FORMATS = (
    Format(
        "spoken-table",
        "Transcript as a table (.csv, .tsv, .xlsx, a table in .md or .txt)",
        "interview",
        (".csv", ".tsv", ".xlsx", ".md", ".txt"),
        _recognise,
        _parse,
    ),
)
