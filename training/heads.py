"""From labelled dialogues to the archive that ships: vectors, table, predictions for unseen groups, choices, file.

All that is chosen (calibration, thresholds) is chosen on predictions for trades the nets had not seen.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from corpus import ASPECTS, Labelled, targets
from fingerprint import fingerprint
from learn import (
    Array,
    Recipe,
    calibration,
    directions,
    sigmoid,
    strict_threshold,
    sure_threshold,
    train_net,
    train_words,
    word_rows,
)

from synth.extraction.head import SCALE, Net, Scale
from synth.extraction.linefeatures import VIEWS, columns, line_features
from synth.extraction.linewords import WordNet
from synth.search.embed import Embedder

CACHE = Path.home() / ".cache" / "synth-training"
DIRECTIONS = 128
FOLDS = 6
PRECISION = 0.8  # of what is fit for print
RECIPE = Recipe()
BLEND = 0.35  # share of the words in a logit


@dataclass(frozen=True, slots=True)
class Data:
    """All dialogues as one table; `trade` and `language` belong to rows."""

    rows: Array
    lines: tuple[tuple[str, str], ...]  # text, and the question before it
    hard: np.ndarray  # tempting lines that are no evidence
    wanted: Array
    weights: Array
    truth: np.ndarray
    trade: np.ndarray
    language: np.ndarray
    middle: Array
    projection: Array


@dataclass(frozen=True, slots=True)
class Choice:
    """What is set on unseen data: Platt's scaling on unseen trades and on unseen languages, two operating points an aspect."""

    native: Scale
    foreign: Scale
    threshold: Mapping[str, float]
    sure: Mapping[str, float]


def dialogue_vectors(embedder: Embedder, dialogue: Labelled) -> Array:
    """Return a row a line, from the user's cache if it is there. A dialogue is always embedded whole:
    in another batch the last digits may be others."""
    texts = [line.text for line in dialogue.transcript.lines]
    key = hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:32]
    stored = CACHE / embedder.name / f"{key}.npy"
    if not stored.is_file():
        stored.parent.mkdir(parents=True, exist_ok=True)
        np.save(stored, embedder.embed(texts))
    vectors: Array = np.load(stored, allow_pickle=False)
    return vectors


def table(dialogues: Sequence[Labelled], embedder: Embedder) -> Data:
    """Turn dialogues into rows."""
    vectors = [dialogue_vectors(embedder, dialogue) for dialogue in dialogues]
    every = np.concatenate(vectors)
    middle = every.mean(axis=0)
    projection = directions(every - middle, DIRECTIONS)
    rows, goals, trades, languages, lines, hard = [], [], [], [], [], []
    for dialogue, own in zip(dialogues, vectors, strict=True):
        features = line_features(dialogue.transcript, (own - middle) @ projection)
        rows.append(features.matrix)
        lines += [(line.text, asked) for line, asked in zip(features.lines, features.questions, strict=True)]
        hard += [line.n in dialogue.hard for line in features.lines]
        goals.append(targets(dialogue, features.lines))
        trades += [dialogue.trade] * len(features.lines)
        languages += [dialogue.transcript.source.language] * len(features.lines)
    return Data(
        rows=np.concatenate(rows),
        lines=tuple(lines),
        hard=np.array(hard),
        wanted=np.concatenate([goal.wanted for goal in goals]),
        weights=np.concatenate([goal.weights for goal in goals]),
        truth=np.concatenate([goal.truth for goal in goals]),
        trade=np.array(trades),
        language=np.array(languages),
        middle=middle,
        projection=projection,
    )


@dataclass(frozen=True, slots=True)
class Learned:
    """Nets of several views, and the words: each errs elsewhere, so their mean is better than any."""

    nets: tuple[Net, ...]
    words: WordNet

    def logits(self, data: Data, rows: np.ndarray, *, words: bool) -> Array:
        seen: Array = np.mean([net.logits(data.rows[rows][:, _columns(data, net.view)]) for net in self.nets], axis=0)
        if not words:
            return seen
        read = word_rows([data.lines[i] for i in np.flatnonzero(rows)]) @ self.words.weights + self.words.bias
        blended: Array = ((1 - BLEND) * seen + BLEND * read).astype(np.float32)
        return blended


def _columns(data: Data, view: str) -> np.ndarray:
    return columns(view, data.projection.shape[1], data.rows.shape[1])


def learn(data: Data, rows: np.ndarray) -> Learned:
    """Train on `rows`, a mask."""
    wanted, weights = data.wanted[rows], data.weights[rows]
    seen = data.rows[rows]
    nets = [train_net(seen[:, _columns(data, view)], wanted, weights, RECIPE, view) for view in VIEWS]
    return Learned(tuple(nets), train_words([data.lines[i] for i in np.flatnonzero(rows)], wanted, weights))


def unseen_logits(data: Data, groups: np.ndarray, *, words: bool) -> Array:
    """Return for each row the logits of what saw no row of its group; `words` are of no use in an unseen language."""
    logits = np.zeros_like(data.wanted)
    for group in np.unique(groups):
        logits[groups == group] = learn(data, groups != group).logits(data, groups == group, words=words)
    return logits


def folds(trades: np.ndarray, count: int = FOLDS) -> np.ndarray:
    """Deal whole trades into `count` groups of about the same size."""
    names, sizes = np.unique(trades, return_counts=True)
    load = [0] * count
    home: dict[str, int] = {}
    for name, size in sorted(zip(names.tolist(), sizes.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])):
        home[name] = load.index(min(load))
        load[home[name]] += size
    return np.array([home[trade] for trade in trades.tolist()])


def choose(logits: Array, foreign: Array, truth: np.ndarray) -> Choice:
    """Calibrate each aspect on `logits` of unseen trades and of unseen languages; pick thresholds on the first."""
    native = _scale(logits, truth)
    chances = sigmoid(native.apply(logits))
    threshold, sure = {}, {}
    for k, aspect in enumerate(ASPECTS):
        threshold[aspect] = round(strict_threshold(chances[:, k], truth[:, k]), 4)
        sure[aspect] = round(max(sure_threshold(chances[:, k], truth[:, k], PRECISION), threshold[aspect]), 4)
    return Choice(native, _scale(foreign, truth), threshold, sure)


def _scale(logits: Array, truth: np.ndarray) -> Scale:
    found = np.array([calibration(logits[:, k], truth[:, k]) for k in range(len(ASPECTS))], np.float32)
    return Scale(found[:, 0], found[:, 1])


def write_head(path: Path, embedder: str, data: Data, learned: Learned, chosen: Choice) -> None:
    """Write one archive without times; matrices in eight bits with a scale a column, the rest in half precision."""
    arrays: dict[str, Array] = {"middle": data.middle, "projection": data.projection}
    arrays |= {"slope": chosen.native.slope, "offset": chosen.native.offset}
    arrays |= {"foreign_slope": chosen.foreign.slope, "foreign_offset": chosen.foreign.offset}
    arrays |= {"words": learned.words.weights, "words_bias": learned.words.bias}
    for i, net in enumerate(learned.nets):
        for part in ("inward", "inward_bias", "outward", "outward_bias"):
            arrays[f"net{i}_{part}"] = getattr(net, part)
    about = {
        "embedder": embedder,
        "aspects": ASPECTS,
        "views": [net.view for net in learned.nets],
        "languages": sorted(set(data.language.tolist())),
        "blend": BLEND,
        "threshold": dict(chosen.threshold),
        "sure": dict(chosen.sure),
        "trained_from": fingerprint(),
    }
    note = np.frombuffer(json.dumps(about, sort_keys=True).encode("utf-8"), np.uint8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in [("about", note), *(part for item in arrays.items() for part in _packed(*item))]:
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def _packed(name: str, array: Array) -> list[tuple[str, np.ndarray]]:
    if array.ndim == 1:
        return [(name, array.astype(np.float16))]
    scale = np.abs(array).max(axis=0) / 127
    whole = np.round(array / np.where(scale > 0, scale, 1))
    return [(name, whole.astype(np.int8)), (f"{name}{SCALE}", scale.astype(np.float32))]
