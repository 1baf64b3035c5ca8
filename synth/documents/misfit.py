"""Who does not fit: values that mark the other accounts, with what such accounts said against buying or staying."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from synth.documents.evidence import Evidence
from synth.documents.findings import SECTIONS, best_quotes
from synth.model import Outcome
from synth.stats.market import Market
from synth.stats.unions import members

_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How one account stands in the CRM."""

    outcome: Outcome = "unknown"
    tier: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A disqualifier, or with an empty `component` the bad fit tier: its counts, and evidence keys of objections."""

    component: str
    among: tuple[str, ...]
    best: int
    best_n: int
    rest: int
    rest_n: int
    quotes: tuple[str, ...]


def find_misfits(
    market: Market, evidence: Sequence[Evidence], standing: Mapping[str, Standing], language: str
) -> tuple[Misfit, ...]:
    """Every trait that marks the others, then the bad fit tier, with objections of such accounts, each printed once."""
    against = [item for item in evidence if item.sure and item.stance == "supports"]
    against = [item for item in against if SECTIONS.get(item.aspect) == "against"]

    given: set[str] = set()

    def quotes(names: Collection[str]) -> tuple[str, ...]:
        said = [item for item in against if item.unit in names and item.key not in given]
        ended = [item for item in said if standing[item.unit].outcome in ("lost", "churned")]
        keys = tuple(item.key for item in best_quotes(ended or said, language=language)[:_QUOTES])
        given.update(keys)
        return keys

    found = []
    for component in market.components:
        for trait in component.unlike:
            among = members(trait.value)
            having = {name for name, one in standing.items() if set(one.values.get(trait.trait, ())) & set(among)}
            counts = (trait.best, trait.best_n, trait.rest, trait.rest_n)
            found.append(Misfit(component.name, among, *counts, quotes(having)))
    bad = {name for name, one in standing.items() if one.tier == "bad"}
    return (*found, *_bad_tier(market, quotes(bad)))


def _bad_tier(market: Market, quotes: tuple[str, ...]) -> tuple[Misfit, ...]:
    tier = next((tier for tier in market.tiers if tier.name == "bad"), None)
    if tier is None or not quotes:
        return ()
    return (Misfit("", (), tier.best, market.best, tier.closed - tier.best, market.rest, quotes),)
