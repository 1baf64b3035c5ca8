"""Where the pieces of a quote stand that marks what it leaves out, and whether what is left is still true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from synth.extraction.cuts import BORDER, is_if, uncut
from synth.extraction.places import Place, Stretch, Wanted, spans
from synth.extraction.quotewords import Token
from synth.text.negation import is_almost, is_even, is_negation
from synth.text.words import listed

ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3,})\s*")
# What stands between the sentences of a quote.
PARTS = re.compile(rf"{ELLIPSIS.pattern}|[.!?؟]+[\"”»]?\s+")
_STOPS = (".", "!", "?", "؟", "…")
_FEW_CUT = 12  # words that an ellipsis may stand for; more is another passage


def with_gaps(pieces: Sequence[Wanted], stretch: Stretch, *, marked: bool = True) -> Place | None:
    """Find the pieces one after the other in a stretch, as near to one another as they stand.

    An ellipsis may stand for a short sentence; where nothing is `marked`, no whole line may be missing.
    """
    choices = [sorted(spans(piece, stretch)) for piece in pieces]
    chains = [chain for first in choices[0] if (chain := _chain(first, choices[1:]))]
    if not chains:
        return None
    chain = min(chains, key=lambda found: found[-1][1] - found[0][0])
    gaps = [[token for token in stretch.tokens if one[1] <= token.start < other[0]] for one, other in pairwise(chain)]
    place = Place(stretch, chain[0][0], chain[-1][1], "repaired", "words were left out")
    if any(len(gap) > _FEW_CUT or (not marked and stretch.holds_line(gap)) for gap in gaps):
        return replace(
            place, verdict="stitched", why="too much was left out" if marked else "a whole sentence was left out"
        )
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
    if gap and _whole_sentences(gap, text):
        return ""
    before = [token for token in stretch.tokens if gap and token.end <= gap[0].start][-1:]
    denied = [token.word for token in gap if token.word not in listed("empty", language)]
    if denied and any(is_negation(token.word, language) for token in before):
        return denied[0]  # the "not" before it would deny what follows
    for i, token in enumerate(gap):
        if is_if(gap, i, language) and not (i and is_even(gap[i - 1].word)):
            return token.word
        if is_negation(token.word, language) and not _clause_within(token, gap, text):
            return token.word
    return gap[-1].word if gap and is_almost(gap[-1].word) else ""


def _whole_sentences(gap: Sequence[Token], text: str) -> bool:
    """Whether a gap begins and ends where sentences do."""
    before, behind = text[: gap[0].start].rstrip("\"'“”«»( "), text[gap[-1].end :].lstrip("\"'”»)")
    return before.endswith(_STOPS) and behind.startswith(_STOPS)


def _clause_within(token: Token, gap: Sequence[Token], text: str) -> bool:
    """Whether the gap holds the whole clause of a "not", from mark to mark: then what it denies went with it."""
    place = gap.index(token)
    edges = [(one.end, other.start) for one, other in pairwise(gap)]
    before = [text[a:b] for a, b in edges[:place]]
    behind = text[gap[-1].end :].lstrip("\"'”»)")[:1]
    opened = any(BORDER.search(between) for between in before)
    return opened and (bool(BORDER.match(behind)) or any(BORDER.search(text[a:b]) for a, b in edges[place:]))
