"""How fast a provider lets us go, learned from the headers of its answers, so that a rate limit is kept and not hit.

Providers give the state of two token buckets, requests and tokens a minute: `x-ratelimit-limit-*`, what remains, and
the time until the bucket is full again. From these follows how long the next request has to wait. A 429 that asks to
wait holds back all workers, not the one that met it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(slots=True)
class _Bucket:
    """What may be spent of one limit: `left` at the time `at`, refilled with `rate` a second up to `limit`."""

    limit: float
    left: float
    rate: float
    at: float

    def refill(self, now: float) -> None:
        self.left = min(self.limit, self.left + (now - self.at) * self.rate)
        self.at = now


@dataclass(slots=True)
class Pace:
    """The limits of one provider as far as they are known; without headers nothing is held back. Thread-safe."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _not_before: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take over the limits that an answer's headers name; others are left as they are."""
        now = self.clock()
        with self._lock:
            for name in ("requests", "tokens"):
                limit, left = (_number(headers.get(f"x-ratelimit-{which}-{name}")) for which in ("limit", "remaining"))
                full_in = seconds(headers.get(f"x-ratelimit-reset-{name}", ""))
                if limit is not None and left is not None and full_in:
                    rate = max(limit - left, 1.0) / full_in
                    self._buckets[name] = _Bucket(limit, left, rate, now)

    def hold_off(self, wait: float) -> None:
        """Send nothing for `wait` seconds: the provider asked for it."""
        with self._lock:
            self._not_before = max(self._not_before, self.clock() + wait)

    def take(self, tokens: int) -> float:
        """Return in how many seconds a request of so many tokens may go out, and count it when that is now."""
        now = self.clock()
        with self._lock:
            wait = max([self._not_before - now, *(_wait(bucket, need, now) for bucket, need in self._needs(tokens))])
            if wait <= 0:
                for bucket, need in self._needs(tokens):
                    bucket.left -= need
            return max(0.0, wait)

    def _needs(self, tokens: int) -> list[tuple[_Bucket, float]]:
        needs = {"requests": 1.0, "tokens": float(tokens)}
        return [(bucket, min(needs[name], bucket.limit)) for name, bucket in self._buckets.items()]


def _wait(bucket: _Bucket, need: float, now: float) -> float:
    bucket.refill(now)
    return (need - bucket.left) / bucket.rate


def seconds(span: str) -> float | None:
    """Read a span as providers write it, '6m0s', '120ms' or '1.5'; None for anything else."""
    parts = _SPAN.findall(span)
    if parts and "".join(number + unit for number, unit in parts) == span:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return _number(span)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e12 else None
