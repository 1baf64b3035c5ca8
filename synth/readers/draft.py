"""What a format hands over: blocks in the order of the file, undone of its wrapping but not yet joined into turns.

A format knows its own grammar and nothing else; `build` turns any Draft into a Transcript in one way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synth.model import Kind, LeftOut, Speaker


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as opened: its bytes, and its text when the bytes are text."""

    path: Path
    data: bytes
    text: str | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def extension(self) -> str:
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True)
class Block:
    """One cue, paragraph, bullet or row. `aside` says in words why it is not speech; "" for speech."""

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    aside: str = ""
    apart: bool = False  # a turn of its own, whoever speaks before it
    utterance: str = ""  # id of what the file says is one utterance, however long a silence it holds
    company: str = ""
    date: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as its format understood it. `speakers` are hints: whoever the file names outside of the speech."""

    kind: Kind
    blocks: tuple[Block, ...]
    speakers: tuple[Speaker, ...] = ()
    date: str = ""
    company: str = ""
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One format synth reads. `recognise` scores a file from 0 (not mine) to 100 (surely mine) by its content.

    `decodes`: it reads the bytes itself, by the encodings they name, so that no guess at one is to be told.
    """

    name: str
    title: str
    kind: Kind
    extensions: tuple[str, ...]
    recognise: Callable[[RawFile], int]
    parse: Callable[[RawFile], Draft]
    decodes: bool = False
