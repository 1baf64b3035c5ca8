"""Caps of one run in calls, tokens and money. A call in flight counts at its upper bound, so the caps always hold."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from synth.errors import BudgetReached
from synth.models.prices import Usd


@dataclass(slots=True)
class Budget:
    """Caps of one run; None is no cap. `price` may be None only when `usd` is."""

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    price: Usd | None = None
    used_calls: int = 0
    used_tokens: int = 0
    used_usd: float = 0.0
    _in_flight: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def hold(self, tokens_in: int, tokens_out: int) -> None:
        """Reserve one call at its bound; raises BudgetReached when it could go over a cap.

        While others are in flight it waits for them: they mostly use less than their bound.
        """
        usd = self.cost(tokens_in, tokens_out) or 0.0
        with self._changed:
            while reached := self._reached(tokens_in + tokens_out, usd):
                if not self._in_flight:
                    raise BudgetReached(reached)
                self._changed.wait()
            self._in_flight += 1
            self._add(1, tokens_in + tokens_out, usd)

    def settle(self, held: tuple[int, int], used: tuple[int, int, int]) -> None:
        """Replace the bound of a call by what it used: tokens in, tokens out, tokens in from the cache."""
        with self._changed:
            self._in_flight -= 1
            usd = (self.cost(*used) or 0.0) - (self.cost(*held) or 0.0)
            self._add(0, used[0] + used[1] - sum(held), usd)
            self._changed.notify_all()

    def cost(self, tokens_in: int, tokens_out: int, tokens_cached: int = 0) -> float | None:
        """Return what so many tokens cost, None where no price is known."""
        return self.price(tokens_in, tokens_out, tokens_cached) if self.price else None

    def _reached(self, tokens: int, usd: float) -> str:
        """Name the cap that a call of so many tokens could pass, '' when there is none."""
        if self.calls is not None and self.used_calls + 1 > self.calls:
            return f"{self.calls} calls"
        if self.tokens is not None and self.used_tokens + tokens > self.tokens:
            return f"{self.tokens} tokens ({self.used_tokens} used, the next call may need {tokens})"
        if self.usd is not None and self.used_usd + usd > self.usd:
            return f"{self.usd:.2f} USD ({self.used_usd:.4f} used, the next call may need {usd:.4f})"
        return ""

    def _add(self, calls: int, tokens: int, usd: float) -> None:
        self.used_calls += calls
        self.used_tokens += tokens
        self.used_usd += usd
