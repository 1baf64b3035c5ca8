"""Where requests and their answers are kept: before a request goes out, and before anything reads its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from synth.models.requests import Usage


@dataclass(frozen=True, slots=True)
class Sent:
    """A request about to go out: whose answer it wants, for the account of what was spent."""

    key: str
    stage: str
    source: str
    model: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request; `cause` is "done" or the short word for why there is no answer."""

    cause: str
    used: Usage
    model: str = ""  # as the provider names it
    answer: str | None = None  # the reply as JSON, before anything is made of it
    fingerprint: str = ""  # of the build that answered


class CallStore(Protocol):
    """Where requests and answers are kept. Called from several threads at once."""

    def answer(self, key: str) -> str | None:
        """Return the paid answer to this call, if there is one."""

    def begin(self, sent: Sent, bound: Usage) -> int:
        """Keep, before it is sent, that a request may cost as much as `bound`; return its number."""

    def settle(self, number: int, outcome: Outcome) -> None:
        """Keep what became of it, and its answer, in one step."""

    def names(self, model: str) -> set[str]:
        """Return the names under which `model` has answered so far."""

    def fingerprints(self, model: str) -> set[str]:
        """Return the fingerprints of the builds of `model` that have answered so far."""


class MemoryStore:
    """For a run that keeps nothing beyond itself."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}
        self._sent: list[Sent] = []
        self._names: dict[str, set[str]] = {}
        self._fingerprints: dict[str, set[str]] = {}

    def answer(self, key: str) -> str | None:
        return self._answers.get(key)

    def begin(self, sent: Sent, bound: Usage) -> int:  # noqa: ARG002 - for stores that account
        self._sent.append(sent)
        return len(self._sent) - 1

    def settle(self, number: int, outcome: Outcome) -> None:
        sent = self._sent[number]
        if outcome.answer is not None:
            self._answers[sent.key] = outcome.answer
            self._names.setdefault(sent.model, set()).add(outcome.model)
            self._fingerprints.setdefault(sent.model, set()).add(outcome.fingerprint)

    def names(self, model: str) -> set[str]:
        return self._names.get(model, set())

    def fingerprints(self, model: str) -> set[str]:
        return self._fingerprints.get(model, set()) - {""}
