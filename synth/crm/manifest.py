"""`sources.csv`: what a team knows about its files and no file says. Optional; every row is the user's word.

Columns: path (below the folder of sources, or its bare name), account, kind (interview or note), date, participants
(several parted by `;`). Only path is needed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import get_args

from synth.crm import cells
from synth.crm.cells import text
from synth.crm.columns import bare
from synth.crm.tables import Row, Table, read_table
from synth.errors import SettingsInvalid
from synth.model import Kind

_HEADERS = {
    "path": ("path", "file", "source", "filename"),
    "account": ("account", "company", "customer"),
    "kind": ("kind", "type"),
    "date": ("date", "day"),
    "participants": ("participants", "people", "speakers", "attendees"),
}


@dataclass(frozen=True, slots=True)
class ManifestRow:
    path: str
    account: str = ""
    kind: Kind | None = None
    date: str = ""  # ISO 8601
    participants: tuple[str, ...] = ()


def load_manifest(path: Path) -> list[ManifestRow]:
    """Read `sources.csv`; an absent file is an empty list, a row that cannot be meant is an error."""
    if not path.is_file():
        return []
    table = read_table(path, _is_header)
    heads = [bare(cell) for cell in table.header]
    at = {field: heads.index(name) for field, names in _HEADERS.items() for name in names if name in heads}
    if "path" not in at:
        raise SettingsInvalid(path, f"no column 'path' among {', '.join(repr(head) for head in table.header)}")
    rows = [_row(path, row, at) for row in table.rows]
    twice = next((row.path for n, row in enumerate(rows) if row.path in {earlier.path for earlier in rows[:n]}), None)
    if twice:
        raise SettingsInvalid(path, f"{twice!r} stands there twice")
    return rows


def manifest_row(manifest: Sequence[ManifestRow], path: str) -> ManifestRow | None:
    """The row of a source: its path, the path below the folder of sources, or its bare name if only one row has it."""
    parts = PurePosixPath(path).parts
    for start in range(len(parts)):
        wanted = "/".join(parts[start:])
        if found := [row for row in manifest if row.path == wanted]:
            return found[0]
    return None


def remember_source(path: Path, source: str, said: Mapping[str, str]) -> None:
    """Write into `sources.csv` what is `said` of a source: fields of a row and their cells, "" for no word on it.

    Other rows and columns stay as they are; `source` is relative to the workspace. Raises SettingsInvalid when a cell
    cannot be meant, or the file cannot be read.
    """
    row = manifest_row(load_manifest(path), source)
    table = read_table(path, _is_header) if path.is_file() else Table(("path",), ())
    header = list(table.header)
    at = {field: _column(header, field) for field in ("path", *said)}
    rows = [[text(cell) for cell in each.cells] for each in (*table.rows, *table.footers)]
    mine = next((each for each in rows if row and _written(each[at["path"]]) == row.path), None)
    if mine is None:
        mine = [""] * len(header)
        mine[at["path"]] = PurePosixPath(source).relative_to("corpora").as_posix()
        rows.append(mine)
    mine += [""] * (len(header) - len(mine))
    for field, cell in said.items():
        mine[at[field]] = cell
    _replace(path, header, rows)


def _is_header(cells: Sequence[str]) -> bool:
    return any(bare(cell) in _HEADERS["path"] for cell in cells)


def _column(header: list[str], field: str) -> int:
    """Return where a field stands, at the end when it is new."""
    known = next((at for at, cell in enumerate(header) if bare(cell) in _HEADERS[field]), None)
    if known is None:
        header.append(field)
        known = len(header) - 1
    return known


def _replace(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(written.getvalue(), encoding="utf-8")
    try:
        load_manifest(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _written(cell: str) -> str:
    return cell.replace("\\", "/").removeprefix("./")


def _row(path: Path, row: Row, at: dict[str, int]) -> ManifestRow:
    cell = {field: text(row.cells[i]) if i < len(row.cells) else "" for field, i in at.items()}
    where = f"row {row.number}"
    if not cell["path"]:
        raise SettingsInvalid(path, f"{where} has no path")
    kind = cell.get("kind", "").casefold()
    if kind and kind not in get_args(Kind):
        raise SettingsInvalid(path, f"{where}: {kind!r} is no kind; there are {', '.join(get_args(Kind))}")
    day = cells.day(cell.get("date", "")) if cell.get("date") else ""
    if day is None:
        raise SettingsInvalid(path, f"{where}: {cell['date']!r} is no day; write it as 2025-03-31")
    written = _written(cell["path"])
    participants = tuple(part.strip() for part in cell.get("participants", "").split(";") if part.strip())
    return ManifestRow(written, cell.get("account", ""), kind or None, day, participants)  # type: ignore[arg-type]
