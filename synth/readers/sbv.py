"""YouTube's own captions (`.sbv`): two times and a comma on a line, the text below it."""

from __future__ import annotations

import re
from dataclasses import replace

from synth.errors import SourceUnreadable
from synth.readers.cues import blocks_of, read_cues
from synth.readers.dates import day_in
from synth.readers.draft import Draft, Format, RawFile

_TIMES = re.compile(r"^(\d{1,2}:\d{2}:\d{2}\.\d{1,3}),(\d{1,2}:\d{2}:\d{2}\.\d{1,3})[ \t]*$", re.MULTILINE)


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    return 90 if _TIMES.search(raw.text[:2_000]) else 80 if raw.extension == ".sbv" else 0


def _parse(raw: RawFile) -> Draft:
    cues = read_cues(replace(raw, text=_TIMES.sub(r"\1 --> \2", raw.text or "")))
    if not cues:
        raise SourceUnreadable(raw.path, "no cue with a time (0:00:01.000,0:00:02.000) in this .sbv")
    return Draft("interview", tuple(blocks_of(cues)), date=day_in(raw.path.stem))


FORMATS = (Format("sbv", "YouTube captions (.sbv)", "interview", (".sbv",), _recognise, _parse),)
