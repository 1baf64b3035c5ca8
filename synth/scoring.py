"""`synth score`: how well companies of a list fit the profile, with the reasons, as rows for people and programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth.crm.cleaning import adopt_spellings
from synth.crm.load import load_targets
from synth.documents.templating import joined
from synth.errors import CrmUnreadable
from synth.pipeline import Session, firmographics
from synth.stats.fit import TIERS, UNSURE, Fit, Reason, fit
from synth.stats.validation import trial, validate

_ORDER = (*TIERS, UNSURE)
_TITLES = {"product": "tools in use", "lead_source": "lead source"}


@dataclass(frozen=True, slots=True)
class Scored:
    company: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Scores:
    """Companies with the best fit first, and in words why the scores deserve less trust, "" when they do not."""

    rows: tuple[Scored, ...]
    warning: str = ""


def score_file(session: Session, targets: Path) -> Scores:
    """Score every company of `targets`, read like a CRM export; raises CrmUnreadable without a CRM to learn from."""
    accounts = session.crm.accounts
    if not accounts:
        raise CrmUnreadable(session.workspace.crm, "no CRM export to learn the profile from")
    found = firmographics(session)
    listed = adopt_spellings(load_targets(targets, session.workspace.settings.accounts.columns).accounts, accounts)
    rows = [Scored(account.name, fit(account, found.conditions, found.scheme)) for account in listed]
    rows.sort(key=lambda row: (_ORDER.index(row.fit.tier), -(row.fit.score or 0), row.company))
    if not found.conditions:
        return Scores(tuple(rows), "No trait sets the best customers apart beyond chance, so nothing can be scored.")
    tried = trial(accounts, found.best)
    weak = tried is None or not validate(tried).predicts
    return Scores(tuple(rows), "The profile does not predict: it does not beat chance on unseen accounts." * weak)


def score_rows(scored: Iterable[Scored]) -> list[dict[str, Any]]:
    """What programs read: company, tier, score (null for insufficient data), and each reason with its weight."""
    return [
        {
            "company": one.company,
            "tier": one.fit.tier,
            "score": one.fit.score,
            "reasons": [_reason(reason) for reason in one.fit.reasons],
        }
        for one in scored
    ]


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "condition": reason.component,
        "wanted": ("not " if reason.unlike else "") + " or ".join(reason.wanted),
        "value": "; ".join(reason.value),
        "met": reason.met,
        "weight": reason.points,
        "text": in_words(reason),
    }


def in_words(reason: Reason) -> str:
    """One reason for a salesperson: what it is, whether that is what we look for, and its points."""
    title = _TITLES.get(reason.component, reason.component)
    if reason.met is None:
        return f"{title} unknown ({reason.points} points open)"
    value = ", ".join(reason.value)
    if reason.met:
        return f"{title} {value} ({reason.points} of {reason.points})"
    wanted = " or ".join(joined(reason.wanted))
    return f"{title} {value}{'' if reason.unlike else f', not {wanted}'} (0 of {reason.points})"


def score_cells(scored: Iterable[Scored]) -> list[dict[str, str]]:
    """The same as a row of texts a company, for a table."""
    return [
        {
            "company": one.company,
            "tier": one.fit.tier,
            "score": "" if one.fit.score is None else str(one.fit.score),
            "reasons": "; ".join(map(in_words, one.fit.reasons)),
        }
        for one in scored
    ]
