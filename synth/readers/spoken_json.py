"""What the JSON of meeting tools and recognisers has in common: rows of speech, words with times, and people beside.

Most tools write a list of objects with a text, a speaker and a time, and differ in the names of the three and in the
unit: a Shape says them, and is all that such a format needs. Recognisers that only give words are joined here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from synth.errors import SourceUnreadable
from synth.model import Speaker
from synth.readers.dates import day_in
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.header import company_in_title
from synth.readers.noise import INVENTED
from synth.readers.structured import dig, json_or_none, load_json, records, text_of
from synth.readers.times import milliseconds
from synth.text.names import same_person

Unit = Literal["s", "ms", "clock", "any"]
_SAMPLE = 20  # rows
_WORDS_A_SECOND = 2.5  # of speech; what tells seconds from milliseconds where a tool writes either
_SILENT_MS, _SILENT_WORDS = 25_000, 3
_END = re.compile(r"[.!?…؟。]$")
_CLOCK = re.compile(r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?")
_SINGLE = re.compile(r"\d{1,4}|[A-Za-z]")
_DATE_KEYS = (
    "date", "happenedAt", "happened_at", "recording_start_time", "started", "start_time", "startTime", "start_datetime",
    "scheduled_start_time", "meeting_date", "created_at", "createdAt", "created",
)  # fmt: skip
_TITLE_KEYS = ("title", "meeting_title", "name", "topic", "subject", "semantic_identifier")
_PEOPLE_KEYS = (
    "parties", "meeting_attendees", "calendar_invitees", "invitees", "attendees", "participants", "speakers", "users",
)  # fmt: skip
_NAME_KEYS = ("display_name", "displayName", "name", "speaker_name", "full_name", "real_name")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one tool keeps what was said: the way to its rows, the keys of each, and the unit of its times.

    `proof` are keys that every row has; `text` may name several keys, the first that is filled counts.
    """

    way: tuple[str, ...]
    text: tuple[str, ...]
    speaker: tuple[str, ...]
    start: str
    end: str
    unit: Unit
    proof: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a recogniser; `glued` for punctuation, which stands without a blank before it."""

    text: str
    speaker: str
    start_ms: int | None
    end_ms: int | None
    glued: bool = False


def shaped(name: str, title: str, *shapes: Shape, score: int = 95) -> Format:
    """Return the Format of a tool whose rows have one of the `shapes`."""

    def recognise(raw: RawFile) -> int:
        root = json_or_none(raw)
        return score if root is not None and any(_rows(root, shape) for shape in shapes) else 0

    def parse(raw: RawFile) -> Draft:
        root = load_json(raw)
        shape = next(shape for shape in shapes if _rows(root, shape))
        rows = _rows(root, shape)
        return draft_of(raw, root, list(_blocks(rows, shape)), _people_of_rows(rows, shape))

    return Format(name, title, "interview", (".json",), recognise, parse)


def draft_of(raw: RawFile, root: Any, blocks: Sequence[Block], speakers: Iterable[Speaker] = ()) -> Draft:
    """Return the Draft of a conversation, with the day, the title and the people that stand beside the speech."""
    if not any(block.text for block in blocks):
        raise SourceUnreadable(raw.path, "no speech in this file", "Export the transcript again once it is ready")
    scopes = list(_scopes(root))
    title = next((said for scope in scopes for key in _TITLE_KEYS if (said := text_of(scope.get(key)))), "")
    day = next((day for scope in scopes for key in _DATE_KEYS if (day := day_of(scope.get(key)))), "")
    named = [person for scope in scopes for key in _PEOPLE_KEYS for person in _people(scope.get(key))]
    speaking = list(dict.fromkeys(block.speaker for block in blocks if block.speaker))
    return Draft(
        "interview",
        tuple(_with_silence(block) for block in blocks),
        speakers=(*speakers, *_met(named, speaking)),
        date=day or day_in(raw.path.stem),
        company=company_in_title(title),
    )


def _scopes(root: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that may describe the meeting or hold its rows: the file, and what an API wraps it in."""
    ways = ((), ("data",), ("data", "transcript"), ("transcript",), ("meeting",), ("metadata",), ("result",))
    for way in ways:
        if isinstance(scope := dig(root, *way), dict):
            yield scope


def _rows(root: Any, shape: Shape) -> list[Mapping[str, Any]]:
    """Return the rows of speech, none when they do not look like those of the shape."""
    if not shape.way:
        return _proven(root, shape)
    for scope in _scopes(root):
        if rows := _proven(dig(scope, *shape.way), shape):
            return rows
    return []


def _proven(found: Any, shape: Shape) -> list[Mapping[str, Any]]:
    sample = records(found[:_SAMPLE]) if isinstance(found, list) else []
    fits = bool(sample) and all(shape.proof <= set(row) for row in sample)
    return records(found) if fits and any(_first(row, shape.text) for row in sample) else []


def _first(row: Mapping[str, Any], keys: Iterable[str]) -> str:
    return next((text for key in keys if (text := text_of(row.get(key)))), "")


def _blocks(rows: Sequence[Mapping[str, Any]], shape: Shape) -> Iterator[Block]:
    unit = shape.unit if shape.unit != "any" else unit_by_rate(rows, shape)
    for row in rows:
        speaker = next((name for key in shape.speaker if (name := name_of(row.get(key)))), "")
        start, end = time_of(row.get(shape.start), unit), time_of(row.get(shape.end), unit)
        silent = _is_silence(row)
        yield Block(_first(row, shape.text), speaker, start, end, aside=INVENTED if silent else "")


def _is_silence(row: Mapping[str, Any]) -> bool:
    """Whether a recogniser doubts its own segment: Whisper's two thresholds for silence."""
    no_speech, log_probability = row.get("no_speech_prob"), row.get("avg_logprob")
    if not isinstance(no_speech, float) or not isinstance(log_probability, float):
        return False
    return no_speech > 0.6 and log_probability < -1.0


def _with_silence(block: Block) -> Block:
    """A word or two stretched over half a minute is what a recogniser hears in silence."""
    if block.start_ms is None or block.end_ms is None or block.aside:
        return block
    stretched = block.end_ms - block.start_ms >= _SILENT_MS and len(block.text.split()) <= _SILENT_WORDS
    return replace(block, aside=INVENTED) if stretched else block


def unit_by_rate(rows: Sequence[Mapping[str, Any]], shape: Shape) -> Unit:
    """Return the unit in which people would have spoken at about the rate people speak at."""
    times = [time for row in rows for key in (shape.start, shape.end) if isinstance(time := row.get(key), int | float)]
    words = sum(len(_first(row, shape.text).split()) for row in rows)
    if not times:
        return "clock"
    span = max(1.0, float(max(times)) - float(min(times)))
    return "ms" if words / span < _WORDS_A_SECOND / 30 else "s"


def time_of(value: Any, unit: Unit) -> int | None:
    """Return a time in milliseconds; numbers may be written as text, and a clock may stand for any unit."""
    if isinstance(value, str):
        if _CLOCK.fullmatch(value.strip()):
            return milliseconds(value.strip())
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return round(value) if unit == "ms" else round(value * 1000)


def name_of(value: Any) -> str:
    """Return the name of a speaker given as text, number or object; a number or letter becomes `Speaker 1`."""
    if isinstance(value, dict):
        return _first(value, (*_NAME_KEYS, "email", "id"))
    name = text_of(value)
    return f"Speaker {name}" if _SINGLE.fullmatch(name) else name


def day_of(value: Any) -> str:
    """Return the day of an ISO date, or of seconds or milliseconds since 1970."""
    if isinstance(value, str) and not value.isdigit():
        return day_in(value)
    seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    seconds = seconds / 1000 if seconds > 1e11 else seconds
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if 2e8 < seconds < 4e9 else ""


def _people(value: Any) -> Iterator[Speaker]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, str):
            mail = "@" in item
            yield Speaker("" if mail else item.strip(), email=item.strip() if mail else "", reason="attendee")
        elif isinstance(item, dict):
            yield person_of(item)


def person_of(item: Mapping[str, Any]) -> Speaker:
    """Return the person an object describes; what it says of the side goes into the reason."""
    side = item.get("is_external", item.get("isExternal"))
    affiliation = {True: "External", False: "Internal"}.get(side) if isinstance(side, bool) else ""
    return Speaker(
        name=_first(item, _NAME_KEYS),
        title=_first(item, ("title", "job_title", "jobTitle")),
        company=_first(item, ("company", "company_name", "organization")),
        email=_first(item, ("email", "emailAddress", "email_address")),
        reason=f"affiliation {affiliation}" if affiliation else "attendee",
    )


def _people_of_rows(rows: Sequence[Mapping[str, Any]], shape: Shape) -> Iterator[Speaker]:
    """Yield what the speaker objects of the rows know beside the name."""
    seen: set[str] = set()
    for row in rows:
        for value in (row.get(key) for key in shape.speaker):
            if isinstance(value, dict) and (name := name_of(value)) and name not in seen:
                seen.add(name)
                mail = _first(value, ("email", "matched_calendar_invitee_email"))
                yield replace(person_of(value), name=name, email=mail, reason="")


def _met(named: Sequence[Speaker], speaking: Sequence[str]) -> Iterator[Speaker]:
    """Yield the people beside the speech under the names they speak with; an address meets the name it is made of."""
    for person in named:
        local = re.sub(r"[._+-]+", " ", person.email.partition("@")[0])
        candidates = [name for name in speaking for said in (person.name, local) if said and same_person(name, said)]
        if candidates or person.name:
            yield replace(person, name=candidates[0] if candidates else person.name)


def blocks_of_words(words: Iterable[Word]) -> list[Block]:
    """Join words to one block a sentence; a change of the speaker or a long silence ends it too."""
    blocks: list[Block] = []
    held: list[Word] = []
    for word in words:
        if held and not word.glued and (word.speaker != held[-1].speaker or _END.search(held[-1].text)):
            blocks.append(_joined(held))
            held = []
        if word.text:
            held.append(word if not word.glued or not held else replace(word, speaker=held[-1].speaker))
    return [*blocks, _joined(held)] if held else blocks


def _joined(words: Sequence[Word]) -> Block:
    text = "".join(word.text if word.glued else f" {word.text}" for word in words).strip()
    starts = [word.start_ms for word in words if word.start_ms is not None]
    ends = [word.end_ms for word in words if word.end_ms is not None]
    return Block(text, words[0].speaker, starts[0] if starts else None, ends[-1] if ends else None)
