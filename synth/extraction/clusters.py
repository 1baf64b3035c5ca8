"""Which insights of one aspect say the same: average linkage on cosine distance, cut where small groups are still sure.

With a bundled embedder the distance is measured in spaces learned from labelled dialogues (`training/train_themes.py`),
where two wordings of one matter lie nearer than two of one trade. The input's order never matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.model import Insight, cut_from_lines

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

_SAME_SOURCE = 0.1  # added distance: one talk shares its style, and a theme is counted by account anyway
_FEWEST_WORDS = 4  # a customer's line of fewer ("No.", "Two days, yes.") resembles others by form, not by matter
_BLOCK, _LARGEST = 2048, 4096  # rows compared at once; members linked at once, 64 MB of distances


@dataclass(frozen=True, slots=True)
class Metric:
    """The spaces in which insights are compared; the cosine is the weighted mean of theirs.

    None: as the rows are. A row is the vector of the lines with the topics of their text beside it.
    """

    mean: Vectors
    projections: tuple[Vectors, ...]
    cut: float
    weights: tuple[float, ...] = ()  # of the projections, summing to 1; none: all alike

    def place(self, rows: Vectors) -> Vectors:
        centred = rows - self.mean
        views = [_normalised(centred @ projection) for projection in self.projections] or [_normalised(centred)]
        weights = self.weights or [1 / len(views)] * len(views)
        return np.hstack([view * np.float32(weight**0.5) for view, weight in zip(views, weights, strict=True)])


def _normalised(rows: NDArray[np.floating]) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def group_rows(placed: Vectors, insights: Sequence[Insight], cut: float) -> list[list[int]]:
    """Return positions that belong together, each once; `placed[i]` is of `insights[i]`."""
    telling = np.array([i for i, one in enumerate(insights) if _is_telling(one)], dtype=np.int64)
    alone = sorted(set(range(len(insights))) - set(telling.tolist()))
    return [[i] for i in alone] + list(_linked(placed, _numbered(insights), telling, cut))


def grow(
    placed: Vectors, insights: Sequence[Insight], cut: float, kept: Mapping[str, Sequence[int]]
) -> tuple[dict[str, list[int]], list[list[int]]]:
    """Put what is new beside what is `kept`: return the kept groups with what joined them, and new groups.

    A new insight joins the nearest kept group (mean distance to what was kept) when that is within `cut`; the rest is
    grouped by itself. Kept groups are never merged or split here, whatever comes.
    """
    grown = {name: list(members) for name, members in kept.items()}
    known = {i for members in kept.values() for i in members}
    fresh = [i for i in range(len(insights)) if i not in known]
    rest = [i for i in fresh if not _is_telling(insights[i])]
    telling = np.array([i for i in fresh if _is_telling(insights[i])], dtype=np.int64)
    nearest = _nearest(placed, _numbered(insights), telling, _telling_only(kept, insights))
    joined = [name if distance <= cut else None for name, distance in nearest]
    for i, name in zip(telling.tolist(), joined, strict=True):
        (grown[name] if name is not None else rest).append(i)
    rest.sort()
    groups = group_rows(placed[rest], [insights[i] for i in rest], cut) if rest else []
    return grown, [[rest[i] for i in group] for group in groups]


def _is_telling(insight: Insight) -> bool:
    return not cut_from_lines(insight.engine) or len(re.findall(r"\w+", insight.statement)) >= _FEWEST_WORDS


def _telling_only(kept: Mapping[str, Sequence[int]], insights: Sequence[Insight]) -> dict[str, list[int]]:
    found = {name: [i for i in members if _is_telling(insights[i])] for name, members in sorted(kept.items())}
    return {name: members for name, members in found.items() if members}


def _numbered(insights: Sequence[Insight]) -> Numbers:
    return np.unique([insight.source for insight in insights], return_inverse=True)[1]


def _nearest(
    placed: Vectors, sources: Numbers, rows: Numbers, kept: Mapping[str, Sequence[int]]
) -> list[tuple[str, float]]:
    """Return the nearest kept group of each row and how far it is; ties by name."""
    if not kept or not len(rows):
        return [("", np.inf)] * len(rows)
    names = list(kept)
    far = np.stack(
        [
            _distances(placed[rows], placed[kept[name]], sources[rows], sources[kept[name]]).mean(axis=1).round(5)
            for name in names
        ]
    )
    best = far.argmin(axis=0)
    return [(names[at], float(far[at, i])) for i, at in enumerate(best.tolist())]


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


def central_first(placed: Vectors, group: Sequence[int]) -> list[int]:
    """Return `group` with the member nearest to its middle first; ties by position."""
    closeness = placed[group] @ placed[group].mean(axis=0)
    return [group[i] for i in np.lexsort((np.arange(len(group)), -closeness.round(6)))]
