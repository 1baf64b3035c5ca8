"""Personal data out of a text before it leaves the machine, and back again by offset.

Every replacement is kept as a segment (masked span, source span), so a place in the masked text leads to the same place
in the source, whatever a model did to the token. A token carries a nonce that does not occur in the source. Masking is
best effort: names come from speaker labels and lists, not from guessing.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Literal, NamedTuple

from synth.model import Transcript
from synth.people.nameindex import NameIndex
from synth.people.ner import people_named
from synth.people.personal import Found, structured
from synth.settings import Settings
from synth.text.names import fold

Mode = Literal["off", "structured", "names", "ner"]
_ALPHABET = "abcdefghijkmnpqrstuvwxyz"


class Span(NamedTuple):
    """Half-open offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One replacement: `masked` in the text that was sent, `source` in the text it was made from."""

    masked: Span
    source: Span


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with tokens for personal data, and the way back."""

    text: str
    segments: tuple[Segment, ...] = ()

    def restore_span(self, start: int, end: int) -> Span:
        """Source offsets of a span of the masked text; a span that cuts a token is widened to all it stands for."""
        return Span(
            self._back(start, widen_to_end=False),
            max(self._back(end, widen_to_end=True), self._back(start, widen_to_end=False)),
        )

    def _back(self, offset: int, *, widen_to_end: bool) -> int:
        index = bisect_right(self.segments, offset, key=lambda segment: segment.masked.start) - 1
        if index < 0:
            return offset
        masked, source = self.segments[index].masked, self.segments[index].source
        if offset >= masked.end:
            return source.end + offset - masked.end
        if offset == masked.start:
            return source.start
        return source.end if widen_to_end else source.start


@dataclass(frozen=True)
class Mask:
    """Masks texts of one source with the same token for the same person or number everywhere."""

    mode: Mode
    nonce: str
    people: NameIndex
    known: dict[tuple[str, str], int]

    def apply(self, text: str) -> Masked:
        """Replace what the mode covers; `text` may be a part of the source or a prompt made from it."""
        numbers, parts, segments, done, length = dict(self.known), [], [], 0, 0
        for found in _covered(text, self.people, self.mode):
            token = f"[{found.kind.upper()}_{_number(found, text, self.people, numbers)}·{self.nonce}]"
            parts += [text[done : found.start], token]
            begin = length + found.start - done
            length = begin + len(token)
            segments.append(Segment(Span(begin, length), Span(found.start, found.end)))
            done = found.end
        return Masked("".join([*parts, text[done:]]), tuple(segments))


def build_mask(transcript: Transcript, settings: Settings, names: Iterable[str]) -> Mask:
    """The mask of one source: its speakers and authors, our own people, and `names` (participants, CRM contacts)."""
    mode = settings.privacy.mask
    recognised = people_named(transcript) if mode == "ner" else ()
    people = NameIndex.of([*_persons(transcript), *settings.vendor.people, *names, *recognised])
    known: dict[tuple[str, str], int] = {}
    for found in _covered(transcript.text, people, mode):
        _number(found, transcript.text, people, known)
    return Mask(mode, _nonce(transcript), people, known)


@dataclass(frozen=True)
class Names:
    """People whom documents do not name, and companies that they do, though one may be called after its founder."""

    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()

    def find(self, text: str) -> list[Span]:
        """Every mention of one of the people, but for words of a company's name."""
        found = _index(self.people).find(text) if self.people else []
        companies = [match.span() for match in _companies(self.companies).finditer(text)] if found else []
        return [
            Span(one.start, one.end)
            for one in found
            if not any(start <= one.start and one.end <= end for start, end in companies)
        ]

    def in_full(self, text: str) -> bool:
        """Whether a mention in `text` has two words, a first and a last name: then it is no other word by chance."""
        return any(len(text[start:end].split()) > 1 for start, end in self.find(text))


NOBODY = Names()


@lru_cache(maxsize=4)
def _companies(names: tuple[str, ...]) -> re.Pattern[str]:
    words = [re.findall(r"[^\W_]+", name) for name in sorted(set(names), key=len, reverse=True)]
    patterns = [r"[\W_]{1,3}".join(map(re.escape, one)) for one in words if len(one) > 1]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns) or '(?!)'})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=4)
def _index(names: tuple[str, ...]) -> NameIndex:
    """A document is checked line by line with the same names."""
    return NameIndex.of(names)


def _persons(transcript: Transcript) -> Iterator[str]:
    for speaker in transcript.speakers:
        yield speaker.name
    for turn in transcript.turns:
        yield from (name for name in (turn.speaker, turn.author) if name)


def _covered(text: str, people: NameIndex, mode: Mode) -> Iterator[Found]:
    """What the mode covers, left to right; where two overlap, the one that begins first, then the longer."""
    if mode == "off":
        return
    found = structured(text) + (people.find(text) if mode in ("names", "ner") else [])
    end = 0
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        if item.start >= end:
            yield item
            end = item.end


def _number(found: Found, text: str, people: NameIndex, numbers: dict[tuple[str, str], int]) -> int:
    """The number of a value within its kind, given once and kept; a person's comes from the list of names."""
    value = text[found.start : found.end]
    if found.kind == "person" and (number := people.number_of(value)):
        return number
    key = (found.kind, "".join(fold(value).split()))
    if key not in numbers:
        numbers[key] = 1 + sum(kind == found.kind for kind, _ in numbers)
    return numbers[key]


def _nonce(transcript: Transcript) -> str:
    """Two signs from the source's id; the next ones when the source's own text holds the token's ending."""
    for attempt in count():
        digest = hashlib.sha256(f"{transcript.source.id}:{attempt}".encode()).digest()
        nonce = _ALPHABET[digest[0] % len(_ALPHABET)] + str(digest[1] % 10) + "x" * (attempt // 200)
        if f"·{nonce}]" not in transcript.text:
            return nonce
    raise AssertionError("count() does not end")
