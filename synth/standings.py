"""`synth stats`: what the CRM says, as a few tables for a terminal; effects first, p values last.

Written in the language of the documents, whose words for the same things are used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from synth.documents.templating import worded
from synth.model import Account, Trait
from synth.stats.best import Ask, BestRule
from synth.stats.compare import Firmographics
from synth.stats.components import Condition
from synth.stats.economics import Measure
from synth.stats.market import Market, Segment, build_market
from synth.terminal import table
from synth.text.language import Language, language, message

_ENGLISH = language("en")
_SMALL = 0.001  # a q below it is told as that
_NAMES = {
    "best": message("Best fit"),
    "good": message("Good fit"),
    "bad": message("Bad fit"),
    "all": message("All accounts"),
    "SMB": message("SMB"),
    "mid-market": message("mid-market"),
    "enterprise": message("enterprise"),
    "insufficient data": message("insufficient data"),
    "no evidence": message("no evidence"),
    "trait": message("trait"),
}


def standings_text(
    accounts: Sequence[Account],
    found: Firmographics,
    by: Sequence[str],
    *,
    every: bool,
    spoken: Language = _ENGLISH,
) -> str:
    """The rule, traits, tiers, whether they predict, and segments; with `every`, also what is no trait."""
    market = build_market(accounts, found, heard=(), by=by)
    pen = _Pen(spoken)
    parts = [
        pen.rule(market, found.best),
        pen.traits(found.traits, every=every),
        pen.tiers(market),
        pen.prediction(market),
        pen.segments(market),
    ]
    return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes in one language."""

    spoken: Language

    def rule(self, market: Market, best: BestRule) -> str:
        gettext = self.spoken.gettext
        told = [f"{gettext('Best customers')}: {self._asks(best.asks)}."]
        if best.left_out:
            told[0] += " " + gettext("Left out, for want of data: %(asks)s.", asks=self._asks(best.left_out))
        if market.accounts and not best.n and not best.undecided:
            nothing = gettext(
                "Accounts: %(n)s, and none is closed: no column says that one was won, lost or churned. Name it in "
                "synth.toml:",
                n=market.accounts,
            )
            return f'{nothing} [accounts.columns] stage = "<header>".'
        told.append(
            gettext(
                "Accounts: %(n)s; best customers %(best)s, other closed accounts %(rest)s, undecided %(open)s.",
                n=market.accounts, best=market.best, rest=market.rest, open=market.undecided,
            )
        )  # fmt: skip
        if market.accounts and not best.enough:
            told.append(gettext("Too few on one side to compare: no trait is claimed."))
        return "\n".join(told)

    def _asks(self, asks: Iterable[Ask]) -> str:
        return ", ".join(self.spoken.gettext(ask.message, value=ask.value) for ask in asks)

    def traits(self, traits: Sequence[Trait], *, every: bool) -> str:
        gettext = self.spoken.gettext
        shown = [trait for trait in traits if every or trait.verdict == "trait"]
        rest = Counter(trait.verdict for trait in traits if trait.verdict != "trait")
        others = "; ".join(f"{self._name(verdict)}: {self.spoken.number(n)}" for verdict, n in rest.items())
        titles = (
            gettext("trait"),
            gettext("value"),
            gettext("best"),
            gettext("others"),
            gettext("lift"),
            gettext("odds ratio"),
            gettext("95 % CI"),
            "q",
            gettext("verdict"),
        )
        written = (
            table(titles, map(self._trait, shown))
            if shown
            else gettext("No trait sets the best customers apart beyond chance.")
        )
        hint = gettext("see them with --all")
        return written if every or not others else f"{written}\n({others}; {hint})"

    def _trait(self, trait: Trait) -> tuple[str, ...]:
        low, high = self._digits(trait.ci_low), self._digits(trait.ci_high)
        return (
            trait.trait,
            self.spoken.either(worded(trait.value.split(" or "), self.spoken)),
            self._of(trait.best, trait.best_n),
            self._of(trait.rest, trait.rest_n),
            self.spoken.number(trait.lift, 1),
            self._digits(trait.odds_ratio),
            "" if trait.ci_low is None else f"{low}–{high}",
            self._digits(trait.q) if trait.q is None or trait.q >= _SMALL else f"< {self.spoken.number(_SMALL, 3)}",
            self._name(trait.verdict),
        )

    def _digits(self, value: float | None) -> str:
        """Write the first two digits that tell something, or the whole number: 14.8 is 15, 0.0896 is 0.09."""
        if not value:
            return self.spoken.number(value)
        return self.spoken.number(value, max(0, 1 - math.floor(math.log10(abs(value)))))

    def _of(self, k: int, n: int) -> str:
        return self.spoken.gettext("%(k)s of %(n)s", k=k, n=n)

    def _name(self, name: str) -> str:
        return self.spoken.gettext(_NAMES[name]) if name in _NAMES else name

    def tiers(self, market: Market) -> str:
        gettext, number = self.spoken.gettext, self.spoken.number
        rows = [
            (self._name(tier.name), number(tier.accounts), number(tier.open), self._of(tier.customers, tier.closed),
             number(tier.churned), number(tier.best))
            for tier in market.tiers
        ]  # fmt: skip
        headers = (
            gettext("fit"),
            gettext("accounts"),
            gettext("open"),
            gettext("won"),
            gettext("churned"),
            gettext("best"),
        )
        return table(headers, rows) if rows else ""

    def prediction(self, market: Market) -> str:
        tested = market.validation
        if tested is None:
            return ""
        number = partial(self.spoken.number, digits=2)
        values = {"auc": number(tested.auc), "low": number(tested.interval.low), "high": number(tested.interval.high)}
        if tested.predicts:
            return self.spoken.gettext(
                "On unseen accounts the profile predicts: AUC %(auc)s (95 %% CI %(low)s–%(high)s; 0.5 is chance).",
                **values,
            )
        return self.spoken.gettext(
            "On unseen accounts the profile does not predict: AUC %(auc)s (95 %% CI %(low)s–%(high)s; 0.5 is chance).",
            **values,
        )

    def segments(self, market: Market) -> str:
        if not market.segments:
            return ""
        gettext = self.spoken.gettext
        headers = (
            gettext("segment"),
            gettext("accounts"),
            gettext("best"),
            *(title for title, _, _ in self._columns()),
        )
        return table(headers, map(self._segment, market.segments))

    def _columns(self) -> tuple[tuple[str, str, Callable[[float | None], str]], ...]:
        gettext, number, tenth = self.spoken.gettext, self.spoken.number, partial(self.spoken.number, digits=1)
        return (
            (gettext("win rate"), "win_rate", self.spoken.percent),
            (gettext("churn/month"), "monthly_churn", partial(self.spoken.percent, digits=1)),
            ("ARR", "arr", self.spoken.brief),
            ("CLV", "lifetime_value", self.spoken.brief),
            ("CAC", "acquisition_cost", self.spoken.brief),
            ("LTV:CAC", "ltv_to_cac", tenth),
            (gettext("payback, months"), "payback_months", tenth),
            (gettext("cycle, days"), "sales_cycle_days", number),
            ("NPS", "nps", tenth),
        )

    def _segment(self, segment: Segment) -> Sequence[object]:
        name = self._name(segment.name) or "; ".join(map(self._condition, segment.rule))
        figures = [self._figure(getattr(segment.figures, key), words) for _, key, words in self._columns()]
        return (name, self.spoken.number(segment.figures.accounts), self._of(segment.best, segment.compared), *figures)

    def _condition(self, condition: Condition) -> str:
        among = self.spoken.either(worded(condition.among, self.spoken))
        return self.spoken.gettext("not %(values)s", values=among) if condition.unlike else among

    def _figure(self, measure: Measure, words: Callable[[float | None], str]) -> str:
        return f"{words(measure.value)} (n = {self.spoken.number(measure.n)})"
