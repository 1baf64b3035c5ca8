"""What is asked of a model and what comes back: requests, replies, what they used, and the identity of a call.

Plain values; nothing here sends, waits or stores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from synth.errors import AnswerError
from synth.models.answers import parse_answer


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. `version` names the prompt file's state; stage and source are for the ledger only."""

    system: str
    user: str
    schema_name: str
    schema: Mapping[str, Any]
    max_tokens: int
    version: str = ""
    stage: str = ""
    source: str = ""
    likeliest: int = 0  # above 0: plain text is wanted, and so many likeliest first tokens of it


@dataclass(frozen=True, slots=True)
class Usage:
    tokens_in: int
    tokens_out: int
    tokens_cached: int = 0  # of tokens_in, read from the provider's prompt cache
    requests: int = 1  # sent for this reply
    seconds: float = 0.0
    usd: float | None = None  # None: no price is known

    @property
    def held(self) -> tuple[int, float]:
        """Return it as a budget counts: tokens and USD."""
        return self.tokens_in + self.tokens_out, self.usd or 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, before anything is made of it."""

    text: str
    finish: str  # "stop", "length", "content_filter", or the provider's own word
    model: str  # as the provider names it
    usage: Usage
    refusal: str = ""
    fingerprint: str = ""  # of the build that answered, where the provider tells
    likely: tuple[tuple[str, float], ...] = ()  # first tokens with the logarithm of their probability, if asked for


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that would be sent, and the reply that is there already."""

    request: Request
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that holds what was asked. `usage.requests` is 0 when it came from the ledger."""

    data: dict[str, Any]
    text: str
    model: str
    finish: str
    usage: Usage


def call_key(endpoint: str, model: str, request: Request) -> str:
    """Return the identity of a call: what would change the answer, and nothing else."""
    parts = {
        "endpoint": endpoint,
        "model": model,
        "messages": [request.system, request.user],
        "schema": [request.schema_name, request.schema],
        "max_tokens": request.max_tokens,
        "version": request.version,
    } | ({"likeliest": request.likeliest} if request.likeliest else {})
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def reply_json(reply: Reply) -> str:
    """Return a reply as a store keeps it."""
    return json.dumps(asdict(reply), ensure_ascii=False, sort_keys=True)


def read_reply(text: str) -> Reply:
    """Return a kept reply; `usage.requests` is 0, since none was sent for it now."""
    fields = json.loads(text)
    likely = tuple((token, chance) for token, chance in fields.get("likely", ()))
    return Reply(**{**fields, "usage": replace(Usage(**fields["usage"]), requests=0), "likely": likely})


def answer_of(reply: Reply, request: Request) -> Answer:
    """Return what was asked for, or raise AnswerError with its cause.

    Read the finish reason first: half an answer, or none, must never look like 'nothing was found'."""
    if reply.finish == "length":
        raise AnswerError("truncated", f"the answer needs more than {request.max_tokens} tokens")
    if reply.finish == "content_filter":
        raise AnswerError("filtered", "the provider's content filter stopped the answer")
    if reply.refusal:
        raise AnswerError("refused", "the model refused to answer")
    data = parse_answer(reply.text, request.schema)
    return Answer(data, reply.text, reply.model, reply.finish, reply.usage)
