"""The words of a line and of the question before it, as hashed n-grams: what the local engine reads without vectors.

An embedder blurs wording and may not know a language at all; n-grams do neither, but know only what training showed
them. The hash is CRC-32, so a word has one place on every machine. The n-grams belong to the trained head: a change
here needs `training/train.py` to run again.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth.extraction.linecues import words_of

BUCKETS = 1 << 14
QUESTION = 0.5  # weight of the question's words beside the line's
_LINE_PIECES, _QUESTION_PIECES = (3, 4, 5), (4,)  # lengths of the pieces of words, in characters
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class WordNet:
    """A linear model over n-grams; `weights` is (BUCKETS, outputs)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, line: str, question: str) -> NDArray[np.float32]:
        """Return one value an output for one line."""
        found = self.bias.copy()
        for places, weight in bags(line, question):
            if len(places):
                found += self.weights[places].sum(axis=0) * np.float32(weight)
        return found


def bags(line: str, question: str) -> tuple[tuple[Places, float], tuple[Places, float]]:
    """Return the places of the n-grams of a line and of its question, each with the value all its places have."""
    said, asked = _line_places(line), _question_places(question)
    return (said, _unit(said)), (asked, QUESTION * _unit(asked))


def _unit(places: Places) -> float:
    return 1 / float(np.sqrt(max(1, len(places))))


def _line_places(text: str) -> Places:
    words = words_of(text)
    pairs = zip(["^", *words], [*words, "$"], strict=True)
    return _places({*words, *(f"{one} {other}" for one, other in pairs), *_pieces(words, _LINE_PIECES)})


@lru_cache(maxsize=256)
def _question_places(text: str) -> Places:
    words = words_of(text)
    return _places({"?" + gram for gram in (*words, *_pieces(words, _QUESTION_PIECES))})


def _pieces(words: list[str], sizes: tuple[int, ...]) -> set[str]:
    framed = {f"<{word}>" for word in words}
    return {"#" + word[i : i + size] for word in framed for size in sizes for i in range(len(word) - size + 1)}


def _places(grams: set[str]) -> Places:
    return np.array(sorted({zlib.crc32(gram.encode("utf-8")) % BUCKETS for gram in grams}), dtype=np.intp)
