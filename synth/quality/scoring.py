"""Precision, recall, agreement and their intervals over judged lines: arithmetic only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
    block: int = 0  # which stretch of its source; what is resampled where there is one source only


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
    """Resample whole sources, since lines of one talk are not independent; of one source alone, stretches of it."""
    score = macro(cells, aspects)
    alone = len({cell.source for cell in cells}) < 2
    units = sorted({_unit(cell, alone) for cell in cells})
    if len(units) < 2:
        return score
    counts = np.zeros((len(units), len(aspects), 3))
    where, which = {s: i for i, s in enumerate(units)}, {a: k for k, a in enumerate(aspects)}
    for cell in cells:
        counts[where[_unit(cell, alone)], which[cell.aspect]] += (cell.gold and cell.cited, cell.gold, cell.cited)
    sums = _resampled(counts, seed)
    f1 = 2 * sums[:, :, 0] / np.maximum(1, sums[:, :, 1] + sums[:, :, 2])
    seen = sums[:, :, 1] > 0
    means = (f1 * seen).sum(axis=1) / np.maximum(1, seen.sum(axis=1))
    low, high = (float(value) for value in np.quantile(means, (0.025, 0.975)))
    return replace(score, low=low, high=high)


def _unit(cell: Cell, alone: bool) -> tuple[str, int]:
    return (cell.source, cell.block if alone else 0)


def _resampled(counts: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the sums of `counts` over its first axis, for as many units drawn from it with replacement."""
    picked = np.random.default_rng(seed).integers(0, len(counts), (_RESAMPLES, len(counts)))
    sums: NDArray[np.float64] = counts[picked].sum(axis=1)
    return sums


def of_spans(rows: Mapping[str, tuple[int, int, int, int]], seed: int) -> Score:
    """Return precision, recall and F1 with their interval, from (found, labelled, right, cited) of each source."""
    counts = np.array(list(rows.values()) or [(0, 0, 0, 0)], dtype=float)

    def f1(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        recall, precision = (sums[..., k] / np.maximum(1, sums[..., k + 1]) for k in (0, 2))
        both: NDArray[np.float64] = 2 * precision * recall / np.maximum(1e-12, precision + recall)
        return both

    found, labelled, right, cited = (int(value) for value in counts.sum(axis=0))
    score = Score(
        share(right, cited) or 0.0, share(found, labelled) or 0.0, float(f1(counts.sum(axis=0))), labelled, cited
    )
    if len(counts) < 2:
        return score
    low, high = (float(value) for value in np.quantile(f1(_resampled(counts, seed)), (0.025, 0.975)))
    return replace(score, low=low, high=high)


def by_group(cells: Sequence[Cell], groups: Mapping[str, str], seed: int) -> dict[str, Score]:
    """Return the macro score of the cells of each group of sources."""
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(groups.get(cell.source, ""), []).append(cell)
    return {name: with_interval(found[name], sorted({c.aspect for c in found[name]}), seed) for name in sorted(found)}


def by_group_and_aspect(cells: Sequence[Cell], groups: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return F1 of each aspect that is labelled in a group, by group."""
    found: dict[str, dict[str, list[Cell]]] = {}
    for cell in cells:
        found.setdefault(groups.get(cell.source, ""), {}).setdefault(cell.aspect, []).append(cell)
    return {
        name: {a: _score(every).f1 for a, every in sorted(aspects.items()) if any(cell.gold for cell in every)}
        for name, aspects in sorted(found.items())
    }


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
