"""One correction over everything that was tried, along the tree in which it was asked.

Components (industry, location, employees, …) hold traits, and traits hold values. Components compete by Benjamini and
Hochberg (1995), behind a gate: unless one of them survives for any dependence whatever (Benjamini and Yekutieli 2001,
doi:10.1214/aos/1013699998) nothing at all is claimed, so that a table without a signal is silent more often than the
level promises. Within a component, traits compete by Benjamini and Hochberg at a level narrowed by the share of
components that survived, and within a trait its values likewise (Benjamini and Bogomolov 2014, doi:10.1111/rssb.12028),
so that twelve countries do not drown one industry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.stats.contingency import benjamini_hochberg


@dataclass(frozen=True, slots=True)
class Trial:
    """One trait (or one tool): the p value of its search, and those of its single values."""

    p: float
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrected:
    q: float
    values: tuple[float, ...]


def correct(components: Sequence[Sequence[Trial]], level: float) -> list[list[Corrected]]:
    """The q values in the shape given; a claim may be made where q is at most `level`."""
    whole = _gated(benjamini_hochberg([_simes([tested.p for tested in component]) for component in components]), level)
    narrowed = _narrowing(whole, level)
    return [_within(component, q, narrowed, level) for component, q in zip(components, whole, strict=True)]


def _gated(qs: Sequence[float], level: float) -> list[float]:
    """The q values as they are when the least survives any dependence, else those of Benjamini and Yekutieli."""
    dependence = sum(1 / rank for rank in range(1, len(qs) + 1))
    if min(qs, default=1.0) * dependence <= level:
        return list(qs)
    return [min(1.0, q * dependence) for q in qs]


def _within(component: Sequence[Trial], whole: float, narrowed: float, level: float) -> list[Corrected]:
    qs = [_at_least(whole, q * narrowed) for q in benjamini_hochberg([tested.p for tested in component])]
    deeper = narrowed * _narrowing(qs, level)
    return [
        Corrected(q, tuple(_at_least(q, value * deeper) for value in benjamini_hochberg(tested.values)))
        for tested, q in zip(component, qs, strict=True)
    ]


def _simes(ps: Sequence[float]) -> float:
    """The p value of "nothing here": Simes (1986), doi:10.1093/biomet/73.3.751."""
    return min(benjamini_hochberg(ps), default=1.0)


def _narrowing(qs: Sequence[float], level: float) -> float:
    """By how much the level below shrinks: all that was asked over what survived."""
    return len(qs) / max(1, sum(q <= level for q in qs))


def _at_least(above: float, q: float) -> float:
    return min(1.0, max(above, q))
