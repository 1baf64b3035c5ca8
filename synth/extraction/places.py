"""Where in the sources the words of a quote stand: exactly, in other writing, or with a gap that the quote marks.

A place is a verdict already: a quote cut out beside the "not" that governs it is altered, however exact the slice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from synth.extraction.agreement import is_negation
from synth.extraction.quotewords import Token, Wording, lean, letters, tokenize
from synth.model import Line, Transcript
from synth.text.escape import visible
from synth.text.words import words

Verdict = Literal["verbatim", "repaired", "altered", "stitched", "misattributed", "fabricated"]

ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3,})\s*")
_BORDER = re.compile(r"[^\w\s\u200c\"'“”«»*]")
_FEW_CUT = 12  # words that an ellipsis may stand for; more is another passage
_BEFORE, _BEHIND = 6, 3  # words beside a cut-out quote in which a "not" still governs it
_JOINTS = frozenset(words("and but so because then ve ama çünkü și dar fiindcă و ولی اما چون и а но потому i a ale bo"))
_IF = frozenset(words("if unless would eğer dacă اگر اگه если бы jeśli jeżeli gdyby jakby"))


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


def uncut(place: Place) -> Place:
    """Take back a verdict where the quote is cut out of a sentence beside the "not" that governs it."""
    tokens, language = place.stretch.tokens, place.stretch.language
    first = next(i for i, token in enumerate(tokens) if token.end > place.start)
    after = next((i for i, token in enumerate(tokens) if token.start >= place.end), len(tokens))
    before = _clause(tokens[:first][::-1], place.stretch.text, place.start)[:_BEFORE]
    behind = _clause(tokens[after:], place.stretch.text, place.end)[:_BEHIND]
    if any(is_negation(token.word, language) for token in tokens[first:after]):
        behind = []
    governing = [token for token in before if is_negation(token.word, language) or token.word in _IF]
    governing += [token for token in behind if is_negation(token.word, language)]
    for token in governing:
        written = place.stretch.text[token.start : token.end]
        return replace(place, verdict="altered", why=f"the {written!r} beside it was cut off")
    return place


def _clause(tokens: Sequence[Token], text: str, edge: int) -> list[Token]:
    """Return the words next to `edge`, going away from it, up to the next mark or the next clause."""
    found: list[Token] = []
    here = edge
    for token in tokens[: max(_BEFORE, _BEHIND)]:
        between = text[token.end : here] if token.end <= here else text[max(0, here - 1) : token.start]
        if _BORDER.search(between) or token.word in _JOINTS:
            break
        found.append(token)
        here = token.start if token.end <= here else token.end
    return found


def asked(quote: str, place: Place) -> Place:
    """Take back a verdict where a question became a statement, or a full stop ends what goes on."""
    follows = place.stretch.text[place.end :].lstrip(" \"'”»*_)]")[:1]
    mark = quote.rstrip(" \"'”»*_)]")[-1:]
    if mark not in (".", "!", "?", "؟") or quote.rstrip().endswith("..") or not follows:
        return place
    if (mark in "?؟") != (follows in "?؟"):
        return replace(place, verdict="altered", why="it is a question in one and a statement in the other")
    if follows.isalnum() and place.lines[-1].end - place.stretch.lines[0].start > place.end + 1:
        return replace(place, verdict="altered", why="the sentence goes on where the quote ends")
    return place


def with_gaps(pieces: Sequence[Wanted], stretch: Stretch) -> Place | None:
    """Find the pieces one after the other in a stretch, each the nearest to the one before."""
    found_at: list[tuple[int, int]] = []
    for piece in pieces:
        after = found_at[-1][1] if found_at else 0
        found = next((span for span in sorted(spans(piece, stretch)) if span[0] >= after), None)
        if found is None:
            return None
        found_at.append(found)
    gaps = [
        [token for token in stretch.tokens if one[1] <= token.start < other[0]] for one, other in pairwise(found_at)
    ]
    place = Place(stretch, found_at[0][0], found_at[-1][1], "repaired", "words were left out")
    if any(len(gap) > _FEW_CUT or stretch.holds_line(gap) for gap in gaps):
        return replace(place, verdict="stitched", why="a whole sentence was left out")
    if any(is_negation(token.word, stretch.language) for gap in gaps for token in gap):
        return replace(place, verdict="altered", why="a 'not' was left out")
    return uncut(place)
