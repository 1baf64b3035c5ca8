"""Writing a file of the team again without a person, a company or some rows: in its own format if that is plain text.

What cannot be edited in place (Word, PDF, mail, JSON, and every talk in which the person speaks) becomes a plain
transcript, `[0:01:02] Name: text`, which reads as the same source without what was taken out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from synth.errors import SourceError
from synth.model import Transcript
from synth.people.erasing import Erasure
from synth.readers.decode import open_file
from synth.readers.rows import delimiter_of

PLAIN = frozenset({".txt", ".text", ".md", ".markdown", ".note", ".csv", ".tsv", ".vtt", ".srt", ".sbv", ""})
TABLES = frozenset({".csv", ".tsv"})
Row = tuple[str, ...]


def text_of_file(path: Path) -> str | None:
    """Return the text of a file, None when it is none or cannot be read."""
    try:
        return open_file(path).text
    except SourceError:
        return None


def talk_without(transcript: Transcript, erasure: Erasure, speaks: Callable[[str], bool]) -> str:
    """Return a talk without the turns of whoever `speaks`; "" when nobody but our own side is left in it."""
    roles = {speaker.name: speaker.role for speaker in transcript.speakers}
    kept = [turn for turn in transcript.turns if turn.speech and not speaks(turn.speaker)]
    if all(roles.get(turn.speaker) == "vendor" for turn in kept):
        return ""
    source = transcript.source
    head = [f"{key}: {value}" for key, value in (("Date", source.date), ("Company", source.company)) if value]
    lines = [
        f"{_clock(turn.start_ms)}{turn.speaker or 'Unknown speaker'}: {transcript.text[turn.start : turn.end]}"
        for turn in kept
    ]
    return erasure.without("\n".join([*head, *([""] if head else []), *lines, ""]), about=True)


def note_without(transcript: Transcript, erasure: Erasure) -> str:
    """Return the text of a note, one paragraph a turn."""
    source = transcript.source
    head = [f"{key}: {value}" for key, value in (("Date", source.date), ("Company", source.company)) if value]
    paragraphs = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    return erasure.without("\n\n".join(["\n".join(head), *paragraphs, ""]), about=True)


def _clock(ms: int | None) -> str:
    return "" if ms is None else f"[{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}] "


def table_without(text: str, drop: Callable[[Row], bool], erasure: Erasure) -> str:
    """Return CSV or TSV without the rows to `drop`, the others as they stand but for what is erased in their cells."""
    csv.field_size_limit(10_000_000)
    delimiter = delimiter_of(text.split("\n", 1)[0])
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    kept = [_row_without(row, erasure) for row in rows if not drop(tuple(row))]
    if kept == rows:
        return text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(kept)
    return out.getvalue()


def _row_without(row: list[str], erasure: Erasure) -> list[str]:
    about = erasure.mentions(" ".join(row))
    return [erasure.without(cell, about=about) for cell in row]


def workbook_without(path: Path, drop: Callable[[Row], bool], erasure: Erasure) -> None:
    """Do the same to a workbook, in place."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    for sheet in book.worksheets:
        for at in range(sheet.max_row, 0, -1):
            cells = list(sheet[at])
            row = tuple("" if cell.value is None else str(cell.value) for cell in cells)
            if drop(row):
                sheet.delete_rows(at)
                continue
            for cell, clean in zip(cells, _row_without(list(row), erasure), strict=True):
                if isinstance(cell.value, str):
                    cell.value = clean
    book.save(path)
