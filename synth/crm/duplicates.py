"""Rows of an export that are one company: merged when certain, proposed when only likely, told in either case.

Certain is the same id, or the same web domain with alike names, or the same name without legal form. Where two rows of
one name have different domains and different countries, they may be two companies, and are only proposed. Of merged
rows the one nearest to a customer speaks first (won before lost), then the one whose legal form is spelled as the
export mostly does; the others fill what it leaves empty.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from synth.crm.cleaning import Cleaned, Done, shown
from synth.crm.companies import PUBLIC_DOMAINS, key, legal_form
from synth.crm.decisions import Decisions
from synth.crm.places import country_code
from synth.model import Account

_SHARED_BY_TOO_MANY = 3  # a domain with more names is a host or an agency, not a company
_ALIKE, _CLOSE = 60.0, 92.0  # of 100: names that may share a domain; names to propose
_NEIGHBOURS, _SHORTEST = 6, 6
_RANK = {"churned": 0, "won": 1, "lost": 2, "open": 3, "unknown": 4}
_SALESFORCE_ID = re.compile(r"001[A-Za-z0-9]{12}[A-Z0-5]{3}")


_FILLED = tuple(f.name for f in fields(Account) if f.name not in ("id", "name", "domain", "outcome", "extra"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as an account, with its place in the file."""

    row: int
    account: Account


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that are, or may be, one company."""

    account: str
    other: str
    state: Literal["merged", "proposed", "kept apart"]
    why: str


@dataclass(frozen=True, slots=True)
class Unique:
    accounts: list[Account]  # in the order of the file
    pairs: tuple[Pair, ...]


def merge_duplicates(entries: Sequence[Entry], header: str, log: list[Cleaned], decisions: Decisions) -> Unique:
    """One account a company; what people decided about a pair beats every rule."""
    keys = [key(entry.account.name) for entry in entries]
    leader = list(range(len(entries)))
    pairs: dict[tuple[str, str], Pair] = {}
    for a, b, certain, why in _pairs(entries, keys):
        one, other = entries[a].account, entries[b].account
        decided = decisions.of(one.name, other.name)
        if _root(leader, a) == _root(leader, b):
            continue
        state: Literal["merged", "proposed", "kept apart"] = "proposed"
        if decided == "different":
            state = "kept apart"
        elif certain or decided == "same":
            state = "merged"
            leader[_root(leader, b)] = _root(leader, a)
        else:
            log.append(_told(entries[b], one, header, certain=False))
        if one.name != other.name:
            pairs.setdefault((one.name, other.name), Pair(one.name, other.name, state, why))
    groups: defaultdict[int, list[Entry]] = defaultdict(list)
    for at, entry in enumerate(entries):
        groups[_root(leader, at)].append(entry)
    spelled = _FormCounts([entry.account.name for entry in entries])
    return Unique([_merged(group, spelled, header, log) for group in groups.values()], tuple(pairs.values()))


def _root(leader: list[int], at: int) -> int:
    while leader[at] != at:
        leader[at] = leader[leader[at]]
        at = leader[at]
    return at


def _pairs(entries: Sequence[Entry], keys: Sequence[str]) -> Iterable[tuple[int, int, bool, str]]:
    """(earlier, later, certain, why): certain pairs first, so that a merged pair is not also proposed."""
    uncertain: list[tuple[int, int, bool, str]] = []
    for why, shared in (
        ("same id", _by_id(entries)),
        ("same domain", _by_domain(entries)),
        ("same name but for the legal form", _groups(keys)),
    ):
        for members in shared:
            for b in members[1:]:
                if _certain(entries[members[0]].account, entries[b].account, keys[members[0]], keys[b]):
                    yield members[0], b, True, why
                else:
                    uncertain.append((members[0], b, False, why))
    yield from dict.fromkeys(uncertain)
    yield from ((a, b, False, "close names") for a, b in _close_names(keys))


def _groups(marks: Iterable[str]) -> list[list[int]]:
    same: defaultdict[str, list[int]] = defaultdict(list)
    for at, mark in enumerate(marks):
        if mark:
            same[mark].append(at)
    return [members for members in same.values() if len(members) > 1]


def _by_id(entries: Sequence[Entry]) -> list[list[int]]:
    return _groups(short_id(entry.account.id) for entry in entries)


def short_id(written: str) -> str:
    """Salesforce shows one record with 15 characters, or with 18 that need no case."""
    return written[:15] if len(written) == 18 and _SALESFORCE_ID.fullmatch(written) else written


def _by_domain(entries: Sequence[Entry]) -> list[list[int]]:
    domains = [entry.account.domain for entry in entries]
    groups = _groups("" if domain in PUBLIC_DOMAINS else domain for domain in domains)
    return [g for g in groups if len({key(entries[at].account.name) for at in g}) <= _SHARED_BY_TOO_MANY]


def _certain(one: Account, other: Account, key_one: str, key_other: str) -> bool:
    if one.id and short_id(one.id) == short_id(other.id):
        return True
    if one.domain and one.domain == other.domain:
        from rapidfuzz.fuzz import partial_ratio

        return partial_ratio(key_one, key_other) >= _ALIKE
    apart = one.domain and other.domain and _different(one.country, other.country)
    return key_one == key_other and not apart


def _different(one: str, other: str) -> bool:
    return bool(one and other) and (country_code(one) or one) != (country_code(other) or other)


def _close_names(keys: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Names within one or two letters, found among neighbours in the order of beginnings and of endings."""
    from rapidfuzz.fuzz import ratio

    first = {name: at for at, name in reversed(list(enumerate(keys))) if len(name) >= _SHORTEST}
    digits = {name: re.sub(r"\D", "", name) for name in first}  # shop 12 and shop 13 are two shops
    found: dict[tuple[int, int], None] = {}
    for ordered in (sorted(first), sorted(first, key=lambda name: name[::-1])):
        for at, name in enumerate(ordered):
            for other in ordered[at + 1 : at + _NEIGHBOURS]:
                if digits[name] == digits[other] and ratio(name, other, score_cutoff=_CLOSE):
                    found[min(first[name], first[other]), max(first[name], first[other])] = None
    return sorted(found)


def _told(entry: Entry, kept: Account, header: str, *, certain: bool) -> Cleaned:
    done: Done = "duplicate merged" if certain else "duplicate proposed"
    return Cleaned(entry.row, kept.name, header, entry.account.name, kept.name, done)


class _FormCounts(dict[str, int]):
    """How many names of the export end with a spelling of a legal form, counted when first asked."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__({"": 0})
        self._names = names

    def __missing__(self, form: str) -> int:
        self[form] = sum(name.endswith(f" {form}") for name in self._names)
        return self[form]


def _merged(group: list[Entry], spelled: _FormCounts, header: str, log: list[Cleaned]) -> Account:
    if len(group) == 1:
        return group[0].account

    def order(entry: Entry) -> tuple[int, int, int]:
        return _RANK[entry.account.outcome], -spelled[legal_form(entry.account.name)], entry.row

    speaks, *others = sorted(group, key=order)
    kept = speaks.account
    for entry in others:
        log.append(_told(entry, speaks.account, header, certain=True))
        kept = _filled(kept, entry, log)
    return kept


def _filled(kept: Account, entry: Entry, log: list[Cleaned]) -> Account:
    """`kept` with its empty fields filled from a duplicate; where both have a value and they differ, it is told."""
    for name in _FILLED:
        mine, theirs = getattr(kept, name), getattr(entry.account, name)
        if isinstance(mine, float) and theirs is not None and theirs != mine:
            log.append(Cleaned(entry.row, kept.name, name, shown(theirs), shown(mine), "duplicate disagrees"))
    return fill(kept, entry.account)


def fill(kept: Account, other: Account) -> Account:
    """`kept` with its empty fields filled from `other`."""
    changes = {name: getattr(other, name) for name in _FILLED if getattr(kept, name) in (None, "", ())}
    headers = {header for header, _ in kept.extra}
    extra = kept.extra + tuple(pair for pair in other.extra if pair[0] not in headers)
    return replace(kept, domain=kept.domain or other.domain, extra=extra, **changes)
