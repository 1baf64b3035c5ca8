"""A CRM export as clean accounts, with a list of everything that was read otherwise than written, merged or set aside.

An export is one file or several: accounts, and deals and contacts that are joined to them by id, name or domain. Which
header feeds which field is shown (`Crm.files`) and can be overruled in `[accounts.columns]` of synth.toml. An account
has an id of its own: the export's, else its domain, else its bare name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from synth.crm.cleaning import Cleaned
from synth.crm.columns import bare, kind_of, names_company
from synth.crm.companies import key
from synth.crm.decisions import Decisions
from synth.crm.duplicates import Pair, merge_duplicates
from synth.crm.joining import join_contacts, join_deals
from synth.crm.parts import Part, read_part
from synth.crm.tables import Table, read_tables
from synth.errors import CrmColumnMissing, CrmError, CrmTableUseless
from synth.model import Account

_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_NAMING = {"name", "id", "domain", "created_date", "close_date", "deleted"}  # fields that tell companies apart
DUPLICATES = "duplicates.csv"  # what people decide about pairs; not a part of the export


@dataclass(frozen=True, slots=True)
class FileRead:
    """One table of the export as it was read."""

    name: str
    kind: str
    rows: int
    columns: dict[str, str]  # field -> header
    unused: tuple[str, ...]
    missing: dict[str, float]  # header -> share of rows without a value


@dataclass(frozen=True, slots=True)
class Crm:
    """What an export says, and what was done on the way. `columns`, `missing` and `rows` are of its first table."""

    accounts: tuple[Account, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)  # field -> header
    cleaning: tuple[Cleaned, ...] = ()
    missing: dict[str, float] = field(default_factory=dict)  # header -> share of rows without a value
    rows: int = 0
    files: tuple[FileRead, ...] = ()
    pairs: tuple[Pair, ...] = ()  # rows that are one company, or may be
    problems: tuple[str, ...] = ()  # tables beside the first that could not be used


def crm_files(path: Path) -> list[Path]:
    """The tables of an export: the file `path`, or every table in the folder."""
    if not path.is_dir():
        return [path] if path.is_file() else []
    found = (file for file in sorted(path.iterdir()) if file.suffix.casefold() in _SUFFIXES and file.is_file())
    return [file for file in found if file.name != DUPLICATES and not file.name.startswith((".", "~$"))]


def load_accounts(path: Path, columns: Mapping[str, str]) -> Crm:
    """Read the export at `path`; `columns` is the user's own map, field to header."""
    return load_crm([path], columns)


def load_targets(path: Path, columns: Mapping[str, str]) -> Crm:
    """Read a list of companies by the same rules; of the user's map only what its headers are about counts."""
    parts = [_part(path, table, columns, alone=False) for table in _tables(path, columns)]
    return _joined(parts, Decisions(), ())


def load_crm(paths: Sequence[Path], columns: Mapping[str, str], decisions: Decisions | None = None) -> Crm:
    """Read an export of one or several files, accounts first; a file that cannot be used is a problem beside others.

    Raises CrmError when no file can be used, or one does not fit the user's own map.
    """
    problems: list[CrmError] = []
    parts: list[Part] = []
    for path in paths:
        try:
            parts += _parts(path, columns, alone=len(paths) == 1)
        except CrmError as error:
            problems.append(error)
    if problems and (not parts or len(paths) == 1):
        raise problems[0]
    _require_columns(paths, parts, columns)
    kept = _about_companies(parts, problems)
    return _joined(kept, decisions or Decisions(), [str(problem) for problem in problems])


def _about_companies(parts: Sequence[Part], problems: list[CrmError]) -> Sequence[Part]:
    """The tables that say more of companies than their names; one of notes, say, is a problem, unless it is all."""
    telling = [part for part in parts if part.kind != "accounts" or part.columns.keys() - _NAMING]
    if all(part.kind != "accounts" for part in telling):
        return parts
    problems += [CrmTableUseless(part.label) for part in parts if part not in telling]
    return telling


def _parts(path: Path, columns: Mapping[str, str], *, alone: bool) -> list[Part]:
    tables = _tables(path, columns)
    alone = alone and len(tables) == 1
    return [_part(path, table, columns, alone=alone) for table in tables]


def _tables(path: Path, columns: Mapping[str, str]) -> list[Table]:
    return read_tables(path, partial(_is_header, columns.get("name", "")))


def _part(path: Path, table: Table, columns: Mapping[str, str], *, alone: bool) -> Part:
    """Read a table by what of the user's map is about it: all of it when there is no other that it could be about."""
    keys = {bare(cell) for cell in table.header if cell}
    own = columns if alone else {field: wanted for field, wanted in columns.items() if bare(wanted) in keys}
    return read_part(path, table, own, alone=alone)


def _require_columns(paths: Sequence[Path], parts: Sequence[Part], columns: Mapping[str, str]) -> None:
    """Raise CrmColumnMissing for a header of the user's map that no table has."""
    mapped = {field for part in parts for field in part.columns}
    for name, wanted in columns.items():
        if name not in mapped:
            headers = [header for part in parts for header in (*part.columns.values(), *part.unused)]
            raise CrmColumnMissing(paths[0], wanted, dict.fromkeys(headers))


def _is_header(wanted: str, header: Sequence[str]) -> bool:
    if names_company(header) or bool(wanted and bare(wanted) in map(bare, header)):
        return True
    return kind_of(header) != "accounts" and sum(cell != "" for cell in header) > 1


def _joined(parts: Sequence[Part], decisions: Decisions, problems: Sequence[str]) -> Crm:
    """Accounts from all tables; where there is none of accounts, deals or else contacts stand for them."""
    order = ("accounts", "deals", "contacts")
    parts = sorted(parts, key=lambda part: order.index(part.kind))
    first = [part for part in parts if part.kind == parts[0].kind]
    entries = [entry for part in first for entry in part.entries if entry.account.name]
    several = len(parts) > 1
    log = [replace(one, file=part.label) if several else one for part in parts for one in part.log]
    for part in parts[len(first) :]:
        join = join_deals if part.kind == "deals" else join_contacts
        told: list[Cleaned] = []
        entries = join(entries, part.entries, told)
        log += [replace(one, file=part.label) for one in told]
    merged = merge_duplicates(entries, first[0].columns.get("name", ""), log, decisions)
    files = tuple(FileRead(p.label, p.kind, p.rows, p.columns, p.unused, p.missing) for p in parts)
    return Crm(
        accounts=tuple(_with_ids(merged.accounts)),
        columns=first[0].columns,
        cleaning=tuple(sorted(log, key=lambda one: (one.file if several else "", one.row))),
        missing=first[0].missing,
        rows=first[0].rows,
        files=files,
        pairs=merged.pairs,
        problems=tuple(problems),
    )


def _with_ids(accounts: Sequence[Account]) -> list[Account]:
    taken: dict[str, int] = {}
    unique = []
    for account in accounts:
        wanted = account.id or account.domain or key(account.name)
        taken[wanted] = taken.get(wanted, 0) + 1
        wanted = wanted if taken[wanted] == 1 else f"{wanted}-{taken[wanted]}"
        unique.append(account if account.id == wanted else replace(account, id=wanted))
    return unique
