"""The seam to embedding models: texts go out, vectors come back in the texts' order, or a failure with our name.

It is a `calls.Chat`, so that retries, caps, limits and accounts are the same; its answers are not kept there, since
vectors have a place of their own. OpenAI's and compatible servers are asked directly: LangChain drops the `index` that
says which vector is whose.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from synth.errors import ModelUnknown
from synth.models.access import http_client, key_of, key_variable, refuse_plain_http, within
from synth.models.budget import Budget
from synth.models.calls import Chat
from synth.models.failures import failure_of
from synth.models.pace import Pace
from synth.models.prices import price_of
from synth.models.requests import Reply, Request, Usage
from synth.models.retrying import Passing
from synth.models.silence import silence
from synth.models.store import CallStore, MemoryStore
from synth.settings import Model


def open_vectors(settings: Model, *, store: CallStore | None = None, budget: Budget | None = None) -> Chat:
    """Open the model of `[model] embeddings`; raises ModelUnknown, ModelKeyMissing or ModelUnreachable."""
    refuse_plain_http(settings)
    silence()
    pace = Pace()
    provider, _, name = settings.embeddings.partition(":")
    ask = _openai(settings, name, pace) if provider == "openai" else _langchain(settings)
    return Chat(
        model=settings.embeddings,
        endpoint=settings.base_url or provider,
        send=_Seam(settings.embeddings, key_variable(provider), ask).send,
        timeout_s=settings.timeout_s,
        workers=settings.workers,
        store=store or MemoryStore(),
        budget=budget or Budget(),
        price=price_of(settings, settings.embeddings),
        pace=pace,
        keeps=False,
    )


def embed(chat: Chat, texts: Sequence[str]) -> list[list[float]]:
    """Return one vector a text, in their order; raises AnswerError when the server cannot be made to give them."""
    request = Request("", json.dumps(list(texts), ensure_ascii=False), "vectors", {}, 0, stage="embed")
    vectors: list[list[float]] = json.loads(chat.fetch(request).text)
    return vectors


@dataclass(frozen=True, slots=True)
class _Found:
    """What a library gave: vectors in order, the model's name and the tokens that were counted."""

    vectors: list[list[float]]
    model: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class _Seam:
    model: str
    variable: str
    ask: Callable[[list[str]], _Found]

    def send(self, request: Request, seconds: float) -> Reply:
        """Send one HTTP request; raises Passing, AnswerError or ModelError."""
        texts = json.loads(request.user)
        try:
            found = within(seconds, lambda: self.ask(texts))
        except TimeoutError:
            raise Passing("timeout", f"no answer within {seconds:.3g} s") from None
        except Passing:
            raise
        except Exception as error:  # each library has classes of its own; what has no name of ours goes on as a bug
            if (failure := failure_of(error, self.model, self.variable)) is None:
                raise
            raise failure from None
        if problem := _problem(found.vectors, len(texts)):
            raise Passing("server", problem)
        return Reply(json.dumps(found.vectors), "stop", found.model, Usage(found.tokens, 0))


def _openai(settings: Model, name: str, pace: Pace) -> Callable[[list[str]], _Found]:
    from openai import OpenAI

    client = OpenAI(
        api_key=key_of(settings, settings.embeddings),
        base_url=settings.base_url or None,
        max_retries=0,
        timeout=settings.timeout_s,
        http_client=http_client(pace.learn),
    )

    def ask(texts: list[str]) -> _Found:
        answer = client.embeddings.create(model=name, input=texts, encoding_format="float")
        placed = sorted(answer.data, key=lambda item: item.index)
        if [item.index for item in placed] != list(range(len(texts))):
            raise Passing("server", f"the server answered {len(placed)} vectors for {len(texts)} texts")
        used = answer.usage.prompt_tokens if answer.usage else 0
        return _Found([_numbers(item.embedding) for item in placed], answer.model or "", used)

    return ask


def _langchain(settings: Model) -> Callable[[list[str]], _Found]:
    from langchain.embeddings import init_embeddings

    provider = settings.embeddings.partition(":")[0]
    options: dict[str, Any] = {"api_key": key_of(settings, settings.embeddings)} if key_variable(provider) else {}
    try:
        model = init_embeddings(settings.embeddings, **options)
    except (ValueError, ImportError) as error:
        raise ModelUnknown(settings.embeddings, f"not an embedding model ({error})") from None
    return lambda texts: _Found([[float(number) for number in row] for row in model.embed_documents(texts)])


def _numbers(embedding: Any) -> list[float]:
    """Return the numbers of a vector, also of one that came as base64 although it was asked for as numbers."""
    if isinstance(embedding, str):
        raw = base64.b64decode(embedding)
        return list(struct.unpack(f"<{len(raw) // 4}f", raw))
    return [float(number) for number in embedding]


def _problem(vectors: Sequence[Sequence[float]], wanted: int) -> str:
    """Name what is wrong with an answer, '' when nothing is."""
    if len(vectors) != wanted:
        return f"the server answered {len(vectors)} vectors for {wanted} texts"
    if len({len(vector) for vector in vectors}) > 1 or not all(vectors):
        return "the server answered vectors of different sizes"
    if not all(math.isfinite(number) for vector in vectors for number in vector):
        return "the server answered vectors that hold no numbers"
    return ""
