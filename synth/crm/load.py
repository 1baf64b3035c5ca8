"""A CRM export as clean accounts, with a list of everything that was read otherwise than written, merged or set aside.

Which header feeds which field is shown (`Crm.columns`) and can be overruled in `[accounts.columns]` of synth.toml.
An account has an id of its own: the export's, else its domain, else its bare name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from synth.crm import cells
from synth.crm.cells import Cell, text
from synth.crm.cleaning import LIMITS, SPELLED, Cleaned, Column, blank, days, numbers, spellings, tools
from synth.crm.columns import Columns, bare, map_columns, names_company
from synth.crm.companies import key
from synth.crm.duplicates import Entry, merge_duplicates
from synth.crm.outcomes import tell_outcome
from synth.crm.tables import Row, Table, read_table
from synth.model import Account, Outcome

_DAYS = ("close_date", "created_date", "churn_date")
_TELL_OUTCOME = ("stage", "type", "lifecycle", "churned", "won", "closed")
_ASSOCIATION = re.compile(r"([^;]*?)\s*\((\d{3,})\)\s*(?:;.*)?")  # `Acme (4421)`, the first of several
_FLOAT_ID = re.compile(r"(\d+)\.0+")
_DAMAGED_ID = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class Crm:
    """What an export says: unique accounts, the header of each field, and what was done on the way."""

    accounts: tuple[Account, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)  # field -> header
    cleaning: tuple[Cleaned, ...] = ()
    missing: dict[str, float] = field(default_factory=dict)  # header -> share of rows without a value
    rows: int = 0


def load_accounts(path: Path, columns: Mapping[str, str]) -> Crm:
    """Read the export at `path`; `columns` is the user's own map, field to header."""
    table = read_table(path, partial(_is_header, columns.get("name", "")))
    where = map_columns(path, table.header, columns)
    log: list[Cleaned] = [_left_out(row, where, "left out: footer") for row in table.footers]
    rows, names = _rows_with_names(table, where, log)
    columns_of = {name: _column(name, table.header[at], at, rows, names) for name, at in where.at.items()}
    entries = _entries(columns_of, _extras(table, where, rows), log)
    accounts = _with_ids(merge_duplicates(entries, table.header[where.at["name"]], log))
    return Crm(
        accounts=tuple(accounts),
        columns={name: table.header[at] for name, at in where.at.items()},
        cleaning=tuple(sorted(log, key=lambda cleaned: cleaned.row)),
        missing={c.header: c.cells.count("") / len(rows) if rows else 0.0 for c in columns_of.values()},
        rows=len(rows),
    )


def _is_header(wanted: str, header: Sequence[str]) -> bool:
    return names_company(header) or bool(wanted and bare(wanted) in map(bare, header))


def _cell(row: Row, at: int | None) -> Cell:
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def _left_out(row: Row, where: Columns, done: str) -> Cleaned:
    raw = " | ".join(text(cell) for cell in row.cells if cell != "")[:200]
    return Cleaned(row.number, text(_cell(row, where.at["name"])), "", raw, "", done)  # type: ignore[arg-type]


def _rows_with_names(table: Table, where: Columns, log: list[Cleaned]) -> tuple[list[Row], list[str]]:
    """The rows that are companies; one without a name goes by its domain, else it is left out."""
    kept: list[Row] = []
    names: list[str] = []
    for row in table.rows:
        cell = _cell(row, where.at["name"])
        name = "" if blank(cell) else text(cell)
        if association := _ASSOCIATION.fullmatch(name):
            name = association[1]
        name = name or cells.domain(_cell(row, where.at.get("domain")))
        if not name or cells.yes(_cell(row, where.at.get("deleted"))):
            log.append(_left_out(row, where, "left out: deleted" if name else "left out: no company name"))
            continue
        kept.append(row)
        names.append(name)
    return kept, names


def _column(name: str, header: str, at: int, rows: Sequence[Row], names: Sequence[str]) -> Column:
    known = ["" if blank(cell) else cell for cell in (_cell(row, at) for row in rows)]
    return Column(name, header, known, [row.number for row in rows], names)


def _extras(table: Table, where: Columns, rows: Sequence[Row]) -> list[tuple[tuple[str, str], ...]]:
    return [
        tuple((table.header[at], text(cell)) for at in where.rest if not blank(cell := _cell(row, at))) for row in rows
    ]


def _entries(
    columns: Mapping[str, Column], extras: Sequence[tuple[tuple[str, str], ...]], log: list[Cleaned]
) -> list[Entry]:
    values: dict[str, Sequence[object]] = {"extra": extras, "name": columns["name"].names, "id": _ids(columns, log)}
    for name, column in columns.items():
        if name in LIMITS:
            values[name] = numbers(column, log)
        elif name in _DAYS:
            values[name] = days(column, log)
        elif name in SPELLED:
            values[name] = spellings(column, log)
    if "tech_stack" in columns:
        values["tech_stack"] = tools(columns["tech_stack"], log)
    if "domain" in columns:
        values["domain"] = [cells.domain(cell) for cell in columns["domain"].cells]
    if "reference" in columns:
        values["reference"] = [_as_number(cells.yes(cell)) for cell in columns["reference"].cells]
    values["outcome"] = outcomes = _outcomes(columns, values, log)
    if {"created_date", "close_date"} <= values.keys() and "sales_cycle_days" not in columns:
        dates = zip(outcomes, values["created_date"], values["close_date"], strict=True)
        values["sales_cycle_days"] = [_sales_cycle(*row) for row in dates]
    rows = [Account(**dict(zip(values, row, strict=True))) for row in zip(*values.values(), strict=True)]
    return [Entry(number, account) for number, account in zip(columns["name"].rows, rows, strict=True)]


def _as_number(said: bool | None) -> float | None:
    return None if said is None else float(said)


def _ids(columns: Mapping[str, Column], log: list[Cleaned]) -> list[str]:
    """Ids as text. One that a spreadsheet turned into 1.23E+11 is set aside: it may be another company's too."""
    associated = [_ASSOCIATION.fullmatch(text(cell)) for cell in columns["name"].cells]
    if "id" not in columns:
        return [found[2] if found else "" for found in associated]
    column, ids = columns["id"], []
    for at, cell in enumerate(column.cells):
        written = text(cell)
        if damaged := _DAMAGED_ID.fullmatch(written):
            log.append(column.told(at, None, "damaged id"))
        whole = _FLOAT_ID.fullmatch(written)
        ids.append("" if damaged else whole[1] if whole else written)
    return ids


def _outcomes(
    columns: Mapping[str, Column], values: Mapping[str, Sequence[object]], log: list[Cleaned]
) -> list[Outcome]:
    present = columns.keys()
    told = {name: columns[name] for name in _TELL_OUTCOME if name in columns}
    outcomes: list[Outcome] = []
    for at in range(len(columns["name"].cells)):
        row = {name: text(column.cells[at]) for name, column in told.items()}
        row |= {name: str(values[name][at]) for name in ("close_date", "churn_date") if name in values}
        verdict = tell_outcome(row, present)
        if verdict.conflict:
            column = told.get("stage") or next(iter(told.values()), columns["name"])
            log.append(
                Cleaned(
                    column.rows[at], column.names[at], column.header, verdict.conflict, verdict.outcome, "contradiction"
                )
            )
        outcomes.append(verdict.outcome)
    return outcomes


def _sales_cycle(outcome: object, created: object, closed: object) -> float | None:
    """The days from creation to close of a closed account, when the export has no column for it."""
    if outcome not in ("won", "lost", "churned") or not (created and closed):
        return None
    days_between = (date.fromisoformat(str(closed)) - date.fromisoformat(str(created))).days
    return float(days_between) if days_between >= 0 else None


def _with_ids(accounts: Sequence[Account]) -> list[Account]:
    taken: dict[str, int] = {}
    unique = []
    for account in accounts:
        wanted = account.id or account.domain or key(account.name)
        taken[wanted] = taken.get(wanted, 0) + 1
        wanted = wanted if taken[wanted] == 1 else f"{wanted}-{taken[wanted]}"
        unique.append(account if account.id == wanted else replace(account, id=wanted))
    return unique
