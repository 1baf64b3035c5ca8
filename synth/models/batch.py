"""OpenAI's Batch API: half the price, answers within a day. A file of requests goes up, two files of results come down.

Results come in any order, some twice, some not at all; each is known by its key. A batch carries a token of ours, so
that one whose id was lost in a crash is found again instead of being paid twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from synth.errors import ModelError, ModelUnknown, ModelUnreachable, SynthError
from synth.models.access import http_client, key_of, key_variable, refuse_plain_http
from synth.models.failures import failure_of
from synth.models.requests import Reply, Request, Usage
from synth.models.retrying import Passing
from synth.models.silence import silence
from synth.models.thinking import EFFORT, thinks
from synth.settings import Model

Result = TypeVar("Result")

MOST_REQUESTS = 50_000  # of one batch
MOST_BYTES = 190_000_000
_ENDED = frozenset({"completed", "expired", "cancelled", "failed"})
_MARK = "synth"  # the name of our token among a batch's metadata


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is; `results` are the lines of its files, None while it runs."""

    status: str
    done: int
    total: int
    results: str | None


def as_lines(model: str, requests: Mapping[str, Request]) -> Iterator[str]:
    """Return the upload, a line of JSON a request, named by its key."""
    name = model.partition(":")[2]
    for key, request in requests.items():
        shape = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
        body: dict[str, Any] = {
            "model": name,
            "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}],
            "response_format": {"type": "json_schema", "json_schema": shape},
            "max_completion_tokens": request.max_tokens,
            "store": False,
        }
        body |= {"reasoning_effort": EFFORT} if thinks(model) else {"temperature": 0}
        line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def read_results(text: str, wanted: Collection[str]) -> dict[str, Reply | str]:
    """Return, by key, the reply or the cause of its failure. A reply beats a failure, the first reply all others.

    Keys that were not asked for and lines that are not readable are left out: what is missing is asked for again.
    """
    found: dict[str, Reply | str] = {}
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            key, result = str(entry["custom_id"]), _result(entry)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            continue
        if key in wanted and not isinstance(found.get(key), Reply):
            found[key] = result
    return found


def _result(entry: Mapping[str, Any]) -> Reply | str:
    response = entry.get("response") or {}
    if entry.get("error") or response.get("status_code") != 200:
        return str((entry.get("error") or {}).get("code") or "rejected")
    body = response["body"]
    choice, usage = body["choices"][0], body.get("usage") or {}
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    counts = (int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0)), int(cached))
    message = choice["message"]
    return Reply(
        text=message.get("content") or "",
        finish=str(choice.get("finish_reason") or "stop"),
        model=str(body.get("model") or ""),
        usage=Usage(*counts),
        refusal=message.get("refusal") or "",
        fingerprint=str(body.get("system_fingerprint") or ""),
    )


class BatchClient:
    """The server's side of it; every failure is a ModelError."""

    def __init__(self, settings: Model) -> None:
        provider = settings.chat.partition(":")[0]
        if provider != "openai":
            raise ModelUnknown(settings.chat, "--batch is for openai:<model> only")
        refuse_plain_http(settings)
        silence()
        from openai import OpenAI

        self._model, self._variable = settings.chat, key_variable(provider)
        self._client = OpenAI(
            api_key=key_of(settings, settings.chat),
            base_url=settings.base_url or None,
            max_retries=0,
            timeout=settings.timeout_s,
            http_client=http_client(lambda _: None),
        )

    def submit(self, token: str, lines: bytes) -> str:
        """Send a batch off; return its id."""
        file = self._said(lambda: self._client.files.create(file=("synth.jsonl", lines), purpose="batch"))
        batch = self._said(
            lambda: self._client.batches.create(
                input_file_id=file.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={_MARK: token},
            )
        )
        return batch.id

    def find(self, token: str) -> str:
        """Return the id of the batch with this token among the latest, '' when it never came into being."""
        page = self._said(lambda: self._client.batches.list(limit=100))
        return next((batch.id for batch in page.data if (batch.metadata or {}).get(_MARK) == token), "")

    def state(self, number: str) -> BatchState:
        """Look how far a batch is, and fetch its files when it has ended."""
        batch = self._said(lambda: self._client.batches.retrieve(number))
        counts = batch.request_counts
        done, total = (counts.completed + counts.failed, counts.total) if counts else (0, 0)
        if batch.status not in _ENDED:
            return BatchState(batch.status, done, total, None)
        files = [name for name in (batch.output_file_id, batch.error_file_id) if name]
        return BatchState(batch.status, done, total, "\n".join(map(self._content, files)))

    def _content(self, file: str) -> str:
        return self._said(lambda: self._client.files.content(file).content).decode("utf-8", "replace")

    def _said(self, ask: Callable[[], Result]) -> Result:
        try:
            return ask()
        except Exception as error:  # the SDK's and the HTTP library's; what has no name of ours goes on as a bug
            failure: SynthError | Passing | None = failure_of(error, self._model, self._variable)
            if failure is None:
                raise
            raise (failure if isinstance(failure, ModelError) else _unreachable(self._model, failure)) from None


def _unreachable(model: str, failure: SynthError | Passing) -> ModelUnreachable:
    return ModelUnreachable(model, failure.problem if isinstance(failure, Passing) else str(failure))


def parts(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut an upload into what one batch may hold."""
    part: list[str] = []
    size = 0
    for line in lines:
        length = len(line.encode())
        if part and (len(part) >= MOST_REQUESTS or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += length
    if part:
        yield part
