"""Whether a number rises or falls with being a best customer, all bands aside.

Mann and Whitney (1947), doi:10.1214/aoms/1177730491, with midranks for ties and the normal approximation. It is asked
only of traits that have survived the correction already, to say what kind of difference it is; it claims nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import median
from typing import Literal

import numpy as np

from synth.model import Account
from synth.stats.best import FEWEST

_CLEAR = 0.05


@dataclass(frozen=True, slots=True)
class Trend:
    """Medians among best and rest; `direction` is "" where the difference goes neither way."""

    trait: str
    direction: Literal["rising", "falling", ""]
    best_median: float
    rest_median: float
    p: float


def find_trend(trait: str, both: Sequence[tuple[bool, Account]]) -> Trend | None:
    """Compare the numbers of `trait`, a field of Account; None with too few on a side."""
    known = [(side, value) for side, account in both if (value := getattr(account, trait)) is not None]
    best, rest = ([value for side, value in known if side is wanted] for wanted in (True, False))
    if min(len(best), len(rest)) < FEWEST:
        return None
    above, p = _mann_whitney(best, rest)
    direction: Literal["rising", "falling", ""] = "" if p > _CLEAR else "rising" if above else "falling"
    return Trend(trait, direction, median(best), median(rest), p)


def _mann_whitney(best: Sequence[float], rest: Sequence[float]) -> tuple[bool, float]:
    """Whether the best lie above, and the two-sided p value."""
    values = np.array([*best, *rest])
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    midranks = np.cumsum(counts) - (counts - 1) / 2
    n, m = len(best), len(rest)
    u = float(midranks[places][:n].sum()) - n * (n + 1) / 2
    ties = float((counts.astype(float) ** 3 - counts).sum()) / ((n + m) * (n + m - 1))
    spread = sqrt(n * m / 12 * (n + m + 1 - ties))
    z = (u - n * m / 2) / spread if spread else 0.0
    return z > 0, erfc(abs(z) / sqrt(2))
