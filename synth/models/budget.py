"""Caps of one run in calls, tokens and money. A call in flight counts at its upper bound, so the caps always hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from synth.errors import BudgetReached


@dataclass(slots=True)
class Budget:
    """Caps of one run. A call in flight counts at its upper bound, so the caps hold whatever comes back."""

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    price: Callable[[int, int], float] | None = None  # tokens in, tokens out -> money
    used_calls: int = 0
    used_tokens: int = 0
    used_usd: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def hold(self, tokens_in: int, tokens_out: int) -> None:
        """Reserve one call at its bound; raises BudgetReached if it could go over a cap."""
        usd = self._usd(tokens_in, tokens_out)
        with self._lock:
            if self.calls is not None and self.used_calls + 1 > self.calls:
                raise BudgetReached(f"{self.calls} calls")
            if self.tokens is not None and self.used_tokens + tokens_in + tokens_out > self.tokens:
                raise BudgetReached(f"{self.tokens} tokens ({self.used_tokens} used, the next call may need more)")
            if self.usd is not None and self.used_usd + usd > self.usd:
                raise BudgetReached(f"{self.usd:.2f} USD ({self.used_usd:.2f} used, the next call may need more)")
            self._add(1, tokens_in + tokens_out, usd)

    def settle(self, held: tuple[int, int], used: tuple[int, int]) -> None:
        """Replace the bound of a call by what it used."""
        with self._lock:
            self._add(0, sum(used) - sum(held), self._usd(*used) - self._usd(*held))

    def _usd(self, tokens_in: int, tokens_out: int) -> float:
        return self.price(tokens_in, tokens_out) if self.price else 0.0

    def _add(self, calls: int, tokens: int, usd: float) -> None:
        self.used_calls += calls
        self.used_tokens += tokens
        self.used_usd += usd
