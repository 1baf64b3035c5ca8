"""WebVTT as Zoom (`Name: text`), Teams (`<v Name>`) and caption tools write it."""

from __future__ import annotations

import re

from synth.errors import SourceUnreadable
from synth.readers.cues import blocks_of, read_cues
from synth.readers.dates import day_in
from synth.readers.draft import Draft, Format, RawFile

_VOICE = re.compile(r"^<v[ .]", re.MULTILINE)
_NAMED = re.compile(r"-->.*\n[^\n:<]{1,60}: ")
_SAMPLE = 20_000


def _is_vtt(raw: RawFile) -> bool:
    text = raw.text or ""
    return text.startswith("WEBVTT") or (raw.extension == ".vtt" and "-->" in text)


def _recognise_teams(raw: RawFile) -> int:
    return 100 if _is_vtt(raw) and _VOICE.search(raw.text or "") else 0


def _recognise_zoom(raw: RawFile) -> int:
    if not _is_vtt(raw):
        return 0
    sample = (raw.text or "")[:_SAMPLE]
    return 95 if 2 * len(_NAMED.findall(sample)) > sample.count("-->") else 0


def _recognise_plain(raw: RawFile) -> int:
    return 90 if _is_vtt(raw) else 0


def _parse(raw: RawFile) -> Draft:
    cues = read_cues(raw)
    if not cues:
        raise SourceUnreadable(raw.path, "no cue with a time (00:00:01.000 --> 00:00:02.000) in this .vtt")
    return Draft("interview", tuple(blocks_of(cues)), date=day_in(raw.path.stem))


FORMATS = (
    Format("teams-vtt", "Microsoft Teams captions (.vtt)", "interview", (".vtt",), _recognise_teams, _parse),
    Format("zoom-vtt", "Zoom transcript (.vtt)", "interview", (".vtt",), _recognise_zoom, _parse),
    Format("vtt", "Captions without speakers, also YouTube (.vtt)", "interview", (".vtt",), _recognise_plain, _parse),
)
