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

from synth.extraction.quotewords import Token, Wording, lean, letters, tokenize
from synth.model import Line, Transcript
from synth.text.escape import visible
from synth.text.negation import is_almost, is_condition, is_even, is_knowing, is_negation, is_that
from synth.text.words import listed, words

Verdict = Literal["verbatim", "repaired", "altered", "stitched", "misattributed", "fabricated"]

ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3,})\s*")
# What stands between the sentences of a quote.
PARTS = re.compile(rf"{ELLIPSIS.pattern}|[.!?؟]+[\"”»]?\s+")
# A mark that ends a clause; a hyphen within a word is none.
_BORDER = re.compile(r"[^\w\s\u200c\"'“”«»*-]|\s-|-\s")
_FEW_CUT = 12  # words that an ellipsis may stand for; more is another passage
_BEFORE, _BEHIND = 6, 3  # words beside a cut-out quote in which a "not" still governs it
_AND = frozenset(
    words("""and but so because then ve ama fakat ancak çünkü și dar iar însă fiindcă و ولی اما چون پس и а но
        потому i a ale bo więc""")
)
_JOINTS = _AND | frozenset(
    words("""when while after before since although though who which where until once whereas când după deși unde care
        وقتی بعد قبل تا когда после пока хотя где зато kiedy gdy gdzie chociaż choć zanim aż zato""")
)
_WOULD = frozenset(words("would бы"))
_THE = frozenset(words("the this that these those my our your his her their"))
_SENTENCE_END = re.compile(r"[.!?؟…]\s")
_KNOWING = re.compile(r"know\w*|ask\w*|wonder\w*|see|sure|check\w*|tell|stiu|stie|stim|intreb\w*|vad|sigur\w*")
_SUBJECT = 2  # words of a quote that names a thing and says nothing of it
_VERB_LAST = frozenset({"tr", "fa"})


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
    """Take back a verdict where the quote is cut out of a sentence beside the "not" or the "if" that governs it."""
    tokens = place.stretch.tokens
    first = next(i for i, token in enumerate(tokens) if token.end > place.start)
    after = next((i for i, token in enumerate(tokens) if token.start >= place.end), len(tokens))
    governing = [*_governing_before(place, first, after), *_governing_behind(place, first, after)]
    for token in governing:
        written = place.stretch.text[token.start : token.end]
        return replace(place, verdict="altered", why=f"the {written!r} beside it was cut off")
    return place


def _governing_before(place: Place, first: int, after: int) -> list[Token]:
    """Return what denies a quote from before, or makes it hold only in a case; "the report" says nothing to deny."""
    language, tokens = place.stretch.language, place.stretch.tokens
    before = _clause(tokens[:first][::-1], place.stretch.text, place.start)[:_BEFORE]
    if any(is_that(token.word) for token in tokens[first : first + 1]) and not before:
        before = _clause(tokens[:first][::-1], place.stretch.text, tokens[first - 1].end if first else 0)[:_BEFORE]
    if any(is_knowing(token.word) for token in before):
        before = []
    if first and first + _SUBJECT >= after and tokens[first - 1].word in _THE:
        return []
    near = [token for token in before[:2] if not is_that(token.word)][:1]
    found = [token for token in before if _turns(token, language) or token.word in _WOULD]
    return found + [token for token in near if is_almost(token.word)] + _condition_before(place, first)


def _governing_behind(place: Place, first: int, after: int) -> list[Token]:
    """Return what denies a quote from behind, or makes it hold only in a case."""
    language, tokens, text = place.stretch.language, place.stretch.tokens, place.stretch.text
    quoted = tokens[first:after]
    behind = _clause(tokens[after:], text, place.end)[:_BEHIND]
    names_only = len(quoted) <= _SUBJECT and language not in _VERB_LAST
    if names_only or any(is_negation(token.word, language) for token in quoted):
        behind = []
    found = [token for token in behind if is_negation(token.word, language)]
    follows = [token for token in tokens[after : after + 1] if _is_if(tokens, after) and not names_only]
    if any(_BORDER.search(text[place.end : token.start]) for token in follows) and not _comma_before_if(language):
        return found
    whether = any(_KNOWING.fullmatch(token.word) for token in quoted[-1:])
    ends_line = any(line.end - place.stretch.lines[0].start <= place.end + 1 for line in place.lines[-1:])
    return found if whether or ends_line else found + follows


def _is_if(tokens: Sequence[Token], i: int, language: str = "") -> bool:
    following = tokens[i + 1].word if i + 1 < len(tokens) else ""
    return is_condition(tokens[i].word, language, following)


def _comma_before_if(language: str) -> bool:
    """Whether a comma stands before every "if" by rule, so that it tells nothing."""
    return language in ("ru", "pl", "fa", "tr")


def _turns(token: Token, language: str) -> bool:
    return is_negation(token.word, language) or is_condition(token.word, language)


def _condition_before(place: Place, first: int) -> list[Token]:
    """Return the "if" of the clause that ends with a comma right before the quote, in the same line and sentence."""
    text, language = place.stretch.text, place.stretch.language
    line = place.lines[0].start - place.stretch.lines[0].start
    ends = [line, *(line + found.end() for found in _SENTENCE_END.finditer(text[line : place.start]))]
    sentence = [token for token in place.stretch.tokens[:first] if token.start >= ends[-1]]
    if not sentence or not text[sentence[-1].end : place.start].strip().startswith((",", "،")):
        return []
    clause = _clause(sentence[::-1], text, sentence[-1].end)[::-1]
    if language == "tr":
        return [token for token in clause[-1:] if is_condition(token.word, language)]
    even = any(is_even(token.word) for token in clause[:2])
    return [] if even else [token for i, token in enumerate(clause[:2]) if _is_if(clause, i, language)]


def _clause(tokens: Sequence[Token], text: str, edge: int) -> list[Token]:
    """Return the words next to `edge`, going away from it, up to the next mark or the next clause."""
    found: list[Token] = []
    here = edge
    for token in tokens:
        between = text[token.end : here] if token.end <= here else text[max(0, here - 1) : token.start]
        reaches = token.end <= here and found and is_that(found[-1].word) and between.strip() in (",", "،")
        if (_BORDER.search(between) and not reaches) or token.word in _JOINTS:
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
    goes_on = next((token.word for token in place.stretch.tokens if token.start >= place.end), "") not in _AND
    if goes_on and follows.isalnum() and place.lines[-1].end - place.stretch.lines[0].start > place.end + 1:
        return replace(place, verdict="altered", why="the sentence goes on where the quote ends")
    return place


def with_gaps(pieces: Sequence[Wanted], stretch: Stretch) -> Place | None:
    """Find the pieces one after the other in a stretch, as near to one another as they stand."""
    choices = [sorted(spans(piece, stretch)) for piece in pieces]
    chains = [chain for first in choices[0] if (chain := _chain(first, choices[1:]))]
    if not chains:
        return None
    chain = min(chains, key=lambda found: found[-1][1] - found[0][0])
    gaps = [[token for token in stretch.tokens if one[1] <= token.start < other[0]] for one, other in pairwise(chain)]
    place = Place(stretch, chain[0][0], chain[-1][1], "repaired", "words were left out")
    if any(len(gap) > _FEW_CUT or stretch.holds_line(gap) for gap in gaps):
        return replace(place, verdict="stitched", why="a whole sentence was left out")
    for gap in gaps:
        if turned := _left_out(gap, stretch):
            return replace(place, verdict="altered", why=f"{turned!r} was left out")
    return uncut(place)


def _chain(first: tuple[int, int], choices: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return the spans that follow `first`, each the nearest to the one before; empty when one is missing."""
    found = [first]
    for spans_ in choices:
        following = next((span for span in spans_ if span[0] >= found[-1][1]), None)
        if following is None:
            return []
        found.append(following)
    return found


def _left_out(gap: Sequence[Token], stretch: Stretch) -> str:
    """Return the word left out that turns what is left: a condition, a "not" outside a whole clause, an "almost"."""
    language, text = stretch.language, stretch.text
    before = [token for token in stretch.tokens if gap and token.end <= gap[0].start][-1:]
    denied = [token.word for token in gap if token.word not in listed("empty", language)]
    if denied and any(is_negation(token.word, language) for token in before):
        return denied[0]  # the "not" before it would deny what follows
    for i, token in enumerate(gap):
        if _is_if(gap, i, language) and not (i and is_even(gap[i - 1].word)):
            return token.word
        if is_negation(token.word, language) and not _clause_within(token, gap, text):
            return token.word
    return gap[-1].word if gap and is_almost(gap[-1].word) else ""


def _clause_within(token: Token, gap: Sequence[Token], text: str) -> bool:
    """Whether the gap holds the whole clause of a "not", from mark to mark: then what it denies went with it."""
    place = gap.index(token)
    edges = [(one.end, other.start) for one, other in pairwise(gap)]
    before = [text[a:b] for a, b in edges[:place]]
    behind = text[gap[-1].end :].lstrip("\"'”»)")[:1]
    opened = any(_BORDER.search(between) for between in before)
    return opened and (bool(_BORDER.match(behind)) or any(_BORDER.search(text[a:b]) for a, b in edges[place:]))
