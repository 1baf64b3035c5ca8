"""A transcript as a table: one row is what one speaker said, with a time or a span beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth.errors import SourceUnreadable
from synth.readers.characters import fold_name
from synth.readers.dates import day_in
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.rows import Row, rows_of_text
from synth.readers.spoken_json import name_of, time_of

_HEADERS = {
    "text": """text|transcript|content|caption|sentence|utterance|speech|metin|konuşma|tekst|wypowiedź|replică
        |текст|реплика|متن""",
    "speaker": """speaker|speaker name|speaker label|participant|konuşmacı|mówca|rozmówca|vorbitor|спикер|говорящий
        |گوینده""",
    "start": """start|start time|start timecode|in|begin|from|timestamp|time|timecode|başlangıç|czas|początek|timp
        |начало|время|زمان""",
    "end": "end|end time|end timecode|out|to|bitiş|koniec|sfârșit|конец|پایان",
}
_FIELD = {fold_name(header): field for field, headers in _HEADERS.items() for header in headers.split("|")}
_HEADER_ROWS = 5


@dataclass(frozen=True, slots=True)
class _Table:
    rows: Sequence[Row]
    at: dict[str, int]  # field -> column


def _table(rows: Sequence[Row]) -> _Table | None:
    """Return the rows below a header with a text and a speaker or a time."""
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        at: dict[str, int] = {}
        for column, header in enumerate(row):
            if field := _FIELD.get(fold_name(header.replace("_", " "))):
                at.setdefault(field, column)
        if "text" in at and ("speaker" in at or "start" in at):
            return _Table(rows[number + 1 :], at)
    return None


def _recognise(raw: RawFile) -> int:
    if raw.text is None or raw.extension not in {".csv", ".tsv"}:
        return 0
    head = RawFile(raw.path, b"", "\n".join(raw.text.split("\n", _HEADER_ROWS)[:_HEADER_ROWS]))
    try:
        table = _table(rows_of_text(head))
    except SourceUnreadable:
        return 0
    return 92 if table and not _names_a_company(raw.text) else 0


def _names_a_company(text: str) -> bool:
    header = fold_name(text.split("\n", 1)[0])
    return any(word in header for word in ("company", "account", "organi", "customer", "müşteri", "firm", "клиент"))


def _parse(raw: RawFile) -> Draft:
    table = _table(rows_of_text(raw))
    assert table is not None
    return Draft("interview", tuple(_blocks(table)), date=day_in(raw.path.stem))


def _blocks(table: _Table) -> Iterator[Block]:
    for row in table.rows:
        cells = {field: row[column] if column < len(row) else "" for field, column in table.at.items()}
        start, end = (time_of(cells.get(field, ""), "s") for field in ("start", "end"))
        yield Block(cells["text"], name_of(cells.get("speaker", "")), start, end)


FORMATS = (
    Format("spoken-table", "Transcript as a table (.csv, .tsv)", "interview", (".csv", ".tsv"), _recognise, _parse),
)
