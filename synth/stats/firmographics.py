"""What an account is, as values that can be counted: bands for numbers, regions for countries, each tool by itself.

Bands are fixed, so that two exports and two years can be compared. The size classes are those of docs: SMB below 500
employees (or 50 million of revenue where the head count is not known), enterprise above 2,000 (or a billion).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence

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
_MOST_CUSTOM_VALUES = 12  # a custom column with more values is free text, not a category
# A custom column by one of these names is a consequence of the outcome, a person, a place or a machine's note.
_NO_TRAIT = re.compile(
    r"owner|manager|assigned|createdby|modified|synced|date|time|created|updated|phone|fax|email|street|address|zip|postal|latitude"
    r"|longitude|geocode|url|photo|description|note|comment|reason|status|stage|churn|renew|health|lost|won|nps|csat|satisf|forecast"
    r"|probability|contract|deleted|archived|active|recordtype|id$|^id|currency|fiscal|lastactivity|nextstep|customerpriority|rating"
    r"|besitzer|zuständig|proprietaire|wlasciciel|opiekun|responsabil|sahibi|temsilci|ответствен|менеджер|مسئول|مالک"
)


def banded(value: float | None, bands: tuple[tuple[float, ...], tuple[str, ...]]) -> str:
    return "" if value is None else bands[1][bisect_right(bands[0], value)]


def size(account: Account) -> str:
    """SMB, mid-market or enterprise; "" when neither employees nor revenue are known."""
    if account.employees is not None:
        return SIZES[bisect_right(_SIZE_BY_EMPLOYEES, account.employees)]
    return "" if account.revenue is None else SIZES[bisect_right(_SIZE_BY_REVENUE, account.revenue)]


def values(account: Account, custom: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Trait to values; an empty tuple where the export does not say. Only the tech stack has several."""
    single = {
        "industry": account.industry,
        "region": region(account.country),
        "country": account.country,
        "employees": banded(account.employees, _EMPLOYEES),
        "revenue": banded(account.revenue, _REVENUE),
        "funding_stage": account.funding_stage,
        "decision_makers": banded(account.decision_makers, _DECISION_MAKERS),
        "lead_source": account.lead_source,
    }
    extra = dict(account.extra)
    known = single | {header: extra.get(header, "") for header in custom}
    return {"tech_stack": account.tech_stack} | {trait: (value,) if value else () for trait, value in known.items()}


def custom_traits(accounts: Sequence[Account]) -> list[str]:
    """Headers of the columns without a field that are categories: two to twelve values, most of them shared."""
    found: dict[str, Counter[str]] = {}
    for account in accounts:
        for header, cell in account.extra:
            found.setdefault(header, Counter())[cell] += 1
    return [header for header, counts in found.items() if _categorical(header, counts)]


def _categorical(header: str, counts: Mapping[str, int]) -> bool:
    if _NO_TRAIT.search(bare(header)) or not 2 <= len(counts) <= _MOST_CUSTOM_VALUES:
        return False
    return sum(counts.values()) >= 3 * len(counts)
