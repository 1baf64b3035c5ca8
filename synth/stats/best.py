"""Who the best customers are: the rule of `[best]`, in settings and in words.

Only closed accounts (won, lost, churned) are compared. One that could be best but for a cell the export left empty is
undecided and counted on neither side. A condition whose column few customers have a value in is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from synth.model import Account
from synth.settings import Best
from synth.stats.economics import last_day, months_as_customer, value_so_far

CLOSED = ("won", "lost", "churned")
FEWEST = 5  # accounts on either side, and accounts with and without a value: below, nothing is tested
_USUAL_SHARE = 0.5  # a column that fewer of the customers have a value in decides about nobody


@dataclass(frozen=True, slots=True)
class Ask:
    """One condition of the rule as a message of the documents' catalogues, with what it asks for."""

    message: str
    value: float | str = ""

    @property
    def words(self) -> str:
        """The condition in English."""
        return self.message % {"value": self.value if isinstance(self.value, str) else f"{self.value:,.6g}"}


@dataclass(frozen=True, slots=True)
class BestRule:
    """The best customers by Account.id, and the rule that chose them."""

    best: tuple[str, ...]
    rest: tuple[str, ...]
    undecided: tuple[str, ...]  # would be best or rest by a cell that is empty
    asks: tuple[Ask, ...]  # what a best customer is
    left_out: tuple[Ask, ...]  # conditions whose column the export lacks
    n: int  # closed accounts that were decided: best and rest

    @property
    def rule(self) -> str:
        """The rule in English, for the terminal."""
        return "Best customers: " + ", ".join(ask.words for ask in self.asks) + "."

    @property
    def enough(self) -> bool:
        return len(self.best) >= FEWEST and len(self.rest) >= FEWEST


def best_accounts(accounts: Sequence[Account], rule: Best) -> BestRule:
    """Split the closed accounts into best, rest and undecided."""
    today = last_day(accounts)
    wanted = _wanted(rule, today)
    customers = [account for account in accounts if account.outcome in rule.outcome]
    used = [one for one in wanted if _is_kept(one, customers)]
    sides: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for account in accounts:
        if account.outcome in CLOSED:
            sides[_is_best(account, rule.outcome, used)].append(account.id)
    best, rest = sides[True], sides[False]
    return BestRule(
        best=tuple(best),
        rest=tuple(rest),
        undecided=tuple(sides[None]),
        asks=(_outcome(rule.outcome), *(bar.ask for bar in used)),
        left_out=tuple(bar.ask for bar in wanted if bar not in used),
        n=len(best) + len(rest),
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """One condition of the rule: what is looked at, the least it must be, and the words for it."""

    reads: Callable[[Account], float | None]
    least: float
    ask: Ask


def _wanted(rule: Best, today: str) -> list[_Bar]:
    """The conditions that the team has set, in the order of the settings."""
    months, value = (lambda account: months_as_customer(account, today)), (lambda account: value_so_far(account, today))
    possible: tuple[tuple[float | None, Callable[[Account], float | None], Ask], ...] = (
        (rule.min_nps, lambda account: account.nps, Ask("NPS of at least %(value)s")),
        (rule.min_referrals, lambda account: account.referrals, Ask("referrals, at least %(value)s")),
        (rule.min_amount, lambda account: account.amount, Ask("a yearly value of at least %(value)s")),
        (rule.min_usage, lambda account: account.usage, Ask("usage of at least %(value)s")),
        (rule.min_months, months, Ask("a customer for at least %(value)s months")),
        (rule.min_lifetime_value, value, Ask("a margin of at least %(value)s earned so far")),
        (1.0 if rule.reference else None, lambda account: account.reference, Ask("a reference customer")),
    )
    return [_Bar(reads, least, replace(ask, value=least)) for least, reads, ask in possible if least is not None]


def _is_kept(bar: _Bar, customers: Sequence[Account]) -> bool:
    """Whether the export says it of half of the customers; a column filled for a few would leave nobody to compare."""
    known = sum(bar.reads(account) is not None for account in customers)
    return known > 0 and known >= _USUAL_SHARE * len(customers)


def _is_best(account: Account, outcomes: Sequence[str], bars: Sequence[_Bar]) -> bool | None:
    """None: no cell speaks against it, but one that must speak for it is empty."""
    if account.outcome not in outcomes:
        return False
    cells = [(bar.reads(account), bar.least) for bar in bars]
    if any(cell is not None and cell < least for cell, least in cells):
        return False
    return None if any(cell is None for cell, _ in cells) else True


def _outcome(outcomes: Sequence[str]) -> Ask:
    if tuple(outcomes) == ("won",):
        return Ask("won and not churned")
    return Ask("outcome %(value)s", " or ".join(outcomes))


def compared(accounts: Sequence[Account], best: BestRule) -> list[tuple[bool, Account]]:
    """The accounts that the rule decided, with whether each is a best customer."""
    side = dict.fromkeys(best.best, True) | dict.fromkeys(best.rest, False)
    return [(side[account.id], account) for account in accounts if account.id in side]
