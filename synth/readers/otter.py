"""Name and time on a line of their own, the speech below: Otter, Rev, Fathom, saved Zoom captions and their copies."""

from __future__ import annotations

from synth.readers.draft import Draft, Format, RawFile
from synth.readers.spoken_text import is_dialogue, parse_spoken, sample_dialogue


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    dialogue = sample_dialogue(raw, markdown=False)
    return 75 if is_dialogue(dialogue) and 2 * dialogue.headers > dialogue.labelled else 0


def _parse(raw: RawFile) -> Draft:
    return parse_spoken(raw, markdown=False)


def _recognise_unnamed(raw: RawFile) -> int:
    return (
        60
        if raw.text is not None and not (dialogue := sample_dialogue(raw, markdown=False)).names and dialogue.timed
        else 0
    )


FORMATS = (
    Format(
        "otter-txt",
        "Otter, Rev, Fathom text: a line with name and time, then speech",
        "interview",
        (".txt",),
        _recognise,
        _parse,
    ),
    Format(
        "timed-text",
        "Text with a time before each piece and no names",
        "interview",
        (".txt",),
        _recognise_unnamed,
        _parse,
    ),
)
