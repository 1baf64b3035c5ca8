"""What became of an account, from the columns that tell: churn, stage, type, lifecycle, won and closed.

| outcome | told by, the first that holds |
| --- | --- |
| churned | `churned` is yes, a churn date, or a stage, type or lifecycle that says former or cancelled customer |
| won | a stage that says won, `won` is yes, or a type or lifecycle that says customer |
| lost | a stage, type or lifecycle that says lost; closed and not won |
| open | any other stage; a prospect or lead, unless there is a stage column that was left empty for it |
| won | an export of customers (none of these columns but churn): churned is no, or there is a close date |
| unknown | the rest |

Columns that contradict each other are decided by this order, and the contradiction is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth.crm.cells import yes
from synth.model import Outcome
from synth.text.names import fold

_CHURNED = (
    "churn|former|ex customer|ex client|lapsed|lost customer|cancelled|canceled|terminated|ehemalig|gekündigt"
    "|abgewandert|verlorener kunde|ancien|résili|antiguo|voormalig|opgezegd|były klient|zrezygnowa|fost client"
    "|reziliat|eski müşteri|бывший|бывшая|бывшие|iptal|ayrıldı|отток|ушел|расторг|مشتری سابق|سابق|ریزش|لغو"
)
_LOST = (
    "lost|closedlost|verloren|perdu|perdid|przegran|utracon|pierdut|kaybed|kayıp|проигр|потерян|не реализован"
    "|отказ|abandoned|no decision|rejected|odrzucon|respins|reddedil|از دست رفته|ناموفق|باخت|شکست"
)
_WON = (
    "won|closedwon|gewonnen|gagné|ganad|wygran|câștigat|kazanıl|kazandı|выигр|успешно|signed|podpisan|semnat"
    "|imzalan|подписан|برنده|موفق|برد"
)
_OPEN = (
    "open|prospect|lead|leads|opportunity|salesqualifiedlead|marketingqualifiedlead|in progress|pending|trial"
    "|potential|target|interessent|offen|ouvert|abiert|otwart|potencjaln|deschis|potențial|açık|aday"
    "|potansiyel|открыт|в работе|лид|потенциальн|سرنخ|باز|در حال|بالقوه"
)
_CUSTOMER = (
    "customer|client|kunde|klient|klant|müşteri|клиент|مشتری|active|aktiv|actif|activ|aktywn|aktif|активн|فعال"
    "|evangelist|paying"
)
_NEGATED = re.compile(r"\b(not|never|non|nicht|kein\w*|nie|не|değil)\b(?! реализован)")
_RELATION = ("type", "lifecycle")


def _pattern(words: str) -> re.Pattern[str]:
    """Beginnings of words, but short ones whole: `won` is not in `wonder`."""
    return re.compile("|".join(rf"\b{re.escape(w)}" + (r"\b" if len(w) <= 4 else "") for w in fold(words).split("|")))


_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("churned", _pattern(_CHURNED)),
    ("lost", _pattern(_LOST)),
    ("won", _pattern(_WON)),
    ("open", _pattern(_OPEN)),
    ("customer", _pattern(_CUSTOMER)),
)


@dataclass(frozen=True, slots=True)
class Told:
    outcome: Outcome
    conflict: str = ""  # in words, when the columns contradict each other


def tell_outcome(cells: Mapping[str, str], present: Collection[str]) -> Told:
    """Read the outcome from the cells of one row, by field; `present` are the fields that have a column at all."""
    words = {field: _word(cells.get(field, "")) for field in ("stage", *_RELATION)}
    churned = yes(cells.get("churned", "")) or _word(cells.get("churned", "")) == "churned"
    outcome = _outcome(cells, words, churned=churned or bool(cells.get("churn_date")))
    if outcome == "open" and not cells.get("stage") and "stage" in present:
        outcome = "unknown"
    customers_only = not {"stage", "won", "closed", *_RELATION} & set(present)
    if outcome == "unknown" and customers_only and (yes(cells.get("churned", "")) is False or cells.get("close_date")):
        outcome = "won"
    return Told(outcome, _conflict(cells, words, outcome))


@lru_cache(maxsize=10_000)
def _word(cell: str) -> str:
    folded = fold(cell).replace("_", " ").replace("-", " ")
    if not folded or _NEGATED.search(folded):
        return ""
    return next((word for word, pattern in _WORDS if pattern.search(folded)), "")


def _outcome(cells: Mapping[str, str], words: Mapping[str, str], *, churned: bool) -> Outcome:
    said = set(words.values())
    if churned or "churned" in said:
        return "churned"
    if "won" in said or "customer" in said or yes(cells.get("won", "")):
        return "won"
    if "lost" in said or (yes(cells.get("closed", "")) and yes(cells.get("won", "")) is False):
        return "lost"
    return "open" if cells.get("stage") or "open" in said else "unknown"


def _conflict(cells: Mapping[str, str], words: Mapping[str, str], outcome: Outcome) -> str:
    """Customers with a lost deal, and former customers whose churn column says no, are worth a look."""
    if outcome == "won" and words["stage"] == "lost":
        return "the stage says lost, the type says customer"
    if outcome == "churned" and yes(cells.get("churned", "")) is False:
        return "the churn column says no, another column says former customer"
    if outcome == "churned" and words["stage"] in ("lost", "open") and not words["type"]:
        return f"churned, but the stage says {words['stage']}"
    return ""
