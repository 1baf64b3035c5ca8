"""One column of an export at a time, from cells to values; what was changed or set aside is told, cell by cell.

A column is judged as a whole where one cell cannot tell: whether margins are shares or percent, which of day and month
comes first, which spelling is the usual one. A value that cannot be is None and listed; nothing is repaired by guess.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from synth.crm import cells
from synth.crm.cells import Cell, Number, text
from synth.crm.industries import industry_key
from synth.crm.places import country_code
from synth.model import Account
from synth.text.names import fold

Done = Literal[
    "number read", "day read", "impossible", "not a number", "not a date", "spelling unified", "several currencies",
    "contradiction", "damaged id", "left out: footer", "left out: no company name", "left out: deleted",
    "duplicate merged", "duplicate disagrees", "duplicate proposed", "joined", "joined to no account",
    "another column too",
]  # fmt: skip
_BLANKS = """
-,--,—,–,n/a,na,#n/a,null,none,nil,nan,unknown,undefined,tbd,?,.,not set,(blank),no value,not available,k.a.
keine angabe,unbekannt,brak,brak danych,yok,bilinmiyor,necunoscut,нет данных,не указано,неизвестно,نامشخص
"""
_BLANK = frozenset(_BLANKS.strip().replace("\n", ",").split(","))
_CURRENCY = re.compile(r"[€$£₺₽¥]|\b(?:EUR|USD|GBP|CHF|TRY|RON|PLN|RUB|SEK|NOK|DKK)\b")
_SAME_MONEY = {"€": "EUR", "$": "USD", "£": "GBP", "₺": "TRY", "₽": "RUB"}
_ENUM = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
# field -> least and greatest possible value
LIMITS: dict[str, tuple[float, float]] = {
    "employees": (1, 5e6),  # the largest employer of the world has fewer
    "revenue": (0, float("inf")),
    "amount": (0, float("inf")),
    "acquisition_cost": (0, float("inf")),
    "gross_margin": (0, 1),
    "nps": (0, 10),
    "referrals": (0, float("inf")),
    "usage": (0, float("inf")),
    "decision_makers": (0, float("inf")),
    "sales_cycle_days": (0, float("inf")),
    "budget": (0, float("inf")),
    "customer_base": (0, float("inf")),
}
SPELLED = ("industry", "country", "city", "funding_stage", "lead_source", "growth_stage", "maturity")
_MONEY = frozenset(("revenue", "amount", "acquisition_cost", "budget"))
_SCORE_SHARE = 0.1  # this share of values outside 0..10 makes a column of answers a column of scores from -100 to 100


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One thing that was done to the export. `row` is the row of the file, 0 for a whole column."""

    row: int
    account: str
    column: str
    raw: str
    value: str
    done: Done
    file: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows that are kept, what means nothing as ""; `rows` and `names` point back."""

    field: str
    header: str
    cells: list[Cell]
    rows: Sequence[int]
    names: Sequence[str]

    def told(self, at: int, value: object, done: Done) -> Cleaned:
        return Cleaned(self.rows[at], self.names[at], self.header, text(self.cells[at]), shown(value), done)


def shown(value: object) -> str:
    """A cleaned value as a report prints it."""
    if value is None:
        return ""
    return text(round(value, 6)) if isinstance(value, float) else str(value)


def blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (not cell or (len(cell) < 16 and cell.casefold() in _BLANK))


def numbers(column: Column, log: list[Cleaned]) -> list[float | None]:
    """Read a column of numbers, and set aside what its field cannot be."""
    read = [cells.number(cell) if cell != "" else None for cell in column.cells]
    log.extend(
        column.told(at, None, "not a number")
        for at, (cell, number) in enumerate(zip(column.cells, read, strict=True))
        if number is None and cell != ""
    )
    if column.field in _MONEY:
        log.extend(_currencies(column))
    values = _shares(read) if column.field == "gross_margin" else [None if n is None else n.value for n in read]
    low, high = _limits(column.field, values)
    for at, value in enumerate(values):
        if value is not None and not low <= value <= high:
            log.append(column.told(at, None, "impossible"))
            values[at] = None
        elif value is not None and not _as_written(column.cells[at], value):
            log.append(column.told(at, value, "number read"))
    return values


def _shares(read: Sequence[Number | None]) -> list[float | None]:
    """Margins as shares: a column whose bare numbers mostly exceed 2 is in percent."""
    bare = [number.value for number in read if number and not number.percent]
    scale = 100 if bare and median(bare) > 2 else 1
    return [None if n is None else round(n.value / (1 if n.percent else scale), 10) for n in read]


def _limits(field: str, values: Sequence[float | None]) -> tuple[float, float]:
    low, high = LIMITS[field]
    if field != "nps":
        return low, high
    known = [value for value in values if value is not None]
    outside = sum(not low <= value <= high for value in known)
    return (-100, 100) if outside > _SCORE_SHARE * len(known) else (low, high)


def _as_written(cell: Cell, value: float) -> bool:
    if isinstance(cell, float):
        return cell == value
    return cell == text(value) or (cell.isascii() and cell.replace(".", "", 1).isdigit() and float(cell) == value)


def _currencies(column: Column) -> list[Cleaned]:
    found = {
        _SAME_MONEY.get(sign, sign)
        for cell in column.cells
        if isinstance(cell, str) and not cell.isdigit()
        for sign in _CURRENCY.findall(cell)
    }
    if len(found) < 2:
        return []
    return [Cleaned(0, "", column.header, ", ".join(sorted(found)), "", "several currencies")]


def days(column: Column, log: list[Cleaned]) -> list[str]:
    """Read a column of days as ISO 8601, "" when empty or not a day."""
    day_first = cells.day_first(column.cells)
    values = []
    for at, cell in enumerate(column.cells):
        value = "" if cell == "" else cells.day(cell, day_first=day_first)
        if value is None:
            log.append(column.told(at, None, "not a date"))
        elif not text(cell).startswith(value):
            log.append(column.told(at, value, "day read"))
        values.append(value or "")
    return values


def spellings(column: Column, log: list[Cleaned]) -> list[str]:
    """Give each value the spelling the export uses most; countries also meet across languages and codes."""
    known = list(map(text, column.cells))
    shared = _KEYS.get(column.field, spelling_key)
    counts = Counter(known)
    usual = _usual({spelling: shared(spelling) for spelling in counts if spelling}, counts)
    for at, spelling in enumerate(known):
        if spelling and usual[spelling] != spelling:
            log.append(column.told(at, usual[spelling], "spelling unified"))
            known[at] = usual[spelling]
    return known


def tools(column: Column, log: list[Cleaned]) -> list[tuple[str, ...]]:
    """Split lists of tools, each tool in its usual spelling."""
    lists = [tuple(part for part in cells.items(cell) if not blank(part)) for cell in column.cells]
    counts = Counter(tool for row in lists for tool in row)
    usual = _usual({tool: spelling_key(tool) for tool in counts}, counts)
    for at, row in enumerate(lists):
        if any(usual[tool] != tool for tool in row):
            log.append(column.told(at, "; ".join(usual[tool] for tool in row), "spelling unified"))
            lists[at] = tuple(usual[tool] for tool in row)
    return lists


def spelling_key(spelling: str) -> str:
    """What spellings of one value share: letters and digits, `&` and `_` read."""
    return re.sub(r"[\W_]", "", fold(spelling.replace("&", " and "))) or spelling


def _country_key(spelling: str) -> str:
    return country_code(spelling) or spelling_key(spelling)


_KEYS = {"country": _country_key, "industry": industry_key}


def same_value(field: str, one: str, other: str) -> bool:
    """Whether two spellings of one field mean the same."""
    shared = _KEYS.get(field, spelling_key)
    return shared(one) == shared(other)


def adopt_spellings(accounts: Iterable[Account], known: Iterable[Account]) -> list[Account]:
    """`accounts` with each value in the spelling that it has in `known`, so that two exports can be compared."""
    usual: dict[tuple[str, str], str] = {}
    for account in known:
        for field, value in _spelled(account):
            usual.setdefault((field, _KEYS.get(field, spelling_key)(value)), value)

    def same(field: str, value: str) -> str:
        return usual.get((field, _KEYS.get(field, spelling_key)(value)), value) if value else value

    return [
        replace(
            account,
            **{field: same(field, getattr(account, field)) for field in SPELLED},  # type: ignore[arg-type]
            tech_stack=tuple(same("tech_stack", tool) for tool in account.tech_stack),
            extra=tuple((header, same(header, cell)) for header, cell in account.extra),
        )
        for account in accounts
    ]


def _spelled(account: Account) -> Iterator[tuple[str, str]]:
    yield from ((field, value) for field in SPELLED if (value := getattr(account, field)))
    yield from (("tech_stack", tool) for tool in account.tech_stack)
    yield from account.extra


def _usual(keys: dict[str, str], counts: Counter[str]) -> dict[str, str]:
    """The spelling to show for each spelling: the most frequent of its key; an ENUM_VALUE becomes words."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    for spelling, shared in keys.items():
        same[shared].append(spelling)

    def frequency(spelling: str) -> tuple[bool, int, str]:
        return not _ENUM.fullmatch(spelling), counts[spelling], spelling

    best = {shared: max(spelled, key=frequency) for shared, spelled in same.items()}
    return {spelling: _words(best[shared]) for spelling, shared in keys.items()}


def _words(spelling: str) -> str:
    return spelling.replace("_", " ").capitalize() if _ENUM.fullmatch(spelling) else spelling
