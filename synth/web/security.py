"""The gate before every page: who may ask, from where, with how much, and what a browser may do with the answer.

All of it is decided here, outermost, for every path, so that a new page cannot forget any: the host that was asked for
is this server under one of its loopback names; the browser holds the cookie that the printed link gave it; what changes
anything comes from a page of ours. Whatever passes is answered with headers that let a page load from us alone.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = "/open"  # the one path that needs no cookie: it gives one for the token of the printed link
TOKEN_HEADER = "x-synth-token"  # noqa: S105 -- a name, no secret
QUIET_S = 20.0  # a sender of a request's body may be silent for so long
WHOLE_S = 300.0  # and take so long in all
_SAFE = ("GET", "HEAD", "OPTIONS")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Door:
    """Who may come in: the names of this server, the cookie of a browser that was let in, the token of the next link.

    A token opens the door once; with it the next one is made, which `announce` may print.
    """

    port: int
    names: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    announce: Callable[[str], None] = lambda _link: None
    session: str = field(default_factory=_secret, repr=False)
    token: str = field(default_factory=_secret, repr=False)

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers share cookies between the ports of a machine."""
        return f"synth-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(f"{name}:{self.port}" for name in self.names)

    @property
    def link(self) -> str:
        return f"http://{self.names[0]}:{self.port}{OPEN}?token={self.token}"

    def enter(self, token: str) -> bool:
        """Whether `token` is the present one, which is then used up."""
        if not _same(token, self.token):
            return False
        self.token = _secret()
        self.announce(self.link)
        return True

    def knows(self, headers: Headers) -> bool:
        """Whether a request carries the session, as a browser's cookie or as a program's header."""
        return _same(_cookie(headers, self.cookie), self.session) or _same(headers.get(TOKEN_HEADER, ""), self.session)


class Gate:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # there is none here
        else:
            exchange = _Exchange(scope, receive, send)
            await (self._refusal(scope) or self._page(scope))(scope, exchange.receive, exchange.send)

    def _page(self, scope: Scope) -> ASGIApp:
        return self._open(scope) if scope["path"] == OPEN else self.app

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what to answer instead, None when the request may pass."""
        headers = Headers(scope=scope)
        if not scope["path"].startswith("/") or len(headers.getlist("host")) != 1:
            return PlainTextResponse("Bad request.", 400)
        if headers["host"].lower() not in self._door.hosts:
            return PlainTextResponse("This server does not answer to that name.", 421)
        if scope["path"] == OPEN and scope["method"] == "GET":  # a look ahead by HEAD must not use the link up
            return None
        if not self._door.knows(headers):
            return PlainTextResponse("Open the link that 'synth serve' printed.", 403)
        if scope["method"] not in _SAFE and not self._from_us(headers):
            return PlainTextResponse("This must be sent from a page of this server.", 403)
        return None

    def _from_us(self, headers: Headers) -> bool:
        """Whether a request that changes something was sent by a page of ours, or by a program that has the token."""
        if site := headers.get("sec-fetch-site"):
            return site in ("same-origin", "none")
        if origin := headers.get("origin"):
            return origin.lower() == f"http://{headers['host'].lower()}"
        return _same(headers.get(TOKEN_HEADER, ""), self._door.session)

    def _open(self, scope: Scope) -> Response:
        """Let a browser in that has the link, and lead it away from the address with the token."""
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        known = self._door.knows(Headers(scope=scope))
        if not known and not self._door.enter(token):
            return PlainTextResponse("This link was used already. The newest one stands in the terminal.", 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._door.cookie, self._door.session, path="/", httponly=True, samesite="strict")
        return answer


class _Exchange:
    """One request and its answer: not waited for without end, and answered with our headers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._whole = scope["method"] in _SAFE  # whether all of the body was read
        self._until: float | None = None

    async def receive(self) -> Message:
        """Give up on a sender that is silent, or drips for minutes; what it held is let go."""
        if self._whole:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + WHOLE_S
        try:
            event = await asyncio.wait_for(self._receive(), max(0.0, min(QUIET_S, self._until - now)))
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._whole = event["type"] == "http.request" and not event.get("more_body", False)
        return event

    async def send(self, event: Message) -> None:
        """Put our headers on the answer; a page may make its own policy stricter, never wider."""
        if event["type"] == "http.response.start":
            headers = MutableHeaders(scope=event)
            for name, value in HEADERS.items():
                if name not in headers:
                    headers[name] = value
            if not self._whole:
                headers["connection"] = "close"  # so that nobody goes on sending what is not read
        await self._send(event)


def _cookie(headers: Headers, name: str) -> str:
    """Return a cookie; those of other servers of this machine, which may have any form, are in the same header."""
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name, "")


def _same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())
