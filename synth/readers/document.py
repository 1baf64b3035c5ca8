"""Paragraphs of a document, wherever they come from (Word, a web page, PDF): a talk, an article, or a note."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synth.model import LeftOut
from synth.readers.article import article_of_lines
from synth.readers.dialogue import read_dialogue
from synth.readers.draft import Draft
from synth.readers.header import Header
from synth.readers.notes import draft_of_note
from synth.readers.spoken_text import draft_of_lines, is_dialogue, listed_people


def draft_of_document(path: Path, lines: Sequence[str], left_out: tuple[LeftOut, ...] = ()) -> Draft:
    """Return the Draft of a document; a heading begins with `#`, an empty line stands between paragraphs."""
    if is_dialogue(read_dialogue(lines, known=listed_people(lines), markdown=False)):
        return draft_of_lines(path, lines, markdown=False, left_out=left_out)
    article = article_of_lines(path, lines, front=Header(), left_out=left_out)
    return article or draft_of_note(path, lines, front=Header(), left_out=left_out)
