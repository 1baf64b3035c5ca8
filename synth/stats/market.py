"""What the CRM says about the market, in the terms of an ICP: components, fit tiers, segments and coverage.

Only traits that survived the test make a rule. Where there are none, the documents say that the data does not tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from synth.model import Account, Outcome, Trait
from synth.stats.best import FEWEST as NEEDED
from synth.stats.best import Ask, BestRule, compared
from synth.stats.compare import Firmographics
from synth.stats.components import Component, Condition, Together, often_together
from synth.stats.coverage import CoverageRow, coverage
from synth.stats.economics import FEWEST, CrmSummary, Measure, last_day, summary
from synth.stats.firmographics import SIZES, Scheme, size, values
from synth.stats.fit import TIERS, UNSURE, fit, least_for_good
from synth.stats.segmentation import Segmentation, find_segments, segments_by
from synth.stats.traits import ALPHA
from synth.stats.trend import Trend, find_trend
from synth.stats.unions import members
from synth.stats.validation import Validation, trial, validate

_CUSTOMERS = ("won", "churned")
_WIDE = 0.15  # difference of shares worth a word
_GAPS_SHOWN = 5
_DRAWN = ("outcome", "size", "region")  # dimensions of coverage that a figure shows
_BANDED = ("employees", "revenue")
_NUMBERS = ("employees", "revenue", "decision_makers", "budget", "customer_base")


@dataclass(frozen=True, slots=True)
class Tier:
    """The accounts of one fit tier, and what became of those that are closed."""

    name: str  # "best", "good", "bad" or "insufficient data"
    accounts: int
    open: int  # neither won nor lost yet
    closed: int
    customers: int  # ever won
    churned: int
    best: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Accounts that exclude one another, and their figures. `name`: all, a tier, a size, or "" for one of `rule`."""

    name: str
    figures: CrmSummary
    best: int = 0
    compared: int = 0
    rule: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whom we heard against who is in the CRM; `gaps` are the values we hear clearly too much or too little."""

    heard: int
    missing: int  # heard, but not in the CRM
    gaps: tuple[CoverageRow, ...]
    rows: tuple[CoverageRow, ...] = ()  # the values of outcome, size and region


@dataclass(frozen=True, slots=True)
class Market:
    """Without a CRM export, everything is empty."""

    accounts: int = 0
    rule: tuple[Ask, ...] = ()  # what a best customer is
    left_out: tuple[Ask, ...] = ()
    too_few: bool = False  # best customers or others, to compare them
    fewest: int = NEEDED  # accounts that each side needs
    best: int = 0
    rest: int = 0
    undecided: int = 0
    components: tuple[Component, ...] = ()
    conditions: tuple[Condition, ...] = ()
    together: tuple[Together, ...] = ()
    least_for_good: int = 0
    tiers: tuple[Tier, ...] = ()
    validation: Validation | None = None
    segments: tuple[Segment, ...] = ()
    segmentation: Segmentation = field(default=Segmentation())
    trends: tuple[Trend, ...] = ()  # of the numbers that are traits
    bands: tuple[Trait, ...] = ()  # every band of employees and revenue, from low to high
    decision_makers: Measure = field(default=Measure(None, 0))
    coverage: Coverage | None = None
    false_discovery: float = ALPHA


def build_market(
    accounts: Sequence[Account], found: Firmographics, *, heard: Collection[str], by: Sequence[str] = ()
) -> Market:
    """Put what the CRM says in the order of an ICP.

    `heard` are the names of the accounts that spoke, `by` the traits that the team parts its segments by.
    """
    best, conditions = found.best, found.conditions
    tier_of = {account.id: fit(account, conditions, found.scheme).tier for account in accounts} if conditions else {}
    rows = [(is_best, values(account, found.scheme)) for is_best, account in compared(accounts, best)]
    tried = trial(accounts, best)
    segmentation = (
        segments_by([values(account, found.scheme) for account in accounts], by)
        if by
        else find_segments(rows, conditions, tried)
    )
    return Market(
        accounts=len(accounts),
        rule=best.asks,
        left_out=best.left_out,
        too_few=not best.enough,
        best=len(best.best),
        rest=len(best.rest),
        undecided=len(best.undecided),
        components=found.components,
        conditions=conditions,
        together=often_together(conditions, rows),
        least_for_good=least_for_good(len(conditions)),
        tiers=_tiers(accounts, best, tier_of),
        validation=validate(tried) if tried else None,
        segments=_segments(accounts, found, segmentation, tier_of),
        segmentation=segmentation,
        trends=_trends(accounts, found),
        bands=_bands(found),
        decision_makers=_decision_makers(accounts),
        coverage=_coverage(accounts, heard) if accounts else None,
    )


def _trends(accounts: Sequence[Account], found: Firmographics) -> tuple[Trend, ...]:
    """The trend of each number that is a trait; none where the band that is typical has others on both sides."""
    both = compared(accounts, found.best)
    claimed = {rows[0].trait: rows for one in found.components if (rows := one.typical or one.unlike)}
    trends = [trend for name in _NUMBERS if name in claimed and (trend := find_trend(name, both))]
    return tuple(
        trend if _at_an_end(claimed[trend.trait], found.scheme) else replace(trend, direction="") for trend in trends
    )


def _at_an_end(rows: Sequence[Trait], scheme: Scheme) -> bool:
    order = scheme.order(rows[0].trait)
    return any(band in members(row.value) for row in rows for band in (order[0], order[-1]))


def _bands(found: Firmographics) -> tuple[Trait, ...]:
    rows = {(trait.trait, trait.value): trait for trait in found.traits}
    return tuple(rows[name, band] for name in _BANDED for band in found.scheme.order(name) if (name, band) in rows)


def _tiers(accounts: Sequence[Account], best: BestRule, tier_of: Mapping[str, str]) -> tuple[Tier, ...]:
    if not tier_of:
        return ()
    names = [name for name in (*TIERS, UNSURE) if name != "best" or "best" in tier_of.values()]
    chosen = set(best.best)
    return tuple(_tier(name, [a for a in accounts if tier_of[a.id] == name], chosen) for name in names)


def _tier(name: str, accounts: Sequence[Account], best: Collection[str]) -> Tier:
    ends: Counter[Outcome] = Counter(account.outcome for account in accounts)
    return Tier(
        name=name,
        accounts=len(accounts),
        open=ends["open"],
        closed=ends["won"] + ends["lost"] + ends["churned"],
        customers=ends["won"] + ends["churned"],
        churned=ends["churned"],
        best=sum(account.id in best for account in accounts),
    )


def _segments(
    accounts: Sequence[Account], found: Firmographics, segmentation: Segmentation, tier_of: Mapping[str, str]
) -> tuple[Segment, ...]:
    """All accounts, then the segments found, or fit tiers, or sizes where the data supports neither."""
    if not accounts:
        return ()
    today = last_day(accounts)
    whole = Segment("all", summary(accounts, today), len(found.best.best), found.best.n)
    if segmentation.rules:
        parts = [(rule.conditions, "", _members(rule.holds, accounts, found.scheme)) for rule in segmentation.rules]
    else:
        names = [tier_of.get(account.id) or size(account) for account in accounts]
        grouped = {name: [a for a, own in zip(accounts, names, strict=True) if own == name] for name in set(names)}
        parts = [((), name, grouped.get(name, [])) for name in (*TIERS, *SIZES)]
    return (whole, *(_segment(*part, found.best, today) for part in parts if len(part[2]) >= FEWEST))


def _members(
    holds: Callable[[Mapping[str, tuple[str, ...]]], bool], accounts: Sequence[Account], scheme: Scheme
) -> list[Account]:
    return [account for account in accounts if holds(values(account, scheme))]


def _segment(
    rule: tuple[Condition, ...], name: str, accounts: Sequence[Account], best: BestRule, today: str
) -> Segment:
    ids = {account.id for account in accounts}
    chosen = sum(one in ids for one in best.best)
    return Segment(name, summary(accounts, today), chosen, chosen + sum(one in ids for one in best.rest), rule)


def _decision_makers(accounts: Sequence[Account]) -> Measure:
    known = [a.decision_makers for a in accounts if a.outcome in _CUSTOMERS and a.decision_makers is not None]
    return Measure(median(known) if len(known) >= FEWEST else None, len(known))


def _coverage(accounts: Sequence[Account], heard: Collection[str]) -> Coverage:
    rows = coverage(accounts, heard)
    known = {account.name for account in accounts}
    gaps = [row for row in rows if row.dimension != "CRM" and row.interviewed_n >= FEWEST and _gap(row) >= _WIDE]
    gaps.sort(key=lambda row: (-_gap(row), row.dimension, row.value))
    drawn = tuple(row for row in rows if row.dimension in _DRAWN)
    return Coverage(len(known & set(heard)), len(set(heard) - known), tuple(gaps[:_GAPS_SHOWN]), drawn)


def _gap(row: CoverageRow) -> float:
    return abs((row.interviewed_share or 0.0) - (row.crm_share or 0.0))
