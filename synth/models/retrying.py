"""When a failed request is tried again, after how long, and when an item has had enough."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from synth.errors import AnswerError

ATTEMPTS = 4  # requests an item may cost in all: retries, a repair and the halves of a split batch together
LONGEST_BACKOFF = 30.0  # seconds between two tries, when the server does not say how long
LONGEST_WAIT = 120.0  # seconds; a server that asks for more gets the item deferred to the next run
MAY_PASS = frozenset({"server", "timeout", "rate limit", "deferred", "connection", "broken off"})  # another time


class Passing(Exception):
    """A request failed in a way that may pass. `after` is what the server asked us to wait, in seconds."""

    def __init__(self, cause: str, problem: str, after: float | None = None) -> None:
        self.cause, self.problem, self.after = cause, problem, after
        super().__init__(f"{cause}: {problem}")


@dataclass(slots=True)
class Allowance:
    """Requests that one item may still cost."""

    left: int = ATTEMPTS


def pause_after(trouble: Passing, key: str, sent: int) -> float:
    """Return how long to wait: exponential, with a jitter that hangs on the call alone, so that runs are repeatable."""
    jitter = int(hashlib.sha256(f"{key}{sent}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    if trouble.after is not None:
        return trouble.after + 0.25 * jitter
    return min(LONGEST_BACKOFF, 2.0 ** (sent - 1)) * (0.5 + 0.5 * jitter)


def deferred(pause: float) -> AnswerError:
    return AnswerError("deferred", f"the server asks to wait {pause:.0f} s")


def given_up(trouble: Passing, sent: int, pause: float) -> AnswerError:
    if pause > LONGEST_WAIT:
        return deferred(pause)
    return AnswerError(trouble.cause, f"{trouble.problem} ({sent} requests)")
