"""Word documents: Teams transcripts (one paragraph a turn, or the older three), `Name: text` paragraphs, and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.characters import fold_name, tidy
from synth.readers.dates import day_in
from synth.readers.document import draft_of_document
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.noise import BOILERPLATE
from synth.readers.office import has_part, is_office, read_parts
from synth.readers.times import cue_times
from synth.readers.word_xml import Paragraph, paragraphs_of

_DOCUMENT = "word/document.xml"
_TRANSCRIPTION = re.compile(r"trans[ck]ri|транскри|расшифров|رونویس|رونوشت|deşifre|çevriyaz|döküm", re.IGNORECASE)


def _recognise(raw: RawFile) -> int:
    if has_part(raw, _DOCUMENT):
        return 100
    return 50 if is_office(raw, ".docx") or is_office(raw, ".doc") else 0


def _parse(raw: RawFile) -> Draft:
    document = read_parts(raw, _DOCUMENT)[_DOCUMENT]
    paragraphs, left_out = paragraphs_of(raw, document)
    if not paragraphs:
        raise SourceUnreadable(raw.path, "no paragraph of text in this document")
    if sum(cue_times(paragraph.text) is not None for paragraph in paragraphs[:60]) >= 2:
        return _three_paragraphs(raw, paragraphs, left_out)
    lines = [line for paragraph in paragraphs for line in _lines(paragraph)]
    draft = draft_of_document(raw.path, lines, left_out)
    return replace(draft, blocks=tuple(_without_end_mark(draft.blocks)))


def _lines(paragraph: Paragraph) -> Iterator[str]:
    """Yield the lines of a paragraph; a line end stands between paragraphs, `#` before a heading."""
    for line in tidy(paragraph.text).split("\n"):
        yield f"# {line}" if paragraph.heading and line.strip() else line
    yield ""


def _without_end_mark(blocks: Sequence[Block]) -> Iterator[Block]:
    """Teams glues `<Name> stopped transcription` to the last turn, in the language of whoever exported it."""
    names = [fold_name(block.speaker) for block in blocks if block.speaker]
    for index, block in enumerate(blocks):
        near_end = index >= len(blocks) - 2
        if near_end and not block.aside and _is_end_mark(block.text, names):
            yield replace(block, aside=BOILERPLATE, speaker="", apart=True)
        else:
            yield block


def _is_end_mark(text: str, names: Sequence[str]) -> bool:
    folded = fold_name(text)
    return (
        len(text.split()) <= 9 and bool(_TRANSCRIPTION.search(text)) and any(folded.startswith(name) for name in names)
    )


def _three_paragraphs(raw: RawFile, paragraphs: Sequence[Paragraph], left_out: tuple[LeftOut, ...]) -> Draft:
    """Read the older form: times, name, text, each in a paragraph of its own."""
    blocks: list[Block] = []
    rows = [line.strip() for paragraph in paragraphs for line in tidy(paragraph.text).split("\n") if line.strip()]
    starts = [index for index, row in enumerate(rows) if cue_times(row)]
    for index, following in zip(starts, [*starts[1:], len(rows)], strict=True):
        start_ms, end_ms = cue_times(rows[index]) or (None, None)
        body = rows[index + 1 : following]
        speaker, said = (body[0], body[1:]) if len(body) > 1 else ("", body)
        blocks += [Block(text, speaker, start_ms, end_ms) for text in said]
    head = tuple(Block(row, aside=BOILERPLATE, apart=True) for row in rows[: starts[0]])
    date = next((day for row in rows[: starts[0]] if (day := day_in(row))), day_in(raw.path.stem))
    return Draft("interview", (*head, *_without_end_mark(blocks)), date=date, left_out=left_out)


FORMATS = (
    Format("docx", "Word: Teams transcript, Name: text, or notes (.docx)", "interview", (".docx",), _recognise, _parse),
)
