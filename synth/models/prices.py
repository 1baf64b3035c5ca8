"""What a model's tokens cost in US dollars: by the list shipped with `genai-prices`, or `[model] price_in, price_out`.

Nothing is fetched. A model that the list does not have has no price: its tokens are counted, and no money is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from synth.settings import Model

Usd = Callable[[int, int, int], float]  # tokens in, tokens out, tokens in that came from the provider's cache -> USD
BATCH_SHARE = 0.5  # of the price, for a request that may take a day (OpenAI's Batch API)
_PROVIDERS = {"azure_openai": "azure", "google_genai": "google", "google_vertexai": "google", "mistralai": "mistral"}
_PROVIDERS |= {"bedrock": "aws", "bedrock_converse": "aws", "xai": "x-ai"}


@dataclass(frozen=True, slots=True)
class PerMillion:
    """A price that the team wrote into synth.toml, in USD for a million tokens."""

    tokens_in: float
    tokens_out: float

    def __call__(self, tokens_in: int, tokens_out: int, tokens_cached: int = 0) -> float:
        del tokens_cached  # a discount that is not known is not taken
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A price of the shipped list."""

    provider: str
    model: str

    def __call__(self, tokens_in: int, tokens_out: int, tokens_cached: int = 0) -> float:
        from genai_prices import Usage, calc_price

        used = Usage(input_tokens=tokens_in, output_tokens=tokens_out, cache_read_tokens=min(tokens_cached, tokens_in))
        return float(calc_price(used, model_ref=self.model, provider_id=self.provider).total_price)


def price_of(settings: Model, model: str = "") -> Usd | None:
    """Return the price of `model` (default: the chat model), or None where none is known."""
    if not model and settings.price_in is not None and settings.price_out is not None:
        return PerMillion(settings.price_in, settings.price_out)
    provider, _, name = (model or settings.chat).partition(":")
    listed = Listed(_provider(provider, settings.base_url), name)
    try:
        listed(1, 1)
    except LookupError:
        return None
    return listed


def _provider(provider: str, base_url: str) -> str:
    """Return the list's name of who answers; another server's address names nobody the list has a price for."""
    own_server = base_url and provider == "openai" and urlsplit(base_url).hostname != "api.openai.com"
    return "" if own_server else _PROVIDERS.get(provider, provider)
