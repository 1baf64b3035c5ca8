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
    documents_json,
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
    rev_words,
    sbv,
    spoken_table,
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
    *(documents_json, rev_words),
    *(mail, spoken_table, table, gmeet, markdown_names, otter, named_text, article, notes),
)
_SURE, _BINARY = 85, 50
_MEDIA = frozenset({".mp3", ".mp4", ".m4a", ".wav", ".ogg", ".webm", ".mov", ".mkv", ".flac", ".aac", ".avi"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".heic", ".webp", ".tif", ".tiff", ".bmp"})
_NO_TEXT = (
    (_MEDIA, "a recording, not a transcript", "Add the transcript of the meeting tool, or transcribe it first"),
    (_PICTURES, "a picture, not text", "Run text recognition on it and add the text"),
    (frozenset({".zip", ".gz", ".7z", ".rar"}), "an archive", "Unpack it, then add its folder: synth add FOLDER"),
    (
        frozenset({".rtf", ".odt", ".pages"}),
        "a document in a form synth does not read",
        "Save it as .docx, .pdf or .txt",
    ),
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
    return transcript if not raw.left_out or found.decodes else _with_losses(transcript, raw)


def recognise(raw: RawFile) -> Format:
    """Return the format with the best score; the first listed wins a tie. Raises FormatUnknown.

    A file whose ending no format has must be surely one of them: `a: b` in a program is no talk.
    """
    known = {extension for one in FORMATS for extension in one.extensions}
    best, index = max((one.recognise(raw), -index) for index, one in enumerate(FORMATS))
    if best >= (1 if raw.extension in known else _SURE if raw.text is not None else _BINARY):
        return FORMATS[-index]
    for endings, what, remedy in _NO_TEXT:
        if raw.extension in endings:
            raise SourceUnreadable(raw.path, what, remedy)
    raise FormatUnknown(raw.path, sorted(known - {""}))


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
