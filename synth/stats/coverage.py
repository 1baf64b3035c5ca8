"""Who was interviewed against who is in the CRM, so that a reader sees whose voice is missing.

Shares are of the accounts for which the export says the thing; an interviewed account that the CRM lacks is a row of
its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from synth.crm.places import region
from synth.model import Account
from synth.stats.firmographics import size

NOT_IN_CRM = "not in the CRM"
_MOST_VALUES = 12
_DIMENSIONS: tuple[tuple[str, Callable[[Account], str]], ...] = (
    ("outcome", lambda account: "" if account.outcome == "unknown" else account.outcome),
    ("size", size),
    ("region", lambda account: region(account.country)),
    ("industry", lambda account: account.industry),
    ("known since", lambda account: (account.created_date or account.close_date)[:4]),
)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One value: `interviewed` of `interviewed_n` accounts that we spoke with have it, `crm` of `crm_n` in the CRM."""

    dimension: str
    value: str
    interviewed: int
    interviewed_n: int
    crm: int
    crm_n: int

    @property
    def interviewed_share(self) -> float | None:
        return self.interviewed / self.interviewed_n if self.interviewed_n else None

    @property
    def crm_share(self) -> float | None:
        return self.crm / self.crm_n if self.crm_n else None


def coverage(accounts: Sequence[Account], interviewed_names: Collection[str]) -> list[CoverageRow]:
    """Rows by dimension, the most frequent values of the CRM first."""
    names = set(interviewed_names)
    spoken_with = [account for account in accounts if account.name in names]
    missing = len(names - {account.name for account in accounts})
    rows = [CoverageRow("CRM", NOT_IN_CRM, missing, len(names), 0, len(accounts))] if missing else []
    return rows + [
        row for name, value_of in _DIMENSIONS for row in _of_dimension(name, accounts, spoken_with, value_of)
    ]


def _of_dimension(
    dimension: str, accounts: Sequence[Account], spoken_with: Sequence[Account], value_of: Callable[[Account], str]
) -> list[CoverageRow]:
    crm = Counter(value for account in accounts if (value := value_of(account)))
    interviewed = Counter(value for account in spoken_with if (value := value_of(account)))
    most = sorted(crm, key=lambda value: (-crm[value], value))[:_MOST_VALUES]
    return [CoverageRow(dimension, v, interviewed[v], interviewed.total(), crm[v], crm.total()) for v in most]
