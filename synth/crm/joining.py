"""Deals and contacts joined to the accounts they are about: by id, by name, by domain.

An account's own columns come first. Its deals say what they leave open: whether it is a customer (one won deal is
enough), since when, for how much (the latest won deal), and how long the first won deal took. Deals of a company that
the accounts lack make an account of their own. Contacts add a web domain and, where they have buying roles, the number
of decision makers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from synth.crm.cleaning import Cleaned
from synth.crm.columns import bare
from synth.crm.companies import PUBLIC_DOMAINS, key
from synth.crm.duplicates import Entry, fill, short_id
from synth.model import Account, Outcome
from synth.text.names import fold

_ROLE_HEADERS = frozenset(map(bare, ("buying role", "role", "contact role", "buying roles", "decision maker")))
_DECIDES = ("decision", "entscheid", "décid", "decis", "decyd", "decid", "karar", "решен", "تصمیم", "yes", "true")


class _Places:
    """Where the accounts stand, by id, name and domain."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._at: dict[tuple[str, str], int] = {}
        for at, entry in reversed(list(enumerate(entries))):
            self._at |= dict.fromkeys(_keys(entry.account), at)

    def of(self, account: Account) -> int | None:
        return next((self._at[one] for one in _keys(account) if one in self._at), None)


def _keys(account: Account) -> Iterable[tuple[str, str]]:
    if account.id:
        yield "id", short_id(account.id)
    if account.name and account.name != account.domain:
        yield "name", key(account.name)
    if account.domain and account.domain not in PUBLIC_DOMAINS:
        yield "domain", account.domain


def join_deals(entries: list[Entry], deals: Sequence[Entry], log: list[Cleaned]) -> list[Entry]:
    """The accounts with what their deals say, then those of companies that only deals name."""
    of_account = _by_account(entries, deals)
    alone = [deal for deal in of_account.pop(None, ()) if _told_alone(deal, log)]
    joined = [
        Entry(entry.row, _with_deals(entry.account, [deal.account for deal in of_account[at]]))
        if at in of_account
        else entry
        for at, entry in enumerate(entries)
    ]
    log.append(_told(deals, of_account))
    return joined + alone


def join_contacts(entries: list[Entry], contacts: Sequence[Entry], log: list[Cleaned]) -> list[Entry]:
    """The accounts with what their people say of them; people of no account are no company."""
    of_account = _by_account(entries, contacts)
    of_account.pop(None, ())
    log.append(_told(contacts, of_account))
    return [
        Entry(entry.row, _with_contacts(entry.account, [one.account for one in of_account[at]]))
        if at in of_account
        else entry
        for at, entry in enumerate(entries)
    ]


def _by_account(entries: Sequence[Entry], others: Sequence[Entry]) -> dict[int | None, list[Entry]]:
    places = _Places(entries)
    found: defaultdict[int | None, list[Entry]] = defaultdict(list)
    for other in others:
        found[places.of(other.account)].append(other)
    return dict(found)


def _told(rows: Sequence[Entry], of_account: dict[int | None, list[Entry]]) -> Cleaned:
    joined = sum(map(len, of_account.values()))
    return Cleaned(0, "", "", f"{joined} of {len(rows)} rows", f"{len(of_account)} accounts", "joined")


def _told_alone(deal: Entry, log: list[Cleaned]) -> bool:
    """Whether a deal names a company that the accounts lack; one that only has an unknown id is of nobody."""
    what = deal.account.name or deal.account.id
    log.append(Cleaned(deal.row, deal.account.name, "", what, deal.account.name, "joined to no account"))
    return bool(deal.account.name)


def _with_deals(account: Account, deals: Sequence[Account]) -> Account:
    outcome = account.outcome if account.outcome in ("won", "lost", "churned") else _of_deals(account.outcome, deals)
    speaking = [deal for deal in deals if deal.outcome == ("won" if outcome == "churned" else outcome)] or list(deals)
    in_time = sorted(speaking, key=lambda deal: deal.close_date)
    first, last = in_time[0], in_time[-1]
    kept = replace(
        account,
        outcome=outcome,
        close_date=account.close_date or first.close_date,
        sales_cycle_days=first.sales_cycle_days if account.sales_cycle_days is None else account.sales_cycle_days,
        amount=last.amount if account.amount is None else account.amount,
    )
    return fill(kept, last)


def _of_deals(known: Outcome, deals: Sequence[Account]) -> Outcome:
    """One won deal makes a customer; one open deal keeps a prospect open."""
    said = {deal.outcome for deal in deals}
    order: tuple[Outcome, ...] = ("churned", "won", "open", "lost")
    return next((outcome for outcome in order if outcome in said), known)


def _with_contacts(account: Account, people: Sequence[Account]) -> Account:
    domains = Counter(one.domain for one in people if one.domain and one.domain not in PUBLIC_DOMAINS)
    roles = [cell for one in people for header, cell in one.extra if bare(header) in _ROLE_HEADERS]
    deciding = sum(any(word in fold(role) for word in _DECIDES) for role in roles)
    return replace(
        account,
        domain=account.domain or max(sorted(domains), key=lambda name: domains[name], default=""),
        decision_makers=float(deciding) if account.decision_makers is None and deciding else account.decision_makers,
    )
