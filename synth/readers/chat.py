"""The chat of a Zoom meeting: time, name and text apart by tabs, reactions and replies written as text."""

from __future__ import annotations

import re
from dataclasses import replace

from synth.readers.dates import day_in
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.noise import REACTION, is_boilerplate
from synth.readers.times import milliseconds

_ROW = re.compile(
    r"(?P<clock>\d{1,2}:\d{2}:\d{2})\t\s{0,3}(?:From\s+)?(?P<name>[^\t\n]{1,100}?)\s{0,3}:?\t(?P<text>.*)"
)
_OLD_ROW = re.compile(
    r"(?P<clock>\d{1,2}:\d{2}:\d{2})\s+From\s+(?P<name>.{1,100}?)\s+(?:to\s+.{1,60}?)?\s*:\s?(?P<text>.*)"
)
_TO = re.compile(r"\s+to\s+\S.{0,60}$")
_REACTION = re.compile(r"(?:Reacted to|Removed a .{1,20} reaction from) [\"“].*")
_REPLY = re.compile(r"Replying to [\"“].*")
_LINK = re.compile(r"(?:https?://\S+\s*)+")


def _row(line: str) -> re.Match[str] | None:
    return _ROW.fullmatch(line) or _OLD_ROW.fullmatch(line)


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    filled = [line for line in raw.text[:20_000].split("\n") if line.strip()]
    return 92 if filled and _row(filled[0]) is not None else 0


def _parse(raw: RawFile) -> Draft:
    """A line without a time goes on with the message before it; an answer stands below what it quotes."""
    blocks: list[Block] = []
    for line in (raw.text or "").split("\n"):
        row = _row(line)
        text = (row["text"] if row else line).strip()
        if row:
            name = _TO.sub("", row["name"]).strip()
            blocks.append(Block(text, name, milliseconds(row["clock"]), aside=_aside(text), apart=True))
        elif text and blocks and not blocks[-1].aside and not _aside(text):
            blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text} {text}")
        elif text and blocks:
            blocks.append(replace(blocks[-1], text=text, aside=_aside(text)))
    return Draft("interview", tuple(blocks), date=day_in(raw.path.stem))


def _aside(text: str) -> str:
    if _REACTION.match(text) or _REPLY.match(text):
        return REACTION
    return "a link, not speech" if _LINK.fullmatch(text) or is_boilerplate(text) else ""


FORMATS = (Format("zoom-chat", "Chat of a Zoom meeting (.txt)", "interview", (".txt",), _recognise, _parse),)
