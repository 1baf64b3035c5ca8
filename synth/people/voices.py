"""Whose words a line of a note holds: the customer's, reported by our staff, or our staff's own.

A note is read sentence by sentence. What reports a customer (a name, a verb of saying, quoted words, "their condition")
makes it `reported`; an opinion, a plan or a pitch that comes first makes it `own`; a sentence without any cue goes on
with the report before it in the same paragraph. In doubt it is `own`, because `own` is never evidence.
Lines of interviews, and lines of mails whose writer is known, stay `said`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from synth.model import Line, Transcript, Turn
from synth.people.attribution import People, Reading, read_sentence
from synth.people.cues import LANGUAGES, cues
from synth.people.injection import addressed_to_model
from synth.settings import Settings
from synth.text.names import fold, same_person

_HEADING = re.compile(r"^\s*#{1,6}\s")
_HEADING_SIGNS = " #*_:–—-.\t\n"
_LONGEST_HEADING = 7  # words
_LONGEST_REPORT = 3  # sentences without a cue of their own that may follow a reported one
_STRAIGHT = re.compile(r'\d?"')
_LONGEST_QUOTE = 2000  # characters
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@dataclass(slots=True)
class _State:
    """What the sentences before have set: the section, the person spoken of, and how long a report has gone on."""

    section: str = ""  # "own", "customer", or "" for neither
    person: str = ""
    turn: int = -1
    report: int = 0  # sentences the current report may still go on; 0 when the last sentence was ours
    pasted: bool = False
    poisoned: bool = False


def decide_voices(transcript: Transcript, settings: Settings) -> Transcript:
    """Set voice, speaker and role of every line of a note; an interview comes back with all lines `said`."""
    if transcript.source.kind == "interview":
        said = tuple(replace(line, voice="said" if line.speech else "own") for line in transcript.lines)
        return replace(transcript, lines=said)
    people = People.of(transcript, settings)
    return replace(transcript, lines=tuple(_voiced(transcript, people)))


def _voiced(transcript: Transcript, people: People) -> Iterator[Line]:
    state = _State()
    for line in transcript.lines:
        turn = transcript.turns[line.turn]
        if line.turn != state.turn:
            _enter(turn, line.turn, state, transcript)
        if not line.speech:
            yield replace(line, voice="own")
        elif state.poisoned or addressed_to_model(line.text):
            state.poisoned = True
            yield _own(line, turn)
        elif _writer_speaks(turn):
            yield replace(line, voice="said")
        else:
            yield _of_note(line, turn, state, people=people, transcript=transcript)


def _enter(turn: Turn, number: int, state: _State, transcript: Transcript) -> None:
    """Begin a new turn; headings between the last one and this set the section."""
    for index in range(state.turn + 1, number + 1):
        passed = transcript.turns[index]
        text = transcript.text[passed.start : passed.end]
        if not passed.speech or _HEADING.match(text):
            state.section, state.person = _section(text), ""
    state.turn, state.report, state.pasted, state.poisoned = number, 0, False, False
    if turn.author and turn.speaker and not _writer_speaks(turn):
        state.person = turn.speaker  # the contact of a CRM row


def _section(heading: str) -> str:
    words = fold(heading).strip(_HEADING_SIGNS)
    if len(words.split()) > _LONGEST_HEADING:
        return ""
    if cues("section_own").search(words):
        return "own"
    return "customer" if cues("section_customer").search(words) else ""


def _writer_speaks(turn: Turn) -> bool:
    """A mail or a message: the speaker of the turn is who wrote it, not a contact that somebody else writes about."""
    return bool(turn.speaker) and (not turn.author or same_person(turn.speaker, turn.author))


def _of_note(line: Line, turn: Turn, state: _State, *, people: People, transcript: Transcript) -> Line:
    languages = _languages(line, transcript)
    reading = read_sentence(line.text, people, languages, inside_quote=_opened_before(line, turn, transcript))
    state.pasted = state.pasted or reading.pasted
    if state.section == "own" or not _is_reported(reading, state):
        state.report = 0
        return _own(line, turn)
    nobody = (reading.plural and not reading.person) or not (reading.attributed or state.report or state.pasted)
    state.report = _LONGEST_REPORT if reading.attributed else state.report - 1
    state.person = reading.person or state.person
    speaker = "" if nobody else state.person
    return replace(line, voice="reported", role="customer", speaker=speaker)


def _is_reported(reading: Reading, state: _State) -> bool:
    if state.pasted:
        return True
    if reading.attributed:
        return not reading.ours_first
    if reading.ours:
        return False
    return state.section == "customer" or state.report > 0


def _own(line: Line, turn: Turn) -> Line:
    return replace(line, voice="own", role="vendor", speaker=turn.author)


def _languages(line: Line, transcript: Transcript) -> tuple[str, ...]:
    """Whose cues to try: of the line, of the source, of its script, and English, which is mixed in anywhere."""
    found = {line.language, transcript.source.language, "en"}
    found.update(["ru"] if _CYRILLIC.search(line.text) else [])
    found.update(["fa"] if _ARABIC.search(line.text) else [])
    return tuple(language for language in LANGUAGES if language in found)


def _opened_before(line: Line, turn: Turn, transcript: Transcript) -> bool:
    """Whether the line begins inside quotation marks that an earlier sentence of the paragraph opened."""
    before = transcript.text[max(turn.start, line.start - _LONGEST_QUOTE) : line.start]
    low = before.count("„")
    opened, closed = (low, before.count("“") + before.count("”")) if low else (before.count("“"), before.count("”"))
    return _straight_open(before) or opened > closed or before.count("«") > before.count("»")


def _straight_open(text: str) -> bool:
    """Whether a `"` is open at the end of `text`; after a digit it may be an inch, and can only close."""
    opened = False
    for sign in _STRAIGHT.finditer(text):
        opened = not opened and not sign[0][0].isdigit()
    return opened
