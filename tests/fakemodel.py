"""A scriptable OpenAI-compatible server on loopback: real sockets, so that whatever client is used, it is tested whole.

Steps are played in order, one a request; the last one is repeated. Every request is logged with path, headers and body.
"""

from __future__ import annotations

import json
import re
import socket
import struct
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
    reset: bool = False  # break the connection off without an answer


@dataclass(frozen=True)
class Logged:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    content: bytes = b""  # as it came

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
    system_fingerprint: str = "",
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
                "system_fingerprint": system_fingerprint or None,
                "choices": [{"index": 0, "message": message, "finish_reason": finish}],
                "usage": counted,
            }
        )
    )


def answers(data: Any, **about: Any) -> Step:
    """A chat completion whose text is this value as JSON."""
    return completion(json.dumps(data, ensure_ascii=False), **about)


def embeddings(rows: Sequence[Any], *, order: Sequence[int] | None = None, tokens: int = 7) -> Step:
    """Vectors, each with the index that says whose it is; `order` is that in which they stand in the answer."""
    data = [{"object": "embedding", "index": i, "embedding": rows[i]} for i in order or range(len(rows))]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return raw(json.dumps({"object": "list", "model": "fake-embed-1", "data": data, "usage": usage}))


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
    asked = logged.body["response_format"]["json_schema"]["name"]
    if asked == "groups":
        return answers({"themes": _pairs(re.findall(r"^([0-9a-f]{8,}): (.+)$", logged.user, re.MULTILINE))})
    if asked == "summary":
        return answers({"sentences": []})
    lines = re.findall(r"^(\d+) (?:[CN]\d?: )?(.+)$", logged.user, re.MULTILINE)
    items = [
        {"aspect": "pain_point", "lines": [int(n)], "starts": text[:20], "statement": text}
        | {"stance": "supports", "prompted": False}
        for n, text in lines
        if len(text.split()) >= 6
    ]
    sent = sum(len(message["content"]) for message in logged.body["messages"]) // 4
    return answers({"insights": items}, tokens=(sent, len(json.dumps(items)) // 4))


def _pairs(statements: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Themes of two statements each, by the first one's words."""
    pairs = [statements[i : i + 2] for i in range(0, len(statements), 2)]
    return [{"id": "new", "title": pair[0][1][:60], "statements": [name for name, _ in pair]} for pair in pairs]


class Batches:
    """The server's Batch API, for a script: `ends` says when batches have ended, `results` makes their lines."""

    def __init__(self, results: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        self.results, self.ended, self.forget = results, False, False
        self.status = "completed"
        self.files: list[list[dict[str, Any]]] = []
        self.made: list[dict[str, Any]] = []

    def __call__(self, logged: Logged) -> Step:
        path = logged.path.partition("?")[0].removeprefix("/v1/")
        if path == "files":
            lines = [line for line in logged.content.splitlines() if line.startswith(b'{"custom_id"')]
            self.files.append([json.loads(line) for line in lines])
            return raw(json.dumps({"id": f"file-{len(self.files) - 1}", "object": "file"}))
        if path == "batches" and logged.body:
            self.made.append({"metadata": logged.body["metadata"], "file": int(logged.body["input_file_id"][5:])})
            return error(500) if self.forget else raw(json.dumps(self._shown(len(self.made) - 1)))
        if path == "batches":
            listed = [self._shown(number) for number in range(len(self.made))]
            return raw(json.dumps({"object": "list", "data": listed, "has_more": False}))
        if path.startswith("batches/"):
            return raw(json.dumps(self._shown(int(path.partition("-")[2]))))
        if path.startswith("files/"):
            lines = self.results(self.files[int(path.split("/")[1].partition("-")[2])])
            return raw("\n".join(map(json.dumps, lines)), kind="application/octet-stream")
        return oracle(logged)

    def _shown(self, number: int) -> dict[str, Any]:
        made = self.made[number]
        total = len(self.files[made["file"]])
        about = {"id": f"batch-{number}", "object": "batch", "metadata": made["metadata"]}
        counts = {"total": total, "completed": total if self.ended else 1, "failed": 0}
        status = {"status": self.status if self.ended else "in_progress", "request_counts": counts}
        return {**about, **status, "output_file_id": f"output-{made['file']}" if self.ended else None}


def batch_line(entry: dict[str, Any]) -> dict[str, Any]:
    """What a batch answers to one line: what the oracle would."""
    body = json.loads(oracle(Logged("", {}, entry["body"])).body)
    return {"custom_id": entry["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def reset() -> Step:
    """The connection breaks off before anything was said."""
    return Step(reset=True)


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


class _Handler(BaseHTTPRequestHandler):
    fake: FakeModel
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def log_message(self, *_: object) -> None:
        """Silent: the test reads `fake.log`."""

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length", 0))
        text = self.rfile.read(size)
        body = json.loads(text) if text.startswith(b"{") else {}
        step = self.fake.take(Logged(self.path, {k.lower(): v for k, v in self.headers.items()}, body, text))
        try:
            self._answer(step)
        except OSError:  # the client has hung up, which some tests are about
            self.close_connection = True
        finally:
            self.fake.done()

    do_GET = do_POST  # noqa: N815 - the name that the base class calls

    def _answer(self, step: Step) -> None:
        time.sleep(step.before)
        if step.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise ConnectionResetError
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


def _bytes(body: bytes) -> Iterator[bytes]:
    for i in range(len(body)):
        yield body[i : i + 1]


@contextmanager
def fake_model(steps: Sequence[Step | Callable[[Logged], Step]] = ()) -> Iterator[FakeModel]:
    """Serve until the block ends; `fake.url` is the base_url."""
    fake = FakeModel()
    fake.play(*steps)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
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
