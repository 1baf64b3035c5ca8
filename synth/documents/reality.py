"""What the team believes beside what the data shows: counts and quotes for each belief, and what no belief names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from synth.documents.evidence import Evidence
from synth.documents.findings import SECTIONS, AspectFindings, Finding, best_quotes
from synth.documents.misfit import Standing
from synth.stats.beliefs import Belief, Judged, unheld
from synth.stats.components import Condition

_QUOTES = 2
_HEARD_OF = 3  # accounts that make a theme more than a single voice
_MISSING = 3  # themes


@dataclass(frozen=True, slots=True)
class BeliefRow:
    """One belief: its verdict, counts of a trait (best and rest) or of a theme (accounts), and evidence keys."""

    trait: str  # "" for a theme
    words: str
    weight: str
    verdict: str
    best: int = 0
    best_n: int = 0
    rest: int = 0
    rest_n: int = 0
    theme: str = ""
    accounts: int = 0
    eligible: int = 0
    against: int = 0
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What the data shows and no belief names: a condition of the CRM, or a theme."""

    condition: Condition | None
    theme: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reality:
    """Empty without `icp.yaml`."""

    beliefs: tuple[BeliefRow, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is needed to compare: the beliefs, those about traits judged, and the conditions the data shows."""

    all: tuple[Belief, ...] = ()
    judged: tuple[Judged, ...] = ()
    conditions: tuple[Condition, ...] = ()


def compare_beliefs(
    beliefs: Beliefs,
    aspects: Sequence[AspectFindings],
    evidence: Sequence[Evidence],
    standing: Mapping[str, Standing],
    language: str,
) -> Reality:
    """Put every belief beside the data, in its order, then what is missing."""
    if not beliefs.all:
        return Reality()
    quotes = _Quotes(evidence, language)
    themes = [finding for aspect in aspects for finding in (*aspect.findings, *aspect.narrow)]
    found = {name: finding for finding in themes for name in (finding.id, _page_name(finding))}
    judged = iter(beliefs.judged)
    rows = [
        _of_trait(next(judged), quotes) if belief.trait else _of_theme(belief, found.get(belief.theme))
        for belief in beliefs.all
    ]
    unnamed = [_missing(condition, standing, quotes) for condition in unheld(beliefs.all, beliefs.conditions)]
    return Reality(tuple(rows), (*unnamed, *_unnamed_themes(beliefs.all, aspects)))


class _Quotes:
    """Quotes of some accounts, for or against us, the clearest first; no quote is given twice."""

    def __init__(self, evidence: Sequence[Evidence], language: str) -> None:
        self._sure = [item for item in evidence if item.sure and item.stance == "supports"]
        self._language = language
        self._given: set[str] = set()

    def of(self, accounts: Collection[str], *, against: bool) -> tuple[str, ...]:
        said = [item for item in self._sure if item.unit in accounts and item.key not in self._given]
        fitting = [item for item in said if (SECTIONS.get(item.aspect) == "against") == against]
        keys = tuple(item.key for item in best_quotes(fitting, language=self._language)[:_QUOTES])
        self._given.update(keys)
        return keys


def _page_name(finding: Finding) -> str:
    return finding.page.rpartition("/")[2].removesuffix(".md")


def _of_trait(judged: Judged, quotes: _Quotes) -> BeliefRow:
    doubted = judged.verdict in ("over-weighted", "contradicted")
    return BeliefRow(
        trait=judged.belief.trait,
        words=judged.belief.words,
        weight=judged.belief.weight,
        verdict=judged.verdict,
        best=judged.best,
        best_n=judged.best_n,
        rest=judged.rest,
        rest_n=judged.rest_n,
        quotes=quotes.of(judged.holders, against=doubted),
    )


def _of_theme(belief: Belief, finding: Finding | None) -> BeliefRow:
    if finding is None:
        return BeliefRow("", belief.theme, belief.weight, "insufficient data", theme=belief.theme)
    tally = finding.tally
    return BeliefRow(
        trait="",
        words=finding.title,
        weight=belief.weight,
        verdict=_heard(belief, tally.accounts, tally.against),
        theme=belief.theme,
        accounts=tally.accounts,
        eligible=tally.eligible,
        against=tally.against,
        quotes=(*finding.best[:_QUOTES], *finding.against[:1]),
    )


def _heard(belief: Belief, accounts: int, against: int) -> str:
    if against > accounts:
        return "contradicted"
    if accounts < _HEARD_OF:
        return "insufficient data"
    return "under-weighted" if belief.weight == "low" else "supported"


def _missing(condition: Condition, standing: Mapping[str, Standing], quotes: _Quotes) -> Missing:
    fitting = {name for name, one in standing.items() if condition.met(one.values)}
    return Missing(condition, "", quotes.of(fitting, against=False))


def _unnamed_themes(beliefs: Sequence[Belief], aspects: Sequence[AspectFindings]) -> list[Missing]:
    """The strongest themes, where the team has beliefs about themes at all."""
    named = {belief.theme for belief in beliefs if belief.theme}
    if not named:
        return []
    heard = [one for aspect in aspects for one in aspect.findings if not {one.id, _page_name(one)} & named]
    strong = sorted((one for one in heard if one.tally.accounts >= _HEARD_OF), key=lambda one: -one.tally.accounts)
    return [Missing(None, one.title, one.best[:1]) for one in strong[:_MISSING]]
