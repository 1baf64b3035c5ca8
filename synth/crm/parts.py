"""One table of an export as entries: which column is which field, and every column cleaned as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from synth.crm import cells
from synth.crm.cells import Cell, text
from synth.crm.cleaning import LIMITS, SPELLED, Cleaned, Column, blank, days, numbers, spellings, tools
from synth.crm.columns import Columns, Kind, map_columns
from synth.crm.duplicates import Entry
from synth.crm.outcomes import tell_outcome
from synth.crm.tables import Row, Table
from synth.errors import CrmColumnAmbiguous, CrmColumnMissing
from synth.model import Account, Outcome

_DAYS = ("close_date", "created_date", "churn_date")
_TELL_OUTCOME = ("stage", "type", "lifecycle", "churned", "won", "closed")
_ASSOCIATION = re.compile(r"([^;]*?)\s*\((\d{3,})\)\s*(?:;.*)?")  # `Acme (4421)`, the first of several
_FLOAT_ID = re.compile(r"(\d+)\.0+")
_DAMAGED_ID = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_MOST_LIKELY = 4
_LOOKED_AT = 200  # rows, to tell which columns could be names


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its entries, the header of each field, and what was done to it."""

    path: Path
    sheet: str
    kind: Kind
    entries: list[Entry]
    columns: dict[str, str]  # field -> header
    unused: tuple[str, ...]  # headers without a field
    missing: dict[str, float]  # header -> share of rows without a value
    rows: int
    log: list[Cleaned]

    @property
    def label(self) -> str:
        return f"{self.path.name}, sheet {self.sheet}" if self.sheet else self.path.name


def read_part(path: Path, table: Table, columns: Mapping[str, str], *, alone: bool) -> Part:
    """Read one table; raises CrmColumnMissing when no column says which company a row is about.

    A table that is `alone` must name its companies; deals and contacts beside accounts can do with their ids.
    """
    where = map_columns(path, table.header, columns)
    _require_companies(path, table, where, alone=alone)
    _refuse_ambiguous(path, table, where)
    log: list[Cleaned] = [_left_out(row, where, "left out: footer") for row in table.footers]
    rows, names = _rows_of_companies(table, where, log)
    log.extend(_told_rivals(table, where))
    columns_of = {name: _column(name, table.header[at], at, rows, names) for name, at in where.at.items()}
    return Part(
        path=path,
        sheet=table.sheet,
        kind=where.kind,
        entries=_entries(columns_of, rows, names, _extras(table, where, rows), log),
        columns={name: table.header[at] for name, at in where.at.items()},
        unused=tuple(table.header[at] for at in where.rest),
        missing={c.header: c.cells.count("") / len(rows) if rows else 0.0 for c in columns_of.values()},
        rows=len(rows),
        log=log,
    )


def _require_companies(path: Path, table: Table, where: Columns, *, alone: bool) -> None:
    enough = {"name"} if alone or where.kind == "accounts" else {"name", "id", "domain"}
    if not enough & where.at.keys():
        headers = [header for header in table.header if header]
        raise CrmColumnMissing(path, "name", headers, _likely_names(table))


def _likely_names(table: Table) -> list[str]:
    """Headers whose cells are mostly different texts that are no numbers, days or addresses."""
    likely = []
    for at, header in enumerate(table.header):
        known = [cell for row in table.rows[:_LOOKED_AT] if (cell := _cell(row, at)) != "" and not blank(cell)]
        texts = {cell for cell in known if isinstance(cell, str) and not _is_value(cell)}
        if header and known and len(texts) > 0.8 * len(known):
            likely.append(header)
    return likely[:_MOST_LIKELY] if len(likely) < len([header for header in table.header if header]) else []


def _is_value(cell: str) -> bool:
    found = cells.number(cell) or cells.day(cell) or cells.domain(cell) or cells.yes(cell) is not None
    return bool(found) or not re.search(r"[^\W\d_]{2}", cell) or len(cell) > 80


def _refuse_ambiguous(path: Path, table: Table, where: Columns) -> None:
    """Raise CrmColumnAmbiguous where two columns claim a field as strongly, and a row has different values in them."""
    for field, rivals in where.rivals.items():
        for rival, as_strong in rivals:
            if as_strong and _differing(table, where.at[field], rival):
                raise CrmColumnAmbiguous(path, field, (table.header[where.at[field]], table.header[rival]))


def _differing(table: Table, one: int, other: int) -> int:
    pairs = ((_cell(row, one), _cell(row, other)) for row in table.rows)
    return sum(not blank(a) and not blank(b) and text(a) != text(b) for a, b in pairs)


def _told_rivals(table: Table, where: Columns) -> list[Cleaned]:
    told = []
    for field, rivals in where.rivals.items():
        for rival, _ in rivals:
            differing = _differing(table, where.at[field], rival)
            used = f"{field} is read from {table.header[where.at[field]]!r}; {differing} rows differ"
            told.append(Cleaned(0, "", table.header[rival], "", used, "another column too"))
    return told


def _cell(row: Row, at: int | None) -> Cell:
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def _left_out(row: Row, where: Columns, done: str) -> Cleaned:
    raw = " | ".join(text(cell) for cell in row.cells if cell != "")[:200]
    return Cleaned(row.number, text(_cell(row, where.at.get("name"))), "", raw, "", done)  # type: ignore[arg-type]


def _rows_of_companies(table: Table, where: Columns, log: list[Cleaned]) -> tuple[list[Row], list[str]]:
    """The rows that are of companies; one without a name goes by its domain or its id, else it is left out."""
    kept: list[Row] = []
    names: list[str] = []
    for row in table.rows:
        cell = _cell(row, where.at.get("name"))
        name = "" if blank(cell) else text(cell)
        if association := _ASSOCIATION.fullmatch(name):
            name = association[1]
        name = name or cells.domain(_cell(row, where.at.get("domain")))
        known = name or (where.kind != "accounts" and _cell(row, where.at.get("id")))
        if not known or cells.yes(_cell(row, where.at.get("deleted"))):
            log.append(_left_out(row, where, "left out: deleted" if known else "left out: no company name"))
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
    columns: Mapping[str, Column],
    rows: Sequence[Row],
    names: Sequence[str],
    extras: Sequence[tuple[tuple[str, str], ...]],
    log: list[Cleaned],
) -> list[Entry]:
    values: dict[str, Sequence[object]] = {"extra": extras, "name": names, "id": _ids(columns, len(rows), log)}
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
    accounts = [Account(**dict(zip(values, row, strict=True))) for row in zip(*values.values(), strict=True)]
    return [Entry(row.number, account) for row, account in zip(rows, accounts, strict=True)]


def _as_number(said: bool | None) -> float | None:
    return None if said is None else float(said)


def _ids(columns: Mapping[str, Column], rows: int, log: list[Cleaned]) -> list[str]:
    """Ids as text. One that a spreadsheet turned into 1.23E+11 is set aside: it may be another company's too."""
    named = columns["name"].cells if "name" in columns else [""] * rows
    associated = [_ASSOCIATION.fullmatch(text(cell)) for cell in named]
    if "id" not in columns:
        return [found[2] if found else "" for found in associated]
    column, ids = columns["id"], []
    for at, cell in enumerate(column.cells):
        written = text(cell).partition(";")[0].strip()
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
    for at in range(len(values["name"])):
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
