"""The ledger: one SQLite file that is the truth of a workspace.

It holds what was read, line by line, the vectors, every paid answer, what passed the gate, and the last text each
document was generated with. Every result is committed as it arrives, so that a killed run goes on where it was.
Chroma and the documents can be made anew from it; nothing else can.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from synth import calllog
from synth.errors import FileNotWritten, LedgerMissing, WorkspaceError
from synth.model import Insight, Theme, Transcript

SCHEMA_VERSION = 6
_GROUPS = "CREATE TABLE groups (id TEXT PRIMARY KEY, theme TEXT NOT NULL) STRICT;"
_REVIEWED = """
CREATE TABLE reviewed (
  id TEXT PRIMARY KEY,           -- of an insight that the team's decisions about lines change
  source TEXT NOT NULL,
  insight TEXT NOT NULL          -- as they leave it, "" where it gave way
) STRICT;
"""
_SCHEMA = f"""{calllog.SCHEMA}{calllog.BATCHES}{calllog.FINGERPRINTS}
{_GROUPS}{_REVIEWED}
CREATE TABLE files (
  sha TEXT PRIMARY KEY,          -- of the file's bytes and the readers' version
  transcript TEXT NOT NULL       -- as read, before roles and accounts
) STRICT;
CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL,          -- of the transcript as decided: roles, voices and accounts included
  transcript TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE line_words USING fts5(
  text, source UNINDEXED, n UNINDEXED, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE vectors (
  model TEXT NOT NULL,
  text_sha BLOB NOT NULL,
  vector BLOB NOT NULL,          -- float32, normalised
  PRIMARY KEY (model, text_sha)
) STRICT, WITHOUT ROWID;
CREATE TABLE readings (
  source TEXT PRIMARY KEY,
  recipe TEXT NOT NULL,          -- engine, codebook, coverage and the lines it was made from
  refused TEXT NOT NULL,         -- JSON: how many, by cause
  failures TEXT NOT NULL         -- JSON list: passages that could not be read, never "nothing found"
) STRICT;
CREATE TABLE insights (id TEXT PRIMARY KEY, source TEXT NOT NULL, insight TEXT NOT NULL) STRICT;
CREATE INDEX insights_of_source ON insights (source);
CREATE TABLE themes (id TEXT PRIMARY KEY, position INTEGER NOT NULL, theme TEXT NOT NULL) STRICT;
CREATE TABLE generated (path TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
"""

# From the version before to this one. Every change of the schema adds its step, so that no ledger is left behind.
_STEPS = {2: calllog.FROM_1, 3: _GROUPS, 4: calllog.BATCHES, 5: calllog.FINGERPRINTS, 6: _REVIEWED}

_OF_SOURCE = (
    ("sources", "id"),
    ("line_words", "source"),
    ("readings", "source"),
    ("insights", "source"),
    ("reviewed", "source"),
    ("calls", "source"),
)
_AMONG = "WHERE :only IS NULL OR id IN (SELECT value FROM json_each(:only))"
_SOURCES_AMONG = f"SELECT transcript FROM sources {_AMONG} ORDER BY path"  # noqa: S608 # ours
# What the team decided about stands instead of what the engine found.
_STANDING = """
SELECT id, insight FROM insights WHERE id NOT IN (SELECT id FROM reviewed)
UNION ALL SELECT id, insight FROM reviewed WHERE insight <> ''
"""
_INSIGHTS_AMONG = f"SELECT insight FROM ({_STANDING}) {_AMONG} ORDER BY id"  # noqa: S608 # the same
_TRANSCRIPT = TypeAdapter(Transcript)
_INSIGHT = TypeAdapter(Insight)
_THEME = TypeAdapter(Theme)


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """What one engine made of one source."""

    recipe: str
    insights: tuple[Insight, ...]
    refused: Mapping[str, int]
    failures: tuple[str, ...]


def digest(transcript: Transcript) -> str:
    """Return a hash of everything about `transcript` that extraction depends on."""
    return hashlib.sha256(_TRANSCRIPT.dump_json(transcript)).hexdigest()


class Ledger:
    """One open ledger. Values go in and come out as the nouns of `model`; SQL stays here."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        """Open the file at `path`; with `reading` it must be there, and nothing in it can be changed."""
        if reading and not path.is_file():
            raise LedgerMissing(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self._lock = threading.RLock()  # answers of a model arrive on several threads
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            if reading:
                self._look_only(path)
            else:
                self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;")
                self._migrate(path)
            self.calls = calllog.CallLog(self._db, self._lock, reading=reading)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise WorkspaceError(
                f"{path}: the ledger cannot be opened ({error}). Move it away and run 'synth run' to build a new one."
            ) from None

    def _look_only(self, path: Path) -> None:
        self._db.executescript("PRAGMA busy_timeout=5000; PRAGMA query_only=ON;")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA_VERSION:
            self._db.close()
            raise LedgerMissing(path)

    def _migrate(self, path: Path) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        elif version > SCHEMA_VERSION:
            raise WorkspaceError(
                f"{path}: written by a newer version of synth (schema {version}, this one knows {SCHEMA_VERSION}). "
                "Update synth, or move the file away and run 'synth run' to build a new one."
            )
        elif version < SCHEMA_VERSION:
            self._back_up(path.with_name(f"{path.name}.v{version}"))
            steps = "".join(_STEPS[step] for step in range(version + 1, SCHEMA_VERSION + 1))
            self._db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")

    def _back_up(self, aside: Path) -> None:
        """Keep the file as the older version wrote it; a copy that is there already is left alone."""
        if not aside.exists():
            self._db.execute("VACUUM INTO ?", (str(aside),))
            aside.chmod(0o600)

    def close(self) -> None:
        self._db.close()

    def damage(self) -> str:
        """Return what SQLite finds wrong with the file, '' when it is sound."""
        (said,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        return "" if said == "ok" else str(said)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # --- sources and lines

    def parsed(self, sha: str) -> Transcript | None:
        """Return what the readers made of the file with this hash, if they have read it before."""
        row = self._db.execute("SELECT transcript FROM files WHERE sha = ?", (sha,)).fetchone()
        return _TRANSCRIPT.validate_json(row[0]) if row else None

    def keep_parsed(self, sha: str, transcript: Transcript) -> None:
        body = _TRANSCRIPT.dump_json(transcript).decode()
        self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (sha, body))

    def keep_sources(self, transcripts: Sequence[Transcript]) -> int:
        """Make `transcripts` the sources of the workspace; return how many are new or were decided differently."""
        known = dict(self._db.execute("SELECT id, digest FROM sources"))
        wanted = {t.source.id: digest(t) for t in transcripts}
        changed = [t for t in transcripts if known.get(t.source.id) != wanted[t.source.id]]
        gone = sorted(known.keys() - wanted.keys())
        with self._transaction() as db:
            for source in (*gone, *(t.source.id for t in changed)):
                db.execute("DELETE FROM sources WHERE id = ?", (source,))
                db.execute("DELETE FROM line_words WHERE source = ?", (source,))
            for source in gone:
                db.execute("DELETE FROM readings WHERE source = ?", (source,))
                db.execute("DELETE FROM insights WHERE source = ?", (source,))
                db.execute("DELETE FROM reviewed WHERE source = ?", (source,))
            for transcript in changed:
                body = _TRANSCRIPT.dump_json(transcript).decode()
                row = (transcript.source.id, transcript.source.path, wanted[transcript.source.id], body)
                db.execute("INSERT INTO sources VALUES (?, ?, ?, ?)", row)
                words = [(line.text, transcript.source.id, line.n) for line in transcript.lines if line.speech]
                db.executemany("INSERT INTO line_words VALUES (?, ?, ?)", words)
        return len(changed)

    def sources(self) -> set[str]:
        """Return the ids of the sources of the workspace."""
        return {source for (source,) in self._db.execute("SELECT id FROM sources")}

    def transcripts(self, only: Collection[str] | None = None) -> list[Transcript]:
        """Return the sources of the workspace by path; of those ids `only`, where some are named."""
        rows = self._db.execute(_SOURCES_AMONG, _named(only))
        return [_TRANSCRIPT.validate_json(body) for (body,) in rows]

    def found(self) -> str:
        """Return a hash that changes with the sources and with what was found in them, not with themes."""
        sources = self._db.execute("SELECT id, digest FROM sources ORDER BY id").fetchall()
        readings = self._db.execute("SELECT source, recipe, failures FROM readings ORDER BY source").fetchall()
        reviewed = self._db.execute("SELECT id, insight FROM reviewed ORDER BY id").fetchall()
        return hashlib.sha256(repr((sources, readings, reviewed)).encode()).hexdigest()

    def word_search(self, query: str, limit: int) -> list[tuple[str, int]]:
        """Return (source, line number) of lines that hold words of `query`, the best first; BM25, ties by place."""
        words = [f'"{word}"' for word in "".join(c if c.isalnum() else " " for c in query).split()]
        if not words:
            return []
        rows = self._db.execute(
            "SELECT source, n FROM line_words WHERE line_words MATCH ? ORDER BY bm25(line_words), source, n LIMIT ?",
            (" OR ".join(words), limit),
        )
        return [(source, n) for source, n in rows]

    # --- vectors

    def vectors(self, model: str, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the stored vectors of `texts`; a text without one is missing from the answer."""
        found: dict[str, NDArray[np.float32]] = {}
        for text in dict.fromkeys(texts):
            key = (model, _text_sha(text))
            row = self._db.execute("SELECT vector FROM vectors WHERE model = ? AND text_sha = ?", key).fetchone()
            if row:
                found[text] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def vector_size(self, model: str) -> int | None:
        """Return how many numbers a vector of `model` has, None before there is one."""
        row = self._db.execute("SELECT length(vector) / 4 FROM vectors WHERE model = ? LIMIT 1", (model,)).fetchone()
        return int(row[0]) if row else None

    def keep_vectors(self, model: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        rows = [(model, _text_sha(t), v.astype(np.float32).tobytes()) for t, v in zip(texts, vectors, strict=True)]
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    # --- insights and themes

    def reading(self, source: str) -> ReadingRecord | None:
        row = self._db.execute("SELECT recipe, refused, failures FROM readings WHERE source = ?", (source,)).fetchone()
        if row is None:
            return None
        rows = self._db.execute("SELECT insight FROM insights WHERE source = ? ORDER BY id", (source,))
        insights = tuple(_INSIGHT.validate_json(body) for (body,) in rows)
        return ReadingRecord(row[0], insights, json.loads(row[1]), tuple(json.loads(row[2])))

    def keep_reading(self, source: str, record: ReadingRecord) -> None:
        """Replace what was known of `source` with `record`, whole or not at all."""
        head = (source, record.recipe, json.dumps(dict(record.refused), sort_keys=True), json.dumps(record.failures))
        with self._transaction() as db:
            db.execute("DELETE FROM insights WHERE source = ?", (source,))
            db.execute("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)", head)
            rows = [(i.id, source, _INSIGHT.dump_json(i).decode()) for i in record.insights]
            db.executemany("INSERT OR REPLACE INTO insights VALUES (?, ?, ?)", rows)

    def insights(self, only: Collection[str] | None = None) -> list[Insight]:
        """Return what passed the gate, by id, as the team left it; of those ids `only`, where some are named."""
        rows = self._db.execute(_INSIGHTS_AMONG, _named(only))
        return [_INSIGHT.validate_json(body) for (body,) in rows]

    def engine_insights(self) -> list[Insight]:
        """Return what an engine found and the gate let pass, whatever the team decided about it, by id."""
        rows = self._db.execute("SELECT insight FROM insights ORDER BY id")
        return [_INSIGHT.validate_json(body) for (body,) in rows]

    def keep_reviewed(self, rows: Mapping[str, Insight | None], sources: Mapping[str, str]) -> None:
        """Keep how the team's decisions leave insights, by id: None gave way. `sources`: of each, by the same ids."""
        made = [(i, sources[i], _INSIGHT.dump_json(one).decode() if one else "") for i, one in sorted(rows.items())]
        with self._transaction() as db:
            db.execute("DELETE FROM reviewed")
            db.executemany("INSERT INTO reviewed VALUES (?, ?, ?)", made)

    def keep_themes(self, themes: Iterable[Theme]) -> None:
        rows = [(theme.id, position, _THEME.dump_json(theme).decode()) for position, theme in enumerate(themes)]
        with self._transaction() as db:
            db.execute("DELETE FROM themes")
            db.executemany("INSERT INTO themes VALUES (?, ?, ?)", rows)

    def themes(self) -> list[Theme]:
        rows = self._db.execute("SELECT theme FROM themes ORDER BY position")
        return [_THEME.validate_json(body) for (body,) in rows]

    def keep_groups(self, groups: Iterable[Theme]) -> None:
        """Keep what the engine put together, before the team's decisions: the next run starts from it."""
        rows = [(group.id, _THEME.dump_json(group).decode()) for group in groups]
        with self._transaction() as db:
            db.execute("DELETE FROM groups")
            db.executemany("INSERT INTO groups VALUES (?, ?)", rows)

    def groups(self) -> list[Theme]:
        return [_THEME.validate_json(body) for (body,) in self._db.execute("SELECT theme FROM groups ORDER BY id")]

    # --- forgetting

    def erase(self, mentions: Callable[[str], bool], sources: Collection[str], texts: Iterable[str]) -> None:
        """Remove the `sources`, the vectors of `texts`, and every row of any table with a text that `mentions`.

        Themes and last generated documents go too: they are counted and written from all sources, and made again. The
        file is then written anew, so that nothing of what was removed is left in free pages, the words of the search or
        the write-ahead log. Answers of models that mention them go; what the calls did cost stays counted.
        """
        self._db.create_function("mentions", 1, lambda value: isinstance(value, str) and mentions(value))
        self._db.executescript("PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;")
        with self._transaction() as db:
            for table, column in _text_columns(db):
                db.execute(f"DELETE FROM {table} WHERE mentions({column})")  # noqa: S608 # names of our own schema
            for source in sources:
                db.execute("DELETE FROM files WHERE transcript LIKE ?", (f'%"id":"{source}"%',))
                for table, column in _OF_SOURCE:
                    db.execute(f"DELETE FROM {table} WHERE {column} = ?", (source,))  # noqa: S608 # the same
            db.execute("DELETE FROM line_words WHERE mentions(text) OR source NOT IN (SELECT id FROM sources)")
            db.execute("DELETE FROM readings WHERE source NOT IN (SELECT id FROM sources)")
            db.execute("DELETE FROM insights WHERE source NOT IN (SELECT id FROM sources)")
            db.execute("DELETE FROM reviewed")  # made again from the decisions that are left
            known = {key for (key,) in db.execute("SELECT id FROM insights")}
            broken = [(one.id,) for one in self.groups() if not known.issuperset(one.insights)]
            db.executemany("DELETE FROM groups WHERE id = ?", broken)  # their titles may quote what goes
            db.execute("DELETE FROM themes")
            db.execute("DELETE FROM generated")
            db.executemany("DELETE FROM vectors WHERE text_sha = ?", [(_text_sha(text),) for text in texts])
        self._db.executescript(
            "INSERT INTO line_words(line_words) VALUES ('rebuild'); VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"
        )

    # --- documents

    def generated(self) -> dict[str, str]:
        """Return the text each document was last generated with, by path: the base of the next merge."""
        return dict(self._db.execute("SELECT path, text FROM generated ORDER BY path"))

    def keep_generated(self, documents: Mapping[str, str]) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM generated")
            db.executemany("INSERT INTO generated VALUES (?, ?)", sorted(documents.items()))


@contextmanager
def open_ledger(path: Path, *, reading: bool = False) -> Iterator[Ledger]:
    """Open the ledger at `path` for a while; a disk that is full or read-only meanwhile is one clear error."""
    ledger = Ledger(path, reading=reading)
    try:
        yield ledger
    except sqlite3.OperationalError as error:
        raise FileNotWritten(path, str(error)) from None
    finally:
        ledger.close()


def _text_columns(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return (table, column) of every text of the schema, but for the tables that the word search keeps for itself."""
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'line_words%'").fetchall()
    tables = [name for (name,) in rows if not name.startswith("sqlite_")]
    return [
        (table, row[1]) for table in tables for row in db.execute(f"PRAGMA table_info({table})") if row[2] == "TEXT"
    ]


def _named(only: Collection[str] | None) -> dict[str, str | None]:
    return {"only": None if only is None else json.dumps(sorted(only))}


def _text_sha(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
