"""Whether the profile predicts: the whole search repeated without the accounts it is then tried on.

Closed accounts are split into five parts, best customers spread evenly. Each part is scored by traits, conditions and
points found in the other four, three times over with other splits. The area under the ROC curve (AUC) of these scores
is the chance that a best customer scores above another account; 0.5 is chance. Its interval is the score interval of
Newcombe (2006), doi:10.1002/sim.2324, which is honest for few accounts and an area near 1. A profile that finds nothing
in a part scores all its accounts alike, as it should.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from synth.model import Account
from synth.stats.best import FEWEST, BestRule, compared
from synth.stats.components import Condition, read_components, read_conditions
from synth.stats.firmographics import Scheme, read_scheme
from synth.stats.fit import TIERS, Fit, fit
from synth.stats.intervals import Interval, wilson
from synth.stats.traits import traits

_PARTS, _TIMES = 5, 3
_MOST = 2_000  # closed accounts looked at; an interval from these is narrow enough
_SEED = 20_250_103
_Z95 = 1.959963984540054
_NEITHER = 50.0
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fold:
    """One part of the accounts, as places in `Trial.both`, and the conditions that the others alone lead to."""

    seen: tuple[int, ...]
    unseen: tuple[int, ...]
    conditions: tuple[Condition, ...]
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Trial:
    """The accounts tried, each with whether it is a best customer, and the folds of several splits."""

    both: tuple[tuple[bool, Account], ...]
    folds: tuple[Fold, ...]

    @property
    def is_best(self) -> NDArray[np.bool_]:
        return np.array([side for side, _ in self.both], dtype=bool)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of `n` accounts that a profile made without them put into a tier, `best` are best customers."""

    tier: str
    best: int
    n: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Validation:
    """How well scores tell best customers from the rest, on accounts the profile had not seen."""

    auc: float
    interval: Interval
    best: int
    rest: int
    predicts: bool  # whether the whole interval lies above chance
    calibration: tuple[Calibration, ...] = ()


def trial(accounts: Sequence[Account], best: BestRule) -> Trial | None:
    """Make profiles without some of the accounts; None with too few best customers or too few others."""
    both = tuple(compared(accounts, best))
    both = both[:: -(-len(both) // _MOST) or 1]
    is_best = np.array([side for side, _ in both], dtype=bool)
    if min(is_best.sum(), (~is_best).sum()) < FEWEST:
        return None
    random = np.random.default_rng(_SEED)
    splits = [_dealt(is_best, random) for _ in range(_TIMES)]
    return Trial(both, tuple(_fold(both, parts == part) for parts in splits for part in range(_PARTS)))


def _dealt(is_best: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.intp]:
    """The part of each account, best customers and others dealt out in turn after shuffling."""
    order = np.concatenate([random.permutation(np.flatnonzero(side)) for side in (is_best, ~is_best)])
    parts = np.empty(len(order), dtype=np.intp)
    parts[order] = np.arange(len(order)) % _PARTS
    return parts


def _fold(both: Sequence[tuple[bool, Account]], held: NDArray[np.bool_]) -> Fold:
    seen = tuple(int(at) for at in np.flatnonzero(~held))
    accounts = [both[at][1] for at in seen]
    best = tuple(both[at][1].id for at in seen if both[at][0])
    rest = tuple(both[at][1].id for at in seen if not both[at][0])
    rule = BestRule(best, rest, (), (), (), len(seen))
    scheme = read_scheme(accounts)
    components = read_components(traits(accounts, rule, scheme, exact=False))
    conditions = read_conditions(components, accounts, rule, scheme)
    return Fold(seen, tuple(int(at) for at in np.flatnonzero(held)), conditions, scheme)


def validate(tried: Trial) -> Validation:
    """How the scores of fit do on accounts that the profile had not seen."""
    judged = [(at, fit(tried.both[at][1], fold.conditions, fold.scheme)) for fold in tried.folds for at in fold.unseen]
    scores = np.zeros(len(tried.both))
    for at, one in judged:
        scores[at] += _height(one)
    once = dict(judged[: len(tried.both)])
    return replace(auc(scores, tried.is_best), calibration=_calibration(once, tried))


def _height(one: Fit) -> float:
    """Points gained of 100; where nothing is known of a condition, half of its points, which tells neither way."""
    if not one.reasons:
        return _NEITHER
    return sum(reason.points * (0.5 if reason.met is None else reason.met) for reason in one.reasons)


def auc(scores: _Floats, is_best: NDArray[np.bool_]) -> Validation:
    """The AUC of `scores`, ties counted half, with its interval."""
    best, rest = np.sort(scores[is_best]), np.sort(scores[~is_best])
    below, ties_too = np.searchsorted(rest, best, "left"), np.searchsorted(rest, best, "right")
    area = float((below + ties_too).sum()) / (2 * len(best) * len(rest))
    interval = _score_interval(area, len(best), len(rest))
    return Validation(area, interval, len(best), len(rest), interval.low > 0.5)


def _score_interval(area: float, best: int, rest: int) -> Interval:
    """All true areas from which the one found is less than 1.96 standard errors away."""

    def apart(true: float) -> float:
        more = (best + rest) / 2 - 1
        variance = true * (1 - true) * (1 + more * ((1 - true) / (2 - true) + true / (1 + true))) / (best * rest)
        return abs(area - true) - _Z95 * sqrt(variance)

    return Interval(_edge(apart, area, 0.0), _edge(apart, area, 1.0))


def _edge(apart: Callable[[float], float], inside: float, outside: float) -> float:
    """Halve the way between a value that belongs and one that may not, until it is narrow."""
    if apart(outside) <= 0:
        return outside
    for _ in range(50):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if apart(middle) <= 0 else (inside, middle)
    return inside


def _calibration(judged: dict[int, Fit], tried: Trial) -> tuple[Calibration, ...]:
    rows = []
    for tier in TIERS:
        sides = [tried.both[at][0] for at, one in judged.items() if one.tier == tier]
        if sides:
            rows.append(Calibration(tier, sum(sides), len(sides), wilson(sum(sides), len(sides))))
    return tuple(rows)
