"""Themes: insights of one aspect that say the same, counted by account.

Grouping is average linkage on cosine distance, cut low: small sure groups rather than big wrong ones. With the bundled
embedder the distance is measured in a space learned from labelled dialogues (`training/train_themes.py`), where two
wordings of one matter lie nearer than two of one trade. The input's order never matters. Only ids and a title leave.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth.model import Insight, Outcome, Theme
from synth.stats.intervals import wilson

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

_SAME_SOURCE = 0.15  # added distance: one talk shares its style, and a theme is counted by account anyway
_FEWEST_WORDS = 5  # a customer's line of fewer ("No.", "Two days a month.") resembles others by form, not by matter
_BLOCK, _LARGEST = 2048, 4096  # rows compared at once; members linked at once, 64 MB of distances
_TITLE_WORDS = range(4, 17)
_BORDER = re.compile(r"[,;:،؛–—.!?…](?=\s)")
_DANGLING = re.compile(
    r"^\W*(?:it|its|that|this|these|those|they|he|she|second|secondly|and|but|so|or|yes|yeah|no|which|bu|o|ama|ve|evet"
    r"|asta|acesta|ea|el|și|dar|da|nu|این|آن|اون|و|ولی|بله|نه|это|он|она|они|и|но|а|да|нет|to|on|ona|oni|i|ale|tak|nie)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metric:
    """The spaces in which insights are compared; the cosine is the mean of theirs. None: as the vectors are."""

    mean: Vectors
    projections: tuple[Vectors, ...]
    cut: float

    def place(self, vectors: Vectors) -> Vectors:
        centred = vectors - self.mean
        views = [_normalised(centred @ projection) for projection in self.projections] or [_normalised(centred)]
        return np.asarray(np.hstack(views) / np.sqrt(len(views)), dtype=np.float32)


def _normalised(rows: NDArray[np.floating]) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


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
        for group in group_rows(placed, [insights[i] for i in members], metric.cut):
            ranked = [insights[members[g]] for g in _central_first(placed, group)]
            themes.append(_count(_theme(aspect, ranked, readable), ranked, census))
    return sorted(themes, key=lambda t: (t.aspect, -len(t.accounts), -len(t.insights), t.id))


def group_rows(placed: Vectors, insights: Sequence[Insight], cut: float) -> list[list[int]]:
    """Return positions that belong together, each once; `placed[i]` is of `insights[i]`."""
    words = [len(re.findall(r"\w+", one.statement)) if one.engine == "local" else _FEWEST_WORDS for one in insights]
    telling = np.flatnonzero(np.array(words) >= _FEWEST_WORDS)
    alone = sorted(set(range(len(insights))) - set(telling.tolist()))
    sources = np.unique([insight.source for insight in insights], return_inverse=True)[1]
    return [[i] for i in alone] + list(_linked(placed, sources, telling, cut))


def _linked(placed: Vectors, sources: Numbers, rows: Numbers, cut: float) -> Iterable[list[int]]:
    """Average linkage, chain by chain: what it joins below `cut` is always linked by neighbours below `cut`.

    A chain that is too long to link at once is broken at a lower cut.
    """
    for chain in _chains(placed, sources, rows, cut):
        if len(chain) == 1 or cut <= 0:
            yield from ([i] for i in chain.tolist())
        elif len(chain) > _LARGEST:
            yield from _linked(placed, sources, chain, cut - 0.05)
        else:
            yield from _average(placed[chain], sources[chain], chain, cut)


def _chains(placed: Vectors, sources: Numbers, rows: Numbers, cut: float) -> list[Numbers]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    near = [np.zeros((2, 0), dtype=np.int64)]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        ends = np.nonzero(_distances(placed[block], placed[rows], sources[block], sources[rows]) <= cut)
        near.append(np.stack([ends[0] + start, ends[1]]))
    one, other = np.hstack(near)
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(len(rows), len(rows)))
    labels = connected_components(graph, directed=False)[1] if len(rows) else rows
    order = np.argsort(labels, kind="stable")
    return [chain for chain in np.split(rows[order], np.flatnonzero(np.diff(labels[order])) + 1) if len(chain)]


def _average(placed: Vectors, sources: Numbers, rows: Numbers, cut: float) -> Iterable[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = np.triu_indices(len(rows), 1)
    distances = _distances(placed, placed, sources, sources)[upper]
    labels = fcluster(linkage(np.maximum(distances, 0).astype(np.float64), "average"), cut, "distance")
    return [rows[labels == label].tolist() for label in np.unique(labels)]


def _distances(one: Vectors, other: Vectors, one_of: Numbers, other_of: Numbers) -> Vectors:
    # rounded, so that the last bits of a product, which depend on the block, never decide a merge
    return np.asarray(np.round(1 - one @ other.T, 5) + _SAME_SOURCE * (one_of[:, None] == other_of), dtype=np.float32)


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
        title=whole_clause(min((i.statement for i in titled), key=_unclear)),
        insights=tuple(insight.id for insight in ranked),
        accounts=(),
    )


def _unclear(statement: str) -> int:
    """How little a statement is fit for a title; the most central of equals is taken."""
    unfinished = statement.rstrip()[-1:] not in ".!"
    return 2 * unfinished + 2 * bool(_DANGLING.match(statement)) + (len(statement.split()) not in _TITLE_WORDS)


def whole_clause(statement: str) -> str:
    """Return a statement that was cut short up to the end of its last whole clause, if it has one of four words."""
    if not statement.endswith("…"):
        return statement
    for border in reversed(list(_BORDER.finditer(statement))):
        clause = statement[: border.start()].rstrip()
        if len(clause.split()) >= _TITLE_WORDS.start:
            return clause
    return statement


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
