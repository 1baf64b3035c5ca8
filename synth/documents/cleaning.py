"""`crm/cleaning.md`: how the CRM export was read, what was changed or set aside, and how to correct it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from synth.crm.cleaning import Cleaned, Done
from synth.crm.columns import FIELDS
from synth.crm.load import DUPLICATES, Crm, FileRead
from synth.documents.render import directed
from synth.documents.templating import Data, Templates

CLEANING = "cleaning.md"
_MOST_ROWS = 100  # of one kind
# What needs a person's eye comes first.
_ORDER: tuple[Done, ...] = (
    "contradiction", "another column too", "several currencies", "impossible", "not a number", "not a date",
    "damaged id", "duplicate proposed", "duplicate merged", "duplicate disagrees", "joined", "joined to no account",
    "left out: no company name", "left out: deleted", "left out: footer", "spelling unified", "number read", "day read",
)  # fmt: skip


def cleaning_report(crm: Crm, workspace: Path, folder: str, language: str = "en") -> str:
    """Write the report in `language`; `folder` is that of the export, relative to the workspace."""
    mapped = {field: header for file in reversed(crm.files) for field, header in file.columns.items()}
    context = {
        "accounts": len(crm.accounts),
        "files": [_file(file) for file in crm.files],
        "problems": list(crm.problems),
        "no_outcome": bool(crm.accounts) and all(account.outcome == "unknown" for account in crm.accounts),
        "unmapped": [field for field in FIELDS if field not in mapped],
        "toml": [(field, json.dumps(mapped[field], ensure_ascii=False)) for field in FIELDS if field in mapped],
        "groups": _groups(crm.cleaning),
        "pairs": sum(pair.state == "proposed" for pair in crm.pairs),
        "several": len(crm.files) > 1,
        "duplicates": f"{folder}/{DUPLICATES}",
    }
    return directed(Templates(workspace, language).write("cleaning.md.jinja", context), language)


def _file(file: FileRead) -> Data:
    columns = [(field, file.columns[field]) for field in FIELDS if field in file.columns]
    return {
        "name": file.name,
        "kind": file.kind,
        "rows": file.rows,
        "columns": columns,
        "unused": list(file.unused),
        "missing": file.missing,
    }


def _groups(cleaning: tuple[Cleaned, ...]) -> list[Data]:
    by_kind: defaultdict[Done, list[Cleaned]] = defaultdict(list)
    for one in cleaning:
        by_kind[one.done].append(one)
    return [
        {"done": done, "n": len(by_kind[done]), "rows": [asdict(one) for one in by_kind[done][:_MOST_ROWS]]}
        for done in _ORDER
        if by_kind[done]
    ]
