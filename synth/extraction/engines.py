"""Extraction: two engines with one signature, and the gate behind both.

An engine takes a transcript and returns a ReadingRecord: insights that passed the gate, what was refused by cause, and
what could not be read. `recipe` names everything the result depends on, so that a source is read once.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from synth.errors import AnswerError
from synth.extraction import batching
from synth.extraction.batching import Waiting
from synth.extraction.desk import ONE_AT_A_TIME, Desk, built_in_head, head_file
from synth.extraction.gate import Judged, judge
from synth.extraction.head import Head, Reading, claims, read_lines, verdicts
from synth.extraction.learning import Learned, Tutor
from synth.extraction.reading import Coder, planned, read_and_judge, room
from synth.extraction.second import Doubtful, doubtful, opinion, weighed
from synth.extraction.showing import choose_passages
from synth.extraction.sorting import Sorter, sort_insights
from synth.ledger import ReadingRecord, digest
from synth.model import Insight, Passage, Theme, Transcript
from synth.models.calls import Chat
from synth.models.llm import closed_chat, lazy_chat, make_ready
from synth.models.prompt import Prompt, load_prompt
from synth.models.requests import Planned
from synth.people.redact import build_mask
from synth.search.embed import BUNDLED, Vectors, best_bundled, embed_texts, open_bundled
from synth.search.nearness import about


class Engine(Protocol):
    @property
    def sure(self) -> Mapping[str, float]:
        """Confidence from which an insight of the local engine is counted and printed, by aspect; 0 where missing."""

    @property
    def chat(self) -> Chat | None:
        """The chat model, None for the engine that has none."""

    @property
    def learned(self) -> Learned:
        """What the workspace's decisions about lines taught it: nothing to a chat model."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Aspects of the codebook that it cannot find."""

    def recipe(self, transcript: Transcript) -> str:
        """Return a hash of all that the reading of `transcript` depends on."""

    def read_each(
        self, transcripts: Sequence[Transcript], heard: Callable[[], None]
    ) -> Iterator[tuple[Transcript, ReadingRecord]]:
        """Find insights in each, yielded as they are ready; raises ModelError or BudgetReached when it is stuck.

        `heard` is called, from any thread, after each answer of a model.
        """

    def batched(self, transcripts: Sequence[Transcript], *, submit: bool) -> Waiting:
        """Collect what batches have answered, then send what is unanswered off as one; return what is on its way."""

    def plan(self, transcript: Transcript) -> list[Planned]:
        """Return what a chat model would be asked first about `transcript`: nothing by an engine without one."""

    def group(self, insights: Sequence[Insight], before: Sequence[Theme]) -> list[Theme]:
        """Return groups of `insights`, those of `before` kept and grown; what is in none is grouped by its vectors."""


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """A small head on the vectors of the lines: no key, no network; a first sorting rather than a reading."""

    desk: Desk
    head: Head
    version: str  # of the head
    tutor: Tutor

    @property
    def sure(self) -> Mapping[str, float]:
        return self.head.sure

    @property
    def chat(self) -> Chat | None:
        return None

    @property
    def learned(self) -> Learned:
        return self.tutor.learned

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(aspect.name for aspect in self.desk.codebook if aspect.name not in self.head.aspects)

    def recipe(self, transcript: Transcript) -> str:
        taught = [part for part in (self.learned.digest,) if part]
        return _hash("local", self.version, repr(self.desk.codebook), digest(transcript), *taught)

    def read_each(
        self, transcripts: Sequence[Transcript], heard: Callable[[], None]
    ) -> Iterator[tuple[Transcript, ReadingRecord]]:
        del heard  # nobody answers
        for transcript in transcripts:
            yield transcript, self.read(transcript)

    def batched(self, transcripts: Sequence[Transcript], *, submit: bool) -> Waiting:
        del transcripts, submit  # nobody is asked
        return Waiting()

    def plan(self, transcript: Transcript) -> list[Planned]:
        del transcript  # nobody is asked
        return []

    def read(self, transcript: Transcript) -> ReadingRecord:
        judged = self.judge(transcript, self.read_lines(transcript), "local")
        return ReadingRecord(self.recipe(transcript), judged.insights, judged.refused, ())

    def read_lines(self, transcript: Transcript) -> Reading:
        """Return what the head says about every line, with what the workspace's decisions taught it."""
        learned = self.learned
        vectors = self.tutor.embed([line.text for line in transcript.lines])
        moved = partial(learned.moved, head=self.head) if learned.digest else None
        return read_lines(transcript, vectors, self.head, moved)

    def judge(self, transcript: Transcript, reading: Reading, engine: str) -> Judged:
        """Make claims of what passes, and let the gate judge them."""
        found = claims(transcript, verdicts(reading, self.head), self.head)
        names = self.desk.known_names(transcript)
        return judge(found, transcript, self.desk.codebook, engine, names=names)

    def group(self, insights: Sequence[Insight], before: Sequence[Theme]) -> list[Theme]:
        del insights  # their vectors tell
        return list(before)


@dataclass(frozen=True, slots=True)
class SecondEngine:
    """The local engine with a second reader: a small chat model says in a word what a line is that the head doubts.

    The model writes nothing: no statement, no theme and no summary is its own.
    """

    local: LocalEngine
    reader: Chat
    prompt: Prompt

    @property
    def sure(self) -> Mapping[str, float]:
        return self.local.sure

    @property
    def chat(self) -> Chat | None:
        return None

    @property
    def learned(self) -> Learned:
        return self.local.learned

    @property
    def unknown(self) -> tuple[str, ...]:
        return self.local.unknown

    def recipe(self, transcript: Transcript) -> str:
        mask = self.local.desk.workspace.settings.privacy.mask
        parts = (self.reader.model, self.reader.endpoint, self.prompt.version, mask)
        return _hash("second", *parts, self.local.recipe(transcript))

    def read_each(
        self, transcripts: Sequence[Transcript], heard: Callable[[], None]
    ) -> Iterator[tuple[Transcript, ReadingRecord]]:
        if transcripts:
            make_ready(self.reader)
        self.reader.heard = heard
        return self.reader.side_by_side(self.read, transcripts)

    def batched(self, transcripts: Sequence[Transcript], *, submit: bool) -> Waiting:
        del transcripts, submit  # forty tiny questions a source are not worth a batch
        return Waiting()

    def plan(self, transcript: Transcript) -> list[Planned]:
        asked = self._doubtful(transcript, self.local.read_lines(transcript))
        return [Planned(each.request, self.reader.kept(each.request)) for each in asked]

    def read(self, transcript: Transcript) -> ReadingRecord:
        reading = self.local.read_lines(transcript)
        said: dict[int, list[float]] = {}
        failures: Counter[str] = Counter()
        for each in self._doubtful(transcript, reading):
            try:
                said[each.row] = opinion(self.reader.fetch(each.request))
            except AnswerError as error:
                failures[f"{error.cause}: no second opinion on a line"] += 1
        heard = weighed(reading, self.local.head.aspects, said, transcript.source.language)
        judged = self.local.judge(transcript, heard, f"local+{self.reader.model}")
        return ReadingRecord(self.recipe(transcript), judged.insights, judged.refused, tuple(sorted(failures)))

    def _doubtful(self, transcript: Transcript, reading: Reading) -> list[Doubtful]:
        desk = self.local.desk
        return doubtful(transcript, reading, self.prompt, build_mask(transcript, desk.workspace.settings, desk.names))

    def group(self, insights: Sequence[Insight], before: Sequence[Theme]) -> list[Theme]:
        return self.local.group(insights, before)


@dataclass(frozen=True, slots=True)
class ModelEngine:
    """A chat model that is shown numbered lines and answers with line numbers."""

    desk: Desk
    chat: Chat
    coder: Coder

    @property
    def sure(self) -> Mapping[str, float]:
        """What the local engine found before this one was set counts by the local engine's measure."""
        name = self.desk.embedder.name
        return built_in_head(name if name in BUNDLED else best_bundled()).sure

    @property
    def learned(self) -> Learned:
        return Learned()

    @property
    def unknown(self) -> tuple[str, ...]:
        return ()

    def recipe(self, transcript: Transcript) -> str:
        settings = self.desk.workspace.settings
        parts = (self.chat.model, self.chat.endpoint, self.coder.prompt.version, repr(self.desk.codebook))
        sizes = (str(self.coder.batch_tokens), str(self.coder.max_output_tokens))
        ours = (str(settings.model.coverage), settings.privacy.mask, settings.output.language)
        return _hash(*parts, *sizes, *ours, digest(transcript))

    def read_each(
        self, transcripts: Sequence[Transcript], heard: Callable[[], None]
    ) -> Iterator[tuple[Transcript, ReadingRecord]]:
        if transcripts:
            make_ready(self.chat)
        self.chat.heard = heard
        try:
            yield from self.chat.side_by_side(self.read, transcripts)
        finally:
            self.chat.heard = lambda: None  # what is asked later is of another stage

    def batched(self, transcripts: Sequence[Transcript], *, submit: bool) -> Waiting:
        calls, settings = self.desk.ledger.calls, self.desk.workspace.settings.model
        waiting = batching.collect(calls, settings, self.chat)
        if waiting.batches or not submit:
            return waiting
        plans = [each for transcript in transcripts for each in self.plan(transcript)]
        return batching.submit(calls, settings, self.chat, plans)

    def plan(self, transcript: Transcript) -> list[Planned]:
        requests = planned(transcript, self._shown(transcript), self._coder(transcript))
        return [Planned(request, self.chat.kept(request)) for request in requests]

    def _coder(self, transcript: Transcript) -> Coder:
        mask = build_mask(transcript, self.desk.workspace.settings, self.desk.names)
        return replace(self.coder, mask=lambda text: mask.apply(text).text, about=self._about)

    def _shown(self, transcript: Transcript) -> list[Passage]:
        return choose_passages(self.desk, transcript, room=room(transcript, self.coder))

    def _about(self, statement: str, lines: Sequence[str]) -> bool:
        with ONE_AT_A_TIME:
            return about(self.desk.embedder, statement, lines)

    def read(self, transcript: Transcript) -> ReadingRecord:
        coder, names = self._coder(transcript), self.desk.known_names(transcript)
        judged, reading = read_and_judge(transcript, self._shown(transcript), coder, names)
        failures = tuple(f"{failure.cause}: {failure.problem}" for failure in reading.failures)
        return ReadingRecord(self.recipe(transcript), judged.insights, judged.refused, failures)

    def group(self, insights: Sequence[Insight], before: Sequence[Theme]) -> list[Theme]:
        root, language = self.desk.workspace.root, self.desk.workspace.settings.output.language
        sorter = Sorter(self.chat, load_prompt("group", root), self.desk.codebook, language)
        return sort_insights(insights, before, sorter)


def open_engine(desk: Desk, *, sending: bool = True) -> Engine:
    """Return the engine that `[model] chat` names; raises ModelError when it cannot be used.

    One that is not `sending` can say what it would ask, and needs no key.
    """
    settings = desk.workspace.settings
    if settings.model.chat == "local":
        return _open_local(desk)
    opened = lazy_chat if sending else closed_chat
    chat = opened(settings.model, store=desk.ledger.calls, budget=desk.budget)
    if settings.model.reading == "second":
        return SecondEngine(_open_local(desk), chat, load_prompt("second", desk.workspace.root))
    coder = Coder(
        chat=chat,
        codebook=desk.codebook,
        prompt=load_prompt("extract", desk.workspace.root),
        language=settings.output.language,
        max_output_tokens=settings.model.max_output_tokens,
        batch_tokens=settings.model.batch_tokens,
    )
    return ModelEngine(desk, chat, coder)


def _open_local(desk: Desk) -> LocalEngine:
    """The head is that of the workspace's embedder, or where it has none, of the best bundled one."""
    embedder = desk.embedder if desk.embedder.name in BUNDLED else open_bundled()
    version = hashlib.sha256(head_file(embedder.name).read_bytes()).hexdigest()
    head = built_in_head(embedder.name)

    def embed(texts: Sequence[str]) -> Vectors:
        with ONE_AT_A_TIME:
            return embed_texts(embedder, desk.ledger, texts)

    tutor = Tutor(desk.workspace.root, desk.ledger, desk.codebook, head, version, embed)
    return LocalEngine(desk, head, version, tutor)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
