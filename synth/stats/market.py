"""What the CRM says about the best customers, in the terms of an ICP: components, and fit tiers as written rules.

Only traits that survived the test make a rule. Where there are none, the documents say that the data does not tell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from synth.model import Account, Outcome, Trait
from synth.stats.coverage import CoverageRow, coverage
from synth.stats.economics import FEWEST, CrmSummary, Measure, summary
from synth.stats.firmographics import SIZES, custom_traits, size, values
from synth.stats.traits import ALPHA, CLOSED, BestRule
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
_NO_RULE = ("decision_makers", "lead_source")  # known only after the first calls, or a matter of ours
_CUSTOMERS = ("won", "churned")
_TIERS = ("best", "good", "bad")
_MOST, _RARE = 0.6, 0.05  # share of the best customers for which a rule may ask, and which it may exclude
_FEWEST_CONDITIONS = 2  # a rule of one condition sorts nothing
_SHOWN = 3
_WIDE = 0.15  # difference of shares worth a word
_GAPS_SHOWN = 5


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


@dataclass(frozen=True, slots=True)
class Tier:
    """What became of the closed accounts of one fit tier."""

    name: str  # "best", "good" or "bad"
    closed: int
    customers: int  # ever won
    churned: int
    best: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Accounts that exclude one another, and their figures. `name`: all, a tier, or a size."""

    name: str
    figures: CrmSummary


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whom we heard against who is in the CRM; `gaps` are the values we hear clearly too much or too little."""

    heard: int
    missing: int  # heard, but not in the CRM
    gaps: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """Without a CRM export, everything is empty."""

    accounts: int = 0
    rule: str = ""
    left_out: tuple[str, ...] = ()
    note: str = ""
    best: int = 0
    rest: int = 0
    undecided: int = 0
    components: tuple[Component, ...] = ()
    conditions: tuple[Condition, ...] = ()
    least_for_good: int = 0
    tiers: tuple[Tier, ...] = ()
    segments: tuple[Segment, ...] = ()
    decision_makers: Measure = field(default=Measure(None, 0))
    coverage: Coverage | None = None
    false_discovery: float = ALPHA


def build_market(
    accounts: Sequence[Account], best: BestRule, traits: Sequence[Trait], *, heard: Collection[str]
) -> Market:
    """Put what the CRM says in the order of an ICP; `heard` are the names of the accounts that spoke."""
    components = tuple(_component(name, sources, traits) for name, sources in _sources(traits).items())
    conditions = _conditions(components)
    return Market(
        accounts=len(accounts),
        rule=best.rule,
        left_out=best.left_out,
        note=best.note,
        best=len(best.best),
        rest=len(best.rest),
        undecided=len(best.undecided),
        components=components,
        conditions=conditions,
        least_for_good=least_for_good(len(conditions)),
        tiers=_tiers(accounts, best, conditions),
        segments=_segments(accounts, conditions),
        decision_makers=_decision_makers(accounts),
        coverage=_coverage(accounts, heard) if accounts else None,
    )


def _sources(traits: Sequence[Trait]) -> dict[str, tuple[str, ...]]:
    """The fixed components, then columns of the team's own that turned out to be traits."""
    known = {name for sources in _SPOKEN_FOR.values() for name in sources}
    own = dict.fromkeys(trait.trait for trait in traits if trait.verdict == "trait" and trait.trait not in known)
    return _SPOKEN_FOR | {name: (name,) for name in own}


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
        typical=_telling([trait for trait in sure if _more_often(trait)]),
        unlike=_telling([trait for trait in sure if not _more_often(trait)]),
        seen=tuple(sorted(first, key=lambda trait: (-trait.best, trait.value))[:_SHOWN]),
    )


def _telling(traits: Sequence[Trait]) -> tuple[Trait, ...]:
    """Keep the first trait that tells, and of its values those that no union of values holds already."""
    first = [trait for trait in traits if trait.trait == traits[0].trait]
    held = [set(members(trait.value)) for trait in first]
    return tuple(trait for trait in first if not any(set(members(trait.value)) < union for union in held))


def _more_often(trait: Trait) -> bool:
    return trait.best * trait.rest_n > trait.rest * trait.best_n


def _conditions(components: Sequence[Component]) -> tuple[Condition, ...]:
    """One condition a component: what most of the best customers have, else what hardly any of them has."""
    found = []
    for component in components:
        typical = component.typical if _share_of_best(component.typical) >= _MOST else ()
        rows = typical or (component.unlike if _share_of_best(component.unlike) <= _RARE else ())
        if rows and rows[0].trait not in _NO_RULE:
            among = tuple(part for trait in rows for part in members(trait.value))
            found.append(Condition(component.name, rows[0].trait, among, unlike=not typical))
    return tuple(found)


def _share_of_best(rows: Sequence[Trait]) -> float:
    return sum(trait.best for trait in rows) / rows[0].best_n if rows else 0.0


def _tiers(accounts: Sequence[Account], best: BestRule, conditions: Sequence[Condition]) -> tuple[Tier, ...]:
    if len(conditions) < _FEWEST_CONDITIONS:
        return ()
    closed = [account for account in accounts if account.outcome in CLOSED]
    custom = custom_traits(closed)
    in_tier = {account.id: _tier_of(account, conditions, custom) for account in closed}
    return tuple(_tier(name, [a for a in closed if in_tier[a.id] == name], best) for name in _TIERS)


def _tier_of(account: Account, conditions: Sequence[Condition], custom: Sequence[str]) -> str:
    """Best meets every condition, good misses one (of five and more: two), bad misses more; "" without conditions."""
    most = len(conditions)
    if most < _FEWEST_CONDITIONS:
        return ""
    met = _met(values(account, custom), conditions)
    return "best" if met == most else "good" if met >= least_for_good(most) else "bad"


def least_for_good(conditions: int) -> int:
    return max(1, conditions - (2 if conditions >= 5 else 1))


def _met(known: Mapping[str, tuple[str, ...]], conditions: Sequence[Condition]) -> int:
    """Count the conditions met; where the export does not say, a condition is not met."""
    told = [(condition, set(known.get(condition.trait, ()))) for condition in conditions]
    return sum(bool(found) and bool(found & set(condition.among)) != condition.unlike for condition, found in told)


def _tier(name: str, accounts: Sequence[Account], best: BestRule) -> Tier:
    ends: list[Outcome] = [account.outcome for account in accounts]
    return Tier(
        name=name,
        closed=len(accounts),
        customers=ends.count("won") + ends.count("churned"),
        churned=ends.count("churned"),
        best=sum(account.id in set(best.best) for account in accounts),
    )


def _segments(accounts: Sequence[Account], conditions: Sequence[Condition]) -> tuple[Segment, ...]:
    """All accounts, then by fit tier, or by size where the data supports no tiers; a segment needs some accounts."""
    groups: dict[str, list[Account]] = {}
    custom = custom_traits(accounts)
    for account in accounts:
        groups.setdefault(_tier_of(account, conditions, custom) or size(account), []).append(account)
    order = [name for name in (*_TIERS, *SIZES) if len(groups.get(name, ())) >= FEWEST]
    whole = [Segment("all", summary(accounts))] if accounts else []
    return (*whole, *(Segment(name, summary(groups[name])) for name in order))


def _decision_makers(accounts: Sequence[Account]) -> Measure:
    known = [a.decision_makers for a in accounts if a.outcome in _CUSTOMERS and a.decision_makers is not None]
    return Measure(median(known) if len(known) >= FEWEST else None, len(known))


def _coverage(accounts: Sequence[Account], heard: Collection[str]) -> Coverage:
    rows = coverage(accounts, heard)
    known = {account.name for account in accounts}
    gaps = [row for row in rows if row.dimension != "CRM" and row.interviewed_n >= FEWEST and _gap(row) >= _WIDE]
    gaps.sort(key=lambda row: (-_gap(row), row.dimension, row.value))
    return Coverage(len(known & set(heard)), len(set(heard) - known), tuple(gaps[:_GAPS_SHOWN]))


def _gap(row: CoverageRow) -> float:
    return abs((row.interviewed_share or 0.0) - (row.crm_share or 0.0))
