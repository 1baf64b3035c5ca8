"""The ledger: what goes in comes out, whole or not at all, and nothing is paid twice."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synth.errors import WorkspaceError
from synth.ledger import Ledger, ReadingRecord, digest
from synth.model import Insight, Line, Source, Theme, Transcript, Turn
from synth.models.calls import Usage

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


def test_an_answer_is_there_only_once_it_was_paid(ledger: Ledger) -> None:
    ledger.begin("k", "extract", "a1", "m")
    assert ledger.answer("k") is None
    ledger.finish("k", "{}", Usage(10, 5))
    assert ledger.answer("k") == "{}"
    assert (ledger.spent().requests, ledger.spent().tokens_in, ledger.spent().tokens_out) == (1, 10, 5)


def test_a_failed_call_leaves_no_answer(ledger: Ledger) -> None:
    ledger.begin("k", "extract", "a1", "m")
    ledger.fail("k", "refused")
    assert ledger.answer("k") is None


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


def test_a_file_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="another version"):
        Ledger(path)


def test_a_file_that_is_no_ledger_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is not a database, it only lies where one should")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Ledger(path)
