"""Where in the sources the words of a quote stand: exactly, or in other writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from synth.extraction.quotewords import Token, Wording, lean, letters, tokenize
from synth.model import Line, Transcript
from synth.text.escape import visible

Verdict = Literal["verbatim", "repaired", "altered", "stitched", "misattributed", "fabricated"]


@dataclass(frozen=True)
class Stretch:
    """What one person said without a break: neighbouring lines of a turn."""

    transcript: Transcript
    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return visible(self.transcript.text[self.lines[0].start : self.lines[-1].end])

    @property
    def language(self) -> str:
        return self.lines[0].language or self.transcript.source.language

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokenize(self.text)

    @cached_property
    def wordings(self) -> tuple[Wording, Wording]:
        """The words as they are, and without fillers."""
        return Wording(self.tokens), Wording(lean(self.tokens, self.language))

    def touched(self, start: int, end: int) -> tuple[Line, ...]:
        """Return the lines that `text[start:end]` covers a part of."""
        offset = self.lines[0].start
        return tuple(line for line in self.lines if line.start - offset < end and line.end - offset > start)

    def holds_line(self, run: Sequence[Token]) -> bool:
        """Whether neighbouring words of this stretch are a whole line or more."""
        offset, there = self.lines[0].start, {(token.start, token.end) for token in run}
        for line in self.touched(run[0].start, run[-1].end) if run else ():
            own = [t for t in self.tokens if line.start - offset <= t.start < line.end - offset]
            if own and all((token.start, token.end) in there for token in own):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """`stretch.text[start:end]`, and whether it is the quote or only has its words."""

    stretch: Stretch
    start: int
    end: int
    verdict: Verdict
    why: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.stretch.touched(self.start, self.end)


def whole_words(quote: str, text: str) -> Iterator[int]:
    """Yield where a quote stands in a text, not cutting a word."""
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        inside = (start > 0 and _joins(text[start - 1], quote[0])) or (end < len(text) and _joins(quote[-1], text[end]))
        if not inside:
            yield start
        start = text.find(quote, start + 1)


def _joins(one: str, other: str) -> bool:
    return one.isalnum() and other.isalnum()


class Wanted:
    """The letters of words that are looked up, and without what counts as a filler in a language."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._lean = tokens, dict[str, str]()
        self.letters = letters(tokens)

    def lean(self, language: str) -> str:
        if language not in self._lean:
            self._lean[language] = letters(lean(self._tokens, language))
        return self._lean[language]


def spans(wanted: Wanted, stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Yield where the words stand in a stretch, fillers and stutters aside, however they are spaced and spelled."""
    whole, thin = stretch.wordings
    for sought, there in ((wanted.letters, whole), (wanted.lean(stretch.language), thin)):
        found = list(there.runs(sought)) if sought else []
        if found:
            yield from ((there.tokens[i].start, there.tokens[j - 1].end) for i, j in found)
            return
