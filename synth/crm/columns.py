"""Which column of an export is which field of an account.

Headers are compared as bare letters (`Annual Revenue`, `AnnualRevenue`, `annual_revenue`, `Annual Revenue (EUR)` and
`property_annualrevenue` are one), never by likeness: a wrong column is worse than a missing one, and
`[accounts.columns]` of synth.toml is the user's word for the rest. Earlier synonyms win where two columns claim one
field, and the others are kept as its rivals, so that a report can name them.

A table is one of accounts, of deals or of contacts; the latter two have names and ids of their own, which are not the
companies', and say which company they are about by its name, its id, or an e-mail address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from synth.crm.headers import HEADERS
from synth.errors import CrmColumnMissing, SettingsInvalid
from synth.text.names import fold

FIELDS = tuple(HEADERS)  # fields of Account, then what only serves to tell the outcome
_PREFIXES = re.compile(
    r"^(propertyhs|property|hs|accounts?|company|companies|organization|organisation|customer|deals?|opportunity|opportunities|unternehmens?|organizacja"
    r"|szansa|transakcja|сделка|компания)(?=[^\W_]{3})"
)
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CUSTOM_FIELD = re.compile(r"__[cr]$")
# A table of deals or people has names and ids that are not the companies' own.
_DEAL_MARKS = """
deal name,deal id,deal title,deal pipeline id,deal pipeline,opportunity name,opportunity id,stage name,deal stage name
nom de la transaction,nombre del negocio,nombre de la oportunidad,dealnaam,nazwa transakcji,nazwa szansy sprzedaży
numele tranzacției,nume oportunitate,anlaşma adı,fırsat adı,название сделки,имя сделки,نام معامله
"""
_PERSON_MARKS = """
first name,last name,vorname,nachname,prénom,nombre de pila,apellidos,apellido,voornaam,achternaam,imię,nazwisko
prenume,soyadı,имя контакта,фамилия,نام خانوادگی,contact id
"""
_OF_DEALS = re.compile("deal|opportunity|szansa|transakcja|сделка|contact")
_OWN_IDS = frozenset(("id", "recordid", "hsobjectid", "datensatzid", "dealid", "opportunityid", "contactid"))
_EMAILS = "email e-mail emailaddress adresseemail courriel correo correoelectronico eposta почта электроннаяпочта ایمیل"
_NAMES = "name naam nazwa nume nom nombre ad название имя نام record"
_OF_ANY_TABLE = frozenset(re.sub(r"[\W_]", "", fold(word)) for word in _NAMES.split())


Kind = Literal["accounts", "deals", "contacts"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands. `rest` are the columns without a field, `rivals` those that claim one that is taken.

    A rival is (column, whether it claims the field as strongly as the one that has it).
    """

    kind: Kind
    at: dict[str, int]
    rest: tuple[int, ...]
    rivals: dict[str, tuple[tuple[int, bool], ...]]


def bare(header: str) -> str:
    """A header as its folded letters and digits only."""
    return re.sub(r"[\W_]", "", fold(_CUSTOM_FIELD.sub("", _BRACKETS.sub("", header).strip())))


_KNOWN = {
    key: (rank, field) for field, words in HEADERS.items() for rank, key in reversed(list(enumerate(map(bare, words))))
}


def _marks(words: str) -> frozenset[str]:
    return frozenset(bare(mark) for mark in words.strip().replace("\n", ",").split(","))


_MARKS: dict[Kind, frozenset[str]] = {"deals": _marks(_DEAL_MARKS), "contacts": _marks(_PERSON_MARKS)}
_ALL_MARKS = _MARKS["deals"] | _MARKS["contacts"]
_MAIL_HEADERS = frozenset(bare(word) for word in _EMAILS.split())
_OF_COMPANIES = ("industry", "employees", "revenue", "stage")


def kind_of(header: Sequence[str]) -> Kind:
    """What the rows of a table are; people with their companies' own traits beside them are a table of accounts."""
    keys = {bare(cell) for cell in header if cell}
    if keys & _MARKS["deals"]:
        return "deals"
    people = keys & _MARKS["contacts"] or (keys & _MAIL_HEADERS and bare("job title") in keys)
    traits = any(_claim(cell, field) is not None for cell in header for field in _OF_COMPANIES)
    return "contacts" if people and not traits else "accounts"


def names_company(header: Sequence[str]) -> bool:
    """Whether a row can be the header: it has two cells or more, and one of them is a company's name."""
    return sum(cell != "" for cell in header) > 1 and any(_claim(cell, "name") is not None for cell in header)


def map_columns(path: Path, header: Sequence[str], columns: Mapping[str, str]) -> Columns:
    """Give each field its column, the user's word first; a field that no column claims is not in the result."""
    kind = kind_of(header)
    other = not _ALL_MARKS.isdisjoint(bare(cell) for cell in header)
    at = {field: _named(path, header, field, wanted) for field, wanted in columns.items()}
    taken = set(at.values())
    rivals: dict[str, tuple[tuple[int, bool], ...]] = {}
    for field in FIELDS:
        claims = sorted(_claims(header, field, other, taken))
        if field in at or not claims:
            continue
        at[field] = claims[0][1]
        taken.add(at[field])
        if others := tuple((i, rank == claims[0][0]) for rank, i in claims[1:]):
            rivals[field] = others
    if kind == "contacts" and "domain" not in at:
        mails = [i for i, cell in enumerate(header) if bare(cell) in _MAIL_HEADERS]
        at |= {"domain": mails[0]} if mails else {}
        taken |= set(mails[:1])
    return Columns(kind, at, tuple(i for i, cell in enumerate(header) if cell and i not in taken), rivals)


def _claims(header: Sequence[str], field: str, other: bool, taken: set[int]) -> Iterator[tuple[int, int]]:
    """The columns that claim a field, as (rank, column), but for the names and ids of deals and people."""
    for i, cell in enumerate(header):
        rank = _claim(cell, field)
        if rank is None or i in taken:
            continue
        if field == "name" and _other_name(bare(cell), other=other):
            continue
        if field == "id" and other and bare(cell) in _OWN_IDS:
            continue
        yield rank, i


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
