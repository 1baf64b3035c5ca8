"""How the head is learned: directions, small nets, words, calibration, thresholds. Pure functions over arrays, seeded.

Nets are trained with Adam and dropout in plain numpy, so that a run gives the same weights wherever numpy does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from synth.extraction.head import Net
from synth.extraction.linewords import BUCKETS, WordNet, bags

Array = NDArray[np.float32]
_PULL = 1e-3  # of the calibration towards leaving logits alone
WORDS_C = 3.0  # inverse strength of the words' L2 penalty
SLACK = 0.01  # of F1 that a stricter threshold may cost
FLOOR = 0.02  # of a column's spread: rarer cues are not blown up


@dataclass(frozen=True, slots=True)
class Recipe:
    hidden: int = 128
    epochs: int = 12
    rate: float = 1e-3
    decay: float = 1.0
    drop_input: float = 0.3
    drop_hidden: float = 0.4
    batch: int = 128


def directions(vectors: Array, count: int) -> Array:
    """Return the `count` main directions of centred vectors, signs fixed."""
    _, basis = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    chosen = basis[:, ::-1][:, :count]
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(count)])
    return (chosen * signs).astype(np.float32)


def train_net(rows: Array, targets: Array, weights: Array, recipe: Recipe, view: str, seed: int = 0) -> Net:
    """Train one net on the columns of its view; `weights` has the shape of `targets`, 0 leaves a cell out."""
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), FLOOR)
    net = _train_net(((rows - mean) / spread).astype(np.float32), targets, weights, recipe, seed)
    inward = net.inward / spread[:, None]
    return Net(view, inward, net.inward_bias - mean @ inward, net.outward, net.outward_bias)


def train_words(lines: Sequence[tuple[str, str]], targets: Array, weights: Array) -> WordNet:
    """Train one logistic regression an output over the n-grams of lines and their questions."""
    rows = word_rows(lines)
    models = []
    for wanted, weight in zip((targets == 1).T, weights.T, strict=True):
        used = np.flatnonzero(weight)
        models.append(LogisticRegression(C=WORDS_C, solver="liblinear", tol=1e-3).fit(rows[used], wanted[used]))
    weights_of = np.stack([model.coef_[0] for model in models], axis=1)
    return WordNet(weights_of.astype(np.float32), np.array([model.intercept_[0] for model in models], np.float32))


def word_rows(lines: Sequence[tuple[str, str]]) -> csr_matrix:
    """Return the bags of all lines as one sparse matrix; a place of both bags has the sum."""
    pairs = [bags(line, question) for line, question in lines]
    places = np.concatenate([places for pair in pairs for places, _ in pair])
    values = np.concatenate([np.full(len(places), value) for pair in pairs for places, value in pair])
    ends = np.cumsum([0, *(len(one) + len(other) for (one, _), (other, _) in pairs)])
    return csr_matrix((values, places, ends), shape=(len(lines), BUCKETS))


def _train_net(rows: Array, targets: Array, weights: Array, recipe: Recipe, seed: int) -> Net:
    random = np.random.default_rng(seed)
    count, width = rows.shape
    base = (targets * weights).sum(axis=0) / np.maximum(1, weights.sum(axis=0))
    values = [
        (random.standard_normal((width, recipe.hidden)) / np.sqrt(width)).astype(np.float32),
        np.zeros(recipe.hidden, np.float32),
        (random.standard_normal((recipe.hidden, targets.shape[1])) / np.sqrt(recipe.hidden)).astype(np.float32),
        np.log(np.clip(base, 1e-3, 0.999)).astype(np.float32),
    ]
    means = [np.zeros_like(value) for value in values]
    squares = [np.zeros_like(value) for value in values]
    steps, step = recipe.epochs * -(-count // recipe.batch), 0
    for _ in range(recipe.epochs):
        order = random.permutation(count)
        for start in range(0, count, recipe.batch):
            picked = order[start : start + recipe.batch]
            step += 1
            rate = recipe.rate * (1 - step / steps) + 1e-5
            slopes = _slopes(values, rows[picked], targets[picked], weights[picked], recipe, random)
            for j, slope in enumerate(slopes):
                means[j] += 0.1 * (slope - means[j])
                squares[j] += 0.001 * (slope * slope - squares[j])
                move = (means[j] / (1 - 0.9**step)) / (np.sqrt(squares[j] / (1 - 0.999**step)) + 1e-8)
                shrink = recipe.decay * values[j] if j in (0, 2) else 0.0
                values[j] = (values[j] - rate * (move + shrink)).astype(np.float32)
    return Net("", *values)


def _slopes(
    values: list[Array], rows: Array, targets: Array, weights: Array, recipe: Recipe, random: np.random.Generator
) -> list[Array]:
    inward, inward_bias, outward, outward_bias = values
    kept = (random.random(rows.shape, dtype=np.float32) >= recipe.drop_input) / np.float32(1 - recipe.drop_input)
    rows = rows * kept
    raw = rows @ inward + inward_bias
    mask = (random.random(raw.shape, dtype=np.float32) >= recipe.drop_hidden) / np.float32(1 - recipe.drop_hidden)
    hidden = np.maximum(raw, 0) * mask
    error = (sigmoid(hidden @ outward + outward_bias) - targets) * weights / len(rows)
    back = (error @ outward.T) * mask * (raw > 0)
    return [rows.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def sigmoid(values: Array) -> Array:
    return (1 / (1 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)


def calibration(logits: Array, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and offset of Platt's scaling: Newton's steps, halved until the loss falls, so they cannot diverge."""
    design = np.stack([logits.astype(np.float64), np.ones(len(logits))], axis=1)
    theta = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ theta, -500, 500)))
        slope = design.T @ (chance - truth) + _PULL * (theta - [1, 0])
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + _PULL * np.eye(2)
        step = np.linalg.solve(curve, slope)
        loss = _platt_loss(theta, design, truth)
        while _platt_loss(theta - step, design, truth) > loss and np.abs(step).max() > 1e-9:
            step = step / 2
        theta = theta - step
    return float(theta[0]), float(theta[1])


def _platt_loss(theta: NDArray[np.float64], design: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    logits = design @ theta
    return float((np.logaddexp(0, logits) - truth * logits).sum() + _PULL * ((theta - [1, 0]) ** 2).sum() / 2)


def strict_threshold(chances: Array, truth: NDArray[np.bool_]) -> float:
    """Return the highest probability above which F1 is within SLACK of the best: F1 is flat about its top,
    and what is taken wrongly is worse than what is missed."""
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(truth[order])
    scores = 2 * hits / (np.arange(1, len(truth) + 1) + truth.sum())
    return float(chances[order][int(np.flatnonzero(scores >= scores.max() - SLACK)[0])])


def sure_threshold(chances: Array, truth: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest probability above which precision holds, on at least ten lines, else the tenth highest."""
    order = np.argsort(-chances, kind="stable")
    precisions = np.cumsum(truth[order]) / np.arange(1, len(truth) + 1)
    good = np.flatnonzero(precisions >= precision)
    last = max(9, int(good[-1]) if len(good) else 0)
    return float(chances[order][min(last, len(order) - 1)])
