"""Who fits: tiers as rules a salesperson can read, and a score with its reasons for one account.

Best meets every condition, good misses one (of five and more: two), bad misses more. One condition alone is not enough
to call anybody best. An empty cell is not a miss: an account is good only when what is known suffices, bad only when
nothing that is missing could help it, and otherwise there is insufficient data.

The score is the points of the conditions met, of 100 points over the conditions for which the export says anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from synth.model import Account
from synth.stats.components import Condition
from synth.stats.firmographics import Scheme, values

Tier = Literal["best", "good", "bad", "insufficient data"]
TIERS: tuple[Tier, ...] = ("best", "good", "bad")
UNSURE: Tier = "insufficient data"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition, what the account has, and the points it is worth. `met` is None where nothing is known."""

    component: str
    wanted: tuple[str, ...]
    unlike: bool  # none of `wanted` is wanted
    value: tuple[str, ...]
    met: bool | None
    points: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The tier and, where enough is known, the score of one account."""

    tier: Tier
    score: int | None
    reasons: tuple[Reason, ...]


def least_for_good(conditions: int) -> int:
    """How many conditions a good fit meets."""
    return max(1, conditions - (2 if conditions >= 5 else 1))


def fit(account: Account, conditions: Sequence[Condition], scheme: Scheme) -> Fit:
    """Judge one account by the conditions, the heaviest reason first."""
    known = values(account, scheme)
    reasons = tuple(sorted((_reason(one, known) for one in conditions), key=lambda reason: -reason.points))
    tier = tier_of([reason.met for reason in reasons])
    return Fit(tier, None if tier == UNSURE else _score(reasons), reasons)


def _reason(condition: Condition, known: Mapping[str, tuple[str, ...]]) -> Reason:
    value = known.get(condition.trait, ())
    return Reason(condition.component, condition.among, condition.unlike, value, condition.met(known), condition.points)


def tier_of(met: Sequence[bool | None]) -> Tier:
    """The tier that the conditions allow, whatever the unknown ones turn out to be."""
    most, least = len(met), least_for_good(len(met))
    sure, possible = sum(one is True for one in met), sum(one is not False for one in met)
    if not met or (sure < least <= possible):
        return UNSURE
    if possible < least:
        return "bad"
    return "best" if sure == most and most > 1 else "good"


def _score(reasons: Sequence[Reason]) -> int | None:
    told = sum(reason.points for reason in reasons if reason.met is not None)
    gained = sum(reason.points for reason in reasons if reason.met)
    return round(100 * gained / told) if told else None
