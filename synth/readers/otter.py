"""Name and time on a line of their own, the speech below: Otter, Rev, Fathom, saved Zoom captions and their copies."""

from __future__ import annotations

import re

from synth.readers.draft import Draft, Format, RawFile
from synth.readers.spoken_text import is_dialogue, parse_spoken, sample_dialogue

_FATHOM_TURN = re.compile(r"^\s*(?:\[?@?\d{1,2}:\d{2}(?::\d{2})?(?:\]\([^)\n]*\))?) - \S", re.MULTILINE)


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


def _recognise_fathom(raw: RawFile) -> int:
    """Fathom says where the recording is; then even a single turn is a talk and no note."""
    text = (raw.text or "")[:5_000]
    return 85 if "fathom.video/" in text and _FATHOM_TURN.search(text) else 0


def _parse_fathom(raw: RawFile) -> Draft:
    return parse_spoken(raw, markdown="](https://fathom.video/" in (raw.text or ""))


FORMATS = (
    Format(
        "fathom-txt",
        "Fathom text or Markdown: time, name and company, then speech",
        "interview",
        (".txt", ".md", ".markdown"),
        _recognise_fathom,
        _parse_fathom,
    ),
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
