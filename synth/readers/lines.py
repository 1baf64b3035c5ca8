"""Turns to numbered lines: sentences, and pieces of sentences where a recogniser forgot the full stops.

Invariant: every character of a turn that is not blank is in exactly one line; a line is a slice without outer blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from synth.readers.characters import fold_name
from synth.readers.vocabulary import CONJUNCTIONS

MAX_WORDS = 60
MIN_WORDS = 20
_WINDOW = 20_000  # characters


class Span(NamedTuple):
    start: int
    end: int


_WORD = re.compile(r"\S+")
_SPEAKS = re.compile(r"[^\W_]")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[^\W\d_]{1,3}\.|(?:[^\W\d_]{1,2}\.){2,}|\d{1,3}\.)\s*$")
_HONORIFIC = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|hr|fr|dl|dna|dle|av|doç|sn|uzm|inż|mgr|hab|гр|им|ул|г)\.\s*$", re.IGNORECASE
)


def split_lines(text: str, language: str) -> list[Span]:
    """Return the lines of one turn's text, in order."""
    spans: list[Span] = []
    position = 0
    for sentence in _sentences(text, language or "en"):
        end = position + len(sentence)
        if spans and _goes_on(text, spans[-1], position):
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(position, end))
        position = end
    if position < len(text):
        spans.append(Span(position, len(text)))
    pieces = [piece for span in spans for piece in _cut_long(text, span)]
    return _with_words([stripped for piece in pieces if (stripped := _strip(text, piece))], text)


def _sentences(text: str, language: str) -> Iterator[str]:
    """Yield the sentences, which together are `text`; in windows: the segmenter is slow on long runs of a word."""
    from sentencex import segment

    position = 0
    while position < len(text):
        end = position + _WINDOW
        if end < len(text):
            end = text.rfind(" ", position + _WINDOW // 2, end) + 1 or end
        yield from segment(language, text[position:end])
        position = end


def _goes_on(text: str, before: Span, position: int) -> bool:
    """Whether the full stop before `position` belongs to an abbreviation or a number, not to a sentence."""
    tail = text[max(before.start, position - 12) : position]
    following = text[position : position + 1]
    if _HONORIFIC.search(tail):
        return True
    return (following.islower() or following.isdigit()) and _ABBREVIATED.search(tail) is not None


def _cut_long(text: str, span: Span) -> list[Span]:
    words = [Span(match.start(), match.end()) for match in _WORD.finditer(text, span.start, span.end)]
    pieces: list[Span] = []
    start, first = span.start, 0
    while len(words) - first > MAX_WORDS:
        cut = _best_cut(text, words[first : first + MAX_WORDS]) + first
        pieces.append(Span(start, words[cut].start))
        start, first = words[cut].start, cut
    pieces.append(Span(start, span.end))
    return pieces


def _best_cut(text: str, words: list[Span]) -> int:
    """Return the index of the word that opens the next piece: after the last comma, else at a conjunction."""
    for opens in (_after_mark, _is_conjunction):
        for index in range(len(words) - 1, MIN_WORDS, -1):
            if opens(text, words, index):
                return index
    return len(words) * 2 // 3


def _after_mark(text: str, words: list[Span], index: int) -> bool:
    return text[words[index - 1].end - 1] in ",;:،؛–—…"


def _is_conjunction(text: str, words: list[Span], index: int) -> bool:
    return fold_name(text[words[index].start : words[index].end]) in CONJUNCTIONS


def _strip(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _with_words(spans: list[Span], text: str) -> list[Span]:
    """Lines of punctuation alone (`...`) go to the line before them, or to the one after."""
    merged: list[Span] = []
    open_end = False  # the last line still has no word
    for span in spans:
        wordless = _SPEAKS.search(text, span.start, span.end) is None
        if merged and (wordless or open_end):
            merged[-1] = Span(merged[-1].start, span.end)
            open_end = open_end and wordless
        else:
            merged.append(span)
            open_end = wordless
    return merged
