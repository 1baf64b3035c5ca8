"""Which column of an export is which field of an account.

Headers are compared as bare letters (`Annual Revenue`, `AnnualRevenue`, `annual_revenue`, `Annual Revenue (EUR)` and
`property_annualrevenue` are one), never by likeness: a wrong column is worse than a missing one, and
`[accounts.columns]` of synth.toml is the user's word for the rest. Earlier synonyms win where two columns claim one
field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth.crm.headers import HEADERS
from synth.errors import CrmColumnMissing, SettingsInvalid
from synth.text.names import fold

FIELDS = tuple(HEADERS)  # fields of Account, then what only serves to tell the outcome
_PREFIXES = re.compile(
    r"^(propertyhs|property|hs|account|company|organization|organisation|customer|deal|opportunity|unternehmens?|organizacja"
    r"|szansa|transakcja|сделка|компания)(?=[^\W_]{3})"
)
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CUSTOM_FIELD = re.compile(r"__[cr]$")
# A table of deals or people has names and ids that are not the companies' own.
_OTHER_MARKS = "dealname dealid dealtitle dealpipelineid opportunityname opportunityid stagename firstname lastname"
_OTHER_TABLE = frozenset(_OTHER_MARKS.split())
_OF_DEALS = re.compile("deal|opportunity|szansa|transakcja|сделка|contact")
_OWN_IDS = frozenset(("id", "recordid", "hsobjectid", "datensatzid", "dealid", "opportunityid"))
_NAMES = "name naam nazwa nume nom nombre ad название имя نام record"
_OF_ANY_TABLE = frozenset(re.sub(r"[\W_]", "", fold(word)) for word in _NAMES.split())


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands. `rest` are the columns without a field."""

    at: dict[str, int]
    rest: tuple[int, ...]


def bare(header: str) -> str:
    """A header as its folded letters and digits only."""
    return re.sub(r"[\W_]", "", fold(_CUSTOM_FIELD.sub("", _BRACKETS.sub("", header).strip())))


_KNOWN = {
    key: (rank, field) for field, words in HEADERS.items() for rank, key in reversed(list(enumerate(map(bare, words))))
}


def names_company(header: Sequence[str]) -> bool:
    """Whether a row can be the header: it has two cells or more, and one of them is a company's name."""
    return sum(cell != "" for cell in header) > 1 and any(_claim(cell, "name") is not None for cell in header)


def map_columns(path: Path, header: Sequence[str], columns: Mapping[str, str]) -> Columns:
    """Give each field its column, the user's word first; raises CrmColumnMissing when no column names companies."""
    at = {field: _named(path, header, field, wanted) for field, wanted in columns.items()}
    taken = set(at.values())
    other = _OTHER_TABLE & {bare(cell) for cell in header}
    for field in FIELDS:
        claims = [
            (rank, i) for i, cell in enumerate(header) if (rank := _claim(cell, field)) is not None and i not in taken
        ]
        if field == "name":
            claims = [(rank, i) for rank, i in claims if not _other_name(bare(header[i]), other=bool(other))]
        if field not in at and claims:
            at[field] = min(claims)[1]
            taken.add(at[field])
    if other and bare(header[at["id"]] if "id" in at else "") in _OWN_IDS:
        del at["id"]  # the id of a deal or a person, not of the company
    if "name" not in at:
        raise CrmColumnMissing(path, "name", [cell for cell in header if cell])
    return Columns(at, tuple(i for i, cell in enumerate(header) if cell and i not in taken))


def _other_name(key: str, *, other: bool) -> bool:
    """The name of a deal or a person."""
    return bool(_OF_DEALS.match(key)) or (other and key in _OF_ANY_TABLE)


def _named(path: Path, header: Sequence[str], field: str, wanted: str) -> int:
    if field not in FIELDS:
        raise SettingsInvalid(
            "synth.toml", f"[accounts.columns] {field!r} is not a field; there are {', '.join(FIELDS)}"
        )
    same = [i for i, cell in enumerate(header) if cell == wanted] or [
        i for i, cell in enumerate(header) if cell and bare(cell) == bare(wanted)
    ]
    if not same:
        raise CrmColumnMissing(path, wanted, [cell for cell in header if cell])
    return same[0]


def _claim(header: str, field: str) -> int | None:
    """How strongly a header claims a field (0 is strongest), None when it does not."""
    whole = bare(header)
    for key, weaker in ((whole, 0), (_PREFIXES.sub("", whole), 1000)):
        rank, known = _KNOWN.get(key, (0, ""))
        if known == field:
            return rank + weaker
        if known:
            return None
    return None
