"""Which firmographic traits the best customers share, said only when the numbers say it.

Every value of every trait is tested once, best customers against the rest, and one union of values a trait; all tests
are corrected together, and what does not survive is "no evidence", never a weak trait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from synth.model import Account, Trait
from synth.stats.best import FEWEST, BestRule, compared
from synth.stats.contingency import Table2x2, fisher_p, lift, odds_ratio
from synth.stats.correction import Corrected, Trial, correct
from synth.stats.firmographics import Scheme, read_scheme, values
from synth.stats.unions import OR, Counted, Union, best_union

ALPHA = 0.05
_MOST_VALUES = 12  # of one trait are tested by themselves
_VERDICTS = ("trait", "no evidence", "insufficient data")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One trait as asked: its rows, the row that the search chose, and the p value of the search."""

    component: str
    rows: tuple[Trait, ...]
    chosen: int = -1
    p: float | None = None

    @property
    def others(self) -> list[int]:
        return [at for at, row in enumerate(self.rows) if at != self.chosen and row.p is not None]


def traits(
    accounts: Sequence[Account], best: BestRule, scheme: Scheme | None = None, *, exact: bool = True
) -> list[Trait]:
    """Every value of every trait, best against rest; traits first, then by how sure.

    `exact` as in `best_union`: a search that is one of many can do with coarser p values, and without odds ratios.
    """
    both = compared(accounts, best)
    scheme = scheme or read_scheme([account for _, account in both])
    known = [(is_best, values(account, scheme)) for is_best, account in both]
    names = dict.fromkeys(name for _, row in known for name in row)
    asked = [one for name in names for one in _ask(name, [(s, row[name]) for s, row in known], scheme, exact=exact)]
    judged = [row for one in _judge(_nested(asked)) for row in one.rows]
    return sorted(judged, key=lambda t: (_VERDICTS.index(t.verdict), t.p if t.p is not None else 2, t.trait, t.value))


def count_values(rows: Sequence[tuple[bool, tuple[str, ...]]], order: Sequence[str]) -> list[Counted]:
    """How many best and other accounts have each value, bands in their `order`."""
    counts = Counter(value for _, found in rows for value in found)
    among_best = Counter(value for is_best, found in rows if is_best for value in found)
    spelled = [value for value in order if value in counts] or sorted(counts)
    return [Counted(value, among_best[value], counts[value] - among_best[value]) for value in spelled]


def _ask(name: str, known: Iterable[tuple[bool, tuple[str, ...]]], scheme: Scheme, *, exact: bool) -> list[_Asked]:
    """The most frequent values of one trait, among the accounts for which the export says it, and the best union."""
    rows = [(is_best, found) for is_best, found in known if found]
    best_n = sum(is_best for is_best, _ in rows)
    counted = count_values(rows, scheme.order(name))
    frequent = sorted(counted, key=lambda c: (-c.best - c.rest, c.value))[:_MOST_VALUES]
    singles = tuple(_single(name, c, best_n, len(rows), exact=exact) for c in frequent)
    if name == "tech_stack":  # an account has several: each tool is a question of its own
        return [_Asked(name, (row,), 0, row.p) for row in singles]
    if min(best_n, len(rows) - best_n) < FEWEST:
        return [_Asked(name, singles)]
    union = best_union(counted, fewest=FEWEST, ordered=bool(scheme.order(name)), exact=exact)
    return [_Asked(name, singles) if union is None else _with_union(name, singles, union, exact=exact)]


def _with_union(name: str, singles: tuple[Trait, ...], union: Union, *, exact: bool) -> _Asked:
    at = next((at for at, row in enumerate(singles) if row.value == union.value), None)
    if at is not None:
        return _Asked(name, singles, at, union.p)
    row = _trait(name, union.value, union.table, union.p, exact=exact)
    return _Asked(name, (*singles, row), len(singles), union.p)


def _nested(asked: Sequence[_Asked]) -> list[_Asked]:
    """Countries are asked about below their regions, where the regions are known: the same question, finer."""
    region = next((one for one in asked if one.component == "region" and one.p is not None), None)
    country = next((one for one in asked if one.component == "country"), None)
    if region is None or country is None:
        return list(asked)
    single_countries = tuple(row for row in country.rows if OR not in row.value)
    both = replace(region, rows=region.rows + single_countries)
    return [both if one is region else one for one in asked if one is not country]


def _judge(asked: Sequence[_Asked]) -> list[_Asked]:
    """Correct all that was tested, together, and give each row its verdict."""
    components = dict.fromkeys(one.component for one in asked if one.p is not None)
    tested = [[one for one in asked if one.component == name and one.p is not None] for name in components]
    shape = [[Trial(one.p or 0.0, tuple(_p(one.rows[at]) for at in one.others)) for one in group] for group in tested]
    corrected = correct(shape, ALPHA)
    pairs = [pair for ones, found in zip(tested, corrected, strict=True) for pair in zip(ones, found, strict=True)]
    return [_with_verdicts(one, found) for one, found in pairs] + [one for one in asked if one.p is None]


def _p(row: Trait) -> float:
    return 1.0 if row.p is None else row.p


def _with_verdicts(one: _Asked, found: Corrected) -> _Asked:
    qs = {one.chosen: found.q} | dict(zip(one.others, found.values, strict=True))
    rows = (_judged(row, qs[at]) if at in qs else row for at, row in enumerate(one.rows))
    return replace(one, rows=tuple(rows))


def _single(name: str, counted: Counted, best_n: int, n: int, *, exact: bool) -> Trait:
    table = Table2x2(counted.best, best_n, counted.rest, n - best_n)
    return _trait(name, counted.value, table, fisher_p(table) if _testable(table) else None, exact=exact)


def _trait(name: str, value: str, table: Table2x2, p: float | None, *, exact: bool) -> Trait:
    odds = odds_ratio(table) if exact else None
    low, high = (odds.interval.low, odds.interval.high) if odds else (None, None)
    return Trait(
        trait=name,
        value=value,
        best=table.best,
        best_n=table.best_n,
        rest=table.rest,
        rest_n=table.rest_n,
        lift=lift(table),
        odds_ratio=odds.ratio if odds else None,
        ci_low=low,
        ci_high=high,
        p=p,
        q=None,
        verdict="insufficient data",
    )


def _testable(table: Table2x2) -> bool:
    """By the margins alone, which say nothing about the difference: choosing by them does not bend the test."""
    with_value, n = table.best + table.rest, table.best_n + table.rest_n
    return min(table.best_n, table.rest_n, with_value, n - with_value) >= FEWEST


def _judged(trait: Trait, q: float) -> Trait:
    return replace(trait, q=q, verdict="trait" if q <= ALPHA else "no evidence")
