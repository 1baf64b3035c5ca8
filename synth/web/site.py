"""What every page has at hand: the workspace, a look into its ledger, the one worker, and what was worked out before.

Pages look without the lock, so that they answer while a run writes. What is dear to work out is kept until a file that
it came from changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from synth import pipeline
from synth.documents.render import JSON
from synth.extraction.decisions import FILE as DECISIONS
from synth.pipeline import Session
from synth.web.security import Door
from synth.web.work import Worker
from synth.workspace import Workspace, open_workspace

Value = TypeVar("Value")
_WATCHED = ("synth.toml", "corpora/sources.csv", "crm", ".synth/ledger.db", ".synth/ledger.db-wal", JSON, DECISIONS)


@dataclass
class Site:
    """One served workspace."""

    root: Path
    door: Door
    work: Worker = field(init=False)
    _kept: dict[str, tuple[object, object]] = field(default_factory=dict, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.work = Worker(self.workspace)

    def workspace(self) -> Workspace:
        """Open the workspace with the settings of this moment; raises WorkspaceError or SettingsInvalid."""
        return open_workspace(self.root)

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Look into the ledger without holding the workspace; nothing can be written. Raises WorkspaceError."""
        with pipeline.look(self.workspace()) as session:
            yield session

    def writing(self) -> AbstractContextManager[Session]:
        """Hold the workspace as a command does; raises WorkspaceBusy, which is answered with 409."""
        return pipeline.open_session(self.workspace())

    def kept(self, name: str, work_out: Callable[[Session], Value]) -> Value:
        """Return what `work_out` made of the ledger, the same value until a file it can depend on changes."""
        with self._turn:
            stamp = self.stamp()
            known = self._kept.get(name)
            if known is None or known[0] != stamp:
                with self.looking() as session:
                    known = (stamp, work_out(session))
                self._kept[name] = known
        return known[1]  # type: ignore[return-value]

    def stamp(self) -> object:
        """Return a value that changes with any file pages are made from."""
        return tuple(_stamp(self.root / name) for name in _WATCHED)


def _stamp(path: Path) -> object:
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


Here = Annotated[Site, Depends(_site)]
