"""Have we heard enough: how many new themes one more account brings, and how many accounts until few are left.

Sample-based rarefaction: the expected number of distinct themes in k of n accounts over all orders, exactly (Colwell,
Mao and Chang 2004, doi:10.1890/03-0557), with the middle 95 % of orders drawn at random from a fixed seed. What was not
heard yet is estimated by Chao2 (Chao 1987, doi:10.2307/2531532), and how many accounts it would take by extrapolation
(Colwell et al. 2012, doi:10.1093/jpe/rtr044).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil, comb, log

import numpy as np

_ORDERS, _SEED = 1000, 0
_ENOUGH = 0.9  # of the themes that are estimated to be there
FEWEST = 4  # accounts; fewer say nothing about a curve


@dataclass(frozen=True, slots=True)
class Step:
    """Themes to expect in `accounts` of those that spoke; the middle 95 % of orders."""

    accounts: int
    themes: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """`last` new themes came with the last account in the mean over orders; `more` accounts until 90 % are heard."""

    accounts: int
    themes: int
    curve: tuple[Step, ...]
    last: float
    low: float
    high: float
    estimated: float  # themes there are, heard or not
    more: int | None  # None: cannot be said, nearly every theme was heard from one account only

    @property
    def share(self) -> float:
        return self.themes / self.estimated if self.estimated else 1.0


def saturation(raised: Mapping[str, Collection[str]]) -> Saturation | None:
    """Return the curve of `raised`, themes by account; None for fewer than four accounts or no theme."""
    n = len(raised)
    counts = Counter(theme for themes in raised.values() for theme in set(themes))
    if n < FEWEST or not counts:
        return None
    means = [sum(1 - comb(n - m, k) / comb(n, k) for m in counts.values()) for k in range(1, n + 1)]
    drawn = _drawn(raised)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    new = np.diff(drawn, axis=1)[:, -1]
    once, twice = (sum(m == times for m in counts.values()) for times in (1, 2))
    hidden = (n - 1) / n * (once * once / (2 * twice) if twice else once * (once - 1) / 2)
    return Saturation(
        accounts=n,
        themes=len(counts),
        curve=tuple(Step(k + 1, means[k], float(low[k]), float(high[k])) for k in range(n)),
        last=means[-1] - means[-2],
        low=float(np.quantile(new, 0.025)),
        high=float(np.quantile(new, 0.975)),
        estimated=len(counts) + hidden,
        more=_more(n, len(counts), once, hidden) if twice or not once else None,
    )


def _drawn(raised: Mapping[str, Collection[str]]) -> np.ndarray:
    """Return the number of themes after each account, one row an order."""
    names = sorted({theme for themes in raised.values() for theme in themes})
    at = {theme: i for i, theme in enumerate(names)}
    heard = np.zeros((len(raised), len(names)), dtype=bool)
    for row, account in zip(heard, sorted(raised), strict=True):
        row[[at[theme] for theme in raised[account]]] = True
    random = np.random.default_rng(_SEED)
    orders = [random.permutation(len(raised)) for _ in range(_ORDERS)]
    return np.array([np.logical_or.accumulate(heard[order]).sum(axis=1) for order in orders])


def _more(n: int, seen: int, once: int, hidden: float) -> int:
    """Return how many more accounts until `_ENOUGH` of all themes are heard."""
    missing = _ENOUGH * (seen + hidden) - seen
    if missing <= 0 or not once:
        return 0
    return ceil(log(1 - missing / hidden) / log(1 - once / (n * hidden + once)))
