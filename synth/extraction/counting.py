"""Count themes by account: who says so, out of whom, how it ended for them, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from synth.model import DROPPED, Insight, Outcome, Source, Theme, Transcript
from synth.settings import Themes as Rule
from synth.stats.intervals import wilson

_ROUNDING = 0.5


@dataclass(frozen=True, slots=True)
class Census:
    """Against what themes are counted: who could have said it, how their story ended, and what is sure enough."""

    eligible: Collection[str]  # accounts with a source in which a theme could have come up
    outcomes: Mapping[str, Outcome]  # by account name
    sure: Mapping[str, float]  # aspect -> confidence from which an insight is counted
    segments: Mapping[str, str] = field(default_factory=dict)  # by account name, where the CRM tells
    rule: Rule = Rule()  # noqa: RUF009 - frozen

    def counted(self, insight: Insight) -> bool:
        return sure_enough(insight, self.sure) and "pii" not in insight.flags


def sure_enough(insight: Insight, sure: Mapping[str, float]) -> bool:
    """Whether the engine that found `insight` is sure enough of it to count it: `sure` is about the local engine alone.

    So what one engine found is counted by its own measure after another was set, until the next run reads anew. What
    the team dropped is never.
    """
    if DROPPED in insight.flags:
        return False
    return not insight.engine.startswith("local") or insight.confidence >= sure.get(insight.aspect, 0.0)


def could_speak(transcripts: Sequence[Transcript]) -> set[str]:
    """Return the accounts with a source in which a theme could have come up."""
    return {line.account or unit(t.source) for t in transcripts for line in t.lines if line.citable}


def unit(source: Source) -> str:
    """Return what a source without an account is counted as: its company, else itself."""
    return source.account or source.company or source.path


def count_themes(groups: Sequence[Theme], insights: Mapping[str, Insight], census: Census) -> list[Theme]:
    """Return `groups` with their numbers, by aspect and then by number of accounts."""
    counted = [_count(group, [insights[i] for i in group.insights], census) for group in groups]
    return sorted(counted, key=lambda t: (t.aspect, -len(t.accounts), -len(t.insights), t.id))


def _count(theme: Theme, members: Sequence[Insight], census: Census) -> Theme:
    counted = [i for i in members if census.counted(i)]
    support = sorted({i.account for i in counted if i.stance == "supports"})
    eligible = len(set(census.eligible) | set(support))
    interval = wilson(len(support), eligible)
    outcomes = [census.outcomes.get(account, "unknown") for account in support]
    return replace(
        theme,
        accounts=tuple(support),
        against=tuple(sorted({i.account for i in counted if i.stance == "contradicts"})),
        eligible=eligible,
        ci_low=interval.low,
        ci_high=interval.high,
        won=outcomes.count("won"),
        lost=outcomes.count("lost"),
        churned=outcomes.count("churned"),
        confidence=_confidence(counted, census),
    )


def _confidence(counted: Sequence[Insight], census: Census) -> Literal["high", "medium", "low"]:
    """Apply the team's rule: independent accounts that said it themselves, unprompted, from several segments.

    Accounts are not taken at their number but at how many of them were probably read right: two lines an engine is
    70 % sure of are 1.4 accounts. Half an account short of the rule's number still meets it.
    """
    support = [i for i in counted if i.stance == "supports"]
    free = [i for i in support if not i.prompted and i.voice == "said"]
    segments = {census.segments[i.account] for i in free if census.segments.get(i.account)}
    spread = len(segments) >= census.rule.high_segments or not any(census.segments.values())
    if spread and expected_accounts(free) >= census.rule.high_accounts - _ROUNDING:
        return "high"
    return "medium" if expected_accounts(support) >= census.rule.medium_accounts - _ROUNDING else "low"


def expected_accounts(insights: Iterable[Insight]) -> float:
    """Return how many accounts have at least one insight that was read right, taking each as sure as its engine is."""
    doubt: dict[str, float] = {}
    for insight in insights:
        doubt[insight.account] = doubt.get(insight.account, 1.0) * (1.0 - insight.confidence)
    return sum(1.0 - left for left in doubt.values())
