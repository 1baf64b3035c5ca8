"""Cues of WebVTT and SubRip: timing lines with text below them, and the four ways in which they name who speaks.

A voice tag, a `Name:` on every cue, a `Name:` on the first cue of a turn, or no name at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from synth.errors import SourceUnreadable
from synth.readers.characters import fold_blanks, unescape
from synth.readers.draft import Block, RawFile
from synth.readers.labels import Label, accepted, key_of, match_label
from synth.readers.layouts import with_colons
from synth.readers.times import cue_times

MAX_CUES = 50_000
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?[ \t]+([^>\n]{1,200})>")
_TAG = re.compile(r"</?(?:v|c|i|b|u|lang|ruby|rt|font)(?:[.\s][^<>\n]{0,200})?>|<\d{1,3}:[\d:.,]+>", re.IGNORECASE)
_WORD_TIME = re.compile(r"<\d{1,3}:[\d:.]+><c")
_OVERRIDE = re.compile(r"\{\\[^{}\n]{1,60}\}")
_TEAMS_ID = re.compile(r"(?P<utterance>[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}/\d+)-\d+")
_ENDS = re.compile(r"[.!?…؟。][\"'»”)\]]*$")
_CLOSE_MS = 2_000


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: times, its lines with tags undone except for voices, and the utterance its id belongs to."""

    start_ms: int
    end_ms: int
    rows: tuple[str, ...]
    utterance: str = ""


def read_cues(raw: RawFile) -> list[Cue]:
    """Return the cues of a file; what is no cue (header, NOTE, STYLE, numbers) is passed over."""
    lines = (raw.text or "").split("\n")
    cues: list[Cue] = []
    for at, line in enumerate(lines):
        times = cue_times(line) if "->" in line else None
        if times is None:
            continue
        if len(cues) >= MAX_CUES:
            raise SourceUnreadable(raw.path, f"more than {MAX_CUES} cues", "Split the file into calls")
        identity = _TEAMS_ID.fullmatch(lines[at - 1].strip()) if at else None
        cues.append(Cue(*times, tuple(_rows(lines, at + 1)), identity["utterance"] if identity else ""))
    return cues


def _rows(lines: Sequence[str], at: int) -> Iterator[str]:
    """Yield the text lines of a cue: up to an empty line or to the next cue; a line of blanks is one of its text."""
    blank = False
    for index in range(at, len(lines)):
        row = lines[index].strip()
        if not lines[index] or ("->" in row and cue_times(row)):
            return
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if (blank or row.isdigit()) and "->" in following and cue_times(following):
            return  # the name of the next cue
        if row:
            yield row
        blank = not row


def blocks_of(cues: Sequence[Cue]) -> list[Block]:
    """Return one block per cue and voice, with the speaker each cue belongs to."""
    if _rolls_up(cues):
        cues = list(_collapse(cues))
    pieces = [piece for cue in cues for piece in _voices(cue)]
    if any(piece.voice for piece in pieces):
        return _by_voice(pieces)
    return _by_label(pieces)


@dataclass(frozen=True, slots=True)
class _Piece:
    cue: Cue
    voice: str
    text: str

    def block(self, speaker: str, text: str | None = None) -> Block:
        said = self.text if text is None else text
        return Block(said, speaker, self.cue.start_ms, self.cue.end_ms, utterance=self.cue.utterance)


def _voices(cue: Cue) -> Iterator[_Piece]:
    """Split a cue at its voice tags; text before the first one has no voice."""
    parts = _VOICE.split("\n".join(cue.rows))
    for voice, text in [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]:
        if text := _plain(text):
            yield _Piece(cue, fold_blanks(unescape(voice)), text)


def _plain(text: str) -> str:
    return fold_blanks(unescape(_OVERRIDE.sub("", _TAG.sub("", text))))


def _by_voice(pieces: Iterable[_Piece]) -> list[Block]:
    """A cue without a voice tag goes on with its utterance, or with a sentence that is not finished."""
    blocks: list[Block] = []
    last: _Piece | None = None
    for piece in pieces:
        speaker = piece.voice
        if not speaker and last is not None and _continues(last, piece):
            speaker = blocks[-1].speaker
        blocks.append(piece.block(speaker))
        last = piece
    return blocks


def _continues(last: _Piece, piece: _Piece) -> bool:
    if last.cue.utterance and last.cue.utterance == piece.cue.utterance:
        return True
    return piece.cue.start_ms - last.cue.end_ms <= _CLOSE_MS and not _ENDS.search(last.text)


def _by_label(pieces: Sequence[_Piece]) -> list[Block]:
    labels = _labels([piece.text for piece in pieces])
    if not any(labels) and (laid_out := with_colons([piece.text for piece in pieces])) is not None:
        labels = _labels(laid_out)
    each = _named_on_each_cue(labels)
    blocks: list[Block] = []
    last: _Piece | None = None
    for piece, label in zip(pieces, labels, strict=True):
        if label is not None:
            blocks.append(piece.block(label.name, label.rest))
        else:
            goes_on = last is not None and (not each or _continues(last, piece))
            blocks.append(piece.block(blocks[-1].speaker if goes_on else ""))
        last = piece
    return blocks


def _labels(texts: Sequence[str]) -> list[Label | None]:
    labels = [_label_of(text) for text in texts]
    names = accepted((label for label in labels if label is not None), (), lines=len(texts))
    return [label if label is not None and key_of(label.name) in names else None for label in labels]


def _label_of(text: str) -> Label | None:
    """A cue has its own times: only a name with a colon is a label, and a name with nothing after it is one too."""
    label = match_label(text)
    return label if label is not None and not label.header and label.start_ms is None else None


def _named_on_each_cue(labels: Sequence[Label | None]) -> bool:
    """Whether the file repeats the name on every cue, so that a cue without one is somebody unknown."""
    repeats = sum(one is not None and two is not None and one.name == two.name for one, two in pairwise(labels))
    named = sum(label is not None for label in labels)
    return repeats * 20 > named or named * 20 > len(labels) * 19


def _rolls_up(cues: Sequence[Cue]) -> bool:
    """Whether cues repeat the line before them, as captions that scroll do."""
    if any(_WORD_TIME.search(row) for cue in cues[:50] for row in cue.rows):
        return True
    repeated = sum(bool(one.rows) and len(two.rows) > 1 and one.rows[-1] == two.rows[0] for one, two in pairwise(cues))
    return repeated >= 3 and repeated * 3 > len(cues)


def _collapse(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Yield the cues without the lines they repeat from the cue before."""
    shown: list[str] = []
    for cue in cues:
        rows = [row for row in (_plain(row) for row in cue.rows) if row]
        overlap = next((k for k in range(min(len(shown), len(rows)), 0, -1) if shown[-k:] == rows[:k]), 0)
        fresh = rows[overlap:]
        if fresh and shown and fresh[0].startswith(shown[-1] + " "):
            fresh[0] = fresh[0][len(shown[-1]) + 1 :]
        if fresh:
            yield replace(cue, rows=tuple(_escape(row) for row in fresh))
        shown = rows or shown


def _escape(row: str) -> str:
    """Rows are undone once; keep what is left from being undone again."""
    return row.replace("&", "&amp;").replace("<", "&lt;")
