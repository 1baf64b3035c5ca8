"""How a provider is reached: which key, which address is allowed, one HTTP request at a time and in bounded time."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import urlsplit

from synth.errors import ModelKeyMissing, ModelUnreachable
from synth.models.keys import find_key
from synth.settings import Model

Result = TypeVar("Result")

_KEYS = {
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "azure_ai": "AZURE_AI_API_KEY",
    "bedrock": "",  # these take the credentials of their cloud, or none
    "bedrock_converse": "",
    "google_vertexai": "",
    "ollama": "",
}


def loopback(url: str) -> bool:
    """Whether an address is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def key_variable(provider: str) -> str:
    """Return the environment variable that holds the key of `provider`, '' when it needs none."""
    return _KEYS.get(provider, f"{provider.upper()}_API_KEY")


def key_of(settings: Model, model: str) -> str:
    """Return the key for `model`, "<provider>:<model>"; a server on this machine needs none. Raises ModelKeyMissing."""
    variable = key_variable(model.partition(":")[0])
    key = find_key(variable) if variable else None
    if variable and not key and not loopback(settings.base_url):
        raise ModelKeyMissing(model, variable)
    return key.value if key else "none-needed"


def refuse_plain_http(settings: Model) -> None:
    """Raise ModelUnreachable when what is said would travel unencrypted to another machine."""
    scheme = urlsplit(settings.base_url).scheme
    if settings.base_url and scheme != "https" and not (scheme == "http" and loopback(settings.base_url)):
        raise ModelUnreachable(
            settings.chat, f"base_url {settings.base_url!r} is not https://, and is not on this machine"
        )


def http_client(learn: Callable[[Mapping[str, str]], None]) -> Any:
    """Return an HTTP client for OpenAI's library that follows no redirect; `learn` sees the headers of every answer."""
    from openai import DefaultHttpxClient

    return DefaultHttpxClient(
        follow_redirects=False, event_hooks={"response": [lambda response: learn(response.headers)]}
    )


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Run `work` with a total deadline: the timeouts of HTTP clients are per read, so a slow drip would never end."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name="synth-call").start()
    return future.result(timeout=max(0.001, seconds))
