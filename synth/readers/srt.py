"""SubRip subtitles; a `Name:` may stand on every cue or only on the first one of a turn."""

from __future__ import annotations

from synth.errors import SourceUnreadable
from synth.readers.cues import blocks_of, read_cues
from synth.readers.dates import day_in
from synth.readers.draft import Draft, Format, RawFile
from synth.readers.times import cue_times

_HEAD_LINES = 40


def _recognise(raw: RawFile) -> int:
    if raw.text is None or raw.text.startswith("WEBVTT"):
        return 0
    if any(cue_times(line) for line in raw.text.split("\n", _HEAD_LINES)[:_HEAD_LINES]):
        return 90
    return 80 if raw.extension == ".srt" else 0


def _parse(raw: RawFile) -> Draft:
    cues = read_cues(raw)
    if not cues:
        raise SourceUnreadable(raw.path, "no cue with a time (00:00:01,000 --> 00:00:02,000) in this .srt")
    return Draft("interview", tuple(blocks_of(cues)), date=day_in(raw.path.stem))


FORMATS = (Format("srt", "SubRip subtitles (.srt)", "interview", (".srt",), _recognise, _parse),)
