"""`synth cost`: what was ever sent to models from this workspace, and what it cost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from synth.calllog import By, CallLog, Spent
from synth.terminal import table

_HEADERS = ("requests", "retries", "failed", "lost", "tokens in", "cached", "tokens out", "USD", "seconds")


def cost_json(calls: CallLog) -> dict[str, Any]:
    """Return the total, and the same by run, stage, source, month and model; `usd` is None where a price is missing."""
    groups = {f"by_{by}": [{by: name, **asdict(spent)} for name, spent in calls.totals(by)] for by in get_args(By)}
    return {"total": asdict(calls.total()), **groups}


def cost_text(calls: CallLog, by: By) -> str:
    """Return a table of what was spent, and its sum."""
    total = calls.total()
    if not total.requests:
        return "Nothing was sent to a model from this workspace."
    rows = [(name, *_cells(spent)) for name, spent in (*calls.totals(by), ("total", total))]
    said = table((by, *_HEADERS), rows)
    if total.lost:
        said += f"\n{total.lost} requests ended with their process and may have been paid; they count at their most."
    return said


def _cells(spent: Spent) -> tuple[object, ...]:
    tokens = (spent.tokens_in, spent.tokens_cached, spent.tokens_out)
    money = "no price known" if spent.usd is None else f"{spent.usd:.4f}"
    return spent.requests, spent.retries, spent.failed, spent.lost, *tokens, money, f"{spent.seconds:.1f}"
