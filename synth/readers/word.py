"""Word documents: Teams transcripts (one paragraph a turn, or the older three), `Name: text`, tables, notes."""

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
from synth.readers.rows import Row
from synth.readers.spoken_rows import talk_in
from synth.readers.spoken_table import draft_of_talk
from synth.readers.times import cue_times
from synth.readers.word_xml import Paragraph, Table, parts_of

_DOCUMENT = "word/document.xml"
_EXAMPLE, _OPENING = 50, 60  # characters
_TRANSCRIPTION = re.compile(r"trans[ck]r[iy]|транскри|расшифров|رونویس|رونوشت|deşifre|çevriyaz|döküm", re.IGNORECASE)


def _recognise(raw: RawFile) -> int:
    if has_part(raw, _DOCUMENT):
        return 100
    return 50 if is_office(raw, ".docx") or is_office(raw, ".doc") else 0


def _parse(raw: RawFile) -> Draft:
    document = read_parts(raw, _DOCUMENT)[_DOCUMENT]
    parts, left_out = parts_of(raw, document)
    plain = sum(len(part.text) for part in parts if isinstance(part, Paragraph))
    parts = [one for part in parts for one in _laid_out(part, plain)]
    paragraphs = [part for part in parts if isinstance(part, Paragraph)]
    lines = [line for paragraph in paragraphs for line in _lines(paragraph)]
    rows = [tuple(map(tidy, row)) for part in parts if isinstance(part, Table) for row in part.rows]
    if talk := talk_in(rows):
        return draft_of_talk(raw.path, talk, lines, left_out)
    left_out = (*left_out, *_untold(rows))
    if not paragraphs:
        raise SourceUnreadable(raw.path, "no paragraph of text in this document")
    if sum(cue_times(paragraph.text) is not None for paragraph in paragraphs[:60]) >= 2:
        return _three_paragraphs(raw, paragraphs, left_out)
    draft = draft_of_document(raw.path, lines, left_out)
    return replace(draft, blocks=tuple(_without_end_mark(draft.blocks)))


def _laid_out(part: Paragraph | Table, plain: int) -> Iterator[Paragraph | Table]:
    """A table of one column that holds more than the `plain` characters outside of tables only frames the text."""
    if isinstance(part, Table) and all(len(row) <= 1 for row in part.rows):
        texts = [text for row in part.rows for cell in row for text in cell.split("\n") if text.strip()]
        if sum(map(len, texts)) > plain:
            yield from map(Paragraph, texts)
            return
    yield part


def _untold(rows: Sequence[Row]) -> Iterator[LeftOut]:
    text = " ".join(" ".join(cell for row in rows for cell in row).split())
    if text:
        shown = text if len(text) <= _EXAMPLE else text[:_EXAMPLE].rstrip() + "…"
        yield LeftOut(f"{shown!r} ({len(text.split())} words)", "a table that is not speech by its columns")


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
        len(text.split()) <= 9
        and bool(_TRANSCRIPTION.search(text))
        and any(name in folded[:_OPENING] for name in names)
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
