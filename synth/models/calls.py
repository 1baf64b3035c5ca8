"""A model call is paid once, tried at most four times, and never goes over the budget.

Key = hash of everything that shapes the answer. An in-flight row is stored before each request and the reply after it,
before anything reads it; so a crash repeats at most the requests that were in flight, and a second run sends nothing.
There is one retry loop in the program, this one; the SDK's and LangChain's are off. Nothing here knows a provider.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, as_completed, wait
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol, TypeVar

from synth.errors import AnswerError, BudgetReached, ModelError, ModelUnreachable, RunStopped
from synth.failpoints import reach
from synth.models.answers import parse_answer
from synth.models.budget import Budget
from synth.models.pace import Pace
from synth.models.prices import Usd
from synth.text.words import token_bound, tokens

log = logging.getLogger("synth")

ATTEMPTS = 4  # requests an item may cost in all: retries, a repair and the halves of a split batch together
LONGEST_BACKOFF = 30.0  # seconds between two tries, when the server does not say how long
LONGEST_WAIT = 120.0  # seconds; a server that asks for more gets the item deferred to the next run
OUTAGES = 5  # items failed in a row before the provider is taken to be down
_OUTAGE = frozenset({"server", "timeout", "rate limit", "deferred", "connection", "broken off"})
_MAYBE_BILLED = frozenset({"timeout", "broken off"})  # the answer may have been made, and paid, without reaching us
_FATAL = (ModelError, BudgetReached, RunStopped)

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


@dataclass(frozen=True, slots=True)
class Sent:
    """A request about to go out: whose answer it wants, for the account of what was spent."""

    key: str
    stage: str
    source: str
    model: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request; `cause` is "done" or the short word for why there is no answer."""

    cause: str
    used: Usage
    model: str = ""  # as the provider names it
    answer: str | None = None  # the reply as JSON, before anything is made of it


class CallStore(Protocol):
    """Where requests and answers are kept. Called from several threads at once."""

    def answer(self, key: str) -> str | None:
        """Return the paid answer to this call, if there is one."""

    def begin(self, sent: Sent, bound: Usage) -> int:
        """Keep, before it is sent, that a request may cost as much as `bound`; return its number."""

    def settle(self, number: int, outcome: Outcome) -> None:
        """Keep what became of it, and its answer, in one step."""

    def names(self, model: str) -> set[str]:
        """Return the names under which `model` has answered so far."""


class MemoryStore:
    """For a run that keeps nothing beyond itself."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}
        self._sent: list[Sent] = []
        self._names: dict[str, set[str]] = {}

    def answer(self, key: str) -> str | None:
        return self._answers.get(key)

    def begin(self, sent: Sent, bound: Usage) -> int:  # noqa: ARG002 - for stores that account
        self._sent.append(sent)
        return len(self._sent) - 1

    def settle(self, number: int, outcome: Outcome) -> None:
        sent = self._sent[number]
        if outcome.answer is not None:
            self._answers[sent.key] = outcome.answer
            self._names.setdefault(sent.model, set()).add(outcome.model)

    def names(self, model: str) -> set[str]:
        return self._names.get(model, set())


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
    """A chat model as the program uses it: one question, one answer of the asked shape. Used by several threads."""

    model: str
    endpoint: str
    send: Callable[[Request, float], Reply]  # within seconds; raises Passing, AnswerError or ModelError
    timeout_s: float = 120.0
    workers: int = 4  # requests in flight at most
    store: CallStore = field(default_factory=MemoryStore)
    budget: Budget = field(default_factory=Budget)
    price: Usd | None = None  # None: tokens are counted, money is not
    keeps: bool = True  # answers, for the next time the same is asked
    pace: Pace = field(default_factory=Pace)
    heard: Callable[[], None] = lambda: None  # called after each answer, from its thread
    sleep: Callable[[float], object] | None = None  # None: until the time is over or the run stops
    clock: Callable[[], float] = time.monotonic
    _failed_in_a_row: int = 0
    _fatal: ModelError | BudgetReached | RunStopped | None = None
    _stopped: threading.Event = field(default_factory=threading.Event, repr=False)
    _slots: threading.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._slots = threading.BoundedSemaphore(self.workers)

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

    def fetch(self, request: Request) -> Reply:
        """Return what the model replied, whatever it is; raises AnswerError when no reply could be had."""
        return self._reply(request, Allowance())

    def kept(self, request: Request) -> Reply | None:
        """Return the reply that is there already, if there is one."""
        text = self.store.answer(self.key(request)) if self.keeps else None
        return None if text is None else _kept(text)

    def key(self, request: Request) -> str:
        return call_key(self.endpoint, self.model, request)

    def bound(self, request: Request) -> Usage:
        """Return the most that one request can cost."""
        tokens_in = token_bound(request.system + request.user + json.dumps(request.schema))
        return self.priced(Usage(tokens_in, request.max_tokens))

    def priced(self, used: Usage) -> Usage:
        """Return `used` with what it costs."""
        counts = used.tokens_in, used.tokens_out, used.tokens_cached
        return replace(used, usd=self.price(*counts) if self.price else None)

    def stop(self, why: ModelError | BudgetReached | RunStopped | None = None) -> None:
        """Send nothing more: requests on their way end and are kept, every other `ask` raises `why`."""
        self._fatal = self._fatal or why or RunStopped()
        self._stopped.set()

    def side_by_side(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Run `work` on the items, as many at once as there are workers; yield each with its result as it is ready.

        An error, or Ctrl-C, ends it: what is on its way is waited for, nothing new is sent.
        """
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            jobs = {pool.submit(work, item): item for item in items}
            try:
                for job in as_completed(jobs):
                    yield jobs[job], job.result()
            except BaseException:
                self.stop()
                raise
            finally:
                for job in jobs:
                    job.cancel()

    def _reply(self, request: Request, allowance: Allowance) -> Reply:
        if (kept := self.kept(request)) is not None:
            return kept
        try:
            reply = self._try(self.key(request), request, allowance)
        except AnswerError as error:
            self._count_outage(error)
            raise
        except _FATAL as error:
            self.stop(error)
            raise
        self._failed_in_a_row = 0
        return reply

    def _try(self, key: str, request: Request, allowance: Allowance) -> Reply:
        start, sent = self.clock(), 0
        until = start + 2 * self.timeout_s
        while True:
            self._wait_for_turn(request, until)
            sent += 1
            allowance.left -= 1
            try:
                reply = self._attempt(key, request, until - self.clock())
            except Passing as trouble:
                pause = _pause(trouble, key, sent)
                if trouble.cause == "rate limit" and trouble.after:
                    self.pace.hold_off(pause)
                if allowance.left <= 0 or self.clock() + pause >= until or pause > LONGEST_WAIT:
                    raise _given_up(trouble, sent, pause) from None
                self._rest(pause)
                continue
            return replace(reply, usage=replace(reply.usage, requests=sent, seconds=self.clock() - start))

    def _wait_for_turn(self, request: Request, until: float) -> None:
        """Wait as long as the provider's limits ask for; raises AnswerError when that is too long, or the run's end."""
        bound = self.bound(request)
        while True:
            self._raise_if_stopped()
            pause = self.pace.take(bound.tokens_in + bound.tokens_out)
            if not pause:
                return
            if pause > LONGEST_WAIT or self.clock() + pause >= until:
                raise _deferred(pause)
            self._rest(pause)

    def _raise_if_stopped(self) -> None:
        if self._fatal is not None:
            raise self._fatal

    def _rest(self, seconds: float) -> None:
        (self.sleep or self._stopped.wait)(seconds)

    def _attempt(self, key: str, request: Request, left: float) -> Reply:
        bound = self.bound(request)
        with self._slots:
            self._raise_if_stopped()
            self.budget.hold(*bound.held)
            used = Usage(0, 0)
            try:
                number = self.store.begin(Sent(key, request.stage, request.source, self.model), bound)
                reach("before-send")
                start = self.clock()
                try:
                    reply = self._counted(self.send(request, min(self.timeout_s, left)), request)
                except (Passing, AnswerError, ModelError) as trouble:
                    cause = getattr(trouble, "cause", type(trouble).__name__)
                    used = bound if cause in _MAYBE_BILLED else used
                    self.store.settle(number, Outcome(cause, replace(used, seconds=self.clock() - start)))
                    raise
                used = self.priced(replace(reply.usage, seconds=self.clock() - start))
                reach("after-answer")
                self._warn_of_another_model(reply.model)
                self.store.settle(number, _done(replace(reply, usage=used), keep=self.keeps))
                reach("after-commit")
            finally:
                self.budget.settle(bound.held, used.held)
        self.heard()
        return reply

    def _counted(self, reply: Reply, request: Request) -> Reply:
        """Put an estimate in where a server does not count tokens: what is not counted would be over the cap unseen."""
        if reply.usage.tokens_in:
            return reply
        log.info("%s: the server counts no tokens; they are estimated", self.model)
        return replace(reply, usage=Usage(tokens(request.system + request.user), tokens(reply.text)))

    def _warn_of_another_model(self, answered: str) -> None:
        """Say once that another model answers than the one asked for, or than the one that did so far."""
        asked, known = self.model.partition(":")[2], self.store.names(self.model)
        if not answered or answered in known or (not known and answered.startswith(asked)):
            return
        log.warning("%s: answered by %r, so far by %s", self.model, answered, ", ".join(sorted(known)) or repr(asked))

    def _count_outage(self, error: AnswerError) -> None:
        self._failed_in_a_row = self._failed_in_a_row + 1 if error.cause in _OUTAGE else 0
        if error.cause == "connection" or self._failed_in_a_row >= OUTAGES:
            fatal = ModelUnreachable(self.model, str(error))
            self.stop(fatal)
            raise fatal


def _done(reply: Reply, *, keep: bool) -> Outcome:
    return Outcome("done", reply.usage, reply.model, reply_json(reply) if keep else None)


def reply_json(reply: Reply) -> str:
    """Return a reply as a store keeps it."""
    return json.dumps(asdict(reply), ensure_ascii=False, sort_keys=True)


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
    return min(LONGEST_BACKOFF, 2.0 ** (sent - 1)) * (0.5 + 0.5 * jitter)


def _deferred(pause: float) -> AnswerError:
    return AnswerError("deferred", f"the server asks to wait {pause:.0f} s")


def _given_up(trouble: Passing, sent: int, pause: float) -> AnswerError:
    if pause > LONGEST_WAIT:
        return _deferred(pause)
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
