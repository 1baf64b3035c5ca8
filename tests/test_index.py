"""The index: a cache that may break, over vectors that do not."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
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


def _sql(statement: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        with sqlite3.connect(folder / "chroma.sqlite3") as db:
            assert db.execute(statement).rowcount > 0

    return run


def _remove_segments(folder: Path) -> None:
    segments = [path for path in folder.iterdir() if path.is_dir()]
    assert segments
    for path in segments:
        shutil.rmtree(path)


def _truncate_vectors(folder: Path) -> None:
    parts = list(folder.rglob("*.bin"))
    assert parts
    for path in parts:
        path.write_bytes(b"")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": shutil.rmtree,
    "database truncated": lambda folder: (folder / "chroma.sqlite3").write_bytes(b"SQLite format 3\x00"),
    "database removed": lambda folder: (folder / "chroma.sqlite3").unlink(),
    "vectors truncated": _truncate_vectors,
    "segment removed": _remove_segments,
    "rows missing": _sql("DELETE FROM embeddings WHERE rowid = 1"),
    "another dimension": _sql("UPDATE collections SET dimension = 3"),
    "a process died in it": lambda folder: (folder / "opened").touch(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_rebuilt_without_an_embedding_and_answers_the_same(
    tmp_path: Path, ledger: Ledger, damage: str
) -> None:
    embedder = LetterCounts()
    before = search(tmp_path, ledger, embedder, "four hours of planning")
    embedded = embedder.embedded
    DAMAGES[damage](next(p for p in (tmp_path / "index").iterdir() if p.is_dir()))
    assert search(tmp_path, ledger, embedder, "four hours of planning") == before
    assert embedder.embedded == embedded


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_index import Index, LetterCounts, Ledger, long_talk
folder = Path(sys.argv[2])
print("begun", flush=True)
Index(folder / "index", Ledger(folder / "ledger.db"), LetterCounts(), [long_talk()]).refresh()
"""


def long_talk() -> Transcript:
    chance = random.Random(1)  # no two lines may be equally near: which of them Chroma proposes is not repeatable
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(75)]
    return transcript(tuple(f"{line} {word}" for word in words for line in LINES))


def first_lines(folder: Path) -> list[int]:
    ledger = Ledger(folder / "ledger.db")
    ledger.keep_sources([long_talk()])
    found = Index(folder / "index", ledger, LetterCounts(), [long_talk()]).search("price per van", 5)
    ledger.close()
    return [hit.line.n for hit in found]


@pytest.mark.nightly
@pytest.mark.skipif(os.name == "nt", reason="kills as Unix does")
def test_killed_while_it_is_written_thirty_times_it_always_answers_the_same(tmp_path: Path) -> None:
    """A9: at random moments of building an index of 300 lines; Chroma itself may break, we never do."""
    expected, chance, killed = first_lines(tmp_path / "whole"), random.Random(9), 0
    for number in range(30):
        folder = tmp_path / str(number)
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(folder)], stdout=subprocess.PIPE
        )
        child.stdout.readline()  # type: ignore[union-attr]
        time.sleep(3 * chance.random())
        killed += child.poll() is None
        child.kill()
        child.communicate()
        assert first_lines(folder) == expected, f"round {number}"
    assert killed >= 15


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
