"""The index: a cache that may break, over vectors that do not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from synth.ledger import Ledger
from synth.model import Line, Source, Transcript
from synth.search.embed import Vectors
from synth.search.index import Index, fuse

LINES = (
    "the dispatcher retired in march",
    "planning takes four hours every morning",
    "drivers get the list on paper",
    "the price per van is too high",
)


class LetterCounts:
    """A vector of how often each letter stands in a text; counts the texts it was asked for."""

    name = "letters"

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        rows = np.array([[text.count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_query(self, text: str) -> Vectors:
        self.embedded -= 1
        return self.embed([text])[0]


def transcript(lines: Sequence[str] = LINES) -> Transcript:
    source = Source("s", "corpora/s.txt", "interview", "named-text")
    return Transcript(
        source, "\n".join(lines), lines=tuple(Line(n, n - 1, text, 0, len(text)) for n, text in enumerate(lines, 1))
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    found = Ledger(tmp_path / "ledger.db")
    found.keep_sources([transcript()])
    return found


def search(tmp_path: Path, ledger: Ledger, embedder: LetterCounts, query: str) -> list[int]:
    index = Index(tmp_path / "index", ledger, embedder, [transcript()])
    return [hit.line.n for hit in index.search(query, 3)]


def test_the_nearest_line_in_words_and_meaning_comes_first(tmp_path: Path, ledger: Ledger) -> None:
    assert search(tmp_path, ledger, LetterCounts(), "price per van")[0] == 4


def test_it_is_built_once_for_the_same_lines(tmp_path: Path, ledger: Ledger) -> None:
    embedder = LetterCounts()
    assert Index(tmp_path / "index", ledger, embedder, [transcript()]).refresh()
    assert not Index(tmp_path / "index", ledger, embedder, [transcript()]).refresh()
    assert Index(tmp_path / "index", ledger, embedder, [transcript(LINES[:3])]).refresh()


@pytest.mark.parametrize(
    "damage", ["deleted", "database truncated", "vectors truncated", "rows missing", "a process died in it"]
)
def test_a_damaged_cache_is_rebuilt_without_an_embedding_and_answers_the_same(
    tmp_path: Path, ledger: Ledger, damage: str
) -> None:
    embedder = LetterCounts()
    before = search(tmp_path, ledger, embedder, "four hours of planning")
    embedded = embedder.embedded
    _damage(next(p for p in (tmp_path / "index").iterdir() if p.is_dir()), damage)
    assert search(tmp_path, ledger, embedder, "four hours of planning") == before
    assert embedder.embedded == embedded


def _damage(folder: Path, damage: str) -> None:
    import shutil
    import sqlite3

    if damage == "deleted":
        shutil.rmtree(folder)
    elif damage == "database truncated":
        (folder / "chroma.sqlite3").write_bytes(b"SQLite format 3\x00")
    elif damage == "vectors truncated":
        for part in folder.rglob("*.bin"):
            part.write_bytes(b"")
    elif damage == "a process died in it":
        (folder / "opened").touch()
    else:
        with sqlite3.connect(folder / "chroma.sqlite3") as db:
            db.execute("DELETE FROM embeddings WHERE rowid = 1")


def test_a_cache_of_another_version_of_chroma_is_not_opened(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = LetterCounts()
    Index(tmp_path / "index", ledger, embedder, [transcript()]).refresh()
    embedded = embedder.embedded
    monkeypatch.setattr("synth.search.index.version", lambda _: "99.0")
    assert Index(tmp_path / "index", ledger, embedder, [transcript()]).refresh()
    assert embedder.embedded == embedded


def test_a_cache_that_hangs_is_given_up_and_rebuilt(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8."""
    embedder = LetterCounts()
    before = search(tmp_path, ledger, embedder, "four hours of planning")
    embedded, query, hung = embedder.embedded, Index._query, threading.Event()

    def hanging(index: Index, place: Path, vector: list[float]) -> list[str]:
        if not hung.is_set():
            hung.set()
            threading.Event().wait(60)
        return query(index, place, vector)

    monkeypatch.setattr(Index, "_query", hanging)
    monkeypatch.setattr("synth.search.index._PATIENCE", 0.3)
    assert search(tmp_path, ledger, embedder, "four hours of planning") == before
    assert embedder.embedded == embedded


def test_more_rows_than_chroma_takes_at_once_are_added_in_parts(tmp_path: Path, ledger: Ledger) -> None:
    """A10: its limit hangs on how SQLite was built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chromadb.api.client.Client.get_max_batch_size", lambda _: 3)
        assert search(tmp_path, ledger, LetterCounts(), "price per van")[0] == 4


def test_an_index_that_cannot_be_built_does_not_stop_a_run(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A11: only a search needs it."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    assert not Index(tmp_path / "index", ledger, LetterCounts(), [transcript()]).refresh()
    assert "No space left" in caplog.text


def test_fusion_prefers_what_both_rankings_name() -> None:
    scores = fuse([["a", "b", "c"], ["b", "d"]])
    assert max(scores, key=lambda key: scores[key]) == "b"
    assert scores["a"] == pytest.approx(1 / 61)
