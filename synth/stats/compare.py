"""The comparison of best customers with the rest as one value: rule, traits, components, and the conditions of fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.model import Account, Trait
from synth.settings import Best
from synth.stats.best import BestRule, best_accounts, compared
from synth.stats.components import Component, Condition, read_components, read_conditions
from synth.stats.firmographics import Scheme, read_scheme
from synth.stats.traits import traits


@dataclass(frozen=True, slots=True)
class Firmographics:
    """What the CRM says of the best customers against the rest."""

    best: BestRule
    scheme: Scheme
    traits: tuple[Trait, ...]
    components: tuple[Component, ...]
    conditions: tuple[Condition, ...]


def compare(accounts: Sequence[Account], rule: Best) -> Firmographics:
    """Compare the best customers with the other closed accounts."""
    best = best_accounts(accounts, rule)
    scheme = read_scheme([account for _, account in compared(accounts, best)])
    found = traits(accounts, best, scheme)
    components = read_components(found)
    return Firmographics(best, scheme, tuple(found), components, read_conditions(components, accounts, best, scheme))
