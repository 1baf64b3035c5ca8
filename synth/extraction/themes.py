"""Themes: insights of one aspect that say the same, under an id and a title that hold still.

An id is born from the theme's own content and kept as long as one of its insights is there; so is its title. What comes
later joins a theme, opens a new one or waits as single; it never moves what was there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from synth.extraction.clusters import Metric, Vectors, central_first, grow
from synth.extraction.wording import title_from, unfit
from synth.model import Insight, Theme, cut_from_lines


@dataclass(frozen=True, slots=True)
class Wording:
    """What a good title is made of: insights sure enough to be counted, readable for the team, and on a topic."""

    sure: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset()
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by insight; none: its statement
    on_topic: Callable[[str], bool] = bool


def group_insights(
    insights: Sequence[Insight],
    rows: Vectors,
    *,
    metric: Metric,
    wording: Wording,
    before: Sequence[Theme] = (),
) -> list[Theme]:
    """Return the groups of `insights`, each insight in exactly one, by aspect and id; nothing is counted yet.

    `rows[i]` is of `insights[i]`. Groups of `before` that have an insight left are kept, with id and title.
    """
    order = sorted(range(len(insights)), key=lambda i: insights[i].id)
    groups: list[Theme] = []
    for aspect in sorted({insight.aspect for insight in insights}):
        members = [i for i in order if insights[i].aspect == aspect]
        mine = [theme for theme in before if theme.aspect == aspect]
        groups += _of_aspect([insights[i] for i in members], metric.place(rows[members]), metric.cut, wording, mine)
    return sorted(groups, key=lambda group: (group.aspect, group.id))


def _of_aspect(
    insights: Sequence[Insight], placed: Vectors, cut: float, wording: Wording, before: Sequence[Theme]
) -> list[Theme]:
    at = {insight.id: i for i, insight in enumerate(insights)}
    old = {theme.id: theme for theme in before if any(i in at for i in theme.insights)}
    kept = {name: [at[i] for i in theme.insights if i in at] for name, theme in old.items()}
    sure = [i for i, insight in enumerate(insights) if insight.id in wording.sure]
    grown, new = _surest_first(placed, insights, cut, kept, sure)
    groups = []
    for name, group in grown.items():
        ranked = [insights[i] for i in central_first(placed, group)]
        groups.append(replace(old[name], title=_kept_title(old[name], ranked, wording), insights=_ids(ranked)))
    taken = set(old)
    for group in new:
        ranked = [insights[i] for i in central_first(placed, group)]
        one = Theme(new_id(ranked, taken), ranked[0].aspect, title_of(ranked, wording), _ids(ranked), ())
        taken.add(one.id)
        groups.append(one)
    return groups


def _surest_first(
    placed: Vectors, insights: Sequence[Insight], cut: float, kept: Mapping[str, Sequence[int]], sure: Sequence[int]
) -> tuple[dict[str, list[int]], list[list[int]]]:
    """Group what is counted by itself, then the rest around it: what an engine doubts shall not join two matters."""
    first = sorted({*sure, *(i for members in kept.values() for i in members)})
    at = {i: n for n, i in enumerate(first)}
    known = {name: [at[i] for i in members] for name, members in kept.items()}
    grown, new = grow(placed[first], [insights[i] for i in first], cut, known)
    named = {f"{n:06d} new": [first[i] for i in group] for n, group in enumerate(new)}
    every = named | {name: [first[i] for i in members] for name, members in grown.items()}
    every, alone = grow(placed, insights, cut, every)
    return {name: every[name] for name in kept}, [*(every[name] for name in named), *alone]


def _kept_title(theme: Theme, ranked: Sequence[Insight], wording: Wording) -> str:
    """Return the title of a kept theme: its own, unless it was cut from words that are no longer here."""
    if set(theme.insights) <= set(_ids(ranked)) or any(not cut_from_lines(insight.engine) for insight in ranked):
        return theme.title
    titles = {title for insight in ranked for _, title in _choices(insight, wording)}
    return theme.title if theme.title in titles else title_of(ranked, wording)


def new_id(members: Sequence[Insight], taken: set[str]) -> str:
    """Return an id from the least of the members' ids that gives one which is free."""
    for seed in sorted(insight.id for insight in members):
        made = hashlib.sha256(f"{members[0].aspect}:{seed}".encode()).hexdigest()[:8]
        if made not in taken:
            return made
    return hashlib.sha256(":".join(sorted(taken)).encode()).hexdigest()[:8]


def title_of(ranked: Sequence[Insight], wording: Wording) -> str:
    """Return the clearest line that supports the theme, shortened, the most central of equals; sure and readable first.

    A statement that a model wrote is taken as it is.
    """
    supporting = [i for i in ranked if i.stance == "supports"] or list(ranked)
    choices = [choice for insight in supporting for choice in _choices(insight, wording)]
    return min(choices, key=itemgetter(0))[1]


def _choices(insight: Insight, wording: Wording) -> Iterator[tuple[int, str]]:
    strange = (
        5 * (insight.id not in wording.sure) + 6 * (insight.id not in wording.readable) + (insight.voice != "said")
    )
    if not cut_from_lines(insight.engine):
        yield strange, insight.statement
        return
    for line in wording.lines.get(insight.id) or (insight.statement,):
        title = title_from(line)
        yield strange + unfit(title, line) + 2 * (not wording.on_topic(title)), title


def _ids(insights: Sequence[Insight]) -> tuple[str, ...]:
    return tuple(insight.id for insight in insights)
