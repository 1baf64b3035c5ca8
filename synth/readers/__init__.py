"""Reading transcripts and notes: `read` turns one file of any known format into a Transcript, or says why not.

A format is one module with the tests of its samples: it lists its `Format` values in `FORMATS`, and `_MODULES` lists
the module. Only SourceError leaves `read` for bad input.
"""

from __future__ import annotations

from pathlib import Path

from synth.errors import FormatUnknown, SourceUnreadable
from synth.model import Transcript
from synth.readers import (
    article,
    chat,
    gmeet,
    gong,
    mail,
    markdown_names,
    meeting_json,
    messages_json,
    named_text,
    notes,
    otter,
    pdf,
    recogniser_json,
    sbv,
    srt,
    table,
    vtt,
    webpage,
    word,
)
from synth.readers.build import build
from synth.readers.decode import open_file
from synth.readers.draft import Format, RawFile

__all__ = ["FORMATS", "formats_table", "read"]

_MODULES = (
    *(vtt, srt, sbv, word, pdf, webpage, chat, gong, messages_json, meeting_json, recogniser_json),
    *(mail, table, gmeet, markdown_names, otter, named_text, article, notes),
)
FORMATS: tuple[Format, ...] = tuple(one for module in _MODULES for one in module.FORMATS)


def read(path: Path, root: Path | None = None) -> Transcript:
    """Return the Transcript of `path`; every line's role is still unknown, and its path is relative to `root`."""
    raw = open_file(path)
    found = recognise(raw)
    draft = found.parse(raw)
    transcript = build(draft, _shown(path, root), found.name)
    if not any(turn.speech for turn in transcript.turns):
        only = "; ".join(sorted({left.why for left in transcript.left_out}))
        raise SourceUnreadable(
            path, f"nothing is said in this file (read as {found.title}{f'; it holds only: {only}' if only else ''})"
        )
    return transcript if not raw.left_out else _with_losses(transcript, raw)


def recognise(raw: RawFile) -> Format:
    """Return the format with the best score; the first listed wins a tie. Raises FormatUnknown."""
    known = {extension for one in FORMATS for extension in one.extensions}
    scores = [(one.recognise(raw), -index) for index, one in enumerate(FORMATS)] if raw.extension in known else [(0, 0)]
    best, index = max(scores)
    if best <= 0:
        raise FormatUnknown(raw.path, sorted({ending for one in FORMATS for ending in one.extensions} - {""}))
    return FORMATS[-index]


def formats_table() -> str:
    """Return a Markdown table of all formats, for the docs."""
    rows = [f"| `{one.name}` | {one.title} | {one.kind} | {_extensions(one)} |" for one in FORMATS]
    return "\n".join(["| Format | What | Kind | Files |", "| --- | --- | --- | --- |", *rows]) + "\n"


def _extensions(one: Format) -> str:
    return " ".join(f"`{extension}`" for extension in one.extensions if extension)


def _shown(path: Path, root: Path | None) -> str:
    if root is not None and path.resolve().is_relative_to(root.resolve()):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return path.name


def _with_losses(transcript: Transcript, raw: RawFile) -> Transcript:
    from dataclasses import replace

    return replace(transcript, left_out=(*raw.left_out, *transcript.left_out))
