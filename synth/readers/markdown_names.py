"""Markdown with bold names (`**Name:** text`), as podcasts, Notion, Descript and Grain write it.

Paragraphs without a name belong to the speaker before; sections dressed as speakers (`**Break:**`) are nobody.
"""

from __future__ import annotations

import re

from synth.readers.draft import Draft, Format, RawFile
from synth.readers.spoken_text import is_dialogue, parse_spoken, sample_dialogue

_BOLD = re.compile(r"^[^*_\n]{0,60}(?:\*\*|__)[^*_\n]{1,70}(?:\*\*|__)", re.MULTILINE)


def _recognise(raw: RawFile) -> int:
    if raw.text is None or not _BOLD.search(raw.text):
        return 0
    dialogue = sample_dialogue(raw, markdown=True)
    plain = sample_dialogue(raw, markdown=False)
    return 80 if is_dialogue(dialogue) and dialogue.labelled >= plain.labelled else 0


def _parse(raw: RawFile) -> Draft:
    return parse_spoken(raw, markdown=True)


FORMATS = (
    Format(
        "markdown-names",
        "Markdown with bold names (.md)",
        "interview",
        (".md", ".markdown", ".txt"),
        _recognise,
        _parse,
    ),
)
