"""How sure a share or a median is.

A share k out of n: the score interval of Wilson (1927), doi:10.1080/01621459.1927.10502953; chosen because it stays
inside 0..1 and is honest for the small n of an interview study, where the textbook interval is not. A median: the two
values of the sample whose ranks hold it with 95 % whatever the distribution (Thompson 1936,
doi:10.1214/aoms/1177732502).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

_Z95 = 1.959963984540054  # two-sided 95 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson(k: int, n: int) -> Interval:
    """The 95 % interval of the share k / n; all of 0..1 when nothing was counted."""
    if n <= 0:
        return Interval(0.0, 1.0)
    share, z2 = k / n, _Z95 * _Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(0.0 if k == 0 else max(0.0, middle - half), 1.0 if k == n else min(1.0, middle + half))


def median_interval(values: Sequence[float]) -> Interval | None:
    """At least 95 % for the median; None below six values, of which no two are enough."""
    n = len(values)
    rank = _lower_rank(n)
    if not rank:
        return None
    ordered = sorted(values)
    return Interval(ordered[rank - 1], ordered[n - rank])


def _lower_rank(n: int) -> int:
    """The greatest rank that has at most 2.5 % below it, counted from 1; 0 when there is none."""
    if n > 200:
        return int((n - _Z95 * sqrt(n)) / 2)
    below, rank = 0.0, 0
    while (below := below + comb(n, rank) / 2**n) <= 0.025:
        rank += 1
    return rank
