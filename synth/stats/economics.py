"""What the CRM says about value: won and churned shares, and medians of contract, cycle, cost and lifetime value.

Formulas, each with the number of accounts behind it; a figure with fewer than five accounts is None.

- win rate = (won + churned) / closed: a customer that left was won once. Interval: Wilson.
- churned share = churned / (won + churned). Interval: Wilson.
- yearly churn = churn events / customer years, from close date to churn date, or to the last day the export knows of;
  the interval is the exact one for Poisson counts (Garwood 1936, doi:10.1093/biomet/28.3-4.437). Monthly = yearly / 12.
- lifetime value (CLV) = yearly amount x gross margin / yearly churn, per customer, with the churn of all customers.
- LTV:CAC = median lifetime value / median acquisition cost. Payback = acquisition cost / (yearly amount x margin / 12).
- ARR = the yearly amounts of those who are customers now, added up; their number is its n.
- intervals of medians are by rank; those of lifetime value and LTV:CAC, which also depend on the churn, are the middle
  95 % of resamples of the customers (Efron 1979, doi:10.1214/aos/1176344552), from a fixed seed.

The simple lifetime value assumes that churn and margin stay as they are (Gupta and Lehmann 2003,
doi:10.1002/dir.10045).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import numpy as np
from numpy.typing import NDArray

from synth.model import Account, Outcome
from synth.stats.intervals import Interval, median_interval, wilson

FEWEST = 5
_FEWEST_EVENTS = 3  # churned customers: a lifetime worked out from one or two is a guess
_OUTCOMES: tuple[Outcome, ...] = ("won", "lost", "churned", "open", "unknown")
_YEAR = 365.25
_MONTH = _YEAR / 12
_RESAMPLED = 2_000_000  # cells drawn in all: 400 resamples of a small export, fewer of a large one
_RESAMPLES = (40, 400)
_SEED = 20_250_102


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, the number of accounts (or events) behind it, and its 95 % interval where there is one."""

    value: float | None
    n: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class CrmSummary:
    accounts: int
    outcomes: dict[Outcome, int]
    win_rate: Measure
    churned_share: Measure
    yearly_churn: Measure
    monthly_churn: Measure
    arr: Measure  # sum over present customers
    amount: Measure  # median over customers, like all below
    employees: Measure
    sales_cycle_days: Measure
    acquisition_cost: Measure
    gross_margin: Measure
    nps: Measure
    lifetime_value: Measure
    ltv_to_cac: Measure
    payback_months: Measure


def summary(accounts: Sequence[Account], today: str = "") -> CrmSummary:
    """The figures over all accounts given; medians are over those that are or were customers.

    `today` is the last day that is known of; without it, the last one that these accounts know of.
    """
    outcomes = Counter(account.outcome for account in accounts)
    customers = [account for account in accounts if account.outcome in ("won", "churned")]
    today = today or last_day(accounts)
    churn = _yearly_churn(customers, today)
    cost = _median(account.acquisition_cost for account in customers)
    lifetime = _lifetime(customers, churn.value)
    ratio = _ratio(lifetime, cost)
    spread = _spread(customers, today) if lifetime.value is not None else _Spread(None, None)
    return CrmSummary(
        accounts=len(accounts),
        outcomes={outcome: outcomes[outcome] for outcome in _OUTCOMES},
        win_rate=_share(len(customers), len(customers) + outcomes["lost"]),
        churned_share=_share(outcomes["churned"], len(customers)),
        yearly_churn=churn,
        monthly_churn=_monthly(churn),
        arr=_sum(account.amount for account in customers if account.outcome == "won"),
        amount=_median(account.amount for account in customers),
        employees=_median(account.employees for account in customers),
        sales_cycle_days=_median(account.sales_cycle_days for account in customers),
        acquisition_cost=cost,
        gross_margin=_median(account.gross_margin for account in customers),
        nps=_median(account.nps for account in customers),
        lifetime_value=Measure(lifetime.value, lifetime.n, spread.lifetime),
        ltv_to_cac=Measure(ratio.value, ratio.n, spread.ratio if ratio.value is not None else None),
        payback_months=_median(map(_payback, customers)),
    )


def _share(k: int, n: int) -> Measure:
    return Measure(k / n, n, wilson(k, n)) if n >= FEWEST else Measure(None, n)


def _median(values: Iterable[float | None]) -> Measure:
    known = [value for value in values if value is not None]
    return Measure(median(known), len(known), median_interval(known)) if len(known) >= FEWEST else _unknown(known)


def _sum(values: Iterable[float | None]) -> Measure:
    known = [value for value in values if value is not None]
    return Measure(sum(known), len(known)) if len(known) >= FEWEST else _unknown(known)


def _unknown(known: Sequence[float]) -> Measure:
    return Measure(None, len(known))


def _monthly(yearly: Measure) -> Measure:
    if yearly.value is None or yearly.interval is None:
        return Measure(None, yearly.n)
    return Measure(yearly.value / 12, yearly.n, Interval(yearly.interval.low / 12, yearly.interval.high / 12))


def _ratio(over: Measure, under: Measure) -> Measure:
    n = min(over.n, under.n)
    return Measure(over.value / under.value if over.value is not None and under.value else None, n)


def last_day(accounts: Sequence[Account]) -> str:
    """The last day on which something is known to have happened: open deals' close dates lie in the future."""
    past = [account.created_date for account in accounts] + [account.churn_date for account in accounts]
    return max(past + [account.close_date for account in accounts if account.outcome != "open"], default="")


def months_as_customer(account: Account, today: str) -> float | None:
    """Months from the close date to the churn date, or to `today`; None when a date is not known."""
    end = account.churn_date or (today if account.outcome != "churned" else "")
    return _years(account.close_date, end) * 12 if account.close_date and end else None


def value_so_far(account: Account, today: str) -> float | None:
    """The margin earned with an account until `today`."""
    months, margin = months_as_customer(account, today), _yearly_margin(account)
    return None if months is None or margin is None else margin * months / 12


def _yearly_churn(customers: Sequence[Account], last_day: str) -> Measure:
    """Events per customer year over the customers whose dates are known."""
    dated = [account for account in customers if _dated(account)]
    years = sum(_years(account.close_date, account.churn_date or last_day) for account in dated)
    events = sum(account.outcome == "churned" for account in dated)
    if len(dated) < FEWEST or events < _FEWEST_EVENTS or not years:
        return Measure(None, len(dated))
    from scipy.special import (
        gammaincinv,  # the chi-square quantile of 2k degrees, halved; scipy.stats takes a second to load
    )

    low, high = float(gammaincinv(events, 0.025)), float(gammaincinv(events + 1, 0.975))
    return Measure(events / years, len(dated), Interval(low / years, high / years))


def _dated(account: Account) -> bool:
    return bool(account.close_date and (account.churn_date or account.outcome == "won"))


@dataclass(frozen=True, slots=True)
class _Spread:
    lifetime: Interval | None
    ratio: Interval | None


def _spread(customers: Sequence[Account], today: str) -> _Spread:
    """The intervals of lifetime value and LTV:CAC: the customers drawn again and again, figures worked out anew."""
    cells = np.array([_drawn(account, today) for account in customers])  # margin, cost, years, whether churned
    low, high = _RESAMPLES
    times = max(low, min(high, _RESAMPLED // len(cells)))
    draws = np.random.default_rng(_SEED).integers(len(cells), size=(times, len(cells)))
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # draws without a value or a loss
        churn = np.nansum(cells[:, 3][draws], axis=1) / np.nansum(cells[:, 2][draws], axis=1)
        lifetime = np.nanmedian(cells[:, 0][draws], axis=1) / churn
        cost = np.nanmedian(cells[:, 1][draws], axis=1) if np.isfinite(cells[:, 1]).any() else np.full(times, np.nan)
        return _Spread(_middle(lifetime), _middle(lifetime / cost))


def _drawn(account: Account, today: str) -> tuple[float, float, float, float]:
    margin, cost, dated = _yearly_margin(account), account.acquisition_cost, _dated(account)
    return (
        np.nan if margin is None else margin,
        np.nan if cost is None else cost,
        _years(account.close_date, account.churn_date or today) if dated else np.nan,
        float(account.outcome == "churned") if dated else np.nan,
    )


def _middle(drawn: NDArray[np.float64]) -> Interval | None:
    """The middle 95 %; a draw in which nobody left counts as without bound, and an unbounded interval is none."""
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return None
    low, high = np.quantile(known, (0.025, 0.975), method="inverted_cdf")
    return Interval(float(low), float(high)) if np.isfinite(high) else None


def _years(start: str, end: str) -> float:
    return max(0, (date.fromisoformat(end) - date.fromisoformat(start)).days) / _YEAR


def _yearly_margin(account: Account) -> float | None:
    return None if account.amount is None or account.gross_margin is None else account.amount * account.gross_margin


def _lifetime(customers: Sequence[Account], yearly_churn: float | None) -> Measure:
    """The median lifetime value; without a known churn only the number of customers it would be the median of."""
    margins = [margin for account in customers if (margin := _yearly_margin(account)) is not None]
    return _median(margin / yearly_churn for margin in margins) if yearly_churn else _unknown(margins)


def _payback(account: Account) -> float | None:
    margin = _yearly_margin(account)
    return account.acquisition_cost / (margin / 12) if margin and account.acquisition_cost is not None else None
