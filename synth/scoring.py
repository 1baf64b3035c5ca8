"""`synth score`: how well companies of a list fit the profile, with the reasons, as rows for people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth.crm.cleaning import adopt_spellings
from synth.crm.load import load_targets
from synth.documents.figures import titled
from synth.documents.templating import worded
from synth.errors import CrmUnreadable
from synth.pipeline import Session, firmographics
from synth.stats.fit import TIERS, UNSURE, Fit, Reason, fit
from synth.stats.validation import trial, validate
from synth.text.language import Language, language

_ORDER = (*TIERS, UNSURE)
_ENGLISH = language("en")


@dataclass(frozen=True, slots=True)
class Scored:
    company: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Scores:
    """Companies with the best fit first, and in words why the scores deserve less trust, "" when they do not.

    Reasons are given in `spoken`, the documents' language.
    """

    rows: tuple[Scored, ...]
    warning: str = ""
    spoken: Language = _ENGLISH


def score_file(session: Session, targets: Path) -> Scores:
    """Score every company of `targets`, read like a CRM export; raises CrmUnreadable without a CRM to learn from."""
    accounts = session.crm.accounts
    if not accounts:
        raise CrmUnreadable(session.workspace.crm, "no CRM export to learn the profile from")
    found = firmographics(session)
    listed = adopt_spellings(load_targets(targets, session.workspace.settings.accounts.columns).accounts, accounts)
    rows = [Scored(account.name, fit(account, found.conditions, found.scheme)) for account in listed]
    rows.sort(key=lambda row: (_ORDER.index(row.fit.tier), -(row.fit.score or 0), row.company))
    spoken = language(session.workspace.settings.output.language)
    if not found.conditions:
        nothing = spoken.gettext("No trait sets the best customers apart beyond chance, so nothing can be scored.")
        return Scores(tuple(rows), nothing, spoken)
    tried = trial(accounts, found.best)
    weak = tried is None or not validate(tried).predicts
    warning = spoken.gettext("The profile does not predict: it does not beat chance on unseen accounts.")
    return Scores(tuple(rows), warning if weak else "", spoken)


def score_rows(scores: Scores) -> list[dict[str, Any]]:
    """What programs read: company, tier, score (null for insufficient data), and each reason with its weight."""
    return [
        {
            "company": one.company,
            "tier": one.fit.tier,
            "score": one.fit.score,
            "reasons": [_reason(reason, scores.spoken) for reason in one.fit.reasons],
        }
        for one in scores.rows
    ]


def _reason(reason: Reason, spoken: Language) -> dict[str, Any]:
    return {
        "condition": reason.component,
        "wanted": ("not " if reason.unlike else "") + " or ".join(reason.wanted),
        "value": "; ".join(reason.value),
        "met": reason.met,
        "weight": reason.points,
        "text": in_words(reason, spoken),
    }


def in_words(reason: Reason, spoken: Language = _ENGLISH) -> str:
    """One reason for a salesperson: what it is, whether that is what we look for, and its points."""
    title, points = titled(reason.component, spoken), reason.points
    if reason.met is None:
        return spoken.gettext("%(title)s unknown (points open: %(n)s)", title=title, n=points)
    of = spoken.gettext("%(k)s of %(n)s", k=points if reason.met else 0, n=points)
    value = ", ".join(reason.value)
    if reason.met or reason.unlike:
        return f"{title}: {value} ({of})"
    wanted = spoken.either(worded(reason.wanted, spoken))
    return spoken.gettext(
        "%(title)s: %(value)s, not %(wanted)s (%(of)s)", title=title, value=value, wanted=wanted, of=of
    )


def score_cells(scores: Scores) -> list[dict[str, str]]:
    """The same as a row of texts a company, for a table."""
    return [
        {
            "company": one.company,
            "tier": one.fit.tier,
            "score": "" if one.fit.score is None else str(one.fit.score),
            "reasons": scores.spoken.gettext("; ").join(in_words(reason, scores.spoken) for reason in one.fit.reasons),
        }
        for one in scores.rows
    ]
