"""How the head is learned: directions, small nets, calibration, thresholds. Pure functions over arrays, seeded.

Nets are trained with Adam and dropout in plain numpy, so that a run gives the same weights wherever numpy does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.extraction.head import Net

Array = NDArray[np.float32]
FLOOR = 0.02  # of a column's spread: rarer cues are not blown up


@dataclass(frozen=True, slots=True)
class Recipe:
    hidden: int = 64
    epochs: int = 12
    rate: float = 1e-3
    decay: float = 1.0
    drop_input: float = 0.3
    drop_hidden: float = 0.4
    batch: int = 128
    nets: int = 4


def directions(vectors: Array, count: int) -> Array:
    """Return the `count` main directions of centred vectors, signs fixed."""
    _, basis = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    chosen = basis[:, ::-1][:, :count]
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(count)])
    return (chosen * signs).astype(np.float32)


def train_nets(rows: Array, targets: Array, weights: Array, recipe: Recipe) -> tuple[Net, ...]:
    """Train `recipe.nets` nets from different seeds; `weights` has the shape of `targets`, 0 leaves a cell out."""
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), FLOOR)
    scaled = ((rows - mean) / spread).astype(np.float32)
    return tuple(
        _unscaled(_train_net(scaled, targets, weights, recipe, seed), mean, spread) for seed in range(recipe.nets)
    )


def _unscaled(net: Net, mean: Array, spread: Array) -> Net:
    inward = net.inward / spread[:, None]
    return Net(inward, net.inward_bias - mean @ inward, net.outward, net.outward_bias)


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
    return Net(*values)


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
    """Return slope and offset of Platt's scaling, by Newton's steps."""
    design = np.stack([logits.astype(np.float64), np.ones(len(logits))], axis=1)
    theta = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ theta, -30, 30)))
        slope = design.T @ (chance - truth) + 1e-3 * (theta - [1, 0])
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        theta = theta - np.linalg.solve(curve, slope)
    return float(theta[0]), float(theta[1])


def best_threshold(chances: Array, truth: NDArray[np.bool_]) -> float:
    """Return the probability above which F1 is best."""
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(truth[order])
    scores = 2 * hits / (np.arange(1, len(truth) + 1) + truth.sum())
    return float(chances[order][int(scores.argmax())])


def sure_threshold(chances: Array, truth: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest probability above which precision holds, on at least ten lines, else the tenth highest."""
    order = np.argsort(-chances, kind="stable")
    precisions = np.cumsum(truth[order]) / np.arange(1, len(truth) + 1)
    good = np.flatnonzero(precisions >= precision)
    last = max(9, int(good[-1]) if len(good) else 0)
    return float(chances[order][min(last, len(order) - 1)])
