"""The documents after decisions: drafted beside the worker, so that the next decision never waits for them.

With thousands of statements a draft takes minutes, a decision a fraction of a second. Drafting only looks; what was
drafted is written in the worker's turn, unless something was decided meanwhile: then it is drafted anew, so that quick
decisions share one writing. With a chat model the summary may cost a call, and all of it is done in the worker's turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError

from synth import pipeline
from synth.documents.merge import Written
from synth.errors import SynthError
from synth.model import Theme
from synth.pipeline import Session
from synth.web.site import Site

QUIET_S = 0.5  # without a decision before a draft is begun


class Drafts:
    """Brings the documents up to what is decided."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._changed = threading.Lock()
        self._asked = 0
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Have the documents written soon; many askings at once are one."""
        with self._changed:
            self._asked += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="synth-drafts", daemon=True)
                self._thread.start()

    def wait(self, patience: float = 60.0) -> None:
        """Wait until the documents say what was decided."""
        thread = self._thread
        if thread is not None:
            thread.join(patience)

    def _work(self) -> None:
        try:
            while True:
                asked = self._asked
                time.sleep(QUIET_S)
                if asked == self._asked and self._write() and self._ends(asked):
                    return
        except BaseException:
            self._thread = None  # the next decision begins anew
            raise

    def _ends(self, asked: int) -> bool:
        with self._changed:
            if asked != self._asked:
                return False
            self._thread = None
            return True

    def _write(self) -> bool:
        """Draft and write; return False when something was decided in between."""
        try:
            return self._site.work.submit("draft", self._drafted()).result() is not None
        except (SynthError, CancelledError):  # the page says why: the worker keeps how a job ended
            return True

    def _drafted(self) -> Callable[[Session], Written | None]:
        """Return what is left to do in the worker's turn."""
        try:
            with self._site.looking() as session:
                if session.engine.chat is not None:
                    return pipeline.redraft
                themes = session.ledger.themes()
                documents = pipeline.draft_documents(session, session.ledger.transcripts(), themes)
        except SynthError:
            return pipeline.redraft  # to fail where failures are shown
        return lambda session: _write_unless_stale(session, documents, themes)


def _write_unless_stale(session: Session, documents: dict[str, str], themes: list[Theme]) -> Written | None:
    return pipeline.write(session, documents) if session.ledger.themes() == themes else None
