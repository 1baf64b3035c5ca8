"""The value, or the union of values, of one trait that tells best and rest apart most: `E-commerce or Logistics`.

Small exports hold too few accounts a value, and a good customer is often one of two or three kinds. For ordered bands
the union is searched among neighbouring ones, for the rest among the values in the order of their share of best
customers, which holds the best cut in two (Fisher 1958, doi:10.1080/01621459.1958.10501479). What was searched looks
good by chance too, so its p value is that of the whole search: the share of random splits of the same accounts whose
own best union is at least as good (maximally selected statistics: Boulesteix 2006, doi:10.1002/bimj.200510191). Random
splits are drawn as counts, from a fixed seed, so that the result is the same each time and a large export is no slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.stats.contingency import Table2x2

# Draws, and the p value above which no more are needed: nobody has to tell 0.30 from 0.31.
_DRAWS = ((199, 0.3), (999, 0.1), (9_999, 0.0))
_FEWER_DRAWS = 2  # of these steps where many searches are compared and none is printed
OR = " or "
_SEED = 20_250_101
_Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """One value: accounts that have it among best and rest."""

    value: str
    best: int
    rest: int


@dataclass(frozen=True, slots=True)
class Union:
    """What the search found. `p` is that of the search, not of the table alone."""

    value: str
    table: Table2x2
    p: float


def members(value: str) -> tuple[str, ...]:
    """The values that a trait's value stands for: itself, or the parts of a union."""
    return tuple(value.split(OR))


def best_union(counted: Sequence[Counted], *, fewest: int, ordered: bool, exact: bool = True) -> Union | None:
    """Search `counted`, all values of a single-valued trait, in their own order if `ordered`; None without a choice.

    Only values with `fewest` accounts can be chosen. Unless `exact`, p is known to a thousandth only.
    What marks best customers by being absent is that one value.
    """
    usable = [at for at, c in enumerate(counted) if c.best + c.rest >= fewest and OR not in c.value]
    totals = np.array([c.best + c.rest for c in counted], dtype=np.int64)
    best_n, n = sum(c.best for c in counted), int(totals.sum())
    runs = _runs(usable, len(counted), ordered=ordered)
    if not runs:
        return None
    search = _Search(totals[usable], runs, n, best_n, n - fewest, ordered)
    score, chosen = search.best(np.array([[c.best for c in counted]], dtype=np.int64)[:, usable])
    if np.isneginf(score[0]):
        return None
    p = _p_of_search(search, score[0], totals, usable, steps=_DRAWS if exact else _DRAWS[:_FEWER_DRAWS])
    picked = [counted[usable[at]] for at in np.flatnonzero(chosen[0])]
    absent = [c for c in counted if c not in picked]
    picked = absent if len(absent) == 1 and len(picked) > 1 else picked
    best, rest = sum(c.best for c in picked), sum(c.rest for c in picked)
    return Union(OR.join(c.value for c in picked), Table2x2(best, best_n, rest, n - best_n), p)


def _p_of_search(
    search: _Search, score: float, totals: _Counts, usable: Sequence[int], *, steps: Sequence[tuple[int, float]]
) -> float:
    random = np.random.default_rng(_SEED)
    p = 0.0
    for draws, clearly_not in steps:
        splits = random.multivariate_hypergeometric(totals, search.best_n, size=draws, method="marginals")
        p = (int((search.best(splits[:, usable])[0] >= score - 1e-9).sum()) + 1) / (draws + 1)
        if p > clearly_not:
            break
    return p


def _runs(usable: Sequence[int], values: int, *, ordered: bool) -> list[tuple[int, int]]:
    """Runs of neighbours as (start, end): beginnings of the order by share, or bands without a gap, never all."""
    k = len(usable)
    most = k if k < values else k - 1
    if not ordered:
        return [(0, size) for size in range(1, most + 1)]
    runs = [(a, a + size) for size in range(1, most + 1) for a in range(k - size + 1)]
    return [(a, b) for a, b in runs if usable[b - 1] - usable[a] == b - 1 - a]


@dataclass(frozen=True, slots=True)
class _Search:
    """The search, one row of counts a split, so that the observed split and the random ones are searched alike."""

    totals: _Counts
    runs: list[tuple[int, int]]
    n: int
    best_n: int
    largest: int  # accounts in a union: enough others must be left
    ordered: bool

    def best(self, counts: _Counts) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """For each row the highest score, and the values that reach it."""
        order = self._order(counts)
        sums = _running(np.take_along_axis(counts, order, axis=1))
        sizes = _running(self.totals[order])
        runs = np.array(self.runs)
        a, b = runs.T
        scores = self._score(sums[:, b] - sums[:, a], sizes[:, b] - sizes[:, a])
        starts, ends = runs[scores.argmax(axis=1)].T[:, :, None]
        places = np.arange(counts.shape[1])[None, :]
        chosen = np.zeros(counts.shape, dtype=np.bool_)
        np.put_along_axis(chosen, order, (places >= starts) & (places < ends), axis=1)
        return scores.max(axis=1), chosen

    def _order(self, counts: _Counts) -> NDArray[np.intp]:
        if self.ordered:
            return np.tile(np.arange(counts.shape[1]), (len(counts), 1))
        return np.argsort(-counts / self.totals, axis=1, kind="stable")

    def _score(self, best: _Counts, size: _Counts) -> NDArray[np.float64]:
        """The likelihood ratio of the four cells, which is as strict on rare values as on frequent ones.

        Only more best customers than expected score; among bands, fewer do as well.
        """
        share = self.best_n / self.n
        cells = (best, size - best, self.best_n - best, self.n - self.best_n - size + best)
        expected = (size * share, size * (1 - share), (self.n - size) * share, (self.n - size) * (1 - share))
        score = sum((_xlogy(cell, e) for cell, e in zip(cells, expected, strict=True)), np.zeros(best.shape))
        signed = score if self.ordered else np.where(best >= expected[0], score, -score)
        return np.where(size <= self.largest, signed, -np.inf)


def _xlogy(observed: _Counts, expected: NDArray[np.floating]) -> NDArray[np.float64]:
    ratio = np.maximum(observed, 1) / np.maximum(expected, 1e-12)
    return np.asarray(observed * np.log(ratio), dtype=np.float64)


def _running(counts: _Counts) -> _Counts:
    """Running sums along each row, from zero."""
    return np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
