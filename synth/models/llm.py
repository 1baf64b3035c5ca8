"""The seam to chat models: the only place where LangChain's chat models are opened and their failures get our names.

`open_chat` gives a `calls.Chat`; behind it, one request is one HTTP request: retries, redirects and tracing of the
libraries are off. No text of a provider's error is passed on, since providers echo prompts and keys in them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from synth.errors import ModelUnknown
from synth.models.access import http_client, key_of, key_variable, refuse_plain_http, within
from synth.models.budget import Budget
from synth.models.calls import Chat
from synth.models.failures import failure_of, status_of
from synth.models.pace import Pace
from synth.models.prices import price_of
from synth.models.requests import Reply, Request, Usage
from synth.models.retrying import Passing
from synth.models.silence import silence
from synth.models.store import CallStore, MemoryStore
from synth.models.thinking import EFFORT, thinks
from synth.settings import Model

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

_NATIVE_SCHEMA = frozenset({"openai", "azure_openai"})
AZURE_VERSION = "2024-10-21"  # the first stable one with JSON schemas; OPENAI_API_VERSION beats it
_FULL_STOP = {"stop", "end_turn", "tool_calls", "tool_use", "STOP", "stop_sequence", "completed", ""}
_FINISH = {"max_tokens": "length", "MAX_TOKENS": "length", "max_output_tokens": "length", "SAFETY": "content_filter"}


def open_chat(settings: Model, *, store: CallStore | None = None, budget: Budget | None = None) -> Chat:
    """Open the model of `[model] chat`; raises ModelUnknown, ModelKeyMissing or ModelUnreachable before any request."""
    chat = lazy_chat(settings, store=store, budget=budget)
    make_ready(chat)
    return chat


def lazy_chat(settings: Model, *, store: CallStore | None = None, budget: Budget | None = None) -> Chat:
    """Return a chat that looks for its key and loads its library with the first request, or with `make_ready`."""
    provider, _, name = settings.chat.partition(":")
    if not name:
        raise ModelUnknown(settings.chat, "not of the form <provider>:<model>")
    refuse_plain_http(settings)
    pace = Pace()
    seam = _Seam(settings, provider, name, pace.learn)
    if thinks(settings.chat):
        seam.temperature, seam.effort = None, EFFORT
    return replace(closed_chat(settings, store=store, budget=budget), send=seam.send, pace=pace)


def make_ready(chat: Chat) -> None:
    """Open the model of a `lazy_chat`; raises ModelUnknown or ModelKeyMissing."""
    seam = getattr(chat.send, "__self__", None)
    if isinstance(seam, _Seam):
        seam.open()


def closed_chat(settings: Model, *, store: CallStore | None = None, budget: Budget | None = None) -> Chat:
    """Return a chat that knows what it would send and what is answered already, but needs no key and sends nothing."""
    return Chat(
        model=settings.chat,
        endpoint=settings.base_url or settings.chat.partition(":")[0],
        send=_closed,
        timeout_s=settings.timeout_s,
        workers=settings.workers,
        store=store or MemoryStore(),
        budget=budget or Budget(),
        price=price_of(settings),
    )


def shape_by(chat: Chat) -> str:
    """Say how an opened model is made to answer in the asked shape, as far as it was asked by now."""
    seam = getattr(chat.send, "__self__", None)
    return "by a tool call" if isinstance(seam, _Seam) and seam.tools else "by JSON schema"


def _closed(request: Request, seconds: float) -> Reply:
    raise AssertionError(f"{request.stage}: a request of a run that was to send none, {seconds:.0f} s")


@dataclass(slots=True)
class _Seam:
    """One model of one provider, and what it turned out not to support."""

    settings: Model
    provider: str
    name: str
    learn: Callable[[Mapping[str, str]], None]  # what the headers of an answer say of the provider's limits
    tools: bool = False  # ask for the shape as a tool call instead of a JSON schema
    temperature: float | None = 0.0
    effort: str | None = None  # of thinking
    odds: bool = True  # whether it tells probabilities of tokens
    _model: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def open(self) -> None:
        """Find the key and load the library, once."""
        with self._lock:
            if self._model is None:
                self._open()

    def _open(self) -> None:
        silence()
        from langchain.chat_models import init_chat_model

        self.tools = self.tools or self.provider not in _NATIVE_SCHEMA
        try:
            self._model = init_chat_model(f"{self.provider}:{self.name}", **self._options())
        except ImportError as error:
            raise ModelUnknown(self.settings.chat, f"its package is not installed (pip install {error.name})") from None
        except ValueError:
            raise ModelUnknown(
                self.settings.chat, f"provider {self.provider!r} is not known, or lacks a setting"
            ) from None

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"max_retries": 0, "timeout": self.settings.timeout_s}
        if self.temperature is not None:
            options["temperature"] = self.temperature
        if self.effort is not None:
            options["reasoning_effort"] = self.effort
        if self.settings.base_url:
            options["azure_endpoint" if self.provider == "azure_openai" else "base_url"] = self.settings.base_url
        if self.provider == "azure_openai":
            options["api_version"] = os.environ.get("OPENAI_API_VERSION", AZURE_VERSION)
        if key_variable(self.provider):
            options["api_key"] = key_of(self.settings, self.settings.chat)
        if self.provider in _NATIVE_SCHEMA:
            options["http_client"] = http_client(self.learn)
            if not self.settings.base_url:
                options["store"] = False
        return options

    def send(self, request: Request, seconds: float) -> Reply:
        """Send one HTTP request; raises Passing, AnswerError or ModelError."""
        self.open()
        asked = self._way
        try:
            message = within(seconds, lambda: self._invoke(request))
        except TimeoutError:
            raise Passing("timeout", f"no answer within {seconds:.3g} s") from None
        except Exception as error:  # each provider has classes of its own; what has no name of ours goes on as a bug
            if (kept := _kept_reply(error)) is not None:
                return kept
            if self._adapt(error, asked):
                raise Passing("adapted", "the model does not support a parameter", after=0) from None
            if (failure := failure_of(error, self.settings.chat, key_variable(self.provider))) is None:
                raise
            raise failure from None
        return _reply(message)

    def _invoke(self, request: Request) -> AIMessage:
        from langsmith import tracing_context

        messages = [("system", request.system), ("human", request.user)]
        with tracing_context(enabled=False):
            return self._shaped(request).invoke(messages)

    def _shaped(self, request: Request) -> Runnable[Any, AIMessage]:
        """Return the model as it is asked: for a word and its likelihood, for a tool call, or for JSON of a schema."""
        model: BaseChatModel = self._model
        if request.likeliest:
            told = {"logprobs": True, "top_logprobs": request.likeliest} if self.odds and not self.tools else {}
            return model.bind(max_tokens=request.max_tokens, **told)
        if self.tools:
            tool = {
                "name": request.schema_name,
                "description": "Hand over the answer.",
                "parameters": dict(request.schema),
            }
            return model.bind_tools([tool], tool_choice=request.schema_name, max_tokens=request.max_tokens)
        shape = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
        form = {"type": "json_schema", "json_schema": shape}
        return model.bind(response_format=form, max_tokens=request.max_tokens)

    @property
    def _way(self) -> tuple[bool, float | None, str | None, bool]:
        return self.tools, self.temperature, self.effort, self.odds

    def _adapt(self, error: Exception, asked: tuple[bool, float | None, str | None, bool]) -> bool:
        """Give up a parameter that the model refuses; whether the request is worth sending again.

        `asked` is how it was sent: another thread may have learned the same meanwhile.
        """
        if status_of(error) != 400:
            return False
        text = str(error).lower()
        with self._lock:
            if asked != self._way:
                return True
            if "temperature" in text and self.temperature is not None:
                self.temperature = None
            elif "logprobs" in text and self.odds:
                self.odds = False
            elif "reasoning_effort" in text and self.effort is not None:
                self.effort = None
            elif ("response_format" in text or "json_schema" in text) and not self.tools:
                self.tools = True
            else:
                return False
            self._open()
        return True


def _reply(message: AIMessage) -> Reply:
    about: Mapping[str, Any] = message.response_metadata
    finish = str(about.get("finish_reason") or about.get("stop_reason") or about.get("status") or "")
    text = str(message.text)
    if message.tool_calls:
        text, finish = json.dumps(message.tool_calls[0]["args"], ensure_ascii=False), finish or "stop"
    elif message.invalid_tool_calls:
        text = message.invalid_tool_calls[0]["args"] or ""
    usage: Mapping[str, Any] = message.usage_metadata or {}
    cached = (usage.get("input_token_details") or {}).get("cache_read") or 0
    refusal = str(message.additional_kwargs.get("refusal") or "") or ("refusal" if finish == "refusal" else "")
    return Reply(
        text=text,
        finish="stop" if finish in _FULL_STOP else _FINISH.get(finish, finish),
        model=str(about.get("model_name") or about.get("model") or ""),
        usage=Usage(int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)), int(cached)),
        refusal=refusal,
        fingerprint=str(about.get("system_fingerprint") or ""),
        likely=_likely(about),
    )


def _likely(about: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    first = ((about.get("logprobs") or {}).get("content") or [{}])[0]
    return tuple((str(each["token"]), float(each["logprob"])) for each in first.get("top_logprobs") or ())


def _kept_reply(error: Exception) -> Reply | None:
    """Return the reply inside an exception that the SDK raises for a finish reason: it was paid for."""
    finish = {"LengthFinishReasonError": "length", "ContentFilterFinishReasonError": "content_filter"}.get(
        type(error).__name__, ""
    )
    if not finish:
        return None
    completion = getattr(error, "completion", None)
    usage = getattr(completion, "usage", None)
    counted = (int(getattr(usage, "prompt_tokens", 0) or 0), int(getattr(usage, "completion_tokens", 0) or 0))
    return Reply(text="", finish=finish, model=str(getattr(completion, "model", "")), usage=Usage(*counted))
