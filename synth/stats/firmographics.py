"""What an account is, as values that can be counted: bands for numbers, regions for countries, each tool by itself.

Bands are fixed where everybody has the same idea of them, so that two exports and two years can be compared; other
columns of numbers are cut at the quartiles of the export, rounded. The size classes are those of docs: SMB below 500
employees (or 50 million of revenue where the head count is not known), enterprise above 2,000 (or a billion).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from synth.crm import cells
from synth.crm.columns import bare
from synth.crm.places import region
from synth.model import Account

_EMPLOYEES = ((50, 200, 500, 1000), ("<50", "50–199", "200–499", "500–999", "1,000+"))
_REVENUE = ((1e6, 1e7, 5e7, 2e8, 1e9), ("<1M", "1M–10M", "10M–50M", "50M–200M", "200M–1B", "1B+"))
_DECISION_MAKERS = ((2, 3, 5), ("1", "2", "3–4", "5+"))
_SIZE_BY_EMPLOYEES, _SIZE_BY_REVENUE = (500, 2000.5), (5e7, 1e9 + 1)
SIZES = ("SMB", "mid-market", "enterprise")
ORDERED: dict[str, tuple[str, ...]] = {
    "employees": _EMPLOYEES[1],
    "revenue": _REVENUE[1],
    "decision_makers": _DECISION_MAKERS[1],
}
_QUARTILED = ("budget", "customer_base")  # fields of Account
_NUMERIC_SHARE = 0.9  # a custom column is one of numbers when that many of its cells are
_FEWEST_FOR_BANDS = 20
_MOST_CUSTOM_VALUES = 12  # a custom column with more values is free text, not a category
# A custom column by one of these names is a consequence of the outcome, a person, a place or a machine's note.
_NO_TRAIT = re.compile(
    r"owner|manager|assigned|createdby|modified|synced|date|time|created|updated|phone|fax|email|street|address|zip|postal|latitude"
    r"|longitude|geocode|url|photo|description|note|comment|reason|status|stage|churn|renew|health|lost|won|nps|csat|satisf|forecast"
    r"|probability|contract|deleted|archived|active|recordtype|id$|^id|currency|fiscal|lastactivity|nextstep|customerpriority|rating"
    r"|besitzer|zuständig|proprietaire|wlasciciel|opiekun|responsabil|sahibi|temsilci|ответствен|менеджер|مسئول|مالک"
)


Bands = tuple[tuple[float, ...], tuple[str, ...]]  # where to cut, and the name of each part


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the columns of one export become values: its own categories, and the cuts of its own numbers."""

    custom: tuple[str, ...] = ()
    bands: Mapping[str, Bands] = field(default_factory=dict)

    def order(self, trait: str) -> tuple[str, ...]:
        """The bands of `trait` from low to high; empty when its values have no order."""
        return ORDERED.get(trait) or self.bands.get(trait, ((), ()))[1]


def banded(value: float | None, bands: Bands) -> str:
    return "" if value is None else bands[1][bisect_right(bands[0], value)]


def size(account: Account) -> str:
    """SMB, mid-market or enterprise; "" when neither employees nor revenue are known."""
    if account.employees is not None:
        return SIZES[bisect_right(_SIZE_BY_EMPLOYEES, account.employees)]
    return "" if account.revenue is None else SIZES[bisect_right(_SIZE_BY_REVENUE, account.revenue)]


def values(account: Account, scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Trait to values; an empty tuple where the export does not say. Only the tech stack has several."""
    known = {
        "industry": account.industry,
        "region": region(account.country),
        "country": account.country,
        "employees": banded(account.employees, _EMPLOYEES),
        "revenue": banded(account.revenue, _REVENUE),
        "funding_stage": account.funding_stage,
        "decision_makers": banded(account.decision_makers, _DECISION_MAKERS),
        "lead_source": account.lead_source,
        "growth_stage": account.growth_stage,
        "maturity": account.maturity,
    }
    known |= {name: banded(getattr(account, name), scheme.bands[name]) for name in _QUARTILED if name in scheme.bands}
    extra = dict(account.extra)
    for header in scheme.custom:
        cell = extra.get(header, "")
        known[header] = banded(_number(cell), scheme.bands[header]) if header in scheme.bands else cell
    return {"tech_stack": account.tech_stack} | {trait: (value,) if value else () for trait, value in known.items()}


def read_scheme(accounts: Sequence[Account]) -> Scheme:
    """Which columns without a field are categories or numbers, and where to cut those and the fields without bands."""
    columns: dict[str, Counter[str]] = {}
    for account in accounts:
        for header, cell in account.extra:
            columns.setdefault(header, Counter())[cell] += 1
    useful = {header: counts for header, counts in columns.items() if not _NO_TRAIT.search(bare(header))}
    numeric = {header: _numbers(counts) for header, counts in useful.items() if not _categorical(counts)}
    numeric |= {name: [v for a in accounts if (v := getattr(a, name)) is not None] for name in _QUARTILED}
    bands = {name: cut for name, numbers in numeric.items() if (cut := _quartiles(numbers))}
    return Scheme(tuple(h for h, counts in useful.items() if _categorical(counts) or h in bands), bands)


def _categorical(counts: Mapping[str, int]) -> bool:
    """Whether a column holds two to twelve values, most of them shared."""
    return 2 <= len(counts) <= _MOST_CUSTOM_VALUES and sum(counts.values()) >= 3 * len(counts)


def _number(cell: str) -> float | None:
    found = cells.number(cell)
    return found.value if found else None


def _numbers(counts: Mapping[str, int]) -> list[float]:
    read = [(value, n) for cell, n in counts.items() if (value := _number(cell)) is not None]
    enough = sum(n for _, n in read) >= _NUMERIC_SHARE * sum(counts.values())
    return [value for value, n in read for _ in range(n)] if enough else []


def _quartiles(numbers: Sequence[float]) -> Bands | None:
    """Three cuts, rounded to two digits, and the names of the four parts; None without enough different numbers."""
    if len(numbers) < _FEWEST_FOR_BANDS:
        return None
    ordered = sorted(numbers)
    cuts = sorted({float(f"{ordered[len(ordered) * quarter // 4]:.2g}") for quarter in (1, 2, 3)})
    if len(cuts) < 2 or cuts[0] <= ordered[0]:
        return None
    words = [_short(cut) for cut in cuts]
    between = [f"{low}–{high}" for low, high in pairwise(words)]
    return tuple(cuts), (f"<{words[0]}", *between, f"{words[-1]}+")


def _short(number: float) -> str:
    for factor, sign in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(number) >= factor:
            return f"{number / min(factor, 1e3 if sign == 'K' else factor):g}{sign}"
    return f"{number:g}"
