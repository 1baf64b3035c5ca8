"""The ledger: what goes in comes out, whole or not at all, and nothing is paid twice."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synth.errors import LedgerMissing, WorkspaceError
from synth.ledger import Ledger, ReadingRecord, digest
from synth.model import Insight, Line, Source, Theme, Transcript, Turn
from synth.models.requests import Usage
from synth.models.store import Outcome, Sent

TALK = Transcript(
    source=Source("a1", "corpora/talk.txt", "interview", "named-text", "en"),
    text="We count by hand.\nIt takes all night.",
    turns=(Turn("Ana", 0, 17), Turn("Ana", 18, 37)),
    lines=(
        Line(1, 0, "We count by hand.", 0, 17, "Ana", "customer", "said"),
        Line(2, 1, "It takes all night.", 18, 37, "Ana", "customer", "said"),
    ),
)
FOUND = Insight(
    "i1", "pain_point", "Counting by hand", "a1", (1,), "Ana", "customer", "said", "", "supports", False, 0.9, "local"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def test_sources_come_back_as_they_went_in(ledger: Ledger) -> None:
    assert ledger.keep_sources([TALK]) == 1
    assert ledger.transcripts() == [TALK]


def test_only_what_was_decided_differently_counts_as_new(ledger: Ledger) -> None:
    ledger.keep_sources([TALK])
    assert ledger.keep_sources([TALK]) == 0
    line = replace(TALK.lines[0], role="vendor")
    assert ledger.keep_sources([replace(TALK, lines=(line, TALK.lines[1]))]) == 1


def test_the_digest_depends_on_every_role() -> None:
    changed = replace(TALK, lines=(replace(TALK.lines[0], role="unknown"), TALK.lines[1]))
    assert digest(changed) != digest(TALK)


def test_a_source_that_is_gone_takes_its_insights_and_words_along(ledger: Ledger) -> None:
    ledger.keep_sources([TALK])
    ledger.keep_reading("a1", ReadingRecord("r", (FOUND,), {}, ()))
    ledger.keep_sources([])
    assert ledger.insights() == []
    assert ledger.word_search("night", 5) == []


def test_a_source_may_take_the_path_of_another(ledger: Ledger) -> None:
    ledger.keep_sources([TALK])
    edited = replace(TALK, source=replace(TALK.source, id="b2"))
    ledger.keep_sources([edited])
    assert [t.source.id for t in ledger.transcripts()] == ["b2"]


def test_words_are_found_whatever_their_accents_and_signs(ledger: Ledger) -> None:
    ledger.keep_sources([replace(TALK, lines=(replace(TALK.lines[0], text="Închiderea lunii"),))])
    assert ledger.word_search('inchiderea" OR (', 5) == [("a1", 1)]


def test_vectors_come_back_bit_by_bit_and_by_model(ledger: Ledger) -> None:
    vectors = np.array([[0.1, 0.2], [0.3, 0.4]], dtype=np.float32)
    ledger.keep_vectors("m", ["x", "y"], vectors)
    found = ledger.vectors("m", ["y", "z"])
    assert list(found) == ["y"]
    assert (found["y"] == vectors[1]).all()
    assert ledger.vectors("other", ["x"]) == {}


SENT = Sent("k", "extract", "a1", "openai:m")


def test_an_answer_is_there_only_once_it_was_paid(ledger: Ledger) -> None:
    number = ledger.calls.begin(SENT, Usage(100, 50))
    assert ledger.calls.answer("k") is None
    ledger.calls.settle(number, Outcome("done", Usage(10, 5, usd=0.25), "m-1", "{}", "fp_1"))
    assert ledger.calls.answer("k") == "{}"
    spent = ledger.calls.spent()
    assert (spent.requests, spent.tokens_in, spent.tokens_out, spent.usd) == (1, 10, 5, 0.25)
    assert ledger.calls.names("openai:m") == {"m-1"}
    assert ledger.calls.fingerprints("openai:m") == {"fp_1"}


def test_a_failed_call_leaves_no_answer_and_is_counted(ledger: Ledger) -> None:
    ledger.calls.settle(ledger.calls.begin(SENT, Usage(100, 50)), Outcome("refused", Usage(0, 0)))
    ledger.calls.settle(ledger.calls.begin(SENT, Usage(100, 50)), Outcome("done", Usage(9, 1), "m", "{}"))
    spent = ledger.calls.spent()
    assert (spent.requests, spent.retries, spent.failed, spent.tokens_in) == (2, 1, 1, 9)


def test_what_was_on_its_way_when_the_process_died_counts_at_its_most(tmp_path: Path) -> None:
    dead = Ledger(tmp_path / "ledger.db")
    dead.calls.begin(SENT, Usage(100, 50, usd=0.5))
    dead.close()
    total = Ledger(tmp_path / "ledger.db").calls.total()
    assert (total.lost, total.tokens_in, total.usd) == (1, 100, 0.5)


def test_cost_is_told_by_run_stage_source_and_month(ledger: Ledger) -> None:
    ledger.keep_sources([TALK])
    for key, stage, source, usd in (
        ("1", "extract", "a1", 0.5),
        ("2", "extract", "gone", 0.25),
        ("3", "themes", "", 1),
    ):
        number = ledger.calls.begin(Sent(key, stage, source, "m"), Usage(1, 1))
        ledger.calls.settle(number, Outcome("done", Usage(1, 1, usd=usd), "m", "{}"))
    assert [(name, spent.usd) for name, spent in ledger.calls.totals("stage")] == [("extract", 0.75), ("themes", 1.0)]
    by_source = dict(ledger.calls.totals("source"))
    assert set(by_source) == {"corpora/talk.txt", "gone", "(all sources)"}
    assert [len(ledger.calls.totals(by)) for by in ("run", "month", "model")] == [1, 1, 1]


def test_one_missing_price_makes_the_sum_unknown(ledger: Ledger) -> None:
    for usd in (0.5, None):
        number = ledger.calls.begin(SENT, Usage(1, 1))
        ledger.calls.settle(number, Outcome("done", Usage(1, 1, usd=usd), "m", "{}"))
    assert ledger.calls.spent().usd is None


def test_a_reading_replaces_the_one_before(ledger: Ledger) -> None:
    ledger.keep_reading("a1", ReadingRecord("one", (FOUND,), {"too far": 2}, ("truncated",)))
    ledger.keep_reading("a1", ReadingRecord("two", (), {}, ()))
    assert ledger.reading("a1") == ReadingRecord("two", (), {}, ())
    assert ledger.insights() == []


def test_a_reading_that_cannot_be_stored_leaves_the_old_one(ledger: Ledger) -> None:
    ledger.keep_reading("a1", ReadingRecord("one", (FOUND,), {}, ()))
    with pytest.raises(AttributeError):
        ledger.keep_reading("a1", ReadingRecord("two", (None,), {}, ()))  # type: ignore[arg-type]
    assert ledger.reading("a1") == ReadingRecord("one", (FOUND,), {}, ())


def test_themes_keep_their_order(ledger: Ledger) -> None:
    themes = [Theme(name, "pain_point", name, ("i1",), ("A",)) for name in ("z", "a", "m")]
    ledger.keep_themes(themes)
    assert ledger.themes() == themes


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="newer version"):
        Ledger(path)


FIRST_VERSION = """
CREATE TABLE calls (key TEXT PRIMARY KEY, stage TEXT NOT NULL, source TEXT NOT NULL, model TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('inflight', 'done', 'failed')), attempts INTEGER NOT NULL DEFAULT 0,
  answer TEXT, tokens_in INTEGER NOT NULL DEFAULT 0, tokens_out INTEGER NOT NULL DEFAULT 0,
  cause TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE sources (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, transcript TEXT NOT NULL);
INSERT INTO calls VALUES ('paid', 'extract', 'a1', 'm', 'done', 1, '{"x": 1}', 70, 7, '');
INSERT INTO calls VALUES ('failed', 'extract', 'a1', 'm', 'failed', 1, NULL, 0, 0, 'refused');
INSERT INTO calls VALUES ('killed', 'extract', 'a1', 'm', 'inflight', 0, NULL, 0, 0, '');
PRAGMA user_version = 1;
"""


def test_a_ledger_of_the_first_version_keeps_its_answers_and_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as old:
        old.executescript(FIRST_VERSION)
    old.close()
    ledger = Ledger(path)
    assert ledger.calls.answer("paid") == '{"x": 1}'
    assert (ledger.calls.answer("failed"), ledger.calls.answer("killed")) == (None, None)
    total = ledger.calls.total()
    assert (total.requests, total.failed, total.lost, total.tokens_in) == (3, 1, 1, 70)
    with sqlite3.connect(tmp_path / "ledger.db.v1") as copy:
        assert copy.execute("SELECT count(*) FROM calls WHERE state = 'done'").fetchone() == (1,)


def test_a_file_that_is_no_ledger_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is not a database, it only lies where one should")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Ledger(path)


def test_a_look_sees_what_another_writes_changes_nothing_and_leaves_its_requests_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with pytest.raises(LedgerMissing):
        Ledger(path, reading=True)
    assert not path.exists()
    writing = Ledger(path)
    number = writing.calls.begin(SENT, Usage(10, 10))
    looking = Ledger(path, reading=True)
    writing.keep_sources([TALK])
    assert looking.transcripts() == [TALK]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        looking.keep_sources([])
    writing.calls.settle(number, Outcome("done", Usage(1, 1), "m", "{}"))
    assert (looking.calls.total().lost, looking.calls.total().tokens_in) == (0, 1)
    assert Ledger(path).calls.cut_off == 0


def test_a_look_at_another_versions_ledger_is_refused_and_it_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as older:
        older.execute("PRAGMA user_version = 1")
    with pytest.raises(LedgerMissing):
        Ledger(path, reading=True)
    with sqlite3.connect(path) as older:
        assert older.execute("PRAGMA user_version").fetchone() == (1,)
