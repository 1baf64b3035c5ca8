"""Can an aspect be found by its examples alone? `python training/measure_aspects.py`; docs/QUALITY.md has the answer.

Each of the six aspects in turn is taken for unknown: a logistic regression learns its examples in the codebook against
the examples of the others and all counterexamples, and ranks every customer line of the training dialogues.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # sums of many threads round otherwise

import sys
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]

from corpus import ASPECTS, load_dialogues
from heads import Data, table
from sklearn.linear_model import LogisticRegression

from synth.extraction.codebook import load_codebook
from synth.extraction.lessons import seen
from synth.search.embed import BUNDLED, Embedder

RECALLS = (0.05, 0.1, 0.2, 0.3)


def ranked(data: Data, embedder: Embedder, unknown: str) -> np.ndarray:
    """Return how like the examples of aspect `unknown` each line is, and unlike all others."""
    book = load_codebook()
    wanted = [one.text for aspect in book if aspect.name == unknown for one in aspect.examples]
    others = [one.text for aspect in book if aspect.name != unknown for one in aspect.examples]
    others += [one.text for aspect in book for one in aspect.counterexamples]
    wide = data.projection.shape[1]
    rows = ((embedder.embed([*wanted, *others]) - data.middle) @ data.projection).astype(np.float32)
    model = LogisticRegression(class_weight="balanced", max_iter=500)
    model.fit(_own(np.hstack([rows, rows]), wide), [True] * len(wanted) + [False] * len(others))
    scores: np.ndarray = model.decision_function(_own(data.rows, wide))
    return scores


def _own(rows: np.ndarray, wide: int) -> np.ndarray:
    return seen(rows, wide)[:, :wide]


def main() -> None:
    embedder = next(iter(BUNDLED.values()))()
    data = table(load_dialogues(), embedder)
    found = []
    for k, aspect in enumerate(ASPECTS):
        truth = data.truth[np.argsort(-ranked(data, embedder, aspect), kind="stable"), k]
        taken = [int(np.searchsorted(np.cumsum(truth), recall * truth.sum())) + 1 for recall in RECALLS]
        found.append([truth[:count].mean() for count in taken])
        print(f"{aspect:16}" + "".join(f"{value:8.2f}" for value in found[-1]) + f"   (all lines: {truth.mean():.2f})")
    print(f"{'mean':16}" + "".join(f"{value:8.2f}" for value in np.mean(found, axis=0)) + f"   at recall {RECALLS}")


if __name__ == "__main__":
    main()
