"""What the text formats of interviews share: from a file's text to a Draft, with its header and its boilerplate.

The formats differ in how they are recognised; this module is how all of them are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from synth.model import LeftOut
from synth.readers.dates import day_in
from synth.readers.dialogue import HEADING, Dialogue, read_dialogue
from synth.readers.draft import Block, Draft, RawFile
from synth.readers.header import (
    Header,
    company_in_title,
    is_note_header,
    merge_headers,
    read_header,
    split_front_matter,
)
from synth.readers.labels import key_of
from synth.readers.markup import strip_inline
from synth.readers.noise import BOILERPLATE, is_boilerplate

DETAILS = "a detail of the meeting, not speech"
_HEAD_LINES = 60
_SAMPLE_LINES = 400
_SAMPLE = 100_000  # characters


@lru_cache(maxsize=4)  # several formats ask the same of one file
def sample_dialogue(raw: RawFile, *, markdown: bool) -> Dialogue:
    """Read the beginning of a file as a dialogue, to judge whether it is one; what calls itself a note is none."""
    front, text = split_front_matter(raw.path, raw.text or "")
    lines = text[:_SAMPLE].split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    dialogue = read_dialogue(lines, known=listed_people(lines), markdown=markdown)
    return Dialogue(tuple(lines), ()) if front.kind.startswith("note") else dialogue


def is_dialogue(dialogue: Dialogue) -> bool:
    """Whether labels carry the text: people speak again and again, or nearly every line opens a turn.

    A note also holds lines such as `Budget: open`; where the header names an owner of the note, more is asked for.
    """
    turns, most = dialogue.labelled, max(dialogue.names.values(), default=0)
    share = turns / max(1, dialogue.lines)
    if is_note_header(dialogue.head):
        return turns >= 6 and turns >= 2 * len(dialogue.names) and share >= 0.3
    if most < 2:
        return turns >= 2 and share >= 0.6
    return share >= 0.3 or (turns >= 4 and turns >= 2 * len(dialogue.names) and share >= 0.05)


def listed_people(lines: Sequence[str]) -> frozenset[str]:
    """Return the folded names of the attendee lists at the top of a file."""
    return read_header(lines[:_HEAD_LINES]).listed


def parse_spoken(raw: RawFile, *, markdown: bool) -> Draft:
    front, text = split_front_matter(raw.path, raw.text or "")
    return draft_of_lines(raw.path, text.split("\n"), markdown=markdown, front=front)


def draft_of_lines(
    path: Path, lines: Sequence[str], *, markdown: bool, front: Header | None = None, left_out: tuple[LeftOut, ...] = ()
) -> Draft:
    """Return the Draft of an interview whose lines are given."""
    dialogue = read_dialogue(lines, known=listed_people(lines), markdown=markdown)
    known = frozenset(key_of(name) for name in dialogue.names)
    header = merge_headers(front or Header(), read_header(dialogue.head, known))
    return Draft(
        "interview",
        (*(block for line in dialogue.head for block in aside_of_header(line)), *dialogue.blocks),
        speakers=header.people,
        date=header.date or day_in(path.stem),
        company=header.company or company_in_title(header.title),
        left_out=left_out,
    )


def aside_of_header(line: str) -> list[Block]:
    """Keep a line of the header as text that nobody said."""
    text = strip_inline(line).strip().lstrip("#-*+•").strip()
    if not any(character.isalnum() for character in text):
        return []
    why = HEADING if line.lstrip().startswith("#") else DETAILS
    return [Block(text, aside=BOILERPLATE if is_boilerplate(text) else why, apart=True)]
