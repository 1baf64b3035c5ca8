"""How sure a share is: the Wilson score interval of k out of n.

Wilson (1927), doi:10.1080/01621459.1927.10502953; chosen because it stays inside 0..1 and is honest for the small n of
an interview study, where the textbook interval is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

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
