"""The search index: Chroma as a rebuildable cache, FTS5 beside it, the ledger's vectors as the judge.

Chroma's directory can break when its process is killed, and two writers lose rows silently. So it is never the record:
one OS lock guards it, it is built aside and swapped in under a name that is a hash of what it holds, it only proposes
candidates, and exact cosine on the ledger's vectors decides the order, ties by place. Whatever is wrong with it, it is
built anew without one embedding call.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from synth.errors import SynthError, WorkspaceBusy
from synth.failpoints import reach
from synth.ledger import Ledger
from synth.model import Line, Transcript
from synth.models.access import within
from synth.models.silence import silence
from synth.search.embed import Embedder, embed_texts, refuse_another_size
from synth.text.words import listed, words

log = logging.getLogger("synth")

_CANDIDATES = 50  # that each of the two searches proposes
_RRF_K = 60  # reciprocal rank fusion, Cormack et al., SIGIR 2009
_LOCK_SECONDS = 5
_PATIENCE = 30.0  # seconds; Chroma waits a quarter of an hour for a lock that a dead process left
_OPENED = "opened"  # a file in a directory that is being read


@dataclass(frozen=True, slots=True)
class Hit:
    """One line that answers a query; `score` is the fused rank, higher is better, comparable within one search only."""

    transcript: Transcript
    line: Line
    score: float
    cosine: float


@dataclass(frozen=True, slots=True)
class _Entry:
    transcript: Transcript
    line: Line

    @property
    def key(self) -> str:
        return f"{self.transcript.source.id}:{self.line.n}"


class Index:
    """Search over the lines of `transcripts`; opening it costs nothing until `refresh` or `search`."""

    def __init__(self, folder: Path, ledger: Ledger, embedder: Embedder, transcripts: Sequence[Transcript]) -> None:
        self._folder, self._ledger, self._embedder = folder, ledger, embedder
        self._entries = {e.key: e for t in transcripts for line in t.lines if line.speech for e in (_Entry(t, line),)}
        listing = "\n".join(f"{key}\t{entry.line.text}" for key, entry in sorted(self._entries.items()))
        recipe = f"{version('chromadb')}\n{embedder.name}\n{listing}"
        self._name = hashlib.sha256(recipe.encode()).hexdigest()[:16]

    def refresh(self) -> bool:
        """Build the cache if it does not hold exactly these lines; return whether it was built.

        Nothing but a search needs it, and a search builds it again: what goes wrong here is said and no more.
        """
        if not self._entries:
            return False
        with self._locked():
            if self._current():
                return False
            try:
                self._build()
            except SynthError:
                raise
            except Exception as error:  # Chroma raises its internal, SQLite's and plain errors alike
                log.warning("%s: the search index could not be built (%s)", self._folder, _why(error))
                return False
        return True

    def mend(self) -> bool:
        """Try the cache with a vector of its own; return whether it had to be built anew."""
        if not self._entries:
            return False
        before = self._current()
        first = self._entries[min(self._entries)].line.text
        self._nearest(embed_texts(self._embedder, self._ledger, [first])[0].tolist())
        return self._current() != before

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the lines nearest to `query` in meaning and in words, the best first."""
        if not self._entries:
            return []
        vector = self._embedder.embed_query(query)
        refuse_another_size(self._embedder, self._ledger, len(vector))
        candidates = self._nearest(vector.tolist())
        rare = telling(query)
        by_words = [key for s, n in self._ledger.word_search(rare, _CANDIDATES) if (key := f"{s}:{n}") in self._entries]
        keys = sorted({*candidates, *by_words})
        rows = embed_texts(self._embedder, self._ledger, [self._entries[key].line.text for key in keys])
        cosine = dict(zip(keys, (float(value) for value in rows @ vector), strict=True)) if keys else {}
        dense = sorted(candidates, key=lambda key: (-cosine[key], key))
        scores = fuse([dense, by_words])
        best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
        return [Hit(self._entries[key].transcript, self._entries[key].line, scores[key], cosine[key]) for key in best]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self._folder / "lock", timeout=_LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise WorkspaceBusy(self._folder, "building or reading the index") from None
        try:
            yield
        finally:
            lock.release()

    def _nearest(self, vector: list[float]) -> list[str]:
        """Ask Chroma for candidates; a broken directory is rebuilt once."""
        with self._locked():
            place = self._current() or self._build()
            try:
                return within(_PATIENCE, lambda: self._query(place, vector))
            except Exception as error:  # Chroma raises its internal, SQLite's and plain errors alike
                log.warning("%s: the index is damaged (%s), building it anew", place, type(error).__name__)
                return self._query(self._build(), vector)

    def _current(self) -> Path | None:
        """Return the directory that holds these lines, None when there is none that can be trusted.

        One that a process died in is not opened again: Chroma may take the next process down with it, too.
        """
        found = (path for path in sorted(self._folder.glob(f"{self._name}*")) if path.suffix != ".tmp")
        return next((path for path in found if not (path / _OPENED).exists()), None)

    def _query(self, place: Path, vector: list[float]) -> list[str]:
        wanted = min(_CANDIDATES, len(self._entries))
        (place / _OPENED).touch()
        with _chroma(place) as client:
            collection = client.get_collection("lines", embedding_function=None)
            if collection.count() != len(self._entries):
                raise ValueError("rows are missing")
            ids = collection.query(query_embeddings=[vector], n_results=wanted, include=[])["ids"][0]
        (place / _OPENED).unlink()
        return [key for key in ids if key in self._entries]

    def _build(self) -> Path:
        """Build aside and swap in. A rebuilt index has another name: Chroma remembers the paths it failed at."""
        old = [path for path in self._folder.iterdir() if path.is_dir()]
        place = self._folder / f"{self._name}-{1 + max((_build_number(path) for path in old), default=0)}"
        for path in old:
            shutil.rmtree(path)
        keys = sorted(self._entries)
        rows = embed_texts(self._embedder, self._ledger, [self._entries[key].line.text for key in keys])
        aside = place.with_suffix(".tmp")
        with _chroma(aside) as client:
            # The threshold keeps rows in SQLite: the directory broke least often so when its writer was killed.
            options = {"hnsw": {"space": "cosine", "sync_threshold": 1_000_000, "batch_size": 1_000_000}}
            collection = client.create_collection("lines", embedding_function=None, configuration=options)
            size = client.get_max_batch_size()
            for start in range(0, len(keys), size):
                part = slice(start, start + size)
                collection.add(ids=keys[part], embeddings=np.asarray(rows[part]))
        reach("index-built")
        swapped = aside.rename(place)
        reach("index-swapped")
        return swapped


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__


def _build_number(path: Path) -> int:
    number = path.stem.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


@contextmanager
def _chroma(path: Path) -> Iterator[Any]:
    silence()
    import chromadb
    from chromadb.config import Settings

    client: Any = chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False))
    try:
        yield client
    finally:
        client.close()


def telling(query: str) -> str:
    """Return the words of a query that say something, in any language; the query itself where none does."""
    empty = listed("empty", "")
    return " ".join(word for word in query.split() if not set(words(word)) <= empty) or query


def fuse(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return reciprocal-rank-fused scores of the keys of `rankings`, each the best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (_RRF_K + rank)
    return scores
