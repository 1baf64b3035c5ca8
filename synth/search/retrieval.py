"""What is worth a model's tokens, by search alone: a score for every line of a source, when not all is to be shown.

Two rankings are fused. One is meaning: the cosine of the line, with the vendor's question before it, to the nearest
example of any aspect in the codebook. The other is words: lines that hold a cue phrase of the codebook in the source's
language. Lines without either come last.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synth.model import Aspect, Line, Transcript
from synth.search.index import fuse
from synth.text.words import fold_words

Vectors = NDArray[np.float32]


def examples(codebook: Sequence[Aspect], aspect: str = "") -> list[str]:
    """Return the texts that stand for what is sought: of one aspect, or of all."""
    return [example.text for one in codebook if aspect in ("", one.name) for example in one.examples]


def line_scores(
    transcript: Transcript, vectors: Vectors, *, wanted: Vectors, codebook: Sequence[Aspect], aspect: str = ""
) -> dict[int, float]:
    """Return a score for each line that may be evidence; `vectors[i]` is of line i, `wanted` are of `examples`."""
    citable = [position for position, line in enumerate(transcript.lines) if line.citable]
    if not citable:
        return {}
    near = (vectors[citable] @ wanted.T).max(axis=1)
    by_meaning = [str(transcript.lines[p].n) for p, _ in sorted(zip(citable, near, strict=True), key=_best_first)]
    cued = {p: _cues(transcript.lines[p], transcript, codebook, aspect) for p in citable}
    by_words = [str(transcript.lines[p].n) for p, n in sorted(cued.items(), key=_best_first) if n]
    return {int(n): score for n, score in fuse([by_meaning, by_words]).items()}


def _best_first(item: tuple[int, float]) -> tuple[float, int]:
    return (-round(float(item[1]), 6), item[0])


def _cues(line: Line, transcript: Transcript, codebook: Sequence[Aspect], aspect: str) -> int:
    text = fold_words(line.text)
    language = line.language or transcript.source.language
    phrases = (p for one in codebook if aspect in ("", one.name) for p in one.cues.get(language, ()))
    return sum(fold_words(phrase) in text for phrase in phrases)
