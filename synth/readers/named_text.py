"""`Name: text`, the plainest transcript, with or without a header and with time stamps in any of their usual places."""

from __future__ import annotations

from synth.readers.draft import Draft, Format, RawFile
from synth.readers.spoken_text import is_dialogue, parse_spoken, sample_dialogue

EXTENSIONS = (".txt", ".text", ".md", ".markdown", "")


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    dialogue = sample_dialogue(raw, markdown=False)
    return 70 if is_dialogue(dialogue) and 2 * dialogue.headers <= dialogue.labelled else 0


def _parse(raw: RawFile) -> Draft:
    return parse_spoken(raw, markdown=raw.extension in {".md", ".markdown"})


FORMATS = (
    Format("named-text", "Name: text (.txt), with or without times", "interview", EXTENSIONS, _recognise, _parse),
)
