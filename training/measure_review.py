"""What learning from review gains: `python training/measure_review.py [EMBEDDER]`. Prints what docs/QUALITY.md says.

For each trade, by heads that have not seen it: half of its sources are reviewed, the other half is scored before and
after. A reviewer's decisions are simulated: seven in ten about lines the head proposed (kept when labelled, else
dropped), the rest labelled lines it had missed, which are added. Both halves in turn, three ways of halving.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # sums of many threads round otherwise

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]

from corpus import ASPECTS, load_dialogues
from heads import choose, folds, table, unseen_logits

from synth.extraction.lessons import Study, fit, learn, seen, sigmoid
from synth.search.embed import BUNDLED

PROPOSED = 0.7  # share of the decisions that are about lines the head proposed
FEWEST = 4  # sources of a trade
WAYS = 3  # of halving


@dataclass(frozen=True)
class Lines:
    """Every customer line with what a head that has not seen its trade says of it."""

    rows: np.ndarray
    logits: np.ndarray
    truth: np.ndarray
    source: np.ndarray
    trade: np.ndarray
    threshold: np.ndarray
    embedder: str


def lines(embedder: str) -> Lines:
    dialogues = load_dialogues()
    data = table(dialogues, BUNDLED[embedder]())
    native = unseen_logits(data, folds(data.trade), words=True)
    chosen = choose(native, native, data.truth)
    counts = [sum(line.citable for line in one.transcript.lines) for one in dialogues]
    return Lines(
        rows=seen(data.rows, data.projection.shape[1]),
        logits=chosen.native.apply(native)[:, : len(ASPECTS)].astype(np.float64),
        truth=data.truth,
        source=np.repeat(np.arange(len(dialogues)), counts),
        trade=data.trade,
        threshold=np.array([chosen.threshold[aspect] for aspect in ASPECTS]),
        embedder=embedder,
    )


def halves(known: Lines) -> Iterator[tuple[str, int, np.ndarray, np.ndarray]]:
    """Yield (trade, seed, reviewed lines, scored lines)."""
    for trade in sorted(set(known.trade.tolist())):
        sources = np.unique(known.source[known.trade == trade])
        for seed in range(WAYS if len(sources) >= FEWEST else 0):
            mixed = np.random.default_rng(seed).permutation(sources)
            for half in (mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]):
                reviewed = np.isin(known.source, half)
                yield trade, seed, reviewed, (known.trade == trade) & ~reviewed


def decide(known: Lines, reviewed: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the decisions of a reviewer, a column an aspect: 1, 0, or not a number where there is none."""
    random = np.random.default_rng(seed + 1000)
    passed = sigmoid(known.logits) >= known.threshold
    proposed = np.argwhere(passed & reviewed[:, None])
    missed = np.argwhere(known.truth & ~passed & reviewed[:, None])
    asked = round(count * PROPOSED)
    decided = np.full(known.logits.shape, np.nan)
    for cells in (random.permutation(proposed)[:asked], random.permutation(missed)[: count - asked]):
        decided[cells[:, 0], cells[:, 1]] = known.truth[cells[:, 0], cells[:, 1]]
    return decided


def corrected(known: Lines, decided: np.ndarray, *, guarded: bool) -> tuple[np.ndarray, int]:
    """Return all logits after what the decisions teach, and for how many aspects that was anything."""
    logits = known.logits.copy()
    studies = {}
    for k, aspect in enumerate(ASPECTS):
        mine = np.isin(known.source, known.source[~np.isnan(decided[:, k])])
        if mine.any():
            studies[aspect] = Study(known.rows[mine], known.logits[mine, k], decided[mine, k], known.source[mine])
    limits = dict(zip(ASPECTS, known.threshold.tolist(), strict=True))
    lessons = learn(studies, limits, known.embedder) if guarded else []
    taught = {one.aspect: one.weights for one in lessons if one.weights}
    if not guarded:
        taught = {name: tuple(fit(one, np.ones(len(one.logits), bool)).tolist()) for name, one in studies.items()}
    for aspect, weights in taught.items():
        logits[:, ASPECTS.index(aspect)] += known.rows @ np.array(weights)
    return logits, len(taught)


def macro_f1(logits: np.ndarray, known: Lines, rows: np.ndarray) -> float:
    passed, truth = (sigmoid(logits) >= known.threshold)[rows], known.truth[rows]
    there = truth.any(axis=0)
    scores = 2 * (passed & truth).sum(axis=0) / np.maximum(1, passed.sum(axis=0) + truth.sum(axis=0))
    return float(scores[there].mean())


def report(known: Lines, count: int, *, guarded: bool) -> None:
    found, used = [], []
    for trade, seed, reviewed, scored in halves(known):
        logits, learned = corrected(known, decide(known, reviewed, count, seed), guarded=guarded)
        used.append(learned > 0)
        found.append((trade, macro_f1(known.logits, known, scored), macro_f1(logits, known, scored)))
    gains = np.array([after - before for _, before, after in found])
    trades = sorted({trade for trade, _, _ in found})
    worse = [np.mean([g for g, one in zip(gains, found, strict=True) if one[0] == trade]) < 0 for trade in trades]
    print(
        f"{count} decisions{', guarded' if guarded else '':10}: macro F1 {np.mean([b for _, b, _ in found]):.4f}, then "
        f"{np.mean([a for _, _, a in found]):.4f}; of {len(found)} reviews {sum(used)} taught something, "
        f"better {np.mean(gains > 0):.3f}, worse {np.mean(gains < 0):.3f}, worse by more than 0.01 "
        f"{np.mean(gains < -0.01):.3f}; of {len(trades)} trades worse in the mean {sum(worse)}; worst {gains.min():.3f}"
    )


def main() -> None:
    for embedder in sys.argv[1:] or list(BUNDLED)[:1]:
        known = lines(embedder)
        print(f"{embedder}: {len(known.logits)} lines")
        for count in (30, 100, 200):
            for guarded in (False, True):
                report(known, count, guarded=guarded)


if __name__ == "__main__":
    main()
