"""A served workspace for tests: the application in this process, and a real server on a loopback port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from synth.web.app import create_app
from synth.web.security import Door, Gate
from synth.web.serving import LocalServer
from synth.web.site import Site

PORT = 8765
HOST = f"127.0.0.1:{PORT}"


@dataclass(frozen=True, slots=True)
class Served:
    """The site, its application, and a browser of ours that was let in."""

    site: Site
    app: Gate
    client: TestClient

    def post(self, path: str, **more: Any) -> Any:
        """Send a form as a page of ours would."""
        return self.client.post(path, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False, **more)

    def settle(self) -> None:
        """Wait until the worker has nothing to do."""
        self.site.work.submit("settle", lambda _session: None).result(60)


@contextmanager
def served(root: Path) -> Iterator[Served]:
    """Serve `root` without a socket."""
    site = Site(root, Door(PORT))
    app = create_app(site)
    client = TestClient(
        app, raise_server_exceptions=False, base_url=f"http://{HOST}", cookies={site.door.cookie: site.door.session}
    )
    try:
        yield Served(site, app, client)
    finally:
        site.work.close()


@contextmanager
def listening(root: Path) -> Iterator[Site]:
    """Serve `root` on a free port of this machine as `synth serve` does."""
    server = LocalServer(root)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.end()
        thread.join(10)
