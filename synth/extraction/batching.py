"""The first requests of a run as batches: send them off, and later collect what came back into the ledger.

Once collected, an answer is like any other: the run finds it there. What a batch lost is simply still to be asked.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth.calllog import BatchRow, CallLog
from synth.errors import BudgetReached
from synth.models.batch import BatchClient, BatchState, as_lines, parts, read_results
from synth.models.calls import Chat
from synth.models.prices import BATCH_SHARE
from synth.models.requests import Planned, Reply, Request, Usage, reply_json
from synth.models.store import Outcome, Sent
from synth.settings import Model

log = logging.getLogger("synth")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Batches that are on their way."""

    batches: int = 0
    done: int = 0
    total: int = 0


def collect(calls: CallLog, settings: Model, chat: Chat) -> Waiting:
    """Take in the batches that have ended; return what is still on its way."""
    waiting = Waiting()
    for row in calls.open_batches():
        client = BatchClient(settings)
        number = row.id or client.find(row.token)
        state = client.state(number) if number else BatchState("never sent", 0, 0, "")
        if number and not row.id:
            calls.name_batch(row.token, number)
        if state.results is None:
            total = state.total or len(calls.batch_requests(row.token))
            waiting = Waiting(waiting.batches + 1, waiting.done + state.done, waiting.total + total)
        else:
            _take_in(calls, row, state, chat)
    return waiting


def _take_in(calls: CallLog, row: BatchRow, state: BatchState, chat: Chat) -> None:
    asked = calls.batch_requests(row.token)
    results = read_results(state.results or "", asked.keys())
    outcomes = {number: _outcome(results.get(key, state.status), chat) for key, number in asked.items()}
    calls.close_batch(row.token, outcomes)
    missing = sum(outcome.cause != "done" for outcome in outcomes.values())
    if missing:
        log.warning("batch %s: %s; %d of %d requests have no answer", row.id, state.status, missing, len(asked))


def _outcome(result: Reply | str, chat: Chat) -> Outcome:
    if isinstance(result, str):
        return Outcome("missing" if result == "completed" else result, Usage(0, 0))
    used = at_half_price(chat, result.usage)
    return Outcome("done", used, result.model, reply_json(replace(result, usage=used)), result.fingerprint)


def at_half_price(chat: Chat, used: Usage) -> Usage:
    """Return what tokens cost in a batch."""
    full = chat.priced(used).usd
    return replace(used, usd=None if full is None else full * BATCH_SHARE)


def submit(calls: CallLog, settings: Model, chat: Chat, plans: Sequence[Planned]) -> Waiting:
    """Send what is not answered yet off as batches, as far as the budget goes; raises BudgetReached for none."""
    requests = {chat.key(each.request): each.request for each in plans if each.reply is None}
    allowed = _within_budget(chat, requests)
    client = BatchClient(settings)
    sent = Waiting()
    for part in parts(list(as_lines(chat.model, allowed))):
        keys = [str(json.loads(line)["custom_id"]) for line in part]
        token = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:24]
        bounds = [(_sent(key, allowed[key], chat), at_half_price(chat, chat.bound(allowed[key]))) for key in keys]
        calls.open_batch(token, bounds)
        calls.name_batch(token, client.submit(token, "".join(part).encode()))
        sent = Waiting(sent.batches + 1, 0, sent.total + len(part))
    return sent


def _sent(key: str, request: Request, chat: Chat) -> Sent:
    return Sent(key, request.stage, request.source, chat.model)


def _within_budget(chat: Chat, requests: dict[str, Request]) -> dict[str, Request]:
    allowed: dict[str, Request] = {}
    for key, request in requests.items():
        bound = at_half_price(chat, chat.bound(request))
        try:
            chat.budget.hold(*bound.held)
        except BudgetReached:
            if not allowed:
                raise
            break
        chat.budget.settle(bound.held, bound.held)  # nothing comes back in this run: the bound stays spent
        allowed[key] = request
    return allowed
