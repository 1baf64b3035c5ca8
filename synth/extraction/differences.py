"""How a quote differs from the place that is most like it, and whether it is put together from several places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from synth.extraction.likeness import aligned, likened
from synth.extraction.places import Place, Stretch
from synth.extraction.quotewords import Token, numbers_in
from synth.text.negation import is_negation
from synth.text.words import listed, stem, words

PIECE_WORDS = 3
_ALIKE = 0.8  # of the weight of a word that counts where the place has another form of it
_UNORDERED = 0.7  # of the weight that counts where the words stand in another order
_SMALL = 0.25  # weight of a word without content
_RETOUCHED = 0.3  # of the words of a quote that may differ from a place whatever they mean
_ENDINGS = frozenset(words("dan den tan ten nin nun yla yle lik luk"))  # Turkish, written apart from a number
_MARGIN = 4  # words on either side of the run that shares most with a quote


@dataclass(frozen=True, slots=True)
class Compared:
    """How much of a quote one place shares, and how they differ."""

    place: Place
    share: float
    difference: str


def weight(token: Token, language: str) -> float:
    """Return what a word counts: little if it says nothing by itself."""
    little = (
        token.word in listed("empty", language) or (len(token.key) < 3 and not token.number) or token.key in _ENDINGS
    )
    return _SMALL if little else 1.0


def compared(tokens: Sequence[Token], stretch: Stretch) -> Compared:
    """Align a quote with the run of a stretch that is most like it."""
    window = _window(tokens, stretch)
    there = stretch.tokens[window[0] : window[1]]
    pairs = _equal(likened(tokens, there), there)
    if not pairs:
        return Compared(Place(stretch, 0, 0, "altered"), 0.0, "")
    weights = [weight(token, stretch.language) for token in tokens]
    share = max(_in_order(tokens, there, weights, pairs), _UNORDERED * _shared(tokens, there, weights))
    first, last = pairs[0][1], pairs[-1][1] + 1
    place = Place(stretch, there[first].start, there[last - 1].end, "altered")
    return Compared(place, share, _difference(_differing(tokens, there[first:last]), stretch.language))


def _equal(keys: Sequence[str], there: Sequence[Token]) -> list[tuple[int, int]]:
    """Return which of `keys` stand for which words of `there`, in order."""
    from rapidfuzz.distance import Levenshtein

    return [
        (code.src_start + i, code.dest_start + i)
        for code in Levenshtein.opcodes(keys, aligned(there))
        if code.tag == "equal"
        for i in range(code.src_end - code.src_start)
    ]


def _differing(tokens: Sequence[Token], there: Sequence[Token]) -> list[tuple[Sequence[Token], Sequence[Token]]]:
    from rapidfuzz.distance import Levenshtein

    return [
        (tokens[code.src_start : code.src_end], there[code.dest_start : code.dest_end])
        for code in Levenshtein.opcodes([token.key for token in tokens], [token.key for token in there])
        if code.tag != "equal"
    ]


def _in_order(
    tokens: Sequence[Token], there: Sequence[Token], weights: Sequence[float], pairs: Sequence[tuple[int, int]]
) -> float:
    """Return the weight of the words that stand in the place in the same order, in the same or another form.

    Where hardly a word is changed, words count alike: a frame such as "it was …" is all that is left to know it by.
    """
    same = ((i, tokens[i].key == there[j].key) for i, j in pairs)
    share = sum(weights[i] * (1.0 if equal else _ALIKE) for i, equal in same) / sum(weights)
    differ = max(len(tokens), pairs[-1][1] - pairs[0][1] + 1) - len(pairs)
    retouched = differ <= _RETOUCHED * len(tokens) and len(tokens) > PIECE_WORDS
    return max(share, 1 - differ / len(tokens)) if retouched else share


def _shared(tokens: Sequence[Token], there: Sequence[Token], weights: Sequence[float]) -> float:
    """Return the weight of the words that occur in both, in any order; endings may differ in long words."""
    known = {stem(token.key) for token in there}
    return sum(w for token, w in zip(tokens, weights, strict=True) if stem(token.key) in known) / sum(weights)


def _window(tokens: Sequence[Token], stretch: Stretch) -> tuple[int, int]:
    """Return the run of a stretch's words, not much longer than the quote, that shares most with it."""
    size = len(tokens) + max(4, len(tokens) // 2)
    if len(stretch.tokens) <= size:
        return 0, len(stretch.tokens)
    wanted = {key: weight(token, stretch.language) for token in tokens for key in (stem(token.key), token.key)}
    worth = [wanted.get(token.key, wanted.get(stem(token.key), 0.0)) for token in stretch.tokens]
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


def of_one_line(pieces: Sequence[Piece]) -> bool:
    """Whether all pieces stand in the same line: their order was changed, or words between them were cut."""
    lines = {
        line.n if piece.stretch is pieces[0].stretch else -1
        for piece in pieces
        for run in [piece.stretch.tokens[piece.at : piece.at + piece.end - piece.start]]
        for line in piece.stretch.touched(run[0].start, run[-1].end)
    }
    return len(lines) == 1
