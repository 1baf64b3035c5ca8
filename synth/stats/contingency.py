"""Two shares side by side: lift, odds ratio with its interval, Fisher's exact test, and a correction for many tests.

Sources: odds-ratio interval by Cornfield (1956), which is the chi-square test turned around and so agrees with it;
where an empty cell leaves an end open, it is Woolf's (1955), doi:10.1111/j.1469-1809.1955.tb01348.x, and the ratio
itself has half added to every cell (Haldane 1956, Anscombe 1956). Two-sided exact test by Fisher (1935); false
discovery rate by Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from synth.stats.intervals import Interval

_Z95 = 1.959963984540054
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Table2x2:
    """`best` of `best_n` have the value among the best customers, `rest` of `rest_n` among the others."""

    best: int
    best_n: int
    rest: int
    rest_n: int


@dataclass(frozen=True, slots=True)
class Odds:
    ratio: float
    interval: Interval


def lift(table: Table2x2) -> float | None:
    """How many times the share among the best is that among the rest; None when one has no share to speak of."""
    if not (table.best_n and table.rest_n and table.rest):
        return None
    return (table.best / table.best_n) / (table.rest / table.rest_n)


def odds_ratio(table: Table2x2) -> Odds | None:
    if not (table.best_n and table.rest_n):
        return None
    counts = (table.best, table.best_n - table.best, table.rest, table.rest_n - table.rest)
    a, b, c, d = (count + 0.5 if 0 in counts else float(count) for count in counts)
    middle, half = log(a * d / (b * c)), _Z95 * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    fewest = max(0, table.best + table.rest - table.rest_n)
    most = min(table.best_n, table.best + table.rest)
    low = exp(middle - half) if table.best == fewest else _limit(table, fewest)
    high = exp(middle + half) if table.best == most else _limit(table, most)
    return Odds(exp(middle), Interval(low, high))


def _limit(table: Table2x2, end: float) -> float:
    """The odds ratio between the table's and that of `end`, the extreme count, at which it would be 1.96 errors off."""
    with_value, inside, outside = table.best + table.rest, float(table.best), float(end)
    for _ in range(60):
        at = (inside + outside) / 2
        cells = (at, table.best_n - at, with_value - at, table.rest_n - with_value + at)
        if min(cells) > 0 and (table.best - at) ** 2 * sum(1 / cell for cell in cells) < _Z95**2:
            inside = at
        else:
            outside = at
    a, b, c, d = inside, table.best_n - inside, with_value - inside, table.rest_n - with_value + inside
    return a * d / (b * c)


def conditional_odds(table: Table2x2) -> Odds:
    """The odds ratio most likely given the margins, with its exact 95 % interval; ends may be 0 or infinite.

    Fisher's noncentral hypergeometric distribution: the interval holds every ratio at which this table and those more
    extreme have 2.5 % or more on either side (Clopper and Pearson turned to odds; Cornfield 1956).
    """
    with_value = table.best + table.rest
    low, high = max(0, with_value - table.rest_n), min(with_value, table.best_n)
    if low == high:
        return Odds(math.nan, Interval(0.0, math.inf))
    counts = np.arange(low, high + 1)
    weights = np.array([math.log(math.comb(table.best_n, k) * math.comb(table.rest_n, with_value - k)) for k in counts])

    def chances(log_ratio: float) -> NDArray[np.float64]:
        logs = weights + counts * log_ratio
        odds = np.exp(logs - logs.max())
        return np.asarray(odds / odds.sum())

    def where(reached: Callable[[NDArray[np.float64]], bool]) -> float:
        below, above = -60.0, 60.0
        for _ in range(100):
            middle = (below + above) / 2
            below, above = (below, middle) if reached(chances(middle)) else (middle, above)
        return exp(above)

    at = table.best - low
    first, last = table.best == low, table.best == high
    ratio = 0.0 if first else math.inf if last else where(lambda p: float(p @ counts) >= table.best)
    least = 0.0 if first else where(lambda p: float(p[at:].sum()) >= _TAIL)
    most = math.inf if last else where(lambda p: float(p[: at + 1].sum()) <= _TAIL)
    return Odds(ratio, Interval(least, most))


def fisher_p(table: Table2x2) -> float:
    """The two-sided exact p value: all tables of the same margins that are no more likely than this one."""
    from scipy.special import gammaln

    with_value, n = table.best + table.rest, table.best_n + table.rest_n
    possible = np.arange(max(0, with_value - table.rest_n), min(with_value, table.best_n) + 1)
    cells = (possible, table.best_n - possible, with_value - possible, table.rest_n - with_value + possible)
    margins = (with_value, n - with_value, table.best_n, table.rest_n)
    logs = sum(gammaln(margin + 1.0) for margin in margins) - gammaln(n + 1.0) - sum(gammaln(c + 1.0) for c in cells)
    chances = np.exp(logs)
    observed = chances[table.best - possible[0]]
    return min(1.0, float(chances[chances <= observed * (1 + 1e-7)].sum()))


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """The q value of each p, in the order given."""
    order = sorted(range(len(ps)), key=lambda at: ps[at], reverse=True)
    qs, least = [1.0] * len(ps), 1.0
    for rank, at in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, ps[at] * len(ps) / rank)
        qs[at] = least
    return qs
