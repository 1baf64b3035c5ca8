"""Rows of cells in which one row is what one speaker said: of a table file, a workbook, Word, or Markdown.

Columns are found by their headers; without headers by what they hold: times, a few names again and again, long text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from synth.model import Speaker
from synth.readers.characters import fold_name
from synth.readers.draft import Block
from synth.readers.labels import is_seat, key_of
from synth.readers.people import looks_like_name
from synth.readers.rows import Row
from synth.readers.spoken_json import Unit, name_of, time_of

_HEADERS = {
    "text": """text|transcript|content|caption|sentence|utterance|speech|said|what was said|message|words|statement
        |comment|metin|konuşma|söylenen|ifade|tekst|wypowiedź|treść|kwestia|replică|replica|conținut|текст|реплика
        |высказывание|متن|گفته|سخن|aussage|wortlaut|texte|texto|testo""",
    "speaker": """speaker|speaker name|speaker label|participant|who|name|person|spoken by|konuşmacı|kişi|konuşan|isim
        |mówca|rozmówca|osoba|kto|vorbitor|persoana|nume|cine|спикер|говорящий|участник|имя|кто|گوینده|نام|شخص
        |sprecher|locuteur|hablante|spreker""",
    "start": """start|start time|start timecode|in|begin|from|timestamp|time|time stamp|timecode|time code|offset
        |başlangıç|başlama|zaman|saat|süre|czas|początek|od|timp|început|ora|начало|время|тайм код|таймкод|время начала
        |زمان|شروع|آغاز|zeit|temps|tiempo|tijd""",
    "end": "end|end time|end timecode|out|to|stop|bitiş|son|koniec|do|sfârșit|конец|время окончания|پایان|ende|fin",
    "role": "role|side|speaker role|participant role|rol|rola|роль|نقش|rolle",
    "company": "company|organization|organisation|affiliation|şirket|firma|companie|firmă|компания|شرکت|unternehmen",
    "title": "title|job title|position|unvan|funcție|stanowisko|должность|سمت",
}
_FIELD = {fold_name(header): field for field, headers in _HEADERS.items() for header in headers.split("|")}
_PLAIN = "name|person|participant|kişi|isim|osoba|persoana|nume|участник|имя|نام|شخص"  # that other tables have too
_SURE_SPEAKER = {fold_name(header) for header in _HEADERS["speaker"].split("|")} - set(
    map(fold_name, _PLAIN.split("|"))
)
_COMPANIES = ("company", "account", "organi", "customer", "müşteri", "firm", "şirket", "клиент", "компани", "شرکت")
_UNIT = re.compile(r"\s*[\[(]?\b(ms|msec|millis|milliseconds|s|sec|seconds)\b[\])]?$")
_HEADER_ROWS = 15
_LEAST = 4  # rows without a header that are taken for a talk
_FEW = 8  # speakers in a table without a header
_CLOCK = re.compile(
    r"\W{0,2}\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,6})?\W{0,2}(?:-+>?\W{0,2}\d{1,3}:[\d:.,]+\W{0,2})?"
)
_MICROSECONDS = re.compile(r"([.,]\d{3})\d+$")


@dataclass(frozen=True, slots=True)
class Talk:
    """A table of speech: the rows below its header, the column of each field, and the unit of bare numbers."""

    rows: Sequence[Row]
    at: dict[str, int]
    unit: Unit = "s"


def talk_in(rows: Sequence[Row]) -> Talk | None:
    """Return the talk that rows of cells hold, None when they are no talk but a table of something else."""
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        if found := _by_header(row):
            talk = Talk([cells for cells in rows[number + 1 :] if any(cells)], found.at, found.unit)
            return talk if talk.rows and (found.sure or _proven(talk)) else None
    return _by_content([row for row in rows if any(row)])


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns a header names. `sure`: one of them says that it holds speakers."""

    at: dict[str, int]
    unit: Unit
    sure: bool


def _by_header(row: Row) -> _Header | None:
    """Return the columns of a header with a text and a speaker, or a text and a time; a company alone is of a note."""
    at: dict[str, int] = {}
    unit: Unit = "s"
    sure = False
    for column, header in enumerate(row):
        folded = fold_name(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).replace("_", " "))
        bare = _UNIT.sub("", folded)
        field = _FIELD.get(folded) or _FIELD.get(bare)
        if field in {"start", "end"} and folded != bare and folded.strip(" )]").endswith(("ms", "msec", "millis")):
            unit = "ms"
        if field:
            at.setdefault(field, column)
            sure = sure or folded in _SURE_SPEAKER
    if "text" not in at or not at.keys() & {"speaker", "start"}:
        return None
    if not sure and any(word in fold_name(header) for header in row for word in _COMPANIES):
        return None
    return _Header(at, unit, sure)


def _proven(talk: Talk) -> bool:
    """Whether the cells bear out a header as common as `Name`: times of a recording, or a few names by turns."""
    columns = {field: [row[at] if at < len(row) else "" for row in talk.rows] for field, at in talk.at.items()}
    if "start" in columns and _mostly([_time(cell, talk.unit) is not None for cell in columns["start"]]):
        return True
    return "speaker" in columns and _are_speakers(columns["speaker"])


def _by_content(rows: Sequence[Row]) -> Talk | None:
    width = max((len(row) for row in rows), default=0)
    if len(rows) < _LEAST or not 2 <= width <= 5:
        return None
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
    times = [at for at, cells in enumerate(columns) if _mostly([_CLOCK.fullmatch(cell) is not None for cell in cells])]
    names = next((at for at, cells in enumerate(columns) if at not in times and _are_speakers(cells)), None)
    rest = [at for at in range(width) if at not in times and at != names]
    text = max(rest, key=lambda at: sum(map(len, columns[at])), default=None)
    if names is None or text is None or sum(map(len, columns[text])) < 2 * sum(map(len, columns[names])):
        return None
    at = {"speaker": names, "text": text} | dict(zip(("start", "end"), times, strict=False))
    return Talk(rows, at)


def _mostly(held: Sequence[bool]) -> bool:
    return sum(held) >= 0.8 * len(held)


def _are_speakers(cells: Sequence[str]) -> bool:
    """Whether a column holds a few names, each again and again, and by turns."""
    keys = [key_of(cell.rstrip(" :")) for cell in cells if cell]
    counts = Counter(keys)
    named = sum(looks_like_name(cell) or is_seat(key_of(cell.rstrip(" :"))) for cell in cells if cell)
    changes = sum(one != two for one, two in pairwise(keys))
    return (
        len(keys) >= 0.8 * len(cells)
        and 2 <= len(counts) <= _FEW
        and 2 * len(counts) <= len(keys)
        and named >= 0.9 * len(keys)
        and 3 * changes >= len(keys)
        and not any(character.isdigit() for key in counts for character in key if not is_seat(key))
    )


def blocks_of(talk: Talk) -> Iterator[Block]:
    """Yield one block a row; a row without a speaker goes on with the one above."""
    speaker = ""
    for row in talk.rows:
        cells = {field: row[column] if column < len(row) else "" for field, column in talk.at.items()}
        if not cells["text"]:
            continue
        speaker = _named(cells) or speaker
        start, end = (_time(cells.get(field, ""), talk.unit) for field in ("start", "end"))
        yield Block(cells["text"], speaker, start, end)


def _named(cells: dict[str, str]) -> str:
    name = cells.get("speaker") or ""
    return name_of(name.rstrip(" :")) if name else name_of(cells.get("role", ""))


def _time(cell: str, unit: Unit) -> int | None:
    return time_of(_MICROSECONDS.sub(r"\1", cell.strip(" []()<>").split(" ")[0]), unit) if cell else None


def speakers_of(talk: Talk) -> tuple[Speaker, ...]:
    """Return what the table says beside a name: role, company, title."""
    found: dict[str, Speaker] = {}
    for row in talk.rows:
        cells = {field: row[column] if column < len(row) else "" for field, column in talk.at.items()}
        name = _named(cells)
        about = {field: cells.get(field, "") for field in ("role", "company", "title")}
        if name and any(about.values()) and name not in found:
            reason = f"named as '{about['role']}' in the file" if about["role"] else "in the table"
            found[name] = Speaker(name, title=about["title"], company=about["company"], reason=reason)
    return tuple(found.values())
