"""One correction over everything that was tried, along the tree in which it was asked.

Components (industry, location, employees, …) hold traits, and traits hold values. A component counts when its own p
value survives among the components, corrected for any dependence, because large companies have large revenues
(Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998). Within it, traits compete by Benjamini and Hochberg at a
level narrowed by the share of components that survived, and within a trait its values likewise (Benjamini and Bogomolov
2014, doi:10.1111/rssb.12028). So the chance to claim anything where there is nothing is below the level as a whole, and
twelve countries do not drown one industry.
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
    dependence = sum(1 / rank for rank in range(1, len(components) + 1))
    ps = [_simes([tested.p for tested in component]) for component in components]
    whole = [min(1.0, q * dependence) for q in benjamini_hochberg(ps)]
    narrowed = _narrowing(whole, level) * dependence
    return [_within(component, q, narrowed, level) for component, q in zip(components, whole, strict=True)]


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
