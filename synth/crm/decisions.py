"""`crm/duplicates.csv`: pairs of rows that are one company, or may be, and what people decide about them.

Synth writes the pairs and never touches the column `decision`: "same" merges a proposed pair, "different" keeps a pair
apart for good, an empty cell leaves it to synth.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from synth.errors import CrmUnreadable, SettingsInvalid

Decision = Literal["same", "different"]
_HEADER = ("decision", "account", "other", "state", "why")
_WORDS: dict[str, Decision] = {"same": "same", "different": "different"}


@dataclass(frozen=True, slots=True)
class Decisions:
    """By the two names as the export spells them."""

    by_names: Mapping[frozenset[str], Decision] = field(default_factory=dict)

    def of(self, one: str, other: str) -> Decision | None:
        return self.by_names.get(frozenset((_bare(one), _bare(other))))


def load_decisions(path: Path) -> Decisions:
    """Read what people decided, if there is a file; raises SettingsInvalid for a word that is no decision."""
    if not path.is_file():
        return Decisions()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CrmUnreadable(path, f"cannot be read ({error})") from None
    decided: dict[frozenset[str], Decision] = {}
    for n, row in enumerate(rows, start=2):
        word = (row.get("decision") or "").strip().casefold()
        if word and word not in _WORDS:
            raise SettingsInvalid(f"{path}:{n}", f"decision {word!r} is neither 'same' nor 'different'")
        if word:
            decided[frozenset((_bare(row.get("account") or ""), _bare(row.get("other") or "")))] = _WORDS[word]
    return Decisions(decided)


def decisions_text(pairs: Iterable[tuple[str, str, str, str]], decisions: Decisions) -> str:
    """The file anew: pairs as (account, other, state, why), each with what people decided."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for one, other, state, why in pairs:
        writer.writerow((decisions.of(one, other) or "", _inert(one), _inert(other), state, why))
    return out.getvalue()


def _bare(name: str) -> str:
    return " ".join(name.split()).removeprefix("'")


def _inert(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.lstrip().startswith(("=", "+", "-", "@")) else name
