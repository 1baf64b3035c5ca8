"""The components of an ICP, and the conditions that the traits which survived make of them.

A condition is what most of the best customers have, or what hardly any of them has. Two conditions that nearly always
come together (phi of 0.85 or more) cannot be told apart by this data: the clearer one stays, the other is named beside
it. Those that often do (0.6) are counted where only one of the two is met, which tells whether both are needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import log, sqrt

from synth.model import Account, Trait
from synth.stats.best import BestRule
from synth.stats.firmographics import Scheme, values
from synth.stats.unions import members

# Component of an ICP -> traits of the CRM that speak for it, the first that tells is used for rules.
_SPOKEN_FOR = {
    "industry": ("industry",),
    "location": ("region", "country"),
    "funding": ("funding_stage",),
    "employees": ("employees", "size"),
    "revenue": ("revenue",),
    "decision makers": ("decision_makers",),
    "product": ("tech_stack",),
}
# Components of an ICP that most exports have no column for: shown when they do.
_IF_KNOWN = {
    "growth": ("growth_stage",),
    "budget": ("budget",),
    "clientele": ("customer_base",),
    "maturity": ("maturity",),
}
NO_RULE = ("decision_makers", "lead_source")  # known only after the first calls, or a matter of ours
_MOST, _RARE = 0.6, 0.05  # share of the best customers for which a rule may ask, and which it may exclude
_SHOWN = 3
_ONE, _OFTEN = 0.85, 0.6  # phi of conditions that are shown as one, and that often come together


@dataclass(frozen=True, slots=True)
class Component:
    """One component of an ICP. `state`: trait, no evidence, insufficient data, or no data."""

    name: str
    state: str
    typical: tuple[Trait, ...]  # values that mark the best customers
    unlike: tuple[Trait, ...]  # values that mark the others
    seen: tuple[Trait, ...]  # the most frequent among the best, whatever the verdict


@dataclass(frozen=True, slots=True)
class Condition:
    """An account meets it with one of the values, or, if they are unlike the best customers, with none of them."""

    component: str
    trait: str
    among: tuple[str, ...]
    unlike: bool = False
    points: int = 0  # its share of the 100 points of a score
    goes_with: tuple[str, ...] = ()  # components whose own condition nearly always comes with this one

    def met(self, known: Mapping[str, tuple[str, ...]]) -> bool | None:
        """Whether an account of these values meets it; None where the export does not say."""
        found = set(known.get(self.trait, ()))
        return bool(found & set(self.among)) != self.unlike if found else None


@dataclass(frozen=True, slots=True)
class Together:
    """Two conditions that often come together, over the accounts compared: best customers and all, by which are met."""

    one: str
    other: str
    phi: float
    both_best: int
    both: int
    only_one_best: int
    only_one: int
    only_other_best: int
    only_other: int


def read_components(traits: Sequence[Trait]) -> tuple[Component, ...]:
    """Sort what was tested into the components of an ICP; columns of the team's own come last, when they are traits."""
    tested = {trait.trait for trait in traits}
    optional = {name: sources for name, sources in _IF_KNOWN.items() if tested.intersection(sources)}
    known = {name for sources in (*_SPOKEN_FOR.values(), *_IF_KNOWN.values()) for name in sources}
    own = dict.fromkeys(trait.trait for trait in traits if trait.verdict == "trait" and trait.trait not in known)
    sources = _SPOKEN_FOR | optional | {name: (name,) for name in own}
    return tuple(_component(name, spoken_for, traits) for name, spoken_for in sources.items())


def _component(name: str, sources: Sequence[str], traits: Sequence[Trait]) -> Component:
    rows = [trait for source in sources for trait in traits if trait.trait == source]
    sure = [trait for trait in rows if trait.verdict == "trait"]
    first = [trait for trait in rows if trait.trait == rows[0].trait and trait.best and len(members(trait.value)) == 1]
    verdicts = {trait.verdict for trait in rows}
    state = next(
        (verdict for verdict in ("trait", "no evidence", "insufficient data") if verdict in verdicts), "no data"
    )
    return Component(
        name=name,
        state=state,
        typical=_telling([trait for trait in sure if more_often(trait)]),
        unlike=_telling([trait for trait in sure if not more_often(trait)]),
        seen=tuple(sorted(first, key=lambda trait: (-trait.best, trait.value))[:_SHOWN]),
    )


def _telling(traits: Sequence[Trait]) -> tuple[Trait, ...]:
    """Keep the first trait that tells, and of its values those that no union of values holds already."""
    first = [trait for trait in traits if trait.trait == traits[0].trait]
    held = [set(members(trait.value)) for trait in first]
    return tuple(trait for trait in first if not any(set(members(trait.value)) < union for union in held))


def more_often(trait: Trait) -> bool:
    """Whether the best customers have it more often than the others."""
    return trait.best * trait.rest_n > trait.rest * trait.best_n


def read_conditions(
    components: Iterable[Component], accounts: Sequence[Account], best: BestRule, scheme: Scheme
) -> tuple[Condition, ...]:
    """One condition a component, those that cannot be told apart as one, weighed by their log odds ratios."""
    found = [condition for component in components if (condition := _condition(component))]
    sides = dict.fromkeys(best.best, True) | dict.fromkeys(best.rest, False)
    known = [(sides[account.id], values(account, scheme)) for account in accounts if account.id in sides]
    weighed = [(_weight(condition, known), condition) for condition in found]
    return _with_points(_told_apart(weighed, [row for _, row in known]))


def _condition(component: Component) -> Condition | None:
    typical = component.typical if _share_of_best(component.typical) >= _MOST else ()
    rows = typical or (component.unlike if _share_of_best(component.unlike) <= _RARE else ())
    if not rows or rows[0].trait in NO_RULE:
        return None
    among = tuple(dict.fromkeys(part for trait in rows for part in members(trait.value)))
    return Condition(component.name, rows[0].trait, among, unlike=not typical)


def _share_of_best(rows: Sequence[Trait]) -> float:
    return sum(trait.best for trait in rows) / rows[0].best_n if rows else 0.0


def _weight(condition: Condition, known: Iterable[tuple[bool, Mapping[str, tuple[str, ...]]]]) -> float:
    """The log odds ratio of best customers with and without, half an account added to each cell."""
    cells = {(side, met): 0.5 for side in (True, False) for met in (True, False)}
    for side, row in known:
        met = condition.met(row)
        if met is not None:
            cells[side, met] += 1
    return max(0.1, log(cells[True, True] * cells[False, False] / (cells[True, False] * cells[False, True])))


def _told_apart(
    weighed: Sequence[tuple[float, Condition]], rows: Sequence[Mapping[str, tuple[str, ...]]]
) -> list[tuple[float, Condition]]:
    """Of conditions that nearly always come together keep the one that weighs most, and name the others with it."""
    kept: list[tuple[float, Condition]] = []
    for weight, condition in sorted(weighed, key=lambda pair: -pair[0]):
        twin = next((at for at, (_, other) in enumerate(kept) if phi(condition, other, rows) > _ONE), None)
        if twin is None:
            kept.append((weight, condition))
        else:
            held = kept[twin][1]
            kept[twin] = (kept[twin][0], replace(held, goes_with=(*held.goes_with, condition.component)))
    order = [condition.component for _, condition in weighed]
    return sorted(kept, key=lambda pair: order.index(pair[1].component))


def phi(one: Condition, other: Condition, rows: Iterable[Mapping[str, tuple[str, ...]]]) -> float:
    """The correlation of meeting the one and the other, over the accounts for which both are known."""
    pairs = [(one.met(row), other.met(row)) for row in rows]
    both = [(bool(a), bool(b)) for a, b in pairs if a is not None and b is not None]
    n, a, b = len(both), sum(a for a, _ in both), sum(b for _, b in both)
    spread = a * (n - a) * b * (n - b)
    return (n * sum(a and b for a, b in both) - a * b) / sqrt(spread) if spread else 0.0


def often_together(
    conditions: Sequence[Condition], rows: Sequence[tuple[bool, Mapping[str, tuple[str, ...]]]]
) -> tuple[Together, ...]:
    """The pairs of conditions that often come together; `rows` are compared accounts as (is best, values)."""
    known = [row for _, row in rows]
    pairs = ((phi(one, other, known), one, other) for one, other in combinations(conditions, 2))
    return tuple(_together(strength, one, other, rows) for strength, one, other in pairs if strength >= _OFTEN)


def _together(
    strength: float, one: Condition, other: Condition, rows: Iterable[tuple[bool, Mapping[str, tuple[str, ...]]]]
) -> Together:
    cells = Counter((one.met(row), other.met(row), is_best) for is_best, row in rows)

    def count(a: bool, b: bool) -> tuple[int, int]:
        return cells[a, b, True], cells[a, b, True] + cells[a, b, False]

    return Together(
        one.component, other.component, strength, *count(True, True), *count(True, False), *count(False, True)
    )


def _with_points(weighed: Sequence[tuple[float, Condition]]) -> tuple[Condition, ...]:
    """Points that add up to 100: shares of the weights, rounded by largest remainder."""
    whole = sum(weight for weight, _ in weighed)
    exact = [100 * weight / whole for weight, _ in weighed]
    points = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (points[at] - exact[at], at))
    for at in by_remainder[: 100 - sum(points)]:
        points[at] += 1
    return tuple(replace(condition, points=n) for n, (_, condition) in zip(points, weighed, strict=True))
