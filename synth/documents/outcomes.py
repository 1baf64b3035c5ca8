"""Whether a theme goes with how the story ended, and what the CRM says of a loss beside the buyer's own words.

For each theme: accounts that raised it against accounts that spoke and did not, won against lost or churned. The odds
ratio is the conditional estimate with its exact interval (Fisher's noncentral hypergeometric distribution), the p value
Fisher's exact one, corrected over all themes tested by Benjamini and Hochberg. From few accounts nothing is claimed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from synth.documents.evidence import Evidence
from synth.documents.findings import Finding, best_quotes
from synth.model import Account, Outcome
from synth.stats.contingency import Table2x2, benjamini_hochberg, conditional_odds, fisher_p

FEWEST_WITH, FEWEST_A_SIDE = 4, 5  # accounts that raised a theme; accounts that spoke, won and not won each
ALPHA = 0.1  # false discovery rate
_REASON = re.compile(  # the header of a column with our side's reason, not with the buyer's words
    r"(?:loss|lost|churn|cancel|close).*(?:reason|why)|reason.*(?:loss|lost|churn|cancel|close)|verlustgrund"
    r"|kayıp neden|motiv.*pierd|причин.*(?:отказ|потер)|powód.*(?:przegr|rezyg|odej)|دلیل.*(?:باخت|ریزش|از دست)",
    re.IGNORECASE,
)
_AGAINST = ("loss_reason", "objection", "pain_point")


@dataclass(frozen=True, slots=True)
class Link:
    """One theme: `won` of `won_n` accounts that won raised it, `other` of `other_n` that lost or churned."""

    theme: str
    won: int
    won_n: int
    other: int
    other_n: int
    ratio: float | None = None  # None: not bounded, or not tested
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    verdict: Literal["more often won", "more often lost", "no evidence", "insufficient data"] = "insufficient data"


@dataclass(frozen=True, slots=True)
class LossReason:
    """What our side wrote into the CRM about a lost or churned account, and what its people said."""

    unit: str
    outcome: Outcome
    reason: str
    quotes: tuple[str, ...]  # evidence keys


def link_outcomes(
    findings: Sequence[Finding],
    evidence: Mapping[str, Evidence],
    heard: Collection[str],
    outcomes: Mapping[str, Outcome],
) -> tuple[Link, ...]:
    """Test every theme of several accounts; `heard` are all that had a source in which it could have come up."""
    won = {unit for unit in heard if outcomes.get(unit) == "won"}
    other = {unit for unit in heard if outcomes.get(unit) in ("lost", "churned")}
    links = []
    for finding in findings:
        units = {evidence[key].unit for key in finding.support}
        links.append(_tested(Link(finding.id, len(units & won), len(won), len(units & other), len(other))))
    tested = [at for at, link in enumerate(links) if link.p is not None]
    for at, q in zip(tested, benjamini_hochberg([links[at].p or 0.0 for at in tested]), strict=True):
        links[at] = replace(links[at], q=q, verdict=_verdict(links[at], q))
    return tuple(links)


def _tested(link: Link) -> Link:
    if link.won + link.other < FEWEST_WITH or min(link.won_n, link.other_n) < FEWEST_A_SIDE:
        return link
    table = Table2x2(link.won, link.won_n, link.other, link.other_n)
    odds = conditional_odds(table)
    ratio, low, high = (
        value if math.isfinite(value) else None for value in (odds.ratio, odds.interval.low, odds.interval.high)
    )
    return replace(link, ratio=ratio, low=low, high=high, p=fisher_p(table))


def _verdict(link: Link, q: float) -> Literal["more often won", "more often lost", "no evidence"]:
    if q > ALPHA:
        return "no evidence"
    return "more often won" if link.won * link.other_n > link.other * link.won_n else "more often lost"


def loss_reasons(
    accounts: Iterable[Account], evidence: Sequence[Evidence], named: Callable[[str], str]
) -> tuple[LossReason, ...]:
    """Set the CRM's reason beside what the account's people said against us, for accounts that spoke."""
    wanted = {item.unit for item in evidence if item.sure}
    found = []
    for account in accounts:
        unit = named(account.name)
        reason = next((cell for header, cell in account.extra if cell.strip() and _REASON.search(header)), "")
        if unit in wanted and reason and account.outcome in ("lost", "churned"):
            found.append(LossReason(unit, account.outcome, reason.strip(), _own_words(unit, evidence)))
    return tuple(sorted(found, key=lambda one: one.unit))


def _own_words(unit: str, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    mine = [item for item in evidence if item.unit == unit and item.sure and item.stance == "supports"]
    for aspect in _AGAINST:
        if quotes := best_quotes(item for item in mine if item.aspect == aspect):
            return tuple(item.key for item in quotes[:2])
    return ()
