"""The caps of one run, from its settings: money can be capped only where prices are known."""

from __future__ import annotations

from synth.errors import SettingsInvalid
from synth.models.access import loopback
from synth.models.budget import Budget
from synth.models.prices import price_of
from synth.settings import Model, Settings


def run_budget(settings: Settings) -> Budget:
    """Return the caps of one run; raises SettingsInvalid when money is capped and the model's price is not known."""
    caps = settings.budget
    paid = [name for name in (settings.model.chat, settings.model.embeddings) if ":" in name]
    unknown = [name for name in paid if not _priced(settings.model, name)]
    if caps.usd is not None and unknown:
        raise SettingsInvalid(
            "synth.toml",
            f"money is capped, but no price is known for {unknown[0]!r}: write [model] price_in and price_out "
            "(USD for a million tokens, of the chat model), or cap [budget] tokens instead",
        )
    return Budget(caps.calls, caps.tokens, caps.usd)


def _priced(settings: Model, name: str) -> bool:
    if name == settings.chat:
        return price_of(settings) is not None
    return price_of(settings, name) is not None or loopback(settings.base_url)
