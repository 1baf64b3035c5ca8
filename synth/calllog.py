"""What was sent to models: every request with its cost, and every paid answer. Two tables of the ledger.

A row of `requests` is there, at the most it may cost, before the request goes out; the answer is committed with what it
did cost before anything reads it. A request that was on its way when the process died stays counted at its most, as
`lost`: it may have been paid. All functions may be called from several threads.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from synth.models.requests import Usage
from synth.models.store import Outcome, Sent

SCHEMA = """
CREATE TABLE calls (
  key TEXT PRIMARY KEY,          -- hash of endpoint, model, parameters, messages, schema and prompt version
  stage TEXT NOT NULL,
  source TEXT NOT NULL,
  model TEXT NOT NULL,
  answer TEXT NOT NULL           -- as it came, before anything was made of it
) STRICT;
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL) STRICT;
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  key TEXT NOT NULL,
  stage TEXT NOT NULL,
  source TEXT NOT NULL,
  model TEXT NOT NULL,           -- as asked for
  answered TEXT NOT NULL,        -- the model, as the answer names it
  started TEXT NOT NULL,         -- UTC
  outcome TEXT NOT NULL,         -- 'inflight', 'batch', 'done', 'lost', or the cause of the failure
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  tokens_cached INTEGER NOT NULL,
  usd REAL,                      -- NULL: no price is known
  seconds REAL NOT NULL
) STRICT;
CREATE INDEX requests_of_key ON requests (key);
"""
BATCHES = """
CREATE TABLE batches (
  token TEXT PRIMARY KEY,        -- ours, which the batch carries; there before the batch is
  id TEXT NOT NULL,              -- the provider's, '' until it is known
  submitted TEXT NOT NULL,
  open INTEGER NOT NULL
) STRICT;
CREATE TABLE batch_requests (token TEXT NOT NULL, request INTEGER NOT NULL, PRIMARY KEY (token, request)) STRICT;
"""
FINGERPRINTS = "ALTER TABLE requests ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';"  # of the build that answered
# The first schema kept one row a call, paid or not. (When SCHEMA changes, write out here what it is today.)
FROM_1 = f"""
ALTER TABLE calls RENAME TO old_calls;
{SCHEMA}
INSERT INTO calls SELECT key, stage, source, model, answer FROM old_calls WHERE state = 'done';
INSERT INTO runs SELECT 1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE EXISTS (SELECT 1 FROM old_calls);
INSERT INTO requests (run, key, stage, source, model, answered, started, outcome, tokens_in, tokens_out, tokens_cached,
  usd, seconds) SELECT 1, key, stage, source, model, '', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
  CASE state WHEN 'failed' THEN cause ELSE state END, tokens_in, tokens_out, 0, NULL, 0 FROM old_calls;
DROP TABLE old_calls;
"""  # noqa: S608 - our own words

By = Literal["run", "stage", "source", "month", "model"]
_GROUPS: dict[By, str] = {
    "run": "(SELECT started FROM runs WHERE runs.id = run)",
    "stage": "stage",
    "source": "coalesce((SELECT path FROM sources WHERE sources.id = source), nullif(source, ''), '(all sources)')",
    "month": "substr(started, 1, 7)",
    "model": "coalesce(nullif(answered, ''), model)",
}
_SUMS = """count(*), count(*) - count(DISTINCT key), sum(outcome NOT IN ('done', 'lost', 'inflight', 'batch')),
  sum(outcome = 'lost'), total(tokens_in), total(tokens_out), total(tokens_cached), sum(usd), total(seconds),
  sum(usd IS NULL AND tokens_in + tokens_out > 0)"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests sent to models and what they cost; `lost` ones ended with their process and count at their most."""

    requests: int = 0
    retries: int = 0
    failed: int = 0
    lost: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0  # of tokens_in, read from the provider's prompt cache
    usd: float | None = 0.0  # None: a price is missing
    seconds: float = 0.0  # in which a request was on its way, side by side ones added


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch that was sent off, or was about to be."""

    token: str
    id: str


class CallLog:
    """The `CallStore` of a workspace.

    Opening it settles what a dead process left on its way: the workspace is ours. With `reading` it may be another's,
    whose requests are left alone.
    """

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, *, reading: bool = False) -> None:
        self._db, self._lock = db, lock
        self._run: int | None = None
        self.answered = 0  # calls that needed no request, since this was opened
        self.cut_off = 0 if reading else self._lost()

    def _lost(self) -> int:
        """Count requests of a process that is gone: they may have been paid without an answer."""
        return self._db.execute("UPDATE requests SET outcome = 'lost' WHERE outcome = 'inflight'").rowcount

    def answer(self, key: str) -> str | None:
        """Return the paid answer to this call, if there is one."""
        with self._lock:
            row = self._db.execute("SELECT answer FROM calls WHERE key = ?", (key,)).fetchone()
            self.answered += row is not None
        return row[0] if row else None

    def begin(self, sent: Sent, bound: Usage) -> int:
        """Keep, before it is sent, that a request may cost as much as `bound`; return its number."""
        with self._lock:
            return self._begin(sent, bound, "inflight")

    def settle(self, number: int, outcome: Outcome) -> None:
        """Keep what became of a request, and its answer, in one step."""
        with self._one_step():
            self._settle(number, outcome)

    def open_batch(self, token: str, requests: Sequence[tuple[Sent, Usage]]) -> None:
        """Keep, before it is sent off, what a batch asks and may cost."""
        with self._one_step():
            self._db.execute(
                "INSERT OR REPLACE INTO batches VALUES (?, '', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 1)", (token,)
            )
            rows = [(token, self._begin(sent, bound, "batch")) for sent, bound in requests]
            self._db.executemany("INSERT INTO batch_requests VALUES (?, ?)", rows)

    def name_batch(self, token: str, number: str) -> None:
        """Keep the provider's id of a batch."""
        with self._lock:
            self._db.execute("UPDATE batches SET id = ? WHERE token = ?", (number, token))

    def open_batches(self) -> list[BatchRow]:
        """Return the batches whose results were not taken in yet."""
        with self._lock:
            rows = self._db.execute("SELECT token, id FROM batches WHERE open ORDER BY submitted, token")
            return [BatchRow(token, number) for token, number in rows]

    def batch_requests(self, token: str) -> dict[str, int]:
        """Return the numbers of a batch's requests by key."""
        with self._lock:
            rows = self._db.execute(
                "SELECT key, id FROM requests JOIN batch_requests ON request = id "
                "WHERE token = ? AND outcome = 'batch'",
                (token,),
            )
            return {key: int(number) for key, number in rows}

    def close_batch(self, token: str, outcomes: Mapping[int, Outcome]) -> None:
        """Keep what became of all requests of a batch, in one step."""
        with self._one_step():
            for number, outcome in outcomes.items():
                self._settle(number, outcome)
            self._db.execute("UPDATE batches SET open = 0 WHERE token = ?", (token,))

    @contextmanager
    def _one_step(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _begin(self, sent: Sent, bound: Usage, outcome: str) -> int:
        row = (self._this_run(), sent.key, sent.stage, sent.source, sent.model, outcome, *_numbers(bound))
        found = self._db.execute(
            "INSERT INTO requests (run, key, stage, source, model, answered, started, outcome, "
            "tokens_in, tokens_out, tokens_cached, usd, seconds) "
            "VALUES (?, ?, ?, ?, ?, '', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?, ?, ?, ?) RETURNING id",
            row,
        ).fetchone()
        return int(found[0])

    def _settle(self, number: int, outcome: Outcome) -> None:
        row = (outcome.cause, outcome.model, outcome.fingerprint, *_numbers(outcome.used), number)
        self._db.execute(
            "UPDATE requests SET outcome = ?, answered = ?, fingerprint = ?, tokens_in = ?, tokens_out = ?, "
            "tokens_cached = ?, usd = ?, seconds = ? WHERE id = ?",
            row,
        )
        if outcome.answer is not None:
            self._db.execute(
                "INSERT OR REPLACE INTO calls SELECT key, stage, source, model, ? FROM requests WHERE id = ?",
                (outcome.answer, number),
            )

    def names(self, model: str) -> set[str]:
        """Return the names under which `model` has answered so far."""
        return self._known("answered", model)

    def fingerprints(self, model: str) -> set[str]:
        """Return the fingerprints of the builds of `model` that have answered so far."""
        return self._known("fingerprint", model)

    def _known(self, column: str, model: str) -> set[str]:
        query = f"SELECT DISTINCT {column} FROM requests WHERE model = ? AND {column} != ''"  # noqa: S608 - our own words
        with self._lock:
            return {value for (value,) in self._db.execute(query, (model,))}

    def spent(self) -> Spent:
        """Return what was sent since this was opened, but for what is still on its way."""
        if self._run is None:
            return Spent()
        with self._lock:
            query = f"SELECT {_SUMS} FROM requests WHERE run = ? AND outcome != 'inflight'"  # noqa: S608 - our own words
            row = self._db.execute(query, (self._run,)).fetchone()
        return _spent(row)

    def totals(self, by: By) -> list[tuple[str, Spent]]:
        """Return what was ever spent, by run, stage, source, month or answering model, in their order."""
        query = f"SELECT {_GROUPS[by]}, {_SUMS} FROM requests GROUP BY 1 ORDER BY min(started), 1"  # noqa: S608
        with self._lock:
            return [(str(name), _spent(sums)) for name, *sums in self._db.execute(query)]

    def total(self) -> Spent:
        """Return what was ever spent."""
        with self._lock:
            row = self._db.execute(f"SELECT {_SUMS} FROM requests").fetchone()  # noqa: S608
        return _spent(row)

    def _this_run(self) -> int:
        if self._run is None:
            begun = "INSERT INTO runs (started) VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) RETURNING id"
            self._run = int(self._db.execute(begun).fetchone()[0])
        return self._run


def _numbers(used: Usage) -> tuple[int, int, int, float | None, float]:
    return used.tokens_in, used.tokens_out, used.tokens_cached, used.usd, used.seconds


def _spent(row: list[float | None]) -> Spent:
    requests, retries, failed, lost, tokens_in, tokens_out, cached = (int(n or 0) for n in row[:7])
    usd = None if row[9] else float(row[7] or 0)
    return Spent(requests, retries, failed, lost, tokens_in, tokens_out, cached, usd, float(row[8] or 0))
