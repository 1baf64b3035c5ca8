"""A scriptable OpenAI-compatible server on loopback: real sockets, so that whatever client is used, it is tested whole.

Steps are played in order, one a request; the last one is repeated. Every request is logged with path, headers and body.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Step:
    """What one request gets."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    before: float = 0.0  # seconds of silence
    cut: int | None = None  # close after so many bytes of the body
    drip: float = 0.0  # seconds between bytes


@dataclass(frozen=True)
class Logged:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def user(self) -> str:
        """The last message of a chat request."""
        return str(self.body["messages"][-1]["content"])


def completion(
    content: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int] = (100, 20),
    model: str = "fake-1",
    **usage: Any,
) -> Step:
    """A chat completion with this text."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    counted = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens), **usage}
    return raw(
        json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 0,
                "model": model,
                "choices": [{"index": 0, "message": message, "finish_reason": finish}],
                "usage": counted,
            }
        )
    )


def answers(data: Any, **about: Any) -> Step:
    """A chat completion whose text is this value as JSON."""
    return completion(json.dumps(data, ensure_ascii=False), **about)


def tool_call(name: str, data: Any) -> Step:
    """A chat completion that calls a tool."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(data)}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return raw(
        json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 0,
                "model": "fake-1",
                "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            }
        )
    )


def raw(text: str | bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> Step:
    """Any body."""
    body = text.encode() if isinstance(text, str) else text
    return Step(
        status, body, {"content-type": kind, **{key.replace("_", "-"): value for key, value in headers.items()}}
    )


def html(text: str = "<html><body>Bad gateway</body></html>", *, status: int = 200) -> Step:
    return raw(text, status=status, kind="text/html")


def error(status: int, code: str = "", message: str = "something went wrong", **headers: str) -> Step:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": code or "error", "param": None, "code": code or None}}
    return raw(json.dumps(body), status=status, **headers)


def hang(seconds: float) -> Step:
    return Step(before=seconds)


def cut(step: Step, after: int) -> Step:
    """The same body, broken off."""
    return Step(step.status, step.body, step.headers, cut=after)


def drip(step: Step, every: float) -> Step:
    """The same body, byte by byte: no read ever times out."""
    return Step(step.status, step.body, step.headers, drip=every)


def oracle(logged: Logged) -> Step:
    """A careful coder that finds a problem in every line of some length: the same question, the same answer."""
    named = re.findall(r"^id (\S+)", logged.user, re.MULTILINE)
    if logged.body["response_format"]["json_schema"]["name"] == "themes":
        return answers({"themes": [{"id": theme, "title": f"What was said on {theme}"} for theme in named]})
    lines = re.findall(r"^(\d+) (?:[CN]\d?: )?(.+)$", logged.user, re.MULTILINE)
    items = [
        {"aspect": "pain_point", "lines": [int(n)], "starts": text[:20], "statement": text}
        | {"stance": "supports", "prompted": False}
        for n, text in lines
        if len(text.split()) >= 6
    ]
    sent = sum(len(message["content"]) for message in logged.body["messages"]) // 4
    return answers({"insights": items}, tokens=(sent, len(json.dumps(items)) // 4))


class FakeModel:
    """The server's script and log. A step may also be a function of the logged request."""

    def __init__(self) -> None:
        self.script: list[Step | Callable[[Logged], Step]] = []
        self.log: list[Logged] = []
        self.url = ""
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def play(self, *steps: Step | Callable[[Logged], Step]) -> None:
        self.script = list(steps)

    def take(self, logged: Logged) -> Step:
        with self._lock:
            place = min(len(self.log), len(self.script) - 1)
            self.log.append(logged)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            step = self.script[place]
        return step(logged) if callable(step) else step

    def done(self) -> None:
        with self._lock:
            self._at_once -= 1


def _handler(fake: FakeModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silent: the test reads `fake.log`."""

        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", 0))
            text = self.rfile.read(size)
            body = json.loads(text) if text.startswith(b"{") else {}
            step = fake.take(Logged(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            try:
                self._answer(step)
            except OSError:  # the client has hung up, which some tests are about
                self.close_connection = True
            finally:
                fake.done()

        do_GET = do_POST  # noqa: N815 - the name that the base class calls

        def _answer(self, step: Step) -> None:
            time.sleep(step.before)
            self.send_response(step.status)
            for name, value in step.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(step.body)))
            self.end_headers()
            if step.drip:
                for byte in _bytes(step.body):
                    self.wfile.write(byte)
                    self.wfile.flush()
                    time.sleep(step.drip)
            else:
                self.wfile.write(step.body[: step.cut])
            if step.cut is not None:
                self.close_connection = True

    return Handler


def _bytes(body: bytes) -> Iterator[bytes]:
    for i in range(len(body)):
        yield body[i : i + 1]


@contextmanager
def fake_model(steps: Sequence[Step | Callable[[Logged], Step]] = ()) -> Iterator[FakeModel]:
    """Serve until the block ends; `fake.url` is the base_url."""
    fake = FakeModel()
    fake.play(*steps)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    server.block_on_close = False
    fake.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
