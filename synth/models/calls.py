"""A model call is paid once, tried at most four times, and never goes over the budget.

Key = hash of everything that shapes the answer. An in-flight row is stored before the request and the reply after it,
before anything reads it; so a crash repeats at most the calls that were in flight, and a second run sends nothing.
There is one retry loop in the program, this one; the SDK's and LangChain's are off. Nothing here knows a provider.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol, TypeVar

from synth.errors import AnswerError, BudgetReached, ModelError, ModelUnreachable
from synth.models.answers import parse_answer
from synth.models.budget import Budget
from synth.text.words import token_bound

ATTEMPTS = 4  # requests an item may cost in all: retries, a repair and the halves of a split batch together
LONGEST_WAIT = 30.0  # seconds; a server that asks for more gets the item deferred to the next run
OUTAGES = 5  # items failed in a row before the provider is taken to be down
_OUTAGE = frozenset({"server", "timeout", "rate limit", "deferred", "connection", "broken off"})
_MAYBE_BILLED = frozenset({"timeout", "broken off"})  # the answer may have been made, and paid, without reaching us

_REPAIR = "\n\nYour last answer could not be used: {}. Answer with the JSON object only."

Item = TypeVar("Item")
Result = TypeVar("Result")


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


@dataclass(frozen=True, slots=True)
class Usage:
    tokens_in: int
    tokens_out: int
    tokens_cached: int = 0  # of tokens_in, read from the provider's prompt cache
    requests: int = 1  # sent for this reply
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, before anything is made of it."""

    text: str
    finish: str  # "stop", "length", "content_filter", or the provider's own word
    model: str  # as the provider names it
    usage: Usage
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that holds what was asked. `usage.requests` is 0 when it came from the ledger."""

    data: dict[str, Any]
    text: str
    model: str
    finish: str
    usage: Usage


class CallStore(Protocol):
    """Where calls are kept. Called from several threads at once."""

    def answer(self, key: str) -> str | None: ...
    def begin(self, key: str, stage: str, source: str, model: str) -> None: ...
    def finish(self, key: str, answer_json: str, usage: Usage) -> None: ...
    def fail(self, key: str, cause: str) -> None: ...


class MemoryStore:
    """For a run that keeps nothing beyond itself."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    def answer(self, key: str) -> str | None:
        return self._answers.get(key)

    def begin(self, key: str, stage: str, source: str, model: str) -> None:
        """Nothing to keep: with the process ends the store."""

    def finish(self, key: str, answer_json: str, usage: Usage) -> None:  # noqa: ARG002 - for stores that account
        self._answers[key] = answer_json

    def fail(self, key: str, cause: str) -> None:
        """Nothing to keep."""


class Passing(Exception):
    """A request failed in a way that may pass. `after` is what the server asked us to wait, in seconds."""

    def __init__(self, cause: str, problem: str, after: float | None = None) -> None:
        self.cause, self.problem, self.after = cause, problem, after
        super().__init__(f"{cause}: {problem}")


@dataclass(slots=True)
class Allowance:
    """Requests that one item may still cost."""

    left: int = ATTEMPTS


def call_key(endpoint: str, model: str, request: Request) -> str:
    """Return the identity of a call: what would change the answer, and nothing else."""
    parts = {
        "endpoint": endpoint,
        "model": model,
        "messages": [request.system, request.user],
        "schema": [request.schema_name, request.schema],
        "max_tokens": request.max_tokens,
        "version": request.version,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(slots=True)
class Chat:
    """A chat model as the program uses it: one question, one answer of the asked shape."""

    model: str
    endpoint: str
    send: Callable[[Request, float], Reply]  # within seconds; raises Passing, AnswerError or ModelError
    timeout_s: float = 120.0
    workers: int = 4
    store: CallStore = field(default_factory=MemoryStore)
    budget: Budget = field(default_factory=Budget)
    sleep: Callable[[float], None] = time.sleep
    _failed_in_a_row: int = 0
    _fatal: ModelError | BudgetReached | None = None

    def ask(self, request: Request, allowance: Allowance | None = None) -> Answer:
        """Return the answer; an unusable one is asked for once more, then raises AnswerError with its cause."""
        allowance = allowance or Allowance()
        try:
            return _answer(self._reply(request, allowance), request)
        except AnswerError as error:
            if error.cause not in {"invalid", "empty"} or not allowance.left:
                raise
            again = replace(request, user=request.user + _REPAIR.format(str(error).partition(": ")[2]))
        return _answer(self._reply(again, allowance), again)

    def _reply(self, request: Request, allowance: Allowance) -> Reply:
        key = call_key(self.endpoint, self.model, request)
        if (kept := self.store.answer(key)) is not None:
            return _kept(kept)
        try:
            reply = self._try(key, request, allowance)
        except AnswerError as error:
            self.store.fail(key, error.cause)
            self._count_outage(error)
            raise
        except (ModelError, BudgetReached) as error:
            self.store.fail(key, type(error).__name__)
            self._fatal = error
            raise
        self._failed_in_a_row = 0
        self.store.finish(key, json.dumps(asdict(reply), ensure_ascii=False, sort_keys=True), reply.usage)
        return reply

    def _try(self, key: str, request: Request, allowance: Allowance) -> Reply:
        start, sent = time.monotonic(), 0
        while True:
            if self._fatal is not None:
                raise self._fatal
            sent += 1
            allowance.left -= 1
            try:
                reply = self._attempt(key, request, 2 * self.timeout_s - (time.monotonic() - start))
            except Passing as trouble:
                pause = _pause(trouble, key, sent)
                late = time.monotonic() - start + pause >= 2 * self.timeout_s
                if allowance.left <= 0 or late or pause > LONGEST_WAIT:
                    raise _given_up(trouble, sent, pause) from None
                self.sleep(pause)
                continue
            return replace(reply, usage=replace(reply.usage, requests=sent, seconds=time.monotonic() - start))

    def _attempt(self, key: str, request: Request, left: float) -> Reply:
        held = (token_bound(request.system + request.user + json.dumps(request.schema)), request.max_tokens)
        self.budget.hold(*held)
        self.store.begin(key, request.stage, request.source, self.model)
        used = (0, 0)
        try:
            reply = self.send(request, min(self.timeout_s, left))
            used = (reply.usage.tokens_in, reply.usage.tokens_out)
        except Passing as trouble:
            used = held if trouble.cause in _MAYBE_BILLED else used
            raise
        finally:
            self.budget.settle(held, used)
        return reply

    def _count_outage(self, error: AnswerError) -> None:
        self._failed_in_a_row = self._failed_in_a_row + 1 if error.cause in _OUTAGE else 0
        if error.cause == "connection" or self._failed_in_a_row >= OUTAGES:
            self._fatal = ModelUnreachable(self.model, str(error))
            raise self._fatal


def _kept(text: str) -> Reply:
    fields = json.loads(text)
    return Reply(**{**fields, "usage": replace(Usage(**fields["usage"]), requests=0)})


def _answer(reply: Reply, request: Request) -> Answer:
    """Read the finish reason first: half an answer, or none, must never look like 'nothing was found'."""
    if reply.finish == "length":
        raise AnswerError("truncated", f"the answer needs more than {request.max_tokens} tokens")
    if reply.finish == "content_filter":
        raise AnswerError("filtered", "the provider's content filter stopped the answer")
    if reply.refusal:
        raise AnswerError("refused", "the model refused to answer")
    data = parse_answer(reply.text, request.schema)
    return Answer(data, reply.text, reply.model, reply.finish, reply.usage)


def _pause(trouble: Passing, key: str, sent: int) -> float:
    """Return how long to wait: exponential, with a jitter that hangs on the call alone, so that runs are repeatable."""
    jitter = int(hashlib.sha256(f"{key}{sent}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    if trouble.after is not None:
        return trouble.after + 0.25 * jitter
    return min(LONGEST_WAIT, 2.0 ** (sent - 1)) * (0.5 + 0.5 * jitter)


def _given_up(trouble: Passing, sent: int, pause: float) -> AnswerError:
    if pause > LONGEST_WAIT:
        return AnswerError("deferred", f"the server asks to wait {pause:.0f} s; run 'synth run' again later")
    return AnswerError(trouble.cause, f"{trouble.problem} ({sent} requests)")


def in_order(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """Run `work` on every item with so many threads; results in the items' order, the first exception ends the run."""
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            for future in futures:
                future.cancel()
        done = [future for future in futures if not future.cancelled()]
        for future in done:
            future.result()
        return [future.result() for future in futures]
