"""`synth stats`: what the CRM says, as a few tables for a terminal; effects first, p values last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from synth.documents.templating import joined
from synth.model import Account, Trait
from synth.stats.best import BestRule
from synth.stats.compare import Firmographics
from synth.stats.components import Condition
from synth.stats.economics import Measure
from synth.stats.market import Market, Segment, build_market
from synth.terminal import table
from synth.text.language import language

_ENGLISH = language("en")
_brief, _number, _percent = _ENGLISH.brief, _ENGLISH.number, _ENGLISH.percent
_SEGMENT_COLUMNS: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("win rate", "win_rate", _percent),
    ("churn/month", "monthly_churn", lambda value: _percent(value, 1)),
    ("ARR", "arr", _brief),
    ("CLV", "lifetime_value", _brief),
    ("CAC", "acquisition_cost", _brief),
    ("LTV:CAC", "ltv_to_cac", lambda value: _number(value, 1)),
    ("payback, months", "payback_months", lambda value: _number(value, 1)),
    ("cycle, days", "sales_cycle_days", _number),
    ("NPS", "nps", lambda value: _number(value, 1)),
)


def standings_text(accounts: Sequence[Account], found: Firmographics, by: Sequence[str], *, every: bool) -> str:
    """The rule, traits, tiers, whether they predict, and segments; with `every`, also what is no trait."""
    market = build_market(accounts, found, heard=(), by=by)
    parts = [
        _rule(market, found.best),
        _traits(found.traits, every=every),
        _tiers(market),
        _prediction(market),
        _segments(market),
    ]
    return "\n\n".join(part for part in parts if part)


def _rule(market: Market, best: BestRule) -> str:
    counts = f"{market.best} best customers, {market.rest} other closed accounts, {market.undecided} undecided"
    left_out = f" Left out, for want of data: {', '.join(ask.words for ask in best.left_out)}." if best.left_out else ""
    if market.accounts and not best.n and not best.undecided:
        return (
            f"{market.accounts} accounts, and none is closed: no column says that one was won, lost or churned. "
            'Name it in synth.toml: [accounts.columns] stage = "<header>".'
        )
    few = "Too few on one side to compare: no trait is claimed." if market.accounts and not best.enough else ""
    return "\n".join(filter(None, [f"{best.rule}{left_out}", f"{market.accounts} accounts: {counts}.", few]))


def _traits(traits: Sequence[Trait], *, every: bool) -> str:
    shown = [trait for trait in traits if every or trait.verdict == "trait"]
    rest = Counter(trait.verdict for trait in traits if trait.verdict != "trait")
    others = "; ".join(f"{n} values: {verdict}" for verdict, n in rest.items())
    headers = ("trait", "value", "best", "others", "lift", "odds ratio", "95 % CI", "q", "verdict")
    written = table(headers, map(_trait, shown)) if shown else "No trait sets the best customers apart beyond chance."
    return written if every or not others else f"{written}\n({others}; see them with --all)"


def _trait(trait: Trait) -> tuple[str, ...]:
    interval = "" if trait.ci_low is None else f"{trait.ci_low:.2g}–{trait.ci_high:.3g}"
    return (
        trait.trait,
        " or ".join(joined(trait.value.split(" or "))),
        f"{trait.best} of {trait.best_n}",
        f"{trait.rest} of {trait.rest_n}",
        _number(trait.lift, 1),
        "–" if trait.odds_ratio is None else f"{trait.odds_ratio:.3g}",
        interval,
        "–" if trait.q is None else f"{trait.q:.2g}",
        trait.verdict,
    )


def _tiers(market: Market) -> str:
    rows = [
        (tier.name, tier.accounts, tier.open, f"{tier.customers} of {tier.closed}", tier.churned, tier.best)
        for tier in market.tiers
    ]
    return table(("fit", "accounts", "open", "won", "churned", "best"), rows) if rows else ""


def _prediction(market: Market) -> str:
    tested = market.validation
    if tested is None:
        return ""
    interval = f"{tested.interval.low:.2f}–{tested.interval.high:.2f}"
    verdict = "predicts" if tested.predicts else "does not predict"
    return f"On unseen accounts the profile {verdict}: AUC {tested.auc:.2f} (95 % CI {interval}; 0.5 is chance)."


def _segments(market: Market) -> str:
    headers = ("segment", "accounts", "best", *(title for title, _, _ in _SEGMENT_COLUMNS))
    return table(headers, map(_segment, market.segments)) if market.segments else ""


def _segment(segment: Segment) -> Sequence[object]:
    name = segment.name or "; ".join(map(_condition, segment.rule))
    figures = [_figure(getattr(segment.figures, key), words) for _, key, words in _SEGMENT_COLUMNS]
    return (name, segment.figures.accounts, f"{segment.best} of {segment.compared}", *figures)


def _condition(condition: Condition) -> str:
    return ("none of " if condition.unlike else "") + " or ".join(joined(condition.among))


def _figure(measure: Measure, words: Callable[[float | None], str]) -> str:
    return f"{words(measure.value)} (n = {measure.n})"
