"""What the CRM says about value: won and churned shares, and medians of contract, cycle, cost and lifetime value.

Formulas, each with the number of accounts behind it; a figure with fewer than five accounts is None.

- win rate = (won + churned) / closed: a customer that left was won once. Interval: Wilson.
- churned share = churned / (won + churned). Interval: Wilson.
- yearly churn = churn events / customer years, from close date to churn date, or to the last day the export knows of;
  the interval is the exact one for Poisson counts (Garwood 1936, doi:10.1093/biomet/28.3-4.437). Monthly = yearly / 12.
- lifetime value (CLV) = yearly amount x gross margin / yearly churn, per customer, with the churn of all customers.
- LTV:CAC = median lifetime value / median acquisition cost. Payback = acquisition cost / (yearly amount x margin / 12).

The simple lifetime value assumes that churn and margin stay as they are (Gupta and Lehmann 2003,
doi:10.1002/dir.10045).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from synth.model import Account, Outcome
from synth.stats.intervals import Interval, wilson

FEWEST = 5
_FEWEST_EVENTS = 3  # churned customers: a lifetime worked out from one or two is a guess
_OUTCOMES: tuple[Outcome, ...] = ("won", "lost", "churned", "open", "unknown")
_YEAR = 365.25


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
    amount: Measure  # median over customers, like all below
    employees: Measure
    sales_cycle_days: Measure
    acquisition_cost: Measure
    gross_margin: Measure
    nps: Measure
    lifetime_value: Measure
    ltv_to_cac: Measure
    payback_months: Measure


def summary(accounts: Sequence[Account]) -> CrmSummary:
    """The figures over all accounts given; medians are over those that are or were customers."""
    outcomes = Counter(account.outcome for account in accounts)
    customers = [account for account in accounts if account.outcome in ("won", "churned")]
    churn = _yearly_churn(customers, _last_day(accounts))
    cost = _median(account.acquisition_cost for account in customers)
    lifetime = _median(_lifetime_value(account, churn.value) for account in customers)
    return CrmSummary(
        accounts=len(accounts),
        outcomes={outcome: outcomes[outcome] for outcome in _OUTCOMES},
        win_rate=_share(len(customers), len(customers) + outcomes["lost"]),
        churned_share=_share(outcomes["churned"], len(customers)),
        yearly_churn=churn,
        amount=_median(account.amount for account in customers),
        employees=_median(account.employees for account in customers),
        sales_cycle_days=_median(account.sales_cycle_days for account in customers),
        acquisition_cost=cost,
        gross_margin=_median(account.gross_margin for account in customers),
        nps=_median(account.nps for account in customers),
        lifetime_value=lifetime,
        ltv_to_cac=_ratio(lifetime, cost),
        payback_months=_median(map(_payback, customers)),
    )


def _share(k: int, n: int) -> Measure:
    return Measure(k / n, n, wilson(k, n)) if n >= FEWEST else Measure(None, n)


def _median(values: Iterable[float | None]) -> Measure:
    known = [value for value in values if value is not None]
    return Measure(median(known) if len(known) >= FEWEST else None, len(known))


def _ratio(over: Measure, under: Measure) -> Measure:
    n = min(over.n, under.n)
    return Measure(over.value / under.value if over.value is not None and under.value else None, n)


def _last_day(accounts: Sequence[Account]) -> str:
    """The last day on which something is known to have happened: open deals' close dates lie in the future."""
    past = [account.created_date for account in accounts] + [account.churn_date for account in accounts]
    return max(past + [account.close_date for account in accounts if account.outcome != "open"], default="")


def _yearly_churn(customers: Sequence[Account], last_day: str) -> Measure:
    """Events per customer year over the customers whose dates are known."""
    dated = [
        account for account in customers if account.close_date and (account.churn_date or account.outcome == "won")
    ]
    years = sum(_years(account.close_date, account.churn_date or last_day) for account in dated)
    events = sum(account.outcome == "churned" for account in dated)
    if len(dated) < FEWEST or events < _FEWEST_EVENTS or not years:
        return Measure(None, len(dated))
    from scipy.special import (
        gammaincinv,  # the chi-square quantile of 2k degrees, halved; scipy.stats takes a second to load
    )

    low, high = float(gammaincinv(events, 0.025)), float(gammaincinv(events + 1, 0.975))
    return Measure(events / years, len(dated), Interval(low / years, high / years))


def _years(start: str, end: str) -> float:
    return max(0, (date.fromisoformat(end) - date.fromisoformat(start)).days) / _YEAR


def _yearly_margin(account: Account) -> float | None:
    return None if account.amount is None or account.gross_margin is None else account.amount * account.gross_margin


def _lifetime_value(account: Account, yearly_churn: float | None) -> float | None:
    margin = _yearly_margin(account)
    return None if margin is None or not yearly_churn else margin / yearly_churn


def _payback(account: Account) -> float | None:
    margin = _yearly_margin(account)
    return account.acquisition_cost / (margin / 12) if margin and account.acquisition_cost is not None else None
