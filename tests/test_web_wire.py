"""The local page against clients that send too much, too slowly, or half: it ends them, keeps nothing, serves others."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from small_workspace import make_workspace
from web_site import listening

from synth.web import protocol, security
from synth.web.app import MAX_BODY
from synth.web.site import Site

_PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with listening(make_workspace(tmp_path)) as found:
        yield found


@contextmanager
def _wire(site: Site) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", site.door.port), timeout=30) as wire:
        yield wire


def _head(site: Site, method: str, path: str, *more: str) -> bytes:
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{site.door.port}",
        f"Cookie: {site.door.cookie}={site.door.session}",
        "Sec-Fetch-Site: same-origin",
        *more,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _status(wire: socket.socket) -> int:
    """Return the status of what comes, 0 when the connection is closed without a word."""
    try:
        said = wire.recv(200)
    except ConnectionResetError:
        return 0
    return int(said.split()[1]) if said else 0


def _answers(site: Site) -> bool:
    with _wire(site) as wire:
        wire.sendall(_head(site, "GET", "/static/style.css"))
        return _status(wire) == 200


def _left(root: Path) -> list[Path]:
    return [path for path in (root / ".synth/incoming").rglob("*") if path.is_file()]


MULTIPART = "Content-Type: multipart/form-data; boundary=b"


def test_a_body_that_says_it_is_too_long_is_refused_at_once(site: Site, tmp_path: Path) -> None:
    with _wire(site) as wire:
        wire.sendall(_head(site, "POST", "/add", MULTIPART, f"Content-Length: {1 << 30}") + _PART)
        assert _status(wire) == 413
    assert (_left(tmp_path), _answers(site)) == ([], True)


def test_a_body_without_an_end_is_refused_at_the_limit(site: Site, tmp_path: Path) -> None:
    chunk = b"x" * (1 << 20)
    with _wire(site) as wire:
        wire.sendall(_head(site, "POST", "/add", MULTIPART, "Transfer-Encoding: chunked"))
        wire.sendall(f"{len(_PART):x}\r\n".encode() + _PART + b"\r\n")
        sent = 0
        try:
            while sent < 4 * MAX_BODY:
                wire.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                sent += len(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert sent < 2 * MAX_BODY
        assert _status(wire) in (413, 0)  # 0: the answer was lost with what was still being sent
    assert (_left(tmp_path), _answers(site)) == ([], True)


def test_a_form_of_ten_thousand_parts_is_refused(site: Site, tmp_path: Path) -> None:
    for part in (_PART + b"x\r\n", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'):
        body = part * 10_000 + b"--b--\r\n"
        with _wire(site) as wire:
            wire.sendall(_head(site, "POST", "/add", MULTIPART, f"Content-Length: {len(body)}") + body)
            assert _status(wire) == 400
    assert (_left(tmp_path), _answers(site)) == ([], True)


def test_headers_that_never_end_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADERS_S", 2.0)
    with listening(make_workspace(tmp_path)) as site, _wire(site) as slow, _wire(site) as silent, _wire(site) as second:
        second.sendall(_head(site, "GET", "/static/icon.svg"))
        assert _status(second) == 200
        second.sendall(b"GET / HTTP/1.1\r\nX: ")  # the next request of a connection is no excuse
        slow.sendall(b"GET / HTTP/1.1\r\nX-Drip: ")
        assert _answers(site)
        with suppress(OSError):  # a byte now and then does not help
            for _ in range(300):
                slow.sendall(b"y")
                time.sleep(0.1)
            raise AssertionError("it listens on")
        for wire in (silent, second):
            while wire.recv(65536):
                pass


def test_a_body_that_stops_coming_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "QUIET_S", 2.0)
    with listening(make_workspace(tmp_path)) as site, _wire(site) as wire:
        wire.sendall(_head(site, "POST", "/add", MULTIPART, "Content-Length: 5000000") + _PART + b"x" * 2_000_000)
        assert _answers(site)
        assert _status(wire) in (0, 400)
        assert _left(tmp_path) == []


def test_an_upload_that_is_broken_off_leaves_nothing(site: Site, tmp_path: Path) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    with _wire(site) as wire:
        wire.sendall(_head(site, "POST", "/add", MULTIPART, "Content-Length: 5000000") + _PART + b"x" * 2_000_000)
    assert _answers(site)
    assert _left(tmp_path) == []
    assert not (tmp_path / "corpora/a.txt").exists()
    assert {path for path in Path(tempfile.gettempdir()).iterdir() if path.name.startswith("tmp")} <= before
