"""`synth doctor`: is everything here that a run needs, and if not, what to do. It asks each model one tiny question."""

from __future__ import annotations

import locale
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any, Literal

from synth.disks import bytes_free
from synth.errors import SynthError
from synth.extraction.engines import open_engine
from synth.models.access import key_variable, loopback
from synth.models.keys import find_key
from synth.models.llm import open_chat, shape_by
from synth.models.prices import price_of
from synth.models.requests import Request, Usage
from synth.models.silence import silence
from synth.models.store import CallStore, Outcome, Sent
from synth.pipeline import Session

State = Literal["ok", "warning", "error"]
_ROOM = 500_000_000  # bytes free on the disk, below which a warning is due
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
_SHAPE = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `todo` is empty when all is well."""

    what: str
    state: State
    said: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A store that accounts for the questions and never has an answer, so that each time one is really asked."""

    calls: CallStore

    def answer(self, key: str) -> str | None:
        del key
        return None

    def begin(self, sent: Sent, bound: Usage) -> int:
        return self.calls.begin(sent, bound)

    def settle(self, number: int, outcome: Outcome) -> None:
        self.calls.settle(number, replace(outcome, answer=None))

    def names(self, model: str) -> set[str]:
        return self.calls.names(model)

    def fingerprints(self, model: str) -> set[str]:
        return self.calls.fingerprints(model)


def examine(session: Session, *, offline: bool = False) -> list[Finding]:
    """Look at all of it; `offline` sends nothing."""
    checks: list[Callable[[Session], Iterator[Finding]]] = [_versions, _tracing, _network, _key, _price]
    checks += [] if offline else [_chat, _embeddings]
    checks += [_engine, _ledger, _index, _disk, _texts, _git]
    return [finding for check in checks for finding in _tried(check, session)]


def _tried(check: Callable[[Session], Iterator[Finding]], session: Session) -> list[Finding]:
    try:
        return list(check(session))
    except (SynthError, OSError, sqlite3.DatabaseError) as error:
        return [Finding(check.__name__.strip("_"), "error", str(error))]


def _versions(session: Session) -> Iterator[Finding]:
    del session
    used = ", ".join(f"{name} {version(name)}" for name in ("openai", "langchain", "chromadb"))
    yield Finding("versions", "ok", f"Python {sys.version.split()[0]}, {used}")


def _tracing(session: Session) -> Iterator[Finding]:
    del session
    asked = silence()
    said = f"the environment turns on {', '.join(asked)}; synth keeps it off" if asked else "off"
    yield Finding("telemetry", "ok", said)


def _network(session: Session) -> Iterator[Finding]:
    proxies = sorted({name.upper() for name in _PROXIES if os.environ.get(name)})
    if proxies:
        yield Finding("proxy", "warning", f"requests go through {', '.join(proxies)}", "unset it if that is not meant")
    if url := session.workspace.settings.model.base_url:
        yield Finding("address", "ok", f"{url}{' (this machine)' if loopback(url) else ''}")


def _key(session: Session) -> Iterator[Finding]:
    settings = session.workspace.settings.model
    for name in dict.fromkeys((settings.chat, settings.embeddings)):
        variable = key_variable(name.partition(":")[0])
        if name == "local" or not variable:
            continue
        key = find_key(variable)
        if key:
            yield Finding("key", "ok", f"{variable} from {key.where}")
        elif not loopback(settings.base_url):
            todo = f"set {variable}, or: python -m keyring set synth {variable}"
            yield Finding("key", "error", f"{variable} is nowhere", todo)


def _price(session: Session) -> Iterator[Finding]:
    settings = session.workspace.settings.model
    if settings.chat == "local":
        return
    if price := price_of(settings):
        yield Finding(
            "price", "ok", f"{price(1_000_000, 0, 0):.2f} / {price(0, 1_000_000, 0):.2f} USD a million in / out"
        )
    else:
        todo = "write [model] price_in and price_out to see and cap money"
        yield Finding("price", "warning", f"none known for {settings.chat!r}", todo)


def _chat(session: Session) -> Iterator[Finding]:
    settings = session.workspace.settings.model
    if settings.chat == "local":
        yield Finding("chat model", "ok", "local: no key, no network")
        return
    chat = open_chat(settings, store=_Asked(session.ledger.calls), budget=session.budget)
    answer = chat.ask(Request("Answer in JSON.", "Are you ready?", "ready", _SHAPE, 200, stage="doctor"))
    said = f"{answer.model or settings.chat} answers in {answer.usage.seconds:.1f} s, shaped {shape_by(chat)}"
    yield Finding("chat model", "ok", said)


def _embeddings(session: Session) -> Iterator[Finding]:
    size, known = len(session.embedder.embed_query("ready")), session.ledger.vector_size(session.embedder.name)
    if known in (None, size):
        yield Finding("embeddings", "ok", f"{session.embedder.name}: vectors of {size} numbers")
    else:
        said = f"{session.embedder.name}: vectors of {size} numbers, the ledger has {known}"
        yield Finding("embeddings", "error", said, "write the name of the model that made them")


def _engine(session: Session) -> Iterator[Finding]:
    open_engine(session.desk, sending=False)
    yield Finding("engine", "ok", "codebook and prompts can be read")


def _ledger(session: Session) -> Iterator[Finding]:
    problem = session.ledger.damage()
    if problem:
        yield Finding("ledger", "error", problem, f"restore {session.workspace.ledger} from a backup")
    else:
        count, lost = len(session.ledger.transcripts()), session.ledger.calls.total().lost
        more = f", {lost} requests were cut off and may have been paid" if lost else ""
        yield Finding("ledger", "ok", f"sound, {count} sources{more}")


def _index(session: Session) -> Iterator[Finding]:
    rebuilt = session.index(session.ledger.transcripts()).mend()
    yield Finding("search index", "ok", "was damaged or missing, built anew from the ledger" if rebuilt else "sound")


def _disk(session: Session) -> Iterator[Finding]:
    free = bytes_free(session.workspace.root)
    state: State = "ok" if free > _ROOM else "warning"
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free", "" if state == "ok" else "make room before a run")
    for folder in (session.workspace.root, session.workspace.state):
        with tempfile.TemporaryFile(dir=folder):
            pass


def _texts(session: Session) -> Iterator[Finding]:
    del session
    names = sys.getfilesystemencoding(), sys.stdout.encoding or "", locale.getpreferredencoding(False)
    odd = sorted({name for name in names if name.replace("-", "").casefold() != "utf8"})
    if odd:
        todo = "set PYTHONUTF8=1 (or LC_ALL=C.UTF-8), so that names of files and people are shown whole"
        yield Finding("locale", "warning", f"not UTF-8: {', '.join(odd)}", todo)
    else:
        yield Finding("locale", "ok", "UTF-8")


def _git(session: Session) -> Iterator[Finding]:
    del session
    if shutil.which("git"):
        yield Finding("git", "ok", "found: edits by hand are merged")
    else:
        yield Finding("git", "warning", "not found: edits by hand cannot be merged", "install git")


def findings_json(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in found]


def findings_text(found: Sequence[Finding]) -> str:
    """Return a line a finding, what is wrong with what to do."""
    width = max(len(finding.what) for finding in found)
    lines = []
    for finding in found:
        todo = f" -> {finding.todo}" if finding.todo else ""
        lines.append(f"{finding.state:7}  {finding.what:{width}}  {finding.said}{todo}")
    return "\n".join(lines)
