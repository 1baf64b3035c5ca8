"""What went wrong at a provider, in our words.

A failure either may pass (the retry loop waits), or concerns one answer, or ends the run. Classes are told by status
code and by name, since each provider's library has its own; what is none of these is a bug and goes on as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from synth.errors import AnswerError, ModelError, ModelKeyMissing, ModelUnknown, ModelUnreachable, SynthError
from synth.models.retrying import Passing

_QUOTA = ("insufficient_quota", "current quota", "billing", "credit balance", "access_terminated")
_OVERFLOW = (
    "context_length",
    "context window",
    "context size",
    "maximum context",
    "prompt is too long",
    "too many tokens",
)


# Read from the top; a class counts with all its bases, so the narrow ones stand first.
_BY_NAME = (
    (
        {"APITimeoutError", "TimeoutException", "ConnectTimeout", "ReadTimeout", "Timeout"},
        "timeout",
        "no answer in time",
    ),
    ({"ConnectError", "ConnectionRefusedError"}, "connection", "no connection"),
    (
        {"APIConnectionError", "ConnectionError", "TransportError", "NetworkError"},
        "broken off",
        "the connection broke off before the answer was whole",
    ),
    (  # a page of HTML, {}, or an error object, with status 200
        {"ValueError", "KeyError", "TypeError", "AttributeError", "IndexError", "APIError", "OpenAIError"},
        "server",
        "the server's answer is not of the chat protocol",
    ),
)


def failure_of(error: Exception, model: str, key_variable: str) -> SynthError | Passing | None:
    """Give a library's exception our name, or None for a bug."""
    status = status_of(error)
    if status is not None and status >= 300:
        return _by_status(error, status, _hopeless(status, model, key_variable))
    names = {cls.__name__ for each in _chain(error) for cls in type(each).__mro__}
    return next((Passing(cause, problem) for classes, cause, problem in _BY_NAME if names & classes), None)


def _by_status(error: Exception, status: int, hopeless: ModelError | None) -> SynthError | Passing:
    text = f"{error} {getattr(error, 'code', '')} {getattr(error, 'body', '')}".lower()
    if any(word in text for word in _OVERFLOW) or status == 413:
        return AnswerError("overflow", "the batch is longer than the model can read")
    if status == 429 and not any(word in text for word in _QUOTA):
        return Passing("rate limit", "too many requests (HTTP 429)", _retry_after(error))
    if status in (408, 409, 425) or status >= 500:
        return Passing("server", f"the server failed (HTTP {status})", _retry_after(error))
    return hopeless or AnswerError("rejected", f"the server refuses the request (HTTP {status})")


def _hopeless(status: int, model: str, key_variable: str) -> ModelError | None:
    """Return why no other request would fare better, or None."""
    if 300 <= status < 400:
        problem = f"the server redirects (HTTP {status}), which is not followed"
        return ModelUnreachable(model, problem, "write the address that is meant as base_url")
    if status in (402, 429):
        return ModelUnreachable(model, f"the account's quota is used up (HTTP {status})", "top up the account")
    known = {
        401: ModelKeyMissing(model, key_variable, "the key is refused (HTTP 401)"),
        403: ModelUnknown(model, "the key may not use this model (HTTP 403)"),
        404: ModelUnknown(model, "the provider does not know this model, or the address is wrong (HTTP 404)"),
    }
    return known.get(status)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def status_of(error: BaseException) -> int | None:
    for each in _chain(error):
        for owner in (each, getattr(each, "response", None)):
            status = getattr(owner, "status_code", None)
            if isinstance(status, int):
                return status
    return None


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        return _until(headers["retry-after"])


def _until(date: str) -> float | None:
    """Return the seconds until an HTTP date, None when it is none."""
    try:
        return max(0.0, (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
