"""Running the server: a free port on this machine, the link, and an end when nobody uses it."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from synth.errors import WorkspaceError
from synth.web.app import create_app
from synth.web.drafts import Drafts
from synth.web.incoming import clear, incoming
from synth.web.protocol import PatientProtocol
from synth.web.security import Door
from synth.web.site import Site
from synth.workspace import has_sources

CONNECTIONS = 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Idle:
    """Knows how long nobody has asked for anything; an open stream of events counts as use."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = 0
        self._last = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1
            self._last = time.monotonic()

    @property
    def seconds(self) -> float:
        return 0.0 if self._open else time.monotonic() - self._last


class LocalServer:
    """One workspace, served on an address of this machine that is taken at once.

    Raises WorkspaceError when `host` and `port` cannot be had, or `root` is no workspace.
    """

    def __init__(self, root: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = _listen(host, port)
        names = ("127.0.0.1", "localhost", "[::1]") if host in LOOPBACK else (host,)
        self.site = Site(root, Door(self._socket.getsockname()[1], names))
        clear(self.site.workspace())
        self._drafts = Drafts(self.site)
        self._idle = Idle(create_app(self.site, self._drafts))
        config = uvicorn.Config(
            self._idle, http=PatientProtocol, ws="none", lifespan="off", access_log=False, log_level="warning",
            server_header=False, limit_concurrency=CONNECTIONS, timeout_graceful_shutdown=3, proxy_headers=False,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    def run(self, idle_minutes: float = 0) -> None:
        """Serve until Ctrl-C, `end`, or so many minutes without use (0: for ever); what runs then is waited for."""
        if idle_minutes:
            threading.Thread(target=self._end_when_idle, args=(idle_minutes,), daemon=True).start()
        before, tempfile.tempdir = tempfile.tempdir, str(incoming(self.site.workspace()))
        if has_sources(self.site.workspace()):
            self.site.look()
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._drafts.wait()  # what was decided last stands in the documents, too
            self.site.work.close()
            tempfile.tempdir = before
            clear(self.site.workspace())

    def end(self) -> None:
        self._server.should_exit = True

    def _end_when_idle(self, minutes: float) -> None:
        while not self._server.should_exit:
            time.sleep(1)
            if self._idle.seconds > minutes * 60 and not self.site.work.busy:
                self.end()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.bind((host, port))
    except OSError as error:
        raise WorkspaceError(f"{host}:{port}: cannot listen there ({error.strerror}). Name another: --port N") from None
    listening.listen()
    return listening
