"""How well insights were grouped: our themes against labelled ones, over the insights that a labelled quote covers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from synth.model import Insight, Theme
from synth.text.names import fold


@dataclass(frozen=True, slots=True)
class ThemeScore:
    """Purity, homogeneity, completeness and V-measure (Rosenberg and Hirschberg, EMNLP 2007) of our grouping.

    `accounts` is the mean overlap (Jaccard) of a labelled theme's supporting accounts with those of the theme of ours
    that holds most of its evidence, 0 for a labelled theme without one; `accounts_exact` is how many agree wholly.
    `pair_precision`: of pairs that we put together, those of one label; `pair_recall`: of pairs of one label, ours.
    """

    insights: int
    ours: int
    labelled: int
    purity: float
    homogeneity: float
    completeness: float
    v_measure: float
    pair_precision: float | None
    pair_recall: float | None
    accounts: float | None
    accounts_exact: int


def theme_score(
    pairs: Sequence[tuple[str, str]], ours: Mapping[str, Iterable[str]], labelled: Mapping[str, Iterable[str]]
) -> ThemeScore | None:
    """Compare groupings. `pairs`: our theme and the label of each insight; the mappings: accounts by theme."""
    if not pairs:
        return None
    homogeneity, completeness = _explained(pairs), _explained([(b, a) for a, b in pairs])
    total = homogeneity + completeness
    both = Counter(pairs)
    best = {theme: max(n for (t, _), n in both.items() if t == theme) for theme in {theme for theme, _ in pairs}}
    together = sum(math.comb(n, 2) for n in both.values())
    we, they = (sum(math.comb(n, 2) for n in Counter(pair[i] for pair in pairs).values()) for i in (0, 1))
    overlaps = [_overlap(pairs, label, ours, accounts) for label, accounts in sorted(labelled.items())]
    return ThemeScore(
        insights=len(pairs),
        ours=len(best),
        labelled=len({label for _, label in pairs}),
        purity=sum(best.values()) / len(pairs),
        homogeneity=homogeneity,
        completeness=completeness,
        v_measure=2 * homogeneity * completeness / total if total else 0.0,
        pair_precision=together / we if we else None,
        pair_recall=together / they if they else None,
        accounts=fmean(overlaps) if overlaps else None,
        accounts_exact=sum(overlap == 1 for overlap in overlaps),
    )


def _explained(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Return how much of the second's entropy the first explains: 1 - H(second | first) / H(second)."""
    total = len(pairs)
    whole = -sum(n / total * math.log(n / total) for n in Counter(second for _, second in pairs).values())
    if not whole:
        return 1.0
    sizes = Counter(first for first, _ in pairs)
    left = -sum(n / total * math.log(n / sizes[first]) for (first, _), n in Counter(pairs).items())
    return 1 - left / whole


def _overlap(
    pairs: Sequence[tuple[str, str]], label: str, ours: Mapping[str, Iterable[str]], accounts: Iterable[str]
) -> float:
    count = Counter(theme for theme, of in pairs if of == label)
    if not count:
        return 0.0
    nearest = min(count, key=lambda theme: (-count[theme], theme))
    mine, theirs = {fold(name) for name in ours.get(nearest, ())}, {fold(name) for name in accounts}
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def grouped(insights: Iterable[Insight], themes: Iterable[Theme]) -> dict[str, str]:
    """Return the theme of each insight by id; an insight without one is a theme of its own."""
    found = {insight: theme.id for theme in themes for insight in theme.insights}
    return {insight.id: found.get(insight.id, insight.id) for insight in insights}
