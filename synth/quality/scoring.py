"""Precision, recall, agreement and their intervals over judged lines: arithmetic only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1; `low` and `high` bound F1 at 95 % over resampled sources."""

    precision: float
    recall: float
    f1: float
    gold: int
    cited: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    kappa: float
    ac1: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One line under one aspect."""

    source: str
    aspect: str
    gold: bool
    cited: bool


def of_aspect(cells: Iterable[Cell], *, aspect: str) -> list[Cell]:
    return [cell for cell in cells if cell.aspect == aspect]


def _score(cells: Sequence[Cell]) -> Score:
    both = sum(cell.gold and cell.cited for cell in cells)
    return _from_counts(both, sum(cell.gold for cell in cells), sum(cell.cited for cell in cells))


def _from_counts(both: int, gold: int, cited: int) -> Score:
    return Score(share(both, cited) or 0.0, share(both, gold) or 0.0, 2 * both / max(1, gold + cited), gold, cited)


def macro(cells: Sequence[Cell], aspects: Sequence[str]) -> Score:
    """The mean over aspects that are labelled at least once."""
    scores = [score for aspect in aspects if (score := _score(of_aspect(cells, aspect=aspect))).gold]
    if not scores:
        return Score(0.0, 0.0, 0.0, 0, 0)
    count = len(scores)
    return Score(
        sum(score.precision for score in scores) / count,
        sum(score.recall for score in scores) / count,
        sum(score.f1 for score in scores) / count,
        sum(score.gold for score in scores),
        sum(score.cited for score in scores),
    )


def with_interval(cells: Sequence[Cell], aspects: Sequence[str], seed: int) -> Score:
    """Resample whole sources: lines of one talk are not independent."""
    score = macro(cells, aspects)
    sources = sorted({cell.source for cell in cells})
    if len(sources) < 2:
        return score
    counts = np.zeros((len(sources), len(aspects), 3))
    where, which = {s: i for i, s in enumerate(sources)}, {a: k for k, a in enumerate(aspects)}
    for cell in cells:
        counts[where[cell.source], which[cell.aspect]] += (cell.gold and cell.cited, cell.gold, cell.cited)
    picked = np.random.default_rng(seed).integers(0, len(sources), (_RESAMPLES, len(sources)))
    sums = counts[picked].sum(axis=1)
    f1 = 2 * sums[:, :, 0] / np.maximum(1, sums[:, :, 1] + sums[:, :, 2])
    seen = sums[:, :, 1] > 0
    means = (f1 * seen).sum(axis=1) / np.maximum(1, seen.sum(axis=1))
    low, high = (float(value) for value in np.quantile(means, (0.025, 0.975)))
    return Score(score.precision, score.recall, score.f1, score.gold, score.cited, low, high)


def by_group(cells: Sequence[Cell], groups: Mapping[str, str]) -> dict[str, float]:
    names = sorted({groups.get(cell.source, "") for cell in cells})
    aspects = sorted({cell.aspect for cell in cells})
    return {name: macro([c for c in cells if groups.get(c.source, "") == name], aspects).f1 for name in names}


def agreement(cells: Sequence[Cell]) -> Agreement:
    """Cohen's kappa and Gwet's AC1 of two coders, the gold and the engine, over lines."""
    count = max(1, len(cells))
    same = sum(cell.gold == cell.cited for cell in cells) / count
    gold, cited = sum(cell.gold for cell in cells) / count, sum(cell.cited for cell in cells) / count
    by_chance = gold * cited + (1 - gold) * (1 - cited)
    mean = (gold + cited) / 2
    gwet = 2 * mean * (1 - mean)
    return Agreement(_corrected(same, by_chance), _corrected(same, gwet))


def _corrected(same: float, by_chance: float) -> float:
    return (same - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def mean_of(values: Iterable[bool]) -> float | None:
    known = list(values)
    return share(sum(known), len(known))
