"""What every page has at hand: the workspace, a look into its ledger, the one worker, and what was worked out before.

Pages look without the lock, so that they answer while a run writes. What is dear to work out is kept until a file that
it came from changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from synth import pipeline
from synth.crm.load import crm_files
from synth.documents.render import JSON, context_of, stored_profile
from synth.documents.templating import Data
from synth.errors import WorkspaceBusy
from synth.extraction.decisions import FILE as DECISIONS
from synth.extraction.linedecisions import FILE as LINES
from synth.pipeline import Session
from synth.web.security import Door
from synth.web.sources import Overview, overview
from synth.web.work import Worker
from synth.workspace import Workspace, open_workspace

LONG = "run"  # the kind of job that may take hours
Value = TypeVar("Value")
_RULES = ("synth.toml", "prompts/codebook.yaml", "crm/duplicates.csv", "corpora/sources.csv")
_LEDGER = (".synth/ledger.db", ".synth/ledger.db-wal")
_WATCHED = ("synth.toml", "corpora/sources.csv", "crm", *_LEDGER, JSON, DECISIONS, LINES)


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

    def free(self) -> None:
        """Raise WorkspaceBusy when a command holds the workspace."""
        with self.workspace().locked():
            pass

    def do(self, kind: str, act: Callable[[Session], Value]) -> Value:
        """Let the worker do something short in its turn and return what it gives.

        Raises WorkspaceBusy, and does nothing, while a run is on its way or a command holds the workspace.
        """
        if self.work.has(LONG):
            raise WorkspaceBusy(self.root, "the run that this page shows")
        return self.work.submit(kind, act).result()

    def look(self) -> Future[Overview]:
        """Let the worker look at the sources in its turn, for the Add page."""
        return self.work.submit("look", overview)

    def kept(self, name: str, work_out: Callable[[Session], Value], stamp: object = None) -> Value:
        """Return what `work_out` made of the ledger, the same value until a file it can depend on changes.

        One that depends on less can give its own `stamp`.
        """
        with self._turn:
            stamp = stamp or self.stamp()
            known = self._kept.get(name)
            if known is None or known[0] != stamp:
                with self.looking() as session:
                    known = (stamp, work_out(session))
                self._kept[name] = known
        return known[1]  # type: ignore[return-value]

    def profile(self) -> Data:
        """Return what templates of documents see, kept until `profile.json` changes. It needs no ledger.

        Raises WorkspaceError when there are no documents, or they cannot be read.
        """
        with self._turn:
            stamp = _stamp(self.root / JSON)
            known = self._kept.get(JSON)
            if known is None or known[0] != stamp:
                known = self._kept[JSON] = stamp, context_of(stored_profile(self.root))
        return known[1]  # type: ignore[return-value]

    def inputs(self) -> object:
        """Return a value that changes with the settings and with what was added, corrected or removed."""
        workspace = self.workspace()
        files = (*workspace.corpora.rglob("*"), *crm_files(workspace.crm), workspace.root / "synth.toml")
        return tuple((str(path), _stamp(path)) for path in sorted(files))

    def stamp(self) -> object:
        """Return a value that changes with any file pages are made from."""
        return tuple(_stamp(self.root / name) for name in _WATCHED)

    def rule_stamp(self) -> object:
        """Return a value that changes with the settings, the codebook and the CRM export."""
        workspace = self.workspace()
        files = (*crm_files(workspace.crm), *(workspace.root / name for name in _RULES))
        return tuple((str(path), _stamp(path)) for path in files)


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
