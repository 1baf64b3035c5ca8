"""Themes: insights of one aspect that say the same, counted by account.

Grouping is average linkage on cosine distance, cut low: small sure groups rather than big wrong ones. With the bundled
embedder the distance is measured in a space learned from labelled dialogues (`training/train_themes.py`), where two
wordings of one matter lie nearer than two matters of one trade. The input's order never matters.
Only ids leave this module: the text of a theme's evidence stays in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth.intervals import wilson
from synth.model import Insight, Outcome, Theme

Vectors = NDArray[np.float32]

_LEARNED_CUT = 0.75  # cosine distance; pairs joined on held-out trades were of one theme about two times in three
_PLAIN_CUT = 0.70  # the same for centred vectors of other embedders


@dataclass(frozen=True, slots=True)
class Metric:
    """The space in which insights are compared: `(vector - mean) @ projection`, normalised."""

    mean: Vectors
    projection: Vectors | None
    cut: float

    def place(self, vectors: Vectors) -> Vectors:
        placed = vectors - self.mean
        if self.projection is not None:
            placed = placed @ self.projection
        lengths = np.linalg.norm(placed, axis=1, keepdims=True)
        return np.asarray(placed / np.maximum(lengths, 1e-9), dtype=np.float32)


def load_metric(path: Path, embedder: str, vectors: Vectors) -> Metric:
    """Return the learned metric if `path` holds one for `embedder`, else one that only centres `vectors`."""
    if path.is_file():
        with np.load(path) as stored:
            if str(stored["embedder"]) == embedder:
                mean, projection = stored["mean"].astype(np.float32), stored["projection"].astype(np.float32)
                return Metric(mean, projection, _LEARNED_CUT)
    return Metric(vectors.mean(axis=0), None, _PLAIN_CUT)


@dataclass(frozen=True, slots=True)
class Census:
    """Against what themes are counted: who could have said it, how their story ended, and what is sure enough."""

    eligible: Collection[str]  # accounts with a source in which a theme could have come up
    outcomes: Mapping[str, Outcome]  # by account name
    sure: Mapping[str, float]  # aspect -> confidence from which an insight is counted

    def counted(self, insight: Insight) -> bool:
        return insight.confidence >= self.sure.get(insight.aspect, 0.0) and "pii" not in insight.flags


def find_themes(
    insights: Sequence[Insight], vectors: Vectors, *, metric: Metric, census: Census, readable: Collection[str]
) -> list[Theme]:
    """Return the themes of `insights`, by aspect and then by number of accounts.

    `vectors[i]` is of `insights[i]`; a title is taken from the insights in `readable`, if it can be.
    """
    order = sorted(range(len(insights)), key=lambda i: insights[i].id)
    themes: list[Theme] = []
    for aspect in sorted({insight.aspect for insight in insights}):
        members = [i for i in order if insights[i].aspect == aspect]
        placed = metric.place(vectors[members])
        for group in _groups(placed, metric.cut):
            ranked = [insights[members[g]] for g in _central_first(placed, group)]
            themes.append(_count(_theme(aspect, ranked, readable), ranked, census))
    return sorted(themes, key=lambda t: (t.aspect, -len(t.accounts), -len(t.insights), t.id))


def _groups(placed: Vectors, cut: float) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(placed) == 1:
        return [[0]]
    labels = fcluster(linkage(placed.astype(np.float64), "average", metric="cosine"), cut, "distance")
    groups: dict[int, list[int]] = {}
    for position, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(position)
    return list(groups.values())


def _central_first(placed: Vectors, group: Sequence[int]) -> list[int]:
    """Return `group` with the member nearest to its middle first; ties by position."""
    closeness = placed[group] @ placed[group].mean(axis=0)
    return [group[i] for i in np.lexsort((np.arange(len(group)), -closeness.round(6)))]


def _theme(aspect: str, ranked: Sequence[Insight], readable: Collection[str]) -> Theme:
    """The id is the least of the members' hashes: one more insight seldom changes it."""
    seed = min(insight.id for insight in ranked)
    supporting = [i for i in ranked if i.stance == "supports"] or list(ranked)
    titled = [i for i in supporting if i.id in readable] or supporting
    return Theme(
        id=hashlib.sha256(f"{aspect}:{seed}".encode()).hexdigest()[:8],
        aspect=aspect,
        title=titled[0].statement,
        insights=tuple(insight.id for insight in ranked),
        accounts=(),
    )


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
        confidence=_confidence(counted),
    )


def _confidence(counted: Sequence[Insight]) -> Literal["high", "medium", "low"]:
    """high: three accounts or more said it unprompted; medium: two accounts; low: one."""
    support = [i for i in counted if i.stance == "supports"]
    if len({i.account for i in support if not i.prompted and i.voice == "said"}) >= 3:
        return "high"
    return "medium" if len({i.account for i in support}) >= 2 else "low"
