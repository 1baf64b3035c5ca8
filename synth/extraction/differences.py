"""How a quote differs from the place that is most like it, and whether it is put together from several places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from synth.extraction.agreement import is_negation
from synth.extraction.places import Place, Stretch
from synth.extraction.quotewords import Token, numbers_in
from synth.text.words import listed, stem

PIECE_WORDS = 3
_UNORDERED = 0.7  # of the weight that counts where the words stand in another order
_SMALL = 0.25  # weight of a word without content
_MARGIN = 4  # words on either side of the run that shares most with a quote


@dataclass(frozen=True, slots=True)
class Compared:
    """How much of a quote one place shares, and how they differ."""

    place: Place
    share: float
    difference: str


def weight(token: Token, language: str) -> float:
    """Return what a word counts: little if it says nothing by itself."""
    return _SMALL if token.word in listed("empty", language) else 1.0


def compared(tokens: Sequence[Token], stretch: Stretch) -> Compared:
    """Align a quote with the run of a stretch that is most like it."""
    from rapidfuzz.distance import Levenshtein

    window = _window(tokens, stretch)
    there = stretch.tokens[window[0] : window[1]]
    codes = Levenshtein.opcodes([token.key for token in tokens], [token.key for token in there])
    same = [code for code in codes if code.tag == "equal"]
    if not same:
        return Compared(Place(stretch, 0, 0, "altered"), 0.0, "")
    first, last = same[0].dest_start, same[-1].dest_end
    weights = [weight(token, stretch.language) for token in tokens]
    share = sum(sum(weights[code.src_start : code.src_end]) for code in same) / sum(weights)
    share = max(share, _UNORDERED * _shared(tokens, there, weights))
    place = Place(stretch, there[first].start, there[last - 1].end, "altered")
    differing = [
        (tokens[code.src_start : code.src_end], there[max(first, code.dest_start) : min(code.dest_end, last)])
        for code in codes
        if code.tag != "equal"
    ]
    return Compared(place, share, _difference(differing, stretch.language))


def _shared(tokens: Sequence[Token], there: Sequence[Token], weights: Sequence[float]) -> float:
    """Return the weight of the words that occur in both, in any order; endings may differ in long words."""
    known = {stem(token.key) for token in there}
    return sum(w for token, w in zip(tokens, weights, strict=True) if stem(token.key) in known) / sum(weights)


def _window(tokens: Sequence[Token], stretch: Stretch) -> tuple[int, int]:
    """Return the run of a stretch's words, not much longer than the quote, that shares most with it."""
    size = len(tokens) + max(4, len(tokens) // 2)
    if len(stretch.tokens) <= size:
        return 0, len(stretch.tokens)
    wanted = {token.key: weight(token, stretch.language) for token in tokens}
    worth = [wanted.get(token.key, 0.0) for token in stretch.tokens]
    total = best = sum(worth[:size])
    start = 0
    for i in range(1, len(worth) - size + 1):
        total += worth[i + size - 1] - worth[i - 1]
        if total > best + 1e-9:
            best, start = total, i
    return max(0, start - _MARGIN), start + size + _MARGIN


def _difference(pairs: Sequence[tuple[Sequence[Token], Sequence[Token]]], language: str) -> str:
    """Say the gravest difference in words: a 'not', a number, then any word."""
    ours = [token for mine, _ in pairs for token in mine]
    theirs = [token for _, given in pairs for token in given]
    for said, name in ((ours, "was added"), (theirs, "was cut")):
        if no := next((token.word for token in said if is_negation(token.word, language)), ""):
            return f"{no!r} {name}"
    if numbers_in(ours) != numbers_in(theirs):
        return f"the source has {_listed(numbers_in(theirs))}, the quote {_listed(numbers_in(ours))}"
    written, said_ = " ".join(token.word for token in ours), " ".join(token.word for token in theirs)
    if written and said_:
        return f"the source has {_brief(said_)!r}, the quote {_brief(written)!r}"
    return f"{_brief(written)!r} was added" if written else f"{_brief(said_)!r} was cut"


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(numbers) or "no number"


def _brief(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words start..end of a quote, found as they are at word `at` of a stretch."""

    start: int
    end: int
    stretch: Stretch
    at: int


def alike_from(keys: Sequence[str], there: Sequence[Token]) -> int:
    """Return with how many equal words both begin."""
    return next(
        (i for i, (key, token) in enumerate(zip(keys, there, strict=False)) if key != token.key),
        min(len(keys), len(there)),
    )


def apart(pieces: Sequence[Piece]) -> bool:
    """Whether pieces do not follow one another as they were said."""
    return any(one.stretch is not other.stretch or one.at >= other.at for one, other in pairwise(pieces)) or skips(
        pieces
    )


def skips(pieces: Sequence[Piece]) -> bool:
    """Whether a whole line lies between two pieces of one stretch."""
    return any(
        one.stretch is other.stretch
        and one.at < other.at
        and one.stretch.holds_line(one.stretch.tokens[one.at + one.end - one.start : other.at])
        for one, other in pairwise(pieces)
    )
