"""Google Meet transcripts saved as Markdown or text: attendees, boilerplate, few time stamps, names bold or plain.

Where "Notes by Gemini" stand above the transcript, only what follows the transcript's own heading is speech.
"""

from __future__ import annotations

import re
from dataclasses import replace

from synth.errors import SourceUnreadable
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.markup import strip_inline
from synth.readers.spoken_text import is_dialogue, parse_spoken, sample_dialogue
from synth.readers.vocabulary import TRANSCRIPT_HEADINGS

AI_NOTES = "notes written by the meeting tool"
_HEADING = "|".join(sorted(map(re.escape, TRANSCRIPT_HEADINGS)))
_MARKS = re.compile(
    r"transcript was computer[- ]generated|^[^\w\n]{0,20}(?:Meeting|Transcription) ended after [\d:]+"
    r"|^[^\n]{0,40}\bNotes by Gemini\b|^[^\w\n]{0,20}📖"
    rf"|^[^\w\n]{{0,20}}#* ?.{{3,160}} - (?:{_HEADING})[^\w\n]{{0,20}}$",
    re.MULTILINE | re.IGNORECASE,
)
_ATTENDEES = re.compile(
    r"^[^\w\n]{0,20}(?:Attendees|Invited|Katılımcılar|Davet edilenler|Participanți|Invitați|Uczestnicy|Zaproszeni"
    r"|Участники|Приглашены|شرکت.?کنندگان|دعوت.?شدگان|Teilnehmer|Participants|Asistentes)\b",
    re.MULTILINE,
)
_NOTES = re.compile(r"^[^\w\n]{0,20}(?:📝[^\n]{1,40}|(?:Notes by Gemini|Notes|Summary)[^\w\n]{0,20})$", re.MULTILINE)
_TRANSCRIPT = re.compile(
    rf"^[^\w\n]{{0,20}}(?:📖[^\n]{{1,40}}|(?:{_HEADING})[^\w\n]{{0,20}})$", re.MULTILINE | re.IGNORECASE
)


def _recognise(raw: RawFile) -> int:
    text = raw.text or ""
    if not _MARKS.search(text):
        return 0
    if _ATTENDEES.search(text[:5000]) and is_dialogue(sample_dialogue(raw, markdown=True)):
        return 95
    return 85 if re.search(r"computer[- ]generated|ended after|Gemini|📖", text) else 0


def _parse(raw: RawFile) -> Draft:
    text = raw.text or ""
    notes = _NOTES.search(text)
    heading = _TRANSCRIPT.search(text, notes.end()) if notes else None
    if notes is not None and heading is None:
        raise SourceUnreadable(
            raw.path, "only notes of the meeting tool, no transcript", "Export the transcript tab as well"
        )
    if notes is None or heading is None:
        return parse_spoken(raw, markdown=True)
    draft = parse_spoken(replace(raw, text=text[heading.start() :]), markdown=True)
    lines = [strip_inline(line).strip("# ") for line in text[: heading.start()].split("\n")]
    head = parse_spoken(replace(raw, text=text[: notes.start()]), markdown=True)
    above = tuple(Block(line, aside=AI_NOTES, apart=True) for line in lines if any(c.isalnum() for c in line))
    return replace(
        draft,
        blocks=(*above, *draft.blocks),
        speakers=(*head.speakers, *draft.speakers),
        date=head.date or draft.date,
        company=head.company or draft.company,
    )


FORMATS = (
    Format("google-meet", "Google Meet transcript (.md, .txt)", "interview", (".md", ".txt"), _recognise, _parse),
)
