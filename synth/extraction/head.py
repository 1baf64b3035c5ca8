"""The local engine: a small trained head on sentence vectors. No key, no network, numpy only.

It gives each citable line a calibrated probability an aspect, whether it denies, and whether we had suggested it.
What passes an aspect's `threshold` becomes a claim; what passes `sure` is fit for print. Both come from training data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.errors import ModelUnknown
from synth.extraction.linefeatures import Features, columns, line_features
from synth.extraction.linewords import WordNet
from synth.model import Claim, Line, Stance, Transcript

Vectors = NDArray[np.float32]
STATEMENT = 140  # characters
SCALE = "_scale"  # end of the name of a matrix's scales
_LINES = 3  # of one claim
_BORDER = re.compile(r"[,;:،؛–—.!?…](?=\s)")


@dataclass(frozen=True, slots=True)
class Net:
    """One hidden layer over the columns of one view; the inputs' scaling is folded into its weights."""

    view: str
    inward: Vectors
    inward_bias: Vectors
    outward: Vectors
    outward_bias: Vectors

    def logits(self, rows: Vectors) -> Vectors:
        hidden: Vectors = np.maximum(rows @ self.inward + self.inward_bias, 0)
        return (hidden @ self.outward + self.outward_bias).astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """Platt's scaling: what makes a logit of each aspect a probability."""

    slope: Vectors
    offset: Vectors

    def apply(self, logits: Vectors) -> Vectors:
        """Return `logits`, columns being outputs, with those of the aspects scaled."""
        count = len(self.slope)
        scaled = logits[:, :count] * self.slope + self.offset
        return np.concatenate([scaled, logits[:, count:]], axis=1)


@dataclass(frozen=True, slots=True)
class Head:
    """What `training/train.py` learned. Outputs: the aspects, denial, suggestion by us, whether any aspect holds."""

    embedder: str
    aspects: tuple[str, ...]
    middle: Vectors
    projection: Vectors
    nets: tuple[Net, ...]
    words: WordNet
    languages: tuple[str, ...]  # that the words were learned in
    blend: float  # share of the words in a logit, the rest is the mean of the nets
    native: Scale
    foreign: Scale  # of the nets alone, in a language that none of them has seen
    threshold: Mapping[str, float]
    sure: Mapping[str, float]
    trained_from: str  # digest of the training data and scripts

    def reduced(self, vectors: Vectors) -> Vectors:
        """Return sentence vectors in the few directions the nets look at, zero being the middle of training."""
        return ((vectors - self.middle) @ self.projection).astype(np.float32, copy=False)

    def logits(self, features: Features, language: str) -> Vectors:
        """Return a row a line, a column an output. In a language they do not know, words would say no to everything."""
        wide = self.projection.shape[1]
        nets = [net.logits(features.matrix[:, columns(net.view, wide, features.matrix.shape[1])]) for net in self.nets]
        seen: Vectors = np.mean(nets, axis=0)
        if language not in self.languages:
            return self.foreign.apply(seen)
        read = [self.words.logits(line.text, q) for line, q in zip(features.lines, features.questions, strict=True)]
        return self.native.apply((1 - self.blend) * seen + self.blend * np.stack(read))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aspect of one line."""

    line: int  # Line.n
    aspect: str
    probability: float
    stance: Stance
    prompted: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the head says about every citable line, passed or not; rows belong to `lines`, columns to Head.aspects."""

    lines: tuple[Line, ...]
    probabilities: Vectors
    denied: Vectors
    prompted: Vectors
    coded: Vectors  # whether any aspect holds


def load_head(path: Path) -> Head:
    """Load the weights that `training/train.py` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        about = json.loads(stored["about"].tobytes().decode("utf-8"))
        arrays = {name: _unpacked(stored, name) for name in stored.files if name != "about"}
    nets = [
        Net(view, *(arrays[f"net{i}_{part}"] for part in ("inward", "inward_bias", "outward", "outward_bias")))
        for i, view in enumerate(about["views"])
    ]
    return Head(
        embedder=about["embedder"],
        aspects=tuple(about["aspects"]),
        middle=arrays["middle"],
        projection=arrays["projection"],
        nets=tuple(nets),
        words=WordNet(arrays["words"], arrays["words_bias"]),
        languages=tuple(about["languages"]),
        blend=about["blend"],
        native=Scale(arrays["slope"], arrays["offset"]),
        foreign=Scale(arrays["foreign_slope"], arrays["foreign_offset"]),
        threshold=about["threshold"],
        sure=about["sure"],
        trained_from=about["trained_from"],
    )


def _unpacked(stored: Mapping[str, NDArray[Any]], name: str) -> Vectors:
    """Return one array; a matrix in whole numbers has a scale a column beside it."""
    array: Vectors = stored[name].astype(np.float32)
    return array * stored[name + SCALE] if name + SCALE in stored else array


def read_lines(
    transcript: Transcript, vectors: Vectors, head: Head, moved: Callable[[Features], Vectors] | None = None
) -> Reading:
    """Judge every citable line; `vectors[i]` belongs to `transcript.lines[i]`.

    `moved` tells how far the logits of the aspects move by what a workspace taught.
    """
    count = len(head.aspects)
    if vectors.ndim != 2 or vectors.shape[1] != len(head.middle):
        raise ModelUnknown(head.embedder, f"the local engine knows only vectors of {head.embedder!r}")
    features = line_features(transcript, head.reduced(vectors.astype(np.float32)))
    if not features.lines:
        nothing = np.zeros(0, np.float32)
        return Reading((), np.zeros((0, count), np.float32), nothing, nothing, nothing)
    logits = head.logits(features, transcript.source.language)
    if moved:
        logits = np.concatenate([logits[:, :count] + moved(features), logits[:, count:]], axis=1)
    chances: Vectors = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32, copy=False)
    denied, prompted, coded = chances[:, count:].T
    return Reading(features.lines, chances[:, :count], denied, prompted, coded)


def classify(transcript: Transcript, vectors: Vectors, head: Head) -> list[Verdict]:
    """Return what passes the threshold of its aspect, in the order of the source."""
    return verdicts(read_lines(transcript, vectors, head), head)


def verdicts(reading: Reading, head: Head) -> list[Verdict]:
    """Return the same for lines that are read already."""
    return [
        Verdict(
            line=line.n,
            aspect=aspect,
            probability=float(reading.probabilities[i, k]),
            stance="contradicts" if reading.denied[i] > 0.5 else "supports",
            prompted=bool(reading.prompted[i] > 0.5),
        )
        for i, line in enumerate(reading.lines)
        for k, aspect in enumerate(head.aspects)
        if reading.probabilities[i, k] >= head.threshold[aspect]
    ]


def claims(transcript: Transcript, verdicts: Sequence[Verdict], head: Head) -> list[Claim]:
    """Join neighbouring lines of one turn that say the same kind of thing; the surest line speaks for them."""
    lines = {line.n: line for line in transcript.lines}
    found = [
        _claim(run, lines)
        for aspect in head.aspects
        for run in _runs([verdict for verdict in verdicts if verdict.aspect == aspect], lines)
    ]
    return sorted(found, key=lambda claim: (claim.lines, head.aspects.index(claim.aspect)))


def _runs(verdicts: Sequence[Verdict], lines: Mapping[int, Line]) -> Iterator[list[Verdict]]:
    run: list[Verdict] = []
    for verdict in sorted(verdicts, key=lambda verdict: verdict.line):
        if run and not (_joins(run[-1], verdict, lines) and len(run) < _LINES):
            yield run
            run = []
        run.append(verdict)
    if run:
        yield run


def _joins(one: Verdict, other: Verdict, lines: Mapping[int, Line]) -> bool:
    beside = other.line == one.line + 1 and other.stance == one.stance
    a, b = lines[one.line], lines[other.line]
    return beside and a.turn == b.turn and (a.speaker, a.voice, a.account) == (b.speaker, b.voice, b.account)


def _claim(run: Sequence[Verdict], lines: Mapping[int, Line]) -> Claim:
    surest = max(run, key=lambda verdict: verdict.probability)
    return Claim(
        aspect=surest.aspect,
        statement=shortened(lines[surest.line].text),
        lines=tuple(verdict.line for verdict in run),
        stance=surest.stance,
        confidence=round(surest.probability, 4),
        prompted=surest.prompted,
    )


def shortened(text: str, most: int = STATEMENT) -> str:
    """Cut `text` to at most `most` characters, at the border of a clause in its second half, else between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    borders = [match.start() for match in _BORDER.finditer(text[:most])]
    if borders and borders[-1] >= most // 2:
        return text[: borders[-1]].rstrip() + "…"
    return (
        text[: most - 1].rpartition(" ")[0].rstrip(",;:–—") + "…" if " " in text[: most - 1] else text[: most - 1] + "…"
    )
