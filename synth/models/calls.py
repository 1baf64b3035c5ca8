"""A model call is paid once, tried at most four times, and never goes over the budget.

Key = hash of everything that shapes the answer. An in-flight row is stored before each request and the reply after it,
before anything reads it; so a crash repeats at most the requests that were in flight, and a second run sends nothing.
There is one retry loop in the program, this one; the SDK's and LangChain's are off. Nothing here knows a provider.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from synth.errors import AnswerError, BudgetReached, ModelError, ModelUnreachable, RunStopped
from synth.failpoints import reach
from synth.interrupts import let_finish
from synth.models.budget import Budget
from synth.models.pace import Pace
from synth.models.prices import Usd
from synth.models.requests import Answer, Reply, Request, Usage, answer_of, call_key, read_reply, reply_json
from synth.models.retrying import LONGEST_WAIT, MAY_PASS, Allowance, Passing, deferred, given_up, pause_after
from synth.models.sidebyside import as_ready
from synth.models.store import CallStore, MemoryStore, Outcome, Sent
from synth.text.words import token_bound, tokens

log = logging.getLogger("synth")

OUTAGES = 5  # items failed in a row before the provider is taken to be down
_MAYBE_BILLED = frozenset({"timeout", "broken off"})  # the answer may have been made, and paid, without reaching us
_FATAL = (ModelError, BudgetReached, RunStopped)

_REPAIR = "\n\nYour last answer could not be used: {}. Answer with the JSON object only."

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    _told_of_build: bool = False
    _fatal: ModelError | BudgetReached | RunStopped | None = None
    _stopped: threading.Event = field(default_factory=threading.Event, repr=False)
    _slots: threading.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._slots = threading.BoundedSemaphore(self.workers)

    def ask(self, request: Request, allowance: Allowance | None = None) -> Answer:
        """Return the answer; an unusable one is asked for once more, then raises AnswerError with its cause."""
        allowance = allowance or Allowance()
        try:
            return answer_of(self._reply(request, allowance), request)
        except AnswerError as error:
            if error.cause not in {"invalid", "empty"} or not allowance.left:
                raise
            again = replace(request, user=request.user + _REPAIR.format(str(error).partition(": ")[2]))
        return answer_of(self._reply(again, allowance), again)

    def fetch(self, request: Request) -> Reply:
        """Return what the model replied, whatever it is; raises AnswerError when no reply could be had."""
        return self._reply(request, Allowance())

    def kept(self, request: Request) -> Reply | None:
        """Return the reply that is there already, if there is one."""
        text = self.store.answer(self.key(request)) if self.keeps else None
        return None if text is None else read_reply(text)

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
        return as_ready(work, items, workers=self.workers, stop=self.stop)

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
                pause = pause_after(trouble, key, sent)
                if trouble.cause == "rate limit" and trouble.after:
                    self.pace.hold_off(pause)
                if allowance.left <= 0 or self.clock() + pause >= until or pause > LONGEST_WAIT:
                    raise given_up(trouble, sent, pause) from None
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
                raise deferred(pause)
            self._rest(pause)

    def _raise_if_stopped(self) -> None:
        if self._fatal is not None:
            raise self._fatal

    def _rest(self, seconds: float) -> None:
        (self.sleep or self._stopped.wait)(seconds)

    def _attempt(self, key: str, request: Request, left: float) -> Reply:
        bound = self.bound(request)
        with self._slots, let_finish():
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
                self._warn_of_another_model(reply)
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

    def _warn_of_another_model(self, reply: Reply) -> None:
        """Say once that another model answers than the one asked for, or another build of it than so far."""
        builds = self.store.fingerprints(self.model)
        if reply.fingerprint and builds and reply.fingerprint not in builds and not self._told_of_build:
            self._told_of_build = True
            known = ", ".join(sorted(builds))
            log.warning(
                "%s: another build answers (%s, so far %s); its answers may differ",
                self.model,
                reply.fingerprint,
                known,
            )
        self._warn_of_another_name(reply.model)

    def _warn_of_another_name(self, answered: str) -> None:
        asked, known = self.model.partition(":")[2], self.store.names(self.model)
        if not answered or answered in known or (not known and answered.startswith(asked)):
            return
        log.warning("%s: answered by %r, so far by %s", self.model, answered, ", ".join(sorted(known)) or repr(asked))

    def _count_outage(self, error: AnswerError) -> None:
        self._failed_in_a_row = self._failed_in_a_row + 1 if error.cause in MAY_PASS else 0
        if error.cause == "connection" or self._failed_in_a_row >= OUTAGES:
            fatal = ModelUnreachable(self.model, str(error))
            self.stop(fatal)
            raise fatal


def _done(reply: Reply, *, keep: bool) -> Outcome:
    return Outcome("done", reply.usage, reply.model, reply_json(reply) if keep else None, reply.fingerprint)
