"""From a workspace's decisions to what the local engine learns of them: rows of lines, lessons, a digest.

What is learned depends on the decisions, on the sources they are about and on the head, and on nothing that was read
with it, so that learning settles at once. Examples and counterexamples that a workspace's codebook adds to an aspect
the head knows count as decisions. Lessons are kept in `.synth/lessons.json` until one of these changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from synth import __version__
from synth.extraction.codebook import load_codebook
from synth.extraction.head import Head, Vectors
from synth.extraction.lessons import Lesson, Study, learn, seen
from synth.extraction.linedecisions import Mark, find_marks, read_line_decisions
from synth.extraction.linefeatures import Features, line_features
from synth.extraction.reviewed import refusal
from synth.ledger import Ledger, digest
from synth.model import Aspect, Example, Line, Source, Transcript

KEPT = ".synth/lessons.json"
Decided = Mapping[tuple[int, str], float]  # by line number and aspect: 1 is evidence, 0 is none


@dataclass(frozen=True, slots=True)
class Learned:
    """What the decisions taught, aspect by aspect in the order of the head."""

    lessons: tuple[Lesson, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of all that moves a reading, "" when nothing does."""
        used = [(one.aspect, one.weights) for one in self.lessons if one.weights]
        return hashlib.sha256(json.dumps(used).encode()).hexdigest() if used else ""

    def moved(self, features: Features, head: Head) -> Vectors:
        """Return how far each logit of each line moves, columns being the head's aspects."""
        rows = seen(features.matrix, head.projection.shape[1])
        moved = np.zeros((len(rows), len(head.aspects)), np.float32)
        for one in self.lessons:
            if one.weights:
                moved[:, head.aspects.index(one.aspect)] = rows @ np.array(one.weights)
        return moved


@dataclass(frozen=True)
class Tutor:
    """Who teaches the head what a workspace decided, when it is first asked."""

    root: Path
    ledger: Ledger
    codebook: tuple[Aspect, ...]
    head: Head
    version: str  # of the head
    embed: Callable[[Sequence[str]], Vectors]

    @cached_property
    def learned(self) -> Learned:
        """What the decisions of this moment teach; raises SettingsInvalid when their file cannot be read."""
        talks = [*self._decided(), *_examples(self.codebook)]
        if not talks:
            return Learned()
        key = self._key(talks)
        known = _stored(self.root / KEPT, key)
        if known is None:
            known = Learned(tuple(self._lessons(talks)))
            _store(self.root / KEPT, key, known)
        return known

    def _decided(self) -> list[_Talk]:
        """Return the sources with decisions that the gate lets pass, by path."""
        decisions, _ = read_line_decisions(self.root)
        if not decisions:
            return []
        transcripts = self.ledger.transcripts()
        names = [aspect.name for aspect in self.codebook]
        marks = find_marks(decisions, transcripts, names, self.ledger.engine_insights()).found
        return [
            _Talk(transcript, decided)
            for transcript in transcripts
            if (
                decided := _cells(
                    [one for one in marks if one.source == transcript.source.id], transcript, self.codebook
                )
            )
        ]

    def _key(self, talks: Iterable[_Talk]) -> str:
        parts = [(digest(talk.transcript), sorted(talk.decided.items())) for talk in talks]
        return hashlib.sha256(repr((__version__, self.version, parts)).encode()).hexdigest()

    def _lessons(self, talks: Sequence[_Talk]) -> list[Lesson]:
        every = [self._seen(talk) for talk in talks]
        studies = {}
        for k, aspect in enumerate(self.head.aspects):
            parts = [(n, one) for n, one in enumerate(every) if not np.isnan(one.decided[:, k]).all()]
            if parts:
                studies[aspect] = Study(
                    np.concatenate([one.rows for _, one in parts]),
                    np.concatenate([one.logits[:, k] for _, one in parts]),
                    np.concatenate([one.decided[:, k] for _, one in parts]),
                    np.concatenate([np.full(len(one.rows), n) for n, one in parts]),
                )
        return learn(studies, self.head.threshold, self.head.embedder)

    def _seen(self, talk: _Talk) -> _Seen:
        vectors = self.embed([line.text for line in talk.transcript.lines])
        features = line_features(talk.transcript, self.head.reduced(vectors.astype(np.float32)))
        logits = self.head.logits(features, talk.transcript.source.language)[:, : len(self.head.aspects)]
        decided = [[talk.decided.get((line.n, name), np.nan) for name in self.head.aspects] for line in features.lines]
        return _Seen(seen(features.matrix, self.head.projection.shape[1]), logits.astype(np.float64), np.array(decided))


@dataclass(frozen=True, slots=True)
class _Talk:
    transcript: Transcript
    decided: Decided


@dataclass(frozen=True, slots=True)
class _Seen:
    """One source as the lessons see it: a row a line that may be evidence."""

    rows: np.ndarray
    logits: np.ndarray
    decided: np.ndarray


def _cells(marks: Iterable[Mark], transcript: Transcript, codebook: Sequence[Aspect]) -> Decided:
    """Return what marks say of each line; what the gate refuses says nothing."""
    citable = {line.n for line in transcript.lines if line.citable}
    return {
        (n, mark.aspect): float(mark.decision.verb != "drop")
        for mark in marks
        if mark.decision.verb == "drop" or not refusal(mark, transcript, codebook)
        for n in mark.lines
        if n in citable
    }


def _examples(codebook: Sequence[Aspect]) -> list[_Talk]:
    """Return what a workspace's codebook adds to the shipped aspects, each example as a talk of one line."""
    shipped = {
        aspect.name: {one.text for one in (*aspect.examples, *aspect.counterexamples)} for aspect in load_codebook()
    }
    return [
        _Talk(_talk_of(example), {(1, aspect.name): right})
        for aspect in codebook
        if aspect.name in shipped
        for right, examples in ((1.0, aspect.examples), (0.0, aspect.counterexamples))
        for example in examples
        if example.text not in shipped[aspect.name]
    ]


def _talk_of(example: Example) -> Transcript:
    line = Line(1, 0, example.text, 0, len(example.text), "customer", "customer", "said", language=example.language)
    name = hashlib.sha256(example.text.encode()).hexdigest()[:12]
    return Transcript(Source(name, name, "interview", "txt", example.language), example.text, lines=(line,))


def _stored(path: Path, key: str) -> Learned | None:
    """Return what was learned before from the same decisions."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] != key:
            return None
        return Learned(tuple(Lesson(**one | {"weights": _tuple(one["weights"])}) for one in kept["lessons"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tuple(weights: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if weights is None else tuple(weights)


def _store(path: Path, key: str, learned: Learned) -> None:
    """Keep what was learned where it may be written: a page that only looks has no such right to use."""
    if path.parent.is_dir():
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps({"key": key, "lessons": [asdict(one) for one in learned.lessons]}), "utf-8")
        aside.replace(path)
