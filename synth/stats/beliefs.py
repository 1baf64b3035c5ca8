"""What the team believes today (`icp.yaml`, optional) beside what the CRM shows.

A belief about a trait is tested as it stands: closed accounts that fit it against those that do not, best customers
against the rest, exact test, corrected over all beliefs by Benjamini and Hochberg. A belief about what customers say
names a theme and is judged by the documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from synth.crm.cleaning import same_value
from synth.errors import SettingsInvalid
from synth.model import Account
from synth.stats.best import FEWEST, compared
from synth.stats.compare import Firmographics
from synth.stats.components import Condition
from synth.stats.contingency import Table2x2, benjamini_hochberg, fisher_p
from synth.stats.firmographics import values
from synth.stats.traits import ALPHA

FILE = "icp.yaml"
Weight = Literal["high", "medium", "low"]
Verdict = Literal["supported", "under-weighted", "over-weighted", "contradicted", "no matter", "insufficient data"]
_NUMBERS = ("employees", "revenue", "decision_makers", "budget", "customer_base", "amount", "sales_cycle_days")
_ALIASES = {"location": ("region", "country"), "tools": ("tech_stack",), "product": ("tech_stack",)}


class Belief(BaseModel):
    """One line of the ICP as the team has it: a trait with values or bounds, or the id of a theme."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trait: str = ""
    values: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    theme: str = ""
    weight: Weight = "high"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        bounded = self.min is not None or self.max is not None
        if bool(self.trait) == bool(self.theme):
            raise ValueError("a belief names either a trait or a theme")
        if self.trait and bool(self.values) == bounded:
            raise ValueError(f"{self.trait!r} needs either values or min and max")
        if bounded and self.trait not in _NUMBERS:
            raise ValueError(f"{self.trait!r} has no numbers; those that have are {', '.join(_NUMBERS)}")
        return self

    @property
    def words(self) -> str:
        """What is believed, as a reader writes it."""
        if self.values:
            return " or ".join(self.values)
        low, high = (None if bound is None else f"{bound:,.0f}" for bound in (self.min, self.max))
        return f"{low}–{high}" if low and high else f"at least {low}" if low else f"at most {high}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    beliefs: tuple[Belief, ...] = Field(default=())


@dataclass(frozen=True, slots=True)
class Judged:
    """A belief and its counts: `best` of `best_n` best customers fit it, `rest` of `rest_n` others."""

    belief: Belief
    best: int
    best_n: int
    rest: int
    rest_n: int
    q: float | None
    verdict: Verdict
    holders: frozenset[str]  # names of all accounts that fit it


def load_beliefs(root: Path) -> tuple[Belief, ...]:
    """Read `icp.yaml`; nothing when there is none. Raises SettingsInvalid with the belief that is wrong."""
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {}).beliefs
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not valid YAML ({' '.join(str(error).split())})") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(path, f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


def judge_beliefs(beliefs: Sequence[Belief], accounts: Sequence[Account], found: Firmographics) -> tuple[Judged, ...]:
    """Judge the beliefs about traits, in their order."""
    about_traits = [belief for belief in beliefs if belief.trait]
    tables = [_table(belief, accounts, found) for belief in about_traits]
    ps = [fisher_p(table) if _testable(table) else None for table in tables]
    qs = iter(benjamini_hochberg([p for p in ps if p is not None]))
    return tuple(
        _judged(belief, table, None if p is None else next(qs), accounts, found)
        for belief, table, p in zip(about_traits, tables, ps, strict=True)
    )


def unheld(beliefs: Sequence[Belief], conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions that the data shows and no belief is about."""
    held = {trait for belief in beliefs for trait in _ALIASES.get(belief.trait, (belief.trait,))}
    held |= {"region", "country"} if held & {"region", "country"} else set()
    return tuple(condition for condition in conditions if condition.trait not in held)


def _table(belief: Belief, accounts: Sequence[Account], found: Firmographics) -> Table2x2:
    sides = [(is_best, _holds(belief, account, found)) for is_best, account in compared(accounts, found.best)]
    known = [(is_best, bool(holds)) for is_best, holds in sides if holds is not None]
    best_n = sum(is_best for is_best, _ in known)
    best = sum(is_best and holds for is_best, holds in known)
    holding = sum(holds for _, holds in known)
    return Table2x2(best, best_n, holding - best, len(known) - best_n)


def _holds(belief: Belief, account: Account, found: Firmographics) -> bool | None:
    """Whether an account fits a belief; None where the export does not say."""
    if not belief.values:
        number = getattr(account, belief.trait)
        if number is None:
            return None
        return (belief.min is None or number >= belief.min) and (belief.max is None or number <= belief.max)
    known = values(account, found.scheme)
    names = _ALIASES.get(belief.trait, (belief.trait,))
    own = [(name, value) for name in names for value in known.get(name, ())]
    if not own:
        return None
    return any(same_value(name, value, wanted) for name, value in own for wanted in belief.values)


def _testable(table: Table2x2) -> bool:
    holding, n = table.best + table.rest, table.best_n + table.rest_n
    return min(table.best_n, table.rest_n, holding, n - holding) >= FEWEST


def _judged(
    belief: Belief, table: Table2x2, q: float | None, accounts: Sequence[Account], found: Firmographics
) -> Judged:
    holders = frozenset(account.name for account in accounts if _holds(belief, account, found))
    return Judged(
        belief, table.best, table.best_n, table.rest, table.rest_n, q, _verdict(belief.weight, table, q), holders
    )


def _verdict(weight: Weight, table: Table2x2, q: float | None) -> Verdict:
    if q is None:
        return "insufficient data"
    if q > ALPHA:
        return "no matter" if weight == "low" else "over-weighted"
    if table.best * table.rest_n < table.rest * table.best_n:
        return "contradicted"
    return "under-weighted" if weight == "low" else "supported"
