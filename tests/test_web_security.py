"""The gate of the local page: every route there is, asked by whoever should not, answers no and changes nothing."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from small_workspace import make_workspace
from starlette.testclient import TestClient
from web_site import HOST, Served, listening, served

from synth.web.security import HEADERS

_VALUES = {"name": "style.css"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    with served(make_workspace(tmp_path)) as found:
        yield found


def _flat(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from _flat(included.routes)
        else:
            assert isinstance(route, APIRoute), f"{route}: a route the tables below would miss"
            yield route


def _routes(here: Served) -> list[tuple[str, str]]:
    """Return (method, path) of every route, with something in each of its places."""
    found = []
    for route in _flat(here.app.app.routes):
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda place: _VALUES.get(place[1], "x"), route.path)
        found += [(method, path) for method in sorted(route.methods)]
    assert len(found) >= 8
    return found


def _state(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


BAD = {
    "no cookie": ({"cookie": ""}, 403),
    "another cookie": ({"cookie": "synth-8765=guess"}, 403),
    "no host": ({"host": ""}, 421),
    "another host": ({"host": "evil.example"}, 421),
    "a host that begins like ours": ({"host": "127.0.0.1.evil.example:8765"}, 421),
    "our host, another port": ({"host": "127.0.0.1:80"}, 421),
    "our host without its port": ({"host": "127.0.0.1"}, 421),
}
BAD_TO_SEND = {
    "cross-site": ({"sec-fetch-site": "cross-site"}, 403),
    "same-site": ({"sec-fetch-site": "same-site", "origin": f"http://{HOST}"}, 403),
    "another origin": ({"origin": "http://evil.example"}, 403),
    "another port's origin": ({"origin": "http://127.0.0.1:80"}, 403),
    "no origin": ({"origin": "null"}, 403),
    "neither header": ({}, 403),
    "a wrong token": ({"x-synth-token": "guess"}, 403),
}


@pytest.mark.parametrize("case", BAD)
def test_no_route_answers_whoever_was_not_let_in(case: str, here: Served, tmp_path: Path) -> None:
    headers, status = BAD[case]
    before = _state(tmp_path)
    stranger = TestClient(
        here.app, base_url=f"http://{HOST}", cookies=dict(here.client.cookies), follow_redirects=False
    )
    for method, path in _routes(here):
        answer = stranger.request(method, path, headers={"sec-fetch-site": "same-origin"} | headers)
        assert answer.status_code == status, (method, path)
        assert "synth-8765" not in answer.headers.get("set-cookie", "")
    assert _state(tmp_path) == before


@pytest.mark.parametrize("case", BAD_TO_SEND)
def test_nothing_changes_but_from_a_page_of_ours(case: str, here: Served, tmp_path: Path) -> None:
    headers, status = BAD_TO_SEND[case]
    before = _state(tmp_path)
    for method, path in _routes(here):
        if method != "GET":
            assert here.client.request(method, path, headers=headers).status_code == status, (method, path)
    assert _state(tmp_path) == before


def test_every_answer_carries_the_headers(here: Served) -> None:
    for path in ("/", "/add", "/static/style.css", "/nowhere", "/open?token=x"):
        answer = here.client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, path


def test_the_link_opens_once_and_leads_away_from_its_token(here: Served) -> None:
    told: list[str] = []
    here.site.door.announce = told.append
    link = here.site.door.link
    first, second = (TestClient(here.app, base_url=f"http://{HOST}", follow_redirects=False) for _ in range(2))
    assert (first.get(link).status_code, first.get("/add").status_code) == (303, 200)
    answer = second.get(link)
    assert (answer.status_code, second.get("/add").status_code) == (403, 403)
    assert told == [here.site.door.link]
    assert second.get(told[0]).status_code == 303
    cookie = first.get(link).headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))


def test_cookies_of_other_servers_do_not_lock_a_reader_out(here: Served) -> None:
    door = here.site.door
    own = f"{door.cookie}={door.session}"
    stranger = TestClient(here.app, base_url=f"http://{HOST}")
    for others in ('a={"b": 1, "c": [2]}', "x=a b; ; =; y", 'q="open', "[]=1"):
        assert stranger.get("/add", headers={"cookie": f"{others}; {own}"}).status_code == 200, others
    assert stranger.head(door.link).status_code == 403
    assert door.enter(door.token)


def test_settings_that_cannot_be_read_are_told_on_every_page(here: Served, tmp_path: Path) -> None:
    (tmp_path / "synth.toml").write_text("[vendor]\nnam = 1\n", encoding="utf-8")
    for path in ("/", "/add", "/run"):
        answer = here.client.get(path)
        assert (answer.status_code, "[vendor.nam]" in answer.text) == (400, True), path


def test_after_a_change_of_language_a_reader_stays_on_this_server(here: Served) -> None:
    for back in ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"):
        assert here.post("/language", data={"code": "fa", "back": back}).headers["location"] == "/"
    assert here.post("/language", data={"code": "fa", "back": "/add"}).headers["location"] == "/add"
    assert 'dir="rtl"' in here.client.get("/add").text


RAW = {
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
    "two hosts, one of them another": "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
    "a host with a path": "GET / HTTP/1.1\r\nHost: {host}/x\r\n\r\n",
    "a host with a user": "GET / HTTP/1.1\r\nHost: a@{host}\r\n\r\n",
    "a name that begins like ours": "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example:{port}\r\n\r\n",
    "an address in full": "GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a path without a slash": "GET add HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a websocket": "GET /events HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "HTTP/1.0 without a host": "GET / HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("case", RAW)
def test_a_malformed_request_is_refused_on_the_wire(case: str, tmp_path: Path) -> None:
    with listening(make_workspace(tmp_path)) as site:
        said = RAW[case].format(host=f"127.0.0.1:{site.door.port}", port=site.door.port)
        with socket.create_connection(("127.0.0.1", site.door.port), timeout=10) as wire:
            wire.sendall(said.encode())
            status = wire.recv(100).decode().split()[1]
    assert status in {"400", "403", "421"}
