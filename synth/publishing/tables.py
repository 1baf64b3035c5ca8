"""Rows as CSV that a spreadsheet opens as data: no cell of ours is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV (RFC 4180) with a header; lists are joined by "; ", nothing is an empty cell.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers stay
    numbers.
    """
    written = io.StringIO()
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(written, list(row), extrasaction="ignore", restval="")
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return written.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        value = "; ".join(f"{key}: {each}" for key, each in value.items())
    elif isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
