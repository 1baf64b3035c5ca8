"""Caps of one run in calls, tokens and money. A call in flight counts at its upper bound, so the caps always hold."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from synth.errors import BudgetReached


@dataclass(slots=True)
class Budget:
    """Caps of one run, shared by all its models; None is no cap."""

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    used_calls: int = 0
    used_tokens: int = 0
    used_usd: float = 0.0
    _in_flight: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def hold(self, tokens: int, usd: float) -> None:
        """Reserve one call at its bound; raises BudgetReached when it could go over a cap.

        While others are in flight it waits for them: they mostly use less than their bound.
        """
        with self._changed:
            while reached := self._reached(tokens, usd):
                if not self._in_flight:
                    raise BudgetReached(reached)
                self._changed.wait()
            self._in_flight += 1
            self._add(1, tokens, usd)

    def settle(self, held: tuple[int, float], used: tuple[int, float]) -> None:
        """Replace the bound of a call, in tokens and USD, by what it used."""
        with self._changed:
            self._in_flight -= 1
            self._add(0, used[0] - held[0], used[1] - held[1])
            self._changed.notify_all()

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
